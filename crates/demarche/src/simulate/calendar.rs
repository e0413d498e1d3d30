//! Moments in seconds, days, weekdays, and the ways exports write them.

/// Seconds in one day.
pub const DAY: i64 = 86_400;
/// Seconds in one hour.
pub const HOUR: i64 = 3_600;
/// Seconds in one minute.
pub const MINUTE: i64 = 60;

/// A moment taken apart; all in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Year, month 1-12, day 1-31.
    pub date: (i64, u8, u8),
    /// Hour, minute, second.
    pub time: (u8, u8, u8),
}

/// Days since 1970-01-01 of a date (Hinnant, `days_from_civil`).
#[must_use]
pub fn days_from_date(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date and time of a moment (Hinnant, `civil_from_days`).
#[must_use]
pub fn civil(at: i64) -> Civil {
    let days = at.div_euclid(DAY) + 719_468;
    let seconds = at.rem_euclid(DAY);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u8;
    let month = (if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    }) as u8;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil {
        date: (year, month, day),
        time: (
            (seconds / HOUR) as u8,
            (seconds / MINUTE % 60) as u8,
            (seconds % 60) as u8,
        ),
    }
}

/// The weekday of a moment: 0 is Monday, 6 is Sunday.
#[must_use]
pub fn weekday(at: i64) -> i64 {
    (at.div_euclid(DAY) + 3).rem_euclid(7)
}

fn two(out: &mut Vec<u8>, value: u8) {
    out.push(b'0' + value / 10 % 10);
    out.push(b'0' + value % 10);
}

/// Appends `YYYY-MM-DDThh:mm:ss`, the form without a zone that audit records use.
pub fn write_plain(out: &mut Vec<u8>, at: i64) {
    let Civil {
        date: (year, month, day),
        time: (hour, minute, second),
    } = civil(at);
    two(out, (year / 100) as u8);
    two(out, (year % 100) as u8);
    out.push(b'-');
    two(out, month);
    out.push(b'-');
    two(out, day);
    out.push(b'T');
    two(out, hour);
    out.push(b':');
    two(out, minute);
    out.push(b':');
    two(out, second);
}

/// `YYYY-MM-DDThh:mm:ssZ` as text.
#[must_use]
pub fn text(at: i64) -> String {
    let mut out = Vec::with_capacity(20);
    write_plain(&mut out, at);
    out.push(b'Z');
    String::from_utf8_lossy(&out).into_owned()
}

/// Appends the United States form that `Search-UnifiedAuditLog` hosts write (semantics §1.3).
pub fn write_us(out: &mut Vec<u8>, at: i64) {
    let Civil {
        date: (year, month, day),
        time: (hour, minute, second),
    } = civil(at);
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = if hour.is_multiple_of(12) {
        12
    } else {
        hour % 12
    };
    let line = format!("{month}/{day}/{year} {hour}:{minute:02}:{second:02} {half}");
    out.extend_from_slice(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::{DAY, days_from_date, text, weekday, write_us};

    #[test]
    fn moments_are_written_as_dates() {
        let at = days_from_date(2023, 5, 15) * DAY + 9 * 3600 + 61;
        assert_eq!(text(at), "2023-05-15T09:01:01Z");
        assert_eq!(weekday(at), 0, "2023-05-15 was a Monday");
        assert_eq!(
            text(days_from_date(2024, 2, 29) * DAY),
            "2024-02-29T00:00:00Z"
        );
        let mut out = Vec::new();
        write_us(&mut out, at + 12 * 3600);
        assert_eq!(out, b"5/15/2023 9:01:01 PM");
    }
}
