//! The beginnings of log lines: times with and without year or zone, host, program.

use crate::vocab::given::Assumed;
use crate::vocab::moment::{Moment, SECOND};

/// A time as a line begins with, as far as it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// With year and zone.
    Stated(Moment),
    /// Without a zone: as if it were UTC.
    NoZone(Moment),
    /// Without year and zone (RFC 3164 §4.1.2).
    NoYear {
        /// Month, day.
        date: (i64, i64),
        /// Hour, minute, second.
        clock: (i64, i64, i64),
        /// Microseconds beyond the second.
        micros: i64,
    },
}

impl Stamp {
    /// The moment, with what is to be assumed where the line does not say; else `None`.
    pub fn moment(self, assumed: &Assumed) -> Option<Moment> {
        match self {
            Stamp::Stated(moment) => Some(moment),
            Stamp::NoZone(local) => assumed.with_zone(local),
            Stamp::NoYear {
                date: (month, day),
                clock,
                micros,
            } => {
                let year = assumed.year_of(month)?;
                let whole = Moment::from_civil((year, month, day), clock)?;
                let local = match micros {
                    0 => whole,
                    more => Moment::from_micros(whole.micros + more),
                };
                assumed.with_zone(local)
            }
        }
    }
}

/// A line of a system log (RFC 3164, RFC 5424, or RFC 3339 times before host and program).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SystemLine<'a> {
    /// Its time.
    pub stamp: Stamp,
    /// The host that wrote it.
    pub host: &'a str,
    /// The program.
    pub program: &'a str,
    /// Its process id, empty where it is not stated.
    pub process: &'a str,
    /// What it says.
    pub message: &'a str,
}

/// The time a line begins with, and what follows it.
///
/// # Shape
/// `2026-11-22T11:27:23+0000`, `2026-11-22 11:27:23[.,]357[ +0100]`, `Nov 22 11:27:23`,
/// `Nov 22 2026 11:27:23`; a priority `<165>` or `<165>1` before it is passed over.
pub fn stamped(line: &str) -> Option<(Stamp, &str)> {
    let line = without_priority(line.trim_start_matches('\u{feff}'));
    if line.as_bytes().first()?.is_ascii_digit() {
        iso(line)
    } else {
        named_month(line)
    }
}

/// The line of a system log; `None` for what is none.
pub fn system_line(line: &str) -> Option<SystemLine<'_>> {
    let versioned = line
        .strip_prefix('<')
        .and_then(|rest| rest.split_once('>'))
        .is_some_and(|(_, rest)| rest.starts_with("1 "));
    let (stamp, rest) = stamped(line)?;
    let (host, rest) = rest.split_once(' ')?;
    if versioned {
        return framed(stamp, host, rest);
    }
    let rest = rest.trim_start();
    let end = rest.find([':', '[', ' ', '(', '<'])?;
    let (program, after) = rest.split_at(end);
    let (process, after) = match after.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => ("", after),
    };
    let message = after.strip_prefix(':')?;
    if program.is_empty() || host.ends_with(':') {
        return None;
    }
    Some(SystemLine {
        stamp,
        host,
        program,
        process,
        message: message.trim_start(),
    })
}

/// RFC 5424 §6: program, process, message id, structured data, message.
fn framed<'a>(stamp: Stamp, host: &'a str, rest: &'a str) -> Option<SystemLine<'a>> {
    let (program, rest) = rest.split_once(' ')?;
    let (process, rest) = rest.split_once(' ')?;
    let (_, rest) = rest.split_once(' ')?;
    let message = match rest.strip_prefix('[') {
        Some(_) => rest.split_once("] ").map_or("", |(_, message)| message),
        None => rest.strip_prefix('-').unwrap_or(rest),
    };
    Some(SystemLine {
        stamp,
        host,
        program,
        process: if process == "-" { "" } else { process },
        message: message.trim_start_matches('\u{feff}').trim_start(),
    })
}

fn without_priority(line: &str) -> &str {
    let Some((digits, rest)) = line.strip_prefix('<').and_then(|rest| rest.split_once('>')) else {
        return line;
    };
    if digits.is_empty() || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return line;
    }
    rest.strip_prefix("1 ").unwrap_or(rest)
}

/// A date and a clock joined by `T` or a space, with or without a zone behind them.
fn iso(line: &str) -> Option<(Stamp, &str)> {
    let clock = line.get(11..)?;
    let end = 11 + clock.find(' ').unwrap_or(clock.len());
    let (mut text, mut rest) = line.split_at(end);
    // A clock may be followed by a colon, as in `2026-03-02 08:15:20: message`.
    text = text.strip_suffix(':').unwrap_or(text);
    let zone_from = |text: &str| text.get(11..).and_then(|t| t.find(['Z', 'z', '+', '-']));
    if zone_from(text).is_none() {
        let next = rest.trim_start();
        let word = next.split(' ').next().unwrap_or("");
        if let Some(moment) = joined_zone(text, word) {
            rest = &next[word.len()..];
            return Some((Stamp::Stated(moment), rest.trim_start()));
        }
        return Some((Stamp::NoZone(Moment::parse_iso(text)?), rest.trim_start()));
    }
    Some((Stamp::Stated(Moment::parse_iso(text)?), rest.trim_start()))
}

