//! `brief.html`: one file without script or outside load, readable on paper.

use std::collections::BTreeMap;

use askama::Template;
use demarche_core::brief::attempts::Attempt;
use demarche_core::brief::brief::Brief;
use demarche_core::brief::clock::Mark as ClockMark;
use demarche_core::brief::cut_off::Step;
use demarche_core::brief::entered::SessionRow;
use demarche_core::brief::open::OpenRow;
use demarche_core::brief::unknown::GapRow;
use demarche_core::claim::claim::Claim;
use demarche_core::exposure::exposure::{Caveat, Exposure};
use demarche_core::finding::finding::Finding;
use demarche_core::vocab::grade::Grade;

use crate::error::{Error, Result};
use crate::render::timeline::{self, Band, Lane, Mark, MarkKind};

/// The most rows of one list on the page; the rest stands in the CSV beside it.
const ROWS_MOST: usize = 400;
/// The most rows of exposure shown with one session.
const EXPOSURES_MOST: usize = 60;
/// The most steps on page one.
const STEPS_MOST: usize = 8;
/// The most lanes of the timeline.
const LANES_MOST: usize = 40;

#[derive(Template)]
#[template(path = "brief.html")]
struct Page<'a> {
    case: &'a str,
    style: &'static str,
    brief: &'a Brief,
    timeline: String,
    sessions: Vec<SessionView<'a>>,
    first_steps: Vec<&'a Step>,
    open: Vec<&'a OpenRow>,
    attempts: &'a [Attempt],
    claims: &'a [Claim],
    gaps: &'a [GapRow],
    clock: Vec<ClockRow<'a>>,
    caveats: Vec<Caveat>,
}

struct SessionView<'a> {
    row: &'a SessionRow,
    findings: Vec<&'a Finding>,
    exposures: Vec<&'a Exposure>,
    n_exposures: usize,
}

struct ClockRow<'a> {
    name: &'static str,
    at: String,
    what: &'a str,
    record: String,
}

/// The page.
///
/// # Errors
/// None from what a log may hold; a bug in the template.
pub fn page(brief: &Brief, case: &str) -> Result<String> {
    let page = Page {
        case,
        style: include_str!("../../templates/brief.css"),
        brief,
        timeline: timeline::draw(&lanes(brief), &bands(brief)),
        sessions: sessions(brief),
        first_steps: brief
            .cut_off
            .iter()
            .filter(|step| step.hostile)
            .take(STEPS_MOST)
            .collect(),
        open: open(brief),
        attempts: &brief.attempts[..brief.attempts.len().min(ROWS_MOST)],
        claims: &brief.claims[..brief.claims.len().min(ROWS_MOST)],
        gaps: &brief.gaps[..brief.gaps.len().min(ROWS_MOST)],
        clock: clock(brief),
        caveats: Caveat::all().collect(),
    };
    page.render()
        .map_err(|cause| Error::run("cannot write brief.html").because(&cause))
}

fn sessions(brief: &Brief) -> Vec<SessionView<'_>> {
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &brief.findings {
        findings.entry(&finding.session).or_default().push(finding);
    }
    let mut exposures: BTreeMap<&str, Vec<&Exposure>> = BTreeMap::new();
    for exposure in &brief.exposures {
        exposures
            .entry(&exposure.session)
            .or_default()
            .push(exposure);
    }
    brief
        .sessions
        .iter()
        .map(|row| {
            let mut reached = exposures.remove(row.id.as_str()).unwrap_or_default();
            let n_exposures = reached.len();
            reached.truncate(EXPOSURES_MOST);
            SessionView {
                row,
                findings: findings.remove(row.id.as_str()).unwrap_or_default(),
                exposures: reached,
                n_exposures,
            }
        })
        .collect()
}

/// What is open, of hostile sessions first.
fn open(brief: &Brief) -> Vec<&OpenRow> {
    let mut rows: Vec<&OpenRow> = brief.open.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.open.verdict));
    rows.truncate(ROWS_MOST);
    rows
}

