//! Which sources a case like this lacks, how to get them, until when.

use crate::coverage::facts::{SourceFacts, Stated};
use crate::coverage::ledger::Coverage;
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::Moment;

/// One source that is not here, and what can still be done about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// When records of the time asked about begin to be lost; `None` where nothing says.
    pub expires: Option<Moment>,
    /// Whether the time asked about is past its retention already: only a copy kept
    /// elsewhere can answer.
    pub expired: bool,
    /// Name of the source's card.
    pub source: String,
    /// What a person calls it.
    pub title: String,
    /// The stream that is missing.
    pub stream: Stream,
    /// Why a case like this needs it.
    pub why: String,
    /// How to export it.
    pub export: String,
    /// The licence that decides how long it is kept.
    pub licence: String,
    /// Days kept.
    pub kept_days: Option<u32>,
    /// Whether the licence is assumed.
    pub assumed: bool,
}

/// The case as far as the question "what is missing" needs it.
#[derive(Clone, Debug)]
pub struct CaseShape<'a> {
    /// The sources that are here.
    pub sources: &'a [SourceFacts],
    /// Every card that is known, present or not.
    pub cards: &'a [&'static Card],
    /// What the user states.
    pub stated: &'a Stated,
    /// The earliest time the case asks about, as far as it is known.
    pub since: Option<Moment>,
    /// Now, handed in.
    pub now: Option<Moment>,
}

/// The sources missing from a case, soonest to expire first.
pub fn missing(coverage: &Coverage, shape: &CaseShape<'_>) -> Vec<Missing> {
    let _ = (coverage, shape);
    Vec::new()
}
