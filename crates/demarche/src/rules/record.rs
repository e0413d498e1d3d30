//! A record as a public rule sees it: fields by name, whatever wraps them.

use std::collections::HashSet;

use demarche_core::record::csv::cells;
use demarche_core::record::delivered::Delivered;
use serde_json::{Map, Value};

use crate::rules::logs::{Log, OPERATION, OUTCOME, SERVICE, SIGN_INS};

/// Keys under which exports wrap the record proper, as text or as an object.
const WRAPPERS: [&str; 5] = [
    "AuditData",
    "properties",
    "event.original",
    "_raw",
    "original",
];
/// Wrappers within wrappers, at most.
const DEPTH_MOST: usize = 3;
/// Values of one field, at most.
const VALUES_MOST: usize = 256;

/// A record as the rules of one log see it.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// The record with its wrappers undone.
    pub value: &'v Value,
    /// The log whose names of fields count.
    pub log: &'static Log,
}

impl View<'_> {
    /// The values of a field as a rule names it; `None` where the record has none.
    pub fn field(&self, name: &str) -> Option<Vec<Value>> {
        let lower = name.to_ascii_lowercase();
        let mut found = Vec::new();
        let known = self.log.fields.iter().find(|(known, _)| *known == lower);
        for path in known.map_or(&[][..], |(_, paths)| paths) {
            match *path {
                OUTCOME => found.extend(self.outcome()),
                OPERATION => found.extend(self.operation()),
                SERVICE => found.extend(self.service()),
                SIGN_INS => found.push(Value::from("Sign-ins")),
                path => gather(self.value, path, &mut found),
            }
            if !found.is_empty() && *path != OUTCOME {
                break;
            }
        }
        if known.is_none() {
            gather(self.value, name, &mut found);
            if let (true, Some(rest)) = (found.is_empty(), lower.strip_prefix("properties.")) {
                gather(self.value, rest, &mut found);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// `success` or `failure`, from whatever the record says it with.
    fn outcome(&self) -> Option<Value> {
        let first = |path: &str| {
            let mut found = Vec::new();
            gather(self.value, path, &mut found);
            found.first().map(plain)
        };
        let code = first("status.errorCode").or_else(|| first("resultType"));
        if let Some(code) = code.filter(|code| code.parse::<u64>().is_ok()) {
            return Some(word(code == "0"));
        }
        if let Some(code) = first("errorCode") {
            return Some(word(code.is_empty()));
        }
        let stated = first("ResultStatus").or_else(|| first("result"));
        let Some(stated) = stated.map(|stated| stated.to_lowercase()) else {
            // Alerts and records of what was done state no result: it happened.
            return Some(word(true));
        };
        let good = ["success", "succeeded", "true", "partiallysucceeded", "0"];
        Some(word(good.contains(&stated.as_str())))
    }

    /// What a directory's record within a unified log says was done, as the directory's own log
    /// has it: without the full stop.
    fn operation(&self) -> Option<Value> {
        let text = |path: &str| {
            let mut found = Vec::new();
            gather(self.value, path, &mut found);
            found.first().map(plain)
        };
        let directory = text("Workload")? == "AzureActiveDirectory";
        let stated = text("Operation").filter(|_| directory)?;
        Some(Value::from(stated.trim_end_matches('.')))
    }

    /// The service of a report, from the name of its application.
    fn service(&self) -> Option<Value> {
        let mut found = Vec::new();
        gather(self.value, "id.applicationName", &mut found);
        let name = found.first().map(plain)?;
        Some(Value::from(format!("{name}.googleapis.com")))
    }
}

fn word(success: bool) -> Value {
    Value::from(if success { "success" } else { "failure" })
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The record with its wrappers undone; `None` where it is no text that fields can be told of.
pub fn value_of(delivered: &Delivered<'_>) -> Option<Value> {
    let text = delivered.text.trim();
    let value = if text.starts_with('{') {
        serde_json::from_str(text).ok()?
    } else if delivered.header.columns.is_empty() {
        Value::from(Map::from_iter([("message".to_owned(), Value::from(text))]))
    } else {
        row(delivered)
    };
    Some(unwrapped(value, 0))
}

fn row(delivered: &Delivered<'_>) -> Value {
    let mut object = Map::new();
    cells(delivered.text, |place, cell| {
        if let Some(name) = delivered.header.columns.get(place) {
            object.insert(name.clone(), Value::from(cell.into_owned()));
        }
    });
    Value::from(object)
}

/// What a wrapper holds, with the wrapper's own fields beside it where they are others.
fn unwrapped(value: Value, depth: usize) -> Value {
    let Value::Object(mut outer) = value else {
        return value;
    };
    let event = outer.get_mut("event").and_then(Value::as_object_mut);
    if let Some(original) = event.and_then(|event| event.remove("original")) {
        outer.insert("original".to_owned(), original);
    }
    let key = WRAPPERS.iter().find_map(|wrapper| {
        let mut keys = outer.keys();
        keys.find(|key| key.eq_ignore_ascii_case(wrapper)).cloned()
    });
    let Some(key) = key.filter(|_| depth < DEPTH_MOST) else {
        return Value::Object(outer);
    };
    let inner = match outer.remove(&key) {
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Some(other) => other,
        None => Value::Null,
    };
    let Value::Object(mut inner) = inner else {
        outer.insert(key, inner);
        return Value::Object(outer);
    };
    let known: HashSet<String> = inner.keys().map(|name| name.to_ascii_lowercase()).collect();
    for (name, value) in outer {
        if !known.contains(&name.to_ascii_lowercase()) {
            inner.insert(name, value);
        }
    }
    unwrapped(Value::Object(inner), depth + 1)
}

/// Adds the values that lie at a path, through arrays and lists of names and values.
fn gather(value: &Value, path: &str, found: &mut Vec<Value>) {
    if found.len() >= VALUES_MOST {
        return;
    }
    match value {
        _ if path.is_empty() => leaf(value, found),
        Value::Object(object) => {
            for (key, inner) in object {
                if let Some(rest) = behind(path, key) {
                    gather(inner, rest, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| {
            if let Some((rest, inner)) = named(one, path) {
                gather(inner, rest, found);
            } else {
                gather(one, path, found);
            }
        }),
        _ => {}
    }
}

/// The path behind a key that it begins with, letters of either case.
fn behind<'p>(path: &'p str, key: &str) -> Option<&'p str> {
    let head = path.get(..key.len())?;
    if key.is_empty() || !head.eq_ignore_ascii_case(key) {
        return None;
    }
    let rest = &path[key.len()..];
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('.')
}

/// The value of an entry `{name, value}` that the path begins with, and the path behind its name.
fn named<'p, 'v>(entry: &'v Value, path: &'p str) -> Option<(&'p str, &'v Value)> {
    let object = entry.as_object()?;
    let of = |names: &[&str]| {
        let mut entries = object.iter();
        entries.find(|(key, _)| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
    };
    let (_, name) = of(&["name", "displayname", "key"])?;
    let rest = behind(path, name.as_str()?)?;
    let (_, value) = of(&["value", "newvalue", "boolvalue", "multivalue"])?;
    Some((rest, value))
}

/// What a field holds: values of a list one by one, objects as their text.
fn leaf(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(list) if list.is_empty() => found.push(Value::from("[]")),
        Value::Array(list) => list.iter().for_each(|one| {
            if found.len() < VALUES_MOST {
                leaf(one, found);
            }
        }),
        Value::Object(_) => found.push(Value::from(value.to_string())),
        other => found.push(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use demarche_core::vocab::place::Place;

    use super::*;
    use crate::rules::logs;

    /// JSON as hostile as it may be: names that are parts of paths, wrappers in wrappers.
    fn values() -> impl Strategy<Value = Value> {
        let name = prop_oneof![
            Just("AuditData".to_owned()),
            Just("properties".to_owned()),
            Just("event".to_owned()),
            Just("original".to_owned()),
            Just("name".to_owned()),
            Just("value".to_owned()),
            "[a-zß.é\u{1F600}]{0,4}",
        ];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
            Just(Value::from("{\"AuditData\":\"{\\\"a\\\":1}\"}")),
        ];
        leaf.prop_recursive(5, 64, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((name.clone(), inner), 0..6)
                    .prop_map(|pairs| Value::from(Map::from_iter(pairs))),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_record_can_be_asked_for_any_field(
            value in values(),
            name in "[a-zA-Zß.é\u{1F600}]{0,12}",
        ) {
            let text = value.to_string();
            let header = demarche_core::record::delivered::Header::default();
            let delivered = Delivered { place: Place::default(), text: &text, header: &header };
            if let Some(value) = value_of(&delivered) {
                for log in logs::LOGS {
                    let view = View { value: &value, log };
                    let told = view.field(&name).unwrap_or_default();
                    prop_assert!(told.len() <= VALUES_MOST);
                }
            }
        }
    }

    #[test]
    fn a_wrapper_among_a_hundred_thousand_names_is_undone_in_one_pass() {
        let names = |prefix: &str| -> Map<String, Value> {
            let each = (0..100_000).map(|n| (format!("{prefix}{n}"), Value::from(n)));
            each.collect()
        };
        let mut outer = names("OUTER");
        outer.insert("AuditData".to_owned(), Value::from(names("outer")));
        let undone = unwrapped(Value::from(outer), 0);
        assert_eq!(undone.as_object().map(Map::len), Some(100_000));
    }
}
