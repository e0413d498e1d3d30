//! Coverage calendar: which days each kind of log speaks for, and where gaps lie.

use std::collections::BTreeMap;

use crate::render::figure::{WIDTH, day_of, day_text, days_per_step, escaped, open};
use crate::view::View;

const LEFT: f64 = 230.0;
const ROW: f64 = 18.0;
const TOP: f64 = 24.0;
/// The most columns; more days share one.
const COLUMNS_MOST: i64 = 124;
/// The most rows.
const ROWS_MOST: usize = 24;

/// One row of the calendar.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// What it is of.
    pub label: String,
    /// First and last day that records speak for; none where there is no record.
    pub spoken: Option<(i64, i64)>,
    /// Days from and to which a gap lies.
    pub gaps: Vec<(i64, i64)>,
}

/// The rows of a case: its kinds of source, then what was not handed in.
pub fn lanes(view: &View) -> Vec<Lane> {
    let mut kinds: BTreeMap<&str, Lane> = BTreeMap::new();
    let kind_of: BTreeMap<u64, &str> = view
        .accounting
        .iter()
        .map(|row| (row.source, row.kind.as_str()))
        .collect();
    for row in &view.accounting {
        let (Some(first), Some(last)) = (day(&row.first), day(&row.last)) else {
            continue;
        };
        let lane = kinds.entry(&row.kind).or_default();
        lane.label = row.kind.clone();
        lane.spoken = Some(match lane.spoken {
            Some((from, to)) => (from.min(first), to.max(last)),
            None => (first, last),
        });
    }
    let mut absent = BTreeMap::new();
    for gap in &view.gaps {
        let stream = gap.stream.as_deref().unwrap_or_default();
        if gap.kind == "absent-stream" {
            let label = format!("{stream}: none");
            absent.entry(stream).or_insert(Lane {
                label,
                ..Lane::default()
            });
            continue;
        }
        let (Some(from), Some(to)) = (day(&gap.from), day(&gap.to)) else {
            continue;
        };
        let kind = gap.source.and_then(|source| kind_of.get(&source).copied());
        for lane in kinds.values_mut() {
            if kind.is_none_or(|kind| lane.label == kind) {
                lane.gaps.push((from, to));
            }
        }
    }
    let mut lanes: Vec<Lane> = kinds.into_values().chain(absent.into_values()).collect();
    lanes.truncate(ROWS_MOST);
    lanes
}

fn day(text: &Option<String>) -> Option<i64> {
    text.as_deref().and_then(day_of)
}

/// Draws the figure; empty where no source has a time.
pub fn draw(view: &View) -> String {
    let lanes = lanes(view);
    let spoken = lanes.iter().filter_map(|lane| lane.spoken);
    let Some((first, last)) = spoken.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return String::new();
    };
    let step = days_per_step(last - first + 1, COLUMNS_MOST);
    let columns = (last - first) / step + 1;
    let wide = ((WIDTH - LEFT) / columns as f64).min(16.0);
    let height = TOP + ROW * (lanes.len() as f64 + 1.0) + 8.0;
    let mut out = open(
        height,
        &format!(
            "Coverage calendar from {} to {}: for each kind of log the days with records, hatched where a gap lies, and the days of listed sessions; the gaps stand in the table below",
            day_text(first),
            day_text(last)
        ),
    );
    axis(&mut out, (first, step, columns, wide));
    for (place, lane) in lanes.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        label(&mut out, y, &lane.label);
        let at = |day: i64| (day.clamp(first, last) - first) / step;
        match lane.spoken {
            Some((from, to)) => block(&mut out, "spoken", y, (at(from), at(to), wide)),
            None => block(&mut out, "gap", y, (0, columns - 1, wide)),
        }
        let mut cells: Vec<i64> = Vec::new();
        for (from, to) in &lane.gaps {
            if *to >= first && *from <= last {
                cells.extend(at(*from)..=at(*to));
            }
        }
        cells.sort_unstable();
        cells.dedup();
        for cell in cells {
            block(&mut out, "gap", y, (cell, cell, wide));
        }
    }
    let y = TOP + ROW * lanes.len() as f64;
    label(&mut out, y, "listed sessions");
    sessions(&mut out, view, y, (first, last, step, wide));
    out.push_str("</svg>");
    out
}

fn label(out: &mut String, y: f64, text: &str) {
    let short: String = text.chars().take(34).collect();
    out.push_str(&format!(
        "<text class=\"lane\" x=\"0\" y=\"{:.1}\">{}</text>",
        y + 12.0,
        escaped(&short)
    ));
}

fn block(out: &mut String, class: &str, y: f64, (from, to, wide): (i64, i64, f64)) {
    let x = LEFT + from as f64 * wide;
    let width = ((to - from + 1) as f64 * wide - 0.6).max(0.6);
    out.push_str(&format!(
        "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
        y + 2.0,
        ROW - 4.0
    ));
}

fn axis(out: &mut String, (first, step, columns, wide): (i64, i64, i64, f64)) {
    let every = (columns / 6).max(1);
    let mut at = 0;
    while at < columns {
        let x = LEFT + at as f64 * wide;
        out.push_str(&format!(
            "<text class=\"tick\" x=\"{x:.1}\" y=\"14\">{}</text><path class=\"tick\" d=\"M{x:.1} 16v6\"/>",
            day_text(first + at * step)
        ));
        at += every;
    }
}

/// Days with a listed session: hostile ones as a full mark, suspect ones as an open one.
fn sessions(
    out: &mut String,
    view: &View,
    y: f64,
    (first, last, step, wide): (i64, i64, i64, f64),
) {
    let mut marks: BTreeMap<i64, bool> = BTreeMap::new();
    for row in &view.timeline {
        if let Some(day) = day_of(&row.datetime).filter(|day| (first..=last).contains(day)) {
            *marks.entry((day - first) / step).or_default() |= row.verdict == "hostile";
        }
    }
    for (column, hostile) in marks {
        let class = if hostile {
            "full hostile"
        } else {
            "open suspect"
        };
        let x = LEFT + (column as f64 + 0.5) * wide;
        out.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{:.1}\" r=\"{:.1}\"/>",
            y + ROW / 2.0,
            (wide / 2.0 - 0.5).clamp(1.5, 4.0)
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Accounting, Gap};

    #[test]
    fn a_gap_lies_on_its_own_source_alone() {
        let source = |source, kind: &str| Accounting {
            source,
            kind: kind.to_owned(),
            first: Some("2026-03-01T00:00:00Z".to_owned()),
            last: Some("2026-03-31T00:00:00Z".to_owned()),
            ..Accounting::default()
        };
        let gap = Gap {
            kind: "silent-hours".to_owned(),
            source: Some(2),
            from: Some("2026-03-05T00:00:00Z".to_owned()),
            to: Some("2026-03-06T00:00:00Z".to_owned()),
            ..Gap::default()
        };
        let view = View {
            accounting: vec![source(1, "a"), source(2, "b")],
            gaps: vec![gap],
            ..View::default()
        };
        let gaps: Vec<usize> = lanes(&view).iter().map(|lane| lane.gaps.len()).collect();
        assert_eq!(gaps, [0, 1]);
        assert!(draw(&view).contains("class=\"gap\""));
    }
}
