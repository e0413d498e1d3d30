//! The timeline of the brief: accounts as lanes, gaps as bands.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::vocab::moment::{DAY, HOUR, Moment};

use crate::render::figure::drawing::{Anchor, Drawing, Ink, Shape, WIDTH};
use crate::view::View;

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
    /// Hostile; else suspect.
    pub hostile: bool,
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

/// Width of the labels, and heights, in units of the figure.
const LABEL: f64 = 230.0;
const LANE: f64 = 26.0;
const TOP: f64 = 30.0;
/// Height of the line that says whether the lanes below it are hostile.
const HEAD: f64 = 20.0;
/// The most lanes.
const LANES_MOST: usize = 40;
/// Room that a day or hour of the axis takes.
const TICK_ROOM: f64 = 80.0;

/// The figure of a case; empty where there is nothing to draw.
pub fn of(view: &View) -> Drawing {
    draw(&lanes(view), &bands(view))
}

/// The lanes of a case, hostile ones first.
fn lanes(view: &View) -> Vec<Lane> {
    let mut lanes: BTreeMap<(bool, &str), Lane> = BTreeMap::new();
    let mut key_of = BTreeMap::new();
    for session in &view.sessions {
        let hostile = session.verdict == "hostile";
        let key = (!hostile, session.account.as_str());
        key_of.insert(session.id.as_str(), key);
        lanes.entry(key).or_insert_with(|| Lane {
            label: session.account.clone(),
            hostile,
            marks: Vec::new(),
        });
    }
    let mut mark = |session: &str, at: &str, kind| {
        let lane = key_of.get(session).and_then(|key| lanes.get_mut(key));
        if let (Some(lane), Some(at)) = (lane, Moment::parse_iso(at)) {
            lane.marks.push(Mark { at, kind });
        }
    };
    for exposure in &view.exposures {
        let kind = match exposure.grade.as_str() {
            "certain" => MarkKind::Certain,
            _ => MarkKind::Presumed,
        };
        mark(&exposure.session, &exposure.first, kind);
    }
    for action in &view.actions {
        mark(&action.session, &action.time, MarkKind::Act);
    }
    let sign_ins = view.timeline.iter();
    for row in sign_ins.filter(|row| row.timestamp_desc == "sign-in") {
        mark(&row.session, &row.datetime, MarkKind::SignIn);
    }
    lanes.into_values().collect()
}

fn bands(view: &View) -> Vec<Band> {
    let moment = |text: &Option<String>| text.as_deref().and_then(Moment::parse_iso);
    let both = view
        .gaps
        .iter()
        .filter_map(|gap| Some((moment(&gap.from)?, moment(&gap.to)?)));
    both.map(|(from, to)| Band { from, to }).collect()
}

/// The figure; empty where there is nothing to draw.
pub fn draw(lanes: &[Lane], bands: &[Band]) -> Drawing {
    let moments = lanes
        .iter()
        .flat_map(|lane| lane.marks.iter().map(|mark| mark.at.micros));
    let (Some(first), Some(last)) = (moments.clone().min(), moments.max()) else {
        return Drawing::default();
    };
    let scale = Scale::around(first, last);
    let n_undrawn = lanes.len().saturating_sub(LANES_MOST);
    let drawn = &lanes[..lanes.len() - n_undrawn];
    let heads = drawn.chunk_by(|a, b| a.hostile == b.hostile).count();
    let below = if n_undrawn > 0 { LANE } else { 0.0 };
    let height = TOP + LANE * drawn.len() as f64 + HEAD * heads as f64 + 14.0;
    let mut out = Drawing::new(height + below, said(lanes, (first, last)));
    draw_axis(&mut out, &scale, height);
    draw_bands(&mut out, &scale, bands, height);
    let domain = common_domain(lanes);
    if let Some(domain) = domain {
        let all = format!("all @{domain}");
        out.text(Ink::Tick, (0.0, 18.0), (Anchor::Start, LABEL - 8.0), &all);
    }
    let mut y = TOP;
    // Who is hostile and who suspect is said in words: on paper without colour lanes look alike.
    for group in drawn.chunk_by(|a, b| a.hostile == b.hostile) {
        let head = match group.first().is_some_and(|lane| lane.hostile) {
            true => "hostile sessions of",
            false => "suspect sessions of",
        };
        let room = (Anchor::Start, LABEL - 8.0);
        out.text(Ink::Strong, (0.0, y + 15.0), room, head);
        y += HEAD;
        for lane in group {
            draw_lane(&mut out, &scale, (lane, domain), y + LANE * 0.5);
            y += LANE;
        }
    }
    if n_undrawn > 0 {
        let n = crate::render::words::counted(n_undrawn as u64, "further lane");
        let text = format!("Not drawn: {n}; timeline.csv holds every event.");
        out.text(
            Ink::Lane,
            (0.0, height + 12.0),
            (Anchor::Start, WIDTH),
            &text,
        );
    }
    out
}

