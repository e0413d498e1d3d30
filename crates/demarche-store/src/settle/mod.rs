//! Settling: copies closed, events sorted, Parquet written, order-independent.

mod actors;
mod writer;

use std::fs;

use demarche_core::event::event::Event;
use demarche_core::record::problem::{Problem, ProblemKind};
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::error::Error;
use crate::intake::Taken;
use crate::intake::rejects::Rejects;
use crate::intake::source::Source;
use crate::layout;
use crate::settle::writer::Tables;
use crate::spill::copies::{self, Verdicts};
use crate::spill::{Spilled, row, rows_path, sorted};

/// What is known once copies are closed.
#[derive(Debug)]
pub struct Settled {
    /// Sources with their accounting complete.
    pub sources: Vec<Source>,
    /// Conflicting copies: one problem per kept record that contradicts another, in order of
    /// place; the first ten thousand. All of them are in `rejects.jsonl`.
    pub conflicts: Vec<Problem>,
    /// Events kept.
    pub events: u64,
    /// Items kept.
    pub items: u64,
}

/// Closes duplicates and conflicts, writes `store/`, and hands every kept event to `each`.
///
/// # Shape
/// `each` sees no duplicates; conflicting copies are kept and marked. The order is that of the
/// store's files and not promised. The same inputs give the same bytes. Conflicts are added to
/// `rejects.jsonl`. What was spilled is removed at the end.
///
/// # Errors
/// A disk that is full or cannot be written.
pub fn settle(taken: &Taken, each: &mut dyn FnMut(&Event<'_>)) -> Result<Settled, Error> {
    settle_in_runs(taken, sorted::RUN_BYTES, each)
}

/// Settles with runs of so many bytes (tests take small ones).
pub(crate) fn settle_in_runs(
    taken: &Taken,
    run_bytes: usize,
    each: &mut dyn FnMut(&Event<'_>),
) -> Result<Settled, Error> {
    let spilled = &taken.spilled;
    let verdicts = copies::judge(&spilled.folder, &spilled.searched)?;
    let store = taken.work.join(layout::STORE);
    if store.exists() {
        fs::remove_dir_all(&store).map_err(|cause| Error::disk(&store, &cause))?;
    }
    fs::create_dir_all(&store).map_err(|cause| Error::disk(&store, &cause))?;
    let mut tables = Tables::create(&store)?;
    for partition in 0..layout::PARTITIONS {
        tables.begin(partition)?;
        let path = rows_path(&spilled.folder, partition);
        let drops = |key: &row::SortKey<'_>| verdicts.dropped.holds(key.source, key.leaf);
        sorted::each(&path, run_bytes, &drops, &mut |bytes| {
            let key = row::sort_key(bytes);
            let (Some(key), Some(mut event)) = (key, row::decode(bytes)) else {
                return Err(Error::format(&path, "a spilled row is cut short"));
            };
            event.marks.conflicting = verdicts.conflicting.holds(key.source, key.leaf);
            each(&event);
            tables.push(&event, key.key, key.ordinal)
        })?;
    }
    let (events, items) = tables.close()?;
    let settled = Settled {
        sources: accounted(&taken.sources, &verdicts, spilled),
        conflicts: conflicts(taken, &verdicts)?,
        events,
        items,
    };
    fs::remove_dir_all(&spilled.folder).map_err(|cause| Error::disk(&spilled.folder, &cause))?;
    Ok(settled)
}

/// Completes the accounting of the sources.
fn accounted(sources: &[Source], verdicts: &Verdicts, spilled: &Spilled) -> Vec<Source> {
    let mut sources = sources.to_vec();
    for source in &mut sources {
        let number = source.number.0;
        source.duplicates = verdicts.duplicates.get(&number).copied().unwrap_or(0);
        source.distinct = source.records - source.rejected - source.duplicates;
        for (session, search) in &mut source.searches {
            let digest = spilled.copy_key.search(number, session);
            search.distinct = verdicts.searched.get(&digest).copied().unwrap_or(0);
        }
        source.check();
    }
    for (number, _) in verdicts.conflicting.all() {
        if let Some(source) = sources.get_mut(number as usize - 1) {
            source.conflicting += 1;
        }
    }
    sources
}

/// Names every contradiction in the list of problems, and returns the first of them.
fn conflicts(taken: &Taken, verdicts: &Verdicts) -> Result<Vec<Problem>, Error> {
    let name = |number: u32| {
        let source = taken.sources.get(number as usize - 1);
        source.map_or("", |source| source.name.as_str())
    };
    let mut rejects = Rejects::append(&taken.work)?;
    for ((source, leaf), (other, other_leaf)) in &verdicts.contradictions {
        let problem = Problem {
            kind: ProblemKind::Conflicting,
            place: Place {
                source: SourceNumber(*source),
                leaf: *leaf,
                ..Place::default()
            },
            text: format!(
                "differs from the copy at {other}/{other_leaf} ({}); both are kept",
                name(*other)
            ),
            salvaged: Vec::new(),
        };
        rejects.push(name(*source), problem)?;
    }
    let (kept, _) = rejects.finish()?;
    Ok(kept)
}
