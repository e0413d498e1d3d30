//! A point in time in UTC, with the precision its record had.

/// How finely a record states its time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// A day.
    Day,
    /// A minute.
    Minute,
    /// A second.
    #[default]
    Second,
    /// A fraction of a second.
    Fraction,
}

/// A point in time.
///
/// # Units
/// Microseconds since 1970-01-01T00:00:00 UTC, leap seconds ignored as services ignore them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Microseconds since the Unix epoch, UTC.
    pub micros: i64,
    /// How finely the record stated it.
    pub precision: Precision,
}

/// Microseconds in one second, minute, hour and day.
pub const SECOND: i64 = 1_000_000;
/// Microseconds in one minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Microseconds in one hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Microseconds in one day.
pub const DAY: i64 = 24 * HOUR;

impl Moment {
    /// A moment from whole microseconds, to a fraction of a second.
    pub fn from_micros(micros: i64) -> Moment {
        Moment {
            micros,
            precision: Precision::Fraction,
        }
    }

    /// Reads `YYYY-MM-DD[T ]hh:mm[:ss[.f…]][Z|±hh[:]mm]`; without a zone mark UTC is meant.
    ///
    /// # Gaps
    /// Other forms (US locale, .NET) are the business of the source that delivers them.
    pub fn parse_iso(text: &str) -> Option<Moment> {
        let bytes = text.trim().as_bytes();
        if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = digits(&bytes[0..4])?;
        let month = digits(&bytes[5..7])?;
        let day = digits(&bytes[8..10])?;
        let midnight = days_from_civil(year, month, day)? * DAY;
        if bytes.len() == 10 {
            return Some(Moment {
                micros: midnight,
                precision: Precision::Day,
            });
        }
        if !matches!(bytes[10], b'T' | b't' | b' ') {
            return None;
        }
        let (clock, precision, used) = parse_clock(&bytes[11..])?;
        let offset = parse_zone(&bytes[11 + used..])?;
        Some(Moment {
            micros: midnight + clock - offset,
            precision,
        })
    }

    /// From civil UTC parts; `None` where they name no real time.
    pub fn from_civil(date: (i64, i64, i64), clock: (i64, i64, i64)) -> Option<Moment> {
        let (hour, minute, second) = clock;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..=60).contains(&second) {
            return None;
        }
        let day = days_from_civil(date.0, date.1, date.2)?;
        let micros = day * DAY + hour * HOUR + minute * MINUTE + second * SECOND;
        Some(Moment {
            micros,
            precision: Precision::Second,
        })
    }

    /// The number of whole hours since the epoch: the key of hourly tables.
    pub fn hour(self) -> i64 {
        self.micros.div_euclid(HOUR)
    }

    /// The number of whole days since the epoch.
    pub fn day(self) -> i64 {
        self.micros.div_euclid(DAY)
    }
}

impl Moment {
    /// Whether this is before another for sure: a time to the second may be any of that second.
    pub fn is_surely_before(self, other: Moment) -> bool {
        let width = match self.precision {
            Precision::Day => DAY,
            Precision::Minute => MINUTE,
            Precision::Second => SECOND,
            Precision::Fraction => 1,
        };
        self.micros.saturating_add(width) <= other.micros
    }

    /// Whether a time was stated at all: a record without one reads as the epoch, which no log
    /// reaches back to.
    pub fn is_stated(self) -> bool {
        self.micros != 0
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = civil_from_days(self.day());
        let in_day = self.micros.rem_euclid(DAY);
        let (hour, minute) = (in_day / HOUR, in_day % HOUR / MINUTE);
        let (second, micros) = (in_day % MINUTE / SECOND, in_day % SECOND);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )?;
        if micros != 0 {
            let text = format!("{micros:06}");
            write!(f, ".{}", text.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let mut value = 0;
    for byte in bytes {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

/// Reads `hh:mm[:ss[.f…]]`; returns microseconds, precision and the bytes used.
fn parse_clock(bytes: &[u8]) -> Option<(i64, Precision, usize)> {
    if bytes.len() < 5 || bytes[2] != b':' {
        return None;
    }
    let (hour, minute) = (digits(&bytes[0..2])?, digits(&bytes[3..5])?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let whole = hour * HOUR + minute * MINUTE;
    if bytes.len() < 8 || bytes[5] != b':' {
        return Some((whole, Precision::Minute, 5));
    }
    let second = digits(&bytes[6..8])?;
    if second > 60 {
        return None;
    }
    let whole = whole + second * SECOND;
    if bytes.len() < 10 || !matches!(bytes[8], b'.' | b',') {
        return Some((whole, Precision::Second, 8));
    }
    let n_digits = bytes[9..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut fraction = 0;
    for place in 0..6 {
        let digit = if place < n_digits {
            i64::from(bytes[9 + place] - b'0')
        } else {
            0
        };
        fraction = fraction * 10 + digit;
    }
    Some((whole + fraction, Precision::Fraction, 9 + n_digits))
}

/// Reads a zone mark; returns its offset from UTC in microseconds.
fn parse_zone(bytes: &[u8]) -> Option<i64> {
    match bytes {
        [] | [b'Z' | b'z'] => Some(0),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let hour = digits(rest.get(0..2)?)?;
            let minute = match rest.len() {
                2 => 0,
                4 => digits(&rest[2..4])?,
                5 if rest[2] == b':' => digits(&rest[3..5])?,
                _ => return None,
            };
            let offset = hour * HOUR + minute * MINUTE;
            Some(if *sign == b'-' { -offset } else { offset })
        }
        _ => None,
    }
}

/// Days since 1970-01-01 of a proleptic Gregorian date; `None` where there is no such day.
pub fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// The civil date of a number of days since 1970-01-01.
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_iso_forms() {
        for (text, expect) in [
            ("2021-04-16T12:04:39", "2021-04-16T12:04:39Z"),
            ("2021-04-16 12:04", "2021-04-16T12:04:00Z"),
            (
                "2026-03-02T08:01:00.1234567Z",
                "2026-03-02T08:01:00.123456Z",
            ),
            ("2024-02-29T23:30:00+05:30", "2024-02-29T18:00:00Z"),
            ("1969-12-31", "1969-12-31T00:00:00Z"),
        ] {
            assert_eq!(
                Moment::parse_iso(text).map(|m| m.to_string()).as_deref(),
                Some(expect)
            );
        }
        for text in [
            "",
            "2023-02-29T00:00:00",
            "2023-13-01",
            "5/18/2021 9:13:33 PM",
            "2023-01-01T25:00",
        ] {
            assert_eq!(Moment::parse_iso(text), None, "{text}");
        }
    }

    #[test]
    fn civil_dates_turn_round() {
        for days in -200_000..200_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), Some(days));
        }
    }
}
