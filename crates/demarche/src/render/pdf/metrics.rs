//! Widths of Helvetica and Courier, and the letters they have (WinAnsi, ISO 32000-1 annex D).

/// A font of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// Helvetica.
    Plain,
    /// Helvetica Bold.
    Bold,
    /// Courier.
    Fixed,
}

/// Widths of the letters from space to tilde, in thousandths of the size (Adobe core font metrics).
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667,
    611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556,
    278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

/// Width of a text of WinAnsi letters at a size, in points.
pub fn width(text: &str, font: Font, size: f32) -> f32 {
    let sum: u32 = text
        .chars()
        .map(|letter| {
            let place = u32::from(letter)
                .checked_sub(32)
                .map(|place| place as usize);
            let of = |table: &[u16; 95]| place.and_then(|place| table.get(place).copied());
            u32::from(match font {
                Font::Plain => of(&PLAIN).unwrap_or(667),
                Font::Bold => of(&BOLD).unwrap_or(722),
                Font::Fixed => 600,
            })
        })
        .sum();
    sum as f32 / 1000.0 * size
}

/// The letter of WinAnsi that shows a character; none where the fonts have none.
pub fn win_ansi(letter: char) -> Option<u8> {
    match letter {
        ' '..='~' | '\u{a1}'..='\u{ff}' => u8::try_from(u32::from(letter)).ok(),
        '\u{a0}' => Some(b' '),
        '€' => Some(0x80),
        '…' => Some(0x85),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '–' => Some(0x96),
        '—' => Some(0x97),
        _ => None,
    }
}

/// A text with only letters that the fonts have; any other stands as its code point.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in crate::terminal::escape::shown(text).chars() {
        if win_ansi(letter).is_some() {
            out.push(letter);
        } else {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(letter)));
        }
    }
    out
}
