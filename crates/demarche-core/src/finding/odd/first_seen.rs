//! Row 5: a network, device or client first seen for the account.
//!
//! # Assumptions
//! - What an account used more than a day before is its own; one intrusion begins once.
//! - Address, country, operator, agent and travel of one sign-in are one sign, not five.
//!
//! # Innocent explanations
//! - `a known place`: network and device were used by the account before.
//! - `the tenant's own way out`: many accounts use the network on many days.
//! - `a new phone or a journey`: only the owner can say; a second kind of sign is needed.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::odd::{sign, sign_ins, tell};
use crate::finding::scene::Scene;
use crate::session::session::Act;

/// A network, device or client never used by the account before.
pub const PATTERN: Pattern = Pattern {
    kind: "first-seen-place",
    row: Row(5),
    techniques: &["T1078.004"],
};

/// Finds the first sign-in from a network or with a device that is new to the account.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for act in sign_ins(scene) {
        let Some(why) = new_at(scene, act) else {
            continue;
        };
        let mut finding = scene.finding(&PATTERN, act.at);
        finding.cause = format!("address {}", act.address);
        sign(&mut finding, Sign::NewPlace, act, "a known place", why);
        finding.note(
            "a new phone or a journey",
            TestResult::Possible,
            "a new machine or a journey looks the same; only a second kind of sign counts"
                .to_owned(),
        );
        let what = "from a place, network or client not seen before";
        return tell(finding, what, findings);
    }
}

/// What is new about a sign-in, in words.
fn new_at(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let network = scene.network_of(act)?;
    // A way out that many use is "the tenant's own way out": nothing about it is news.
    if scene.baseline(act.at).days == 0 || scene.facts.is_habitual_egress(network.0) {
        return None;
    }
    let network_new = scene.is_network_new(network, act.at);
    let device_new = scene.is_device_new(&act.device, act.at);
    let what = match (network_new, device_new) {
        (true, true) => format!("{} and {}", network.0, act.device),
        (true, false) => network.0.to_string(),
        (false, true) => act.device.clone(),
        (false, false) => return None,
    };
    Some(format!(
        "{what} first seen for the account on {}; {}",
        act.at,
        scene.baseline(act.at)
    ))
}
