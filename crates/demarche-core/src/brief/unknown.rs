//! What cannot be known, and which of it can still be had.

use std::collections::BTreeMap;

use crate::brief::phrase::capital;
use crate::coverage::gap::Gap;
use crate::coverage::missing::Missing;

/// A gap as the brief shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GapRow {
    /// The gap.
    pub gap: Gap,
    /// Ids of listed sessions it lies over.
    pub sessions: Vec<String>,
}

/// Every gap of the ledger and of the listed sessions, with the sessions it lies over.
pub fn rows(
    ledger: &[Gap],
    own: &[Gap],
    unknowable: &BTreeMap<String, Vec<String>>,
) -> Vec<GapRow> {
    let mut sessions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (session, gaps) in unknowable {
        for gap in gaps {
            sessions.entry(gap).or_default().push(session.clone());
        }
    }
    let mut rows: Vec<GapRow> = ledger
        .iter()
        .chain(own)
        .map(|gap| GapRow {
            sessions: sessions.get(gap.id.as_str()).cloned().unwrap_or_default(),
            gap: gap.clone(),
        })
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &GapRow| (row.gap.kind, row.gap.source, row.gap.from);
        key(a).cmp(&key(b)).then_with(|| a.gap.id.cmp(&b.gap.id))
    });
    rows
}

/// What a missing source is, why it matters and until when it can be had.
pub fn still_to_be_had(missing: &Missing) -> String {
    let assumed = if missing.assumed {
        ", licence assumed"
    } else {
        ""
    };
    let kept = match missing.kept_days {
        Some(days) => format!(" (kept {days} days under {}{assumed})", missing.licence),
        None => String::new(),
    };
    let until = match (missing.expires, missing.expired) {
        (_, true) => {
            " What is asked about is past its retention: only a copy kept elsewhere can answer."
                .to_owned()
        }
        (Some(at), false) => {
            format!(" It can be had until {at}: if that has not passed, export it first.")
        }
        (None, false) => String::new(),
    };
    let why = capital(missing.why.trim_end_matches('.'));
    format!("{}{kept}. {why}.{until}", missing.title)
}
