//! Rows on their way from intake to the sorted store.

pub(crate) mod copies;
pub(crate) mod fingerprint;
pub(crate) mod row;
pub(crate) mod sorted;
pub(crate) mod texts;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use demarche_core::event::event::Event;
use demarche_core::source::Form;
use demarche_core::vocab::place::Place;
use rapidhash::v3::rapidhash_v3;

use crate::error::Error;
use crate::layout;
use crate::spill::copies::Copies;
use crate::spill::fingerprint::{CopyKey, Fingerprint};

/// The longest key of an actor that rows are kept under; longer ones are cut (hostile input).
const KEY_BYTES_MAX: usize = 512;

/// Takes the events of records, record by record.
pub(crate) struct Spill {
    partitions: Vec<BufferedFile>,
    copies: Copies,
    copy_key: CopyKey,
    print: Fingerprint,
    row: Vec<u8>,
    ordinal: u32,
    n_events: u64,
}

/// What was spilled, waiting to be settled.
#[derive(Debug)]
pub(crate) struct Spilled {
    /// The folder of the files.
    pub folder: PathBuf,
    /// Copies of records without an id are not sought; these are counted per search session.
    pub searched: std::collections::BTreeMap<u64, u64>,
    pub copy_key: CopyKey,
}

/// A file that is written through a buffer; it knows its path for errors.
pub(crate) struct BufferedFile {
    path: PathBuf,
    file: BufWriter<File>,
}

impl BufferedFile {
    /// Creates a file, or empties the one that is there.
    pub fn create(path: PathBuf, buffer_bytes: usize) -> Result<BufferedFile, Error> {
        let file = File::create(&path).map_err(|cause| Error::disk(&path, &cause))?;
        Ok(BufferedFile {
            path,
            file: BufWriter::with_capacity(buffer_bytes, file),
        })
    }

    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file
            .write_all(bytes)
            .map_err(|cause| Error::disk(&self.path, &cause))
    }

    /// Writes what is buffered and closes the file.
    pub fn close(mut self) -> Result<(), Error> {
        self.file
            .flush()
            .map_err(|cause| Error::disk(&self.path, &cause))
    }
}

/// The file of a partition's rows.
pub(crate) fn rows_path(folder: &Path, partition: usize) -> PathBuf {
    folder.join(format!("rows-{partition:02}"))
}

/// The partition that a key's rows lie in. Part of the stored format: it must never change.
pub(crate) fn partition_of(key: &str) -> usize {
    (rapidhash_v3(key.as_bytes()) % layout::PARTITIONS as u64) as usize
}

impl Spill {
    /// Begins to spill into a folder that exists.
    pub fn create(folder: &Path, copy_key: [u8; 16]) -> Result<Spill, Error> {
        let partitions = (0..layout::PARTITIONS)
            .map(|n| BufferedFile::create(rows_path(folder, n), 128 << 10))
            .collect::<Result<_, _>>()?;
        let copy_key = CopyKey::new(copy_key);
        Ok(Spill {
            partitions,
            copies: Copies::create(folder),
            print: Fingerprint::default(),
            copy_key,
            row: Vec::new(),
            ordinal: 0,
            n_events: 0,
        })
    }

    /// A record begins.
    pub fn begin(&mut self, form: &'static Form) {
        self.print.clear(form.lossy);
        self.ordinal = 0;
    }

    /// One of its events.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.print.add(event, &self.copy_key);
        let key = stored_key(event);
        self.row.clear();
        self.row.extend_from_slice(&[0; 4]);
        row::encode(event, &key, self.ordinal, &mut self.row);
        let length = (self.row.len() - 4) as u32;
        self.row[..4].copy_from_slice(&length.to_le_bytes());
        self.ordinal += 1;
        self.n_events += 1;
        self.partitions[partition_of(&key)].write(&self.row)
    }

    /// The record ends.
    pub fn end(&mut self, place: Place, rejected: bool) -> Result<(), Error> {
        self.copies.push(&self.print, place, rejected)
    }

    /// Writes what is buffered.
    pub fn finish(self, folder: &Path) -> Result<Spilled, Error> {
        for partition in self.partitions {
            partition.close()?;
        }
        Ok(Spilled {
            folder: folder.to_owned(),
            searched: self.copies.finish()?,
            copy_key: self.copy_key,
        })
    }
}

/// The key an event is stored under: its actor's, cut to a bound.
fn stored_key(event: &Event<'_>) -> String {
    let mut key = event.actor.key();
    if key.len() > KEY_BYTES_MAX {
        let end = (0..=KEY_BYTES_MAX)
            .rev()
            .find(|end| key.is_char_boundary(*end))
            .unwrap_or(0);
        key.truncate(end);
    }
    key
}
