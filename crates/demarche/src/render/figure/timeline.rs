//! The timeline of the brief as inline SVG: accounts as lanes, gaps as bands.
//!
//! Shape and text carry every meaning that colour carries, so that it reads on paper.

use demarche_core::vocab::moment::{DAY, HOUR, Moment};

use crate::render::figure::escaped;

/// What a mark stands for; each has a shape of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// A sign-in: a triangle.
    SignIn,
    /// Items named in a record: a filled circle.
    Certain,
    /// A container covered by a record: an open circle.
    Presumed,
    /// Something put in place or sent: a square.
    Act,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Mark {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: MarkKind,
}

/// One account.
#[derive(Clone, Debug)]
pub struct Lane {
    /// The account.
    pub label: String,
    /// `hostile` or `suspect`.
    pub verdict: &'static str,
    /// What happened.
    pub marks: Vec<Mark>,
}

/// Hours nobody speaks for.
#[derive(Clone, Copy, Debug)]
pub struct Band {
    /// From.
    pub from: Moment,
    /// To.
    pub to: Moment,
}

/// Width of the picture, of its labels, and heights, in SVG units.
const WIDTH: f64 = 960.0;
const LABEL: f64 = 230.0;
/// The most letters of a label.
const LETTERS: usize = 31;
const LANE: f64 = 26.0;
const TOP: f64 = 30.0;

/// Draws the picture; empty where there is nothing to draw.
pub fn draw(lanes: &[Lane], bands: &[Band]) -> String {
    let moments = lanes
        .iter()
        .flat_map(|lane| lane.marks.iter().map(|mark| mark.at.micros));
    let (Some(first), Some(last)) = (moments.clone().min(), moments.max()) else {
        return String::new();
    };
    let scale = Scale::around(first, last);
    let height = TOP + LANE * lanes.len() as f64 + 14.0;
    let mut out = format!(
        "<svg class=\"figure\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"Timeline of {} accounts from {} to {} UTC; the same facts stand in the tables below\">",
        lanes.len(),
        day_text(first),
        day_text(last)
    );
    draw_axis(&mut out, &scale, height);
    draw_bands(&mut out, &scale, bands, height);
    for (place, lane) in lanes.iter().enumerate() {
        draw_lane(&mut out, &scale, lane, TOP + LANE * (place as f64 + 0.5));
    }
    out.push_str("</svg>");
    out
}

struct Scale {
    from: i64,
    to: i64,
}

impl Scale {
    fn around(first: i64, last: i64) -> Scale {
        let margin = ((last - first) / 40).max(HOUR);
        Scale {
            from: first - margin,
            to: last + margin,
        }
    }

    fn x(&self, micros: i64) -> f64 {
        let clamped = micros.clamp(self.from, self.to);
        LABEL + (clamped - self.from) as f64 / (self.to - self.from) as f64 * (WIDTH - LABEL - 10.0)
    }
}

fn draw_axis(out: &mut String, scale: &Scale, height: f64) {
    let span = scale.to - scale.from;
    let steps = [
        HOUR,
        3 * HOUR,
        6 * HOUR,
        12 * HOUR,
        DAY,
        2 * DAY,
        7 * DAY,
        14 * DAY,
        30 * DAY,
        90 * DAY,
        365 * DAY,
    ];
    let step = steps
        .into_iter()
        .find(|step| span / step <= 8)
        .unwrap_or(365 * DAY);
    let mut tick = (scale.from.div_euclid(step) + 1) * step;
    while tick < scale.to {
        let x = scale.x(tick);
        let text = Moment::from_micros(tick).to_string();
        let label = if step >= DAY {
            &text[..10]
        } else {
            &text[5..16]
        };
        out.push_str(&format!(
            "<path class=\"tick\" d=\"M{x:.1} {TOP}V{:.1}\"/><text class=\"tick\" x=\"{x:.1}\" y=\"18\" text-anchor=\"middle\">{}</text>",
            height - 10.0,
            label.replace('T', " ")
        ));
        tick += step;
    }
}

fn draw_bands(out: &mut String, scale: &Scale, bands: &[Band], height: f64) {
    for band in bands {
        let (from, to) = (scale.x(band.from.micros), scale.x(band.to.micros));
        if to - from >= 0.5 {
            out.push_str(&format!(
                "<rect class=\"gap\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                to - from,
                height - TOP - 10.0
            ));
        }
    }
}

fn draw_lane(out: &mut String, scale: &Scale, lane: &Lane, y: f64) {
    let mut label: String = lane.label.chars().take(LETTERS).collect();
    if lane.label.chars().count() > LETTERS {
        label.push('…');
    }
    out.push_str(&format!(
        "<text class=\"lane\" x=\"0\" y=\"{:.1}\">{}</text><path class=\"lane\" d=\"M{LABEL} {y:.1}H{WIDTH}\"/>",
        y + 4.0,
        escaped(&label)
    ));
    // Marks closer than a pixel say nothing more: one stands for all of its kind.
    let mut drawn: Vec<(MarkKind, i64)> = lane
        .marks
        .iter()
        .map(|mark| (mark.kind, scale.x(mark.at.micros).round() as i64))
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    for (kind, x) in drawn {
        let class = lane.verdict;
        out.push_str(&match kind {
            MarkKind::Certain => {
                format!("<circle class=\"{class} full\" cx=\"{x}\" cy=\"{y}\" r=\"4\"/>")
            }
            MarkKind::Presumed => {
                format!("<circle class=\"{class} open\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>")
            }
            MarkKind::SignIn => {
                format!(
                    "<path class=\"{class} full\" d=\"M{x} {:.1}l5 -9h-10z\"/>",
                    y - 2.0
                )
            }
            MarkKind::Act => format!(
                "<rect class=\"{class} full\" x=\"{}\" y=\"{:.1}\" width=\"7\" height=\"7\"/>",
                x - 3,
                y + 3.0
            ),
        });
    }
}

fn day_text(micros: i64) -> String {
    Moment::from_micros(micros).to_string()[..10].to_owned()
}
