//! Row 5: odd sign-ins, one lead each; two different kinds are suspect.

use std::collections::BTreeSet;

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::address::Address;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, HOUR, Moment};

/// Odd ways of signing in.
pub const PATTERN: Pattern = Pattern {
    kind: "odd-sign-in",
    row: Row(5),
    techniques: &["T1078.004", "T1528"],
};

/// An account without events for this long is dormant.
const DORMANT_DAYS_LEAST: i32 = 60;
/// Two countries within this time are travel no person makes.
const TRAVEL_MICROS_MOST: i64 = 2 * HOUR;

/// Finds the odd ways in which the session was signed in to; one finding with all of them.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let sign_ins: Vec<&Act> = scene
        .session
        .acts
        .iter()
        .filter(|act| act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded)
        .collect();
    let Some(first) = sign_ins.first() else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.cause = format!("address {}", first.address);
    for act in &sign_ins {
        note_grant(&mut finding, act);
        note_hosting(scene, &mut finding, act);
        note_place(scene, &mut finding, act);
    }
    note_travel(&mut finding, &sign_ins);
    note_dormant(scene, &mut finding, first.at);
    if finding.signs.is_empty() {
        return;
    }
    if finding.signs.len() >= 2 {
        finding.alone = Verdict::Suspect;
    }
    let kinds: Vec<&str> = finding.signs.iter().map(|sign| word(*sign)).collect();
    finding.sentence = format!(
        "{} signed in at {} in an odd way: {}",
        scene.session.account,
        first.at,
        kinds.join(", ")
    );
    findings.push(finding);
}

fn word(sign: Sign) -> &'static str {
    match sign {
        Sign::NewPlace => "from a place, network or client not seen before",
        Sign::Hosting => "from a hosting network or anonymiser",
        Sign::DeviceCode => "by device code",
        Sign::PasswordGrant => "by a password handed to a program",
        Sign::Dormant => "after long silence",
        _ => "otherwise",
    }
}

fn sign(finding: &mut Finding, sign: Sign, act: &Act, name: &'static str, why: String) {
    if finding.signs.insert(sign) {
        finding.records.push(act.place);
        finding.note(name, TestResult::Excluded, why);
    }
}

fn note_grant(finding: &mut Finding, act: &Act) {
    let grant = act.grant.to_lowercase().replace(['_', '-', ' '], "");
    if grant.contains("devicecode") {
        let why = format!("the sign-in at {} states {}", act.at, act.grant);
        sign(finding, Sign::DeviceCode, act, "another grant", why);
    }
    if grant == "ropc" || grant == "passwordgrant" {
        let why = format!("the sign-in at {} states {}", act.at, act.grant);
        sign(finding, Sign::PasswordGrant, act, "another grant", why);
    }
}

fn note_hosting(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let Some(address) = Address::parse(&act.address).filter(|_| !act.relayed) else {
        return;
    };
    let expected = scene
        .expected
        .iter()
        .any(|expected| expected.allows_network(address.host, &scene.session.account));
    if scene.facts.lists().is_anonymiser(address.host) && !expected {
        let why = format!("{} is in the list of hosting networks", address.host);
        sign(finding, Sign::Hosting, act, "a private line", why);
    }
}

/// New address, country, operator, agent and travel of one sign-in are one sign.
fn note_place(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let Some(network) = scene.network_of(act) else {
        return;
    };
    if scene.baseline(act.at).days == 0 || scene.facts.is_habitual_egress(network.0) {
        return;
    }
    let network_new = scene.is_network_new(network, act.at);
    let device_new = scene.is_device_new(&act.device, act.at);
    if !network_new && !device_new {
        return;
    }
    let what = match (network_new, device_new) {
        (true, true) => format!("{} and {}", network.0, act.device),
        (true, false) => network.0.to_string(),
        _ => act.device.clone(),
    };
    let why = format!(
        "{what} first seen for the account on {}; {}",
        act.at,
        scene.baseline(act.at)
    );
    sign(finding, Sign::NewPlace, act, "a known place", why);
}

fn note_travel(finding: &mut Finding, sign_ins: &[&Act]) {
    let placed: Vec<&&Act> = sign_ins
        .iter()
        .filter(|act| !act.country.is_empty() && !act.relayed)
        .collect();
    for pair in placed.windows(2) {
        let apart = pair[1].at.micros - pair[0].at.micros;
        let moved = !pair[0].country.eq_ignore_ascii_case(&pair[1].country);
        if moved && apart <= TRAVEL_MICROS_MOST {
            let why = format!(
                "{} at {} and {} at {}",
                pair[0].country, pair[0].at, pair[1].country, pair[1].at
            );
            sign(finding, Sign::NewPlace, pair[1], "a journey", why);
            return;
        }
    }
}

fn note_dormant(scene: &Scene<'_>, finding: &mut Finding, at: Moment) {
    let Some(usage) = scene.facts.usage(&scene.session.account) else {
        return;
    };
    let day = i32::try_from(at.micros.div_euclid(DAY)).unwrap_or(i32::MAX);
    let Some(before) = usage.day_before(day) else {
        return;
    };
    let silent = day - before;
    if silent >= DORMANT_DAYS_LEAST && finding.signs.insert(Sign::Dormant) {
        finding.records.push(scene.session.first_place);
        let why = format!("{silent} days without an event of the account before {at}");
        finding.note("an account in use", TestResult::Excluded, why);
    }
}

/// The kinds of sign of row 5, of which two different ones are needed.
pub const KINDS: [Sign; 5] = [
    Sign::NewPlace,
    Sign::Hosting,
    Sign::DeviceCode,
    Sign::PasswordGrant,
    Sign::Dormant,
];

/// The kinds of row 5 among signs.
pub fn kinds_of(signs: &BTreeSet<Sign>) -> usize {
    KINDS.iter().filter(|kind| signs.contains(kind)).count()
}
