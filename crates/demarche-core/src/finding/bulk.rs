//! Row 12: far more content than the account or its peers ever reach.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Session;
use crate::tenant::usage::ITEMS_PER_SYNC;
use crate::vocab::grade::Verdict;

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

/// Finds a session that reached far more than others.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let size = size_of(session);
    if session.is_background() || size < ITEMS_LEAST {
        return;
    }
    let own = own_most(scene);
    let peers = scene.facts.items_per_day_at(995);
    if size < own.saturating_mul(OWN_TIMES_LEAST) || size < peers.saturating_mul(PEERS_TIMES_LEAST)
    {
        return;
    }
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("bulk access by {}", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    finding.sentence = format!(
        "{} reached about {size} items between {} and {}: confirm with the owner",
        session.account, session.first, session.last
    );
    scene.test_baseline(&mut finding, session.first);
    finding.test(
        "the account's own habit",
        TestResult::Excluded,
        format!("about {size} items; at most {own} on any other day"),
    );
    let n_days = scene.facts.n_account_days();
    let result = if n_days >= PEER_DAYS_LEAST {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!(
        "one account day in two hundred exceeds {peers} items; {n_days} account days on record"
    );
    finding.test("its peers' habit", result, why);
    let syncs = session.kinds.get(&Kind::FolderSynced).copied().unwrap_or(0);
    if syncs > 0 {
        let why =
            format!("{syncs} containers were synchronised, each counted as {ITEMS_PER_SYNC} items");
        finding.note("a new client filling itself", TestResult::Possible, why);
    }
    findings.push(finding);
}

/// About how many items the session reached, as the tables count.
pub fn size_of(session: &Session) -> u64 {
    let n = |kind: Kind| session.kinds.get(&kind).copied().unwrap_or(0);
    session.n_items_named
        + n(Kind::FolderSynced) * ITEMS_PER_SYNC
        + n(Kind::FileDownloaded)
        + n(Kind::FileSynced)
        + n(Kind::FileRead)
        + n(Kind::ContentExported)
}

fn own_most(scene: &Scene<'_>) -> u64 {
    let day = |at: crate::vocab::moment::Moment| i32::try_from(at.day()).unwrap_or(i32::MAX);
    let days = day(scene.session.first)..=day(scene.session.last);
    scene
        .facts
        .usage(&scene.session.account)
        .map_or(0, |usage| usage.items_most_but(days))
}
