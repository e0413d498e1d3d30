//! A mapping file as written; unknown keys are refused, not passed over.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub name: String,
    #[serde(default)]
    pub title: String,
    #[serde(rename = "match")]
    pub matching: WrittenMatch,
    pub log: Option<WrittenLog>,
    pub time: Option<WrittenTime>,
    #[serde(default)]
    pub fields: BTreeMap<String, OneOrMore>,
    /// Behind account names without a domain.
    #[serde(default)]
    pub account_domain: String,
    #[serde(default)]
    pub record: Vec<WrittenRule>,
    pub issuer: Option<WrittenIssuer>,
}

/// Which files it is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMatch {
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub keys: Vec<String>,
    /// A kind of source known here, for a file that only states something of an issuer.
    pub source: Option<String>,
}

/// How records lie in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenLog {
    pub form: String,
    pub expression: Option<String>,
}

/// Where the time stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTime {
    pub field: String,
    #[serde(default)]
    pub form: String,
    pub zone: Option<String>,
    pub year: Option<String>,
}

/// What some records are.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRule {
    #[serde(default)]
    pub when: BTreeMap<String, OneOrMore>,
    pub kind: String,
    #[serde(default)]
    pub outcome: String,
}

/// What the operator states.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenIssuer {
    pub by: String,
    #[serde(default)]
    pub whole_file: bool,
    pub complete_from: Option<String>,
    pub complete_to: Option<String>,
    pub token_life_max: String,
    pub delivery_delay_max: String,
}

/// One text or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub fn texts(&self) -> &[String] {
        match self {
            OneOrMore::One(text) => std::slice::from_ref(text),
            OneOrMore::More(texts) => texts,
        }
    }
}
