//! Row 3: one token, issued once, used in turns on two unrelated networks.
//!
//! # Assumptions
//! - A token id names one issuance; whoever shows it from elsewhere has a copy of it, unless the
//!   client moved.
//! - Relays of the provider tell nothing of where a client is.
//!
//! # Innocent explanations
//! - `roaming`: one network after the other, never back.
//! - `networks the tenant uses`: every network was used in the tenant before.
//! - `one person on two networks`: a telephone at home and on its carrier, a tunnel beside a direct
//!   way: the account uses both on other days.
//! - `a token bound to its device`: the issuer says that it works on its own device only.
//! - `the owner's own use`: the part of a token that stayed where it was issued to.

use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::setting::details;
use crate::finding::two_networks::of_crossings;
use crate::session::session::Crossing;

/// One token on two unrelated networks in turns.
pub const PATTERN: Pattern = Pattern {
    kind: "token-replay",
    row: Row(3),
    techniques: &["T1550.001", "T1528"],
};

/// Finds a token used in turns on two networks.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let crossings = scene.session.crossings.iter();
    let replayed: Vec<&Crossing> = crossings.filter(|crossing| crossing.same_token).collect();
    let Some(mut finding) = of_crossings(scene, &PATTERN, &replayed) else {
        return;
    };
    test_bound(scene, &mut finding);
    findings.push(finding);
}

fn test_bound(scene: &Scene<'_>, finding: &mut Finding) {
    let acts = scene.session.acts.iter();
    let stated: Vec<&str> = acts
        .flat_map(|act| details(act, words::TOKEN_PROTECTION))
        .collect();
    let is = |word: &str| stated.iter().any(|text| text.eq_ignore_ascii_case(word));
    let (result, why) = if is("bound") && !is("unbound") {
        (
            TestResult::Holds,
            "the sign-ins say that their tokens are bound",
        )
    } else if is("unbound") {
        (
            TestResult::Excluded,
            "a sign-in says that its tokens are not bound",
        )
    } else {
        (
            TestResult::Possible,
            "no sign-in says whether its tokens are bound",
        )
    };
    finding.test("a token bound to its device", result, why.to_owned());
}
