//! Cuts UTF-16 through its UTF-8 text, with spans over the raw bytes.

use crate::record::cut::{Cutter, Span, SpanKind};
use crate::record::delivered::Header;
use crate::record::text::Encoding;

/// A cutter of text applied to UTF-16 bytes.
pub struct Utf16Cutter<C> {
    cutter: C,
    encoding: Encoding,
    /// Text of the window's first `taken` bytes, as far as no span covers it.
    text: Vec<u8>,
    taken: usize,
    pieces: Vec<Span>,
}

impl<C: Cutter> Utf16Cutter<C> {
    /// Applies a cutter of UTF-8 to a UTF-16 encoding.
    pub fn new(cutter: C, encoding: Encoding) -> Utf16Cutter<C> {
        Utf16Cutter {
            cutter,
            encoding,
            text: Vec::new(),
            taken: 0,
            pieces: Vec::new(),
        }
    }
}

impl<C: Cutter> Cutter for Utf16Cutter<C> {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let (used, _) = self
            .encoding
            .transcode(&window[self.taken..], last, &mut self.text);
        self.taken += used;
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.clear();
        self.cutter.cut(&self.text, last, &mut pieces);
        let mut from = 0;
        for piece in &pieces {
            let length = raw_length(&self.text[from..from + piece.length]);
            from += piece.length;
            self.taken -= length;
            // A piece of filler may end within a character: its bytes count with the first.
            if length > 0 {
                spans.push(Span {
                    kind: piece.kind,
                    length,
                });
            }
        }
        self.text.drain(..from);
        if last && self.text.is_empty() && self.taken == 0 && window.len() % 2 == 1 {
            // The half of a unit that a cut file ends in.
            spans.push(Span {
                kind: SpanKind::Filler,
                length: 1,
            });
        }
        self.pieces = pieces;
    }

    fn header(&self) -> &Header {
        self.cutter.header()
    }

    fn header_mut(&mut self) -> &mut Header {
        self.cutter.header_mut()
    }
}

/// Bytes in UTF-16 of some UTF-8: two for each character, four beyond the basic plane.
fn raw_length(text: &[u8]) -> usize {
    let mut units = 0;
    for byte in text {
        units += usize::from(byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0);
    }
    2 * units
}
