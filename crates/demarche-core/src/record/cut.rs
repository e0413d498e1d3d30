//! Cutting bytes into spans that tile a source: the interface.

use crate::record::delivered::Header;
use crate::vocab::given::Given;

/// What a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// One delivered unit.
    Record,
    /// Bytes between records: headers, separators, wrappers, bytes that are not read.
    Filler,
    /// A piece of a record beyond [`RECORD_BYTES_MAX`]: sealed as filler, one problem for all.
    Overlong {
        /// Whether the record ends with this piece.
        ends: bool,
    },
}

/// One span: so many bytes from where the last one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// What it is.
    pub kind: SpanKind,
    /// Its length in bytes, at least 1.
    pub length: usize,
}

/// The most a record may weigh: longer ones end in a problem and are filler (issue 2).
pub const RECORD_BYTES_MAX: usize = 64 << 20;

/// The most one filler span may weigh (evidence.md §3.2); longer filler is several spans.
pub const FILLER_BYTES_MAX: usize = 64 << 10;

/// Cuts a stream of bytes into spans, window by window.
///
/// # Shape
/// `window` begins where the last span returned ended; `last` says that no byte follows it. The
/// cutter pushes as many spans as it is sure of; what is left is handed in again with more bytes
/// behind it. With `last` the spans must use the window up. Neighbouring filler may come in
/// pieces of any length; [`crate::record::tile::Tiler`] joins it. Tiled spans do not depend on
/// where windows end (a property test holds every cutter to it).
///
/// # Gaps
/// A cutter never fails: bytes it cannot make sense of are a record that its reader rejects, or
/// filler.
pub trait Cutter {
    /// Cuts what it can of `window` into `spans`.
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>);

    /// The columns that the records of the last cut stand under; empty where there are none.
    fn header(&self) -> &Header;

    /// The same, to be told what it carries to readers.
    fn header_mut(&mut self) -> &mut Header;

    /// Tells the name of the file or archive member, which the header carries to readers.
    fn named(&mut self, name: &str) {
        name.clone_into(&mut self.header_mut().name);
    }

    /// Tells what the run was told about the source, which the header carries to readers.
    fn given(&mut self, given: &Given) {
        self.header_mut().given.clone_from(given);
    }
}

impl Cutter for Box<dyn Cutter + Send> {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        (**self).cut(window, last, spans);
    }

    fn header(&self) -> &Header {
        (**self).header()
    }

    fn header_mut(&mut self) -> &mut Header {
        (**self).header_mut()
    }
}

/// Bytes kept back while a record that is too long goes by: at least one whole character, so
/// that its last piece is never empty in any encoding.
pub(crate) const KEPT_BACK: usize = 4;

/// Pushes a span unless it is empty.
pub(crate) fn push(spans: &mut Vec<Span>, kind: SpanKind, length: usize) {
    if length > 0 {
        spans.push(Span { kind, length });
    }
}
