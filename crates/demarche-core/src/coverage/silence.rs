//! Hours and days without a record where other weeks have them (G1).
//!
//! Two rules. A whole day without any record of a kind of source is named where most of the
//! same weekdays have records. A run of hours without a record is named where the same hours of
//! other weeks were not so silent, and what goes on around it is as much as ever. Nights,
//! weekends, holidays and closed days of small tenants are therefore no gaps; without enough
//! weeks nothing is named.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::chart::Closing;
use crate::coverage::gap::{Gap, GapKind};
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{DAY, HOUR, Moment};

/// The same hours of other weeks that must be known before an hour can be called silent.
const COMPARED_MIN: usize = 3;
/// The same weekdays that must be known before a day can be called silent.
const WEEKDAYS_MIN: usize = 4;
/// What the same hours held at the least must sum to this over a silent run.
const EXPECTED_MIN: u64 = 20;
/// The same for one stream of several, after others have said what of it was due: the more
/// streams are looked at, the more often one is silent by chance.
const EXPECTED_OF_ONE_MIN: u64 = 2 * EXPECTED_MIN;
/// Hours before and after a silent run in which life must go on as ever.
const AROUND_HOURS: i64 = 8;
/// Days of a span that is looked at; longer ones come of records with a wrong clock.
const SPAN_DAYS_MAX: i64 = 40_000;

/// Gaps of silent days and hours.
pub fn gaps(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    for group in closing.by_card().values() {
        let Some(card) = group.first().and_then(|facts| facts.card) else {
            continue;
        };
        let mut streams: BTreeMap<Stream, BTreeMap<i64, u32>> = BTreeMap::new();
        let mut all: BTreeMap<i64, u32> = BTreeMap::new();
        for (stream, slice) in closing.slices(group) {
            let union = streams.entry(stream).or_default();
            for (hour, n) in &slice.hours {
                add(union, *hour, *n);
                add(&mut all, *hour, *n);
            }
        }
        let days = silent_days(&all);
        let mut told: Vec<(i64, i64)> = Vec::new();
        for (from, to) in runs(&days) {
            gaps.push(day_gap(card, from, to));
            told.push((from * 24, to * 24));
        }
        for (from, to, least) in silent_hours(&all) {
            if within(&told, from, to) {
                continue;
            }
            gaps.push(hour_gap(card, None, (from, to), least));
            told.push((from, to));
        }
        if streams.len() < 2 {
            continue;
        }
        for (stream, hours) in &streams {
            for (from, to, least) in silent_hours(hours) {
                let due = due_beside_others(&all, hours, (from, to), least);
                if !within(&told, from, to) && due >= EXPECTED_OF_ONE_MIN {
                    gaps.push(hour_gap(card, Some(*stream), (from, to), least));
                }
            }
        }
    }
}

fn add(hours: &mut BTreeMap<i64, u32>, hour: i64, n: u32) {
    let sum = hours.entry(hour).or_default();
    *sum = sum.saturating_add(n);
}

fn within(told: &[(i64, i64)], from: i64, to: i64) -> bool {
    told.iter().any(|(a, b)| *a <= from && to <= *b)
}

/// Days without a record between the first and the last day, where most of the same weekdays
/// have some, and enough that none is no chance.
fn silent_days(hours: &BTreeMap<i64, u32>) -> BTreeSet<i64> {
    let days: BTreeSet<i64> = hours.keys().map(|hour| hour.div_euclid(24)).collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return BTreeSet::new();
    };
    if last - first > SPAN_DAYS_MAX {
        return BTreeSet::new();
    }
    let mut spoken = [0_usize; 7];
    let mut counted = [0_usize; 7];
    let mut n_records = [0_u64; 7];
    for (hour, n) in hours {
        n_records[hour.div_euclid(24).rem_euclid(7) as usize] += u64::from(*n);
    }
    for day in *first..=*last {
        let weekday = day.rem_euclid(7) as usize;
        counted[weekday] += 1;
        spoken[weekday] += usize::from(days.contains(&day));
    }
    (*first..=*last)
        .filter(|day| {
            let weekday = day.rem_euclid(7) as usize;
            !days.contains(day)
                && counted[weekday] >= WEEKDAYS_MIN
                && 2 * spoken[weekday] > counted[weekday]
                // In a small tenant a day without a record is chance.
                && n_records[weekday] >= EXPECTED_MIN * spoken[weekday] as u64
        })
        .collect()
}

