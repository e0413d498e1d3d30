//! Settling: copies closed, events sorted, Parquet written, order-independent.

mod actors;
pub(crate) mod writer;

use std::fs;
use std::path::Path;

use demarche_core::event::event::Event;
use demarche_core::record::problem::{Problem, ProblemKind};
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::beside;
use crate::error::Error;
use crate::intake::Taken;
use crate::intake::rejects::Rejects;
use crate::intake::source::Source;
use crate::layout;
use crate::settle::writer::{Stored, Tables};
use crate::spill::copies::{self, Verdicts};
use crate::spill::sorted::Runs;
use crate::spill::{Spilled, row, sorted};

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

/// Learns from the kept events; partitions are learned apart and joined in an order that depends on
/// what was spilled alone.
pub trait Learn: Send {
    /// Takes in one event, in no promised order.
    fn event(&mut self, event: &Event<'_>);

    /// Takes in what was learned of another partition.
    fn join(&mut self, later: Self);
}

/// Closes duplicates and conflicts, writes `store/`, and hands every kept event to a learner.
///
/// # Shape
/// Learners see no duplicates; conflicting copies are kept and marked. `fresh` makes the learner
/// of one partition; partitions go side by side, and what comes back does not depend on how many.
/// The same inputs give the same bytes. Conflicts are added to `rejects.jsonl`. What was spilled
/// is removed at the end.
///
/// # Errors
/// A disk that is full or cannot be written.
pub fn settle<L: Learn>(
    taken: &Taken,
    fresh: &(dyn Fn() -> L + Sync),
) -> Result<(Settled, L), Error> {
    let spilled = &taken.spilled;
    let verdicts = copies::judge(&spilled.folder, &spilled.searched)?;
    let store = taken.work.join(layout::STORE);
    if store.exists() {
        fs::remove_dir_all(&store).map_err(|cause| Error::disk(&store, &cause))?;
    }
    fs::create_dir_all(&store).map_err(|cause| Error::disk(&store, &cause))?;
    // The largest first, so that no processor is left with one at the end. The order depends on the
    // rows alone, and so does that in which learners are joined.
    let mut numbers: Vec<usize> = (0..layout::PARTITIONS).collect();
    numbers.sort_by_key(|number| std::cmp::Reverse(spilled.partitions[*number].bytes()));
    let (mut learned, mut stored, mut failed) = (fresh(), Stored::default(), None);
    beside::in_turn(
        &numbers,
        |number| {
            let mut learner = fresh();
            let parts = (&spilled.partitions[*number], *number);
            partition(parts, &store, &verdicts, &mut learner).map(|tables| (tables, learner))
        },
        |written| match written {
            Ok((tables, learner)) => {
                learned.join(learner);
                stored.join(tables);
            }
            Err(cause) => failed = failed.take().or(Some(cause)),
        },
    );
    if let Some(cause) = failed {
        return Err(cause);
    }
    let (events, items) = stored.close(&store)?;
    let settled = Settled {
        sources: accounted(&taken.sources, &verdicts, spilled),
        conflicts: conflicts(taken, &verdicts)?,
        events,
        items,
    };
    fs::remove_dir_all(&spilled.folder).map_err(|cause| Error::disk(&spilled.folder, &cause))?;
    Ok((settled, learned))
}

/// Writes the tables of one partition and learns from it.
fn partition<L: Learn>(
    (runs, number): (&Runs, usize),
    store: &Path,
    verdicts: &Verdicts,
    learner: &mut L,
) -> Result<Stored, Error> {
    let mut tables = Tables::create(store, number)?;
    sorted::each(runs, &mut |key, row| {
        if verdicts.dropped.holds(key.source, key.leaf) {
            return Ok(());
        }
        let mut event =
            row::decode(row).ok_or_else(|| Error::format(store, "a spilled row is cut short"))?;
        event.marks.conflicting = verdicts.conflicting.holds(key.source, key.leaf);
        learner.event(&event);
        tables.push(&event, key.key, key.ordinal)
    })?;
    // Here and not at the end, so that all processors do it: to free gigabytes takes seconds.
    runs.remove()?;
    tables.close()
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
