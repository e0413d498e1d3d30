//! Projections: the record's keys as columns, nested values as text, some lost (K17).

use std::borrow::Cow;

use crate::event::event::Text;
use crate::event::sink::Sink;
use crate::record::csv::cells;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::{Value, ValueKind, quoted};
use crate::source::Fate;
use crate::source::moments;
use crate::source::unified_audit::form::csv::{bare, has};
use crate::source::unified_audit::form::json::push_member;
use crate::source::unified_audit::keys::trimmed;
use crate::source::unified_audit::record::{Wrapper, read};

/// Names that the workspace table gives to keys of the record (semantics §1.8).
const RENAMED: &[(&str, &str)] = &[
    ("TimeGenerated", "CreationTime"),
    ("OfficeId", "Id"),
    ("SourceRecordId", "Id"),
    ("OfficeWorkload", "Workload"),
    ("OfficeObjectId", "ObjectId"),
    ("Client_IPAddress", "ClientIPAddress"),
    ("Logon_Type", "LogonType"),
    ("Site_", "Site"),
    ("Site_Url", "SiteUrl"),
    ("Event_Data", "EventData"),
    ("AADTarget", "Target"),
    (
        "AzureActiveDirectory_EventType",
        "AzureActiveDirectoryEventType",
    ),
    ("CreationDate", "CreationTime"),
    ("UserIds", "UserId"),
    ("Operations", "Operation"),
];

/// Whether rows are those of the workspace table.
pub fn fits_office_rows(_: &str, header: &Header) -> bool {
    has(header, &["OfficeWorkload"]) || has(header, &["OfficeId"])
}

/// Whether an object is a row of the workspace table.
pub fn fits_office_json(text: &str, header: &Header) -> bool {
    header.columns.is_empty()
        && text.trim_start().starts_with('{')
        && (text.contains("\"OfficeWorkload\"") || text.contains("\"OfficeId\""))
}

/// Whether rows have at least the operation, the time and the account of a record.
pub fn fits_projection(_: &str, header: &Header) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| has(header, &[name]));
    any(&["Operation", "Operations"])
        && any(&["TimeGenerated", "CreationTime", "CreationDate"])
        && any(&["UserId", "UserIds", "UserKey"])
}

/// The key of the record that a column stands for.
fn key_of(column: &str) -> &str {
    let column = bare(column);
    RENAMED
        .iter()
        .find(|(renamed, _)| column.eq_ignore_ascii_case(renamed))
        .map_or(column, |(_, key)| key)
}

/// Reads a row of cells, or a row of a table as a JSON array.
///
/// The record is put together again from its columns and read as any other; what a cell lost
/// cannot come back, so the event is marked lossy.
pub fn read_rows(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut row = Rebuilt::default();
    let names = &record.header.columns;
    if record.text.trim_start().starts_with('[') {
        let mut at = 0;
        let _ = Value::of(record.text).elements(|value| {
            if let Some(name) = names.get(at) {
                row.value(name, value);
            }
            at += 1;
        });
    } else {
        cells(record.text, |at, cell| {
            if let Some(name) = names.get(at) {
                row.text(name, trimmed(cell));
            }
        });
    }
    row.read(record, sink)
}

/// Reads an object whose keys are columns of the workspace table.
pub fn read_object(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut row = Rebuilt::default();
    let whole = Value::of(record.text).members(|key, value| row.value(key, value));
    if whole.is_err() {
        // Left open, so that the reader finds it cut and salvages what there is.
        row.cut = true;
    }
    row.read(record, sink)
}

/// A record put together from columns.
#[derive(Default)]
struct Rebuilt {
    text: String,
    keys: Vec<String>,
    time: Option<crate::vocab::moment::Moment>,
    cut: bool,
}

impl Rebuilt {
    fn value(&mut self, name: &str, value: Value<'_>) {
        match value.kind() {
            ValueKind::Null => {}
            ValueKind::Text => self.text(name, trimmed(value.text())),
            _ => self.put(key_of(name), value.raw()),
        }
    }

    fn text(&mut self, name: &str, text: Text<'_>) {
        let text = match text.as_ref() {
            // What PowerShell writes of a nested value: its type, not its content (semantics §1.4).
            "" | "System.Object[]" | "System.Object" => return,
            text if text.starts_with("@{") => return,
            text => text,
        };
        let key = key_of(name);
        if key == "CreationTime" {
            self.time = self.time.or(moments::parse(text));
        }
        let nested = text.starts_with(['[', '{']) && is_whole(text);
        let raw = if nested {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(quoted(text))
        };
        self.put(key, &raw);
    }

    /// Adds a member; of two columns that stand for one key the first is taken.
    fn put(&mut self, key: &str, raw: &str) {
        if self.keys.iter().any(|known| known == key) {
            return;
        }
        self.keys.push(key.to_owned());
        push_member(&mut self.text, key, raw);
    }

    fn read(mut self, record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
        if self.text.is_empty() {
            self.text.push('{');
        }
        if !self.cut {
            self.text.push('}');
        }
        let wrapper = Wrapper {
            time: self.time,
            lossy: true,
            ..Wrapper::default()
        };
        read(record.place, &self.text, &wrapper, sink)
    }
}

/// Whether a cell's text is whole JSON, so that it may stand in the record as it is.
fn is_whole(text: &str) -> bool {
    crate::record::json::is_whole(text)
}
