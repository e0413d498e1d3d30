//! What is wrong with data: a value, counted and shown, never thrown.

use crate::vocab::place::Place;

/// What kind of wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// Two copies of one record differ in a field that both have.
    Conflicting,
    /// The record is cut short or empty.
    Truncated,
    /// The record is not in the form its source promises.
    Malformed,
    /// The record or file is of a kind or size that is not read.
    Unsupported,
    /// A file or archive member could not be read.
    Unreadable,
}

impl ProblemKind {
    /// The word printed for it.
    pub fn word(self) -> &'static str {
        match self {
            ProblemKind::Conflicting => "conflicting",
            ProblemKind::Truncated => "truncated",
            ProblemKind::Malformed => "malformed",
            ProblemKind::Unsupported => "unsupported",
            ProblemKind::Unreadable => "unreadable",
        }
    }
}

/// Something wrong with the data, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// Where; leaf and range are 0 for a whole file.
    pub place: Place,
    /// What was expected and what was found, in one sentence, without message contents.
    pub text: String,
    /// Facts of the wrapper that survive: record id, time, operation, account, as `name=value`.
    pub salvaged: Vec<(String, String)>,
}
