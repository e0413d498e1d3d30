//! Writes the brief from what was judged and measured.

use crate::brief::accounting::Accounting;
use crate::brief::brief::Brief;
use crate::brief::clock::Told;
use crate::brief::method::Method;
use crate::brief::timeline::TimelineRow;
use crate::coverage::facts::{SourceFacts, Stated};
use crate::coverage::ledger::Coverage;
use crate::exposure::measure::{Listed, Measured};
use crate::exposure::removed::Removed;
use crate::finding::finding::Finding;
use crate::vocab::card::Card;
use crate::vocab::moment::Moment;
use crate::vocab::remedy::Remedy;

/// What the brief is written from.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// Sources as taken in.
    pub accounting: Vec<Accounting>,
    /// The same as the chart knows them.
    pub sources: &'a [SourceFacts],
    /// Every card that is known, present or not.
    pub cards: &'a [&'static Card],
    /// Steps that cut an intruder off.
    pub remedies: &'a [Remedy],
    /// Hostile and suspect sessions.
    pub listed: &'a [Listed],
    /// How many sessions are ordinary.
    pub ordinary_sessions: u64,
    /// Findings of listed sessions.
    pub findings: Vec<Finding>,
    /// The ledger.
    pub coverage: &'a Coverage,
    /// What was measured.
    pub measured: Measured,
    /// What is on record as removed or contained.
    pub removed: &'a Removed,
    /// Events of listed sessions, in any order.
    pub timeline: Vec<TimelineRow>,
    /// Accounts that matter most (`--protect`), lower case.
    pub protect: &'a [String],
    /// Who was told (`--told`).
    pub told: Vec<Told>,
    /// When it was contained (`--contained`).
    pub contained: Option<Moment>,
    /// What the user states about licences and export.
    pub stated: &'a Stated,
    /// Now, handed in; `None` keeps expiry dates out.
    pub now: Option<Moment>,
    /// How it was judged.
    pub method: Method,
}

/// Writes the brief.
pub fn write(inputs: Inputs<'_>) -> Brief {
    Brief {
        accounting: inputs.accounting,
        ordinary_sessions: inputs.ordinary_sessions,
        method: inputs.method,
        ..Brief::default()
    }
}