/// Runs of adjacent days, end exclusive.
fn runs(days: &BTreeSet<i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, to)) if *to == *day => *to = day + 1,
            _ => runs.push((*day, day + 1)),
        }
    }
    runs
}

/// Runs of silent hours, end exclusive, with what the same hours held at the least in all.
fn silent_hours(hours: &BTreeMap<i64, u32>) -> Vec<(i64, i64, u64)> {
    let mut runs = Vec::new();
    let Some(span) = span_of(hours) else {
        return runs;
    };
    if span.1 - span.0 > SPAN_DAYS_MAX * 24 {
        return runs;
    }
    let mut before = span.0;
    for hour in hours.keys().copied() {
        if hour > before + 1 {
            runs.extend(due_in(hours, (before + 1, hour), span));
        }
        before = hour;
    }
    runs
}

fn span_of(hours: &BTreeMap<i64, u32>) -> Option<(i64, i64)> {
    Some((*hours.keys().next()?, *hours.keys().next_back()?))
}

/// The part of a silent run in which something was due, if enough was.
///
/// What was due shrinks with what goes on around the run: on a holiday an hour without a record
/// is no wonder.
fn due_in(
    hours: &BTreeMap<i64, u32>,
    run: (i64, i64),
    span: (i64, i64),
) -> Option<(i64, i64, u64)> {
    let (mut from, mut to, mut sum) = (None, run.0, 0_u64);
    for hour in run.0..run.1 {
        let Some(least) = least_of_same(hours, hour, run, span) else {
            continue;
        };
        from = from.or(Some(hour));
        to = hour + 1;
        sum += u64::from(least);
    }
    let from = from.filter(|_| sum >= EXPECTED_MIN)?;
    let before = (from - AROUND_HOURS).max(span.0)..from;
    let after = to..(to + AROUND_HOURS).min(span.1 + 1);
    let sides = [before, after].map(|side| held_and_due(hours, side, run, span));
    let both = (sides[0].0 + sides[1].0, sides[0].1 + sides[1].1);
    // A holiday that begins or ends with the run shows on one side only; where little was due, a
    // side tells nothing.
    let telling = sides.into_iter().filter(|(_, due)| *due >= EXPECTED_MIN);
    let scaled = telling
        .chain([both])
        .map(|around| scaled(sum, around))
        .min();
    (scaled? >= EXPECTED_MIN).then_some((from, to, sum))
}

/// What was due where as much less happened as elsewhere at the time.
fn scaled(sum: u64, (held, due): (u64, u64)) -> u64 {
    match due {
        0 => sum,
        due => sum.saturating_mul(held.min(due)) / due,
    }
}

/// What of a stream was due while it was silent, as far as the other streams of its kind of
/// source went on: where they did not by half, people were away, and nothing was.
fn due_beside_others(
    all: &BTreeMap<i64, u32>,
    own: &BTreeMap<i64, u32>,
    run: (i64, i64),
    sum: u64,
) -> u64 {
    let others: BTreeMap<i64, u32> = all
        .iter()
        .map(|(hour, n)| (*hour, n - own.get(hour).copied().unwrap_or(0).min(*n)))
        .collect();
    let Some(span) = span_of(&others) else {
        return 0;
    };
    let (held, due) = held_and_due(&others, run.0..run.1, run, span);
    match 2 * held >= due {
        true => scaled(sum, (held, due)),
        false => 0,
    }
}

