//! Collects events into columns.

use std::sync::Arc;

use arrow::array::{
    ArrayBuilder, ArrayRef, BooleanBuilder, ListBuilder, RecordBatch, StringBuilder, StructBuilder,
    TimestampMicrosecondBuilder, UInt32Builder, UInt64Builder,
};
use arrow::datatypes::{DataType, Field};
use arrow::error::ArrowError;
use demarche_core::event::event::Event;
use demarche_core::vocab::moment::Precision;

use crate::spill::texts::{self, N_TEXTS};
use crate::table::schema::{self, MARKS, WORDS};

/// Columns of the events table.
pub(crate) struct EventColumns {
    actor: StringBuilder,
    time: TimestampMicrosecondBuilder,
    source: UInt32Builder,
    leaf: UInt64Builder,
    event: UInt32Builder,
    offset: UInt64Builder,
    length: UInt64Builder,
    words: [StringBuilder; WORDS.len()],
    texts: [StringBuilder; N_TEXTS],
    network_number: UInt32Builder,
    items_counted: UInt64Builder,
    token_issued: TimestampMicrosecondBuilder,
    token_issued_precision: StringBuilder,
    marks: [BooleanBuilder; MARKS.len()],
    details: ListBuilder<StructBuilder>,
    items: UInt32Builder,
    pub n_rows: usize,
    pub n_bytes: usize,
}

/// The word of a precision in the tables.
pub(crate) fn precision_word(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
        Precision::Fraction => "fraction",
    }
}

fn time_builder() -> TimestampMicrosecondBuilder {
    TimestampMicrosecondBuilder::new().with_data_type(schema::time_type())
}

/// The texts so far; the column is empty again, with room for as many.
fn finished(column: &mut StringBuilder) -> ArrayRef {
    let (rows, bytes) = (column.len(), column.values_slice().len());
    let array = column.finish();
    *column = StringBuilder::with_capacity(rows, bytes + bytes / 8);
    Arc::new(array)
}

/// Appends a text, or null where it is absent.
fn text(column: &mut StringBuilder, value: &str) {
    column.append_option((!value.is_empty()).then_some(value));
}

impl EventColumns {
    pub fn new() -> EventColumns {
        let detail = Field::new("item", DataType::Struct(schema::detail_fields()), false);
        EventColumns {
            actor: StringBuilder::new(),
            time: time_builder(),
            source: UInt32Builder::new(),
            leaf: UInt64Builder::new(),
            event: UInt32Builder::new(),
            offset: UInt64Builder::new(),
            length: UInt64Builder::new(),
            words: std::array::from_fn(|_| StringBuilder::new()),
            texts: std::array::from_fn(|_| StringBuilder::new()),
            network_number: UInt32Builder::new(),
            items_counted: UInt64Builder::new(),
            token_issued: time_builder(),
            token_issued_precision: StringBuilder::new(),
            marks: std::array::from_fn(|_| BooleanBuilder::new()),
            details: ListBuilder::new(StructBuilder::from_fields(schema::detail_fields(), 0))
                .with_field(detail),
            items: UInt32Builder::new(),
            n_rows: 0,
            n_bytes: 0,
        }
    }

    /// Adds one event under the key of its actor.
    pub fn push(&mut self, event: &Event<'_>, actor: &str, ordinal: u32) {
        self.actor.append_value(actor);
        self.time.append_value(event.at.micros);
        self.source.append_value(event.place.source.0);
        self.leaf.append_value(event.place.leaf);
        self.event.append_value(ordinal);
        self.offset.append_value(event.place.offset);
        self.length.append_value(event.place.length);
        let words = [
            precision_word(event.at.precision),
            event.stream.word(),
            event.kind.word(),
            event.outcome.word(),
            event.actor_kind.word(),
            event.capacity.word(),
            event.throttled.word(),
        ];
        for (column, word) in self.words.iter_mut().zip(words) {
            column.append_value(word);
        }
        for (column, value) in self.texts.iter_mut().zip(texts::texts(event)) {
            text(column, value);
            self.n_bytes += value.len();
        }
        let network = Some(event.network_number).filter(|number| *number != 0);
        self.network_number.append_option(network);
        self.items_counted.append_option(event.items_counted);
        let issued = event.ties.token_issued;
        self.token_issued.append_option(issued.map(|at| at.micros));
        let precision = issued.map(|at| precision_word(at.precision));
        self.token_issued_precision.append_option(precision);
        self.push_marks(event);
        self.push_details(event);
        self.items.append_value(event.items.len() as u32);
        self.n_rows += 1;
        self.n_bytes += 256;
    }

