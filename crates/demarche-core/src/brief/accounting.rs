//! What was handed in, byte for byte and record for record.

use crate::vocab::moment::Moment;
use crate::vocab::place::SourceNumber;

/// One source as it was taken in (design.md, contract, `accounting[]`).
///
/// # Shape
/// The spans tile the decoded bytes; `records = distinct + duplicates + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// The source.
    pub source: SourceNumber,
    /// Its path as given, `archive!member` for members.
    pub path: String,
    /// Name of its form; `unknown` where no source knows it.
    pub kind: String,
    /// Bytes of the file as given; 0 for members of an archive.
    pub bytes: u64,
    /// Bytes after decompression, before character decoding.
    pub decoded_bytes: u64,
    /// SHA-256 of the decoded bytes, in hex; empty where it was not computed.
    pub sha256: String,
    /// Spans it was cut into, filler included.
    pub spans: u64,
    /// Records cut from it.
    pub records: u64,
    /// Records read that have no earlier copy.
    pub distinct: u64,
    /// Copies of records read elsewhere.
    pub duplicates: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Distinct records that differ from another copy of the same id.
    pub conflicting: u64,
    /// Bytes that are no record: headers, separators, wrappers.
    pub filler_bytes: u64,
    /// Time of the first event.
    pub first: Option<Moment>,
    /// Time of the last event.
    pub last: Option<Moment>,
    /// What went wrong with the file as a whole; empty where nothing did.
    pub problem: String,
    /// What its provider's own list of files says of it; empty where no list was handed in.
    pub upstream: String,
    /// How it was acquired, as stated; `None` is printed as "not stated".
    pub acquisition: Option<Acquisition>,
}

/// How a source was acquired, as somebody stated it: testimony, never evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acquisition {
    /// Where it is stated: `statement` or `collector log`.
    pub by: String,
    /// What is stated, by name; what is not is there as "not stated".
    pub fields: Vec<(String, String)>,
    /// What is here and differs from what was stated, in whole sentences.
    pub differences: Vec<String>,
}

impl Accounting {
    /// Whether the counts add up.
    pub fn adds_up(&self) -> bool {
        self.records == self.distinct + self.duplicates + self.rejected
            && self.conflicting <= self.distinct
            && self.filler_bytes <= self.decoded_bytes
    }
}
