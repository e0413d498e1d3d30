//! `brief.json` is what `schema/brief.schema.json` says it is.

use serde_json::Value;

use crate::bench::{Bench, anchor, json};

/// Checks a value against the part of JSON Schema that our schema uses; returns the first fault.
fn fault(value: &Value, schema: &Value, root: &Value, at: &str) -> Option<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root.pointer(reference.trim_start_matches('#')).unwrap();
        return fault(value, target, root, at);
    }
    if let Some(choices) = schema["anyOf"]
        .as_array()
        .or_else(|| schema["oneOf"].as_array())
    {
        let fits = choices
            .iter()
            .any(|choice| fault(value, choice, root, at).is_none());
        return (!fits).then(|| format!("{at}: {value} fits none of its choices"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        return Some(format!("{at}: {value} is none of {words:?}"));
    }
    if !schema["const"].is_null() && schema["const"] != *value {
        return Some(format!("{at}: {value} is not {}", schema["const"]));
    }
    of_type(value, &schema["type"], at)
        .or_else(|| in_object(value, schema, root, at))
        .or_else(|| in_array(value, schema, root, at))
}

fn of_type(value: &Value, types: &Value, at: &str) -> Option<String> {
    let names: Vec<&str> = match types {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let name = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = names.contains(&name) || (name == "integer" && names.contains(&"number"));
    (!fits).then(|| format!("{at}: {name}, expected {names:?}"))
}

fn in_object(value: &Value, schema: &Value, root: &Value, at: &str) -> Option<String> {
    let object = value.as_object()?;
    for name in schema["required"].as_array().into_iter().flatten() {
        if !object.contains_key(name.as_str().unwrap()) {
            return Some(format!("{at}: {name} is missing"));
        }
    }
    for (name, member) in object {
        let (known, others) = (&schema["properties"][name], &schema["additionalProperties"]);
        let below = format!("{at}.{name}");
        let found = match (known.is_null(), others) {
            (false, _) => fault(member, known, root, &below),
            (true, Value::Bool(false)) => Some(format!("{below}: the schema does not know it")),
            (true, Value::Object(_)) => fault(member, others, root, &below),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn in_array(value: &Value, schema: &Value, root: &Value, at: &str) -> Option<String> {
    let elements = value.as_array()?.iter().enumerate();
    let mut faults = elements.filter_map(|(n, element)| {
        (!schema["items"].is_null())
            .then(|| fault(element, &schema["items"], root, &format!("{at}[{n}]")))
            .flatten()
    });
    faults.next()
}

#[test]
fn briefs_fit_their_schema() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema");
    let schema = json(&folder.join("brief.schema.json"));
    let bench = Bench::new();
    for letter in ["a", "b", "d"] {
        let flags = [
            "--told",
            "counsel=2026-03-02T09:00Z",
            "--contained",
            "2026-03-02",
        ];
        let logs = anchor(letter);
        let arguments = [&["examine", &logs, "--case", letter, "-q"][..], &flags].concat();
        bench.run(&arguments).ends_with(0);
        let brief = json(&bench.path(letter).join("brief.json"));
        assert_eq!(
            fault(&brief, &schema, &schema, "brief"),
            None,
            "anchor case {letter}"
        );
    }
}

#[test]
fn what_does_not_fit_is_noticed() {
    let schema = serde_json::json!({
        "type": "object", "required": ["n"], "additionalProperties": false,
        "properties": { "n": { "$ref": "#/$defs/n" } }, "$defs": { "n": { "type": "integer" } },
    });
    let check = |value: Value| fault(&value, &schema, &schema, "x");
    assert_eq!(check(serde_json::json!({ "n": 1 })), None);
    for bad in [
        serde_json::json!({}),
        serde_json::json!({ "n": "1" }),
        serde_json::json!({ "n": 1, "m": 2 }),
    ] {
        assert!(check(bad).is_some());
    }
}
