//! Row 5: a sign-in from a hosting network or anonymiser.
//!
//! # Assumptions
//! - Only networks of a list that was handed in are known; without a list nothing is said.
//!
//! # Innocent explanations
//! - `a private line`: the address is in no list of hosting networks.
//! - `a tunnel of the owner`: the owner confirmed the network as expected.
//! - `the account's own tunnel`: the account used the network on three days before.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::odd::{sign, sign_ins, tell};
use crate::finding::scene::{HABIT_DAYS_LEAST, Scene};
use crate::session::session::Act;
use crate::vocab::address::Address;

/// A sign-in from a listed hosting network or anonymiser.
pub const PATTERN: Pattern = Pattern {
    kind: "hosting-or-anonymiser",
    row: Row(5),
    techniques: &["T1090", "T1078.004"],
};

/// Finds the first sign-in from a listed network.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(act) = sign_ins(scene).find(|act| is_listed(scene, act)) else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.cause = format!("address {}", act.address);
    let why = format!("{} is in the list of hosting networks", act.address);
    sign(&mut finding, Sign::Hosting, act, "a private line", why);
    let n_days = scene.days_on_network(act);
    let result = if n_days >= HABIT_DAYS_LEAST {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!("the account used the network on {n_days} days before");
    finding.test("the account's own tunnel", result, why);
    tell(finding, "from a hosting network or anonymiser", findings);
}

/// Whether a list names the address, and no owner confirmed it ("a tunnel of the owner").
fn is_listed(scene: &Scene<'_>, act: &Act) -> bool {
    let Some(address) = Address::parse(&act.address).filter(|_| !act.relayed) else {
        return false;
    };
    scene.facts.lists().is_anonymiser(address.host) && !scene.is_expected_network(address.network())
}
