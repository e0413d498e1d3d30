//! Row 3: one token or session id on two unrelated networks.
//!
//! # Assumptions
//! - Networks are unrelated where known operators differ, else where their first half does.
//! - Relays of the provider neither split nor join; an application that acts from its own servers
//!   is judged apart.
//!
//! # Innocent explanations
//! - `roaming`: one network after the other, never back within an hour.
//! - `networks the tenant uses`: every network was used in the tenant before: suspect, not
//!   hostile.
//! - `the second network`: use was on this one first, and the other is as new to the tenant.
//! - `one person on two networks`: a telephone at home and on its carrier, a tunnel beside a
//!   direct way: the account uses both on other days, and not only with tokens in two hands.
//! - `the owner's own session`: the session id was begun in a hostile session: use from here may
//!   be the owner's.
//! - `an address of the owner's alone`: no right password of a spray came from it (row 2).
//! - `the owner's own use`: the part of a token that stayed where it was issued to.

use std::collections::BTreeMap;

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::issuer_log::owners_network;
use crate::finding::scene::Scene;
use crate::session::session::{Crossing, Session};
use crate::tenant::origin::{Origin, unrelated};
use crate::vocab::address::Network;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, MINUTE, Moment};

/// One token or session id on two unrelated networks.
pub const PATTERN: Pattern = Pattern {
    kind: "session-on-two-networks",
    row: Row(3),
    techniques: &["T1550.004", "T1539"],
};

/// Back on the first network within this time, use of the second was in between, not after.
const INTERLEAVED_MICROS_MOST: i64 = 60 * MINUTE;

/// Finds interleaved use, and use of a session id that was begun in a hostile session.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let crossings: Vec<&Crossing> = scene.session.crossings.iter().collect();
    findings.extend(of_crossings(scene, &PATTERN, &crossings));
}

/// The finding that some crossings of the session bear out, if any.
pub fn of_crossings(
    scene: &Scene<'_>,
    pattern: &Pattern,
    crossings: &[&Crossing],
) -> Option<Finding> {
    let session = scene.session;
    let begun_hostile = scene.pivot.is_hostile(&session.begun_by);
    let interleaved: Vec<&Crossing> = crossings
        .iter()
        .copied()
        .filter(|crossing| is_interleaved(crossing))
        .collect();
    let first = interleaved.first().or(crossings.first()).copied()?;
    if let Some(network) = owners_network(scene).or_else(|| known_place(scene, first.at)) {
        let sentence = sentence(first, interleaved.len(), crossings.len());
        let mut finding = scene.finding(pattern, first.at);
        finding.sentence = sentence;
        return Some(owners_own(scene, finding, network));
    }
    if interleaved.is_empty() && !begun_hostile {
        return None;
    }
    let mut finding = scene.finding(pattern, first.at);
    finding.cause = format!("session of {}", session.account);
    finding.alone = Verdict::Suspect;
    finding.sentence = sentence(first, interleaved.len(), crossings.len());
    let records = crossings.iter().map(|crossing| crossing.place);
    finding.records = records.collect();
    if begun_hostile {
        finding.signs.insert(Sign::BegunHostile);
        finding.note(
            "the owner's own session",
            TestResult::Possible,
            format!(
                "the session id was begun in hostile session {}; use from here may be the intruder's or, if both worked at one desk, the owner's",
                session.begun_by
            ),
        );
        note_spray(scene, &mut finding);
    }
    if !interleaved.is_empty() {
        finding.signs.insert(Sign::Interleaved);
        test_roaming(scene, &mut finding, &interleaved);
        test_one_device(scene, &mut finding, &interleaved);
    }
    Some(finding)
}

/// Whether use was soon back where it had been, with the other network in between.
fn is_interleaved(crossing: &Crossing) -> bool {
    let away = crossing.away_micros;
    away.is_some_and(|away| away <= INTERLEAVED_MICROS_MOST)
}

/// That the other part came from an address that a spray got in from is for the reader to weigh.
fn note_spray(scene: &Scene<'_>, finding: &mut Finding) {
    if let Some((address, from)) = scene.pivot.sprayed_from(scene.session) {
        let why = format!(
            "session {from} of row 2 came from {address} as well; the same address with another client ties nothing, and does not speak for the owner either"
        );
        finding.note("an address of the owner's alone", TestResult::Excluded, why);
    }
}

