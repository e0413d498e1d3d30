//! The list of actors and where their rows lie, made while rows go by.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, RecordBatch, StringBuilder, TimestampMicrosecondBuilder, UInt32Builder, UInt64Builder,
};
use arrow::error::ArrowError;
use demarche_core::event::event::Event;

use crate::table::schema;

/// Rows of one actor.
#[derive(Clone, Debug, Default)]
struct Stretch {
    actor: String,
    partition: u32,
    event_first: u64,
    events: u64,
    item_first: u64,
    items: u64,
    first: i64,
    last: i64,
}

/// Actors in order of partition and key.
#[derive(Default)]
pub(crate) struct Actors {
    done: Vec<Stretch>,
    current: Option<Stretch>,
}

impl Actors {
    /// Counts one event; `event_at` and `item_at` are the rows it and its items begin at.
    pub fn push(&mut self, event: &Event<'_>, actor: &str, at: (u32, u64, u64)) {
        let same = |stretch: &Stretch| stretch.actor == actor && stretch.partition == at.0;
        if !self.current.as_ref().is_some_and(same) {
            self.done.extend(self.current.take());
            self.current = Some(Stretch {
                actor: actor.to_owned(),
                partition: at.0,
                event_first: at.1,
                item_first: at.2,
                first: event.at.micros,
                ..Stretch::default()
            });
        }
        if let Some(stretch) = &mut self.current {
            stretch.events += 1;
            stretch.items += event.items.len() as u64;
            stretch.last = event.at.micros;
        }
    }

    /// Takes in the actors of a later partition.
    pub fn join(&mut self, mut later: Actors) {
        self.done.extend(self.current.take());
        self.done.append(&mut later.done);
        self.done.extend(later.current);
    }

    /// The table, in order of key.
    pub fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        self.done.extend(self.current.take());
        self.done.sort_by(|a, b| a.actor.cmp(&b.actor));
        let mut actor = StringBuilder::new();
        let mut partition = UInt32Builder::new();
        let mut numbers: [UInt64Builder; 4] = Default::default();
        let mut times: [TimestampMicrosecondBuilder; 2] = std::array::from_fn(|_| {
            TimestampMicrosecondBuilder::new().with_data_type(schema::time_type())
        });
        for stretch in &self.done {
            actor.append_value(&stretch.actor);
            partition.append_value(stretch.partition);
            let values = [
                stretch.event_first,
                stretch.events,
                stretch.item_first,
                stretch.items,
            ];
            for (column, value) in numbers.iter_mut().zip(values) {
                column.append_value(value);
            }
            for (column, value) in times.iter_mut().zip([stretch.first, stretch.last]) {
                column.append_value(value);
            }
        }
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(actor.finish()), Arc::new(partition.finish())];
        for column in &mut numbers {
            columns.push(Arc::new(column.finish()));
        }
        for column in &mut times {
            columns.push(Arc::new(column.finish()));
        }
        RecordBatch::try_new(schema::actors(), columns)
    }
}
