//! Row 12: search, then read: many searches, then content in one session.
//!
//! # Assumptions
//! - Searches are on record only where their logging was switched on: that none is says nothing.
//! - Below ten searches a day nothing is much.
//!
//! # Innocent explanations
//! - `too short a baseline`: the account is on record for less than fourteen days.
//! - `the account's own habit`: a fifth of it on a day of its other sessions.
//! - `its peers' habit`: half of it is what one day in two hundred of others exceeds.
//! - `searching without reading`: no content was reached in the session after the first search.

use crate::event::kind::Kind;
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::setting::details;
use crate::finding::volume::{Compared, far_beyond};
use crate::session::session::Act;
use crate::tenant::volume::Volume;

/// Many searches, and content reached after them.
pub const PATTERN: Pattern = Pattern {
    kind: "search-then-read",
    row: Row(12),
    techniques: &["T1213", "T1114.002"],
};

/// Searches below which nothing is much.
const SEARCHES_LEAST: u64 = 10;
/// Queries that the sentence names.
const QUERIES_MOST: usize = 5;

/// Finds a session that searched far more than others, and then read.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let compared = Compared {
        pattern: &PATTERN,
        volume: Volume::Searches,
        least: SEARCHES_LEAST,
        what: "searches",
        cause: format!("searches by {}", session.account),
    };
    let Some(mut finding) = far_beyond(scene, &compared) else {
        return;
    };
    let searches = || session.acts.iter().filter(|act| act.kind == Kind::Searched);
    finding.records.extend(searches().map(|act| act.place));
    let after = searches().map(|act| act.at).min();
    let read = session
        .read_last
        .zip(after)
        .is_some_and(|(last, at)| last >= at);
    let (result, why) = if read {
        (
            TestResult::Excluded,
            "content was reached after the first search",
        )
    } else {
        (
            TestResult::Holds,
            "no content was reached after the first search",
        )
    };
    finding.test("searching without reading", result, why.to_owned());
    let queries = queries(searches());
    if !queries.is_empty() {
        finding.sentence = format!("{} (as in {})", finding.sentence, queries.join(", "));
    }
    findings.push(finding);
}

fn queries<'a>(searches: impl Iterator<Item = &'a Act>) -> Vec<String> {
    let mut named: Vec<String> = Vec::new();
    for query in searches.flat_map(|act| details(act, words::QUERY)) {
        let query = format!("{:?}", query.chars().take(80).collect::<String>());
        if !named.contains(&query) {
            named.push(query);
        }
        if named.len() == QUERIES_MOST {
            break;
        }
    }
    named
}
