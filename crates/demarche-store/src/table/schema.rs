//! Columns of the stored tables; `README.md` of this crate says the same in words.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};

use crate::spill::texts;

/// Version of the stored form, kept in every file.
pub(crate) const FORMAT: &str = "1";
/// The key under which it is kept.
pub(crate) const FORMAT_KEY: &str = "demarche.format";

/// Text columns whose values are words of an enumeration, in the order they are stored.
pub(crate) const WORDS: [&str; 7] = [
    "time_precision",
    "stream",
    "kind",
    "outcome",
    "actor_kind",
    "capacity",
    "throttled",
];

/// Columns that are true or false.
pub(crate) const MARKS: [&str; 8] = [
    "background",
    "relay",
    "lossy",
    "grouped",
    "salvaged",
    "external",
    "peer",
    "conflicting",
];

/// UTC to the microsecond.
pub(crate) fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Fields of one detail.
pub(crate) fn detail_fields() -> Fields {
    Fields::from(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, false),
    ])
}

/// One row per event, sorted by (actor, time, source, leaf, event).
pub(crate) fn events() -> SchemaRef {
    let mut fields = vec![
        Field::new("actor", DataType::Utf8, false),
        Field::new("time", time_type(), false),
        Field::new("source", DataType::UInt32, false),
        Field::new("leaf", DataType::UInt64, false),
        Field::new("event", DataType::UInt32, false),
        Field::new("offset", DataType::UInt64, false),
        Field::new("length", DataType::UInt64, false),
    ];
    fields.extend(WORDS.map(|name| Field::new(name, DataType::Utf8, false)));
    fields.extend(texts::NAMES.map(|name| Field::new(name, DataType::Utf8, true)));
    fields.extend([
        Field::new("network_number", DataType::UInt32, true),
        Field::new("items_counted", DataType::UInt64, true),
        Field::new("token_issued", time_type(), true),
        Field::new("token_issued_precision", DataType::Utf8, true),
    ]);
    fields.extend(MARKS.map(|name| Field::new(name, DataType::Boolean, false)));
    let detail = Field::new("item", DataType::Struct(detail_fields()), false);
    fields.extend([
        Field::new("details", DataType::List(Arc::new(detail)), false),
        Field::new("items", DataType::UInt32, false),
    ]);
    Arc::new(Schema::new(fields))
}

/// One row per item, in the order of the events that name them.
pub(crate) fn items() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("source", DataType::UInt32, false),
        Field::new("leaf", DataType::UInt64, false),
        Field::new("event", DataType::UInt32, false),
        Field::new("item", DataType::UInt32, false),
        Field::new("kind", DataType::Utf8, false),
        Field::new("container", DataType::Utf8, true),
        Field::new("id", DataType::Utf8, true),
        Field::new("immutable_id", DataType::Utf8, true),
        Field::new("native_id", DataType::Utf8, true),
        Field::new("title", DataType::Utf8, true),
        Field::new("size_bytes", DataType::UInt64, true),
        Field::new("rows", DataType::UInt64, false),
    ]))
}

/// One row per actor as delivered: where its events and items lie.
pub(crate) fn actors() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("actor", DataType::Utf8, false),
        Field::new("partition", DataType::UInt32, false),
        Field::new("event_first", DataType::UInt64, false),
        Field::new("events", DataType::UInt64, false),
        Field::new("item_first", DataType::UInt64, false),
        Field::new("items", DataType::UInt64, false),
        Field::new("first", time_type(), false),
        Field::new("last", time_type(), false),
    ]))
}
