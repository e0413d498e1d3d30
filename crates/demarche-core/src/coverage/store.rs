//! Stores whose reads were not, or not always, logged (G6, G12, K5, K6).

use std::collections::BTreeMap;

use crate::coverage::chart::{Closing, Setting, StoreSeen};
use crate::coverage::gap::{Gap, GapKind};
use crate::event::kind::{Kind, Told};
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, HOUR, Moment};

/// Records of reads in one store within 24 hours above which the service may stop logging
/// (semantics §2.2, throttling).
pub const THROTTLE_RECORDS: u64 = 1000;

/// Gaps of single stores.
pub fn gaps(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    for seen in &closing.chart.stores {
        let told = told_intervals(&seen.throttled);
        for (from, to) in &told {
            gaps.push(throttled(seen, *from, *to, true));
        }
        for (from, to) in busy_intervals(&seen.reads_by_hour) {
            let covered = told.iter().any(|(a, b)| *a <= from && to <= *b);
            if !covered {
                gaps.push(throttled(seen, from, to, false));
            }
        }
    }
    not_audited(closing, gaps);
    stood(closing, gaps);
}

/// Stores whose auditing a snapshot shows off, bypassed, or without reads (K6).
fn stood(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    let mut latest: BTreeMap<&str, &Setting> = BTreeMap::new();
    for setting in &closing.chart.settings {
        latest.insert(&setting.store, setting);
    }
    for (store, setting) in latest {
        let why = match (setting.on, reads_are_audited(setting)) {
            (false, _) => "auditing is off or bypassed",
            (true, Told::No) => "auditing does not cover reads by its owner",
            (true, _) => continue,
        };
        let when = match setting.at.is_stated() {
            true => format!("at {}", setting.at),
            false => "at a time its snapshot does not state".to_owned(),
        };
        gaps.push(
            Gap {
                source: Some(setting.place.source),
                stream: Some(Stream::ItemAccess),
                store: store.to_owned(),
                effect: format!(
                    "A snapshot shows that {why} for {store} {when}: since when is not on record, and that no read in it is on record means nothing."
                ),
                ..Gap::of(GapKind::StoreNotAudited)
            }
            .identified("setting"),
        );
    }
}

/// Whether a setting's operations cover reads; unsaid where it lists none.
fn reads_are_audited(setting: &Setting) -> Told {
    let reads = |name: &String| name == Kind::ItemsRead.word();
    match (
        setting.operations.is_empty(),
        setting.operations.iter().any(reads),
    ) {
        (true, _) => Told::Unsaid,
        (false, true) => Told::Yes,
        (false, false) => Told::No,
    }
}

/// From each mark 24 hours on; touching ones are one.
fn told_intervals(marks: &BTreeMap<i64, Moment>) -> Vec<(Moment, Moment)> {
    let mut intervals: Vec<(Moment, Moment)> = Vec::new();
    for mark in marks.values() {
        let end = later(*mark, DAY);
        match intervals.last_mut() {
            Some((_, to)) if mark.micros <= to.micros => *to = end.max(*to),
            _ => intervals.push((*mark, end)),
        }
    }
    intervals
}

/// Where 24 hours hold more records than the threshold: from the hour that crosses it, 24 hours.
///
/// Hours are counted whole, so that no window of at most 23 hours is missed.
fn busy_intervals(hours: &BTreeMap<i64, u32>) -> Vec<(Moment, Moment)> {
    let mut intervals: Vec<(Moment, Moment)> = Vec::new();
    let (mut oldest, mut sum) = (hours.iter().peekable(), 0_u64);
    for (hour, n) in hours {
        sum += u64::from(*n);
        while let Some((old, n_old)) = oldest.peek() {
            if **old > hour - 24 {
                break;
            }
            sum -= u64::from(**n_old);
            oldest.next();
        }
        if sum <= THROTTLE_RECORDS {
            continue;
        }
        let from = Moment::from_micros(hour.saturating_mul(HOUR));
        let end = later(from, HOUR + DAY);
        match intervals.last_mut() {
            Some((_, to)) if from.micros <= to.micros => *to = end.max(*to),
            _ => intervals.push((from, end)),
        }
    }
    intervals
}

fn later(moment: Moment, micros: i64) -> Moment {
    Moment {
        micros: moment.micros.saturating_add(micros),
        ..moment
    }
}

fn throttled(seen: &StoreSeen, from: Moment, to: Moment, told: bool) -> Gap {
    let why = if told {
        "The service says that logging of reads was suspended".to_owned()
    } else {
        format!(
            "More than {THROTTLE_RECORDS} records of reads within 24 hours: logging may have been suspended"
        )
    };
    Gap {
        stream: Some(Stream::ItemAccess),
        store: seen.name.clone(),
        from: Some(from),
        to: Some(to),
        effect: format!(
            "{why} for {} from {from} to {to}: items read in that time may be missing.",
            seen.name
        ),
        ..Gap::of(GapKind::Throttled)
    }
    .identified(if told { "told" } else { "counted" })
}

/// Stores that send and never show a read, where others show reads (G6).
fn not_audited(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    let stores = &closing.chart.stores;
    if !stores.iter().any(|seen| seen.n_access > 0) {
        return;
    }
    for seen in stores {
        if seen.n_sent == 0 || seen.n_access > 0 {
            continue;
        }
        let sends = if seen.n_sent == 1 {
            "A message was".to_owned()
        } else {
            format!("{} messages were", seen.n_sent)
        };
        gaps.push(
            Gap {
                stream: Some(Stream::ItemAccess),
                store: seen.name.clone(),
                effect: format!(
                    "{sends} sent from {}, and no read in it is on record while reads in other stores are: its reads are probably not audited, by licence or setting, and what was read in it cannot be known.",
                    seen.name
                ),
                ..Gap::of(GapKind::StoreNotAudited)
            }
            .identified("reads"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` reads, one every so many seconds: 1001 of them 80 seconds apart take 22 hours.
    fn reads(n: i64, every_seconds: i64, from_minutes: i64) -> BTreeMap<i64, u32> {
        let mut hours = BTreeMap::new();
        for read in 0..n {
            let hour = (from_minutes * 60 + read * every_seconds).div_euclid(3600);
            *hours.entry(hour).or_insert(0) += 1;
        }
        hours
    }

    #[test]
    fn more_than_a_thousand_reads_in_a_day_may_be_throttled() {
        // Semantics §8, vector 7; whatever minute of an hour they begin at.
        for minutes in [0, 7, 31, 59] {
            assert_eq!(
                busy_intervals(&reads(1001, 80, minutes)).len(),
                1,
                "{minutes}"
            );
            assert_eq!(busy_intervals(&reads(999, 80, minutes)), []);
            assert_eq!(busy_intervals(&reads(1000, 80, minutes)), []);
        }
        assert_eq!(busy_intervals(&reads(3000, 600, 0)), [], "144 a day");
    }

    #[test]
    fn a_suspension_begins_where_the_threshold_is_crossed() {
        let busy = busy_intervals(&reads(1001, 60, 0));
        let at = |hour: i64| Moment::from_micros(hour * HOUR);
        assert_eq!(busy, [(at(16), at(16 + 25))]);
    }

    #[test]
    fn a_mark_of_the_service_opens_a_day_and_near_ones_are_one() {
        let at = |hour: i64| Moment::from_micros(hour * HOUR + 5 * 60_000_000);
        let marks = BTreeMap::from([(1, at(1)), (20, at(20)), (60, at(60))]);
        let told = told_intervals(&marks);
        assert_eq!(told, [(at(1), at(44)), (at(60), at(84))]);
    }
}
