//! Since when, known when: times on record, and what was told.

use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// A time on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Moment,
    /// What happened then, in words.
    pub what: String,
    /// The record.
    pub place: Option<Place>,
    /// The session; empty where it belongs to none.
    pub session: String,
}

/// Somebody was told, by the user's word (`--told`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
}

/// The clock (design.md, contract, `clock`). No legal deadline is computed from any of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Where the logs begin.
    pub visible_from: Option<Mark>,
    /// First attempt of what became a hostile session.
    pub first_attempt: Option<Mark>,
    /// First event of a hostile session.
    pub first_entry: Option<Mark>,
    /// First item or container reached in a hostile session.
    pub first_access: Option<Mark>,
    /// First event of a suspect session.
    pub first_suspect: Option<Mark>,
    /// First alert on record at or after the first hostile or suspect event.
    pub first_alert_on_record: Option<Mark>,
    /// Last event of a hostile session.
    pub last_hostile: Option<Mark>,
    /// Who was told, by the user's word.
    pub noticed: Vec<Told>,
    /// When it was contained, by the user's word.
    pub contained: Option<Moment>,
    /// Sentences on what these times mean and do not mean.
    pub sentences: Vec<String>,
}
