//! Names that records give to ids: page one prints no id alone.

use std::collections::BTreeMap;

use crate::exposure::action::{Action, Open};

/// Applications by their ids, as far as a record of a listed session names them.
///
/// # Gaps
/// A name is what somebody typed: it proves nothing about who made the application (K18).
#[derive(Clone, Debug, Default)]
pub struct Names {
    by_id: BTreeMap<String, String>,
}

impl Names {
    /// The names in facts of acts and of what is still open; the first record wins.
    pub fn of(actions: &[Action], open: &[Open]) -> Names {
        let mut names = Names::default();
        let acts = actions.iter().map(|act| (act.object.as_str(), &act.facts));
        let rows = open.iter().map(|row| (row.object.as_str(), &row.facts));
        for (object, facts) in acts.chain(rows) {
            let fact = |name: &str| {
                let mut values = facts
                    .iter()
                    .filter_map(|fact| fact.strip_prefix(name)?.strip_prefix('='));
                values.next()
            };
            let Some(name) = fact("name").filter(|name| !name.is_empty()) else {
                continue;
            };
            for id in fact("app_id").into_iter().chain([bare(object)]) {
                if is_id(id) {
                    let id = id.to_ascii_lowercase();
                    names.by_id.entry(id).or_insert_with(|| name.to_owned());
                }
            }
        }
        names
    }

    /// An id with its name before it, where a record gives one; else the text as it is.
    pub fn labelled(&self, text: &str) -> String {
        match self.by_id.get(&bare(text).to_ascii_lowercase()) {
            Some(name) if is_id(text) => format!("\"{name}\" ({text})"),
            _ => text.to_owned(),
        }
    }

    /// What page one calls an application or object: its name in quotes where a record gives one,
    /// the short form of an id that none names, else the text as it is.
    pub fn called(&self, text: &str) -> String {
        let id = bare(text);
        if !is_id(id) {
            return text.to_owned();
        }
        match self.by_id.get(&id.to_ascii_lowercase()) {
            Some(name) => format!("\"{name}\""),
            None => format!("one that no record names (id {}…)", &id[..8]),
        }
    }
}

/// An id without the kind of object before it: `Application_…`.
pub fn bare(object: &str) -> &str {
    match object.rsplit_once('_') {
        Some((_, id)) if is_id(id) => id,
        _ => object,
    }
}

/// Whether a text is an id of 32 hexadecimal digits in five groups (RFC 9562 §4).
pub fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_never_called_by_itself_alone() {
        let mut names = Names::default();
        let id = "46a4fe96-06ba-418c-8ea1-b6c82bd2f481";
        assert_eq!(names.called(id), "one that no record names (id 46a4fe96…)");
        names
            .by_id
            .insert(id.to_owned(), "Notes Clipper".to_owned());
        assert_eq!(names.called(id), "\"Notes Clipper\"");
        assert_eq!(
            names.called(&format!("Application_{id}")),
            "\"Notes Clipper\""
        );
        assert_eq!(names.called("ana@example.org"), "ana@example.org");
    }
}
