//! Row 5: sign-ins by device code, and by a password handed to a program.
//!
//! # Assumptions
//! - The record states how the credential was presented; where it does not, nothing is said.
//! - Whoever is talked into entering a code signs the intruder in from their own place: the
//!   address of such a sign-in may be the owner's, or the intruder's.
//!
//! # Innocent explanations
//! - `the account's usual way in`: a room, a script or a command line that has signed in so on
//!   three days before.
//! - `the tenant's usual way in`: others sign in so on many days, as with old programs that know
//!   no other way.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::odd::{sign, sign_ins, tell};
use crate::finding::scene::{HABIT_DAYS_LEAST, Scene};
use crate::session::session::Act;
use crate::tenant::usage::grant_key;

/// Device code, or a password handed to a program.
pub const PATTERN: Pattern = Pattern {
    kind: "device-code-or-password-grant",
    row: Row(5),
    techniques: &["T1528", "T1566.002", "T1078.004"],
};

/// Accounts that make a grant usual in the tenant.
const TENANT_ACCOUNTS_LEAST: usize = 5;

/// Finds the first sign-in by each of the two grants.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for kind in [Sign::DeviceCode, Sign::PasswordGrant] {
        let act = sign_ins(scene).find(|act| sign_of(&act.grant) == Some(kind));
        let Some(act) = act else {
            continue;
        };
        let mut finding = scene.finding(&PATTERN, act.at);
        finding.cause = format!("address {}", act.address);
        let why = format!("the sign-in at {} states {}", act.at, act.grant);
        sign(&mut finding, kind, act, "another grant", why);
        test_usual(scene, &mut finding, act);
        let what = match kind {
            Sign::DeviceCode => "by device code",
            _ => "by a password handed to a program",
        };
        tell(finding, what, findings);
    }
}

/// Which of the two a grant is.
pub fn sign_of(grant: &str) -> Option<Sign> {
    let grant = grant.to_lowercase().replace(['_', '-', ' '], "");
    if grant.contains("devicecode") {
        return Some(Sign::DeviceCode);
    }
    matches!(grant.as_str(), "ropc" | "passwordgrant").then_some(Sign::PasswordGrant)
}

fn test_usual(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let key = grant_key(&act.grant);
    let usage = scene.facts.usage(&scene.session.account);
    let n_days = usage
        .and_then(|usage| usage.grants.get(&key))
        .map_or(0, |span| span.days_before(act.at));
    let mut test = |name: &'static str, holds: bool, why: String| {
        let result = if holds {
            TestResult::Holds
        } else {
            TestResult::Excluded
        };
        finding.test(name, result, why);
    };
    let why = format!("the account signed in so on {n_days} days before");
    test(
        "the account's usual way in",
        n_days >= HABIT_DAYS_LEAST,
        why,
    );
    let n_accounts = scene.facts.n_accounts_with_grant(key);
    let why = format!("{n_accounts} accounts are on record as signing in so on three days");
    let usual = n_accounts >= TENANT_ACCOUNTS_LEAST;
    test("the tenant's usual way in", usual, why);
}
