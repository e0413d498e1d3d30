//! A light look at an account's rows between two moments: four columns, no items.

use std::collections::BTreeSet;
use std::ops::Range;

use arrow::array::{AsArray, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::TimestampMicrosecondType;

use crate::error::Error;
use crate::scan::Store;
use crate::table::read::StoredFile;
use crate::table::texts::Texts;

/// What a row says of itself at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glance<'b> {
    /// Microseconds since 1970, UTC.
    pub at_micros: i64,
    /// The kind of event, by its word.
    pub kind: &'b str,
    /// From where; empty where that is on no record.
    pub address: &'b str,
    /// With which program, as it names itself; empty where that is on no record.
    pub agent: &'b str,
}

impl Store {
    /// Hands over the rows of these keys from the first moment up to the second, key by key, each
    /// key's in order of time.
    ///
    /// Rows outside are not read but for their time, and items not at all: an account of millions
    /// of events is looked at in the time that its days take.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn glance(
        &self,
        keys: &[&str],
        between: Range<i64>,
        each: &mut dyn FnMut(&Glance<'_>),
    ) -> Result<(), Error> {
        let keys: BTreeSet<&str> = keys.iter().copied().collect();
        for stretch in keys.into_iter().filter_map(|key| self.stretch(key)) {
            let file = &self.partitions[stretch.partition].events;
            let rows = stretch.event_first..stretch.event_first + stretch.events;
            let rows = within(file, rows, &between)?;
            if rows.is_empty() {
                continue;
            }
            let names = ["time", "kind", "address", "agent"];
            for batch in file.columns(rows, &names)? {
                let batch = batch.map_err(|cause| file.broken(cause))?;
                hand_over(&batch, each).ok_or_else(|| file.broken("columns of another version"))?;
            }
        }
        Ok(())
    }
}

/// The rows of a stretch, sorted by time, that lie between two moments.
fn within(
    file: &StoredFile,
    rows: Range<usize>,
    between: &Range<i64>,
) -> Result<Range<usize>, Error> {
    let (mut before, mut inside) = (0, 0);
    if rows.is_empty() {
        return Ok(rows);
    }
    for batch in file.columns(rows.clone(), &["time"])? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let times = times(&batch).ok_or_else(|| file.broken("columns of another version"))?;
        let until = |moment: i64| times.values().partition_point(|at| *at < moment);
        let (from, to) = (until(between.start), until(between.end));
        before += from;
        inside += to.saturating_sub(from);
        if to < times.len() {
            break;
        }
    }
    let first = rows.start + before;
    Ok(first..first + inside)
}

fn times(batch: &RecordBatch) -> Option<&TimestampMicrosecondArray> {
    batch
        .column_by_name("time")?
        .as_primitive_opt::<TimestampMicrosecondType>()
}

fn hand_over(batch: &RecordBatch, each: &mut dyn FnMut(&Glance<'_>)) -> Option<()> {
    let texts = |name: &str| Texts::of(batch.column_by_name(name)?);
    let (times, kinds) = (times(batch)?, texts("kind")?);
    let (addresses, agents) = (texts("address")?, texts("agent")?);
    for row in 0..batch.num_rows() {
        each(&Glance {
            at_micros: times.value(row),
            kind: kinds.at(row),
            address: addresses.at(row),
            agent: agents.at(row),
        });
    }
    Some(())
}