/// The part of a token that stayed where it was issued to, among the account's own: whoever else
/// used it, this use is no sign of that.
fn owners_own(scene: &Scene<'_>, mut finding: Finding, network: Network) -> Finding {
    finding.cause = format!("session of {}", scene.session.account);
    finding.records = scene.session.crossings.iter().map(|c| c.place).collect();
    finding.signs.insert(Sign::IssuedHere);
    finding.test(
        "the owner's own use",
        TestResult::Holds,
        format!("{network} is where other tokens of the account were issued to or used, and where this one was issued to, if that is on record"),
    );
    finding
}

fn text(network: Option<(Network, u32)>) -> String {
    match network {
        Some((network, 0)) => network.to_string(),
        Some((network, number)) => format!("{network} (AS{number})"),
        None => String::new(),
    }
}

fn sentence(crossing: &Crossing, n_interleaved: usize, n_crossings: usize) -> String {
    format!(
        "one session id or token was used on {} and, at {}, on {}: {n_crossings} changes, {n_interleaved} of them back within {} minutes",
        text(crossing.before),
        crossing.at,
        text(crossing.after),
        INTERLEAVED_MICROS_MOST / MINUTE
    )
}

fn test_roaming(scene: &Scene<'_>, finding: &mut Finding, interleaved: &[&Crossing]) {
    let shortest = interleaved.iter().filter_map(|c| c.away_micros).min();
    finding.test(
        "roaming",
        TestResult::Excluded,
        format!(
            "use was back on a network after {} minutes, with the other in between",
            shortest.unwrap_or(0) / MINUTE
        ),
    );
    note_new(scene, finding);
}

/// Whether a network of this session is new to the tenant: the part of the session id that came
/// from it is the intruder's, the other part is not.
fn note_new(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    if scene.baseline(session.first).suffices() || scene.states_networks() {
        finding.signs.insert(Sign::Baseline);
    }
    let new = crossed(scene)
        .into_iter()
        .filter(|(network, _)| session.networks.contains(&network.0))
        .find(|(network, at)| is_new_to_tenant(scene, *network, *at));
    let Some((network, at)) = new else {
        let why = "every network of this session was used in the tenant before, or the baseline is too short";
        finding.note(
            "networks the tenant uses",
            TestResult::Possible,
            why.to_owned(),
        );
        return;
    };
    let why = format!(
        "{} was never used in the tenant before",
        text(Some(network))
    );
    finding.note("networks the tenant uses", TestResult::Excluded, why);
    if is_first_of_two_new(scene, network, at) {
        let why = format!(
            "use was on {} before it came to another network that is as new to the tenant: the table accuses the second",
            text(Some(network))
        );
        finding.note("the second network", TestResult::Possible, why);
        return;
    }
    // One client on both may be one device with two ways out; a known operator tells them apart.
    let same = session
        .crossings
        .iter()
        .any(|crossing| crossing.same_client);
    if !same || network.1 != 0 {
        finding.signs.insert(Sign::NetworkNewToTenant);
    }
}

/// Whether a network is new to the tenant, and does not lie beside one the account used, whose
/// operator it may well have.
fn is_new_to_tenant(scene: &Scene<'_>, network: (Network, u32), at: Moment) -> bool {
    scene.is_network_new_to_tenant(network, at) && !scene.is_beside_known_network(network, at)
}

/// Whether use came to another network later that is as new to the tenant: of the two the table
/// accuses the second.
fn is_first_of_two_new(scene: &Scene<'_>, network: (Network, u32), at: Moment) -> bool {
    let began = |other: (Network, u32), since: Moment| {
        let of = |crossing: &&Crossing| crossing.before.is_some_and(|before| before.0 == other.0);
        let mut crossings = scene.session.crossings.iter();
        // The first network is in its crossing as the one before.
        crossings
            .find(of)
            .is_some_and(|crossing| crossing.at == since)
    };
    crossed(scene).into_iter().any(|(other, since)| {
        let later = since > at || since == at && began(network, at) && !began(other, since);
        other.0 != network.0 && later && is_new_to_tenant(scene, other, since)
    })
}

