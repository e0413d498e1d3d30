//! Row 13: the session comes from an address that a list names.
//!
//! # Assumptions
//! - Only addresses of a list that was handed in are known; without a list nothing is said.
//! - Relayed records show the provider's address and are not counted.
//! - An address changes hands: a list says nothing of who used it on that day.
//!
//! # Innocent explanations
//! - `an attempt only`: nothing from the address succeeded in the session.
//! - `the account's own network`: the account used it on three days before, or confirmed it.

use std::collections::BTreeMap;

use crate::event::kind::Outcome;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::outside::{FINDINGS_MOST, weigh};
use crate::finding::scene::{HABIT_DAYS_LEAST, Scene};
use crate::session::session::Act;
use crate::vocab::address::Address;

/// An address of a threat list in the session.
pub const PATTERN: Pattern = Pattern {
    kind: "listed-address",
    row: Row(13),
    techniques: &["T1078.004"],
};

/// Finds acts that succeeded from a listed address.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let lists = scene.facts.lists();
    if lists.threats.is_empty() {
        return;
    }
    let mut from: BTreeMap<&str, (&str, Vec<&Act>)> = BTreeMap::new();
    for act in scene.session.named.iter().filter(|act| counts(act)) {
        let address = Address::parse(&act.address);
        let Some(said) = address.and_then(|address| lists.threat(address.host)) else {
            continue;
        };
        let entry = from.entry(act.address.as_str());
        entry.or_insert_with(|| (said, Vec::new())).1.push(act);
    }
    for (address, (said, acts)) in from.into_iter().take(FINDINGS_MOST) {
        let Some(first) = acts.first() else { continue };
        let mut finding = scene.finding(&PATTERN, first.at);
        finding.cause = format!("listed address {address}");
        finding.records.extend(acts.iter().map(|act| act.place));
        finding.sentence = format!(
            "{} acts of the session came from {address}, which a list handed in names{}",
            acts.len(),
            if said.is_empty() {
                String::new()
            } else {
                format!(" ({said})")
            }
        );
        finding.note(
            "an attempt only",
            TestResult::Excluded,
            format!("{} of its acts did not fail", acts.len()),
        );
        test_own(scene, &mut finding, first);
        weigh(&mut finding, false);
        findings.push(finding);
    }
}

/// Relayed acts show the provider's address; what failed is an attempt.
fn counts(act: &Act) -> bool {
    !act.relayed && matches!(act.outcome, Outcome::Succeeded | Outcome::Unknown)
}

fn test_own(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let network = scene.network_of(act);
    let n_days = scene.days_on_network(act);
    let expected = network.is_some_and(|network| scene.is_expected_network(network.0));
    let result = if n_days >= HABIT_DAYS_LEAST || expected {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let confirmed = if expected {
        "; the owner confirmed it"
    } else {
        ""
    };
    finding.test(
        "the account's own network",
        result,
        format!("the account used the network on {n_days} days before{confirmed}"),
    );
}
