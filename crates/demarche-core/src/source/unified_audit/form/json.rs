//! Objects that are or hold the record: bare, wrapped, graph query, Elastic.

use std::borrow::Cow;

use memchr::memmem;

use crate::event::event::Text;
use crate::event::sink::Sink;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::{Value, ValueKind};
use crate::record::problem::ProblemKind;
use crate::source::Fate;
use crate::source::moments;
use crate::source::unified_audit::keys::{Fields, text_of};
use crate::source::unified_audit::record::{Wrapper, read, reject};

/// Whether a text holds a key, quotes and all: within a string's own text they are escaped.
fn holds(text: &str, quoted: &str) -> bool {
    memmem::find(text.as_bytes(), quoted.as_bytes()).is_some()
}

fn is_object(text: &str, header: &Header) -> bool {
    header.columns.is_empty() && text.trim_start().starts_with('{')
}

/// Whether a text is a bare record: its time and its type or operation are keys of it.
pub fn fits_bare(text: &str, header: &Header) -> bool {
    is_object(text, header)
        && (holds(text, "\"CreationTime\"")
            && (holds(text, "\"RecordType\"") || holds(text, "\"Operation\""))
            || holds(text, "\"creationTime\"") && holds(text, "\"recordType\""))
        && (!is_list_of_documents(text) || has_own_time(text))
}

/// Whether the time is a member of the object itself, not of something deep within it.
fn has_own_time(text: &str) -> bool {
    let mut found = false;
    // What is no JSON has no members: the reader says so.
    let _ = Value::of(text).members(|key, _| found |= key.eq_ignore_ascii_case("CreationTime"));
    found
}

/// Whether a text wraps the record under `AuditData`.
pub fn fits_wrapped(text: &str, header: &Header) -> bool {
    is_object(text, header) && holds(text, "\"AuditData\"")
}

/// Whether a text is a record of a graph query.
pub fn fits_graph(text: &str, header: &Header) -> bool {
    is_object(text, header) && holds(text, "\"auditData\"")
}

/// Whether the first member is an array: what tests of a pipeline expect, not a record.
fn is_list_of_documents(text: &str) -> bool {
    let after_key = text.split_once(':').map_or("", |(_, rest)| rest);
    after_key.trim_start().starts_with('[')
}

/// Whether a text keeps the original record as text.
pub fn fits_original(text: &str, header: &Header) -> bool {
    is_object(text, header)
        && !is_list_of_documents(text)
        && (holds(text, "\"original\"") || holds(text, "\"event.original\""))
        && holds(text, "\\\"CreationTime\\\"")
        && (holds(text, "\\\"RecordType\\\"") || holds(text, "\\\"Operation\\\""))
}

/// Whether a text keeps the decoded record under one key.
pub fn fits_decoded(text: &str, header: &Header) -> bool {
    is_object(text, header) && holds(text, "\"o365audit\"")
}

/// Whether a text keeps the record's fields under `o365.audit`.
pub fn fits_elastic(text: &str, header: &Header) -> bool {
    is_object(text, header)
        && !is_list_of_documents(text)
        && (holds(text, "\"o365\"") && holds(text, "\"audit\"") || holds(text, "\"o365.audit."))
}

/// Reads a bare record.
pub fn read_bare(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    read(record.place, record.text, &Wrapper::default(), sink)
}

/// Reads a wrapper object: `AuditData` or `auditData`, an object or its text.
pub fn read_wrapped(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (mut wrapper, mut data) = (Wrapper::default(), None);
    let whole = Value::of(record.text).members(|key, value| match key {
        "AuditData" | "auditData" => data = Some(value),
        "Identity" | "RecordId" | "id" => take(&mut wrapper.id, value),
        "CreationDate" | "createdDateTime" => wrapper.time = moments::parse(&text_of(value)),
        "UserIds" | "UserId" | "userPrincipalName" => take(&mut wrapper.user, value),
        "Operations" | "Operation" | "operation" => take(&mut wrapper.operation, value),
        "RunspaceId" => take(&mut wrapper.result_session, value),
        "ResultCount" => take(&mut wrapper.result, value),
        _ => {}
    });
    if wrapper.result.is_empty() {
        wrapper.result_session = Cow::Borrowed("");
    }
    let inner = data.map(inner_text).unwrap_or_default();
    if inner.is_empty() {
        let found = match whole {
            Err(fault) if fault.truncated => "the wrapper ends before its closing brace",
            Err(_) => "the wrapper is no JSON object",
            Ok(()) => "AuditData is empty",
        };
        let (fields, _) = Fields::of(Value::of(""));
        let found = (ProblemKind::Truncated, found);
        return reject(record.place, &fields, &wrapper, found, sink);
    }
    read(record.place, &inner, &wrapper, sink)
}