fn lanes(brief: &Brief) -> Vec<Lane> {
    let mut lanes: BTreeMap<(std::cmp::Reverse<_>, &str), Lane> = BTreeMap::new();
    let mut key_of = BTreeMap::new();
    for session in &brief.sessions {
        let key = (std::cmp::Reverse(session.verdict), session.account.as_str());
        key_of.insert(session.id.as_str(), key);
        lanes.entry(key).or_insert_with(|| Lane {
            label: session.account.clone(),
            verdict: session.verdict.word(),
            marks: Vec::new(),
        });
    }
    let mut mark = |session: &str, at, kind| {
        if let Some(lane) = key_of.get(session).and_then(|key| lanes.get_mut(key)) {
            lane.marks.push(Mark { at, kind });
        }
    };
    for exposure in &brief.exposures {
        let kind = match exposure.grade {
            Grade::Certain => MarkKind::Certain,
            Grade::Presumed | Grade::Unknowable => MarkKind::Presumed,
        };
        mark(&exposure.session, exposure.first, kind);
    }
    for action in &brief.actions {
        mark(&action.session, action.at, MarkKind::Act);
    }
    for row in brief
        .timeline
        .iter()
        .filter(|row| row.described == "sign-in")
    {
        mark(&row.session, row.at, MarkKind::SignIn);
    }
    lanes.into_values().take(LANES_MOST).collect()
}

fn bands(brief: &Brief) -> Vec<Band> {
    let both = brief
        .gaps
        .iter()
        .filter_map(|row| Some((row.gap.from?, row.gap.to?)));
    both.map(|(from, to)| Band { from, to }).collect()
}

fn clock(brief: &Brief) -> Vec<ClockRow<'_>> {
    let clock = &brief.clock;
    let marks: [(&'static str, &Option<ClockMark>); 7] = [
        ("logs begin", &clock.visible_from),
        ("first attempt", &clock.first_attempt),
        ("first entry", &clock.first_entry),
        ("first access", &clock.first_access),
        ("first suspect", &clock.first_suspect),
        ("first alert on record", &clock.first_alert_on_record),
        ("last hostile", &clock.last_hostile),
    ];
    let mut rows: Vec<ClockRow<'_>> = marks
        .into_iter()
        .map(|(name, mark)| match mark {
            Some(mark) => ClockRow {
                name,
                at: mark.at.to_string(),
                what: &mark.what,
                record: mark
                    .place
                    .map(|place| place.to_string())
                    .unwrap_or_default(),
            },
            None => ClockRow {
                name,
                at: "none on record".into(),
                what: "",
                record: String::new(),
            },
        })
        .collect();
    for told in &brief.clock.noticed {
        let (at, record) = (told.at.to_string(), "stated, not on record".into());
        rows.push(ClockRow {
            name: "told",
            at,
            what: &told.who,
            record,
        });
    }
    if let Some(contained) = brief.clock.contained {
        let (at, record) = (contained.to_string(), "stated, not on record".into());
        rows.push(ClockRow {
            name: "contained",
            at,
            what: "",
            record,
        });
    }
    rows
}

/// Filters of the template: every log value passes one of them.
mod filters {
    use crate::terminal::escape;

    /// One line of text, made harmless; HTML is escaped behind it.
    #[askama::filter_fn]
    pub fn shown(text: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(escape::shown(&text.to_string()).into_owned())
    }

    /// Several lines of our own, each made harmless.
    #[askama::filter_fn]
    pub fn shown_lines(
        text: impl std::fmt::Display,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(escape::lines_shown(&text.to_string()))
    }

    /// A list in one line; long ones end in a count.
    #[askama::filter_fn]
    pub fn list(values: &[String], _: &dyn askama::Values) -> askama::Result<String> {
        const MOST: usize = 12;
        let mut text = values
            .iter()
            .take(MOST)
            .map(|value| escape::shown(value).into_owned())
            .collect::<Vec<_>>()
            .join(", ");
        if values.len() > MOST {
            text.push_str(&format!(" and {} more", values.len() - MOST));
        }
        Ok(text)
    }

    /// The day of a moment.
    #[askama::filter_fn]
    pub fn day(moment: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(moment.to_string().chars().take(10).collect())
    }
}
