//! Every crate we build on has a licence that `xtask/licences.toml` allows.

use std::path::Path;

use serde_json::Value;
use toml::Table;

use crate::Outcome;
use crate::metadata::{field, packages};

const LIST: &str = "xtask/licences.toml";

/// What is allowed: everywhere, and for one crate alone.
struct Allowed {
    licences: Vec<String>,
    by_crate: Vec<(String, String)>,
}

/// Checks all packages of the lock file, of every platform and feature.
pub fn check(root: &Path) -> Outcome {
    let text = std::fs::read_to_string(root.join(LIST))
        .map_err(|error| vec![format!("{LIST}: {error}")])?;
    let allowed = Allowed::parse(&text).map_err(|error| vec![error])?;
    let packages = packages(root).map_err(|error| vec![error])?;
    let objections: Vec<String> = packages
        .iter()
        .filter_map(|package| allowed.objection(package))
        .collect();
    if !objections.is_empty() {
        return Err(objections);
    }
    Ok(vec![format!(
        "licences: {} packages, every licence allowed",
        packages.len()
    )])
}

impl Allowed {
    fn parse(text: &str) -> Result<Self, String> {
        let table: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
        let mut allowed = Self {
            licences: Vec::new(),
            by_crate: Vec::new(),
        };
        for entry in table
            .get("allow")
            .and_then(|list| list.as_array())
            .into_iter()
            .flatten()
        {
            let text = |key: &str| {
                entry
                    .get(key)
                    .and_then(|value| value.as_str())
                    .unwrap_or_default()
                    .to_owned()
            };
            if text("licence").is_empty() || text("why").is_empty() {
                return Err(format!("{LIST}: every entry needs licence and why"));
            }
            match text("crate") {
                name if name.is_empty() => allowed.licences.push(text("licence")),
                name => allowed.by_crate.push((name, text("licence"))),
            }
        }
        Ok(allowed)
    }

    fn objection(&self, package: &Value) -> Option<String> {
        let (name, version, licence) = (
            field(package, "name"),
            field(package, "version"),
            field(package, "license"),
        );
        if licence.is_empty() {
            return Some(format!(
                "{name} {version}: states no licence; leave it, or allow it by name in {LIST}"
            ));
        }
        let may = |one: &str| {
            self.licences.iter().any(|allowed| allowed == one)
                || self
                    .by_crate
                    .iter()
                    .any(|(crate_name, allowed)| crate_name == name && allowed == one)
        };
        match holds(licence, &may) {
            Some(true) => None,
            Some(false) => Some(format!(
                "{name} {version}: {licence} is not allowed by {LIST}"
            )),
            None => Some(format!(
                "{name} {version}: licence {licence:?} cannot be read as SPDX"
            )),
        }
    }
}

/// Whether an SPDX expression can be met by licences that `may` allows; none where it is malformed.
fn holds(expression: &str, may: &dyn Fn(&str) -> bool) -> Option<bool> {
    // The old form "MIT/Apache-2.0" means OR.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let value = any(&mut rest, may)?;
    rest.is_empty().then_some(value)
}

fn any(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut value = all(rest, may)?;
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        value |= all(rest, may)?;
    }
    Some(value)
}

fn all(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut value = one(rest, may)?;
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        value &= one(rest, may)?;
    }
    Some(value)
}

fn one(rest: &mut &[&str], may: &dyn Fn(&str) -> bool) -> Option<bool> {
    let (first, after) = rest.split_first()?;
    *rest = after;
    if *first == "(" {
        let value = any(rest, may)?;
        let (close, after) = rest.split_first()?;
        *rest = after;
        return (*close == ")").then_some(value);
    }
    if matches!(*first, ")" | "OR" | "AND" | "WITH") {
        return None;
    }
    if rest.first() == Some(&"WITH") {
        let exception = rest.get(1)?;
        *rest = &rest[2..];
        return Some(may(&format!("{first} WITH {exception}")));
    }
    Some(may(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let may = |one: &str| matches!(one, "MIT" | "Unicode-3.0" | "A WITH x");
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("GPL-3.0", Some(false)),
            ("GPL-3.0 OR MIT", Some(true)),
            ("GPL-3.0/MIT", Some(true)),
            ("GPL-3.0 AND MIT", Some(false)),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", Some(true)),
            ("MIT OR GPL-3.0 AND BAD", Some(true)),
            ("(MIT AND GPL-3.0) OR BAD", Some(false)),
            ("A WITH x", Some(true)),
            ("A", Some(false)),
            ("", None),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT GPL-3.0", None),
        ] {
            assert_eq!(holds(expression, &may), expected, "{expression}");
        }
    }

    #[test]
    fn a_crate_may_have_a_licence_of_its_own() {
        let list = "[[allow]]\nlicence='MIT'\nwhy='x'\n[[allow]]\nlicence='CC0-1.0'\ncrate='keccak'\nwhy='x'\n";
        let allowed = Allowed::parse(list).unwrap();
        let package = |name: &str| serde_json::json!({"name": name, "version": "1.0.0", "license": "CC0-1.0"});
        assert_eq!(allowed.objection(&package("keccak")), None);
        assert!(
            allowed
                .objection(&package("other"))
                .unwrap()
                .contains("CC0-1.0 is not allowed")
        );
        let silent = serde_json::json!({"name": "n", "version": "1.0.0", "license": null});
        assert!(
            allowed
                .objection(&silent)
                .unwrap()
                .contains("states no licence")
        );
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        assert!(Allowed::parse("[[allow]]\nlicence='MIT'\n").is_err());
    }
}
