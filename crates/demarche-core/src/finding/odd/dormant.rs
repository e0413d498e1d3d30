//! Row 5: an account that is used again after long silence.
//!
//! # Assumptions
//! - Silence is that of the logs at hand; days before them are not counted.
//! - Background readers of the provider do not break a silence.
//!
//! # Innocent explanations
//! - `an account in use`: an event of the account lies within sixty days before.
//! - `back from leave`: only the owner can say; a second kind of sign is needed.
//! - `a seasonal account`: it was silent as long before, and came back.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::odd::{sign_ins, tell};
use crate::finding::scene::Scene;
use crate::vocab::moment::DAY;

/// An account without events for long that signs in again.
pub const PATTERN: Pattern = Pattern {
    kind: "dormant-account",
    row: Row(5),
    techniques: &["T1078.004"],
};

/// An account without events for this long is dormant.
const DORMANT_DAYS_LEAST: i32 = 60;

/// Finds a first sign-in after long silence.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let (Some(first), Some(usage)) = (
        sign_ins(scene).next(),
        scene.facts.usage(&scene.session.account),
    ) else {
        return;
    };
    let day = i32::try_from(first.at.micros.div_euclid(DAY)).unwrap_or(i32::MAX);
    let Some(before) = usage.day_before(day) else {
        return;
    };
    let silent = day - before;
    if silent < DORMANT_DAYS_LEAST {
        return;
    }
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.cause = format!("address {}", first.address);
    finding.signs.insert(Sign::Dormant);
    finding.records.push(first.place);
    let why = format!(
        "{silent} days without an event of the account before {}",
        first.at
    );
    finding.note("an account in use", TestResult::Excluded, why);
    let seasonal = usage.silence_most_before(before) >= DORMANT_DAYS_LEAST;
    let result = if seasonal {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "its longest silence before was {} days",
        usage.silence_most_before(before)
    );
    finding.test("a seasonal account", result, why);
    let why = "nothing on record says why it was silent";
    finding.note("back from leave", TestResult::Possible, why.to_owned());
    tell(finding, "after long silence", findings);
}
