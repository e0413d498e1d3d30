//! Goes through some rows of a partition, events and their items in step.

use std::ops::Range;

use demarche_core::event::event::Event;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use crate::error::Error;
use crate::table::read::{EventRows, Extent, ItemRows, Standing, StoredFile};

/// What is wrong with a file that has other columns than it should.
const OTHER_COLUMNS: &str = "columns of another version";

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
    batch: Option<EventRows>,
    row: usize,
    /// Batches of items that the current batch of events may name, and the row within the first.
    item_batches: Vec<ItemRows>,
    item_row: usize,
}

impl<'s> Cursor<'s> {
    /// Opens a stretch: rows of events, and the rows of items that belong to them.
    pub fn open(
        partition: &'s Partition,
        (events, items): (Range<usize>, Range<usize>),
        extent: Extent,
    ) -> Result<Cursor<'s>, Error> {
        let stretch = (std::iter::once(events), std::iter::once(items));
        Cursor::over(partition, stretch, extent)
    }

    /// Opens several stretches in the order of the file, as one.
    pub fn over(
        partition: &'s Partition,
        (events, items): (
            impl Iterator<Item = Range<usize>>,
            impl Iterator<Item = Range<usize>>,
        ),
        extent: Extent,
    ) -> Result<Cursor<'s>, Error> {
        let held = |range: &Range<usize>| !range.is_empty();
        let mut cursor = Cursor {
            events: partition.events.rows(events.filter(held), extent)?,
            items: partition.items.rows(items.filter(held), extent)?,
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
        let file = &self.partition.events;
        self.batch = loop {
            match self.events.next() {
                Some(Ok(batch)) if batch.num_rows() == 0 => {}
                Some(Ok(batch)) => {
                    let rows = EventRows::of(&batch);
                    break Some(rows.ok_or_else(|| file.broken(OTHER_COLUMNS))?);
                }
                Some(Err(cause)) => return Err(file.broken(cause)),
                None => break None,
            }
        };
        Ok(())
    }

    /// Where the current row stands; `None` at the end.
    pub fn standing(&self) -> Option<Standing> {
        self.batch.as_ref().map(|rows| rows.standing(self.row))
    }

    /// Hands over rows up to `limit` (all, where there is none).
    pub fn pour(
        &mut self,
        limit: Option<Standing>,
        each: &mut dyn FnMut(&Event<'_>),
    ) -> Result<(), Error> {
        while let Some(rows) = self.batch.take() {
            while self.row < rows.n_rows {
                if limit.is_some_and(|limit| rows.standing(self.row) > limit) {
                    self.batch = Some(rows);
                    return Ok(());
                }
                self.one(&rows, each)?;
                self.row += 1;
            }
            self.next_batch()?;
        }
        Ok(())
    }

    fn one(&mut self, rows: &EventRows, each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let n_items = rows.n_items(self.row);
        self.fetch_items(n_items)?;
        let mut event = rows.event(self.row);
        let (mut at, mut wanted) = (self.item_row, n_items);
        for batch in self.item_batches.iter().filter(|_| n_items > 0) {
            while wanted > 0 && at < batch.n_rows {
                event.items.push(batch.item(at));
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
            .is_some_and(|first| self.item_row >= first.n_rows)
        {
            self.item_row -= self.item_batches.remove(0).n_rows;
        }
        Ok(())
    }

    /// Makes sure that so many items are at hand.
    fn fetch_items(&mut self, n_items: usize) -> Result<(), Error> {
        let held: usize = self.item_batches.iter().map(|items| items.n_rows).sum();
        let mut held = held - self.item_row;
        let file = &self.partition.items;
        while held < n_items {
            match self.items.next() {
                Some(Ok(batch)) => {
                    held += batch.num_rows();
                    let items = ItemRows::of(&batch);
                    let items = items.ok_or_else(|| file.broken(OTHER_COLUMNS))?;
                    self.item_batches.push(items);
                }
                Some(Err(cause)) => return Err(file.broken(cause)),
                None => return Err(file.broken("items are missing")),
            }
        }
        Ok(())
    }
}
