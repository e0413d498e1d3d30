//! Which accounts and stores were entered, by whom as far as records tie it.

use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One listed session (design.md, contract, `sessions[]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// `S-…`.
    pub id: String,
    /// Who acted.
    pub account: String,
    /// Whether `--protect` names the account.
    pub protected: bool,
    /// What the verdict table makes of it.
    pub verdict: Verdict,
    /// The row that decided.
    pub row: u8,
    /// `rule`, `analyst`, `pivot`.
    pub basis: String,
    /// In words: which findings, combined by which cell of the table.
    pub reason: String,
    /// What ties its events.
    pub tie: Tie,
    /// First event.
    pub first: Moment,
    /// Last event.
    pub last: Moment,
    /// Events in it.
    pub n_events: u64,
    /// Events by kind, in the order of kinds.
    pub kinds: Vec<(String, u64)>,
    /// Addresses.
    pub addresses: Vec<String>,
    /// Whether any address was a relay of the provider.
    pub relayed: bool,
    /// Programs and user agents.
    pub clients: Vec<String>,
    /// Application pairs.
    pub applications: Vec<String>,
    /// Countries.
    pub countries: Vec<String>,
    /// Stores entered.
    pub stores: Vec<String>,
    /// Token ids.
    pub token_ids: Vec<String>,
    /// Session ids.
    pub session_ids: Vec<String>,
    /// Values of these lists that did not fit.
    pub unlisted: u64,
    /// Whether another party used the same session id (K14).
    pub shared: bool,
    /// Ids of its findings.
    pub findings: Vec<String>,
    /// What was reached in it.
    pub exposure: SessionExposure,
    /// The first record.
    pub first_place: Place,
}

/// What was reached in one session (design.md, contract, `sessions[].exposure`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionExposure {
    /// What records name, distinct within the session.
    pub certain: Certain,
    /// What records cover without naming, or name under a tie that caps the grade.
    pub presumed: Vec<PresumedRow>,
    /// Ids of the gaps that lie over it.
    pub unknowable: Vec<String>,
}

/// Counts of what records name, each distinct; never added together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certain {
    /// Messages.
    pub messages: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files.
    pub files: u64,
    /// Rows returned, not distinct people.
    pub rows: u64,
}

/// One container, store or set of items that is presumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresumedRow {
    /// The store.
    pub store: String,
    /// The container; empty for a whole store.
    pub container: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Items known to be meant, named or counted; `None` where nobody counted.
    pub items: Option<u64>,
    /// Why it is presumed.
    pub why: String,
}

/// Suspect sessions with one cause: one determination settles them (design.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectGroup {
    /// The cause: one application, one address.
    pub cause: String,
    /// The sessions.
    pub sessions: Vec<String>,
    /// The accounts.
    pub accounts: Vec<String>,
    /// First event of them.
    pub first: Moment,
    /// Last event of them.
    pub last: Moment,
    /// What to ask, and of whom, in one sentence.
    pub question: String,
}
