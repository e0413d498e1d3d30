//! A case as its readers see it, read back from its files.
//!
//! Invariant: every page is a function of the case's own public files, so that a brief written
//! again, for another reader or in another form, can say nothing that these files do not.

#[cfg(feature = "serve")]
pub mod listed;
pub mod parts;
pub mod read;
pub mod rows;
#[cfg(feature = "serve")]
pub mod search;

pub use parts::*;

use serde::{Deserialize, Serialize};

/// What `brief.json` and the tables beside it say.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct View {
    /// Name of the case's folder.
    #[serde(skip)]
    pub case: String,
    /// The form of the file, by name and number.
    #[serde(default)]
    pub format: String,
    /// Page one, in order.
    pub page_one: Vec<Answer>,
    /// Sources as taken in.
    pub accounting: Vec<Accounting>,
    /// Listed sessions.
    pub sessions: Vec<Session>,
    /// How many sessions are not listed.
    pub ordinary_sessions: u64,
    /// Suspects by cause.
    pub suspects: Vec<SuspectGroup>,
    /// Attempts, and passwords that are known.
    pub attempts: Vec<Attempt>,
    /// Findings of listed sessions.
    pub findings: Vec<Finding>,
    /// Gaps.
    pub gaps: Vec<Gap>,
    /// Sources still to be had.
    pub missing: Vec<Missing>,
    /// Totals per verdict.
    pub totals: Vec<Totals>,
    /// What is still in place.
    pub open: Vec<Open>,
    /// How to cut it off.
    pub cut_off: Vec<Step>,
    /// Who must be warned.
    pub warn: Warn,
    /// Times on record.
    pub clock: Clock,
    /// Claims with their records.
    pub claims: Vec<Claim>,
    /// Caveats by number.
    pub caveats: Vec<Caveat>,
    /// What moved since the run before.
    pub changes: Changes,
    /// How it was judged.
    pub method: Method,
    /// What proves it.
    pub proof: serde_json::Value,
    /// Rows of `exposure.csv`.
    #[serde(skip)]
    pub exposures: Vec<Exposure>,
    /// Rows of `actions.csv`.
    #[serde(skip)]
    pub actions: Vec<Action>,
    /// Rows of `timeline.csv`.
    #[serde(skip)]
    pub timeline: Vec<TimelineRow>,
    /// Rows of `indicators.csv`.
    #[serde(skip)]
    pub indicators: Vec<Indicator>,
}

impl View {
    /// The checkpoint as text; empty where the case is not sealed.
    pub fn checkpoint(&self) -> &str {
        self.proof["checkpoint"].as_str().unwrap_or_default()
    }
}
