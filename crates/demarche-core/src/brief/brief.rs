//! The brief as plain values: every field that any rendering prints.

use crate::brief::accessed::Totals;
use crate::brief::accounting::Accounting;
use crate::brief::attempts::Attempt;
use crate::brief::changes::Changes;
use crate::brief::clock::Clock;
use crate::brief::cut_off::Step;
use crate::brief::entered::{SessionRow, SuspectGroup};
use crate::brief::indicators::Indicator;
use crate::brief::method::Method;
use crate::brief::open::OpenRow;
use crate::brief::proof::Proof;
use crate::brief::unknown::GapRow;
use crate::brief::warn::{Recipient, Unnamed};
use crate::claim::claim::Claim;
use crate::coverage::missing::Missing;
use crate::exposure::action::Action;
use crate::exposure::exposure::Exposure;
use crate::exposure::timeline::TimelineRow;
use crate::finding::finding::Finding;

/// The version of the brief's shape; `schema/brief.schema.json` describes it.
pub const FORMAT: &str = "demarche-brief/1";

/// A part of page one: a question and the sentences that answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question's name: `entered`, `accessed`, `open`, `warn`, `unknown`, `unlisted`.
    pub question: &'static str,
    /// What a reader asks.
    pub title: &'static str,
    /// The answer, one sentence each.
    pub sentences: Vec<String>,
}

/// Everything the examination found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brief {
    /// Page one, in order.
    pub page_one: Vec<Answer>,
    /// Sources as taken in.
    pub accounting: Vec<Accounting>,
    /// Listed sessions: hostile first, protected accounts first within, then by time.
    pub sessions: Vec<SessionRow>,
    /// How many sessions are ordinary: not listed, not cleared.
    pub ordinary_sessions: u64,
    /// Suspects by cause.
    pub suspects: Vec<SuspectGroup>,
    /// Attempts in sessions that are not listed, and passwords that are known.
    pub attempts: Vec<Attempt>,
    /// Findings of listed sessions.
    pub findings: Vec<Finding>,
    /// What was reached, row by row.
    pub exposures: Vec<Exposure>,
    /// Totals per verdict: hostile, then suspect.
    pub totals: Vec<Totals>,
    /// What was done that is no exposure.
    pub actions: Vec<Action>,
    /// Every gap.
    pub gaps: Vec<GapRow>,
    /// Sources that are missing, soonest to expire first.
    pub missing: Vec<Missing>,
    /// What is still in place.
    pub open: Vec<OpenRow>,
    /// What snapshots show in place and nothing on record put there.
    pub standing: Vec<OpenRow>,
    /// How to cut it off.
    pub cut_off: Vec<Step>,
    /// Who must be warned.
    pub warn: Vec<Recipient>,
    /// Sends whose recipients are not on record.
    pub warn_unnamed: Unnamed,
    /// The clock.
    pub clock: Clock,
    /// Claims with their records.
    pub claims: Vec<Claim>,
    /// Events of listed sessions.
    pub timeline: Vec<TimelineRow>,
    /// What to look for elsewhere.
    pub indicators: Vec<Indicator>,
    /// What moved since the run before.
    pub changes: Changes,
    /// How it was judged.
    pub method: Method,
    /// What proves it.
    pub proof: Proof,
}
