//! The moment of a snapshot, as its file's name tells it.

use crate::vocab::moment::Moment;

/// The date at the start of a file's name: `20260302T…`, `20260302-101500-…`, `20260302101500-…`,
/// `2026-03-02_…`; the epoch where there is none.
///
/// # Gaps
/// Collectors name files by their machine's clock, without a zone: hours may be off.
pub fn of_name(name: &str) -> Moment {
    let digits: Vec<i64> = name
        .bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b'T' | b':' | b'.'))
        .map_while(|byte| byte.is_ascii_digit().then(|| i64::from(byte - b'0')))
        .take(14)
        .collect();
    let number = |from: usize, to: usize| {
        let part = digits.get(from..to)?;
        Some(part.iter().fold(0, |sum, digit| sum * 10 + digit))
    };
    let date = || Some((number(0, 4)?, number(4, 6)?, number(6, 8)?));
    let clock = || Some((number(8, 10)?, number(10, 12)?, number(12, 14)?));
    date()
        .filter(|(year, _, _)| (2000..2200).contains(year))
        .and_then(|date| Moment::from_civil(date, clock().unwrap_or_default()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::of_name;

    #[test]
    fn names_of_collectors_and_people_are_read() {
        for (name, wanted) in [
            ("20260302101500-InboxRules.csv", "2026-03-02T10:15:00Z"),
            ("20260302-101500-InboxRules.csv", "2026-03-02T10:15:00Z"),
            ("2026-03-02_rules.json", "2026-03-02T00:00:00Z"),
            ("20260302-OAuthPermissions.csv", "2026-03-02T00:00:00Z"),
            ("InboxRules.csv", "1970-01-01T00:00:00Z"),
            ("99999999-x.csv", "1970-01-01T00:00:00Z"),
            ("2026-13-02.csv", "1970-01-01T00:00:00Z"),
            ("", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(of_name(name).to_string(), wanted, "{name}");
        }
    }
}
