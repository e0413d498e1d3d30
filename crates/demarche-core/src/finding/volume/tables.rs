//! Row 12 for databases: tables not the account's own, read bit by bit from elsewhere.
//!
//! # Assumptions
//! - The account's own is the network and program that read first, three times at least before
//!   this one; its tables are all that it ever read, before or after.
//! - Readings add up over sessions and days; sessions that ask the same count once, and so do
//!   tables joined.
//! - Below fifty rows, or three different readings, nothing is said.
//!
//! # Innocent explanations
//! - `a move to another place`: the account's own place is still in use.
//! - `a place of the house`: no other account reads from there by habit, and no owner named it.
//! - `the account's own tables`: half of the sessions from there, or more, read others.
//! - `the same report again`: only different readings add up.
//! - `the account's own habit`: together more than one of its own sessions is returned.
//! - `its peers' habit`: together more than the middle one of them is returned.
//! - `a new colleague, a new tool, a question asked once`: the log does not say who asked.

use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::{Scene, baseline_text};
use crate::tenant::origin::unrelated;
use crate::tenant::row_use::Hand;
use crate::vocab::grade::Verdict;

/// Tables that are not the account's own, read bit by bit from elsewhere.
pub const PATTERN: Pattern = Pattern {
    kind: "tables-not-its-own",
    row: Row(12),
    techniques: &["T1213", "T1078"],
};

/// Rows of such tables, together, below which nothing is said.
const ROWS_LEAST: u64 = 50;
/// Different readings below which nothing adds up.
const READINGS_LEAST: u64 = 3;
/// Sessions of the account's own hand before the other came.
const OWN_BEFORE_LEAST: u64 = 3;

/// Finds a session that is part of a reading of tables not the account's own.
///
/// # Shape
/// A slow reader stays under whatever one session may be returned. What it cannot hide is that
/// another place than the account's own came later, beside it, and reads on in tables that the
/// account never touched.
///
/// # Gaps
/// Who reads the account's own tables, no faster than the account does, is not found. A table
/// read through a cursor is not named by any record.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let usage = scene.facts.usage(&session.account);
    let Some((usage, id)) = usage.zip(session.session_ids.values.iter().next()) else {
        return;
    };
    let rows = usage.rows.rows_beside_own(id);
    let (Some(hand), Some(own)) = (usage.rows.hand_of(id), usage.rows.own_hand()) else {
        return;
    };
    let beside = hand.beside;
    if rows == 0
        || hand == own
        || beside.n_own_before < OWN_BEFORE_LEAST
        || beside.n_readings < READINGS_LEAST
        || beside.rows < ROWS_LEAST
        || beside.rows < own.rows_at(75)
    {
        return;
    }
    findings.push(finding_of(scene, rows, (hand, own)));
}

fn finding_of(scene: &Scene<'_>, rows: u64, (hand, own): (&Hand, &Hand)) -> Finding {
    let (session, beside) = (scene.session, hand.beside);
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("tables read by {} from elsewhere", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    let from = hand.network.map_or_else(String::new, |n| n.to_string());
    finding.sentence = format!(
        "{} was returned {rows} rows of a table that its own place, in {} sessions, never was returned one of; \
         {} such readings from {from} come to {} rows between {} and {}: confirm with the owner",
        session.who(),
        own.n_sessions(),
        beside.n_readings,
        beside.rows,
        hand.first,
        hand.last,
    );
    test_place(scene, &mut finding, (hand, own));
    let half = beside.n_sessions * 2 >= hand.n_sessions();
    finding.test(
        "the account's own tables",
        excluded_if(half),
        format!(
            "{} of {} sessions from there read other tables; the own place reads {}",
            beside.n_sessions,
            hand.n_sessions(),
            own.n_tables()
        ),
    );
    finding.note(
        "the same report again",
        TestResult::Excluded,
        format!(
            "{} sessions read such tables, {} of them each something else",
            beside.n_sessions, beside.n_readings
        ),
    );
    test_habits(scene, &mut finding, (hand, own));
    finding.note(
        "a new colleague, a new tool, a question asked once",
        TestResult::Possible,
        "the log does not say who asked".to_owned(),
    );
    finding
}

fn excluded_if(met: bool) -> TestResult {
    if met {
        TestResult::Excluded
    } else {
        TestResult::Holds
    }
}

fn test_place(scene: &Scene<'_>, finding: &mut Finding, (hand, own): (&Hand, &Hand)) {
    let since = hand.beside.n_own_since;
    finding.test(
        "a move to another place",
        excluded_if(since > 0),
        format!(
            "the account's own place was used {} times before this one and {since} times since",
            hand.beside.n_own_before
        ),
    );
    let account = &scene.session.account;
    let (result, why) = match (hand.network, own.network) {
        (Some(network), Some(home)) => {
            let known = scene.is_expected_network(network)
                || !unrelated((network, 0), (home, 0))
                || scene.facts.is_home_of_peers(account, network);
            let why = if known {
                format!("{network} is the account's own, or one that other accounts read from")
            } else {
                format!("no other account reads from {network} by habit; its own is {home}")
            };
            (excluded_if(!known), why)
        }
        _ => (
            TestResult::NotTested,
            "no record tells from where".to_owned(),
        ),
    };
    finding.test("a place of the house", result, why);
}

fn test_habits(scene: &Scene<'_>, finding: &mut Finding, (hand, own): (&Hand, &Hand)) {
    let rows = hand.beside.rows;
    let baseline = scene.baseline(hand.first);
    finding.note(
        "the account's own habit",
        TestResult::Excluded,
        format!(
            "{rows} rows together; three in four of its own {} sessions were returned at most {}; baseline: {}",
            own.n_sessions(),
            own.rows_at(75),
            baseline_text(baseline)
        ),
    );
    let (n_peers, middle, _) = scene.facts.peers_rows(&scene.session.account);
    finding.test(
        "its peers' habit",
        excluded_if(n_peers == 0 || rows >= middle),
        format!("{n_peers} other accounts; theirs come to {middle} rows"),
    );
}
