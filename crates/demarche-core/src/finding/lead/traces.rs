//! Row 15, a lead: traces deleted: mail sent and deleted in one session.
//!
//! # Assumptions
//! - A message is known by its id; a deletion that names no ids is not looked at.
//!
//! # Innocent explanations
//! - `tidying up`: people delete what they sent too; only the owner can say.
//! - `deleted by its reader`: the deleted messages are none that were sent in the session.

use std::collections::BTreeMap;

use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::finding::setting::details;
use crate::session::session::Act;

/// Sent and deleted in one session.
pub const PATTERN: Pattern = Pattern {
    kind: "deletion-of-traces",
    row: Row(15),
    techniques: &["T1070.008"],
};

/// Finds messages sent in the session and deleted later in it.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let done = |kind: Kind| {
        let acts = scene.session.acts.iter();
        acts.filter(move |act| act.kind == kind && act.outcome != Outcome::Failed)
    };
    let mut sent: BTreeMap<&str, &Act> = BTreeMap::new();
    for act in done(Kind::MessageSent) {
        for id in details(act, words::MESSAGE_ID).chain(details(act, words::SUBJECT)) {
            sent.entry(id).or_insert(act);
        }
    }
    let mut pairs: Vec<(&Act, &Act)> = Vec::new();
    for act in done(Kind::ItemsDeleted) {
        let named = details(act, words::MESSAGE_ID).chain(details(act, words::SUBJECT));
        let before = named.filter_map(|id| sent.get(id));
        let before = before
            .filter(|sent| sent.at <= act.at)
            .min_by_key(|sent| sent.at);
        pairs.extend(before.map(|sent| (*sent, act)));
    }
    let Some((first, deleted)) = pairs.first() else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, deleted.at);
    finding.cause = format!("deletion by {}", scene.session.account);
    let places = pairs.iter().flat_map(|(sent, act)| [sent.place, act.place]);
    finding.records = places.collect();
    finding.sentence = format!(
        "mail that {} sent at {} was deleted in the same session at {}; {} such deletions",
        scene.session.who(),
        first.at,
        deleted.at,
        pairs.len()
    );
    let why = "the same message ids or subjects were sent and deleted".to_owned();
    finding.note("deleted by its reader", TestResult::Excluded, why);
    let why = "nothing on record says why".to_owned();
    finding.note("tidying up", TestResult::Possible, why);
    findings.push(finding);
}
