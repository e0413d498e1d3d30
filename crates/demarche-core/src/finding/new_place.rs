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
//! - `an operator that people here use`: beside row 2 it speaks for the owner, beside row 6 not.
//! - `a registered device`: the same of a device that the directory knew two weeks before.
//! - `a sign-in to something else`: it has no id, and address, device and time tie it.
//! - `travel with a new device`: looks the same: a lead until row 6 or row 2 stands beside it.

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::{Act, Session};
use crate::tenant::client::registered;
use crate::vocab::address::{Address, Network};
use crate::vocab::moment::{DAY, MINUTE};

/// A sign-in from a network and a device that are both new to the account.
pub const PATTERN: Pattern = Pattern {
    kind: "new-network-and-device",
    row: Row(4),
    techniques: &["T1078.004"],
};

/// A device registered within this time may be that of whoever had the password.
const REGISTERED_MICROS_MOST: i64 = 14 * DAY;

/// Finds the first sign-in of the session whose network and device are both new.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let own: Vec<&Act> = sign_ins(scene.session).collect();
    let entered = if own.is_empty() {
        entry_without_ids(scene)
    } else {
        None
    };
    for act in own.into_iter().chain(entered) {
        let Some(network) = scene.network_of(act) else {
            continue;
        };
        let new = scene.is_network_new(network, act.at) && scene.is_device_new(&act.device, act.at);
        if new {
            let mut finding = finding_of(scene, act, network);
            if entered.is_some() {
                note_entry(scene, &mut finding, act);
            }
            findings.push(finding);
            return;
        }
    }
}

/// The sign-ins of a session that worked.
fn sign_ins(session: &Session) -> impl Iterator<Item = &Act> {
    let mut acts = session.acts.iter();
    std::iter::from_fn(move || {
        acts.find(|act| act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded)
    })
}

/// The sign-in that a session with an id of its own was entered by, where sign-in logs state no
/// ids (semantics §4): the last from its address and device in the day before it began.
fn entry_without_ids<'a>(scene: &Scene<'a>) -> Option<&'a Act> {
    let session = scene.session;
    if session.session_ids.values.is_empty() {
        return None;
    }
    let day = session.first.micros - DAY..=session.first.micros;
    // Its token, where it states one, was used for nothing else on record.
    let without_ids = |other: &&Session| {
        let mut kinds = other.kinds.keys();
        other.session_ids.values.is_empty() && kinds.all(|kind| *kind == Kind::SignIn)
    };
    scene
        .account_sessions
        .iter()
        .filter(without_ids)
        .flat_map(sign_ins)
        .filter(|act| day.contains(&act.at.micros))
        .filter(|act| {
            let address = Address::parse(&act.address);
            address.is_some_and(|one| session.addresses.values.contains(&one.host.to_string()))
        })
        .filter(|act| session.devices.values.contains(&act.device))
        .max_by_key(|act| (act.at, act.place))
}

/// What ties a sign-in without ids to the session is for the reader to weigh.
fn note_entry(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let minutes = (scene.session.first.micros - act.at.micros) / MINUTE;
    let why = format!(
        "the sign-in states no id; the session began {minutes} minutes later at {} with {}",
        act.address, act.device
    );
    finding.note("a sign-in to something else", TestResult::Possible, why);
}

fn finding_of(scene: &Scene<'_>, act: &Act, network: (Network, u32)) -> Finding {
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.cause = format!("address {}", act.address);
    finding.sentence = format!(
        "{} signed in at {} from {} with {}, both never used by the account before",
        scene.session.who(),
        act.at,
        act.address,
        act.device
    );
    finding.records.push(act.place);
    // What was never used before was never used until it began, here or hours earlier.
    scene.test_baseline_of_places(&mut finding, scene.network_began(network, act.at));
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
    note_owner(scene, &mut finding, act, network);
    let travel = "a new machine on a journey looks the same; only a second kind of sign counts";
    finding.note(
        "travel with a new device",
        TestResult::Possible,
        travel.to_owned(),
    );
    finding
}

/// What speaks for the owner beside row 2: an operator that others of the tenant use, and a device
/// that the directory knows.
fn note_owner(scene: &Scene<'_>, finding: &mut Finding, act: &Act, network: (Network, u32)) {
    let (result, why) = if scene.is_network_new_to_tenant(network, act.at) {
        finding.signs.insert(Sign::NetworkNewToTenant);
        (TestResult::Excluded, "was never used in the tenant before")
    } else {
        (
            TestResult::Possible,
            "or its operator was used in the tenant before, or the tenant's baseline is too short",
        )
    };
    let why = format!("{} {why}", network.0);
    finding.note("an operator that people here use", result, why);
    let session = scene.session;
    let known = session
        .devices
        .values
        .iter()
        .find(|device| registered(device));
    // Whoever had the password may have registered it himself.
    let mut acts = scene.account_sessions.iter().flat_map(|one| &one.acts);
    let since = act.at.micros - REGISTERED_MICROS_MOST;
    let anew = acts.any(|other| {
        other.kind == Kind::DeviceAdded && (since..=act.at.micros).contains(&other.at.micros)
    });
    let (result, why) = match known.filter(|_| !anew) {
        Some(device) => {
            finding.signs.insert(Sign::RegisteredDevice);
            (
                TestResult::Possible,
                format!("the directory knows {device}"),
            )
        }
        None => (
            TestResult::Excluded,
            "no record states a device that the directory knew two weeks before".to_owned(),
        ),
    };
    finding.note("a registered device", result, why);
}
