//! Row 12: far more content than the account or its peers ever reach.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Session;
use crate::tenant::usage::ITEMS_PER_SYNC;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, Moment};

/// Far more content in one session than on the account's or its peers' other days.
pub const PATTERN: Pattern = Pattern {
    kind: "bulk-access",
    row: Row(12),
    techniques: &["T1114.002", "T1530", "T1213"],
};

/// Items below which nothing is bulk.
const ITEMS_LEAST: u64 = 200;
/// Times the account's own largest other day.
const OWN_TIMES_LEAST: u64 = 5;
/// Times what one account day in two hundred exceeds.
const PEERS_TIMES_LEAST: u64 = 2;
/// Account days needed to speak of peers.
const PEER_DAYS_LEAST: usize = 100;

/// Finds a session one of whose days reached far more than others.
///
/// A day is held against days: a session that lasts for weeks is no more than its busiest day.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let Some((day, size)) = busiest(session) else {
        return;
    };
    if session.is_background() || size < ITEMS_LEAST {
        return;
    }
    let usage = scene.facts.usage(&session.account);
    let own = usage.map_or(0, |usage| usage.items_most_beside(&session.items_by_day));
    let (peers, n_days) = scene.facts.peers_items_at(&session.account, 995);
    if size < own.saturating_mul(OWN_TIMES_LEAST) || size < peers.saturating_mul(PEERS_TIMES_LEAST)
    {
        return;
    }
    let at = Moment::from_micros(i64::from(day) * DAY);
    let at = at.max(session.first);
    let mut finding = scene.finding(&PATTERN, at);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("bulk access by {}", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    finding.sentence = format!(
        "{} reached about {size} items on the day of {at}: confirm with the owner",
        session.account
    );
    scene.test_baseline(&mut finding, session.first);
    finding.test(
        "the account's own habit",
        TestResult::Excluded,
        format!("about {size} items on one day; at most {own} on any day in its other sessions"),
    );
    test_peers(&mut finding, peers, n_days);
    let syncs = session.kinds.get(&Kind::FolderSynced).copied().unwrap_or(0);
    if syncs > 0 {
        let why =
            format!("{syncs} containers were synchronised, each counted as {ITEMS_PER_SYNC} items");
        finding.note("a new client filling itself", TestResult::Possible, why);
    }
    findings.push(finding);
}

fn test_peers(finding: &mut Finding, peers: u64, n_days: usize) {
    let result = if n_days >= PEER_DAYS_LEAST {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!(
        "one day in two hundred of other accounts exceeds {peers} items; {n_days} such days are on record"
    );
    finding.test("its peers' habit", result, why);
}

/// The day on which the session reached most, the earliest of equals, and about how much.
pub fn busiest(session: &Session) -> Option<(i32, u64)> {
    let days = session.items_by_day.iter();
    days.map(|(day, n)| (*day, *n))
        .max_by_key(|(day, n)| (*n, std::cmp::Reverse(*day)))
}
