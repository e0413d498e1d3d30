//! Which sources a case like this lacks, how to get them, until when.

use crate::coverage::facts::{Kept, SourceFacts, Stated};
use crate::coverage::ledger::Coverage;
use crate::coverage::stream::NEEDED;
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{DAY, Moment};

/// One source that is not here, and what can still be done about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// When records of the time asked about begin to be lost; `None` where nothing says.
    pub expires: Option<Moment>,
    /// Whether the time asked about is past its retention already: only a copy kept
    /// elsewhere can answer.
    pub expired: bool,
    /// Name of the source's card.
    pub source: String,
    /// What a person calls it.
    pub title: String,
    /// The stream that is missing.
    pub stream: Stream,
    /// Why a case like this needs it.
    pub why: String,
    /// How to export it.
    pub export: String,
    /// The licence that decides how long it is kept.
    pub licence: String,
    /// Days kept.
    pub kept_days: Option<u32>,
    /// Whether the licence is assumed.
    pub assumed: bool,
}

/// The case as far as the question "what is missing" needs it.
#[derive(Clone, Debug)]
pub struct CaseShape<'a> {
    /// The sources that are here.
    pub sources: &'a [SourceFacts],
    /// Every card that is known, present or not.
    pub cards: &'a [&'static Card],
    /// What the user states.
    pub stated: &'a Stated,
    /// The earliest time the case asks about, as far as it is known.
    pub since: Option<Moment>,
    /// Now, handed in.
    pub now: Option<Moment>,
}

/// The sources missing from a case, soonest to expire first; then what has expired, then what
/// has no date.
///
/// Missing are: kinds of source of a realm that others here are of, of which none is here and whose streams nobody carries; streams
/// that a kind of source here carries and does not show; and the time before a kind of source
/// here begins, where the provider still keeps it.
pub fn missing(coverage: &Coverage, shape: &CaseShape<'_>) -> Vec<Missing> {
    let mut missing = Vec::new();
    let mut cards: Vec<&'static Card> = shape.cards.to_vec();
    cards.sort_by_key(|card| card.name);
    cards.dedup_by_key(|card| card.name);
    for card in cards {
        if card.needed_for.is_empty() {
            continue;
        }
        let here = shape
            .sources
            .iter()
            .any(|facts| facts.card.is_some_and(|known| known.name == card.name));
        if here {
            absent_streams(coverage, shape, card, &mut missing);
            older_part(coverage, shape, card, &mut missing);
        } else if !is_of_here(shape, card) {
            continue;
        } else if let Some(stream) = uncarried(coverage, card) {
            let why = card.needed_for.to_owned();
            missing.push(entry(coverage, shape, card, stream, why));
        }
    }
    missing.sort_by(|a, b| {
        let key = |m: &Missing| (m.expires.is_none(), m.expired, m.expires);
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.source, a.stream).cmp(&(&b.source, b.stream)))
    });
    missing
}

/// Whether a kind of source is of a realm that others here are of; without any log all are asked
/// for.
fn is_of_here(shape: &CaseShape<'_>, card: &Card) -> bool {
    let mut here = shape
        .sources
        .iter()
        .filter_map(|facts| facts.card)
        .peekable();
    here.peek().is_none() || here.any(|known| known.realm == card.realm)
}

/// The first stream of a card that nobody here carries; `None` where others carry all of them.
fn uncarried(coverage: &Coverage, card: &Card) -> Option<Stream> {
    card.streams
        .iter()
        .copied()
        .find(|stream| *stream != Stream::Other && !coverage.has(*stream))
}

/// Streams a case needs that a kind of source here may carry and does not show (K6).
fn absent_streams(
    coverage: &Coverage,
    shape: &CaseShape<'_>,
    card: &'static Card,
    missing: &mut Vec<Missing>,
) {
    for (stream, consequence) in NEEDED {
        if !card.streams.contains(stream) || coverage.has(*stream) {
            continue;
        }
        let why = format!(
            "{} is here and shows no {} record: without them {consequence}",
            card.title,
            stream.word()
        );
        missing.push(entry(coverage, shape, card, *stream, why));
    }
}

/// The time before a kind of source begins, where it lies after what the case asks about and
/// the provider may still keep it.
fn older_part(
    coverage: &Coverage,
    shape: &CaseShape<'_>,
    card: &'static Card,
    missing: &mut Vec<Missing>,
) {
    let (Some(since), Some(kept)) = (shape.since, shape.stated.retention(card)) else {
        return;
    };
    let horizon = coverage.horizons.iter().find(|h| h.card.name == card.name);
    let Some(first) = horizon.map(|horizon| horizon.first) else {
        return;
    };
    let edge = now_least(shape, coverage).map(|now| earlier(now, kept.days));
    let from = edge.map_or(since, |edge| edge.max(since));
    if first.micros.saturating_sub(from.micros) <= DAY {
        return;
    }
    let stream = card.streams.first().copied().unwrap_or_default();
    let why = format!(
        "{} is here from {first} only: what was done from {from} on is asked about",
        card.title
    );
    missing.push(entry(coverage, shape, card, stream, why));
}

/// Now, else the newest record, which is no later: what was past retention then still is. Whether
/// a later date has passed is then for the reader.
fn now_least(shape: &CaseShape<'_>, coverage: &Coverage) -> Option<Moment> {
    shape.now.or(coverage.last)
}

fn earlier(moment: Moment, days: u32) -> Moment {
    let micros = i64::from(days).saturating_mul(DAY);
    Moment {
        micros: moment.micros.saturating_sub(micros),
        ..moment
    }
}

fn entry(
    coverage: &Coverage,
    shape: &CaseShape<'_>,
    card: &'static Card,
    stream: Stream,
    why: String,
) -> Missing {
    let kept = shape.stated.retention(card);
    let (expires, expired) = expiry(shape, coverage, kept);
    Missing {
        expires,
        expired,
        source: card.name.to_owned(),
        title: card.title.to_owned(),
        stream,
        why,
        export: card.export.to_owned(),
        licence: kept.map_or(String::new(), |kept| kept.licence.to_owned()),
        kept_days: kept.map(|kept| kept.days),
        assumed: kept.is_some_and(|kept| kept.assumed),
    }
}

/// When records of the time asked about begin to be lost, and whether all of them are.
///
/// Where part of that time is past retention already, what remains is being lost now.
fn expiry(
    shape: &CaseShape<'_>,
    coverage: &Coverage,
    kept: Option<Kept>,
) -> (Option<Moment>, bool) {
    let (Some(kept), Some(since)) = (kept, shape.since.or(coverage.first)) else {
        return (None, false);
    };
    let lost_at = |moment: Moment| Moment {
        micros: moment
            .micros
            .saturating_add(i64::from(kept.days).saturating_mul(DAY)),
        ..moment
    };
    let Some(now) = now_least(shape, coverage) else {
        return (Some(lost_at(since)), false);
    };
    let until = coverage.last.map_or(now, |last| last.max(since));
    if lost_at(until) <= now {
        return (Some(lost_at(until)), true);
    }
    (Some(lost_at(since).max(now)), false)
}
