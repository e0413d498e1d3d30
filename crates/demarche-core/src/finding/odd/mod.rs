//! Row 5: odd ways of signing in, a lead each; two different kinds are suspect.

use std::collections::BTreeSet;

use crate::event::kind::{Kind, Outcome};
use crate::finding::finding::{Finding, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;

pub mod dormant;
pub mod first_seen;
pub mod grant;
pub mod hosting;
pub mod travel;

/// The session's sign-ins that worked, in order.
fn sign_ins<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a Act> + use<'a> {
    let acts = scene.session.acts.iter();
    acts.filter(|act| act.kind == Kind::SignIn && act.outcome == Outcome::Succeeded)
}

/// Notes a sign with the record that shows it, once.
fn sign(finding: &mut Finding, sign: Sign, act: &Act, name: &'static str, why: String) {
    if finding.signs.insert(sign) {
        finding.records.push(act.place);
        finding.note(name, TestResult::Excluded, why);
    }
}

/// Hands over a finding that has a sign, with what it says.
fn tell(mut finding: Finding, what: &str, findings: &mut Vec<Finding>) {
    if finding.signs.is_empty() {
        return;
    }
    finding.sentence = format!(
        "{} signed in at {} in an odd way: {what}",
        finding.account, finding.at
    );
    findings.push(finding);
}

/// The kinds of sign of row 5, of which two different ones are needed.
pub const KINDS: [Sign; 5] = [
    Sign::NewPlace,
    Sign::Hosting,
    Sign::DeviceCode,
    Sign::PasswordGrant,
    Sign::Dormant,
];

/// The kinds of row 5 that findings of a session bear out.
pub fn kinds_of<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeSet<Sign> {
    let signs = findings.flat_map(|finding| finding.signs.iter().copied());
    signs.filter(|sign| KINDS.contains(sign)).collect()
}
