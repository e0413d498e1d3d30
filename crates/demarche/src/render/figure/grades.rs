//! Items by grade over time: bars of what records name and of what is presumed.

use std::collections::BTreeMap;

use demarche_core::brief::phrase::grouped;

use crate::render::figure::drawing::{Anchor, Drawing, Ink, Shape, WIDTH};
use crate::render::figure::sums::Sums;
use crate::render::figure::{day_text, days_per_step};

const LEFT: f64 = 90.0;
const PANEL: f64 = 110.0;
const TOP: f64 = 22.0;
/// Room that a day's name takes.
const DAY_ROOM: f64 = 78.0;
/// The most bars of one panel.
const BARS_MOST: i64 = 92;

/// Rows of one verdict by step of time: certain, presumed.
type Bars = BTreeMap<i64, (u64, u64)>;

/// The figure; empty where nothing was reached.
pub fn draw(sums: &Sums) -> Drawing {
    let days = sums.grades.values().flat_map(|days| days.keys().copied());
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else {
        return Drawing::default();
    };
    let step = days_per_step(last - first + 1, BARS_MOST);
    let panels: Vec<(&str, Bars)> = ["hostile", "suspect"]
        .into_iter()
        .map(|verdict| (verdict, bars(sums, verdict, first, step)))
        .filter(|(_, bars)| !bars.is_empty())
        .collect();
    let n_steps = (last - first) / step + 1;
    let height = TOP + PANEL * panels.len() as f64 + 24.0;
    let each = match step {
        1 => "day".to_owned(),
        7 => "week".to_owned(),
        days => format!("{days} days"),
    };
    let mut out = Drawing::new(
        height,
        format!(
            "Items reached per {each} from {} to {}, by verdict and grade; exposure.csv holds every one",
            day_text(first),
            day_text(last)
        ),
    );
    for (place, (verdict, bars)) in panels.iter().enumerate() {
        let base = TOP + PANEL * (place as f64 + 1.0);
        panel(&mut out, verdict, bars, (base, n_steps, &each));
    }
    let labels = [0, n_steps / 2, n_steps - 1];
    let mut last_x = 0.0;
    for (place, at) in labels.into_iter().enumerate() {
        if place > 0 && labels[place - 1] == at {
            continue;
        }
        let x = LEFT + (at as f64 + 0.5) * width(n_steps);
        let x = x.clamp(LEFT + DAY_ROOM / 2.0, WIDTH - DAY_ROOM / 2.0);
        let from = place.checked_sub(1).map_or(f64::MIN, |_| last_x);
        if x - from < DAY_ROOM {
            continue;
        }
        last_x = x;
        let day = day_text(first + at * step);
        out.text(
            Ink::Tick,
            (x, height - 6.0),
            (Anchor::Middle, DAY_ROOM),
            &day,
        );
    }
    out
}

fn bars(sums: &Sums, verdict: &str, first: i64, step: i64) -> Bars {
    let mut bars = Bars::new();
    for (day, (certain, presumed)) in sums.grades.get(verdict).into_iter().flatten() {
        let sum = bars.entry((day - first) / step).or_default();
        sum.0 += certain;
        sum.1 += presumed;
    }
    bars
}

fn width(n_steps: i64) -> f64 {
    ((WIDTH - LEFT - 10.0) / n_steps.max(1) as f64).min(46.0)
}

fn panel(out: &mut Drawing, verdict: &str, bars: &Bars, (base, n_steps, each): (f64, i64, &str)) {
    let hostile = verdict == "hostile";
    let most = bars.values().map(|(a, b)| a + b).max().unwrap_or(1).max(1);
    let (room, width) = (PANEL - 26.0, width(n_steps));
    let height = |n: u64| n as f64 / most as f64 * room;
    let label = (Anchor::Start, LEFT - 30.0);
    out.text(Ink::Strong, (0.0, base - 4.0), label, verdict);
    out.text(
        Ink::Tick,
        (LEFT - 6.0, base - room + 4.0),
        (Anchor::End, LEFT),
        &grouped(most),
    );
    let unit = (Anchor::Start, LEFT);
    out.text(Ink::Tick, (0.0, base - room + 4.0), unit, "rows");
    out.text(Ink::Tick, (LEFT - 6.0, base), (Anchor::End, LEFT), "0");
    out.line(Ink::Lane, (LEFT, base), (WIDTH, base));
    for (place, (certain, presumed)) in bars {
        let x = LEFT + *place as f64 * width;
        let wide = (width - 1.5).max(1.0);
        let said = format!(
            "{} certain, {} presumed in this {each}",
            grouped(*certain),
            grouped(*presumed)
        );
        let mut top = base;
        for (ink, n) in [
            (Ink::Full(hostile), certain),
            (Ink::Open(hostile), presumed),
        ] {
            let size = (wide, height(*n));
            top -= size.1;
            if *n > 0 {
                let at = (x, top);
                out.add_said(ink, Shape::Box { at, size }, said.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::figure::day_of;

    #[test]
    fn bars_count_each_row_once() {
        let mut sums = Sums::default();
        sums.exposure("hostile", "certain", "2026-03-02T10:00:00Z");
        sums.exposure("hostile", "certain", "2026-03-02T23:59:59Z");
        sums.exposure("hostile", "presumed", "2026-03-03T00:00:00Z");
        let counted = bars(&sums, "hostile", day_of("2026-03-02T00:00:00Z").unwrap(), 1);
        assert_eq!(counted, Bars::from([(0, (2, 0)), (1, (0, 1))]));
        assert!(draw(&sums).svg().contains("2 certain, 0 presumed"));
        assert!(draw(&Sums::default()).is_empty());
    }
}
