//! A light look at an account's days: every count, four columns of some rows.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use arrow::array::{AsArray, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::TimestampMicrosecondType;
use demarche_core::vocab::moment::DAY;

use crate::error::Error;
use crate::layout;
use crate::table::read::{self, StoredFile, Stretch};
use crate::table::texts::Texts;

/// The most rows of one key that are read whole; of more, each day's first ones are.
const WHOLE_MOST: usize = 32_768;

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

/// What is seen of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<'b> {
    /// So many events of one key, of which so many rows follow.
    Events {
        /// Events on the day.
        all: u64,
        /// How many of them are handed over.
        shown: u64,
    },
    /// One of them.
    Row(Glance<'b>),
}

/// The days of accounts in a stored case. Of its files only those are opened that hold the
/// accounts asked about: the index of all of them grows with the case.
#[derive(Debug)]
pub struct Days {
    store: PathBuf,
    actors: Vec<Stretch>,
    files: Vec<OnceLock<StoredFile>>,
}

impl Days {
    /// Opens the store of a case folder.
    ///
    /// # Errors
    /// Where the list of accounts is missing or was written by another version.
    pub fn open(case: &Path) -> Result<Days, Error> {
        let store = case.join(layout::STORE);
        let actors = read::actors(&store.join(layout::ACTORS))?;
        Ok(Days {
            store,
            actors,
            files: (0..layout::PARTITIONS).map(|_| OnceLock::new()).collect(),
        })
    }

    /// Keys of actors as delivered (`Identity::key`), sorted; the empty key where nobody is named.
    pub fn identities(&self) -> impl Iterator<Item = &str> {
        self.actors.iter().map(|stretch| stretch.actor.as_str())
    }

    fn stretch(&self, key: &str) -> Option<&Stretch> {
        let at = self
            .actors
            .binary_search_by(|stretch| stretch.actor.as_str().cmp(key))
            .ok()?;
        self.actors.get(at)
    }

    /// The events of a partition, opened when they are first asked for.
    fn events(&self, partition: usize) -> Result<&StoredFile, Error> {
        let Some(file) = self.files.get(partition) else {
            return Err(Error::format(&self.store, "an actor lies in no partition"));
        };
        if let Some(file) = file.get() {
            return Ok(file);
        }
        let opened = StoredFile::open(self.store.join(layout::events(partition)))?;
        Ok(file.get_or_init(|| opened))
    }

    /// Hands over what these keys did from the first day up to the second (days since 1970): each
    /// day's count, then its rows, of a busy key the first `most` of each day.
    ///
    /// Counts are exact, whatever is shown. An account of millions of events is looked at in the
    /// time that its shown rows take: where a day begins is found by the bounds of row groups.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn glance(
        &self,
        keys: &[&str],
        days: Range<i64>,
        most: usize,
        each: &mut dyn FnMut(i64, Seen<'_>),
    ) -> Result<(), Error> {
        let keys: BTreeSet<&str> = keys.iter().copied().collect();
        for stretch in keys.into_iter().filter_map(|key| self.stretch(key)) {
            let file = self.events(stretch.partition)?;
            let rows = stretch.event_first..stretch.event_first + stretch.events;
            let first = first_from(file, &rows, days.start.saturating_mul(DAY))?;
            let behind = first_from(file, &rows, days.end.saturating_mul(DAY))?;
            if behind - first <= WHOLE_MOST {
                whole(file, first..behind, each)?;
                continue;
            }
            let mut from = first;
            for day in days.clone() {
                let to = first_from(file, &(from..behind), (day + 1).saturating_mul(DAY))?;
                let shown = (to - from).min(most);
                if to > from {
                    let (all, n) = ((to - from) as u64, shown as u64);
                    each(day, Seen::Events { all, shown: n });
                    rows_of(file, from..from + shown, &mut |row| {
                        each(day, Seen::Row(row))
                    })?;
                }
                from = to;
            }
        }
        Ok(())
    }
}

