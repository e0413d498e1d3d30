//! Row 7, second half: what an application consented to then read.
//!
//! # Assumptions
//! - Only sessions that are the application's alone are looked at; the person who consented may
//!   have been deceived.
//! - What the organisation introduced, as the finding of its first consent says, is no new
//!   application.
//! - What it did before a hostile session let it in or gave it a secret is not the intruder's.
//!
//! # Innocent explanations
//! - `an application nobody let in`: a consent that reaches this account is on record before the
//!   use.

use crate::event::kind::Kind;
use crate::finding::consent::note_view;
use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::finding::skeleton::{VERSION, imitated};
use crate::tenant::application::{Application, Consent};
use crate::tenant::facts::Baseline;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, Moment};

/// Content reached by a newly let in application in a mailbox that consented.
pub const PATTERN: Pattern = Pattern {
    kind: "application-use",
    row: Row(7),
    techniques: &["T1550.001", "T1114.002"],
};

/// What makes an application bad, each with its reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// A display name.
    pub name: String,
    /// Its name imitates a publisher.
    pub imitates: Option<String>,
    /// Its scopes are those of a known toolkit.
    pub toolkit: Option<String>,
    /// A consent or secret was made in a hostile session.
    pub hands: Option<String>,
}

impl View {
    /// Whether row 7 may make its use hostile.
    pub fn is_bad(&self) -> bool {
        self.imitates.is_some() || self.toolkit.is_some() || self.hands.is_some()
    }

    /// Its name, or that none is on record.
    pub fn name_or_unknown(&self) -> &str {
        if self.name.is_empty() {
            "no name on record"
        } else {
            &self.name
        }
    }
}

/// What is to be thought of an application.
pub fn view_of(scene: &Scene<'_>, id: &str) -> View {
    let Some(application) = scene.facts.application(id) else {
        return View::default();
    };
    if scene.facts.is_own_application(id) {
        return View::default();
    }
    let lists = scene.facts.lists();
    let mut view = View {
        name: application.names.first().cloned().unwrap_or_default(),
        toolkit: toolkit_of(scene, application),
        hands: scene.pivot.hands_of(id, scene.session.last).map(|session| {
            format!("a consent to it or secret of it was made in hostile session {session}")
        }),
        imitates: None,
    };
    for name in &application.names {
        if let Some(publisher) = imitated(name, &lists.publishers) {
            view.imitates = Some(format!(
                "{name:?} looks like {publisher:?} and is not written so ({VERSION}, lists {})",
                lists.version
            ));
            view.name.clone_from(name);
        }
    }
    view
}

/// Whether the scopes of a consent, without the plain ones, are exactly those of a toolkit.
fn toolkit_of(scene: &Scene<'_>, application: &Application) -> Option<String> {
    let lists = scene.facts.lists();
    let is_plain = |scope: &str| {
        lists
            .plain_scopes
            .iter()
            .any(|p| p.eq_ignore_ascii_case(scope))
    };
    application.consents.iter().find_map(|consent| {
        let mut asked: Vec<&str> = consent
            .scopes
            .iter()
            .map(String::as_str)
            .filter(|scope| !is_plain(scope))
            .collect();
        asked.sort_unstable();
        lists.toolkits.iter().find_map(|toolkit| {
            let mut known: Vec<String> = toolkit
                .scopes
                .iter()
                .map(|scope| scope.to_lowercase())
                .filter(|scope| !is_plain(scope))
                .collect();
            known.sort_unstable();
            (!known.is_empty() && known == asked).then(|| {
                format!(
                    "its scopes are exactly those of {} (lists {})",
                    toolkit.name, lists.version
                )
            })
        })
    })
}