/// The networks that use came to or from, each with the first time it was crossed.
fn crossed(scene: &Scene<'_>) -> Vec<((Network, u32), Moment)> {
    let mut first: BTreeMap<Network, ((Network, u32), Moment)> = BTreeMap::new();
    for crossing in &scene.session.crossings {
        for network in [crossing.before, crossing.after].into_iter().flatten() {
            let seen = first.entry(network.0).or_insert((network, crossing.at));
            seen.1 = seen.1.min(crossing.at);
        }
    }
    first.into_values().collect()
}

/// Days on which a network must have been used by an account whose baseline is too short.
const HABIT_DAYS_LEAST: usize = 5;

/// A phone has a mobile and a home network at once, a laptop a tunnel and a direct way, and one
/// person both.
fn test_one_device(scene: &Scene<'_>, finding: &mut Finding, interleaved: &[&Crossing]) {
    let habit = crossed(scene)
        .iter()
        .all(|(network, at)| is_habit(scene, *network, *at));
    let same = interleaved.iter().all(|crossing| crossing.same_client);
    let told = !scene.session.devices.values.is_empty();
    let (result, why) = match (habit, same, told) {
        (true, _, _) => (
            TestResult::Holds,
            "both networks are ones this account uses on other days",
        ),
        (false, true, _) => (TestResult::Possible, "the same client on both networks"),
        (false, false, false) => (TestResult::Possible, "the records do not tell the client"),
        (false, false, true) => (
            TestResult::Excluded,
            "not one client, and not both networks are ones this account uses on other days",
        ),
    };
    finding.test("one person on two networks", result, why.to_owned());
}

/// Whether the account used the network more than a day before, or, where the baseline is too
/// short to tell, on enough days at all.
fn is_habit(scene: &Scene<'_>, network: (Network, u32), at: Moment) -> bool {
    if scene.session.n_peer > 0 && !is_used_calmly(scene, network, at) {
        return false;
    }
    if !scene.is_network_new(network, at) {
        return true;
    }
    let usage = scene
        .facts
        .origin_of(&scene.session.account, Origin::Network(network.0));
    let n_days = usage.map_or(0, |span| span.days.len());
    let by_number = scene
        .facts
        .origin_of(&scene.session.account, Origin::Number(network.1))
        .filter(|_| network.1 != 0)
        .map_or(0, |span| span.days.len());
    !scene.baseline(at).suffices() && n_days.max(by_number) >= HABIT_DAYS_LEAST
}

/// The session's one network, where the account is known there by other tokens and no record says
/// where this one was issued to.
fn known_place(scene: &Scene<'_>, at: Moment) -> Option<Network> {
    let (session, known) = (scene.session, scene.facts.tokens());
    let mut tokens = session.tokens.values.iter();
    if session.n_peer == 0
        || session.networks.len() != 1
        || tokens.any(|token| known.issued_to(token).next().is_some())
    {
        return None;
    }
    let network = *session.networks.first()?;
    let number = session.network_numbers.get(&network).copied().unwrap_or(0);
    is_used_calmly(scene, (network, number), at).then_some(network)
}

/// Whether the account used the network on another day with a token that stayed there or moved on
/// and, where its tokens are on record as issued at all, was issued.
///
/// What is asked about must not vouch for itself: use of a second copied token from where the
/// first was used is no habit of the owner (decision 0016). Only where servers saw their peer.
fn is_used_calmly(scene: &Scene<'_>, network: (Network, u32), at: Moment) -> bool {
    let known = scene.facts.tokens();
    let served = scene
        .facts
        .number_of(&scene.session.account)
        .is_some_and(|account| known.is_served(account, &[]));
    let is_issued = |session: &Session| {
        let mut tokens = session.tokens.values.iter();
        !served || tokens.all(|token| known.is_issued(token))
    };
    let is_there = |session: &Session| {
        let mut networks = session.networks.iter();
        networks.any(|other| {
            let number = session.network_numbers.get(other).copied().unwrap_or(0);
            !unrelated((*other, number), network)
        })
    };
    scene
        .account_sessions
        .iter()
        .filter(|other| other.id != scene.session.id && is_there(other))
        .filter(|other| (other.first.micros - at.micros).abs() >= DAY)
        .any(|other| is_issued(other) && !other.crossings.iter().any(is_interleaved))
}
