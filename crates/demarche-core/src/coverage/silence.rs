//! Hours and days without a record where other weeks have them (G1).
//!
//! Two rules. A whole day without any record of a kind of source is named where most of the
//! same weekdays have records. A run of hours without a record of one stream is named where
//! the same hours of other weeks never were so silent. Nights, weekends and closed days of
//! small tenants are therefore no gaps; without enough weeks nothing is named.

use std::collections::{BTreeMap, BTreeSet};

use crate::coverage::chart::Closing;
use crate::coverage::gap::{Gap, GapKind};
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{DAY, HOUR, Moment};

/// The same hours of other weeks that must be known before an hour can be called silent.
const COMPARED_MIN: usize = 3;
/// The same weekdays that must be known before a day can be called silent.
const WEEKDAYS_MIN: usize = 4;
/// What the quietest of the same hours held must sum to this over a silent run.
const EXPECTED_MIN: u64 = 20;
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
                if !within(&told, from, to) {
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

/// Runs of silent hours, end exclusive, with what the quietest of the same hours held in all.
///
/// An hour counts as one where something is due only if every one of the same hours in other
/// weeks held a record; the least of them is what was due.
fn silent_hours(hours: &BTreeMap<i64, u32>) -> Vec<(i64, i64, u64)> {
    let mut runs = Vec::new();
    let span = (hours.keys().next(), hours.keys().next_back());
    let (Some(first), Some(last)) = span else {
        return runs;
    };
    let n_weeks = (last - first) / (7 * 24);
    if n_weeks < COMPARED_MIN as i64 || last - first > SPAN_DAYS_MAX * 24 {
        return runs;
    }
    let mut keys = hours.keys().copied();
    let Some(mut before) = keys.next() else {
        return runs;
    };
    for hour in keys {
        if hour > before + 1 {
            runs.extend(due_in(hours, (before + 1, hour), (*first, *last)));
        }
        before = hour;
    }
    runs
}

/// The part of a silent run in which something was due, if enough was.
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
    from.filter(|_| sum >= EXPECTED_MIN)
        .map(|from| (from, to, sum))
}

/// The least number of records in the same hour of other weeks; `None` where one of them is
/// silent too, or too few are known. Weeks that the same run covers do not count.
fn least_of_same(
    hours: &BTreeMap<i64, u32>,
    hour: i64,
    run: (i64, i64),
    span: (i64, i64),
) -> Option<u32> {
    const WEEK: i64 = 7 * 24;
    const WEEKS_LOOKED_AT: i64 = 8;
    let (mut n, mut least) = (0, u32::MAX);
    for week in (1..=WEEKS_LOOKED_AT).flat_map(|week| [-week, week]) {
        let same = hour + week * WEEK;
        if same < span.0 || same > span.1 || (run.0..run.1).contains(&same) {
            continue;
        }
        least = least.min(*hours.get(&same)?);
        n += 1;
    }
    (n >= COMPARED_MIN).then_some(least)
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
            "No {what} from {start} to {end}, while the same hours of other weeks never held fewer than {least}: records are probably missing."
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
