//! Coverage calendar: which days each kind of log speaks for, and where gaps lie.

use std::collections::BTreeMap;

use crate::render::figure::drawing::{Anchor, Drawing, Ink, Shape, WIDTH};
use crate::render::figure::sums::Sums;
use crate::render::figure::{day_of, day_text, days_per_step};
use crate::view::View;

const LEFT: f64 = 230.0;
const ROW: f64 = 18.0;
const TOP: f64 = 24.0;
/// The most columns; more days share one.
const COLUMNS_MOST: i64 = 124;
/// The most width of one column: a few days are no wide bars.
const WIDE_MOST: f64 = 46.0;
/// Room that a day's name takes.
const DAY_ROOM: f64 = 78.0;
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
    kinds.into_values().chain(absent.into_values()).collect()
}

fn day(text: &Option<String>) -> Option<i64> {
    text.as_deref().and_then(day_of)
}

/// Where the days of the calendar stand.
struct Grid {
    first: i64,
    last: i64,
    /// Days of one column.
    step: i64,
    columns: i64,
    /// Width of one column.
    wide: f64,
}

impl Grid {
    fn new(first: i64, last: i64) -> Grid {
        let step = days_per_step(last - first + 1, COLUMNS_MOST);
        let columns = (last - first) / step + 1;
        let wide = ((WIDTH - LEFT) / columns as f64).min(WIDE_MOST);
        Grid {
            first,
            last,
            step,
            columns,
            wide,
        }
    }

    /// The column of a day.
    fn at(&self, day: i64) -> i64 {
        (day.clamp(self.first, self.last) - self.first) / self.step
    }

    fn block(&self, out: &mut Drawing, ink: Ink, y: f64, (from, to): (i64, i64)) {
        let x = LEFT + from as f64 * self.wide;
        let width = ((to - from + 1) as f64 * self.wide - 0.6).max(0.6);
        out.rect(ink, (x, y + 2.0), (width, ROW - 4.0));
    }

    /// The columns that gaps lie on, neighbours joined.
    fn gaps(&self, lane: &Lane) -> Vec<(i64, i64)> {
        let within = |gap: &&(i64, i64)| gap.1 >= self.first && gap.0 <= self.last;
        let mut spans: Vec<(i64, i64)> = lane
            .gaps
            .iter()
            .filter(within)
            .map(|(from, to)| (self.at(*from), self.at(*to)))
            .collect();
        spans.sort_unstable();
        let mut joined: Vec<(i64, i64)> = Vec::new();
        for (from, to) in spans {
            match joined.last_mut() {
                Some(before) if from <= before.1 + 1 => before.1 = before.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }
}

/// The figure; empty where no source has a time.
pub fn draw(view: &View, sums: &Sums) -> Drawing {
    let mut lanes = lanes(view);
    let n_undrawn = lanes.len().saturating_sub(ROWS_MOST);
    lanes.truncate(ROWS_MOST);
    let spoken = lanes.iter().filter_map(|lane| lane.spoken);
    let Some((first, last)) = spoken.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return Drawing::default();
    };
    let grid = Grid::new(first, last);
    let below = if n_undrawn > 0 { ROW } else { 0.0 };
    let height = TOP + ROW * (lanes.len() as f64 + 1.0) + below + 8.0;
    let mut out = Drawing::new(
        height,
        format!(
            "Coverage calendar from {} to {}: for each kind of log the days with records, hatched where a gap lies, and the days of listed sessions; the gaps stand in the table below",
            day_text(first),
            day_text(last)
        ),
    );
    axis(&mut out, &grid);
    for (place, lane) in lanes.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        label(&mut out, y, &lane.label);
        match lane.spoken {
            Some((from, to)) => grid.block(&mut out, Ink::Spoken, y, (grid.at(from), grid.at(to))),
            None => grid.block(&mut out, Ink::Gap, y, (0, grid.columns - 1)),
        }
        for span in grid.gaps(lane) {
            grid.block(&mut out, Ink::Gap, y, span);
        }
    }
    let y = TOP + ROW * lanes.len() as f64;
    label(&mut out, y, "listed sessions");
    sessions(&mut out, sums, y, &grid);
    if n_undrawn > 0 {
        let n = crate::render::words::counted(n_undrawn as u64, "further kind");
        let text = format!("Not drawn: {n} of log; the tables of sources and gaps hold all.");
        let room = (Anchor::Start, WIDTH);
        out.text(Ink::Lane, (0.0, y + ROW + 12.0), room, &text);
    }
    out
}

fn label(out: &mut Drawing, y: f64, text: &str) {
    out.text(
        Ink::Lane,
        (0.0, y + 12.0),
        (Anchor::Start, LEFT - 4.0),
        text,
    );
}

/// Days above the columns, as many as have room beside each other.
fn axis(out: &mut Drawing, grid: &Grid) {
    let every = (DAY_ROOM / grid.wide).ceil().max(1.0) as i64;
    let mut at = 0;
    while at < grid.columns {
        let x = LEFT + at as f64 * grid.wide;
        if x + DAY_ROOM <= WIDTH + 12.0 {
            let day = day_text(grid.first + at * grid.step);
            out.text(Ink::Tick, (x, 14.0), (Anchor::Start, DAY_ROOM), &day);
        }
        out.line(Ink::Tick, (x, 16.0), (x, 22.0));
        at += every;
    }
}

/// Days with a listed session: hostile ones as a full mark, suspect ones as an open one.
fn sessions(out: &mut Drawing, sums: &Sums, y: f64, grid: &Grid) {
    let mut marks: BTreeMap<i64, bool> = BTreeMap::new();
    for (day, hostile) in sums.days.range(grid.first..=grid.last) {
        *marks.entry(grid.at(*day)).or_default() |= hostile;
    }
    for (column, hostile) in marks {
        let ink = match hostile {
            true => Ink::Full(true),
            false => Ink::Open(false),
        };
        let x = LEFT + (column as f64 + 0.5) * grid.wide;
        let radius = (grid.wide / 2.0 - 0.5).clamp(1.5, 4.0);
        let at = (x, y + ROW / 2.0);
        out.add(ink, Shape::Dot { at, radius });
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
        let mut many = view.clone();
        for kind in 0..ROWS_MOST as u64 {
            many.accounting.push(source(kind + 3, &format!("k{kind}")));
        }
        let svg = draw(&many, &Sums::default()).svg();
        assert!(svg.contains("Not drawn: 2 further kinds of log"), "{svg}");
        let gaps: Vec<usize> = lanes(&view).iter().map(|lane| lane.gaps.len()).collect();
        assert_eq!(gaps, [0, 1]);
        assert!(
            draw(&view, &Sums::default())
                .svg()
                .contains("class=\"gap\"")
        );
    }
}
