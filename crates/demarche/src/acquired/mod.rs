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
/// Every field may be missing: an empty text, `None`. `filters` is `none` where it is stated that
/// there were none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquisition {
    /// The file or folder it speaks of, as written; may be empty where the digest is given.
    pub path: String,
    /// SHA-256 of the file it speaks of, in lower-case hexadecimal.
    pub sha256: Option<String>,
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
    pub window_from: Option<Moment>,
    /// Until when, not included.
    pub window_to: Option<Moment>,
    /// What narrowed the question besides time; `none` where nothing did.
    pub filters: String,
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
    /// Its fields with their names, in the order in which they are printed; not stated ones too.
    pub fn fields(&self) -> [(&'static str, String); 12] {
        let text = |text: &str| stated(text.trim());
        let time = |time: Option<Moment>| stated(&time.map_or(String::new(), |t| t.to_string()));
        let expected = self.expected_records.map(|n| n.to_string());
        [
            ("who", text(&self.who)),
            ("role", text(&self.role)),
            ("contact", text(&self.contact)),
            ("when", time(self.when)),
            ("tool", text(&self.tool)),
            ("tool_version", text(&self.tool_version)),
            ("window_from", time(self.window_from)),
            ("window_to", time(self.window_to)),
            ("filters", text(&self.filters)),
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
    /// An entry fits a source if the digest it gives is the file's, and its path is the source's,
    /// a folder above it, or the end of its path part by part; `\` and `/` are the same, and so is
    /// `archive!member` below `archive`. An entry that gives both must fit by both.
    pub fn of(&self, source: &str, file_sha256: &str) -> Option<&Acquisition> {
        let source = parts(source);
        let mut best: Option<&Acquisition> = None;
        for entry in self
            .entries
            .iter()
            .filter(|entry| entry.fits(&source, file_sha256))
        {
            // Of several of one length the first: the file's order decides, not chance.
            if best.is_none_or(|best| best.reach() < entry.reach()) {
                best = Some(entry);
            }
        }
        best
    }

    /// Entries that fit none of the sources, given by path and SHA-256 of the file: a slip of the
    /// pen must not be silence.
    pub fn unmatched(&self, sources: &[(&str, &str)]) -> Vec<&Acquisition> {
        let sources: Vec<(Vec<&str>, &str)> = sources
            .iter()
            .map(|(source, sha256)| (parts(source), *sha256))
            .collect();
        let idle = |entry: &&Acquisition| {
            !sources
                .iter()
                .any(|(source, sha256)| entry.fits(source, sha256))
        };
        self.entries.iter().filter(idle).collect()
    }
}

impl Acquisition {
    /// Whether it speaks of a source.
    fn fits(&self, source: &[&str], file_sha256: &str) -> bool {
        let by_digest = self.sha256.as_deref().is_none_or(|own| own == file_sha256);
        let path = parts(&self.path);
        let by_path = source
            .windows(path.len().max(1))
            .any(|window| window == path);
        by_digest && (by_path || (path.is_empty() && self.sha256.is_some()))
    }

    /// How closely it names what it speaks of.
    fn reach(&self) -> usize {
        parts(&self.path).len() + usize::from(self.sha256.is_some()) * 1_000
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
        let path = |source: &str| acquired.of(source, "00").map(|entry| entry.path.as_str());
        assert_eq!(path("/case/Output/UAL/a.csv"), Some("Output\\UAL\\a.csv"));
        assert_eq!(path("Output/UAL/c.csv"), Some("Output"));
        assert_eq!(path("logs/b.csv"), Some("b.csv"));
        assert_eq!(path("logs/bb.csv"), None);
        assert_eq!(path("in.zip!Output/d.csv"), Some("Output"));
        let idle = acquired.unmatched(&[("Output/UAL/a.csv", "00")]);
        assert_eq!(idle, [&of("b.csv"), &of("x")]);
    }

    #[test]
    fn a_digest_speaks_for_a_file_wherever_it_lies() {
        let mut by_digest = of("");
        by_digest.sha256 = Some("ab".to_owned());
        let mut by_both = of("a.csv");
        by_both.sha256 = Some("cd".to_owned());
        let acquired = Acquired {
            entries: vec![of("logs"), by_digest.clone(), by_both.clone()],
        };
        assert_eq!(acquired.of("logs/a.csv", "ab"), Some(&by_digest));
        assert_eq!(acquired.of("logs/a.csv", "cd"), Some(&by_both));
        assert_eq!(acquired.of("logs/b.csv", "cd"), Some(&of("logs")));
        assert_eq!(acquired.of("b.csv", "cd"), None);
    }

    #[test]
    fn what_nobody_stated_is_printed_as_such() {
        let mut entry = of("a");
        entry.filters = "none".to_owned();
        assert_eq!(entry.fields()[8], ("filters", "none".to_owned()));
        assert_eq!(entry.fields()[1], ("role", NOT_STATED.to_owned()));
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
