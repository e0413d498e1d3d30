//! Times of server logs: a date, a clock, and the abbreviation of a zone.

use crate::source::log_line::Stamp;
use crate::vocab::moment::{HOUR, MINUTE, Moment};

/// Zones whose abbreviation stands for one offset only, in hours and minutes east.
///
/// # Gaps
/// `CST`, `IST`, `PST` and others stand for several zones: they are never guessed.
const ZONES: &[(&str, i64, i64)] = &[
    ("ACDT", 10, 30),
    ("ACST", 9, 30),
    ("AEDT", 11, 0),
    ("AEST", 10, 0),
    ("AKDT", -8, 0),
    ("AKST", -9, 0),
    ("AWST", 8, 0),
    ("CEST", 2, 0),
    ("CET", 1, 0),
    ("EDT", -4, 0),
    ("EEST", 3, 0),
    ("EET", 2, 0),
    ("EST", -5, 0),
    ("GMT", 0, 0),
    ("HKT", 8, 0),
    ("HST", -10, 0),
    ("JST", 9, 0),
    ("KST", 9, 0),
    ("MDT", -6, 0),
    ("MSK", 3, 0),
    ("NZDT", 13, 0),
    ("NZST", 12, 0),
    ("PDT", -7, 0),
    ("SAST", 2, 0),
    ("UTC", 0, 0),
    ("WEST", 1, 0),
    ("WET", 0, 0),
    ("Z", 0, 0),
];

/// Why a time could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoTime {
    /// There is none, or it names no real time.
    Absent,
    /// Its zone stands for several offsets, or is not stated: as if it were UTC.
    Zone(Moment),
    /// It states no year.
    Stamp(Stamp),
}

/// Reads `2026-11-22 11:54:01.722 UTC`.
///
/// # Errors
/// [`NoTime`] where there is no time, or its zone cannot be told.
pub fn parse(text: &str) -> Result<Moment, NoTime> {
    let text = text.trim();
    let (clock, zone) = match text.rsplit_once(' ') {
        Some((clock, zone)) if !zone.contains(':') || zone.starts_with(['+', '-']) => (clock, zone),
        _ => (text, ""),
    };
    let local = Moment::parse_iso(clock).ok_or(NoTime::Absent)?;
    if zone.is_empty() {
        let zoned = clock.ends_with('Z') || clock.get(19..).is_some_and(|t| t.contains(['+', '-']));
        return if zoned {
            Ok(local)
        } else {
            Err(NoTime::Zone(local))
        };
    }
    let east = offset_of(zone).ok_or(NoTime::Zone(local))?;
    let micros = local.micros.checked_sub(east).ok_or(NoTime::Absent)?;
    Ok(Moment { micros, ..local })
}

fn offset_of(zone: &str) -> Option<i64> {
    if let Ok(at) = ZONES.binary_search_by(|(name, _, _)| (*name).cmp(zone)) {
        let (_, hours, minutes) = ZONES[at];
        return Some(hours * HOUR + minutes * MINUTE);
    }
    // `+03`, `+0530`, `-03:30`: read by the reader of ISO times.
    if !zone.starts_with(['+', '-']) {
        return None;
    }
    let at = Moment::parse_iso(&format!("2000-01-01T12:00:00{zone}"))?;
    let noon = Moment::parse_iso("2000-01-01T12:00:00Z")?;
    Some(noon.micros - at.micros)
}

#[cfg(test)]
mod tests {
    use super::{NoTime, parse};

    #[test]
    fn zones_are_read_and_never_guessed() {
        for (text, expect) in [
            ("2026-11-22 11:54:01.722 UTC", "2026-11-22T11:54:01.722Z"),
            ("2021-02-14 01:34:02 CET", "2021-02-14T00:34:02Z"),
            ("2021-02-14 01:34:02 +0530", "2021-02-13T20:04:02Z"),
            ("2021-02-14 01:34:02 -03", "2021-02-14T04:34:02Z"),
            ("2021-02-14T01:34:02Z", "2021-02-14T01:34:02Z"),
        ] {
            let read = parse(text).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Ok(expect), "{text}");
        }
        for text in ["2021-02-14 01:34:02 CST", "2021-02-14 01:34:02"] {
            assert!(matches!(parse(text), Err(NoTime::Zone(_))), "{text}");
        }
        assert_eq!(parse("2021-02-30 01:34:02 UTC"), Err(NoTime::Absent));
        assert_eq!(parse(""), Err(NoTime::Absent));
    }
}
