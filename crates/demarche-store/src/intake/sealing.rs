//! The place where spans are sealed: one call per span, in order.

use demarche_core::record::cut::SpanKind;
use demarche_core::vocab::place::SourceNumber;

use crate::error::Error;
use crate::intake::source::Digests;

/// Takes every span of every source, in order, while its bytes are at hand.
///
/// Sources come one after the other: `open`, spans that tile the decoded bytes from 0, `close`.
/// `Filler` never exceeds 64 KiB in one call.
pub trait Sealing {
    /// A source begins.
    ///
    /// # Errors
    /// Whatever keeps it from being sealed.
    fn open(&mut self, source: SourceNumber, name: &str) -> Result<(), Error>;

    /// Seals one span and returns its leaf number within the source.
    ///
    /// # Errors
    /// If the span does not start where the last one ended.
    fn span(&mut self, kind: SpanKind, offset: u64, bytes: &[u8]) -> Result<u64, Error>;

    /// Seals a record whose values can be shown one by one later, and returns its leaf number.
    /// Any doubt about the values, and it is sealed whole.
    ///
    /// # Errors
    /// Those of [`Sealing::span`].
    fn split(
        &mut self,
        offset: u64,
        bytes: &[u8],
        values: &[std::ops::Range<usize>],
    ) -> Result<u64, Error> {
        let _ = values;
        self.span(SpanKind::Record, offset, bytes)
    }

    /// Whether the source under way was split when it was sealed before; `None` for a new one.
    fn was_split(&self) -> Option<bool> {
        None
    }

    /// The source ended; its whole-file digests are known.
    ///
    /// # Errors
    /// Whatever keeps it from being sealed.
    fn close(&mut self, digests: &Digests) -> Result<(), Error>;
}

/// Seals nothing; only numbers the spans.
#[derive(Debug, Default)]
pub struct Unsealed {
    leaf: u64,
}

impl Sealing for Unsealed {
    fn open(&mut self, _: SourceNumber, _: &str) -> Result<(), Error> {
        self.leaf = 0;
        Ok(())
    }

    fn span(&mut self, _: SpanKind, _: u64, _: &[u8]) -> Result<u64, Error> {
        let leaf = self.leaf;
        self.leaf += 1;
        Ok(leaf)
    }

    fn close(&mut self, _: &Digests) -> Result<(), Error> {
        Ok(())
    }
}
