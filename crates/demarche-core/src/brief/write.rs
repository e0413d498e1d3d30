//! Writes the brief from what was judged and measured.

use crate::brief::accounting::Accounting;
use crate::brief::attempts::Attempt;
use crate::brief::brief::Brief;
use crate::brief::clock::{Clock, Told};
use crate::brief::method::Method;
use crate::brief::names::Names;
use crate::brief::open::OpenRow;
use crate::brief::{
    accessed, claims, clock, cut_off, entered, indicators, page_one, timeline, unknown, warn,
};
use crate::coverage::facts::{SourceFacts, Stated};
use crate::coverage::ledger::Coverage;
use crate::coverage::missing::{CaseShape, Missing, missing};
use crate::exposure::measure::{Listed, Measured};
use crate::exposure::removed::Removed;
use crate::exposure::timeline::TimelineRow;
use crate::finding::finding::Finding;
use crate::vocab::card::Card;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, Moment};
use crate::vocab::remedy::Remedy;

/// How much history "new" needs (design.md, "Verdicts").
const BASELINE_MICROS: i64 = 14 * DAY;

/// What the brief is written from.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// Sources as taken in.
    pub accounting: Vec<Accounting>,
    /// The same as the chart knows them.
    pub sources: &'a [SourceFacts],
    /// Every card that is known, present or not.
    pub cards: &'a [&'static Card],
    /// Steps that cut an intruder off.
    pub remedies: &'a [Remedy],
    /// Hostile and suspect sessions.
    pub listed: &'a [Listed],
    /// How many sessions are ordinary.
    pub ordinary_sessions: u64,
    /// Findings of listed sessions.
    pub findings: Vec<Finding>,
    /// The ledger.
    pub coverage: &'a Coverage,
    /// Attempts on record that belong to no listed session.
    pub attempts: Vec<Attempt>,
    /// What was measured.
    pub measured: Measured,
    /// What is on record as removed or contained.
    pub removed: &'a Removed,
    /// Events of listed sessions, in any order.
    pub timeline: Vec<TimelineRow>,
    /// Accounts that matter most (`--protect`), lower case.
    pub protect: &'a [String],
    /// Who was told (`--told`).
    pub told: Vec<Told>,
    /// When it was contained (`--contained`).
    pub contained: Option<Moment>,
    /// What the user states about licences and export.
    pub stated: &'a Stated,
    /// Now, handed in; `None` keeps expiry dates out.
    pub now: Option<Moment>,
    /// How it was judged.
    pub method: Method,
}

/// Writes the brief. What moved since an earlier run is added by
/// [`crate::brief::changes::between`].
pub fn write(mut inputs: Inputs<'_>) -> Brief {
    let exposure = accessed::by_session(&inputs.measured.exposures, &inputs.measured.unknowable);
    let mut sessions: Vec<_> = inputs
        .listed
        .iter()
        .map(|listed| {
            let mut row = entered::row(listed, inputs.protect, &inputs.findings);
            row.exposure = exposure.get(&row.id).cloned().unwrap_or_default();
            row
        })
        .collect();
    entered::sort(&mut sessions);
    let open: Vec<OpenRow> = inputs
        .measured
        .open
        .iter()
        .cloned()
        .map(OpenRow::of)
        .collect();
    let standing = &inputs.measured.standing;
    let standing = standing.iter().cloned().map(OpenRow::before).collect();
    let clock = clock::clock(&inputs, &inputs.measured.exposures);
    let claims = claims::state(&inputs, &sessions, &open, &clock);
    let (warn, warn_unnamed) = warn::recipients(&inputs.measured.actions);
    let totals = [Verdict::Hostile, Verdict::Suspect]
        .map(|verdict| accessed::totals(verdict, &sessions, &inputs.measured.exposures));
    let names = Names::of(&inputs.measured.actions, &inputs.measured.open);
    let mut brief = Brief {
        suspects: entered::suspects(&sessions, &inputs.findings, &names),
        totals: totals.to_vec(),
        gaps: unknown::rows(
            &inputs.coverage.gaps,
            &inputs.measured.gaps,
            &inputs.measured.unknowable,
        ),
        missing: still_missing(&inputs, &clock),
        cut_off: cut_off::steps(&inputs),
        indicators: indicators::indicators(inputs.listed, &inputs.measured.actions),
        timeline: timeline::sorted(std::mem::take(&mut inputs.timeline)),
        accounting: inputs.accounting,
        sessions,
        ordinary_sessions: inputs.ordinary_sessions,
        attempts: inputs.attempts,
        findings: inputs.findings,
        exposures: inputs.measured.exposures,
        actions: inputs.measured.actions,
        standing,
        open,
        warn,
        warn_unnamed,
        clock,
        claims,
        method: inputs.method,
        ..Brief::default()
    };
    brief.page_one = page_one::answers(&brief);
    brief
}

/// What is missing for the time the case asks about: from two weeks before the first hostile or
/// suspect event, so that there is a baseline (design.md, "Verdicts"), else from the first record.
fn still_missing(inputs: &Inputs<'_>, clock: &Clock) -> Vec<Missing> {
    let begun = [&clock.first_entry, &clock.first_suspect];
    let begun = begun
        .iter()
        .filter_map(|mark| Some(mark.as_ref()?.at))
        .min();
    let since = begun.map(|at| Moment {
        micros: at.micros.saturating_sub(BASELINE_MICROS),
        ..at
    });
    missing(
        inputs.coverage,
        &CaseShape {
            sources: inputs.sources,
            cards: inputs.cards,
            stated: inputs.stated,
            since: since.or(inputs.coverage.first),
            now: inputs.now,
        },
    )
}