/// Hands over all of some rows, each with its day.
fn whole(
    file: &StoredFile,
    rows: Range<usize>,
    each: &mut dyn FnMut(i64, Seen<'_>),
) -> Result<(), Error> {
    rows_of(file, rows, &mut |row| {
        let day = row.at_micros.div_euclid(DAY);
        each(day, Seen::Events { all: 1, shown: 1 });
        each(day, Seen::Row(row));
    })
}

/// The first of some rows, sorted by time, that is not before a moment; the end where none is.
fn first_from(file: &StoredFile, rows: &Range<usize>, moment: i64) -> Result<usize, Error> {
    for (group, bounds) in file.groups("time") {
        let here = group.start.max(rows.start)..group.end.min(rows.end);
        // The bounds are of the whole group, others' rows too: beyond them nothing need be read.
        let is_before = bounds.is_some_and(|(_, last)| last < moment);
        if here.is_empty() || is_before {
            continue;
        }
        if let Some(at) = first_within(file, here, moment)? {
            return Ok(at);
        }
    }
    Ok(rows.end.max(rows.start))
}

/// The first row of one group that is not before a moment.
fn first_within(
    file: &StoredFile,
    rows: Range<usize>,
    moment: i64,
) -> Result<Option<usize>, Error> {
    let mut before = rows.start;
    for batch in file.columns(rows, &["time"])? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        let times = times(&batch).ok_or_else(|| file.broken("columns of another version"))?;
        let until = times.values().partition_point(|at| *at < moment);
        before += until;
        if until < times.len() {
            return Ok(Some(before));
        }
    }
    Ok(None)
}

fn rows_of(
    file: &StoredFile,
    rows: Range<usize>,
    each: &mut dyn FnMut(Glance<'_>),
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    for batch in file.columns(rows, &["time", "kind", "address", "agent"])? {
        let batch = batch.map_err(|cause| file.broken(cause))?;
        hand_over(&batch, each).ok_or_else(|| file.broken("columns of another version"))?;
    }
    Ok(())
}

fn times(batch: &RecordBatch) -> Option<&TimestampMicrosecondArray> {
    batch
        .column_by_name("time")?
        .as_primitive_opt::<TimestampMicrosecondType>()
}

fn hand_over(batch: &RecordBatch, each: &mut dyn FnMut(Glance<'_>)) -> Option<()> {
    let texts = |name: &str| Texts::of(batch.column_by_name(name)?);
    let (times, kinds) = (times(batch)?, texts("kind")?);
    let (addresses, agents) = (texts("address")?, texts("agent")?);
    for row in 0..batch.num_rows() {
        each(Glance {
            at_micros: times.value(row),
            kind: kinds.at(row),
            address: addresses.at(row),
            agent: agents.at(row),
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use demarche_core::event::event::Event;
    use demarche_core::vocab::moment::Moment;

    use super::*;
    use crate::settle::writer::Tables;

    /// Events of the busy account on each of ten days; on the fifth there is none.
    const EVENTS: [u64; 10] = [9_000, 1, 16_384, 2_500, 0, 4_000, 700, 2_001, 1_999, 2_000];

    fn pushed(tables: &mut Tables, actor: &str, at_micros: i64) {
        let event = Event {
            at: Moment::from_micros(at_micros),
            ..Event::default()
        };
        tables.push(&event, actor, 0).unwrap();
    }

    /// A store in which a busy account lies between two others, across row groups.
    fn store(case: &Path) {
        let store = case.join(layout::STORE);
        std::fs::create_dir_all(&store).unwrap();
        let mut tables = Tables::create(&store, 3).unwrap();
        (0..100).for_each(|n| pushed(&mut tables, "a", n * DAY / 10));
        for (day, n) in (0_i64..).zip(EVENTS) {
            (0..n).for_each(|at| pushed(&mut tables, "busy", day * DAY + at as i64));
        }
        (0..100).for_each(|n| pushed(&mut tables, "z", n * DAY / 10));
        tables.close().unwrap().close(&store).unwrap();
    }

    #[test]
    fn days_of_a_busy_account_are_counted_whole_and_shown_in_part() {
        let case = tempfile::tempdir().unwrap();
        store(case.path());
        let days = Days::open(case.path()).unwrap();
        // All of it, and days that are few enough to be read whole.
        for asked in [-3..20, 2..10, 4..5, 5..8, 11..20] {
            let (mut counts, mut shown) = (BTreeMap::new(), BTreeMap::new());
            days.glance(
                &["busy"],
                asked.clone(),
                2_000,
                &mut |day, seen| match seen {
                    Seen::Events { all, .. } => *counts.entry(day).or_insert(0) += all,
                    Seen::Row(row) => {
                        assert_eq!(row.at_micros.div_euclid(DAY), day);
                        *shown.entry(day).or_insert(0) += 1;
                    }
                },
            )
            .unwrap();
            let of = |day: &i64| EVENTS.get(usize::try_from(*day).ok()?).copied();
            let expected = asked.clone().filter_map(|day| Some((day, of(&day)?)));
            let expected: BTreeMap<i64, u64> = expected.filter(|(_, n)| *n > 0).collect();
            assert_eq!(counts, expected, "{asked:?}");
            let bounded = expected.values().sum::<u64>() as usize > WHOLE_MOST;
            let most = if bounded { 2_000 } else { u64::MAX };
            let few = expected.iter().map(|(day, n)| (*day, (*n).min(most)));
            assert_eq!(shown, few.collect(), "{asked:?}");
        }
    }
}
