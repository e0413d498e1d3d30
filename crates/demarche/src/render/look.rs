//! How pages look for one reader: marking, zone, what was left out.

use demarche_core::vocab::moment::Moment;

/// What a page shows beside the case itself.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// Text on every page, as in `CONFIDENTIAL`; empty for none.
    pub marking: String,
    /// Whom it is written for, in words; empty for the case's own brief.
    pub audience: String,
    /// What was left out for them, one sentence each.
    pub left_out: Vec<String>,
    /// Whether it is for one person: what is about the organisation is left out, and no page may
    /// say "none" of it.
    pub of_person: bool,
    /// A zone whose time stands beside UTC.
    pub zone: Option<Zone>,
    /// Sentences and totals about items that an inventory names.
    pub items: Option<crate::handover::items::Joined>,
}

impl Look {
    /// What was left out, in one paragraph; empty where nothing was.
    pub fn left_out(&self) -> String {
        self.left_out.join(" ")
    }
}

/// A zone with its name as given.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Its name: the label of its column.
    pub name: String,
    zone: jiff::tz::TimeZone,
}

impl Zone {
    /// A zone by its IANA name, as in `Europe/Amsterdam`; none where nobody knows it.
    pub fn named(name: &str) -> Option<Zone> {
        let zone = jiff::tz::TimeZone::get(name).ok()?;
        let name = name.to_owned();
        Some(Zone { name, zone })
    }

    /// A time of the case's files in this zone, with its offset; empty where it is no time.
    pub fn local(&self, text: &str) -> String {
        let moment = Moment::parse_iso(text);
        let stamp = moment.and_then(|at| jiff::Timestamp::from_microsecond(at.micros).ok());
        stamp.map_or_else(String::new, |stamp| {
            let at = stamp.to_zoned(self.zone.clone());
            at.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
        })
    }
}

/// A text as a CSS string: whatever is no letter or digit is written as its code point
/// (CSS Syntax 3, §4.3.7), so that no text can leave the string.
pub fn css_string(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in crate::terminal::escape::shown(text).chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter);
        } else {
            out.push_str(&format!("\\{:x} ", u32::from(letter)));
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_carries_its_offset() {
        let zone = Zone::named("Europe/Amsterdam").unwrap();
        assert_eq!(
            zone.local("2021-04-14T12:42:51Z"),
            "2021-04-14 14:42:51 +02:00"
        );
        assert_eq!(
            zone.local("2021-01-14T23:42:51Z"),
            "2021-01-15 00:42:51 +01:00"
        );
        assert_eq!(zone.local("no time"), "");
        assert!(Zone::named("Nowhere/Else").is_none());
    }

    #[test]
    fn no_marking_leaves_its_string() {
        let css = css_string("\"}</style><script>");
        assert!(!css.contains('<') && css.matches('"').count() == 2, "{css}");
    }
}
