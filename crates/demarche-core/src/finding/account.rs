//! Judges all sessions of one account: findings, the table, determinations.

use crate::coverage::ledger::Coverage;
use crate::finding::determination::{Conflict, Determination, Expected, apply};
use crate::finding::finding::{Finding, Judgement, Row};
use crate::finding::pivot::Pivot;
use crate::finding::scene::Scene;
use crate::finding::verdict::{Beside, judge as judge_session};
use crate::session::session::Session;
use crate::tenant::facts::Facts;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// What accounts are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Means<'a> {
    /// The closed facts.
    pub facts: &'a Facts,
    /// Which source speaks for what.
    pub coverage: &'a Coverage,
    /// What the owner confirmed.
    pub expected: &'a [Expected],
    /// What an analyst determined (row 1).
    pub determinations: &'a [Determination],
    /// What hostile sessions of the first pass used; empty in the first pass.
    pub pivot: &'a Pivot,
}

/// What was found about one session, and what the table makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// All findings, also those that cannot be said.
    pub findings: Vec<Finding>,
    /// The verdict, after determinations.
    pub judgement: Judgement,
    /// The verdict of the rules alone.
    pub by_rule: Judgement,
    /// Determinations that contradict rows 2 to 10, to be printed.
    pub conflicts: Vec<Conflict>,
}

/// Judges the sessions of one account; the results stand in the order of the sessions.
pub fn judge(sessions: &[Session], means: &Means<'_>) -> Vec<Judged> {
    let found: Vec<Vec<Finding>> = sessions
        .iter()
        .map(|session| {
            crate::finding::find(&Scene {
                session,
                account_sessions: sessions,
                facts: means.facts,
                coverage: means.coverage,
                expected: means.expected,
                pivot: means.pivot,
            })
        })
        .collect();
    let sprayed = sprayed_at(&found);
    sessions
        .iter()
        .zip(found)
        .map(|(session, findings)| {
            let beside = Beside {
                session,
                sprayed: &sprayed,
                pivot: means.pivot,
            };
            let by_rule = judge_session(&findings, &beside);
            let (judgement, conflicts) = apply(session, &by_rule, &findings, means.determinations);
            Judged {
                findings,
                judgement,
                by_rule,
                conflicts,
            }
        })
        .collect()
}

/// When row 2 was found for the account, in any of its sessions.
fn sprayed_at(found: &[Vec<Finding>]) -> Vec<Moment> {
    let mut at: Vec<Moment> = found
        .iter()
        .flatten()
        .filter(|finding| {
            finding.holds() && finding.row == Row(2) && finding.alone == Verdict::Hostile
        })
        .map(|finding| finding.at)
        .collect();
    at.sort_unstable();
    at
}

/// What groups a suspect session: the cause of the finding that decided.
pub fn cause_of(judged: &Judged) -> String {
    judged
        .findings
        .iter()
        .find(|finding| finding.holds() && finding.row == judged.judgement.row)
        .map_or_else(|| judged.judgement.reason.clone(), |f| f.cause.clone())
}
