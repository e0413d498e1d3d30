//! Cuts text line by line; blank lines are filler.

use crate::record::cut::{Cutter, KEPT_BACK, RECORD_BYTES_MAX, Span, SpanKind, push};
use crate::record::delivered::Header;

/// A record is a line with its end; a line of white space is filler.
pub struct LinesCutter {
    record_bytes_max: usize,
    scanned: usize,
    overlong: bool,
    begun: bool,
    header: Header,
}

impl Default for LinesCutter {
    fn default() -> LinesCutter {
        LinesCutter::bounded(RECORD_BYTES_MAX)
    }
}

impl Cutter for LinesCutter {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let mut from = 0;
        if !self.begun && window.starts_with(b"\xEF\xBB\xBF") {
            from = 3;
            self.scanned = 3;
            push(spans, SpanKind::Filler, 3);
        } else if !self.begun && !last && window.len() < 3 {
            return;
        }
        self.begun = true;
        while let Some(at) = memchr::memchr(b'\n', &window[self.scanned..]) {
            let end = self.scanned + at + 1;
            self.end_line(&window[from..end], spans);
            from = end;
            self.scanned = end;
        }
        self.scanned = window.len();
        if last {
            self.end_line(&window[from..], spans);
            from = window.len();
        } else if self.overlong || window.len() - from > self.record_bytes_max + 1 {
            self.overlong = true;
            let used = (window.len() - from).saturating_sub(KEPT_BACK);
            push(spans, SpanKind::Overlong { ends: false }, used);
            from += used;
        }
        self.scanned -= from;
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn header_mut(&mut self) -> &mut Header {
        &mut self.header
    }
}

impl LinesCutter {
    /// A cutter that gives up records longer than so many bytes.
    pub fn bounded(record_bytes_max: usize) -> LinesCutter {
        LinesCutter {
            record_bytes_max,
            scanned: 0,
            overlong: false,
            begun: false,
            header: Header::default(),
        }
    }

    fn end_line(&mut self, line: &[u8], spans: &mut Vec<Span>) {
        let kind = if self.overlong || line.len() > self.record_bytes_max {
            SpanKind::Overlong { ends: true }
        } else if line.iter().all(u8::is_ascii_whitespace) {
            SpanKind::Filler
        } else {
            SpanKind::Record
        };
        self.overlong = false;
        push(spans, kind, line.len());
    }
}
