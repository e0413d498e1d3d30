//! Row 11: one address on many accounts.
//!
//! # Assumptions
//! - Many is three accounts, as in row 2: accounts with a baseline that came to the network with
//!   no device or client that they had used before. People who move bring their own.
//! - An address on many accounts adds nothing where it is a habit.
//!
//! # Innocent explanations
//! - `the tenant's own way out`: three accounts or more on ten days or more.
//! - `too short a baseline of the tenant`: nothing can be new in the first two weeks; nor to an
//!   account that is new itself.
//! - `a network the owner confirmed`: an expectation names it.
//! - `the owner's machine in a new place`: people who meet bring their own machines.

use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::{Scene, baseline_text};
use crate::tenant::origin::Origin;
use crate::vocab::address::Network;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// A network new to the tenant that many accounts are used from.
pub const PATTERN: Pattern = Pattern {
    kind: "address-on-many-accounts",
    row: Row(11),
    techniques: &["T1078.004", "T1090"],
};

/// Accounts from which on one network is "many".
const ACCOUNTS_LEAST: usize = 3;

/// Finds networks that many accounts came to as strangers and that are no habitual way out.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    if session.is_background() {
        return;
    }
    for network in &session.networks {
        let n_strangers = scene.facts.n_strangers_on(*network);
        if n_strangers >= ACCOUNTS_LEAST {
            let finding = finding_of(scene, *network, n_strangers);
            // Habit needs no finding: every session of the office would carry one.
            if finding.holds() {
                findings.push(finding);
            }
        }
    }
}

fn finding_of(scene: &Scene<'_>, network: Network, n_strangers: usize) -> Finding {
    let session = scene.session;
    let n_accounts = scene.facts.n_accounts_of(Origin::Network(network));
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    // One operator's networks are one question to the owners.
    finding.cause = match scene.facts.operator_of(network) {
        0 => format!("network {network}"),
        number => format!("networks of AS{number}"),
    };
    finding
        .records
        .extend([session.first_place, session.last_place]);
    finding.sentence = format!(
        "{n_accounts} accounts were used from {network}, {n_strangers} of them with nothing that they had used before"
    );
    let usage = scene.facts.origin(Origin::Network(network));
    let n_days = usage.map_or(0, |usage| usage.span.days.len());
    let habitual = scene.facts.is_habitual_egress(network);
    let result = if habitual {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!("{n_accounts} accounts on {n_days} days");
    finding.test("the tenant's own way out", result, why);
    if scene.is_expected_network(network) {
        let why = format!("the owner confirmed {network}");
        finding.test("a network the owner confirmed", TestResult::Holds, why);
    }
    let stated = scene.stated_for_all(|entry| !entry.networks.is_empty());
    if let Some(usage) = usage.filter(|_| stated.is_none()) {
        let baseline = scene.facts.tenant_baseline(usage.span.first);
        let result = if baseline.suffices() {
            TestResult::Excluded
        } else {
            TestResult::NotTested
        };
        let why = format!("before its first use: {}", baseline_text(baseline));
        finding.test("too short a baseline of the tenant", result, why);
    }
    let came = scene
        .facts
        .origin_of(&session.account, Origin::Network(network))
        .map_or(session.first, |span| span.first);
    if !scene.states_networks() {
        scene.test_baseline(&mut finding, came);
    }
    test_own_device(scene, &mut finding, came);
    finding
}

/// People who meet bring their own machines; one intruder brings one.
fn test_own_device(scene: &Scene<'_>, finding: &mut Finding, came: Moment) {
    let session = scene.session;
    let known = session
        .devices
        .values
        .iter()
        .find(|device| !scene.is_device_new(device, came));
    let (result, why) = match known {
        Some(device) => (
            TestResult::Holds,
            format!("{device} was used by the account before"),
        ),
        None if session.devices.values.is_empty() => (
            TestResult::NotTested,
            "no record states a device".to_owned(),
        ),
        None => (
            TestResult::Excluded,
            "no device of this session was used by the account before".to_owned(),
        ),
    };
    finding.test("the owner's machine in a new place", result, why);
}
