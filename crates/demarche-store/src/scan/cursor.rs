//! Goes through some rows of a partition, events and their items in step.

use std::ops::Range;

use arrow::array::RecordBatch;
use demarche_core::event::event::Event;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::error::Error;
use crate::table::read::{EventRows, ItemRows, Standing, StoredFile};

/// Events and items of one partition.
#[derive(Clone, Debug)]
pub(crate) struct Partition {
    pub events: StoredFile,
    pub items: StoredFile,
}

/// A cursor over one stretch of rows.
pub(crate) struct Cursor<'s> {
    partition: &'s Partition,
    events: ParquetRecordBatchReader,
    items: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    row: usize,
    /// Batches of items that the current batch of events may name, and the row within the first.
    item_batches: Vec<RecordBatch>,
    item_row: usize,
}

impl<'s> Cursor<'s> {
    /// Opens a stretch: rows of events, and the rows of items that belong to them.
    pub fn open(
        partition: &'s Partition,
        events: Range<usize>,
        items: Range<usize>,
    ) -> Result<Cursor<'s>, Error> {
        Cursor::over(partition, std::iter::once(events), std::iter::once(items))
    }

    /// Opens several stretches in the order of the file, as one.
    pub fn over(
        partition: &'s Partition,
        events: impl Iterator<Item = Range<usize>>,
        items: impl Iterator<Item = Range<usize>>,
    ) -> Result<Cursor<'s>, Error> {
        let held = |range: &Range<usize>| !range.is_empty();
        let mut cursor = Cursor {
            events: partition.events.rows(events.filter(held), None)?,
            items: partition.items.rows(items.filter(held), None)?,
            partition,
            batch: None,
            row: 0,
            item_batches: Vec::new(),
            item_row: 0,
        };
        cursor.next_batch()?;
        Ok(cursor)
    }

    fn next_batch(&mut self) -> Result<(), Error> {
        self.row = 0;
        self.batch = loop {
            match self.events.next() {
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => break Some(batch),
                Some(Err(cause)) => return Err(self.partition.events.broken(cause)),
                None => break None,
            }
        };
        Ok(())
    }

    fn rows<'b>(&self, batch: &'b RecordBatch) -> Result<EventRows<'b>, Error> {
        EventRows::of(batch)
            .ok_or_else(|| self.partition.events.broken("columns of another version"))
    }

    /// Where the current row stands; `None` at the end.
    pub fn standing(&self) -> Result<Option<Standing>, Error> {
        match &self.batch {
            Some(batch) => Ok(Some(self.rows(batch)?.standing(self.row))),
            None => Ok(None),
        }
    }

    /// Hands over rows up to `limit` (all, where there is none).
    pub fn pour(
        &mut self,
        limit: Option<Standing>,
        each: &mut dyn FnMut(&Event<'_>),
    ) -> Result<(), Error> {
        while let Some(batch) = self.batch.take() {
            let rows = self.rows(&batch)?;
            while self.row < batch.num_rows() {
                if limit.is_some_and(|limit| rows.standing(self.row) > limit) {
                    self.batch = Some(batch);
                    return Ok(());
                }
                self.one(&rows, each)?;
                self.row += 1;
            }
            self.next_batch()?;
        }
        Ok(())
    }

    fn one(&mut self, rows: &EventRows<'_>, each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let n_items = rows.n_items(self.row);
        self.fetch_items(n_items)?;
        let mut event = rows.event(self.row);
        let (mut at, mut wanted) = (self.item_row, n_items);
        for batch in self.item_batches.iter().filter(|_| n_items > 0) {
            let items = ItemRows::of(batch)
                .ok_or_else(|| self.partition.items.broken("columns of another version"))?;
            while wanted > 0 && at < batch.num_rows() {
                event.items.push(items.item(at));
                at += 1;
                wanted -= 1;
            }
            if wanted == 0 {
                break;
            }
            at = 0;
        }
        each(&event);
        drop(event);
        self.item_row += n_items;
        while self
            .item_batches
            .first()
            .is_some_and(|first| self.item_row >= first.num_rows())
        {
            self.item_row -= self.item_batches.remove(0).num_rows();
        }
        Ok(())
    }

    /// Makes sure that so many items are at hand.
    fn fetch_items(&mut self, n_items: usize) -> Result<(), Error> {
        let held: usize = self.item_batches.iter().map(RecordBatch::num_rows).sum();
        let mut held = held - self.item_row;
        while held < n_items {
            match self.items.next() {
                Some(Ok(batch)) => {
                    held += batch.num_rows();
                    self.item_batches.push(batch);
                }
                Some(Err(cause)) => return Err(self.partition.items.broken(cause)),
                None => return Err(self.partition.items.broken("items are missing")),
            }
        }
        Ok(())
    }
}
