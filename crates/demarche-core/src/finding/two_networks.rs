//! Row 3: one token or session id on two unrelated networks.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Crossing;
use crate::tenant::origin::Origin;
use crate::vocab::address::Network;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{MINUTE, Moment};

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
    let session = scene.session;
    let begun_hostile = scene.pivot.is_hostile(&session.begun_by);
    let interleaved: Vec<&Crossing> = session
        .crossings
        .iter()
        .filter(|crossing| {
            crossing
                .away_micros
                .is_some_and(|away| away <= INTERLEAVED_MICROS_MOST)
        })
        .collect();
    let Some(first) = interleaved.first().copied().or(session.crossings.first()) else {
        return;
    };
    if interleaved.is_empty() && !begun_hostile {
        return;
    }
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.cause = format!("session of {}", session.account);
    finding.alone = Verdict::Suspect;
    finding.sentence = sentence(first, interleaved.len(), session.crossings.len());
    let records = session.crossings.iter().map(|crossing| crossing.place);
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
    }
    if !interleaved.is_empty() {
        finding.signs.insert(Sign::Interleaved);
        test_roaming(scene, &mut finding, &interleaved);
        test_one_device(scene, &mut finding, &interleaved);
    }
    findings.push(finding);
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
    // Both orders were seen; whichever network is new is the second.
    let networks = interleaved.iter().flat_map(|c| [c.before, c.after]);
    let new = networks
        .flatten()
        .find(|network| scene.is_network_new_to_tenant(*network, scene.session.first));
    let same = interleaved.iter().all(|crossing| crossing.same_client);
    let Some(network) = new else {
        let why = "both networks were used in the tenant before, or the baseline is too short";
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
    // One client on both may be one device with two ways out; a known operator tells them apart.
    if !same || network.1 != 0 {
        finding.signs.insert(Sign::NetworkNewToTenant);
    }
}

/// A phone has a mobile and a home network at once, a laptop a tunnel and a direct way.
fn test_one_device(scene: &Scene<'_>, finding: &mut Finding, interleaved: &[&Crossing]) {
    let same = interleaved.iter().all(|crossing| crossing.same_client);
    let habit = interleaved.iter().all(|crossing| {
        [crossing.before, crossing.after]
            .into_iter()
            .flatten()
            .all(|(network, _)| is_habit(scene, network, scene.session.first))
    });
    let (result, why) = match (same, habit) {
        (true, true) => (
            TestResult::Holds,
            "the same client on two networks that this account used on other days",
        ),
        (true, false) => (TestResult::Possible, "the same client on both networks"),
        (false, true) => (
            TestResult::Possible,
            "different clients, on two networks that this account used on other days",
        ),
        (false, false) => (
            TestResult::Excluded,
            "different clients on the two networks",
        ),
    };
    finding.test("one device on two networks", result, why.to_owned());
}

/// Whether the account used the network on an earlier day.
fn is_habit(scene: &Scene<'_>, network: Network, at: Moment) -> bool {
    scene
        .facts
        .origin_of(&scene.session.account, Origin::Network(network))
        .is_some_and(|span| span.days_before(at) > 0)
}
