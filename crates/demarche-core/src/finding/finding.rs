//! One finding: a pattern, its tests, its records, what it amounts to.

use crate::vocab::grade::Verdict;
use crate::vocab::place::Place;

/// Whether a finding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Records bear it and every innocent explanation that can be tested was.
    Supported,
    /// A condition for saying so is not met.
    CannotBeSaid,
    /// A record contradicts it.
    Refuted,
}

impl Standing {
    /// The word of the contract.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Supported => "supported",
            Standing::CannotBeSaid => "cannot_be_said",
            Standing::Refuted => "refuted",
        }
    }
}

/// How a test came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestResult {
    /// The innocent explanation does not hold.
    Excluded,
    /// It may hold.
    Possible,
    /// It holds.
    Holds,
    /// Nothing here can tell.
    NotTested,
}

impl TestResult {
    /// The word printed for it.
    pub fn word(self) -> &'static str {
        match self {
            TestResult::Excluded => "excluded",
            TestResult::Possible => "possible",
            TestResult::Holds => "holds",
            TestResult::NotTested => "not_tested",
        }
    }
}

/// One test of a finding: a condition or an innocent explanation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Its name, as in `travel` or `enough history`.
    pub name: &'static str,
    /// How it came out.
    pub result: TestResult,
    /// Why, with the numbers that decided.
    pub why: String,
}

/// The row of the verdict table a finding belongs to, 1 to 15 (design.md, "Verdicts").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u8);

/// One finding about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `F-…`, from kind, session and records.
    pub id: String,
    /// The kind, as in `password-spray`.
    pub kind: &'static str,
    /// ATT&CK technique ids.
    pub techniques: &'static [&'static str],
    /// The row of the verdict table.
    pub row: Row,
    /// Whose account.
    pub account: String,
    /// The session it is about.
    pub session: String,
    /// Whether it holds.
    pub standing: Standing,
    /// What it amounts to alone, before rows are combined.
    pub alone: Verdict,
    /// One sentence for a reader.
    pub sentence: String,
    /// Conditions and innocent explanations, each with its result.
    pub tests: Vec<Test>,
    /// The records it rests on, earliest first.
    pub records: Vec<Place>,
    /// What groups suspects: one application, one address (design.md, "Suspects are grouped").
    pub cause: String,
}

/// What the table makes of a session: the verdict and the row that decided it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The row that decided.
    pub row: Row,
    /// `rule`, `analyst`, `pivot`.
    pub basis: String,
    /// In words: which findings, combined by which cell of the table.
    pub reason: String,
}
