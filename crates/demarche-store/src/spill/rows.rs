//! Rows and fingerprints of some records, in memory, on their way to the spill.

use std::collections::BTreeMap;

use demarche_core::event::event::Event;
use demarche_core::source::Form;
use demarche_core::vocab::place::Place;

use crate::spill::fingerprint::{CopyKey, Fingerprint};
use crate::spill::{copies, partition_of, row};

/// The longest key of an actor that rows are kept under; longer ones are cut (hostile input).
const KEY_BYTES_MAX: usize = 512;

/// Rows and fingerprints, in the order in which their records were read.
pub(crate) struct Rows {
    copy_key: CopyKey,
    print: Fingerprint,
    ordinal: u32,
    key: String,
    texts: String,
    rows: Pieces,
    prints: Pieces,
    /// Records without an id that search sessions delivered.
    searched: BTreeMap<u64, u64>,
}

/// Byte strings, each for one of a few files.
#[derive(Default)]
struct Pieces {
    bytes: Vec<u8>,
    /// Which file a piece is for, and where it ends.
    ends: Vec<(u8, usize)>,
}

impl Pieces {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn end(&mut self, file: usize) {
        self.ends.push((file as u8, self.bytes.len()));
    }

    fn each(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut from = 0;
        self.ends.iter().map(move |(file, end)| {
            let piece = &self.bytes[from..*end];
            from = *end;
            (usize::from(*file), piece)
        })
    }
}

impl Rows {
    /// Room for rows whose copies are told by a key.
    pub fn new(copy_key: CopyKey) -> Rows {
        Rows {
            copy_key,
            print: Fingerprint::default(),
            ordinal: 0,
            key: String::new(),
            texts: String::new(),
            rows: Pieces::default(),
            prints: Pieces::default(),
            searched: BTreeMap::new(),
        }
    }

    /// Forgets everything, keeps the room.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.prints.clear();
        self.searched.clear();
    }

    /// A record begins.
    pub fn begin(&mut self, form: &'static Form) {
        self.print.clear(form.lossy);
        self.ordinal = 0;
    }

    /// One of its events.
    pub fn event(&mut self, event: &Event<'_>) {
        self.print.add(event, &self.copy_key);
        stored_key(event, &mut self.key);
        let key = (self.key.as_str(), self.ordinal);
        row::encode(event, key, &mut self.texts, &mut self.rows.bytes);
        self.ordinal += 1;
        self.rows.end(partition_of(&self.key));
    }

    /// The record ends.
    pub fn end(&mut self, place: Place, rejected: bool) {
        match copies::encode(&self.print, place, rejected, &mut self.prints.bytes) {
            Some(bucket) => self.prints.end(bucket),
            None if self.print.search != 0 => {
                *self.searched.entry(self.print.search).or_default() += 1;
            }
            None => {}
        }
    }

    /// Every row with its partition.
    pub fn rows(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.rows.each()
    }

    /// Every fingerprint with its bucket.
    pub fn prints(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.prints.each()
    }

    /// Records without an id, per search session.
    pub fn searched(&self) -> impl Iterator<Item = (u64, u64)> {
        self.searched.iter().map(|(search, n)| (*search, *n))
    }
}

/// The key an event is stored under: its actor's, cut to a bound.
fn stored_key(event: &Event<'_>, key: &mut String) {
    *key = event.actor.key();
    if key.len() > KEY_BYTES_MAX {
        let end = (0..=KEY_BYTES_MAX)
            .rev()
            .find(|end| key.is_char_boundary(*end))
            .unwrap_or(0);
        key.truncate(end);
    }
}
