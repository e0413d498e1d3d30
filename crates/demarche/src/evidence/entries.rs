//! Types of entries, fields that are concealed, and how to read them back.

use std::collections::BTreeMap;

use demarche_evidence::entry::{self, Entry};
use serde_json::{Map, Value};

/// Types of entries, as decision 0007 lists them.
pub mod kind {
    /// The log begins.
    pub const CASE_OPEN: &str = "case.open";
    /// A file came in.
    pub const SOURCE_RECEIVED: &str = "source.received";
    /// Its spans are sealed.
    pub const SOURCE_SEALED: &str = "source.sealed";
    /// How a source was acquired.
    pub const ACQUISITION_STATED: &str = "acquisition.stated";
    /// A list or table that judged.
    pub const RULESET_LOADED: &str = "ruleset.loaded";
    /// Determinations of analysts.
    pub const DETERMINATIONS_LOADED: &str = "determinations.loaded";
    /// What the sources cannot tell.
    pub const COVERAGE_DECLARED: &str = "coverage.declared";
    /// A run, with the digests of its outputs.
    pub const ANALYSIS_RUN: &str = "analysis.run";
    /// A finding of a run.
    pub const FINDING_ASSERTED: &str = "finding.asserted";
    /// A finding that a later run no longer says.
    pub const FINDING_WITHDRAWN: &str = "finding.withdrawn";
    /// A claim of a run.
    pub const CLAIM_ASSERTED: &str = "claim.asserted";
    /// A claim that a later run no longer says.
    pub const CLAIM_WITHDRAWN: &str = "claim.withdrawn";
    /// A pack was made.
    pub const EXPORT_MADE: &str = "export.made";
    /// A record was cut for disclosure after intake.
    pub const RECORD_CUT: &str = "record.cut";
    /// A notice was sent.
    pub const NOTICE_SENT: &str = "notice.sent";
    /// A checkpoint was anchored elsewhere.
    pub const CHECKPOINT_ANCHORED: &str = "checkpoint.anchored";
}

/// The most cites in one entry; more go into further parts.
pub const CITES_MAX: usize = 2_000;

/// One concealed value: what its entry's field stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// The value.
    pub value: Value,
}

/// What one entry conceals, by field: one line of `evidence/concealed/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reveals(pub BTreeMap<String, Revealed>);

impl Reveals {
    /// The line, without its newline: canonical JSON.
    ///
    /// # Errors
    /// If a number in a value has no exact form.
    pub fn line(&self) -> Result<Vec<u8>, entry::EntryError> {
        let field = |revealed: &Revealed| {
            let mut object = Map::new();
            object.insert("salt".into(), hex(&revealed.salt).into());
            object.insert("value".into(), revealed.value.clone());
            Value::Object(object)
        };
        let fields = self.0.iter().map(|(name, it)| (name.clone(), field(it)));
        entry::canonical(&Value::Object(fields.collect()))
    }

    /// Reads a line, without its newline; `None` if it is not as [`Reveals::line`] writes it.
    pub fn parse(line: &[u8]) -> Option<Reveals> {
        let value: Value = serde_json::from_slice(line).ok()?;
        let mut reveals = Reveals::default();
        for (name, field) in value.as_object()? {
            let salt = unhex(field.get("salt")?.as_str()?)?;
            let value = field.get("value")?.clone();
            reveals.0.insert(name.clone(), Revealed { salt, value });
        }
        (reveals.line().ok()? == line).then_some(reveals)
    }

    /// Whether these are exactly the values that the entry's concealed fields stand for.
    pub fn open(&self, entry: &Entry) -> bool {
        let concealed = entry.object.iter().filter(|(_, field)| is_concealed(field));
        let n_concealed = concealed.count();
        n_concealed == self.0.len()
            && self.0.iter().all(|(name, it)| {
                let field = entry.object.get(name);
                field.is_some_and(|field| entry::reveals(field, &it.salt, &it.value))
            })
    }
}

/// Whether a field of an entry stands for a concealed value.
pub fn is_concealed(field: &Value) -> bool {
    let object = field.as_object();
    object.is_some_and(|object| object.len() == 1 && object.contains_key("salted"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 16]> {
    let digits = text.as_bytes();
    let lower = |digit: &u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(digit);
    if digits.len() != 32 || !digits.iter().all(lower) {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reveals() -> Reveals {
        let revealed = Revealed {
            salt: [7; 16],
            value: serde_json::json!({ "b": 1, "a": "ana@example.org" }),
        };
        Reveals(BTreeMap::from([("name".to_owned(), revealed)]))
    }

    #[test]
    fn a_line_has_one_spelling() {
        let line = reveals().line().unwrap();
        assert_eq!(Reveals::parse(&line), Some(reveals()));
        for at in 0..line.len() {
            let mut changed = line.clone();
            changed[at] ^= 1;
            assert_ne!(Reveals::parse(&changed), Some(reveals()), "byte {at}");
        }
        assert_eq!(Reveals::parse(b"{} "), None);
        assert_eq!(Reveals::parse(b"{}"), Some(Reveals::default()));
    }

    #[test]
    fn an_entry_is_opened_by_exactly_what_it_conceals() {
        let Revealed { salt, value } = &reveals().0["name"];
        let mut fields = Map::new();
        fields.insert("name".into(), entry::concealed(salt, value).unwrap());
        let common = entry::Common {
            kind: "test".into(),
            time: "2026-01-01T00:00:00Z".into(),
            actor: "nobody".into(),
            tool_version: "0".into(),
            tool_build: "unknown".into(),
            salt: [1; 16],
        };
        let entry = Entry::parse(&common.write(fields).unwrap()).unwrap();
        assert!(reveals().open(&entry));
        assert!(!Reveals::default().open(&entry));
        let mut other = reveals();
        other.0.get_mut("name").unwrap().value = 5.into();
        assert!(!other.open(&entry));
    }
}
