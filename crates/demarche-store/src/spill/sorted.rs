//! A partition's rows in order, in bounded memory: sorted runs, merged.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::spill::BufferedFile;
use crate::spill::row::{self, SortKey};

/// Bytes of rows that are sorted at once.
pub(crate) const RUN_BYTES: usize = 48 << 20;

/// Hands over the rows of a file in order of their sort keys, without those that `drops` names.
///
/// # Errors
/// Where the file cannot be read or a run cannot be written.
pub(crate) fn each(
    path: &Path,
    run_bytes: usize,
    drops: &dyn Fn(&SortKey<'_>) -> bool,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut reader = Rows::open(path)?;
    let mut run = Run::default();
    let mut runs: Vec<PathBuf> = Vec::new();
    while reader.next()? {
        let key = row::sort_key(&reader.row)
            .ok_or_else(|| Error::format(path, "a spilled row is cut short"))?;
        if drops(&key) {
            continue;
        }
        run.push(&reader.row);
        if run.bytes.len() >= run_bytes {
            let run_path = path.with_extension(format!("run{}", runs.len()));
            let mut file = BufferedFile::create(run_path.clone(), 256 << 10)?;
            run.each(&mut |row| {
                file.write(&(row.len() as u32).to_le_bytes())?;
                file.write(row)
            })?;
            file.close()?;
            runs.push(run_path);
            run.clear();
        }
    }
    if runs.is_empty() {
        return run.each(take);
    }
    merge(&runs, &mut run, take)?;
    for path in &runs {
        std::fs::remove_file(path).map_err(|cause| Error::disk(path, &cause))?;
    }
    Ok(())
}

/// Merges sorted runs on disk with the last one in memory.
fn merge(
    runs: &[PathBuf],
    last: &mut Run,
    take: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut heads = Vec::new();
    for path in runs {
        let mut rows = Rows::open(path)?;
        if rows.next()? {
            heads.push(rows);
        }
    }
    let mut pour = |below: Option<&[u8]>, heads: &mut Vec<Rows>| -> Result<(), Error> {
        // Runs are few: one for each so many megabytes of a partition.
        while let Some(least) = (0..heads.len()).min_by_key(|n| row::sort_key(&heads[*n].row)) {
            let goes = match below {
                Some(limit) => row::sort_key(&heads[least].row) < row::sort_key(limit),
                None => true,
            };
            if !goes {
                break;
            }
            take(&heads[least].row)?;
            if !heads[least].next()? {
                heads.swap_remove(least);
            }
        }
        match below {
            Some(row) => take(row),
            None => Ok(()),
        }
    };
    last.each(&mut |row| pour(Some(row), &mut heads))?;
    pour(None, &mut heads)
}

/// Rows in memory.
#[derive(Default)]
struct Run {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Run {
    fn push(&mut self, row: &[u8]) {
        self.bytes.extend_from_slice(row);
        self.ends.push(self.bytes.len());
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn each(&self, take: &mut dyn FnMut(&[u8]) -> Result<(), Error>) -> Result<(), Error> {
        let mut from = 0;
        let mut index: Vec<(Option<SortKey<'_>>, &[u8])> = Vec::with_capacity(self.ends.len());
        for end in &self.ends {
            let row = &self.bytes[from..*end];
            index.push((row::sort_key(row), row));
            from = *end;
        }
        index.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (_, row) in index {
            take(row)?;
        }
        Ok(())
    }
}

/// Reads rows one after the other.
struct Rows {
    path: PathBuf,
    file: BufReader<File>,
    row: Vec<u8>,
}

impl Rows {
    fn open(path: &Path) -> Result<Rows, Error> {
        let file = File::open(path).map_err(|cause| Error::disk(path, &cause))?;
        Ok(Rows {
            path: path.to_owned(),
            file: BufReader::with_capacity(256 << 10, file),
            row: Vec::new(),
        })
    }

    /// Reads the next row; `false` at the end.
    fn next(&mut self) -> Result<bool, Error> {
        let mut length = [0; 4];
        match self.file.read_exact(&mut length) {
            Ok(()) => {}
            Err(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(false),
            Err(cause) => return Err(Error::disk(&self.path, &cause)),
        }
        self.row.resize(u32::from_le_bytes(length) as usize, 0);
        self.file
            .read_exact(&mut self.row)
            .map_err(|cause| Error::disk(&self.path, &cause))?;
        Ok(true)
    }
}
