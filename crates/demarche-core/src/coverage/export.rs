//! What exporting left out: caps, windows, filters, edges (G2 to G4, G8, G9, retention).

use std::collections::BTreeSet;

use crate::coverage::chart::{Closing, Few, Slice, Window};
use crate::coverage::facts::{Kept, SourceFacts};
use crate::coverage::gap::{Gap, GapKind};
use crate::coverage::ledger::Horizon;
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{DAY, MINUTE, Moment};
use crate::vocab::number::grouped;

/// Events below which a file with one account or operation is just small.
const FILTER_EVENTS_MIN: u64 = 20;

/// How far back each kind of source reaches.
pub fn horizons(closing: &Closing<'_>) -> Vec<Horizon> {
    let groups = closing.by_card();
    let horizons = groups.values().filter_map(|group| {
        let card = group.first()?.card?;
        let first = closing.slices(group).map(|(_, slice)| slice.first).min()?;
        let last = closing.slices(group).map(|(_, slice)| slice.last).max()?;
        let stated = group.iter().filter_map(|facts| facts.exported).max();
        let exported = stated.or(closing.stated.exported);
        let kept = closing.stated.retention(card);
        let days = kept.map_or(0, |kept| i64::from(kept.days));
        let edge = later(exported.unwrap_or(last), -days.saturating_mul(DAY));
        Some(Horizon {
            card,
            first,
            last,
            exported,
            kept,
            edge,
            at_edge: kept.is_some()
                && first.micros.saturating_sub(edge.micros).saturating_abs() <= DAY,
        })
    });
    horizons.collect()
}

/// Gaps that come of how the sources were exported.
pub fn gaps(closing: &Closing<'_>, horizons: &[Horizon], gaps: &mut Vec<Gap>) {
    for horizon in horizons {
        gaps.push(before(horizon));
        gaps.push(after(horizon));
    }
    for facts in closing.sources {
        row_cap(facts, gaps);
        missing_rows(closing, facts, gaps);
    }
    for group in closing.by_card().values() {
        filtered(closing, group, gaps);
    }
    for window in &closing.chart.windows {
        collector(window, gaps);
    }
}

fn later(moment: Moment, micros: i64) -> Moment {
    Moment {
        micros: moment.micros.saturating_add(micros),
        ..moment
    }
}

/// Everything before the first record of a kind of source.
fn before(horizon: &Horizon) -> Gap {
    let title = horizon.card.title;
    let first = horizon.first;
    let kept = match horizon.kept {
        Some(kept) if horizon.at_edge => format!(
            "; the record begins within a day of the edge of its retention ({}), so use may well be older",
            days(kept)
        ),
        Some(kept) if horizon.edge < first => format!(
            "; the provider keeps {}, so records from {} on may have been there to be exported",
            days(kept),
            horizon.edge
        ),
        Some(kept) => format!(
            "; it reaches back further than the provider keeps ({})",
            days(kept)
        ),
        None => String::new(),
    };
    Gap {
        to: Some(first),
        effect: format!(
            "Before {first} nothing of {title} is here: what was done before cannot be known{kept}."
        ),
        ..Gap::of(GapKind::Retention)
    }
    .about_card(horizon.card)
    .identified(horizon.card.name)
}

fn days(kept: Kept) -> String {
    let mark = if kept.assumed {
        ", licence assumed"
    } else {
        ""
    };
    format!("{} days under {}{mark}", kept.days, kept.licence)
}

/// Everything after the last record that can be complete.
fn after(horizon: &Horizon) -> Gap {
    let delay = i64::from(horizon.card.delay_minutes_max).saturating_mul(MINUTE);
    let (last, title) = (horizon.last, horizon.card.title);
    // What was delivered by the time of export is complete up to its delay before it.
    let complete = match horizon.exported {
        Some(exported) => last.max(later(exported, -delay)),
        None => later(last, -delay),
    };
    let exported = match horizon.exported {
        Some(exported) => format!("exported {exported}"),
        None => "time of export not stated".to_owned(),
    };
    Gap {
        from: Some(complete),
        effect: format!(
            "Of {title} the last record here is of {last} ({exported}); records reach an export up to {} minutes late: after {complete} what was done may be missing.",
            horizon.card.delay_minutes_max
        ),
        ..Gap::of(GapKind::Tail)
    }
    .about_card(horizon.card)
    .identified(horizon.card.name)
}

