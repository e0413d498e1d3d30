//! Row 2: many wrong passwords on many accounts, then a right one.
//!
//! # Assumptions
//! - A fingerprint is address, client and grant together; the same address with another client
//!   ties nothing.
//! - At least ten wrong passwords on three accounts within an hour, and the right one within a
//!   day.
//!
//! # Innocent explanations
//! - `a few mistyped passwords`: fewer, or on fewer accounts, or slower.
//! - `people behind one address who mistype`: most of the accounts tried got in: a proxy or a
//!   login page of the organisation.
//! - `a client that people here use`: the fingerprint got in long before, without a spray.
//! - `the provider's own relay`: whose client stood behind it cannot be said.
//! - `an attempt only`: no right password with this fingerprint is on record: told, and no
//!   verdict.

use std::collections::BTreeSet;

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::tenant::password::{Passwords, Spray};
use crate::vocab::grade::Verdict;
use crate::vocab::moment::DAY;

/// A right password after a spray with the same fingerprint.
pub const PATTERN: Pattern = Pattern {
    kind: "password-spray",
    row: Row(2),
    techniques: &["T1110.003", "T1078.004"],
};

/// A spray that touched this account and did not get in.
pub const ATTEMPT: Pattern = Pattern {
    kind: "password-spray-attempt",
    row: Row(2),
    techniques: &["T1110.003"],
};

/// Finds right passwords that follow a spray with their fingerprint, and attempts.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let mut prints = BTreeSet::new();
    for act in presented(scene, Outcome::Succeeded) {
        let Some(print) = act.fingerprint else {
            continue;
        };
        let spray = scene.facts.passwords().spray_before(print, act.at);
        if let Some(spray) = spray
            && prints.insert(print)
        {
            findings.push(success(scene, act, print, &spray));
        }
    }
    for act in presented(scene, Outcome::WrongPassword) {
        let Some(print) = act.fingerprint else {
            continue;
        };
        let spray = scene.facts.passwords().attempt_around(print, act.at);
        if let Some(spray) = spray
            && prints.insert(print)
        {
            findings.push(attempt(scene, act, &spray));
        }
    }
}

fn presented<'a>(scene: &Scene<'a>, outcome: Outcome) -> impl Iterator<Item = &'a Act> {
    scene
        .session
        .acts
        .iter()
        .filter(move |act| act.kind == Kind::SignIn && act.outcome == outcome)
}

fn success(scene: &Scene<'_>, act: &Act, print: u64, spray: &Spray) -> Finding {
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.alone = Verdict::Hostile;
    finding.cause = format!("address {}", act.address);
    finding.sentence = format!(
        "{} wrong passwords on {} accounts from {} with one client, then the right one of {} with the same client at {}",
        spray.n_wrong,
        spray.n_accounts,
        act.address,
        scene.session.who(),
        act.at
    );
    finding.records.clone_from(&spray.places);
    finding.records.push(act.place);
    finding.test(
        "a few mistyped passwords",
        TestResult::Excluded,
        format!(
            "{} wrong passwords on {} accounts between {} and {}; {} on {} within {} minutes suffice",
            spray.n_wrong,
            spray.n_accounts,
            spray.first,
            spray.last,
            Passwords::WRONG_LEAST,
            Passwords::ACCOUNTS_LEAST,
            Passwords::MINUTES_MOST
        ),
    );
    test_honest_typing(&mut finding, spray);
    test_client_known(scene, &mut finding, print, spray);
    test_relay(&mut finding, act);
    finding
}

/// Many people behind one address who mistype get in right after; a spray gets in here and there.
fn test_honest_typing(finding: &mut Finding, spray: &Spray) {
    let most = spray.n_accounts_right * 2 > spray.n_accounts;
    let result = if most {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    finding.test(
        "people behind one address who mistype",
        result,
        format!(
            "{} of the {} accounts tried got in with this fingerprint within a day",
            spray.n_accounts_right, spray.n_accounts
        ),
    );
}

/// A fingerprint that got in long before any spray is one that people here use.
fn test_client_known(scene: &Scene<'_>, finding: &mut Finding, print: u64, spray: &Spray) {
    let passwords = scene.facts.passwords();
    let before = spray
        .first_right
        .filter(|right| right.micros < spray.first.micros - DAY)
        .filter(|right| passwords.spray_before(print, *right).is_none());
    let (result, why) = match before {
        Some(right) => (
            TestResult::Holds,
            format!(
                "the same address, client and grant got in on {right} already, without a spray"
            ),
        ),
        None => (
            TestResult::Excluded,
            "this address, client and grant never got in before the spray".to_owned(),
        ),
    };
    finding.test("a client that people here use", result, why);
}

fn test_relay(finding: &mut Finding, act: &Act) {
    if act.relayed {
        finding.test(
            "the provider's own relay",
            TestResult::NotTested,
            format!(
                "{} belongs to the provider: whose client it was cannot be said",
                act.address
            ),
        );
    }
}

fn attempt(scene: &Scene<'_>, act: &Act, spray: &Spray) -> Finding {
    let mut finding = scene.finding(&ATTEMPT, act.at);
    finding.cause = format!("address {}", act.address);
    finding.sentence = format!(
        "{} wrong passwords on {} accounts from {} with one client; {} was tried and no right one of it is on record with that client",
        spray.n_wrong,
        spray.n_accounts,
        act.address,
        scene.session.who()
    );
    finding.records.clone_from(&spray.places);
    finding.records.push(act.place);
    finding.note(
        "an attempt only",
        TestResult::Holds,
        "no right password with this fingerprint in this session".to_owned(),
    );
    finding
}
