//! Attempts on record in sessions that are not listed, and passwords that are known.

use std::collections::BTreeMap;

use crate::brief::clock::Mark;
use crate::brief::phrase::{count, list};
use crate::finding::finding::{Finding, Row, TestResult};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// What an attempt amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttemptKind {
    /// Wrong passwords on many accounts, without a right one on record (row 2).
    Spray,
    /// A right password that was stopped: somebody knows it (row 14).
    PasswordKnown,
}

impl AttemptKind {
    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            AttemptKind::Spray => "spray",
            AttemptKind::PasswordKnown => "password-known",
        }
    }
}

/// How findings of attempts name the address that causes them.
const CAUSE_PREFIX: &str = "address ";

/// One attempt: it got nobody in, as far as records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// What it amounts to.
    pub kind: AttemptKind,
    /// What groups it: one address.
    pub cause: String,
    /// Accounts tried, or whose password is known.
    pub accounts: Vec<String>,
    /// First of it on record.
    pub first: Moment,
    /// In one sentence.
    pub sentence: String,
    /// Records, in order.
    pub places: Vec<Place>,
}

impl Attempt {
    /// Whether it came from an address.
    pub fn is_from(&self, address: &str) -> bool {
        self.cause.strip_prefix(CAUSE_PREFIX) == Some(address)
    }

    /// The same as a mark of the clock.
    pub fn mark(&self) -> Mark {
        Mark {
            at: self.first,
            what: self.sentence.clone(),
            place: self.places.first().copied(),
            session: String::new(),
        }
    }
}

/// The attempts among findings of sessions that are not listed, grouped by kind, cause and day.
///
/// A stopped sign-in after which the owner went on is a step on the way in, and left out.
pub fn attempts(findings: &[Finding]) -> Vec<Attempt> {
    let mut groups: BTreeMap<(AttemptKind, i64, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.holds()) {
        let kind = match finding.row {
            Row(2) => AttemptKind::Spray,
            Row(14) if !went_on(finding) => AttemptKind::PasswordKnown,
            _ => continue,
        };
        let key = (kind, finding.at.day(), finding.cause.as_str());
        groups.entry(key).or_default().push(finding);
    }
    let mut attempts: Vec<Attempt> = groups
        .into_iter()
        .filter_map(|((kind, _, cause), group)| grouped(kind, cause, &group))
        .collect();
    attempts.sort_by(|a, b| (a.first, a.kind, &a.cause).cmp(&(b.first, b.kind, &b.cause)));
    attempts
}

fn went_on(finding: &Finding) -> bool {
    finding
        .tests
        .iter()
        .any(|test| test.result == TestResult::Possible)
}

fn grouped(kind: AttemptKind, cause: &str, group: &[&Finding]) -> Option<Attempt> {
    let first = group.iter().map(|finding| finding.at).min()?;
    let mut accounts: Vec<String> = group.iter().map(|f| f.account.clone()).collect();
    accounts.sort();
    accounts.dedup();
    let mut places: Vec<Place> = group.iter().flat_map(|f| f.records.clone()).collect();
    places.sort();
    places.dedup();
    let n = places.len() as u64;
    let names: Vec<&str> = accounts.iter().map(String::as_str).collect();
    let sentence = match kind {
        AttemptKind::Spray => format!(
            "At least {} of one spray from {cause}, at {first} and after: {} were tried in it, and no right password of theirs is on record with its client.",
            count(n, "wrong password", "wrong passwords"),
            list(&names)
        ),
        AttemptKind::PasswordKnown => format!(
            "Whoever tried {} from {cause} at {first} knew the password and was stopped: if it was not the owner, reset it.",
            list(&names)
        ),
    };
    Some(Attempt {
        kind,
        cause: cause.to_owned(),
        accounts,
        first,
        sentence,
        places,
    })
}
