//! `brief.html`: one file without script or outside load, readable on paper.

use std::collections::BTreeMap;

use askama::Template;

use crate::error::{Error, Result};
use crate::render::figure::reach::Reach;
use crate::render::figure::sums::Sums;
use crate::render::figure::{self, calendar, grades, reach, timeline};
use crate::render::look::{Look, css_string};
use crate::view::{self, Exposure, Finding, Placed, Session, View};

/// Letters of a printed line, and lines of text that fit a sheet beside its headings, in letters
/// of full size; labs/pages checks that page one ends on its sheet.
const LINE_OF_PRINT: usize = 100;
const LINES_WITH_ROOM: usize = 38;
/// The most rows of one list on the page; the rest stands in the CSV beside it.
const ROWS_MOST: usize = 400;
/// The most rows of exposure shown with one session.
const EXPOSURES_MOST: usize = 60;
/// The most rows of the table beside the picture of networks.
const REACHES_MOST: usize = 60;
/// The most rows of what moved.
const CHANGES_MOST: usize = 200;

#[derive(Template)]
#[template(path = "brief.html")]
struct Page<'a> {
    view: &'a View,
    look: &'a Look,
    style: String,
    patterns: &'static str,
    timeline: String,
    grades: String,
    reach: String,
    reaches: Vec<Reach>,
    /// Rows that the table beside the picture leaves out.
    n_further: usize,
    calendar: String,
    sessions: Vec<SessionView<'a>>,
    open: Vec<&'a view::Open>,
    clock: Vec<ClockRow<'a>>,
    proof: String,
}

struct SessionView<'a> {
    row: &'a Session,
    findings: Vec<&'a Finding>,
    exposures: Vec<&'a Exposure>,
    n_exposures: usize,
}

struct ClockRow<'a> {
    name: &'static str,
    at: &'a str,
    what: &'a str,
    record: String,
}

impl Page<'_> {
    /// A time in the reader's zone; empty without one.
    fn local(&self, at: &str) -> String {
        let zone = self.look.zone.as_ref();
        zone.map(|zone| zone.local(at)).unwrap_or_default()
    }

    /// Whether page one has room on its sheet for letters of full size.
    fn has_room(&self) -> bool {
        let answers = self.view.page_one.iter();
        let sentences = answers.flat_map(|answer| &answer.sentences);
        let above = self.look.left_out.iter().chain(&self.view.method.limits);
        let lines = sentences.chain(above);
        let lines: usize = lines
            .map(|text| text.chars().count().div_ceil(LINE_OF_PRINT))
            .sum();
        lines <= LINES_WITH_ROOM
    }

    /// The most rows of one list.
    fn rows_most(&self) -> usize {
        ROWS_MOST
    }

    /// The most rows of what moved.
    fn changes_most(&self) -> usize {
        CHANGES_MOST
    }

    /// The label of the reader's zone; empty without one.
    fn zone(&self) -> &str {
        self.look.zone.as_ref().map_or("", |zone| &zone.name)
    }
}

/// The page.
///
/// # Errors
/// None from what a log may hold; a bug in the template.
pub fn page(view: &View, look: &Look) -> Result<String> {
    let sums = Sums::of(view);
    let mut reaches = reach::reaches(&sums);
    let reach = reach::draw(&reaches, sums.n_unheld).svg();
    let n_further = reaches.len().saturating_sub(REACHES_MOST);
    reaches.truncate(REACHES_MOST);
    let page = Page {
        view,
        look,
        style: style(look),
        patterns: figure::PATTERNS,
        timeline: timeline::of(view).svg(),
        grades: grades::draw(&sums).svg(),
        reach,
        reaches,
        n_further,
        calendar: calendar::draw(view, &sums).svg(),
        sessions: sessions(view),
        open: open(view),
        clock: clock(view),
        proof: crate::render::proof::block(&crate::render::proof::of_json(&view.proof))?,
    };
    page.render()
        .map_err(|cause| Error::run("cannot write brief.html").because(&cause))
}

/// The style, with the marking on top of every printed page (CSS Paged Media 3, §4.2).
fn style(look: &Look) -> String {
    let style = include_str!("../../templates/brief.css");
    if look.marking.is_empty() {
        return style.to_owned();
    }
    let marking = css_string(&look.marking);
    format!(
        "{style}\n@page{{@top-center{{content:{marking};font-weight:700}}@bottom-left{{content:{marking}}}}}"
    )
}

