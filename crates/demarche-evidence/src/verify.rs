//! Checks what others wrote. Nothing here imports a writer.

pub mod entries;
pub mod log;
pub mod pack;
pub mod source;

use std::fmt;

use crate::tlog_proof::TlogProofError;

/// What a check came to. The worst of several wins: altered, then cannot decide, then holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Everything needed was there and agrees.
    Holds,
    /// Something needed is missing, or a key is not known.
    CannotDecide,
    /// Bytes that are there are not what was sealed.
    Altered,
}

impl Outcome {
    /// The exit code of `demarche verify`.
    pub fn exit_code(&self) -> u8 {
        match self {
            Outcome::Holds => 0,
            Outcome::Altered => 1,
            Outcome::CannotDecide => 3,
        }
    }
}

/// One thing that keeps a check from holding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it makes of the check.
    pub outcome: Outcome,
    /// Where, and what is wrong, in one line.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.outcome {
            Outcome::Holds => "note",
            Outcome::CannotDecide => "cannot decide",
            Outcome::Altered => "altered",
        };
        write!(out, "{word}: {}", self.what)
    }
}

/// What was found, in the order it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// No fault yet.
    pub fn new() -> Faults {
        Faults::default()
    }

    /// Bytes that are there are wrong.
    pub fn altered(&mut self, what: impl Into<String>) {
        self.0.push(Fault {
            outcome: Outcome::Altered,
            what: what.into(),
        });
    }

    /// Something needed is not there.
    pub fn missing(&mut self, what: impl Into<String>) {
        self.0.push(Fault {
            outcome: Outcome::CannotDecide,
            what: what.into(),
        });
    }

    /// Worth saying, and no fault.
    pub fn note(&mut self, what: impl Into<String>) {
        self.0.push(Fault {
            outcome: Outcome::Holds,
            what: what.into(),
        });
    }

    /// Adds what another check found.
    pub fn extend(&mut self, other: Faults) {
        self.0.extend(other.0);
    }

    /// Everything found.
    pub fn iter(&self) -> impl Iterator<Item = &Fault> {
        self.0.iter()
    }

    /// The worst of it.
    pub fn outcome(&self) -> Outcome {
        self.0
            .iter()
            .map(|fault| fault.outcome.clone())
            .max()
            .unwrap_or(Outcome::Holds)
    }
}

/// Files a proof that fails under what its failing means.
pub(crate) fn proof_fault(name: &str, error: &TlogProofError, faults: &mut Faults) {
    let what = format!("{name}: {error}");
    match error {
        TlogProofError::Checkpoint(error) if log::is_undecided(error) => faults.missing(what),
        _ => faults.altered(what),
    }
}