fn take<'a>(slot: &mut Text<'a>, value: Value<'a>) {
    if slot.is_empty() {
        *slot = text_of(value);
    }
}

/// The record's text: an object as it stands, or a string unescaped.
fn inner_text(value: Value<'_>) -> Text<'_> {
    match value.kind() {
        ValueKind::Object => Cow::Borrowed(value.raw()),
        ValueKind::Text => text_of(value),
        _ => Cow::Borrowed(""),
    }
}

/// The document within a search hit, or the text itself.
fn document(text: &str) -> Value<'_> {
    let value = Value::of(text);
    value
        .member("_source")
        .filter(|source| source.kind() == ValueKind::Object)
        .unwrap_or(value)
}

/// Reads the original text that a document kept, and ignores the rest of it.
pub fn read_original(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let document = document(record.text);
    let original = document
        .member("event")
        .and_then(|event| event.member("original"))
        .or_else(|| document.member("event.original"));
    let inner = original.map(inner_text).unwrap_or_default();
    if inner.is_empty() {
        let (fields, _) = Fields::of(Value::of(""));
        let found = (ProblemKind::Truncated, "event.original is empty");
        return reject(record.place, &fields, &Wrapper::default(), found, sink);
    }
    read(record.place, &inner, &Wrapper::default(), sink)
}

/// Reads a decoded record under `o365audit`.
pub fn read_decoded(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let inner = document(record.text).member("o365audit");
    read(
        record.place,
        &inner.map(inner_text).unwrap_or_default(),
        &Wrapper::default(),
        sink,
    )
}

/// Reads the fields of an Elastic document: types changed, lists flattened, some moved to the
/// common schema, so it is marked lossy (semantics §1.10).
pub fn read_elastic(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let document = document(record.text);
    let mut wrapper = Wrapper {
        lossy: true,
        ..Wrapper::default()
    };
    let mut audit = None;
    let mut dotted = String::new();
    let whole = document.members(|key, value| match key {
        "o365" => audit = value.member("audit"),
        "@timestamp" => wrapper.time = moments::parse(&text_of(value)),
        "event" => {
            let _ = value.members(|key, value| match key {
                "id" => take(&mut wrapper.id, value),
                "action" => take(&mut wrapper.operation, value),
                _ => {}
            });
        }
        "user" => {
            let of = |name| value.member(name);
            if let Some(name) = of("id").or_else(|| of("email")).or_else(|| of("name")) {
                take(&mut wrapper.user, name);
            }
        }
        "client" | "source" => {
            if let Some(address) = value.member("ip") {
                take(&mut wrapper.address, address);
            }
        }
        _ => {
            if let Some(name) = key.strip_prefix("o365.audit.") {
                push_member(&mut dotted, name, value.raw());
            }
        }
    });
    if whole.is_err() {
        let (fields, _) = Fields::of(audit.unwrap_or(Value::of("")));
        let found = (
            ProblemKind::Truncated,
            "the document ends before its closing brace",
        );
        return reject(record.place, &fields, &wrapper, found, sink);
    }
    dotted.push(if dotted.is_empty() { ' ' } else { '}' });
    let inner = audit.map_or(dotted.as_str(), Value::raw);
    read(record.place, inner, &wrapper, sink)
}

/// Adds a member to an object under construction.
pub fn push_member(out: &mut String, name: &str, raw: &str) {
    out.push(if out.is_empty() { '{' } else { ',' });
    out.push_str(&crate::record::json::quoted(name));
    out.push(':');
    out.push_str(raw);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_documents_is_no_record_and_a_record_may_begin_with_a_list() {
        let header = Header::default();
        let inner = r#""CreationTime":"2026-03-02T08:00:00","Operation":"x","RecordType":8"#;
        assert!(fits_bare(&format!("{{{inner}}}"), &header));
        assert!(fits_bare(
            &format!(r#"{{"Actor":[{{"ID":"a"}}],{inner}}}"#),
            &header
        ));
        assert!(!fits_bare(
            &format!(r#"{{"expected":[{{{inner}}}]}}"#),
            &header
        ));
    }
}