    fn push_marks(&mut self, event: &Event<'_>) {
        let marks = event.marks;
        let values = [
            marks.background,
            marks.relay,
            marks.lossy,
            marks.grouped,
            marks.salvaged,
            marks.external,
            marks.peer,
            marks.conflicting,
        ];
        for (column, value) in self.marks.iter_mut().zip(values) {
            column.append_value(value);
        }
    }

    fn push_details(&mut self, event: &Event<'_>) {
        let details = self.details.values();
        for (name, value) in &event.details {
            for (place, text) in [name, value].into_iter().enumerate() {
                if let Some(column) = details.field_builder::<StringBuilder>(place) {
                    column.append_value(text);
                }
                self.n_bytes += text.len();
            }
            details.append(true);
        }
        self.details.append(true);
    }

    /// The rows so far as a batch; the columns are empty again.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            finished(&mut self.actor),
            Arc::new(self.time.finish()),
            Arc::new(self.source.finish()),
            Arc::new(self.leaf.finish()),
            Arc::new(self.event.finish()),
            Arc::new(self.offset.finish()),
            Arc::new(self.length.finish()),
        ];
        for column in self.words.iter_mut().chain(&mut self.texts) {
            columns.push(finished(column));
        }
        columns.push(Arc::new(self.network_number.finish()));
        columns.push(Arc::new(self.items_counted.finish()));
        columns.push(Arc::new(self.token_issued.finish()));
        columns.push(finished(&mut self.token_issued_precision));
        for column in &mut self.marks {
            columns.push(Arc::new(column.finish()));
        }
        columns.push(Arc::new(self.details.finish()));
        columns.push(Arc::new(self.items.finish()));
        (self.n_rows, self.n_bytes) = (0, 0);
        RecordBatch::try_new(schema::events(), columns)
    }
}

/// Columns of the items table.
#[derive(Default)]
pub(crate) struct ItemColumns {
    source: UInt32Builder,
    leaf: UInt64Builder,
    event: UInt32Builder,
    item: UInt32Builder,
    kind: StringBuilder,
    texts: [StringBuilder; 5],
    size_bytes: UInt64Builder,
    rows: UInt64Builder,
    pub n_rows: usize,
    pub n_bytes: usize,
}

impl ItemColumns {
    /// Adds the items of an event.
    pub fn push(&mut self, event: &Event<'_>, ordinal: u32) {
        for (place, item) in event.items.iter().enumerate() {
            self.source.append_value(event.place.source.0);
            self.leaf.append_value(event.place.leaf);
            self.event.append_value(ordinal);
            self.item.append_value(place as u32);
            self.kind.append_value(item.kind.word());
            let values = [
                &item.container,
                &item.id,
                &item.immutable_id,
                &item.native_id,
                &item.title,
            ];
            for (column, value) in self.texts.iter_mut().zip(values) {
                text(column, value);
                self.n_bytes += value.len();
            }
            self.size_bytes.append_option(item.size_bytes);
            self.rows.append_value(item.rows);
            self.n_rows += 1;
            self.n_bytes += 64;
        }
    }

    /// The rows so far as a batch; the columns are empty again.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.source.finish()),
            Arc::new(self.leaf.finish()),
            Arc::new(self.event.finish()),
            Arc::new(self.item.finish()),
            finished(&mut self.kind),
        ];
        for column in &mut self.texts {
            columns.push(finished(column));
        }
        columns.push(Arc::new(self.size_bytes.finish()));
        columns.push(Arc::new(self.rows.finish()));
        (self.n_rows, self.n_bytes) = (0, 0);
        RecordBatch::try_new(schema::items(), columns)
    }
}
