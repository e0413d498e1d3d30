//! How sources were acquired: who, when, with what, asking for what, as somebody stated it.
//!
//! Nothing here is checked against the provider: it is testimony, printed as such. What nobody
//! stated is printed as "not stated", and absence from such a source shows nothing.

pub mod collector;
pub mod file;
pub mod template;

use demarche_core::vocab::moment::Moment;

/// What is printed where nobody stated anything.
pub const NOT_STATED: &str = "not stated";

/// How one source, or all sources below one path, were acquired.
///
/// # Shape
/// Every field may be missing: an empty text, `None`. `filters` is `Some` and empty where it is
/// stated that there were none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquisition {
    /// The file or folder it speaks of, as written.
    pub path: String,
    /// Who collected it.
    pub who: String,
    /// In which role or title.
    pub role: String,
    /// Where that person can be asked: telephone or address.
    pub contact: String,
    /// When it was collected.
    pub when: Option<Moment>,
    /// The program it was collected with.
    pub tool: String,
    /// That program's version.
    pub tool_version: String,
    /// From when the collector asked for records.
    pub from: Option<Moment>,
    /// Until when, not included.
    pub to: Option<Moment>,
    /// What narrowed the question besides time.
    pub filters: Option<Vec<String>>,
    /// How many records the provider or the collector counted.
    pub expected_records: Option<u64>,
    /// SHA-256 that the provider gave for the file, in lower-case hexadecimal.
    pub provider_sha256: Option<String>,
    /// Where it was kept between collection and intake.
    pub storage: String,
}

/// All that was stated of the sources of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquired {
    /// In the order of the file.
    pub entries: Vec<Acquisition>,
}

impl Acquisition {
    /// Whether absence from this source can mean something: window and filters are stated.
    pub fn speaks_for_absence(&self) -> bool {
        self.from.is_some() && self.to.is_some() && self.filters.is_some()
    }

    /// Its fields with their names, in the order in which they are printed; not stated ones too.
    pub fn fields(&self) -> [(&'static str, String); 12] {
        let text = |text: &str| stated(text.trim());
        let time = |time: Option<Moment>| stated(&time.map_or(String::new(), |t| t.to_string()));
        let filters = self.filters.as_ref().map(|filters| match filters.len() {
            0 => "none".to_owned(),
            _ => filters.join("; "),
        });
        let expected = self.expected_records.map(|n| n.to_string());
        [
            ("who", text(&self.who)),
            ("role", text(&self.role)),
            ("contact", text(&self.contact)),
            ("when", time(self.when)),
            ("tool", text(&self.tool)),
            ("tool_version", text(&self.tool_version)),
            ("from", time(self.from)),
            ("to", time(self.to)),
            ("filters", stated(&filters.unwrap_or_default())),
            ("expected_records", stated(&expected.unwrap_or_default())),
            (
                "provider_sha256",
                stated(self.provider_sha256.as_deref().unwrap_or_default()),
            ),
            ("storage", text(&self.storage)),
        ]
    }

    /// What is here and differs from what was stated, in whole sentences.
    pub fn differences(&self, file_sha256: &str, records: u64) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(stated) = &self.provider_sha256
            && stated != file_sha256
        {
            found.push(format!(
                "the provider stated SHA-256 {stated}, the file has {file_sha256}"
            ));
        }
        if let Some(stated) = self.expected_records
            && stated != records
        {
            found.push(format!(
                "{stated} records were expected, {records} are here"
            ));
        }
        found
    }
}

impl Acquired {
    /// What was stated of a source: the entry whose path fits it longest.
    ///
    /// # Shape
    /// An entry fits a source if its path is the source's, a folder above it, or the end of its
    /// path part by part; `\` and `/` are the same, and so is `archive!member` below `archive`.
    pub fn of(&self, source: &str) -> Option<&Acquisition> {
        let source = parts(source);
        let fits = |entry: &&Acquisition| fits(&parts(&entry.path), &source);
        // Of several of one length the first: the file's order decides, not chance.
        let longest = |best: Option<&'_ Acquisition>, entry: &Acquisition| {
            best.is_none_or(|best| parts(&best.path).len() < parts(&entry.path).len())
        };
        let mut best: Option<&Acquisition> = None;
        for entry in self.entries.iter().filter(fits) {
            if longest(best, entry) {
                best = Some(entry);
            }
        }
        best
    }

    /// Entries that fit none of the sources: a slip of the pen must not be silence.
    pub fn unmatched<'a>(&'a self, sources: &[&str]) -> Vec<&'a str> {
        let sources: Vec<Vec<&str>> = sources.iter().map(|source| parts(source)).collect();
        let idle = |entry: &&Acquisition| {
            let path = parts(&entry.path);
            !sources.iter().any(|source| fits(&path, source))
        };
        let idle = self.entries.iter().filter(idle);
        idle.map(|entry| entry.path.as_str()).collect()
    }
}

/// A value, or that there is none.
fn stated(text: &str) -> String {
    let text = if text.is_empty() { NOT_STATED } else { text };
    text.to_owned()
}

/// The parts of a path, whatever system wrote it.
fn parts(path: &str) -> Vec<&str> {
    path.split(['/', '\\', '!'])
        .filter(|part| !part.is_empty() && *part != ".")
        .collect()
}

/// Whether an entry's path runs unbroken somewhere within a source's path.
fn fits(entry: &[&str], source: &[&str]) -> bool {
    !entry.is_empty() && source.windows(entry.len()).any(|window| window == entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Acquisition {
        Acquisition {
            path: path.to_owned(),
            ..Acquisition::default()
        }
    }

    #[test]
    fn longest_path_speaks_for_a_source() {
        let acquired = Acquired {
            entries: vec![of("Output"), of("Output\\UAL\\a.csv"), of("b.csv"), of("x")],
        };
        let path = |source: &str| acquired.of(source).map(|entry| entry.path.as_str());
        assert_eq!(path("/case/Output/UAL/a.csv"), Some("Output\\UAL\\a.csv"));
        assert_eq!(path("Output/UAL/c.csv"), Some("Output"));
        assert_eq!(path("logs/b.csv"), Some("b.csv"));
        assert_eq!(path("logs/bb.csv"), None);
        assert_eq!(path("in.zip!Output/d.csv"), Some("Output"));
        assert_eq!(acquired.unmatched(&["Output/UAL/a.csv"]), ["b.csv", "x"]);
    }

    #[test]
    fn absence_needs_a_window_and_filters() {
        let mut entry = of("a");
        assert!(!entry.speaks_for_absence());
        entry.from = Moment::parse_iso("2026-03-01T00:00Z");
        entry.to = Moment::parse_iso("2026-03-02T00:00Z");
        assert!(!entry.speaks_for_absence(), "filters are not stated");
        entry.filters = Some(Vec::new());
        assert!(entry.speaks_for_absence());
        assert_eq!(entry.fields()[8], ("filters", "none".to_owned()));
        assert_eq!(entry.fields()[0], ("who", NOT_STATED.to_owned()));
    }

    #[test]
    fn differences_are_named() {
        let mut entry = of("a");
        assert!(entry.differences("aa", 3).is_empty());
        entry.provider_sha256 = Some("bb".to_owned());
        entry.expected_records = Some(4);
        let found = entry.differences("aa", 3);
        assert_eq!(found.len(), 2);
        assert!(found[1].contains("4 records were expected, 3 are here"));
    }
}
