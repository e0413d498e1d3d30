//! Joins neighbouring filler and splits it to its limit, whatever the windows.

use crate::record::cut::{Cutter, FILLER_BYTES_MAX, Span, SpanKind};
use crate::record::delivered::Header;

/// A cutter whose filler spans are as long as they may be, and no longer.
pub struct Tiler<C> {
    cutter: C,
    pieces: Vec<Span>,
    /// The kind of what is pending: filler, or pieces of a record that is too long.
    pending_kind: SpanKind,
    /// Bytes at the start of the window that the inner cutter has let go and no span covers yet.
    pending: usize,
}

impl<C: Cutter> Tiler<C> {
    /// Tiles what a cutter cuts.
    pub fn new(cutter: C) -> Tiler<C> {
        Tiler {
            cutter,
            pieces: Vec::new(),
            pending_kind: SpanKind::Filler,
            pending: 0,
        }
    }

    fn flush(&mut self, spans: &mut Vec<Span>, kind: SpanKind) {
        if self.pending > 0 {
            spans.push(Span {
                kind,
                length: self.pending,
            });
            self.pending = 0;
        }
    }

    /// Adds a piece of filler; a full span is let go once it is known that more follows.
    fn add(&mut self, kind: SpanKind, length: usize, spans: &mut Vec<Span>) {
        if self.pending > 0 && self.pending_kind != kind {
            self.flush(spans, self.pending_kind);
        }
        self.pending_kind = kind;
        self.pending += length;
        while self.pending > FILLER_BYTES_MAX {
            spans.push(Span {
                kind,
                length: FILLER_BYTES_MAX,
            });
            self.pending -= FILLER_BYTES_MAX;
        }
    }
}

impl<C: Cutter> Cutter for Tiler<C> {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let mut pieces = std::mem::take(&mut self.pieces);
        pieces.clear();
        let before: usize = spans.iter().map(|span| span.length).sum();
        self.cutter.cut(&window[self.pending..], last, &mut pieces);
        for piece in &pieces {
            match piece.kind {
                SpanKind::Record => {
                    self.flush(spans, self.pending_kind);
                    spans.push(*piece);
                }
                SpanKind::Filler => self.add(SpanKind::Filler, piece.length, spans),
                SpanKind::Overlong { ends } => {
                    self.add(SpanKind::Overlong { ends: false }, piece.length, spans);
                    if ends {
                        self.flush(spans, SpanKind::Overlong { ends: true });
                    }
                }
            }
        }
        let used: usize = spans.iter().map(|span| span.length).sum();
        if last && used - before + self.pending == window.len() {
            self.flush(spans, self.pending_kind);
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