fn sessions(view: &View) -> Vec<SessionView<'_>> {
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &view.findings {
        findings.entry(&finding.session).or_default().push(finding);
    }
    let mut exposures: BTreeMap<&str, Vec<&Exposure>> = BTreeMap::new();
    for exposure in &view.exposures {
        exposures
            .entry(&exposure.session)
            .or_default()
            .push(exposure);
    }
    view.sessions
        .iter()
        .take(ROWS_MOST)
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
fn open(view: &View) -> Vec<&view::Open> {
    let mut rows: Vec<&view::Open> = view.open.iter().collect();
    rows.sort_by_key(|row| row.verdict != "hostile");
    rows.truncate(ROWS_MOST);
    rows
}

fn clock(view: &View) -> Vec<ClockRow<'_>> {
    let clock = &view.clock;
    let marks: [(&'static str, &Option<view::Mark>); 7] = [
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
        .map(|(name, mark)| ClockRow {
            name,
            at: mark.as_ref().map_or("none on record", |mark| &mark.at),
            what: mark.as_ref().map_or("", |mark| &mark.what),
            record: mark
                .as_ref()
                .and_then(|mark| mark.record.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
        })
        .collect();
    rows.extend(clock.stated().map(|(name, at, what)| ClockRow {
        name,
        at,
        what,
        record: "stated, not on record".to_owned(),
    }));
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

    /// A closed word as people say it.
    #[askama::filter_fn]
    pub fn said(text: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        let text = text.to_string();
        Ok(escape::shown(&crate::render::words::said(&text)).into_owned())
    }

    /// What ties a session.
    #[askama::filter_fn]
    pub fn tie(text: &str, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(escape::shown(crate::render::words::tie(text)).into_owned())
    }

    /// A reason without the row that it begins with, which stands before it.
    #[askama::filter_fn]
    pub fn reason(text: &str, _: &dyn askama::Values) -> askama::Result<String> {
        let behind = text.split_once(": ").filter(|(row, _)| {
            let number = row.strip_prefix("row ").unwrap_or_default();
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        });
        let reason = behind.map_or(text, |(_, reason)| reason);
        Ok(escape::shown(reason).into_owned())
    }

    /// So many of a thing.
    #[askama::filter_fn]
    pub fn counted(
        n: impl std::fmt::Display,
        _: &dyn askama::Values,
        thing: &str,
    ) -> askama::Result<String> {
        Ok(crate::render::words::counted(number(&n)?, thing))
    }

    /// A count with its thousands apart.
    #[askama::filter_fn]
    pub fn grouped(n: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(demarche_core::brief::phrase::grouped(number(&n)?))
    }

    /// The template counts with `u64` and `usize`.
    fn number(n: &impl std::fmt::Display) -> askama::Result<u64> {
        n.to_string().parse().map_err(|_| askama::Error::Fmt)
    }

    /// How a cell is set: one with a word too long for its column may break it.
    #[askama::filter_fn]
    pub fn set(
        text: impl std::fmt::Display,
        _: &dyn askama::Values,
    ) -> askama::Result<&'static str> {
        Ok(crate::render::words::set(&text.to_string()))
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
        Ok(listed(values.to_vec()))
    }

    fn listed(values: Vec<String>) -> String {
        const MOST: usize = 12;
        let shown = values.iter().take(MOST);
        let shown: Vec<String> = shown
            .map(|value| escape::shown(value).into_owned())
            .collect();
        let mut text = shown.join(", ");
        if values.len() > MOST {
            let more = demarche_core::brief::phrase::grouped((values.len() - MOST) as u64);
            text.push_str(&format!(" and {more} more"));
        }
        text
    }

    /// Applications in one line, as [`list`].
    #[askama::filter_fn]
    pub fn applications(values: &[String], _: &dyn askama::Values) -> askama::Result<String> {
        let read = values
            .iter()
            .map(|pair| crate::render::words::application(pair));
        Ok(listed(read.map(std::borrow::Cow::into_owned).collect()))
    }

    /// The day of a moment.
    #[askama::filter_fn]
    pub fn day(moment: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(moment.to_string().chars().take(10).collect())
    }

    /// Whether a sentence is a numbered step of page one.
    #[askama::filter_fn]
    pub fn is_step(text: &str, _: &dyn askama::Values) -> askama::Result<bool> {
        Ok(text
            .split_once(". ")
            .is_some_and(|(number, _)| number.parse::<u32>().is_ok()))
    }
}
