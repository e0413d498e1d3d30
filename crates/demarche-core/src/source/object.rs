//! Reading nested objects: text at a path, elements of a list, stated times.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::record::delivered::Delivered;
use crate::record::json::{Value, ValueKind};
use crate::source::{Fate, reject};
use crate::vocab::moment::Moment;

/// The most bytes of one detail.
const DETAIL_BYTES_MAX: usize = 4 << 10;

/// The most elements looked at of one list.
const ELEMENTS_MOST: usize = 4096;

/// The value at a path of keys parted by dots.
pub fn value_at<'a>(value: Value<'a>, path: &str) -> Option<Value<'a>> {
    path.split('.').try_fold(value, |value, key| {
        (value.kind() == ValueKind::Object).then(|| value.member(key))?
    })
}

/// The text at a path, trimmed; empty where there is none, or what stands for none.
pub fn text_at<'a>(value: Value<'a>, path: &str) -> Text<'a> {
    let text = value_at(value, path).map_or(Cow::Borrowed(""), Value::text);
    match text.trim() {
        "" | "null" | "unknown" | "-" => Cow::Borrowed(""),
        trimmed if trimmed.len() == text.len() => text,
        trimmed => Cow::Owned(trimmed.to_owned()),
    }
}

/// The text at the first path that has one.
pub fn first_at<'a>(value: Value<'a>, paths: &[&str]) -> Text<'a> {
    paths
        .iter()
        .map(|path| text_at(value, path))
        .find(|text| !text.is_empty())
        .unwrap_or(Cow::Borrowed(""))
}

/// The elements at a path; one that is no list stands alone.
pub fn list_at<'a>(value: Value<'a>, path: &str) -> Vec<Value<'a>> {
    let Some(found) = value_at(value, path) else {
        return Vec::new();
    };
    match found.kind() {
        ValueKind::Array => {
            let mut elements = Vec::new();
            let _ = found.elements(|element| {
                if elements.len() < ELEMENTS_MOST {
                    elements.push(element);
                }
            });
            elements
        }
        ValueKind::Null => Vec::new(),
        _ => vec![found],
    }
}

/// Adds a detail, unless it is empty.
pub fn put<'a>(event: &mut Event<'a>, name: &'static str, value: Text<'a>) {
    if value.is_empty() {
        return;
    }
    let value = if value.len() > DETAIL_BYTES_MAX {
        let mut end = DETAIL_BYTES_MAX;
        while !value.is_char_boundary(end) {
            end -= 1;
        }
        Cow::Owned(value[..end].to_owned())
    } else {
        value
    };
    event.details.push((Cow::Borrowed(name), value));
}

/// An identity of a name and a stable id.
pub fn who<'a>(name: Text<'a>, object: Text<'a>) -> Identity<'a> {
    Identity {
        name,
        object: Cow::Owned(object.to_lowercase()),
        ..Identity::default()
    }
}

/// A file as an item.
pub fn file<'a>(container: Text<'a>, id: Text<'a>, title: Text<'a>) -> Item<'a> {
    Item {
        kind: ItemKind::File,
        container,
        id,
        title,
        rows: 1,
        ..Item::default()
    }
}

/// Rows of a table that no record counts.
pub fn rows<'a>(container: Text<'a>, id: Text<'a>) -> Item<'a> {
    Item {
        kind: ItemKind::Rows,
        container,
        id,
        ..Item::default()
    }
}

/// The kind of an operation in a sorted table of names.
pub fn kind_in(table: &[(&str, Kind)], name: &str) -> Option<Kind> {
    let at = table
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    Some(table[at].1)
}

/// Hands over events of one whole object; rejects one that is broken or has no time.
pub fn hand<'a>(
    record: &Delivered<'a>,
    at: Option<Moment>,
    events: Vec<Event<'a>>,
    sink: &mut dyn Sink,
) -> Fate {
    let facts: Vec<(&str, &str)> = events.first().map_or(Vec::new(), |event| {
        vec![
            ("record_id", event.record_id.as_ref()),
            ("operation", event.operation.as_ref()),
            ("account", event.actor.name.as_ref()),
        ]
    });
    if let Err(fault) = Value::of(record.text).members(|_, _| ()) {
        sink.problem(reject::broken(record, &fault, &facts));
        return Fate::Rejected;
    }
    let Some(at) = at else {
        sink.problem(reject::lacking(record, "the time of the record", &facts));
        return Fate::Rejected;
    };
    for mut event in events {
        event.at = at;
        event.place = record.place;
        sink.event(&event);
    }
    Fate::Read
}

/// Done, or failed where the record states an error.
pub fn outcome_of(error: &str) -> Outcome {
    if error.is_empty() {
        Outcome::Succeeded
    } else {
        Outcome::Failed
    }
}

/// Whether an object has these keys at its top: a bit of time spared over reading it twice.
pub fn has_keys(text: &str, keys: &[&str]) -> bool {
    let value = Value::of(text);
    if value.kind() != ValueKind::Object {
        return false;
    }
    let mut found = 0_u32;
    let _ = value.members(|key, _| {
        if let Some(at) = keys.iter().position(|known| *known == key) {
            found |= 1 << at;
        }
    });
    found.count_ones() as usize == keys.len()
}