/// Finds use of content by an application that row 7 makes suspect or hostile.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let uses = session.n_reads > 0
        || [
            Kind::MessageSent,
            Kind::FileDownloaded,
            Kind::FileRead,
            Kind::Searched,
        ]
        .iter()
        .any(|kind| session.kinds.contains_key(kind));
    if !uses {
        return;
    }
    let callers = callers_of(session.applications.values.iter());
    for id in callers {
        if !session_is_only(scene, &id) {
            continue;
        }
        let view = view_of(scene, &id);
        if view.is_bad() || is_new(scene, &id) && !scene.pivot.is_introduced(&id) {
            findings.push(finding_of(scene, &id, &view));
        }
    }
}

/// The calling applications of pairs, in order.
pub fn callers_of<'a>(
    pairs: impl Iterator<Item = &'a String>,
) -> std::collections::BTreeSet<String> {
    pairs
        .filter_map(|pair| {
            let (front, caller) = pair.split_once('|')?;
            let id = if caller.is_empty() { front } else { caller };
            (!id.is_empty()).then(|| id.to_owned())
        })
        .collect()
}

/// Whether the application was first let in to content when the tenant had a baseline already:
/// then its use is suspect as the consent is, one group for one determination.
fn is_new(scene: &Scene<'_>, id: &str) -> bool {
    if scene.is_expected_application(id) || !scene.facts.is_consented(id) {
        return false;
    }
    let lists = scene.facts.lists();
    let first = scene
        .facts
        .application(id)
        .and_then(|application| application.consents.first());
    first.is_some_and(|first| {
        used_before(scene, id, first.at).is_none()
            && scene.facts.tenant_baseline(first.at).suffices()
            && first
                .scopes
                .iter()
                .any(|scope| lists.reaches_content(scope))
    })
}

/// A use of the application more than a day before a consent: somebody let it in before the
/// logs begin, and the consent on record is not the first.
///
/// Use that began when the tenant had a baseline already is no such habit before two weeks of it:
/// the consent that it came of is missing from these logs.
pub fn used_before(scene: &Scene<'_>, id: &str, at: Moment) -> Option<Moment> {
    let first = scene.facts.first_use_of(id)?;
    let is_new = scene.facts.tenant_baseline(first).suffices();
    let least = if is_new { Baseline::DAYS_LEAST } else { 1 };
    (first.micros < at.micros - least * DAY).then_some(first)
}

/// Whether all the session's pairs are this application's: a person's own session, in which the
/// application was let in, is not the application's.
fn session_is_only(scene: &Scene<'_>, id: &str) -> bool {
    let callers = callers_of(scene.session.applications.values.iter());
    callers.len() == 1 && callers.contains(id)
}

fn finding_of(scene: &Scene<'_>, id: &str, view: &View) -> Finding {
    let session = scene.session;
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    finding.signs.insert(Sign::ApplicationUse);
    finding.cause = format!("application {id}");
    finding.sentence = format!(
        "application {id} ({}) reached content of {} between {} and {}",
        view.name_or_unknown(),
        session.who(),
        session.first,
        session.last
    );
    finding
        .records
        .extend([session.first_place, session.last_place]);
    let consent = consent_for(scene, id);
    match consent {
        Some(consent) => {
            finding.records.push(consent.place);
            let reach = if consent.tenant_wide {
                "for the whole tenant"
            } else {
                "by this account"
            };
            finding.test(
                "an application nobody let in",
                TestResult::Excluded,
                format!("consented to {reach} on {}", consent.at),
            );
        }
        None => finding.test(
            "an application nobody let in",
            TestResult::NotTested,
            "no consent that reaches this account is on record before its use".to_owned(),
        ),
    }
    note_view(&mut finding, view);
    finding
}

/// The earliest consent that reaches the session's account before its use ends.
fn consent_for<'a>(scene: &Scene<'a>, id: &str) -> Option<&'a Consent> {
    let application = scene.facts.application(id)?;
    application.consents.iter().find(|consent| {
        let reaches = consent.tenant_wide
            || scene.facts.account_of_hash(consent.by) == Some(scene.session.account.as_str());
        reaches && consent.at <= scene.session.last
    })
}
