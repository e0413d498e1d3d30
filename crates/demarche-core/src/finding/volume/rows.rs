//! Row 12 for databases: far more rows than the account's or its peers' other sessions.
//!
//! # Assumptions
//! - Whole sessions are compared, so that pages and statements add up; so do sessions of a
//!   network and program that came later.
//! - Who always reads much, always may; a first session is held against peers alone.
//!
//! # Innocent explanations
//! - `the account's own habit`: three in four of its other sessions were returned a fifth.
//! - `its peers' habit`: the middle one of them is returned half of it.
//! - `rows that no record counts`: whole tables or cursors, taken for a round number.
//! - `a report, a backup, a move of data`: the log does not say who asked for it.

use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::tenant::row_use::{Hand, ROWS_PER_COPY, RowUse};
use crate::vocab::grade::Verdict;
use crate::vocab::number::grouped;

/// Far more rows in one session than in the account's or its peers' other sessions.
pub const PATTERN: Pattern = Pattern {
    kind: "bulk-rows",
    row: Row(12),
    techniques: &["T1213", "T1530"],
};

/// Rows below which nothing is bulk: of the session, or of all sessions of a later hand.
const ROWS_LEAST: u64 = 200;
/// Times what the account's other sessions reach.
const OWN_TIMES_LEAST: u64 = 5;
/// Times what peers' sessions reach.
const PEERS_TIMES_LEAST: u64 = 2;
/// Other sessions needed to speak of the account's own habit.
const OWN_SESSIONS_LEAST: usize = 3;
/// Times what is usual for the account that each of several pages reaches, on the average.
const PAGES_TIMES_LEAST: u64 = 3;
/// Times the largest peer's habit, where the account has none of its own.
const NO_HABIT_TIMES_LEAST: u64 = 10;

/// What a session is held against.
struct Habit {
    /// Rows that the account's other sessions reach.
    own: u64,
    /// How many there are.
    n_own: usize,
    /// How many of them reach no more.
    share: &'static str,
    /// Rows that peers' sessions reach.
    peers: u64,
    /// How many peers there are.
    n_peers: usize,
}

/// Finds a session that was returned far more rows than others.
///
/// # Shape
/// Compared are whole sessions, so that pages and statements add up. A session of the network
/// and program that are the account's own is held against nine in ten of its other sessions; one
/// of another against three in four of the own. Sessions of another that came later add up among
/// themselves: together far more, each three times what is usual, are pages of one reading.
///
/// # Gaps
/// Who always reads much, always may. A first session has nothing to be compared with but peers.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let Some(usage) = scene.facts.usage(&session.account).map(|usage| &usage.rows) else {
        return;
    };
    let mut ids = session.session_ids.values.iter();
    let Some(id) = ids.next().filter(|_| session.n_rows > 0) else {
        return;
    };
    let Some(hand) = usage.hand_of(id) else {
        return;
    };
    let other = usage.own_hand().filter(|own| *own != hand);
    let habit = habit_of(scene, usage, id, other);
    if session.n_rows >= ROWS_LEAST && is_beyond(session.n_rows, &habit) {
        findings.push(finding_of(scene, &habit, None));
    } else if other.is_some_and(|own| adds_up(hand, own, &habit)) {
        findings.push(finding_of(scene, &habit, Some(hand)));
    }
}

/// Whether the sessions of a later hand are pages of one reading.
fn adds_up(hand: &Hand, own: &Hand, habit: &Habit) -> bool {
    let usual = own.rows_at(75).saturating_mul(PAGES_TIMES_LEAST);
    hand.first > own.first
        && hand.rows >= ROWS_LEAST
        && hand.rows >= habit.peers.saturating_mul(PEERS_TIMES_LEAST)
        && hand.rows >= usual.saturating_mul(hand.n_sessions())
}

fn habit_of(scene: &Scene<'_>, usage: &RowUse, id: &str, other: Option<&Hand>) -> Habit {
    let (n_peers, middle, most) = scene.facts.peers_rows(&scene.session.account);
    let (own, n_own, share) = match other {
        Some(own) => (own.rows_at(75), own.n_sessions() as usize, "three in four"),
        None => {
            let n_others = usage.n_sessions().saturating_sub(1);
            (usage.rows_of_others_at(id, 90), n_others, "nine in ten")
        }
    };
    let has_habit = n_own >= OWN_SESSIONS_LEAST;
    Habit {
        own,
        n_own,
        share,
        peers: if has_habit { middle } else { most },
        n_peers,
    }
}

fn is_beyond(rows: u64, habit: &Habit) -> bool {
    if habit.n_own >= OWN_SESSIONS_LEAST {
        return rows >= habit.own.saturating_mul(OWN_TIMES_LEAST)
            && rows >= habit.peers.saturating_mul(PEERS_TIMES_LEAST);
    }
    // Without a habit of its own nothing is new; only a peer's stands in for it.
    habit.n_peers > 0
        && rows >= habit.own.saturating_mul(OWN_TIMES_LEAST)
        && rows >= habit.peers.saturating_mul(NO_HABIT_TIMES_LEAST)
}

fn finding_of(scene: &Scene<'_>, habit: &Habit, pages: Option<&Hand>) -> Finding {
    let session = scene.session;
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("bulk reading of rows by {}", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    finding.sentence = format!(
        "{} was returned {} rows between {} and {}: confirm with the owner",
        session.who(),
        grouped(session.n_rows),
        session.first,
        session.last
    );
    if let Some(hand) = pages {
        let more = format!(
            "; {} sessions from the same network with the same program were returned {} together",
            hand.n_sessions(),
            grouped(hand.rows)
        );
        finding.sentence.push_str(&more);
    }
    finding.note(
        "the account's own habit",
        TestResult::Excluded,
        format!(
            "{} rows; {} of {} other sessions were returned at most {}",
            grouped(session.n_rows),
            habit.share,
            habit.n_own,
            grouped(habit.own)
        ),
    );
    finding.note(
        "its peers' habit",
        if habit.n_peers > 0 {
            TestResult::Excluded
        } else {
            TestResult::NotTested
        },
        format!(
            "{} other accounts; theirs come to {} rows",
            habit.n_peers,
            grouped(habit.peers)
        ),
    );
    if session.n_rows_uncounted > 0 {
        let why = format!(
            "{} tables or cursors whose rows no record counts, each taken for {ROWS_PER_COPY}",
            session.n_rows_uncounted
        );
        finding.note("rows that no record counts", TestResult::Possible, why);
    }
    finding.note(
        "a report, a backup, a move of data",
        TestResult::Possible,
        "the log does not say who asked for it".to_owned(),
    );
    finding
}
