//! A figure as shapes of a few kinds, and its presenter as inline SVG.
//!
//! Shape, hatching and words carry whatever colour carries, so that figures read on paper, without
//! colour and to a screen reader.

use crate::render::figure::escaped;

/// Width of every figure, in its own units.
pub const WIDTH: f64 = 960.0;

/// What a shape stands for; a presenter chooses its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Marks and words of an axis.
    Tick,
    /// A lane and its label.
    Lane,
    /// A label that stands out.
    Strong,
    /// Hours that nobody speaks for: hatched.
    Gap,
    /// Days that records speak for.
    Spoken,
    /// Full: named by a record. Hostile or suspect.
    Full(bool),
    /// Outlined: presumed. Hostile or suspect.
    Open(bool),
    /// A line from an origin to an account. Hostile: full; suspect: dashed.
    Link(bool),
}

/// Where a text stands beside its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line from point to point.
    Line {
        /// From.
        from: (f64, f64),
        /// To.
        to: (f64, f64),
    },
    /// A box: its upper left corner, width and height.
    Box {
        /// Upper left corner.
        at: (f64, f64),
        /// Width and height.
        size: (f64, f64),
    },
    /// A dot.
    Dot {
        /// Its middle.
        at: (f64, f64),
        /// Its radius.
        radius: f64,
    },
    /// A triangle that stands on its tip.
    Tip {
        /// The tip.
        at: (f64, f64),
    },
    /// A curve that leaves and arrives level.
    Curve {
        /// From.
        from: (f64, f64),
        /// To.
        to: (f64, f64),
        /// How thick.
        width: f64,
    },
    /// A text.
    Text {
        /// Its base line.
        at: (f64, f64),
        /// Where it stands beside that point.
        anchor: Anchor,
        /// What it says.
        text: String,
        /// How wide it may be.
        room: f64,
    },
}

/// A shape, what it stands for, and what a pointer over it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The shape.
    pub shape: Shape,
    /// What it stands for.
    pub ink: Ink,
    /// What is said of it; empty for nothing.
    pub said: String,
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Its height; every one is `WIDTH` wide.
    pub height: f64,
    /// What it says to a reader who cannot see it.
    pub label: String,
    /// Its marks, the lowest first.
    pub marks: Vec<Mark>,
}

impl Drawing {
    /// An empty figure.
    pub fn new(height: f64, label: String) -> Drawing {
        Drawing {
            height,
            label,
            marks: Vec::new(),
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// Adds a shape.
    pub fn add(&mut self, ink: Ink, shape: Shape) {
        self.add_said(ink, shape, String::new());
    }

    /// Adds a shape of which something is said.
    pub fn add_said(&mut self, ink: Ink, shape: Shape, said: String) {
        self.marks.push(Mark { shape, ink, said });
    }

    /// Adds a line.
    pub fn line(&mut self, ink: Ink, from: (f64, f64), to: (f64, f64)) {
        self.add(ink, Shape::Line { from, to });
    }

    /// Adds a box.
    pub fn rect(&mut self, ink: Ink, at: (f64, f64), size: (f64, f64)) {
        self.add(ink, Shape::Box { at, size });
    }

    /// Adds a text with the room it has.
    pub fn text(&mut self, ink: Ink, at: (f64, f64), (anchor, room): (Anchor, f64), text: &str) {
        let text = short(text, room);
        self.add(
            ink,
            Shape::Text {
                at,
                anchor,
                text,
                room,
            },
        );
    }

    /// The figure as inline SVG; nothing where it is empty.
    pub fn svg(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut out = format!(
            "<svg class=\"figure\" viewBox=\"0 0 {WIDTH} {:.0}\" role=\"img\" aria-label=\"{}\">",
            self.height,
            escaped(&self.label)
        );
        for mark in &self.marks {
            svg_mark(&mut out, mark);
        }
        out.push_str("</svg>");
        out
    }
}

/// A text cut to its room, at the width of a common letter.
fn short(text: &str, room: f64) -> String {
    const LETTER: f64 = 6.6;
    let most = (room / LETTER).max(1.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Tick => "tick",
        Ink::Lane => "lane",
        Ink::Strong => "lane strong",
        Ink::Gap => "gap",
        Ink::Spoken => "spoken",
        Ink::Full(true) => "full hostile",
        Ink::Full(false) => "full suspect",
        Ink::Open(true) => "open hostile",
        Ink::Open(false) => "open suspect",
        Ink::Link(true) => "link hostile",
        Ink::Link(false) => "link suspect",
    }
}

fn svg_mark(out: &mut String, mark: &Mark) {
    let class = class(mark.ink);
    let (name, attributes, inside) = match &mark.shape {
        Shape::Line { from, to } => (
            "path",
            format!("d=\"M{:.1} {:.1}L{:.1} {:.1}\"", from.0, from.1, to.0, to.1),
            String::new(),
        ),
        Shape::Box { at, size } => (
            "rect",
            format!(
                "x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"",
                at.0, at.1, size.0, size.1
            ),
            String::new(),
        ),
        Shape::Dot { at, radius } => (
            "circle",
            format!("cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"", at.0, at.1),
            String::new(),
        ),
        Shape::Tip { at } => (
            "path",
            format!("d=\"M{:.1} {:.1}l5 -9h-10z\"", at.0, at.1),
            String::new(),
        ),
        Shape::Curve { from, to, width } => {
            let middle = f64::midpoint(from.0, to.0);
            let d = format!(
                "M{:.1} {:.1}C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}",
                from.0, from.1, from.1, to.1, to.0, to.1
            );
            (
                "path",
                format!("stroke-width=\"{width:.1}\" d=\"{d}\""),
                String::new(),
            )
        }
        Shape::Text {
            at, anchor, text, ..
        } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            (
                "text",
                format!("x=\"{:.1}\" y=\"{:.1}\"{anchor}", at.0, at.1),
                escaped(text),
            )
        }
    };
    let said = match mark.said.is_empty() {
        true => String::new(),
        false => format!("<title>{}</title>", escaped(&mark.said)),
    };
    let inside = format!("{said}{inside}");
    match inside.is_empty() {
        true => out.push_str(&format!("<{name} class=\"{class}\" {attributes}/>")),
        false => out.push_str(&format!(
            "<{name} class=\"{class}\" {attributes}>{inside}</{name}>"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_to_their_room_and_escaped() {
        let mut drawing = Drawing::new(20.0, "\"<b>\"".to_owned());
        drawing.text(
            Ink::Lane,
            (0.0, 9.0),
            (Anchor::Start, 66.0),
            "<script>alert(1)",
        );
        let svg = drawing.svg();
        assert!(svg.contains("&lt;script&gt;a…</text>"), "{svg}");
        assert!(
            svg.contains("aria-label=\"&quot;&lt;b&gt;&quot;\""),
            "{svg}"
        );
        assert_eq!(Drawing::default().svg(), "");
    }
}
