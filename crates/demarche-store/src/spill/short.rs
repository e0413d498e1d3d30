//! Rows told by what differs from the row before.
//!
//! Rows of one actor repeat most of their texts. A short row is a bit for each text that is the same, how many of the first details are, the actor's
//! key where it is another, the values as they stand in the row, and the texts that differ.

use crate::spill::row::{self, Bytes};
use crate::spill::texts::N_TEXTS;

/// The bit of the actor's key, behind those of the texts.
const KEY: u32 = 1 << N_TEXTS;

/// Where the parts of a row lie.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    /// Where the actor's key ends; its length stands before it.
    key_end: usize,
    texts_from: usize,
    /// Where each text ends; what details say follows.
    ends: [usize; N_TEXTS],
    n_details: u64,
    /// Where the lengths of details stand, of each its name's and its value's.
    details_at: usize,
}

impl Shape {
    /// The shape of a row; `None` where it is cut short.
    pub fn of(row: &[u8]) -> Option<Shape> {
        let mut bytes = Bytes::of(row);
        bytes.counted()?;
        Shape::behind_key(row, row.len() - bytes.left(), None)
    }

    /// The shape of a row whose key is known to end; its texts, where they are there, are last.
    fn behind_key(row: &[u8], key_end: usize, texts_from: Option<usize>) -> Option<Shape> {
        let mut bytes = Bytes::of(row.get(key_end..)?);
        bytes.take(8)?;
        for _ in 0..3 {
            bytes.number()?;
        }
        let length = u32::from_le_bytes(bytes.take(4)?.try_into().ok()?) as usize;
        let texts_from = match texts_from {
            Some(from) => from,
            None => row.len().checked_sub(length)?,
        };
        let (mut ends, mut at) = ([0; N_TEXTS], texts_from);
        for end in &mut ends {
            at = at.checked_add(bytes.length()?)?;
            *end = at;
        }
        Some(Shape {
            key_end,
            texts_from,
            ends,
            n_details: bytes.number()?,
            details_at: row.len() - bytes.left(),
        })
    }

    /// Where a text begins and ends.
    fn text(&self, place: usize) -> std::ops::Range<usize> {
        let from = match place {
            0 => self.texts_from,
            _ => self.ends[place - 1],
        };
        from..self.ends[place]
    }

    fn texts_end(&self) -> usize {
        self.ends[N_TEXTS - 1]
    }
}

/// Appends a row in short; `before` is the row before it.
pub(crate) fn shorten(
    (row, shape): (&[u8], &Shape),
    before: Option<(&[u8], &Shape)>,
    out: &mut Vec<u8>,
) -> Option<()> {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    let same_key =
        before.is_some_and(|(other, of)| other.get(..of.key_end) == row.get(..shape.key_end));
    let mut same = if same_key { KEY } else { 0 };
    let (n_same, details_from) = match before {
        Some(before) => same_details((row, shape), before)?,
        None => (0, shape.texts_end()),
    };
    row::number(n_same, out);
    if !same_key {
        out.extend_from_slice(row.get(..shape.key_end)?);
    }
    let values = row.get(shape.key_end..shape.texts_from)?;
    row::number(values.len() as u64, out);
    out.extend_from_slice(values);
    for place in 0..N_TEXTS {
        let text = row.get(shape.text(place))?;
        let is_same = before.is_some_and(|(other, of)| other.get(of.text(place)) == Some(text));
        if is_same {
            same |= 1 << place;
        } else {
            out.extend_from_slice(text);
        }
    }
    out.extend_from_slice(row.get(details_from..)?);
    out[at..at + 4].copy_from_slice(&same.to_le_bytes());
    Some(())
}

/// How many of the first details two rows share, and where the others begin in the first of them.
fn same_details(
    (row, shape): (&[u8], &Shape),
    (other, of): (&[u8], &Shape),
) -> Option<(u64, usize)> {
    let mut lengths = Bytes::of(row.get(shape.details_at..)?);
    let mut others = Bytes::of(other.get(of.details_at..)?);
    let (mut at, mut at_other) = (shape.texts_end(), of.texts_end());
    for n in 0..shape.n_details.min(of.n_details) {
        let detail = (lengths.length()?, lengths.length()?);
        let end = at.checked_add(detail.0)?.checked_add(detail.1)?;
        let other_end = at_other + (end - at);
        let alike = detail == (others.length()?, others.length()?)
            && row.get(at..end)? == other.get(at_other..other_end)?;
        if !alike {
            return Some((n, at));
        }
        (at, at_other) = (end, other_end);
    }
    Some((shape.n_details.min(of.n_details), at))
}

/// Puts a short row together again; returns its shape, or `None` where it is cut short.
pub(crate) fn restore(
    short: &[u8],
    (before, of): (&[u8], &Shape),
    row: &mut Vec<u8>,
) -> Option<Shape> {
    row.clear();
    let mut bytes = Bytes::of(short);
    let same = u32::from_le_bytes(bytes.take(4)?.try_into().ok()?);
    let n_same = bytes.number()?;
    if same & KEY != 0 {
        row.extend_from_slice(before.get(..of.key_end)?);
    } else {
        let key = bytes.counted()?;
        row::number(key.len() as u64, row);
        row.extend_from_slice(key);
    }
    let key_end = row.len();
    let values = bytes.counted()?;
    row.extend_from_slice(values);
    let shape = Shape::behind_key(row, key_end, Some(row.len()))?;
    for place in 0..N_TEXTS {
        let length = shape.text(place).len();
        if same & 1 << place == 0 {
            row.extend_from_slice(bytes.take(length)?);
        } else {
            let text = before.get(of.text(place))?;
            (text.len() == length).then(|| row.extend_from_slice(text))?;
        }
    }
    let mut lengths = Bytes::of(row.get(shape.details_at..)?);
    let mut end = of.texts_end();
    for _ in 0..n_same.checked_mul(2)? {
        end = end.checked_add(lengths.length()?)?;
    }
    row.extend_from_slice(before.get(of.texts_end()..end)?);
    row.extend_from_slice(bytes.take(bytes.left())?);
    Some(shape)
}
