//! What a run is told about a source because its bytes do not say it.

use std::sync::Arc;

use crate::vocab::mapping::Mapping;
use crate::vocab::moment::{HOUR, MINUTE, Moment};

/// What a run is told about one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The user's description of the source, where it is read by one.
    pub mapping: Option<Arc<Mapping>>,
    /// The year and zone to assume where a record states none.
    pub assumed: Assumed,
}

/// The year and zone that records of a source are assumed to be of.
///
/// # Gaps
/// Without them such a record has no time: it keeps its place in the file, and nothing is judged
/// by it. A zone is one offset; a log that crosses a change of the clocks needs two runs of
/// `--assume`, by file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumed {
    /// The year of the records.
    pub year: Option<i64>,
    /// Whether records of July to December are of the year before: a log over New Year.
    pub over_new_year: bool,
    /// Offset of the clock from UTC, in microseconds.
    pub zone_micros: Option<i64>,
}

impl Assumed {
    /// Reads `year=2024`, `year=2023-2024` (a log over New Year), `zone=+01:00`, joined by commas.
    ///
    /// # Errors
    /// What was expected instead, in words.
    pub fn parse(text: &str) -> Result<Assumed, String> {
        let mut assumed = Assumed::default();
        for part in text.split(',') {
            let (name, value) = part
                .trim()
                .split_once('=')
                .ok_or_else(|| format!("{part:?}: expected year=… or zone=…"))?;
            match name.trim() {
                "year" => (assumed.year, assumed.over_new_year) = years(value.trim())?,
                "zone" => assumed.zone_micros = Some(zone(value.trim())?),
                other => return Err(format!("{other:?}: expected year or zone")),
            }
        }
        Ok(assumed)
    }

    /// The moment of a time without zone; `None` where no zone was given.
    pub fn with_zone(&self, local: Moment) -> Option<Moment> {
        Some(Moment {
            micros: local.micros.checked_sub(self.zone_micros?)?,
            ..local
        })
    }

    /// The year of a month, where one was given.
    pub fn year_of(&self, month: i64) -> Option<i64> {
        let before = self.over_new_year && month >= 7;
        self.year.map(|year| year - i64::from(before))
    }
}

impl std::fmt::Display for Assumed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.year {
            Some(year) if self.over_new_year => write!(f, "year {}-{year}", year - 1)?,
            Some(year) => write!(f, "year {year}")?,
            None => f.write_str("year as stated")?,
        }
        match self.zone_micros {
            Some(zone) => {
                let (sign, minutes) = (if zone < 0 { '-' } else { '+' }, zone.abs() / MINUTE);
                write!(f, ", zone {sign}{:02}:{:02}", minutes / 60, minutes % 60)
            }
            None => f.write_str(", zone as stated"),
        }
    }
}

fn years(text: &str) -> Result<(Option<i64>, bool), String> {
    let year = |text: &str| {
        text.parse::<i64>()
            .ok()
            .filter(|year| (1970..=9998).contains(year))
            .ok_or_else(|| format!("{text:?} is no year, as in 2024"))
    };
    match text.split_once('-') {
        None => Ok((Some(year(text)?), false)),
        Some((first, second)) => {
            let (first, second) = (year(first)?, year(second)?);
            if second != first + 1 {
                return Err(format!(
                    "{text:?}: expected two years that follow, as in 2023-2024"
                ));
            }
            Ok((Some(second), true))
        }
    }
}

fn zone(text: &str) -> Result<i64, String> {
    if text.eq_ignore_ascii_case("utc") || text == "Z" {
        return Ok(0);
    }
    let expected = || {
        format!(
            "{text:?} is no offset, as in +01:00 or UTC (names of places are not read: their offset changes in the year)"
        )
    };
    let sign = match text.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(expected()),
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number: i64 = digits.parse().map_err(|_| expected())?;
    let (hours, minutes) = match digits.len() {
        2 => (number, 0),
        4 => (number / 100, number % 100),
        _ => return Err(expected()),
    };
    if hours > 18 || minutes > 59 {
        return Err(expected());
    }
    Ok(sign * (hours * HOUR + minutes * MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn year_and_zone_are_read_or_refused() {
        let read = |text: &str| Assumed::parse(text).map(|assumed| assumed.to_string());
        assert_eq!(
            read("year=2024,zone=+01:00").unwrap(),
            "year 2024, zone +01:00"
        );
        assert_eq!(read("zone=-0330").unwrap(), "year as stated, zone -03:30");
        assert_eq!(
            read("year=2023-2024, zone=utc").unwrap(),
            "year 2023-2024, zone +00:00"
        );
        for bad in [
            "",
            "2024",
            "year=24",
            "year=2022-2024",
            "zone=Berlin",
            "zone=+1",
            "zone=+99",
            "month=2",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        let over = Assumed::parse("year=2023-2024").unwrap();
        assert_eq!(
            (over.year_of(12), over.year_of(1)),
            (Some(2023), Some(2024))
        );
    }
}
