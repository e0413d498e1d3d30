//! What was done in listed sessions that is no exposure, and what remains of it.

use crate::event::kind::{Kind, Outcome};
use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;
use crate::vocab::remedy::Need;

/// One act of a listed session: a row of `actions.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What tied the record to the session.
    pub tie: Tie,
    /// When.
    pub at: Moment,
    /// What.
    pub kind: Kind,
    /// What came of it.
    pub outcome: Outcome,
    /// The operation's name as delivered.
    pub operation: String,
    /// Who acted.
    pub account: String,
    /// The store it was done in; empty where it was in none.
    pub store: String,
    /// The object acted on: rule, application, account, message.
    pub object: String,
    /// Ids of messages or files it names.
    pub items: Vec<String>,
    /// Recipients of a message sent, in the order of the record.
    pub recipients: Vec<String>,
    /// The number of recipients the record states, where it states one.
    pub n_recipients_stated: Option<u64>,
    /// Other facts in words, `name=value`.
    pub facts: Vec<String>,
    /// The record.
    pub place: Place,
}

/// Something put in place in a listed session and not on record as removed: a row of `open.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// `O-…`, from session, need, object and record.
    pub id: String,
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What it takes to close it.
    pub need: Need,
    /// What kind of act put it in place.
    pub kind: Kind,
    /// The operation's name as delivered.
    pub operation: String,
    /// Who put it in place.
    pub account: String,
    /// The store it bears on; empty where on none.
    pub store: String,
    /// The object: rule, application, account, grant.
    pub object: String,
    /// Facts that matter to closing it: forwarding address, trustee, scope, `name=value`.
    pub facts: Vec<String>,
    /// When it was put in place.
    pub since: Moment,
    /// The record.
    pub place: Place,
}
