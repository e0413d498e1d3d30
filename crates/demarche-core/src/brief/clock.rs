//! Since when, known when: times on record, and what was told.

use std::collections::BTreeSet;

use crate::brief::attempts::{Attempt, AttemptKind};
use crate::brief::phrase::count;
use crate::brief::write::Inputs;
use crate::coverage::ledger::Coverage;
use crate::exposure::exposure::Exposure;
use crate::exposure::measure::Listed;
use crate::session::session::Session;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, HOUR, MINUTE, Moment};
use crate::vocab::place::Place;

/// A time on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Moment,
    /// What happened then, in words.
    pub what: String,
    /// The record.
    pub place: Option<Place>,
    /// The session; empty where it belongs to none.
    pub session: String,
}

/// Somebody was told, by the user's word (`--told`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
}

/// The clock (design.md, contract, `clock`). No legal deadline is computed from any of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// Where the logs begin.
    pub visible_from: Option<Mark>,
    /// First attempt of what became a hostile session.
    pub first_attempt: Option<Mark>,
    /// First event of a hostile session.
    pub first_entry: Option<Mark>,
    /// First item or container reached in a hostile session.
    pub first_access: Option<Mark>,
    /// First event of a suspect session.
    pub first_suspect: Option<Mark>,
    /// First alert on record at or after the first hostile or suspect event.
    pub first_alert_on_record: Option<Mark>,
    /// Last event of a hostile session.
    pub last_hostile: Option<Mark>,
    /// Who was told, by the user's word.
    pub noticed: Vec<Told>,
    /// When it was contained, by the user's word.
    pub contained: Option<Moment>,
    /// Sentences on what these times mean and do not mean.
    pub sentences: Vec<String>,
}

/// The clock of a case.
pub fn clock(inputs: &Inputs<'_>, exposures: &[Exposure]) -> Clock {
    let mut clock = Clock {
        visible_from: visible_from(inputs.coverage),
        first_attempt: first_attempt(inputs),
        first_entry: edge(inputs.listed, Verdict::Hostile, false),
        first_access: first_access(inputs, exposures),
        first_suspect: edge(inputs.listed, Verdict::Suspect, false),
        last_hostile: edge(inputs.listed, Verdict::Hostile, true),
        noticed: inputs.told.clone(),
        contained: inputs.contained,
        ..Clock::default()
    };
    clock.noticed.sort_by_key(|told| told.at);
    let begun = [
        &clock.first_attempt,
        &clock.first_entry,
        &clock.first_suspect,
    ];
    let begun = begun
        .iter()
        .filter_map(|mark| Some(mark.as_ref()?.at))
        .min();
    clock.first_alert_on_record = begun.and_then(|begun| first_alert(inputs.coverage, begun));
    clock.sentences = sentences(&clock, inputs);
    clock
}

fn visible_from(coverage: &Coverage) -> Option<Mark> {
    Some(Mark {
        at: coverage.first?,
        what: "the first record of all: before it these logs show nothing".to_owned(),
        place: None,
        session: String::new(),
    })
}

fn first_attempt(inputs: &Inputs<'_>) -> Option<Mark> {
    let hostile = inputs
        .listed
        .iter()
        .filter(|listed| listed.judgement.verdict == Verdict::Hostile);
    let own = hostile.filter_map(|listed| {
        let (at, place) = listed.first_attempt()?;
        Some(Mark {
            at,
            what: format!("a sign-in to {} that did not get in", listed.session.who()),
            place: Some(place),
            session: listed.session.id.clone(),
        })
    });
    // A known password is an attempt of this intruder only where a hostile session came from the
    // same address: else the owner may have been asked for a second factor (row 14).
    let theirs = |attempt: &&Attempt| {
        attempt.kind == AttemptKind::Spray
            || inputs.listed.iter().any(|listed| {
                let addresses = &listed.session.addresses.values;
                listed.judgement.verdict == Verdict::Hostile
                    && addresses.iter().any(|address| attempt.is_from(address))
            })
    };
    let attempts = inputs.attempts.iter().filter(theirs);
    own.chain(attempts.map(Attempt::mark))
        .min_by(|a, b| (a.at, a.place, &a.session).cmp(&(b.at, b.place, &b.session)))
}

