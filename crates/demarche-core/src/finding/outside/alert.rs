//! Row 13: the provider raised an alert or a risk that names the session.
//!
//! # Assumptions
//! - An alert names a session by its token or session id. One that names an account or an address
//!   alone is tied to no session and stays in the list of alerts.
//! - The risk of a sign-in stands in the sign-in's own record.
//!
//! # Innocent explanations
//! - `closed by the provider or an administrator`: the record says dismissed, safe or remediated.
//! - `a low score`: the provider itself gives the level low.

use crate::event::kind::Kind;
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, TestResult};
use crate::finding::outside::{FINDINGS_MOST, weigh};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::grade::Tie;

/// An alert or risk of the provider about the session.
pub const PATTERN: Pattern = Pattern {
    kind: "provider-alert",
    row: Row(13),
    techniques: &["T1078.004"],
};

/// States in which somebody closed a risk.
const CLOSED: [&str; 3] = ["confirmedsafe", "dismissed", "remediated"];

/// Finds alerts and risks that name the session.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let mut told: Vec<(String, Vec<&Act>)> = Vec::new();
    for act in scene.session.acts.iter().filter(|act| names(act)) {
        let what = what(act);
        match told.iter_mut().find(|(known, _)| *known == what) {
            Some((_, acts)) => acts.push(act),
            None => told.push((what, vec![act])),
        }
    }
    for (what, acts) in told.into_iter().take(FINDINGS_MOST) {
        let Some(first) = acts.first() else { continue };
        let mut finding = scene.finding(&PATTERN, first.at);
        finding.cause = format!("alert {what}");
        finding.records.extend(acts.iter().map(|act| act.place));
        finding.sentence = format!("the provider says {what} of the session at {}", first.at);
        let open = acts.iter().find(|act| !is_closed(act));
        let state = |act: &Act| detail(act, words::RISK_STATE).to_owned();
        let (result, why) = match open {
            Some(act) => (TestResult::Excluded, state(act)),
            None => (TestResult::Holds, state(first)),
        };
        finding.test(
            "closed by the provider or an administrator",
            result,
            format!("its state: {}", shown(&why)),
        );
        let low = acts.iter().all(|act| is_low(act));
        let result = if low {
            TestResult::Possible
        } else {
            TestResult::Excluded
        };
        let level = detail(first, words::RISK);
        finding.note(
            "a low score",
            result,
            format!("its level: {}", shown(level)),
        );
        weigh(&mut finding, low);
        findings.push(finding);
    }
}

/// Whether an act is an alert tied by id, or a sign-in that was scored.
fn names(act: &Act) -> bool {
    match act.kind {
        Kind::AlertRaised => matches!(act.tie, Tie::Token | Tie::Session),
        Kind::SignIn => !matches!(detail(act, words::RISK), "" | "none"),
        _ => false,
    }
}

fn what(act: &Act) -> String {
    if act.kind == Kind::SignIn {
        return format!("risk {}", detail(act, words::RISK));
    }
    act.operation.clone()
}

fn detail<'a>(act: &'a Act, name: &str) -> &'a str {
    let found = act.details.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.as_str())
}

fn is_closed(act: &Act) -> bool {
    let state = detail(act, words::RISK_STATE);
    CLOSED
        .iter()
        .any(|closed| closed.eq_ignore_ascii_case(state))
}

fn is_low(act: &Act) -> bool {
    detail(act, words::RISK).eq_ignore_ascii_case("low")
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "not stated" } else { text }
}
