//! What is known of one source after intake: its accounting and row-level facts.

use std::collections::BTreeMap;

use demarche_core::event::sink::Met;
use demarche_core::vocab::card::Card;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::SourceNumber;

/// Digests of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digests {
    /// SHA-256 of the file on disk; for a member of an archive, of the archive.
    pub file_sha256: [u8; 32],
    /// SHA-256 of the decoded bytes, those that spans tile.
    pub decoded_sha256: [u8; 32],
}

/// One source: a file, or a member of an archive.
///
/// # Shape
/// `spans` tile `decoded_bytes`; `records = distinct + duplicates + rejected`. `distinct` and
/// `duplicates` are known after settling (see [`crate::settle::settle`]), 0 before.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Its number, from 1, in command-line and path order.
    pub number: SourceNumber,
    /// Name: the path as walked, `archive!member` for members.
    pub name: String,
    /// Path of the file on disk, as walked.
    pub path: String,
    /// The card of its kind; `None` for an unknown file.
    pub card: Option<&'static Card>,
    /// Forms met and how many records each had, in order of name.
    pub forms: BTreeMap<&'static str, u64>,
    /// Whether any of its forms loses fields (K17).
    pub lossy: bool,
    /// Size of the file on disk; for a member, its packed size where its archive tells, else 0.
    pub bytes: u64,
    /// Bytes after decompression, before character decoding.
    pub decoded_bytes: u64,
    /// Spans, records and filler together.
    pub spans: u64,
    /// Records.
    pub records: u64,
    /// Records kept, conflicting copies included.
    pub distinct: u64,
    /// Records that are copies of a kept one.
    pub duplicates: u64,
    /// Kept records that differ from another copy of the same record.
    pub conflicting: u64,
    /// Records that could not be read.
    pub rejected: u64,
    /// Bytes that are no record.
    pub filler_bytes: u64,
    /// Time of the earliest event.
    pub first: Option<Moment>,
    /// Time of the latest event.
    pub last: Option<Moment>,
    /// Digests of the file and of its decoded bytes.
    pub digests: Digests,
    /// Events handed on.
    pub events: u64,
    /// How many records met which field or rule of the source's mapping; empty without one.
    pub met: BTreeMap<Met, u64>,
    /// How many accounts acted, told up to a few.
    pub accounts: Few,
    /// How many operations there are, told up to a few.
    pub operations: Few,
    /// Totals that search sessions state, and how many distinct records of each are here.
    pub searches: BTreeMap<String, Search>,
    /// What is wrong with the file as a whole; empty where nothing is.
    pub problem: String,
    /// Whether text had to be repaired for reading (bytes that are no valid text).
    pub repaired: bool,
}

/// A search session as its rows tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The largest total that a row states.
    pub stated: u64,
    /// Rows delivered, copies included.
    pub rows: u64,
    /// Distinct records delivered; known after settling, 0 before.
    pub distinct: u64,
}

/// Distinct texts, kept while they are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Few {
    /// The first distinct texts in order of text, at most [`Few::MAX`].
    pub texts: std::collections::BTreeSet<String>,
    /// Whether there were more.
    pub more: bool,
}

impl Few {
    /// How many are kept.
    pub const MAX: usize = 8;

    /// Notes a text; empty ones do not count.
    pub fn note(&mut self, text: &str) {
        if text.is_empty() || self.more || self.texts.contains(text) {
            return;
        }
        if self.texts.len() == Few::MAX {
            self.more = true;
            self.texts.clear();
            return;
        }
        self.texts.insert(text.to_owned());
    }

    /// Notes all that another one holds.
    pub fn join(&mut self, other: &Few) {
        if other.more {
            self.more = true;
            self.texts.clear();
        }
        for text in &other.texts {
            self.note(text);
        }
    }
}

impl Source {
    /// Asserts that spans tile the source and that records add up, as far as known by now.
    pub fn check(&self) {
        assert!(self.filler_bytes <= self.decoded_bytes);
        assert!(self.records <= self.spans);
        assert!(self.rejected <= self.records);
        let settled = self.distinct + self.duplicates;
        assert!(settled == 0 || settled + self.rejected == self.records);
    }
}
