//! The figures of the brief, drawn for page and PDF; tables hold the same.

pub mod calendar;
pub mod drawing;
pub mod grades;
pub mod reach;
pub mod sums;
pub mod timeline;

use demarche_core::vocab::moment::{DAY, Moment};

/// The hatching that every figure shares; it stands once on the page.
pub const PATTERNS: &str = "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\"><defs>\
    <pattern id=\"gap\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
    <path d=\"M0 6L6 0\" class=\"hatch\"/></pattern></defs></svg>";

/// The day of a time as a case's files write it; none where it is no time.
pub fn day_of(text: &str) -> Option<i64> {
    Some(Moment::parse_iso(text)?.micros.div_euclid(DAY))
}

/// A day as `YYYY-MM-DD`.
pub fn day_text(day: i64) -> String {
    let text = Moment::from_micros(day.saturating_mul(DAY)).to_string();
    text.chars().take(10).collect()
}

/// How many days one step of a calendar or chart spans, so that it has at most so many steps.
pub fn days_per_step(days: i64, most: i64) -> i64 {
    [1, 7, 14, 28, 91, 182, 364]
        .into_iter()
        .find(|step| days / step < most)
        .unwrap_or(3640)
}

/// A text as it may stand in HTML or SVG, between tags or in quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in crate::terminal::escape::shown(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
