//! The list of a source's spans, so that a verifier needs no parser.
//!
//! Per span one number, `length << 2 | split << 1 | filler`, in LEB128; a split record is followed
//! by its number of values and, per value, the bytes before it and its length. Nothing vouches for
//! the list: it is right if the tree rebuilt with it has the sealed root.

use std::ops::Range;

use crate::leaf::Kind;
use crate::split::VALUES_MAX;

/// One span of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it holds.
    pub kind: Kind,
    /// How long it is.
    pub length: u64,
    /// Where its values lie, if it is split.
    pub values: Vec<Range<usize>>,
}

impl Span {
    /// Appends the span to a list.
    pub fn write(&self, list: &mut Vec<u8>) {
        write(list, self.kind, self.length, &self.values);
    }
}

/// Appends a span to a list.
pub(crate) fn write(list: &mut Vec<u8>, kind: Kind, length: u64, values: &[Range<usize>]) {
    let filler = u64::from(kind == Kind::Filler);
    let split = u64::from(!values.is_empty());
    push(list, length << 2 | split << 1 | filler);
    if values.is_empty() {
        return;
    }
    push(list, values.len() as u64);
    let mut at = 0;
    for range in values {
        push(list, (range.start - at) as u64);
        push(list, (range.end - range.start) as u64);
        at = range.end;
    }
}

/// Reads a list span by span.
pub struct Spans<'a> {
    rest: &'a [u8],
}

impl<'a> Spans<'a> {
    /// Reads these bytes.
    pub fn new(list: &'a [u8]) -> Spans<'a> {
        Spans { rest: list }
    }

    /// How many bytes are not read yet: where the next span stands, counted from the end.
    pub fn n_left(&self) -> usize {
        self.rest.len()
    }

    /// One LEB128 number of at most 63 bits, in its shortest form.
    fn number(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return (*byte != 0 || shift == 0).then_some(value);
            }
        }
        None
    }

    /// The next span, `None` if the list is malformed here.
    fn span(&mut self) -> Option<Span> {
        let head = self.number()?;
        let kind = if head & 1 == 1 {
            Kind::Filler
        } else {
            Kind::Record
        };
        let length = head >> 2;
        let mut values = Vec::new();
        if head & 2 == 2 {
            let n = usize::try_from(self.number()?)
                .ok()
                .filter(|n| (1..=VALUES_MAX).contains(n))?;
            let mut at = 0usize;
            for _ in 0..n {
                let start = at.checked_add(usize::try_from(self.number()?).ok()?)?;
                at = start.checked_add(usize::try_from(self.number()?).ok()?)?;
                values.push(start..at);
            }
            if at as u64 > length {
                return None;
            }
        }
        (length > 0).then_some(Span {
            kind,
            length,
            values,
        })
    }
}

impl Iterator for Spans<'_> {
    type Item = Result<Span, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let span = self.span().ok_or(Malformed);
        if span.is_err() {
            self.rest = &[];
        }
        Some(span)
    }
}

/// The list of spans is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("list of spans is malformed")]
pub struct Malformed;

/// Writes one LEB128 number.
fn push(list: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest > 0x7f {
        list.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    list.push(rest as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_back() {
        let spans = [
            Span {
                kind: Kind::Record,
                length: 1,
                values: vec![],
            },
            Span {
                kind: Kind::Filler,
                length: 65_536,
                values: vec![],
            },
            Span {
                kind: Kind::Record,
                length: 500,
                values: vec![0..3, 3..9, 200..500],
            },
            Span {
                kind: Kind::Record,
                length: 1 << 40,
                values: vec![],
            },
        ];
        let mut list = Vec::new();
        spans.iter().for_each(|span| span.write(&mut list));
        let read: Vec<Span> = Spans::new(&list).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, spans);
        for end in 1..list.len() {
            let cut: Vec<_> = Spans::new(&list[..end]).collect();
            assert!(cut.len() <= spans.len());
        }
    }

    #[test]
    fn malformed_lists_end_with_an_error() {
        let endless = [0xff; 20];
        let long_form = [0x84, 0x00];
        let values_beyond_the_end = [4 << 2 | 2, 1, 3, 2];
        let no_values = [4 << 2 | 2, 0];
        let empty_span = [0];
        for wrong in [
            &endless[..],
            &long_form,
            &values_beyond_the_end,
            &no_values,
            &empty_span,
        ] {
            let read: Vec<_> = Spans::new(wrong).collect();
            assert_eq!(read, [Err(Malformed)], "{wrong:?}");
        }
    }
}