fn row_cap(facts: &SourceFacts, gaps: &mut Vec<Gap>) {
    let Some(card) = facts.card else {
        return;
    };
    let near = |cap: u64| facts.records.abs_diff(cap) <= 1;
    if let Some(cap) = card.row_caps.iter().copied().find(|cap| near(*cap)) {
        gaps.push(
            Gap {
                source: Some(facts.number),
                effect: format!(
                    "{} holds {} records, and exports of {} are cut without notice at {}: records are probably missing.",
                    facts.path,
                    grouped(facts.records),
                    card.title,
                    grouped(cap)
                ),
                ..Gap::of(GapKind::RowCap)
            }
            .about_card(card)
            .identified(&facts.path),
        );
    }
}

fn missing_rows(closing: &Closing<'_>, facts: &SourceFacts, gaps: &mut Vec<Gap>) {
    let Some(card) = facts.card else {
        return;
    };
    let total = closing.chart.result_totals.get(&facts.number);
    let Some(total) = total.copied().filter(|total| *total > facts.records) else {
        return;
    };
    gaps.push(
        Gap {
            source: Some(facts.number),
            effect: format!(
                "A search in {} states {total} results, and the file holds {}: at least {} are missing.",
                facts.path,
                facts.records,
                total - facts.records
            ),
            ..Gap::of(GapKind::MissingRows)
        }
        .about_card(card)
        .identified(&facts.path),
    );
}

/// A kind of source whose files together show one account, or one operation of many (G8).
fn filtered(closing: &Closing<'_>, group: &[&SourceFacts], gaps: &mut Vec<Gap>) {
    let Some(card) = group.first().and_then(|facts| facts.card) else {
        return;
    };
    let slices: Vec<(Stream, &Slice)> = closing.slices(group).collect();
    let n_events: u64 = slices.iter().map(|(_, slice)| slice.n_events).sum();
    if n_events < FILTER_EVENTS_MIN {
        return;
    }
    let (mut accounts, mut operations) = (Few::default(), Few::default());
    for (_, slice) in &slices {
        slice.accounts.names().iter().for_each(|n| accounts.add(n));
        slice
            .operations
            .names()
            .iter()
            .for_each(|n| operations.add(n));
    }
    let title = card.title;
    if let [only] = accounts.names() {
        let effect = format!(
            "All {} records of {title} are of one account, {only}: the export was probably filtered, and nothing can be said of other accounts.",
            grouped(n_events)
        );
        gaps.push(
            Gap {
                effect,
                ..Gap::of(GapKind::FilteredExport)
            }
            .about_card(card)
            .identified(card.name),
        );
    }
    // A log of sign-ins knows one operation: only where a stream stands alone is it a filter.
    let streams: BTreeSet<Stream> = slices.iter().map(|(stream, _)| *stream).collect();
    let [only] = operations.names() else {
        return;
    };
    if streams.len() > 1 || streams.iter().any(|stream| is_sign_in(*stream)) {
        return;
    }
    let absent = card
        .streams
        .iter()
        .filter(|stream| slices.iter().all(|(present, _)| present != *stream));
    for stream in absent {
        let effect = format!(
            "All {} records of {title} are of one operation, {only}: the export was probably filtered, and nothing can be said of {} records.",
            grouped(n_events),
            stream.word()
        );
        gaps.push(
            Gap {
                card: card.name,
                stream: Some(*stream),
                effect,
                ..Gap::of(GapKind::FilteredExport)
            }
            .identified(card.name),
        );
    }
}

fn is_sign_in(stream: Stream) -> bool {
    matches!(
        stream,
        Stream::SignInInteractive
            | Stream::SignInNonInteractive
            | Stream::SignInService
            | Stream::SignInManaged
            | Stream::SignInProvider
            | Stream::SignInSummary
    )
}

/// Windows that the collector says were skipped or cut (G3).
fn collector(window: &Window, gaps: &mut Vec<Gap>) {
    if window.state == "complete" {
        return;
    }
    let whose = if window.account.is_empty() {
        String::new()
    } else {
        format!(" of {}", window.account)
    };
    let state = if window.state == "skipped" {
        "was skipped"
    } else {
        "was not collected in full"
    };
    let (from, to) = window.span.unzip();
    let when = match window.span {
        Some((from, to)) => format!("from {from} to {to}"),
        None => "that it does not name".to_owned(),
    };
    gaps.push(
        Gap {
            source: Some(window.source),
            account: window.account.clone(),
            from,
            to,
            effect: format!(
                "The collector says that a window{whose} {when} {state} ({}): records of that time are missing.",
                window.what
            ),
            ..Gap::of(GapKind::CollectorWindow)
        }
        .identified(&window.what),
    );
}

impl Gap {
    /// A gap about a kind of source; where it carries one stream only, about that stream.
    pub fn about_card(self, card: &'static Card) -> Gap {
        let stream = match card.streams {
            [only] => Some(*only),
            _ => self.stream,
        };
        Gap {
            card: card.name,
            stream,
            ..self
        }
    }
}
