//! A figure as marks of a page (ISO 32000-1, §8.5).

use crate::render::figure::drawing::{Anchor, Ink, Mark, Shape};
use crate::render::pdf::file::show;
use crate::render::pdf::layout::{LEFT, Placed, SCALE};
use crate::render::pdf::metrics::{Font, printable, width};

/// Size of the words of a figure.
const SIZE: f32 = 6.8;
/// How far the lines of a hatching stand apart.
const HATCH: f32 = 3.2;

/// Colours of paper: those that the page prints with.
const HOSTILE: &str = "0.55 0.06 0.08";
const SUSPECT: &str = "0.43 0.26 0";
const SOFT: &str = "0.35";
const INK: &str = "0";

/// Where units of a figure lie on the page.
struct Frame {
    top: f32,
}

impl Frame {
    fn at(&self, (x, y): (f64, f64)) -> (f32, f32) {
        (LEFT + x as f32 * SCALE, self.top - y as f32 * SCALE)
    }
}

/// Draws a figure where it was placed.
pub fn figure(out: &mut Vec<u8>, placed: &Placed) {
    let frame = Frame { top: placed.top };
    out.extend(b"q 1 J 0.6 w\n");
    for mark in &placed.drawing.marks {
        shape(out, &frame, mark);
    }
    out.extend(b"Q 0 g 0 G\n");
}

/// A colour as an operator for strokes and one for fills (§8.6.8).
fn colour(ink: Ink) -> (&'static str, bool) {
    match ink {
        Ink::Tick => ("0.75", false),
        Ink::Lane | Ink::Strong => ("0.7", false),
        Ink::Gap => (SOFT, false),
        Ink::Spoken => ("0.72 0.81 0.9", true),
        Ink::Full(hostile) | Ink::Open(hostile) | Ink::Link(hostile) => {
            let colour = if hostile { HOSTILE } else { SUSPECT };
            (colour, matches!(ink, Ink::Full(_)))
        }
    }
}

fn set_colour(out: &mut Vec<u8>, colour: &str) {
    let (stroke, fill) = match colour.contains(' ') {
        true => ("RG", "rg"),
        false => ("G", "g"),
    };
    out.extend(format!("{colour} {stroke} {colour} {fill}\n").bytes());
}

fn shape(out: &mut Vec<u8>, frame: &Frame, mark: &Mark) {
    let (of, is_full) = colour(mark.ink);
    set_colour(out, of);
    let paint = if is_full { "f" } else { "S" };
    match &mark.shape {
        Shape::Line { from, to } => {
            let ((a, b), (c, d)) = (frame.at(*from), frame.at(*to));
            out.extend(format!("{a:.1} {b:.1} m {c:.1} {d:.1} l S\n").bytes());
        }
        Shape::Box { at, size } => {
            let (x, y) = frame.at((at.0, at.1 + size.1));
            let (wide, high) = (size.0 as f32 * SCALE, size.1 as f32 * SCALE);
            if mark.ink == Ink::Gap {
                return hatched(out, (x, y), (wide, high));
            }
            out.extend(format!("{x:.1} {y:.1} {wide:.1} {high:.1} re {paint}\n").bytes());
        }
        Shape::Dot { at, radius } => {
            let radius = (*radius as f32 * SCALE).max(1.4);
            dot(out, frame.at(*at), radius, paint);
        }
        Shape::Tip { at } => {
            let (x, y) = frame.at(*at);
            let text = format!(
                "{x:.1} {y:.1} m {:.1} {:.1} l {:.1} {:.1} l h f\n",
                x + 2.6,
                y + 4.8,
                x - 2.6,
                y + 4.8
            );
            out.extend(text.bytes());
        }
        Shape::Curve { from, to, width } => {
            let ((a, b), (c, d)) = (frame.at(*from), frame.at(*to));
            let middle = f32::midpoint(a, c);
            let dash = match mark.ink {
                Ink::Link(true) => "[] 0 d",
                _ => "[2.6 2.1] 0 d",
            };
            let text = format!(
                "q {dash} {:.1} w {a:.1} {b:.1} m {middle:.1} {b:.1} {middle:.1} {d:.1} {c:.1} {d:.1} c S Q\n",
                *width as f32 * SCALE
            );
            out.extend(text.bytes());
        }
        Shape::Text {
            at,
            anchor,
            text,
            room,
        } => words(out, frame.at(*at), (mark.ink, *anchor), (text, *room)),
    }
}

fn words(
    out: &mut Vec<u8>,
    (x, y): (f32, f32),
    (ink, anchor): (Ink, Anchor),
    (text, room): (&str, f64),
) {
    let font = match ink {
        Ink::Strong => Font::Bold,
        _ => Font::Plain,
    };
    set_colour(out, if ink == Ink::Tick { SOFT } else { INK });
    let mut line = printable(text);
    let room = room as f32 * SCALE;
    if width(&line, font, SIZE) > room {
        while !line.is_empty() && width(&line, font, SIZE) + 4.0 > room {
            line.pop();
        }
        line.push('…');
    }
    let wide = width(&line, font, SIZE);
    let x = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    show(out, (font, SIZE), (x, y), &line);
}

/// A circle of four curves; their handles are as long as makes them round.
fn dot(out: &mut Vec<u8>, (x, y): (f32, f32), r: f32, paint: &str) {
    let k = r * 0.5523;
    let text = format!(
        "{:.2} {y:.2} m {:.2} {:.2} {:.2} {:.2} {x:.2} {:.2} c {:.2} {:.2} {:.2} {:.2} {:.2} {y:.2} c {:.2} {:.2} {:.2} {:.2} {x:.2} {:.2} c {:.2} {:.2} {:.2} {:.2} {:.2} {y:.2} c {paint}\n",
        x + r,
        x + r,
        y + k,
        x + k,
        y + r,
        y + r,
        x - k,
        y + r,
        x - r,
        y + k,
        x - r,
        x - r,
        y - k,
        x - k,
        y - r,
        y - r,
        x + k,
        y - r,
        x + r,
        y - k,
        x + r,
    );
    out.extend(text.bytes());
}

/// A box with slanted lines, cut to it (§8.5.4).
fn hatched(out: &mut Vec<u8>, (x, y): (f32, f32), (wide, high): (f32, f32)) {
    let edge = format!("{x:.1} {y:.1} {wide:.1} {high:.1} re");
    out.extend(format!("q 0.3 w 0.78 G {edge} S 0.5 G {edge} W n 0.4 w\n").bytes());
    let mut at = x - high;
    while at < x + wide {
        let (a, b) = (at + high, y + high);
        out.extend(format!("{at:.1} {y:.1} m {a:.1} {b:.1} l S\n").bytes());
        at += HATCH;
    }
    out.extend(b"Q\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::figure::drawing::Drawing;

    #[test]
    fn words_keep_to_their_room_and_strings_stay_closed() {
        let mut drawing = Drawing::new(20.0, String::new());
        let label = "name) Tj (that is far too long for the room it has here";
        drawing.text(Ink::Lane, (0.0, 9.0), (Anchor::Start, 200.0), label);
        drawing.rect(Ink::Gap, (0.0, 0.0), (50.0, 10.0));
        let placed = Placed {
            drawing,
            top: 700.0,
            piece: 0,
        };
        let mut out = Vec::new();
        figure(&mut out, &placed);
        let text = String::from_utf8_lossy(&out).into_owned();
        assert!(text.contains("(name\\) Tj \\(that"), "{text}");
        let n = |mark: &str| text.matches(mark).count();
        assert_eq!(n("q "), n("Q"), "{text}");
    }
}
