//! Times as exports write them beyond ISO: twelve-hour clocks, .NET dates.

use crate::vocab::moment::{Moment, Precision, SECOND};

/// Reads ISO, `M/D/YYYY[,] h:mm[:ss[.f]] AM|PM`, `/Date(ms)/`, and slashed dates that can only
/// be read one way.
///
/// # Gaps
/// Day and month of `02/03/2026 10:11` cannot be told apart without a twelve-hour clock, which
/// only month-first places write: such a time is not read (never guessed).
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    Moment::parse_iso(text)
        .or_else(|| one_digit_hour(text))
        .or_else(|| slashed(text))
        .or_else(|| dotnet(text))
        .filter(|moment| moment.micros < YEAR_10000)
}

/// Where years end to have four digits: a leap second may lead there.
const YEAR_10000: i64 = 253_402_300_800 * SECOND;

/// ISO with an hour of one digit, `2022-09-09T9:59:27.958Z`, as one service writes it.
fn one_digit_hour(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if bytes.len() < 15 || !matches!(bytes[10], b'T' | b' ') || bytes[12] != b':' {
        return None;
    }
    let (date, clock) = (text.get(..11)?, text.get(11..)?);
    Moment::parse_iso(&format!("{date}0{clock}"))
}

/// `/Date(1614672920000)/`, the escapes already undone.
fn dotnet(text: &str) -> Option<Moment> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let millis: i64 = inner.parse().ok()?;
    // Within the years 1 to 9999, which also keeps the product in range.
    if !(-62_135_596_800_000..253_402_300_800_000).contains(&millis) {
        return None;
    }
    Some(Moment::from_micros(millis * 1000))
}

fn slashed(text: &str) -> Option<Moment> {
    let (date, clock) = text.split_once([',', ' '])?;
    let mut numbers = date.split('/').map(number);
    let (first, second, year) = (numbers.next()??, numbers.next()??, numbers.next()??);
    if numbers.next().is_some() || year < 1000 {
        return None;
    }
    let clock = clock.trim();
    let upper = clock.to_ascii_uppercase();
    let half = upper
        .strip_suffix("PM")
        .map(|rest| (rest, true))
        .or_else(|| upper.strip_suffix("AM").map(|rest| (rest, false)));
    let (month, day) = match half {
        Some(_) => (first, second),
        None if first > 12 => (second, first),
        None if second > 12 || first == second => (first, second),
        None => return None,
    };
    let (clock, later) = half.map_or((clock, false), |(rest, later)| (rest.trim(), later));
    let (hour, minute, second, micros, precision) = clock_parts(clock)?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(_) => hour % 12 + if later { 12 } else { 0 },
        None => hour,
    };
    let whole = Moment::from_civil((year, month, day), (hour, minute, second))?;
    Some(Moment {
        micros: whole.micros + micros,
        precision,
    })
}

fn clock_parts(clock: &str) -> Option<(i64, i64, i64, i64, Precision)> {
    // No-break spaces stand before AM and PM in exports of newer browsers.
    let clock = clock.trim_end_matches(char::is_whitespace);
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = clock.split(':').map(number);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = match parts.next() {
        Some(second) => Some(second?),
        None => None,
    };
    if parts.next().is_some() {
        return None;
    }
    let micros = fraction.map_or(Some(0), micros_of)?;
    let precision = match (second, fraction) {
        (None, _) => Precision::Minute,
        (Some(_), None) => Precision::Second,
        (Some(_), Some(_)) => Precision::Fraction,
    };
    Some((hour, minute, second.unwrap_or(0), micros, precision))
}

fn micros_of(fraction: &str) -> Option<i64> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_what_exports_write() {
        for (text, expect) in [
            ("2026-03-02T08:01:00Z", "2026-03-02T08:01:00Z"),
            ("8/22/2022 6:11:52 PM", "2022-08-22T18:11:52Z"),
            ("3/2/2026, 12:16:02.123 AM", "2026-03-02T00:16:02.123Z"),
            ("3/2/2026, 8:16:02\u{202f}AM", "2026-03-02T08:16:02Z"),
            ("15/01/2024 10:11:12", "2024-01-15T10:11:12Z"),
            ("01/15/2024 10:11", "2024-01-15T10:11:00Z"),
            ("2022-09-09T9:59:27.958Z", "2022-09-09T09:59:27.958Z"),
            ("/Date(1614672920000)/", "2021-03-02T08:15:20Z"),
        ] {
            let read = parse(text).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), Some(expect), "{text}");
        }
    }

    #[test]
    fn does_not_guess() {
        for text in [
            "02/03/2026 10:11:12",
            "13/13/2024 10:11:12",
            "1/2/2026 13:00 PM",
            "/Date(99999999999999999)/",
            "1/2/26 1:00 PM",
            "é/2/2026 1:00 PM",
            "2022-09-09Té:59:27",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