/// A zone apart from its clock: `UTC`, `GMT`, `+0100`.
fn joined_zone(text: &str, word: &str) -> Option<Moment> {
    let offset = word.starts_with(['+', '-']) && matches!(word.len(), 3 | 5 | 6);
    match word {
        "UTC" | "GMT" | "Z" => Moment::parse_iso(text),
        _ if offset => Moment::parse_iso(&format!("{text}{word}")),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn named_month(line: &str) -> Option<(Stamp, &str)> {
    let name = line.get(..3)?;
    let month = MONTHS.iter().position(|known| *known == name)?;
    let month = i64::try_from(month).ok()? + 1;
    let (day, rest) = word(line.get(3..)?)?;
    let day = number(day)?;
    let (mut clock, mut rest) = word(rest)?;
    let mut year = None;
    if clock.len() == 4 {
        year = number(clock);
        (clock, rest) = word(rest)?;
    }
    let (clock, micros) = clock_of(clock.strip_suffix(':').unwrap_or(clock))?;
    // A leap year holds every day that a date without a year may name.
    let whole = Moment::from_civil((year.unwrap_or(2024), month, day), clock)?;
    let stamp = match year {
        Some(_) if micros == 0 => Stamp::NoZone(whole),
        Some(_) => Stamp::NoZone(Moment::from_micros(whole.micros + micros)),
        None => Stamp::NoYear {
            date: (month, day),
            clock,
            micros,
        },
    };
    Some((stamp, rest.trim_start()))
}

fn word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(' ');
    let end = text.find(' ').unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// `hh:mm:ss[.f]`.
fn clock_of(text: &str) -> Option<((i64, i64, i64), i64)> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':').map(number);
    let clock = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() {
        return None;
    }
    let micros = match fraction {
        None => 0,
        Some(fraction) if fraction.bytes().all(|b| b.is_ascii_digit()) => {
            let padded: String = fraction.chars().chain("000000".chars()).take(6).collect();
            padded
                .parse::<i64>()
                .ok()
                .filter(|micros| *micros < SECOND)?
        }
        Some(_) => return None,
    };
    Some((clock, micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(line: &str, assumed: &str) -> String {
        let assumed = Assumed::parse(assumed).unwrap_or_default();
        match stamped(line) {
            None => "none".to_owned(),
            Some((stamp, rest)) => match stamp.moment(&assumed) {
                Some(moment) => format!("{moment} {rest}"),
                None => format!("unstated {rest}"),
            },
        }
    }

    #[test]
    fn times_of_lines() {
        let year = "year=2024,zone=+01:00";
        for (line, assumed, expect) in [
            ("2026-11-22T11:27:23+0000 x", "", "2026-11-22T11:27:23Z x"),
            (
                "2024-12-31T06:56:17.784598+01:00 m",
                "",
                "2024-12-31T05:56:17.784598Z m",
            ),
            ("2023-05-25 22:24:19,357 WARN", "", "unstated WARN"),
            (
                "2023-05-25 22:24:19,357 WARN",
                year,
                "2023-05-25T21:24:19.357Z WARN",
            ),
            (
                "2023-05-25 22:24:19.1 UTC [7]",
                "",
                "2023-05-25T22:24:19.1Z [7]",
            ),
            ("2023-05-25 22:24:19 +0200 x", "", "2023-05-25T20:24:19Z x"),
            ("Sep 8 07:46:30 canyon", year, "2024-09-08T06:46:30Z canyon"),
            (
                "Feb 29 07:46:30 canyon",
                "year=2023,zone=utc",
                "unstated canyon",
            ),
            (
                "Oct 12 2023 15:44:43 canyon",
                year,
                "2023-10-12T14:44:43Z canyon",
            ),
            (
                "<38>Oct 12 15:44:43 canyon",
                year,
                "2024-10-12T14:44:43Z canyon",
            ),
            (
                "<165>1 2003-08-24T05:14:15.000003-07:00 h",
                "",
                "2003-08-24T12:14:15.000003Z h",
            ),
            ("Oct 32 15:44:43 x", year, "none"),
            ("Foo 12 15:44:43 x", year, "none"),
            ("12 15:44:43", year, "none"),
            ("", year, "none"),
        ] {
            assert_eq!(moment(line, assumed), expect, "{line}");
        }
    }

    #[test]
    fn system_lines_have_host_and_program() {
        let read = |line| system_line(line).map(|l| (l.host, l.program, l.process, l.message));
        assert_eq!(
            read("Sep 8 07:16:27 canyon daemon[7508]: imap-login: x"),
            Some(("canyon", "daemon", "7508", "imap-login: x"))
        );
        assert_eq!(
            read("<165>1 2003-08-24T05:14:15Z h app 8710 - [id a=\"b\"] hello"),
            Some(("h", "app", "8710", "hello"))
        );
        assert_eq!(
            read("2026-11-22T11:27:23+0000 imap-login: Info: Login: x"),
            None
        );
    }
}
