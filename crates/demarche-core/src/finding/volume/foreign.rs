//! Row 12: others' stores entered by a delegate, an administrator or an application, first time.
//!
//! # Assumptions
//! - A store is another's where its owner is not the account that acted.
//! - Below five stores entered for the first time in one session nothing is much.
//!
//! # Innocent explanations
//! - `too short a baseline`: the account is on record for less than fourteen days.
//! - `the account's own habit`: it entered at least a fifth as many others' stores before.
//! - `its peers' habit`: another account that is no listed one enters half as many.
//! - `the provider's background reader`: the records are marked as the provider's own reader.

use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::setting::details;
use crate::tenant::span::key_of;
use crate::vocab::grade::Verdict;

/// A person who reads in others' stores, as delegate or with full access.
pub const DELEGATE: Pattern = Pattern {
    kind: "delegate-reading",
    row: Row(12),
    techniques: &["T1114.002", "T1098.002"],
};

/// An application that reads in many stores on its own permission.
pub const APPLICATION: Pattern = Pattern {
    kind: "application-reading-across-stores",
    row: Row(12),
    techniques: &["T1114.002", "T1550.001", "T1098.001"],
};

/// Stores entered for the first time below which nothing is much.
const STORES_LEAST: usize = 5;
/// Times the others' stores the account entered before.
const OWN_TIMES_LEAST: usize = 5;
/// Times what any other account enters.
const PEERS_TIMES_LEAST: usize = 2;

/// Finds a session that read in many stores of others that the account never entered before.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    if session.n_reads == 0 || session.is_background() {
        return;
    }
    let Some(usage) = scene.facts.usage(&session.account) else {
        return;
    };
    let foreign = session.stores.values.iter();
    let foreign: Vec<&String> = foreign.filter(|store| **store != session.account).collect();
    let is_new = |store: &&&String| {
        let span = usage.others_stores.get(&key_of(store));
        span.is_some_and(|span| span.first >= session.first)
    };
    let n_new = foreign.iter().filter(is_new).count();
    let before = usage.others_stores.values();
    let n_before = before.filter(|span| span.first < session.first).count();
    let n_peers = scene.facts.others_stores_most_beside(&session.account);
    if n_new < STORES_LEAST
        || n_new < n_before * OWN_TIMES_LEAST
        || n_new < n_peers * PEERS_TIMES_LEAST
    {
        return;
    }
    findings.push(finding_of(scene, (n_new, n_before, n_peers)));
}

fn finding_of(scene: &Scene<'_>, (n_new, n_before, n_peers): (usize, usize, usize)) -> Finding {
    let session = scene.session;
    let alone = session.n_unattended == session.n_events;
    let pattern = if alone { &APPLICATION } else { &DELEGATE };
    let mut finding = scene.finding(pattern, session.first);
    finding.alone = Verdict::Suspect;
    let caller = session.applications.values.iter().next();
    let caller = caller.and_then(|pair| pair.split('|').rfind(|id| !id.is_empty()));
    finding.cause = match caller.filter(|_| alone) {
        Some(caller) => format!("application {caller}"),
        None => format!("others' stores entered by {}", session.account),
    };
    finding
        .records
        .extend([session.first_place, session.last_place]);
    let grants = session.acts.iter();
    let grants = grants.filter(|act| details(act, words::TRUSTEE).next().is_some());
    finding.records.extend(grants.map(|act| act.place));
    finding.sentence = format!(
        "{} read in {n_new} stores of others that it never entered before, between {} and {}: confirm with the owner",
        session.who(),
        session.first,
        session.last
    );
    scene.test_baseline(&mut finding, session.first);
    let why = format!("{n_new} entered for the first time, {n_before} before");
    finding.test("the account's own habit", TestResult::Excluded, why);
    let why = format!("no other account enters more than {n_peers}");
    finding.test("its peers' habit", TestResult::Excluded, why);
    let result = if session.background {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = "whether its records are all marked so".to_owned();
    finding.test("the provider's background reader", result, why);
    finding
}
