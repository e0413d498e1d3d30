//! Cuts CSV into logical rows: quoted cells may hold separators and line ends.

use crate::record::csv;
use crate::record::cut::{Cutter, KEPT_BACK, RECORD_BYTES_MAX, Span, SpanKind, push};
use crate::record::delivered::Header;

/// A record is a row with its line end. The header, wherever it is repeated, and blank lines
/// are filler.
///
/// # Gaps
/// A row cut short within quotes would swallow its successors. It is cut at the first line end
/// inside the open quotes that a quote follows, once a closing quote is followed by what cannot
/// follow one (RFC 4180 §2), or the file ends.
pub struct CsvCutter {
    record_bytes_max: usize,
    header: Header,
    /// The header's text, to know it again.
    header_text: Vec<u8>,
    scan: Scan,
    begun: bool,
    overlong: bool,
    /// Whether rows stand without a header, each beginning with a time.
    bare: bool,
}

/// Where the scan of the current row stands; offsets are from the start of the row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Scan {
    place: Place,
    at: usize,
    /// Where the open quoted cell began.
    open: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    CellStart,
    Bare,
    Quoted,
    AfterQuote,
}

/// What the scan of a row came to.
enum End {
    /// The row ends here.
    At(usize),
    /// More bytes are needed.
    More,
}

impl Default for CsvCutter {
    fn default() -> CsvCutter {
        CsvCutter::bounded(RECORD_BYTES_MAX)
    }
}

impl Cutter for CsvCutter {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let mut from = 0;
        if !self.begun {
            if window.len() < 3 && !last {
                return;
            }
            if window.starts_with(b"\xEF\xBB\xBF") {
                from = 3;
                push(spans, SpanKind::Filler, 3);
            }
            self.begun = true;
        }
        while from < window.len() {
            match self.row(&window[from..], last) {
                End::At(length) => {
                    self.end_row(&window[from..from + length], spans);
                    from += length;
                    self.scan = Scan::default();
                }
                End::More => {
                    self.keep_or_give_up(window.len() - from, spans);
                    return;
                }
            }
        }
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn header_mut(&mut self) -> &mut Header {
        &mut self.header
    }
}

impl CsvCutter {
    /// A cutter that gives up records longer than so many bytes.
    pub fn bounded(record_bytes_max: usize) -> CsvCutter {
        CsvCutter {
            record_bytes_max,
            header: Header::default(),
            header_text: Vec::new(),
            scan: Scan::default(),
            begun: false,
            overlong: false,
            bare: false,
        }
    }

    /// The same for rows without a header, each beginning with a date and a time.
    pub fn headless(self) -> CsvCutter {
        CsvCutter { bare: true, ..self }
    }

    /// Finds the end of the row that `rest` begins with, from where the last call stopped.
    fn row(&mut self, rest: &[u8], last: bool) -> End {
        while self.scan.at < rest.len() {
            let found = match self.scan.place {
                Place::CellStart => {
                    self.cell_start(rest);
                    None
                }
                Place::Bare => self.bare(rest),
                Place::Quoted => {
                    if !self.quoted(rest, last) {
                        return End::More;
                    }
                    None
                }
                Place::AfterQuote => self.after_quote(rest),
            };
            if let Some(end) = found {
                return End::At(end);
            }
        }
        if !last {
            return End::More;
        }
        let lost = match self.scan.place {
            Place::Quoted => self.restart(rest, rest.len()),
            _ => None,
        };
        End::At(lost.unwrap_or(rest.len()))
    }

    fn cell_start(&mut self, rest: &[u8]) {
        if rest[self.scan.at] == b'"' {
            self.scan.open = self.scan.at;
            self.scan.at += 1;
            self.scan.place = Place::Quoted;
        } else {
            self.scan.place = Place::Bare;
        }
    }

    fn bare(&mut self, rest: &[u8]) -> Option<usize> {
        let Some(at) = memchr::memchr2(b',', b'\n', &rest[self.scan.at..]) else {
            self.scan.at = rest.len();
            return None;
        };
        self.scan.at += at + 1;
        if rest[self.scan.at - 1] == b'\n' {
            return Some(self.scan.at);
        }
        self.scan.place = Place::CellStart;
        None
    }

