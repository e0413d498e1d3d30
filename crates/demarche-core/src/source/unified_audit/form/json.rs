//! Objects that are or hold the record: bare, wrapped, graph query, Elastic.

use std::borrow::Cow;
use std::sync::OnceLock;

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

/// A key that texts are searched for, quotes and all: within a string's own text they are escaped.
struct Quoted {
    text: &'static str,
    /// Made once: every record is searched.
    finder: OnceLock<memmem::Finder<'static>>,
}

impl Quoted {
    const fn of(text: &'static str) -> Quoted {
        Quoted {
            text,
            finder: OnceLock::new(),
        }
    }

    fn is_in(&self, text: &str) -> bool {
        let finder = self.finder.get_or_init(|| memmem::Finder::new(self.text));
        finder.find(text.as_bytes()).is_some()
    }
}

static CREATION_TIME: Quoted = Quoted::of("\"CreationTime\"");
static RECORD_TYPE: Quoted = Quoted::of("\"RecordType\"");
static OPERATION: Quoted = Quoted::of("\"Operation\"");
static LOWER_CREATION_TIME: Quoted = Quoted::of("\"creationTime\"");
static LOWER_RECORD_TYPE: Quoted = Quoted::of("\"recordType\"");
static AUDIT_DATA: Quoted = Quoted::of("\"AuditData\"");
static LOWER_AUDIT_DATA: Quoted = Quoted::of("\"auditData\"");
static ORIGINAL: Quoted = Quoted::of("\"original\"");
static EVENT_ORIGINAL: Quoted = Quoted::of("\"event.original\"");
static INNER_CREATION_TIME: Quoted = Quoted::of("\\\"CreationTime\\\"");
static INNER_RECORD_TYPE: Quoted = Quoted::of("\\\"RecordType\\\"");
static INNER_OPERATION: Quoted = Quoted::of("\\\"Operation\\\"");
static DECODED: Quoted = Quoted::of("\"o365audit\"");
static ELASTIC: Quoted = Quoted::of("\"o365\"");
static ELASTIC_AUDIT: Quoted = Quoted::of("\"audit\"");
static ELASTIC_DOTTED: Quoted = Quoted::of("\"o365.audit.");

fn is_object(text: &str, header: &Header) -> bool {
    header.columns.is_empty() && text.trim_start().starts_with('{')
}

/// Whether a text is a bare record: its time and its type or operation are keys of it.
pub fn fits_bare(text: &str, header: &Header) -> bool {
    is_object(text, header)
        && (CREATION_TIME.is_in(text) && (RECORD_TYPE.is_in(text) || OPERATION.is_in(text))
            || LOWER_CREATION_TIME.is_in(text) && LOWER_RECORD_TYPE.is_in(text))
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
    is_object(text, header) && AUDIT_DATA.is_in(text)
}

/// Whether a text is a record of a graph query.
pub fn fits_graph(text: &str, header: &Header) -> bool {
    is_object(text, header) && LOWER_AUDIT_DATA.is_in(text)
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
        && (ORIGINAL.is_in(text) || EVENT_ORIGINAL.is_in(text))
        && INNER_CREATION_TIME.is_in(text)
        && (INNER_RECORD_TYPE.is_in(text) || INNER_OPERATION.is_in(text))
}

/// Whether a text keeps the decoded record under one key.
pub fn fits_decoded(text: &str, header: &Header) -> bool {
    is_object(text, header) && DECODED.is_in(text)
}

/// Whether a text keeps the record's fields under `o365.audit`.
pub fn fits_elastic(text: &str, header: &Header) -> bool {
    is_object(text, header)
        && !is_list_of_documents(text)
        && (ELASTIC.is_in(text) && ELASTIC_AUDIT.is_in(text) || ELASTIC_DOTTED.is_in(text))
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