/// What some hours held, and what the same hours of other weeks usually held.
fn held_and_due(
    hours: &BTreeMap<i64, u32>,
    looked_at: impl Iterator<Item = i64>,
    run: (i64, i64),
    span: (i64, i64),
) -> (u64, u64) {
    let (mut held, mut due) = (0, 0);
    for hour in looked_at {
        if let Some(median) = median_of_same(hours, hour, run, span) {
            held += u64::from(hours.get(&hour).copied().unwrap_or(0));
            due += u64::from(median);
        }
    }
    (held, due)
}

/// What the same hour of up to eight weeks before and after held, as far as they are known.
/// Weeks that the silent run covers do not count.
fn same_hours(
    hours: &BTreeMap<i64, u32>,
    hour: i64,
    run: (i64, i64),
    span: (i64, i64),
) -> impl Iterator<Item = u32> {
    const WEEK: i64 = 7 * 24;
    const WEEKS_LOOKED_AT: i64 = 8;
    (1..=WEEKS_LOOKED_AT)
        .flat_map(|week| [-week, week])
        .map(move |week| hour + week * WEEK)
        .filter(move |same| (span.0..=span.1).contains(same) && !(run.0..run.1).contains(same))
        .map(|same| hours.get(&same).copied().unwrap_or(0))
}

/// The least that the same hour held, one week left out where four or more are known: it may
/// have been a holiday. `None` where nothing was due, or too few weeks are known.
fn least_of_same(
    hours: &BTreeMap<i64, u32>,
    hour: i64,
    run: (i64, i64),
    span: (i64, i64),
) -> Option<u32> {
    let (mut n, mut least, mut second) = (0, u32::MAX, u32::MAX);
    for held in same_hours(hours, hour, run, span) {
        n += 1;
        second = second.min(held.max(least));
        least = least.min(held);
        if second == 0 {
            return None;
        }
    }
    let due = if n > COMPARED_MIN { second } else { least };
    (n >= COMPARED_MIN && due > 0).then_some(due)
}

/// The lower median of what the same hour held; `None` where too few weeks are known.
fn median_of_same(
    hours: &BTreeMap<i64, u32>,
    hour: i64,
    run: (i64, i64),
    span: (i64, i64),
) -> Option<u32> {
    let mut held: Vec<u32> = same_hours(hours, hour, run, span).collect();
    held.sort_unstable();
    (held.len() >= COMPARED_MIN).then(|| held[(held.len() - 1) / 2])
}

fn day_gap(card: &'static Card, from: i64, to: i64) -> Gap {
    let start = Moment::from_micros(from.saturating_mul(DAY));
    let end = Moment::from_micros(to.saturating_mul(DAY));
    let (n_days, verb) = match to - from {
        1 => ("one whole day".to_owned(), "has"),
        n => (format!("{n} whole days"), "have"),
    };
    Gap {
        from: Some(start),
        to: Some(end),
        effect: format!(
            "From {start} {n_days} {verb} no record of {} at all, while most of the same weekdays have: whether nothing was done or records are missing cannot be told.",
            card.title
        ),
        ..Gap::of(GapKind::SilentHours)
    }
    .about_card(card)
    .identified(card.name)
}

