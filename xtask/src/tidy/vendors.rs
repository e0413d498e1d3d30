//! No vendor is known in core outside the room `source`.

use super::files::File;
use super::{CORE, Fault};
use crate::scan::{is_word, name_words};

/// Names of vendors and their products, as whole words. A finding that needs one is a mark on a card.
const VENDOR_WORDS: &[&str] = &[
    "amazon",
    "authentik",
    "auth0",
    "aws",
    "azure",
    "cloudtrail",
    "crowdstrike",
    "dovecot",
    "elastic",
    "elasticsearch",
    "entra",
    "exchange",
    "gcp",
    "gmail",
    "google",
    "gsuite",
    "keycloak",
    "m365",
    "mariadb",
    "microsoft",
    "mongodb",
    "mysql",
    "o365",
    "office365",
    "okta",
    "onedrive",
    "oracle",
    "outlook",
    "pgaudit",
    "postfix",
    "postgres",
    "postgresql",
    "purview",
    "sharepoint",
    "splunk",
    "zimbra",
];

/// Checks code, comments and literals alike: a vendor's name in a comment is still knowledge of it.
pub fn check(file: &File) -> Vec<Fault> {
    let judged = file.path.starts_with(CORE)
        && !file.path.starts_with("crates/demarche-core/src/source")
        && !file.is_test;
    let mut faults = Vec::new();
    if !judged {
        return faults;
    }
    let mut start = 0;
    for (index, line) in file.text.split_inclusive('\n').enumerate() {
        let at = start + line.len() - line.trim_start().len();
        start += line.len();
        let words = line.split(|c: char| !is_word(c)).flat_map(name_words);
        let named = words.filter(|word| VENDOR_WORDS.contains(&word.as_str()));
        for word in named.filter(|_| !file.scan.in_test(at)) {
            let text = format!(
                "vendor's name {word:?} outside the room source; make it a mark on the source's card"
            );
            faults.push(Fault::new(&file.path, index + 1, "vendor", text));
        }
    }
    faults
}
