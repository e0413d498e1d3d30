//! How to cut the intruder off, in order; nothing is executed.

use crate::vocab::remedy::Need;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in the order, from 1.
    pub number: u32,
    /// What it meets.
    pub need: Need,
    /// What it is about: account, application, rule.
    pub about: String,
    /// Sessions that make it needful.
    pub sessions: Vec<String>,
    /// Whether a hostile session makes it needful; a suspect one asks for a determination first.
    pub hostile: bool,
    /// What to do, in plain words.
    pub action: String,
    /// The exact command, or the way through the portal; empty where no source knows one.
    pub command: String,
    /// What to watch for.
    pub note: String,
    /// What is on record as done already, in words; empty where nothing is.
    pub on_record: String,
}