fn hour_gap(card: &'static Card, stream: Option<Stream>, run: (i64, i64), least: u64) -> Gap {
    let start = Moment::from_micros(run.0.saturating_mul(HOUR));
    let end = Moment::from_micros(run.1.saturating_mul(HOUR));
    let what = match stream {
        Some(stream) => format!("{} records of {}", stream.word(), card.title),
        None => format!("records of {}", card.title),
    };
    Gap {
        stream,
        from: Some(start),
        to: Some(end),
        effect: format!(
            "No {what} from {start} to {end}, while the same hours of other weeks held at least {least}, and what lies around it is as much as ever: records are probably missing."
        ),
        ..Gap::of(GapKind::SilentHours)
    }
    .about_card(card)
    .identified(card.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(weeks: i64, each: u32) -> BTreeMap<i64, u32> {
        let mut hours = BTreeMap::new();
        // Day 4 of the epoch is a Monday: five days of nine hours, nothing at night.
        for day in (0..weeks).flat_map(|week| (0..5).map(move |day| 4 + week * 7 + day)) {
            for hour in 8..17 {
                hours.insert(day * 24 + hour, each);
            }
        }
        hours
    }

    #[test]
    fn nights_and_weekends_of_a_small_tenant_are_no_gaps() {
        let hours = office(6, 9);
        assert_eq!(silent_hours(&hours), []);
        assert_eq!(silent_days(&hours), BTreeSet::new());
    }

    #[test]
    fn a_lost_morning_is_named_and_a_quiet_hour_is_not() {
        let mut hours = office(6, 9);
        let morning = (4 + 21) * 24 + 8;
        for hour in morning..morning + 4 {
            hours.remove(&hour);
        }
        assert_eq!(silent_hours(&hours), [(morning, morning + 4, 36)]);
        let mut hours = office(6, 9);
        hours.remove(&morning);
        assert_eq!(silent_hours(&hours), [], "nine records may fail to happen");
        let mut hours = office(6, 200);
        hours.remove(&morning);
        assert_eq!(silent_hours(&hours), [(morning, morning + 1, 200)]);
    }

    /// People in office hours, and a background that rests one hour in four.
    fn with_holiday() -> (BTreeMap<i64, u32>, BTreeMap<i64, u32>) {
        let holiday = 4 + 21;
        let mut people = office(6, 60);
        people.retain(|hour, _| hour.div_euclid(24) != holiday);
        let mut all = people.clone();
        for hour in (4 * 24..(4 + 42) * 24).filter(|hour| hour % 4 != 0) {
            add(&mut all, hour, 2);
        }
        (people, all)
    }

    #[test]
    fn a_holiday_is_no_gap_and_does_not_hide_one() {
        let (people, mut all) = with_holiday();
        assert_eq!(silent_hours(&all), [], "an hour without background on it");
        // Two streams of the same people: both rest, and only the background goes on.
        people.iter().for_each(|(hour, n)| add(&mut all, *hour, *n));
        let silent = silent_hours(&people);
        assert_eq!(silent.len(), 1, "one stream of people alone was silent");
        let (from, to, least) = silent[0];
        assert_eq!(due_beside_others(&all, &people, (from, to), least), 0);
        let lost = (4 + 28) * 24 + 9;
        all.remove(&lost);
        all.remove(&(lost + 1));
        assert_eq!(silent_hours(&all).len(), 1, "the week after the holiday");
    }

    #[test]
    fn a_stream_lost_while_others_go_on_is_named() {
        let (mail, files) = (office(6, 60), office(6, 30));
        let lost = (4 + 21) * 24;
        let mut mail = mail;
        mail.retain(|hour, _| !(lost..lost + 24).contains(hour));
        let mut all = files;
        mail.iter().for_each(|(hour, n)| add(&mut all, *hour, *n));
        let silent = silent_hours(&mail);
        assert_eq!(silent.len(), 1);
        let (from, to, least) = silent[0];
        assert_eq!(due_beside_others(&all, &mail, (from, to), least), least);
    }

    #[test]
    fn two_weeks_are_no_baseline() {
        let mut hours = office(2, 500);
        hours.remove(&((4 + 7) * 24 + 9));
        assert_eq!(silent_hours(&hours), []);
        assert_eq!(silent_days(&hours), BTreeSet::new());
    }

    #[test]
    fn a_lost_day_is_named_and_adjacent_ones_are_one_run() {
        let mut hours = office(6, 3);
        for day in [25, 26] {
            for hour in 8..17 {
                hours.remove(&(day * 24 + hour));
            }
        }
        let days = silent_days(&hours);
        assert_eq!(days, BTreeSet::from([25, 26]));
        assert_eq!(runs(&days), [(25, 27)]);
        let mut hours = office(6, 1);
        for hour in 8..17 {
            hours.remove(&(25 * 24 + hour));
        }
        assert_eq!(silent_days(&hours), BTreeSet::new(), "nine may fail");
    }
}
