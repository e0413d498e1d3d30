//! Logs of a collector's own run: the windows it skipped or cut are gaps.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::{Delivered, Header};
use crate::source::{Fate, Form};
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::Moment;

/// What a collector's log says of itself.
pub const CARD: Card = Card {
    name: "collector-log",
    title: "LogFile.txt of Microsoft-Extractor-Suite",
    spec: "Microsoft-Extractor-Suite 1.x to 4.1, messages of its scripts; semantics §1.4",
    streams: &[Stream::Collector],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "Output/LogFile.txt, beside the folders the collector wrote",
    realm: "microsoft-365",
    needed_for: "it alone says which windows the collector skipped or could not take in full",
    cannot_tell: &[
        "It is the collector's word: what the service did not hand over at all is not in it.",
        "Lines carry the clock of the collecting machine, without a zone; windows are UTC.",
    ],
    splits: false,
    relays: &[],
};

/// Lines of the log.
pub const LINES: Form = Form {
    name: "collector-log/lines",
    card: &CARD,
    lossy: false,
    fits,
    read,
};

/// The name the collector gives its log: looked at only for lines that say nothing themselves.
const NAME: &str = "LogFile.txt";

/// Whether a line is one of this log.
///
/// # Shape
/// `2026-03-02 08:15:20: [LEVEL] message`, the time optional. Banners and summaries have no
/// level and may run over several lines; they are taken for this log's where it has its name.
fn fits(text: &str, header: &Header) -> bool {
    if !header.columns.is_empty() || text.starts_with(['{', '[']) && level(text).is_none() {
        return false;
    }
    let (stamp, message) = stamped(text);
    match (stamp, level(message)) {
        (Some(_), Some(_)) => true,
        (None, Some(_)) => window(message).is_some() || header.name.eq_ignore_ascii_case(NAME),
        (_, None) => header.name.eq_ignore_ascii_case(NAME) && is_banner(message, stamp.is_some()),
    }
}

/// The line's time, on the clock of the collecting machine, and its message.
fn stamped(line: &str) -> (Option<Moment>, &str) {
    let line = line.trim_start_matches('\u{feff}').trim_end();
    let stamp = line
        .get(..19)
        .filter(|_| line.as_bytes().get(19) == Some(&b':'))
        .and_then(Moment::parse_iso);
    match stamp {
        Some(_) => (stamp, line.get(20..).unwrap_or("").trim_start()),
        None => (None, line),
    }
}

/// The level a message begins with.
fn level(message: &str) -> Option<&str> {
    let (level, _) = message.strip_prefix('[')?.split_once(']')?;
    ["INFO", "WARNING", "ERROR", "DEBUG"]
        .into_iter()
        .find(|known| *known == level)
}

/// Banners, rules, and `key: value` lines of summaries.
fn is_banner(message: &str, stamped: bool) -> bool {
    let message = message.trim();
    stamped
        || message.is_empty()
        || message.starts_with("===")
        || message.starts_with('-')
        || message.contains(':')
}

/// Reads a line: an event where it speaks of a window that was not taken whole, else nothing.
///
/// # Shape
/// `skipped`: retries were used up, or a search was given up as too large. `partial`: more rows
/// than one call returns at the smallest interval, or a search that ended early. A window that
/// was found too large and taken again in smaller ones is neither.
///
/// # Gaps
/// Some lines name no window; they become an event without one, which opens no gap by itself.
fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (stamp, message) = stamped(record.text);
    let Some((state, operation)) = window(message) else {
        return Fate::Read;
    };
    let (from, to) = bounds(message);
    let Some(at) = stamp.or(from) else {
        return Fate::Read;
    };
    let mut event = Event {
        place: record.place,
        at,
        stream: Stream::Collector,
        kind: Kind::CollectorNote,
        operation: Cow::Borrowed(operation),
        outcome: Outcome::Failed,
        ..Event::default()
    };
    let mut add = |name: &'static str, value: Text<'static>| {
        event.details.push((Cow::Borrowed(name), value));
    };
    add(words::WINDOW_STATE, Cow::Borrowed(state));
    if let (Some(from), Some(to)) = (from, to) {
        add(words::WINDOW_FROM, Cow::Owned(from.to_string()));
        add(words::WINDOW_TO, Cow::Owned(to.to_string()));
    }
    sink.event(&event);
    Fate::Read
}

/// What a message says of a window: its state, and what happened, in our words.
fn window(message: &str) -> Option<(&'static str, &'static str)> {
    let has = |words: &[&str]| words.iter().all(|word| message.contains(word));
    if has(&["Max retries reached", "Skipping"]) {
        Some(("skipped", "window skipped after retries"))
    } else if has(&["NOT CAPTURED"]) || has(&["minimum interval", "Cannot shrink further"]) {
        Some(("partial", "window cut at the smallest interval"))
    } else if has(&[
        "events have been identified",
        "surpassing the maximum limit",
    ]) {
        Some(("skipped", "search given up as too large"))
    } else if has(&["[ERROR]", "Failed after", "attempts"]) {
        Some(("partial", "search ended early"))
    } else if has(&["Search status: failed"]) || has(&["Search status: cancelled"]) {
        Some(("partial", "search did not succeed"))
    } else {
        None
    }
}

/// The two times in `… A -> B …` or `… between A and B …`; the collector writes them in UTC.
fn bounds(message: &str) -> (Option<Moment>, Option<Moment>) {
    let pair = message
        .split_once(" -> ")
        .or_else(|| message.split_once(" and "));
    let Some((before, after)) = pair else {
        return (None, None);
    };
    (last_time(before), first_time(after))
}

/// A time at the very end of a text: with date and clock apart, or joined by `T`.
fn last_time(text: &str) -> Option<Moment> {
    let text = text.trim_end();
    let mut starts = text.rmatch_indices(' ').map(|(at, _)| at + 1);
    let joined = starts.next().unwrap_or(0);
    let apart = starts.next().unwrap_or(0);
    Moment::parse_iso(&text[joined..])
        .filter(|time| time.precision != crate::vocab::moment::Precision::Day)
        .or_else(|| Moment::parse_iso(&text[apart..]))
}

/// A time at the very beginning of a text.
fn first_time(text: &str) -> Option<Moment> {
    let mut ends = text.match_indices(' ').map(|(at, _)| at);
    let (joined, apart) = (
        ends.next().unwrap_or(text.len()),
        ends.next().unwrap_or(text.len()),
    );
    let clean = |text: &str| Moment::parse_iso(text.trim_end_matches(['.', ',']));
    clean(&text[..joined])
        .filter(|time| time.precision != crate::vocab::moment::Precision::Day)
        .or_else(|| clean(&text[..apart]))
}