/// The first entry or the last event of the sessions of a verdict.
fn edge(listed: &[Listed], verdict: Verdict, last: bool) -> Option<Mark> {
    let moments = listed
        .iter()
        .filter(|listed| listed.judgement.verdict == verdict)
        .map(|listed| {
            let session = &listed.session;
            let (at, place) = match last {
                true => (session.last, session.last_place),
                false => listed.first_entry(),
            };
            (at, place, session)
        });
    let order = |a: &(Moment, Place, &Session), b: &(Moment, Place, &Session)| {
        (a.0, a.1, &a.2.id).cmp(&(b.0, b.1, &b.2.id))
    };
    let (at, place, session) = match last {
        true => moments.max_by(order)?,
        false => moments.min_by(order)?,
    };
    let which = if last { "last event" } else { "first use" };
    Some(Mark {
        at,
        what: format!(
            "the {which} of {} sessions, in {}'s name",
            verdict.word(),
            session.who()
        ),
        place: Some(place),
        session: session.id.clone(),
    })
}

fn first_access(inputs: &Inputs<'_>, exposures: &[Exposure]) -> Option<Mark> {
    let hostile: BTreeSet<&str> = inputs
        .listed
        .iter()
        .filter(|listed| listed.judgement.verdict == Verdict::Hostile)
        .map(|listed| listed.session.id.as_str())
        .collect();
    let row = exposures
        .iter()
        .filter(|row| hostile.contains(row.session.as_str()))
        .min_by_key(|row| (row.first, row.place, row.session.clone()))?;
    Some(Mark {
        at: row.first,
        what: format!(
            "the first content reached in {} ({})",
            row.store,
            row.grade.word()
        ),
        place: Some(row.place),
        session: row.session.clone(),
    })
}

fn first_alert(coverage: &Coverage, begun: Moment) -> Option<Mark> {
    let alert = coverage.alerts.iter().find(|alert| alert.at >= begun)?;
    Some(Mark {
        at: alert.at,
        what: format!(
            "an alert on record, \"{}\"; whether anybody saw it is not",
            alert.name
        ),
        place: Some(alert.place),
        session: String::new(),
    })
}

/// What the times mean, and what they do not.
fn sentences(clock: &Clock, inputs: &Inputs<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    let edges = inputs.coverage.horizons.iter().filter(|h| h.at_edge);
    for horizon in edges {
        sentences.push(format!(
            "{} begins within a day of the edge of its retention: use before {} may have happened and left no record here (K16).",
            horizon.card.title, horizon.first
        ));
    }
    if let (Some(entry), Some(visible)) = (&clock.first_entry, &clock.visible_from)
        && entry.at.micros.saturating_sub(visible.at.micros) < DAY
    {
        sentences.push(
            "The first hostile event lies within a day of the beginning of the logs: the entry itself may be older.".to_owned(),
        );
    }
    if let (Some(entry), Some(alert)) = (&clock.first_entry, &clock.first_alert_on_record)
        && alert.at >= entry.at
    {
        sentences.push(format!(
            "From the first hostile event on record to the first alert on record: at least {}.",
            span(entry.at, alert.at)
        ));
    }
    for told in &clock.noticed {
        if let Some(entry) = &clock.first_entry
            && told.at >= entry.at
        {
            sentences.push(format!(
                "{} was told, by the user's word, at {}: at least {} after the first hostile event on record.",
                told.who,
                told.at,
                span(entry.at, told.at)
            ));
        }
    }
    if let (Some(contained), Some(last)) = (clock.contained, &clock.last_hostile)
        && last.at > contained
    {
        sentences.push(format!(
            "A hostile event is on record at {}, after the time given for containment ({contained}).",
            last.at
        ));
    }
    sentences.push(
        "No legal deadline is computed from these times: when a deadline begins is for a person to determine.".to_owned(),
    );
    sentences
}

/// A span in whole days, else hours, else minutes, rounded down.
fn span(from: Moment, to: Moment) -> String {
    let micros = to.micros.saturating_sub(from.micros).max(0) as u64;
    let (day, hour, minute) = (DAY as u64, HOUR as u64, MINUTE as u64);
    if micros >= day {
        return count(micros / day, "day", "days");
    }
    if micros >= hour {
        return count(micros / hour, "hour", "hours");
    }
    count(micros / minute, "minute", "minutes")
}
