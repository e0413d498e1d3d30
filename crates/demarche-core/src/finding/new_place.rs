//! Row 4: a sign-in from a network and a device that are both new.
//!
//! # Assumptions
//! - New is what the account did not use more than a day before, by a baseline of fourteen days.
//! - Device means device id, else operating system and program without versions.
//!
//! # Innocent explanations
//! - `a network the account uses`: the network or its operator was used before.
//! - `a device the account uses`: the device or client family was used before.
//! - `the tenant's own way out`: many accounts use the network on many days.
//! - `travel with a new device`: looks the same: a lead until row 6 or row 2 stands beside it.

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::address::Network;

/// A sign-in from a network and a device that are both new to the account.
pub const PATTERN: Pattern = Pattern {
    kind: "new-network-and-device",
    row: Row(4),
    techniques: &["T1078.004"],
};

/// Finds the first sign-in of the session whose network and device are both new.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let sign_ins = scene
        .session
        .acts
        .iter()
        .filter(|act| act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded);
    for act in sign_ins {
        let Some(network) = scene.network_of(act) else {
            continue;
        };
        let new = scene.is_network_new(network, act.at) && scene.is_device_new(&act.device, act.at);
        if new {
            findings.push(finding_of(scene, act, network));
            return;
        }
    }
}

fn finding_of(scene: &Scene<'_>, act: &Act, network: (Network, u32)) -> Finding {
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.cause = format!("address {}", act.address);
    finding.sentence = format!(
        "{} signed in at {} from {} with {}, both never used by the account before",
        scene.session.account, act.at, act.address, act.device
    );
    finding.records.push(act.place);
    scene.test_baseline_of_places(&mut finding, act.at);
    let number = match network.1 {
        0 => "its operator is not stated".to_owned(),
        number => format!("its operator AS{number} is new as well"),
    };
    finding.test(
        "a network the account uses",
        TestResult::Excluded,
        format!("{} is first seen here; {number}", network.0),
    );
    finding.test(
        "a device the account uses",
        TestResult::Excluded,
        format!("{} is first seen here", act.device),
    );
    if scene.facts.is_habitual_egress(network.0) {
        finding.test(
            "the tenant's own way out",
            TestResult::Holds,
            format!("{} is used by many accounts on many days", network.0),
        );
    }
    let travel = "a new machine on a journey looks the same; only a second kind of sign counts";
    finding.note(
        "travel with a new device",
        TestResult::Possible,
        travel.to_owned(),
    );
    finding
}