/// What the figure says to a reader who cannot see it.
fn said(lanes: &[Lane], (first, last): (i64, i64)) -> String {
    let accounts: BTreeSet<&str> = lanes.iter().map(|lane| &*lane.label).collect();
    format!(
        "Timeline of {} from {} to {} UTC; the same facts stand in the tables below",
        crate::render::words::counted(accounts.len() as u64, "account"),
        day_text(first),
        day_text(last)
    )
}

/// The one domain of all accounts that have one, where several share it.
fn common_domain(lanes: &[Lane]) -> Option<&str> {
    let names: BTreeSet<&str> = lanes.iter().map(|lane| &*lane.label).collect();
    let mut domains = names
        .iter()
        .filter_map(|name| Some(name.split_once('@')?.1));
    let domain = domains.next()?;
    let mut n_others = 0;
    let one = domains.all(|other| {
        n_others += 1;
        other == domain
    });
    (one && n_others > 0).then_some(domain)
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

fn draw_axis(out: &mut Drawing, scale: &Scale, height: f64) {
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
        out.line(Ink::Tick, (x, TOP), (x, height - 10.0));
        let label = label.replace('T', " ");
        if x + TICK_ROOM / 2.0 <= WIDTH + 6.0 {
            out.text(Ink::Tick, (x, 18.0), (Anchor::Middle, TICK_ROOM), &label);
        }
        tick += step;
    }
}

fn draw_bands(out: &mut Drawing, scale: &Scale, bands: &[Band], height: f64) {
    let mut spans: Vec<(f64, f64)> = bands
        .iter()
        .map(|band| (scale.x(band.from.micros), scale.x(band.to.micros)))
        .filter(|(from, to)| to - from >= 0.5)
        .collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Bands that lie over each other are one: hatching twice would say nothing more.
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(before) if from <= before.1 => before.1 = before.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    for (from, to) in joined {
        out.rect(Ink::Gap, (from, TOP), (to - from, height - TOP - 10.0));
    }
}

fn draw_lane(out: &mut Drawing, scale: &Scale, (lane, domain): (&Lane, Option<&str>), y: f64) {
    let label = (Anchor::Start, LABEL - 20.0);
    let name = match (lane.label.split_once('@'), domain) {
        (Some((name, _)), Some(_)) => name,
        _ if lane.label.is_empty() => "no account on record",
        _ => &lane.label,
    };
    out.text(Ink::Lane, (12.0, y + 4.0), label, name);
    out.line(Ink::Lane, (LABEL, y), (WIDTH, y));
    // Marks closer than a pixel say nothing more: one stands for all of its kind.
    let mut drawn: Vec<(MarkKind, i64)> = lane
        .marks
        .iter()
        .map(|mark| (mark.kind, scale.x(mark.at.micros).round() as i64))
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    let (full, open) = (Ink::Full(lane.hostile), Ink::Open(lane.hostile));
    for (kind, x) in drawn {
        let x = x as f64;
        match kind {
            MarkKind::Certain => out.add(
                full,
                Shape::Dot {
                    at: (x, y),
                    radius: 4.0,
                },
            ),
            MarkKind::Presumed => out.add(
                open,
                Shape::Dot {
                    at: (x, y),
                    radius: 5.0,
                },
            ),
            MarkKind::SignIn => out.add(full, Shape::Tip { at: (x, y - 2.0) }),
            MarkKind::Act => out.rect(full, (x - 3.0, y + 3.0), (7.0, 7.0)),
        }
    }
}

fn day_text(micros: i64) -> String {
    Moment::from_micros(micros).to_string()[..10].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(label: &str, hostile: bool) -> Lane {
        let at = Moment::parse_iso("2026-03-02T10:00:00Z").unwrap();
        Lane {
            label: label.to_owned(),
            hostile,
            marks: vec![Mark {
                at,
                kind: MarkKind::Certain,
            }],
        }
    }

    #[test]
    fn verdicts_stand_in_words_and_a_common_domain_once() {
        let lanes = [
            lane("ana@example.org", true),
            lane("", false),
            lane("ana@example.org", false),
            lane("ben@example.org", false),
        ];
        let svg = draw(&lanes, &[]).svg();
        let (hostile, suspect) = (svg.find(">hostile sessions"), svg.find(">suspect sessions"));
        assert!(hostile.is_some() && hostile < suspect, "{svg}");
        assert_eq!(svg.matches("example.org").count(), 1, "{svg}");
        assert!(svg.contains("Timeline of 3 accounts"), "{svg}");
        assert!(svg.contains(">no account on record<"), "{svg}");
        let alone = draw(&lanes[..1], &[]).svg();
        assert!(alone.contains(">ana@example.org<"), "{alone}");
        let others = [lane("ana@example.org", true), lane("ben@example.net", true)];
        let others = draw(&others, &[]).svg();
        assert!(others.contains(">ben@example.net<"), "{others}");
    }

    #[test]
    fn lanes_without_room_are_counted() {
        let lanes: Vec<Lane> = (0..LANES_MOST + 2)
            .map(|n| lane(&n.to_string(), true))
            .collect();
        let svg = draw(&lanes, &[]).svg();
        assert!(svg.contains("Not drawn: 2 further lanes"), "{svg}");
        assert!(!draw(&lanes[..LANES_MOST], &[]).svg().contains("Not drawn"));
    }
}
