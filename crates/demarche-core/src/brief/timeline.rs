//! Events of listed sessions in order of time, loadable elsewhere.

use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One row of `timeline.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// When.
    pub at: Moment,
    /// What the time means: the word of the event's kind.
    pub described: &'static str,
    /// What happened, in one line.
    pub message: String,
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What tied the record to the session.
    pub tie: Tie,
    /// Who acted.
    pub account: String,
    /// The store.
    pub store: String,
    /// The address as delivered.
    pub address: String,
    /// The client.
    pub client: String,
    /// The operation's name as delivered.
    pub operation: String,
    /// What came of it.
    pub outcome: &'static str,
    /// The record.
    pub place: Place,
}
