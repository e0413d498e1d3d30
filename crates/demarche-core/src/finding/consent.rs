//! Row 7: the first consent in the tenant to scopes that reach content.
//!
//! # Assumptions
//! - First means first on record in the tenant; scopes that reach content are a list handed in.
//!
//! # Innocent explanations
//! - `an application of the provider or the owner`: the provider publishes it, or the owner
//!   confirmed it.
//! - `consented to before`: an earlier consent, or use of the application, is on record.
//! - `too short a baseline of the tenant`: on the first day of the logs nothing is the first.
//! - `introduced by the organisation`: let in for the whole tenant by an account that administered
//!   others on three days, from networks and devices that are all its own.
//! - `an honest name`: its name imitates no listed publisher.
//! - `an ordinary set of scopes`: its scopes are not those of a listed toolkit.
//! - `made by the owner`: no consent to it or secret of it was made in a hostile session.

use std::collections::BTreeSet;

use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::finding::application::{View, used_before, view_of};
use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::{Scene, baseline_text};
use crate::finding::setting::{detail, details};
use crate::session::session::Act;
use crate::vocab::grade::Verdict;

/// The first consent in the tenant to content scopes.
pub const PATTERN: Pattern = Pattern {
    kind: "first-consent",
    row: Row(7),
    techniques: &["T1528", "T1550.001"],
};

/// What groups a consent with the use that came of it.
const CAUSE: &str = "application ";

/// Finds consents to content scopes, one finding per application.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    let acts = scene.session.acts.iter().filter(|act| {
        matches!(act.kind, Kind::Consented | Kind::PermissionGranted)
            && act.outcome != Outcome::Failed
    });
    for act in acts {
        let id = subject(scene, act);
        let reaches = details(act, words::SCOPE)
            .flat_map(str::split_whitespace)
            .any(|scope| scene.facts.lists().reaches_content(scope));
        if id.is_empty() || !reaches || !seen.insert(id.clone()) {
            continue;
        }
        findings.push(finding_of(scene, act, &id));
    }
}

/// The application a consent is about.
fn subject(scene: &Scene<'_>, act: &Act) -> String {
    scene.facts.applications().resolve(
        detail(act, words::APP_ID),
        detail(act, words::PRINCIPAL_ID),
        &act.object,
    )
}

fn finding_of(scene: &Scene<'_>, act: &Act, id: &str) -> Finding {
    let mut finding = scene.finding(&PATTERN, act.at);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("{CAUSE}{id}");
    finding.records.push(act.place);
    let view = view_of(scene, id);
    let wide = if detail(act, words::REACH) == "tenant" {
        "for the whole tenant"
    } else {
        "for one account"
    };
    finding.sentence = format!(
        "{} consented {wide} at {} to application {id} ({}), which may read content",
        scene.session.who(),
        act.at,
        view.name_or_unknown()
    );
    test_own(scene, &mut finding, id);
    test_first(scene, &mut finding, act, id);
    note_introduced(scene, &mut finding, act, &view);
    note_view(&mut finding, &view);
    finding
}

/// An administrator's act for the whole organisation, from where the administrator always is:
/// whoever tricks a person into a consent gets one for that person, from a page of theirs.
fn note_introduced(scene: &Scene<'_>, finding: &mut Finding, act: &Act, view: &View) {
    const NAME: &str = "introduced by the organisation";
    let for_all = detail(act, words::REACH) == "tenant";
    let n_days = scene
        .days_of_administration(act.at)
        .filter(|_| for_all && !view.is_bad() && scene.is_all_usual(act.at));
    match n_days {
        Some(n_days) => {
            finding.signs.insert(Sign::Routine);
            let why = format!(
                "let in for the whole tenant by an account that administered others on {n_days} days, from networks and devices that are all its own"
            );
            finding.note(NAME, TestResult::Holds, why);
        }
        None => {
            let why = "not let in for the whole tenant by an account that administers others, or not from networks and devices that are all its own";
            finding.note(NAME, TestResult::Possible, why.to_owned());
        }
    }
}

/// The application that a first consent is about, where the organisation introduced it.
pub fn introduced(finding: &Finding) -> Option<&str> {
    let is_first = finding.kind == PATTERN.kind && finding.holds();
    let id = finding.cause.strip_prefix(CAUSE)?;
    (is_first && finding.has(Sign::Routine)).then_some(id)
}

fn test_own(scene: &Scene<'_>, finding: &mut Finding, id: &str) {
    let own = scene.facts.is_own_application(id);
    let expected = scene.is_expected_application(id);
    let (result, why) = match (own, expected) {
        (true, _) => (TestResult::Holds, "the provider itself publishes it"),
        (_, true) => (TestResult::Holds, "the owner confirmed it as expected"),
        _ => (
            TestResult::Excluded,
            "neither the provider's own nor confirmed by the owner",
        ),
    };
    finding.test(
        "an application of the provider or the owner",
        result,
        why.to_owned(),
    );
}

/// A later consent to what the tenant uses already is no news, unless the application is bad.
fn test_first(scene: &Scene<'_>, finding: &mut Finding, act: &Act, id: &str) {
    let view = view_of(scene, id);
    if let Some(used) = used_before(scene, id, act.at).filter(|_| !view.is_bad()) {
        let why = format!(
            "it was used in the tenant on {used} already: somebody let it in before the logs begin"
        );
        finding.test("consented to before", TestResult::Holds, why);
        return;
    }
    let earlier = scene
        .facts
        .application(id)
        .and_then(|application| application.consents.first())
        .filter(|first| first.at < act.at);
    match earlier {
        Some(first) if view.is_bad() => finding.note(
            "consented to before",
            TestResult::Possible,
            format!("first consent on {}, to the same application", first.at),
        ),
        Some(first) => finding.test(
            "consented to before",
            TestResult::Holds,
            format!("the first consent in the tenant was on {}", first.at),
        ),
        None => {
            let since = scene.facts.span().first;
            let why = format!("no earlier consent on record since {since}");
            finding.note("consented to before", TestResult::Excluded, why);
            let baseline = scene.facts.tenant_baseline(act.at);
            if baseline.days == 0 && !view.is_bad() && !scene.states_applications() {
                let why = baseline_text(baseline);
                finding.test(
                    "too short a baseline of the tenant",
                    TestResult::NotTested,
                    why,
                );
            }
        }
    }
}

/// Adds what makes an application bad, as signs and tests.
pub fn note_view(finding: &mut Finding, view: &View) {
    // What the lists do not speak against holds as far as they go, and is no question any more.
    let named = [
        (
            Sign::ImitatedPublisher,
            "an honest name",
            &view.imitates,
            (TestResult::Holds, "its name imitates no listed publisher"),
        ),
        (
            Sign::ToolkitScopes,
            "an ordinary set of scopes",
            &view.toolkit,
            (
                TestResult::Holds,
                "its scopes are not those of a listed toolkit",
            ),
        ),
        (
            Sign::HostileHands,
            "made by the owner",
            &view.hands,
            (
                TestResult::Possible,
                "no consent to it or secret of it was made in a hostile session",
            ),
        ),
    ];
    for (sign, name, why, (result, other)) in named {
        match why {
            Some(why) => {
                finding.signs.insert(sign);
                finding.note(name, TestResult::Excluded, why.clone());
            }
            None => finding.note(name, result, other.to_owned()),
        }
    }
}
