//! The file that `--acquired` names: TOML, one table a source, checked entry by entry.

use std::path::Path;

use demarche_core::vocab::moment::Moment;
use serde::Deserialize;

use crate::acquired::{Acquired, Acquisition};
use crate::error::{Error, OnFile, Result};

/// The file as written; unknown keys are refused, so that a slip of the pen is not silence.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    acquired: Vec<WrittenEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    #[serde(default)]
    path: String,
    #[serde(default)]
    sha256: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    when: String,
    #[serde(default)]
    tool: String,
    #[serde(default)]
    tool_version: String,
    #[serde(default)]
    window_from: String,
    #[serde(default)]
    window_to: String,
    #[serde(default)]
    filters: String,
    #[serde(default)]
    expected_records: i64,
    #[serde(default)]
    provider_sha256: String,
    #[serde(default)]
    storage: String,
}

/// Reads the file, and its text as it is to be sealed.
///
/// # Errors
/// Those of the disk, and usage errors that name the entry and what is wrong with it.
pub fn read(path: &Path) -> Result<(Acquired, String)> {
    let text = std::fs::read_to_string(path).on("read", path)?;
    Ok((parse(&path.display().to_string(), &text)?, text))
}

/// Reads the text of such a file.
///
/// # Errors
/// Usage errors that name the entry and what is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Acquired> {
    let written: Written = toml::from_str(text).map_err(|cause| {
        Error::usage(format!("{name} is not a file of acquisitions"))
            .because(&cause)
            .hint("write a template with: demarche acquired PATH, and fill in what is known")
    })?;
    let mut acquired = Acquired::default();
    for (place, entry) in written.acquired.into_iter().enumerate() {
        let at = format!("{name}, entry {}", place + 1);
        let entry = entry.checked(&at)?;
        let of = |entry: &Acquisition| (entry.path.clone(), entry.sha256.clone());
        if acquired.entries.iter().any(|other| of(other) == of(&entry)) {
            let path = &entry.path;
            return Err(Error::usage(format!("{at}: {path:?} has an entry already"))
                .hint("say in one entry all that is known of a source"));
        }
        acquired.entries.push(entry);
    }
    Ok(acquired)
}

impl WrittenEntry {
    fn checked(self, at: &str) -> Result<Acquisition> {
        let own = sha256(&self.sha256, "sha256", at)?;
        if self.path.trim().is_empty() && own.is_none() {
            return Err(Error::usage(format!("{at}: neither path nor sha256"))
                .hint("path is the file, or the folder with all files that were acquired alike"));
        }
        let when = time(&self.when, "when", at)?;
        let window_from = time(&self.window_from, "window_from", at)?;
        let window_to = time(&self.window_to, "window_to", at)?;
        if let (Some(from), Some(to)) = (window_from, window_to)
            && from >= to
        {
            return Err(
                Error::usage(format!("{at}: window_from is not before window_to"))
                    .hint("both are UTC unless they carry an offset"),
            );
        }
        let expected = u64::try_from(self.expected_records)
            .map_err(|_| Error::usage(format!("{at}: expected_records is below 0")))?;
        Ok(Acquisition {
            path: self.path.trim().to_owned(),
            sha256: own,
            who: self.who,
            role: self.role,
            contact: self.contact,
            when,
            tool: self.tool,
            tool_version: self.tool_version,
            window_from,
            window_to,
            filters: self.filters,
            expected_records: (expected > 0).then_some(expected),
            provider_sha256: sha256(&self.provider_sha256, "provider_sha256", at)?,
            storage: self.storage,
        })
    }
}

/// A time; none for an empty text.
fn time(text: &str, name: &str, at: &str) -> Result<Option<Moment>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let time = Moment::parse_iso(text.trim());
    time.map(Some).ok_or_else(|| {
        Error::usage(format!("{at}: {name} {text:?} is no time"))
            .hint("write it as 2026-03-02T09:00Z; leave it empty where it is not known")
    })
}

/// A SHA-256 in hexadecimal, of either case; none for an empty text.
fn sha256(text: &str, name: &str, at: &str) -> Result<Option<String>> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    let is_digest = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_digest {
        return Ok(Some(text));
    }
    Err(
        Error::usage(format!("{at}: {name} is not 64 hexadecimal digits"))
            .hint("leave it empty where no SHA-256 is known"),
    )
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn whole_entry_is_read() {
        let text = "[[acquired]]\npath = 'a.csv'\nwho = 'Ana'\nrole = 'administrator'\nwhen = '2026-03-02T10:00+01:00'\ntool = 'portal'\nwindow_from = '2026-01-01'\nwindow_to = '2026-03-01'\nfilters = 'user=ana@example.org'\nexpected_records = 12\nprovider_sha256 = 'AB00000000000000000000000000000000000000000000000000000000000000'\n";
        let acquired = parse("x.toml", text).unwrap();
        let entry = &acquired.entries[0];
        assert!(entry.window_from < entry.window_to);
        assert_eq!(entry.expected_records, Some(12));
        assert!(entry.provider_sha256.as_deref().unwrap().starts_with("ab0"));
        let when = entry.when.unwrap().to_string();
        assert!(when.starts_with("2026-03-02T09:00"), "{when}");
    }

    #[test]
    fn each_fault_is_named() {
        let wrong = [
            ("[[acquired]]\npath = 'a'\nwhoo = 'x'\n", "whoo"),
            ("[[acquired]]\nwho = 'x'\n", "neither path nor sha256"),
            ("[[acquired]]\npath = ' '\n", "entry 1: neither"),
            ("[[acquired]]\npath = 'a'\nwhen = 'noon'\n", "entry 1: when"),
            (
                "[[acquired]]\npath = 'a'\nwindow_from = '2026-02-01'\nwindow_to = '2026-02-01'\n",
                "window_from is not before",
            ),
            (
                "[[acquired]]\npath = 'a'\nexpected_records = -1\n",
                "below 0",
            ),
            (
                "[[acquired]]\npath = 'a'\nprovider_sha256 = 'ff'\n",
                "64 hexadecimal",
            ),
            (
                "[[acquired]]\npath = 'a'\n[[acquired]]\npath = 'a'\n",
                "entry 2: \"a\" has an entry already",
            ),
        ];
        for (text, part) in wrong {
            let error = parse("x.toml", text).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(part), "{part}: {error}");
        }
    }
}
