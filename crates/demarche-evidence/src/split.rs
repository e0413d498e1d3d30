//! Split records: a template and its values, each under its own salt (mode 1).
//!
//! `D0 = SHA-256(0x11 || salt0 || template)`, `Dj = SHA-256(0x12 || saltj || valuej)`,
//! `C = SHA-256(0x13 || u32be n || D0 || D1 … Dn)`. The template is
//! `u32be n || n × u32be position || body`; the record is the body with value j put in at position
//! j. No format is known here: values are ranges of bytes, so no new format needs a new verifier.

use std::ops::Range;

use crate::hash::{Digest, Hasher};
use crate::key::{Salt, Salter};

/// Most values a record is split into; one with more stays whole.
pub const VALUES_MAX: usize = 4096;

/// A record cut into a template and its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    /// Number of values, their positions, and the bytes between them.
    pub template: Vec<u8>,
    /// The values, in order.
    pub values: Vec<&'a [u8]>,
}

/// Cuts a record at ranges of bytes.
///
/// Any doubt gives `None`, and the record stays whole: no range, too many, ranges out of order,
/// overlapping, empty or beyond the end.
pub fn cut<'a>(bytes: &'a [u8], ranges: &[Range<usize>]) -> Option<Cut<'a>> {
    if ranges.is_empty() || ranges.len() > VALUES_MAX || u32::try_from(bytes.len()).is_err() {
        return None;
    }
    let mut positions = Vec::with_capacity(ranges.len() * 4);
    let mut body = Vec::with_capacity(bytes.len());
    let mut values = Vec::with_capacity(ranges.len());
    let mut at = 0;
    for range in ranges {
        if range.is_empty() {
            return None;
        }
        body.extend_from_slice(bytes.get(at..range.start)?);
        values.push(bytes.get(range.clone())?);
        positions.extend_from_slice(&u32::try_from(body.len()).ok()?.to_be_bytes());
        at = range.end;
    }
    body.extend_from_slice(bytes.get(at..)?);
    let n = u32::try_from(values.len()).ok()?.to_be_bytes();
    Some(Cut {
        template: [&n[..], &positions, &body].concat(),
        values,
    })
}

/// A template as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<'a> {
    /// Where in the body each value goes, never going back.
    pub positions: Vec<usize>,
    /// The bytes that are no value.
    pub body: &'a [u8],
}

impl<'a> Template<'a> {
    /// Reads a template; `None` if its count overflows or a position goes back or beyond the body.
    pub fn parse(bytes: &'a [u8]) -> Option<Template<'a>> {
        let (n, rest) = bytes.split_first_chunk::<4>()?;
        let n = u32::from_be_bytes(*n) as usize;
        if n == 0 || n > VALUES_MAX {
            return None;
        }
        let (positions, body) = rest.split_at_checked(n * 4)?;
        let words = positions.as_chunks::<4>().0.iter();
        let positions: Vec<usize> = words
            .map(|word| u32::from_be_bytes(*word) as usize)
            .collect();
        let sound = positions.is_sorted() && positions.iter().all(|at| *at <= body.len());
        sound.then_some(Template { positions, body })
    }

    /// The bytes before each value, and those after the last.
    pub fn pieces(&self) -> Vec<&'a [u8]> {
        let ends = self.positions.iter().copied().chain([self.body.len()]);
        let mut from = 0;
        ends.map(|end| &self.body[std::mem::replace(&mut from, end)..end])
            .collect()
    }
}

/// Digest of the template.
pub fn template_digest(salt: &Salt, template: &[u8]) -> Digest {
    tagged(0x11, salt, template)
}

/// Digest of one value.
pub fn value_digest(salt: &Salt, value: &[u8]) -> Digest {
    tagged(0x12, salt, value)
}

/// Commitment to the whole record.
pub fn commitment(template: &Digest, values: &[Digest]) -> Digest {
    let mut hasher = Hasher::new();
    hasher.update(&[0x13]);
    hasher.update(&(values.len() as u32).to_be_bytes());
    hasher.update(&template.0);
    values.iter().for_each(|value| hasher.update(&value.0));
    hasher.finish()
}

/// Commitment to a cut record at a leaf, its salts drawn from the source's key: the template under
/// salt 0, value j under salt j.
pub fn commit(salter: &Salter, leaf: u64, cut: &Cut<'_>) -> Digest {
    let template = template_digest(&salter.salt(leaf, 0), &cut.template);
    let numbered = (1u32..).zip(&cut.values);
    let values: Vec<Digest> = numbered
        .map(|(slot, value)| value_digest(&salter.salt(leaf, slot), value))
        .collect();
    commitment(&template, &values)
}

/// `SHA-256(tag || salt || bytes)`.
fn tagged(tag: u8, salt: &Salt, bytes: &[u8]) -> Digest {
    let mut prefix = [tag; 17];
    prefix[1..].copy_from_slice(salt);
    Digest(crate::block::prefixed(&prefix, bytes))
}