    /// Goes on within quotes; `false` where the next byte decides and is not there yet.
    fn quoted(&mut self, rest: &[u8], last: bool) -> bool {
        let Some(at) = memchr::memchr(b'"', &rest[self.scan.at..]) else {
            self.scan.at = rest.len();
            return true;
        };
        let quote = self.scan.at + at;
        match rest.get(quote + 1) {
            Some(b'"') => self.scan.at = quote + 2,
            None if !last => {
                self.scan.at = quote;
                return false;
            }
            _ => {
                self.scan.at = quote + 1;
                self.scan.place = Place::AfterQuote;
            }
        }
        true
    }

    fn after_quote(&mut self, rest: &[u8]) -> Option<usize> {
        let follows = matches!(rest[self.scan.at], b',' | b'\r' | b'\n');
        self.scan.place = Place::Bare;
        if follows {
            return None;
        }
        self.restart(rest, self.scan.at)
    }

    fn end_row(&mut self, row: &[u8], spans: &mut Vec<Span>) {
        let overlong = std::mem::take(&mut self.overlong);
        let kind = if overlong || row.len() > self.record_bytes_max {
            SpanKind::Overlong { ends: true }
        } else if row.iter().all(u8::is_ascii_whitespace) || self.is_head(row) {
            SpanKind::Filler
        } else {
            SpanKind::Record
        };
        push(spans, kind, row.len());
    }

    /// Takes the first row for the header; knows it again; skips a type line before it.
    fn is_head(&mut self, row: &[u8]) -> bool {
        if self.bare {
            return false;
        }
        let text = row.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(row);
        let text = text.trim_ascii();
        if self.header_text.is_empty() {
            if !text.starts_with(b"#TYPE ") {
                let line = String::from_utf8_lossy(text);
                csv::cells(&line, |_, cell| {
                    self.header.columns.push(cell.trim().to_owned());
                });
                self.header_text = text.to_vec();
            }
            return true;
        }
        text == self.header_text || text.starts_with(b"#TYPE ")
    }

    /// Lets go of a row that has grown too long.
    fn keep_or_give_up(&mut self, length: usize, spans: &mut Vec<Span>) {
        if self.overlong || length > self.record_bytes_max + 1 {
            self.overlong = true;
            let sure = self.scan.at.saturating_sub(KEPT_BACK);
            push(spans, SpanKind::Overlong { ends: false }, sure);
            self.scan.at -= sure;
            self.scan.open = 0;
        }
    }

    /// The end of the first line within the open quotes that a quote follows: a lost row end.
    ///
    /// A doubled quote is text. Rows beyond the bound are not mended, so that the cut does not
    /// depend on how much of them was at hand.
    fn restart(&self, rest: &[u8], until: usize) -> Option<usize> {
        if self.overlong || until > self.record_bytes_max {
            return None;
        }
        if self.bare {
            return memchr::memchr_iter(b'\n', &rest[self.scan.open..until])
                .map(|at| self.scan.open + at + 1)
                .find(|at| begins_with_time(&rest[*at..]));
        }
        memchr::memmem::find_iter(&rest[self.scan.open..until], b"\n\"")
            .map(|at| self.scan.open + at + 1)
            .find(|at| rest.get(at + 1) != Some(&b'"'))
    }
}

/// Whether bytes begin with `YYYY-MM-DD hh:mm:ss`.
pub(crate) fn begins_with_time(bytes: &[u8]) -> bool {
    const SHAPE: &[u8; 19] = b"dddd-dd-dd dd:dd:dd";
    bytes.len() >= SHAPE.len()
        && SHAPE.iter().zip(bytes).all(|(shape, byte)| match shape {
            b'd' => byte.is_ascii_digit(),
            b' ' => matches!(byte, b' ' | b'T'),
            other => other == byte,
        })
}
