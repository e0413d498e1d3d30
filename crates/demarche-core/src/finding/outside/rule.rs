//! Row 13: a public rule fires on a record of the session.
//!
//! # Assumptions
//! - Rules are run before judging, over every record of the logs they are about; which fired where
//!   is handed in. Here nothing is known of how a rule is written; it names techniques of its own.
//!
//! # Innocent explanations
//! - `a rule that fires on ordinary work`: it fired on one in twenty of the records it is
//!   about, on every second where they are fewer than 200.
//! - `a notice`: its author gives it the level informational or low.

use std::collections::BTreeMap;

use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::outside::{FINDINGS_MOST, weigh};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::number::grouped;

/// A rule of a public rule set fired.
pub const PATTERN: Pattern = Pattern {
    kind: "rule-hit",
    row: Row(13),
    techniques: &["T1078"],
};

/// Finds the rules that fired on records of the session.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let lists = scene.facts.lists();
    let mut fired: BTreeMap<u32, Vec<&Act>> = BTreeMap::new();
    for act in &scene.session.named {
        for number in lists.hits.get(&act.place).into_iter().flatten() {
            fired.entry(*number).or_default().push(act);
        }
    }
    for (number, acts) in fired.into_iter().take(FINDINGS_MOST) {
        let (Some(rule), Some(first)) = (lists.rules.get(number as usize), acts.first()) else {
            continue;
        };
        let mut finding = scene.finding(&PATTERN, first.at);
        finding.cause = format!("rule {}", rule.title);
        finding.records.extend(acts.iter().map(|act| act.place));
        finding.sentence = format!(
            "the public rule {:?} ({}) fires on {} of the session's records, first at {}",
            rule.title,
            rule.told(),
            grouped(acts.len() as u64),
            first.at
        );
        let common = if rule.is_common() {
            TestResult::Holds
        } else {
            TestResult::Excluded
        };
        let why = format!(
            "it fired on {} of the {} records it is about",
            grouped(rule.n_hits),
            grouped(rule.n_records)
        );
        finding.test("a rule that fires on ordinary work", common, why);
        let (result, why) = if rule.notice {
            (TestResult::Possible, "a lead only")
        } else {
            (TestResult::Excluded, "its author means an alert")
        };
        finding.note(
            "a notice",
            result,
            format!("level {}: {why}", rule.level_word()),
        );
        weigh(&mut finding, rule.notice);
        findings.push(finding);
    }
}
