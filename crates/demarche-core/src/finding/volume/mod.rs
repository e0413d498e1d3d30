//! Row 12: far more in one day than the account or its peers do.

use crate::finding::finding::{Finding, Pattern, TestResult};
use crate::finding::scene::Scene;
use crate::tenant::volume::Volume;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, Moment};
use crate::vocab::number::grouped;

pub mod download;
pub mod foreign;
pub mod read;
pub mod rows;
pub mod search;
pub mod tables;

/// Times the account's own largest day in its other sessions.
const OWN_TIMES_LEAST: u64 = 5;
/// Times what one day in two hundred of other accounts exceeds.
const PEERS_TIMES_LEAST: u64 = 2;
/// Account days needed to speak of peers.
const PEER_DAYS_LEAST: usize = 100;

/// What is compared: a day of the session with days of the account's other sessions and of other
/// accounts.
struct Compared<'p> {
    pattern: &'p Pattern,
    volume: Volume,
    /// Below this nothing is much.
    least: u64,
    /// What is counted, as in `about 300 items`.
    what: &'static str,
    /// What groups suspects.
    cause: String,
}

/// A finding about the session's first day that is far beyond others.
///
/// A session id may live for weeks: its sum is not what an account does "in its other sessions".
/// A day is held against all days of the account before it, and what its other sessions reached
/// on that day and after.
fn far_beyond(scene: &Scene<'_>, compared: &Compared<'_>) -> Option<Finding> {
    let session = scene.session;
    if session.is_background() {
        return None;
    }
    let (peers, n_days) = scene.facts.peers_at(&session.account, compared.volume, 995);
    let least = compared.least.max(peers.saturating_mul(PEERS_TIMES_LEAST));
    let mine = session.volumes.of(compared.volume);
    let usage = scene.facts.usage(&session.account);
    let own_at = |day| {
        usage.map_or(0, |usage| {
            usage.volumes.own_most(compared.volume, mine, day)
        })
    };
    let (day, size, own) = mine
        .iter()
        .filter(|(_, size)| **size >= least)
        .map(|(day, size)| (*day, *size, own_at(*day)))
        .find(|(_, size, own)| *size >= own.saturating_mul(OWN_TIMES_LEAST))?;
    let at = Moment::from_micros(i64::from(day) * DAY).max(session.first);
    let mut finding = scene.finding(compared.pattern, at);
    finding.alone = Verdict::Suspect;
    finding.cause.clone_from(&compared.cause);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    let what = compared.what;
    let [size, own, peers] = [size, own, peers].map(grouped);
    finding.sentence = format!(
        "{} reached about {size} {what} on the day of {at}: confirm with the owner",
        session.who()
    );
    scene.test_baseline(&mut finding, at);
    let why =
        format!("about {size} {what} on one day; at most {own} on any day in its other sessions");
    finding.test("the account's own habit", TestResult::Excluded, why);
    let result = if n_days >= PEER_DAYS_LEAST {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!(
        "one day in two hundred of other accounts exceeds {peers} {what}; {n_days} such days are on record"
    );
    finding.test("its peers' habit", result, why);
    Some(finding)
}
