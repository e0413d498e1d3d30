//! Where a record lies: source, leaf, byte range.

/// Number of a source within a case, in command-line and path order, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceNumber(pub u32);

/// The place of one span in its decoded source.
///
/// # Shape
/// Spans of a source are numbered from 0 (`leaf`) and tile the decoded bytes without a hole:
/// the first begins at 0, each begins where the one before ended.
///
/// # Units
/// `offset` and `length` are bytes after decompression and before character decoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The source.
    pub source: SourceNumber,
    /// The number of the span in its source, records and filler counted alike.
    pub leaf: u64,
    /// First byte of the span.
    pub offset: u64,
    /// Length of the span.
    pub length: u64,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.source.0, self.leaf)
    }
}
