//! Turning a record that cannot be read into a problem.

use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::record::problem::{Problem, ProblemKind};

/// The most bytes of a salvaged value.
const SALVAGED_BYTES_MAX: usize = 256;

/// The problem of a record whose JSON ends or breaks.
pub fn broken(record: &Delivered<'_>, fault: &Malformed, facts: &[(&str, &str)]) -> Problem {
    let (kind, what) = if fault.truncated {
        (ProblemKind::Truncated, "ends")
    } else {
        (ProblemKind::Malformed, "breaks")
    };
    let text = format!(
        "expected one whole record; it {what} at byte {}",
        fault.offset
    );
    problem(record, kind, text, facts)
}

/// The problem of a record that lacks what every record of its kind has.
pub fn lacking(record: &Delivered<'_>, what: &str, facts: &[(&str, &str)]) -> Problem {
    problem(
        record,
        ProblemKind::Malformed,
        format!("expected {what}"),
        facts,
    )
}

fn problem(
    record: &Delivered<'_>,
    kind: ProblemKind,
    text: String,
    facts: &[(&str, &str)],
) -> Problem {
    let salvaged = facts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| ((*name).to_owned(), bounded(value).to_owned()))
        .collect();
    Problem {
        kind,
        place: record.place,
        text,
        salvaged,
    }
}

/// The beginning of a text, cut at a character's end.
pub fn bounded(text: &str) -> &str {
    let mut end = text.len().min(SALVAGED_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
