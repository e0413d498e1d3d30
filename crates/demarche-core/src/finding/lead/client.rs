//! Row 15, a lead: one client, new to the tenant, on many accounts.
//!
//! # Assumptions
//! - A client is its agent as sent, version and all; versions change for everybody on one day.
//!
//! # Innocent explanations
//! - `a new version`: its family, versions apart, was used in the tenant before.
//! - `a program rolled out`: half of the tenant's accounts use it.

use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;

/// A client never seen in the tenant before, on many accounts.
pub const PATTERN: Pattern = Pattern {
    kind: "client-on-many-accounts",
    row: Row(15),
    techniques: &["T1078.004", "T1110.003"],
};

/// Accounts from which on a client is on many.
const ACCOUNTS_LEAST: usize = 5;

/// Finds a client of the session that is new to the tenant and on many accounts.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    for agent in &session.agents.values {
        let Some((first, n_accounts)) = scene.facts.agent(agent) else {
            continue;
        };
        let new = scene.facts.tenant_baseline(first).suffices();
        if !new || n_accounts < ACCOUNTS_LEAST {
            continue;
        }
        let n_all = scene.facts.accounts_counted();
        if scene.facts.is_family_older(agent, first) || n_accounts * 2 >= n_all {
            continue;
        }
        let mut finding = scene.finding(&PATTERN, session.first);
        finding.cause = format!("client {agent}");
        finding
            .records
            .extend([session.first_place, session.last_place]);
        finding.sentence = format!(
            "{n_accounts} accounts were used with {agent:?}, first seen in the tenant on {first}"
        );
        let why = "no version of it was used in the tenant before".to_owned();
        finding.note("a new version", TestResult::Excluded, why);
        let why = format!("{n_accounts} of {n_all} accounts use it");
        finding.note("a program rolled out", TestResult::Excluded, why);
        findings.push(finding);
        return;
    }
}
