//! Rows on their way from intake to the sorted store.

pub(crate) mod copies;
pub(crate) mod fingerprint;
pub(crate) mod row;
pub(crate) mod rows;
pub(crate) mod short;
pub(crate) mod sorted;
pub(crate) mod texts;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rapidhash::v3::rapidhash_v3;

use crate::error::Error;
use crate::layout;
use crate::spill::copies::Copies;
use crate::spill::fingerprint::CopyKey;
use crate::spill::rows::Rows;
use crate::spill::sorted::{RUN_BYTES, Runs, RunsFile};

/// Takes rows and fingerprints in the order of their records.
pub(crate) struct Spill {
    partitions: Vec<RunsFile>,
    /// Room that runs are put in order in.
    gathered: Vec<u8>,
    copies: Copies,
    copy_key: CopyKey,
}

/// What was spilled, waiting to be settled.
#[derive(Debug)]
pub(crate) struct Spilled {
    /// The folder of the files.
    pub folder: PathBuf,
    /// Sorted runs of rows, partition by partition.
    pub partitions: Vec<Runs>,
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
fn rows_path(folder: &Path, partition: usize) -> PathBuf {
    folder.join(format!("rows-{partition:02}"))
}

/// The partition that a key's rows lie in. Part of the stored format: it must never change.
pub(crate) fn partition_of(key: &str) -> usize {
    (rapidhash_v3(key.as_bytes()) % layout::PARTITIONS as u64) as usize
}

impl Spill {
    /// Begins to spill into a folder that exists.
    pub fn create(folder: &Path, copy_key: [u8; 16]) -> Result<Spill, Error> {
        Spill::in_runs(folder, copy_key, RUN_BYTES)
    }

    /// Spills in runs of so many bytes (tests take small ones).
    pub fn in_runs(folder: &Path, copy_key: [u8; 16], run_bytes: usize) -> Result<Spill, Error> {
        let partitions = (0..layout::PARTITIONS)
            .map(|n| RunsFile::create(rows_path(folder, n), run_bytes))
            .collect::<Result<_, _>>()?;
        Ok(Spill {
            partitions,
            gathered: Vec::new(),
            copies: Copies::create(folder),
            copy_key: CopyKey::new(copy_key),
        })
    }

    /// What tells copies apart in this run.
    pub fn copy_key(&self) -> CopyKey {
        self.copy_key
    }

    /// Takes what some records came to.
    pub fn take(&mut self, rows: &Rows) -> Result<(), Error> {
        for (partition, row) in rows.rows() {
            self.partitions[partition].push(row, &mut self.gathered)?;
        }
        self.copies.take(rows)
    }

    /// Writes what is buffered.
    pub fn finish(mut self, folder: &Path) -> Result<Spilled, Error> {
        let mut partitions = Vec::with_capacity(self.partitions.len());
        for partition in self.partitions {
            partitions.push(partition.close(&mut self.gathered)?);
        }
        Ok(Spilled {
            folder: folder.to_owned(),
            partitions,
            searched: self.copies.finish()?,
            copy_key: self.copy_key,
        })
    }
}
