//! A partition's rows in order, in bounded memory: runs sorted when spilled, merged when settled.
//!
//! Rows are written once and read once, however many there are: a run is sorted before it is
//! written, and all runs of a partition are merged at once. On disk a row is told by what differs from
//! the row before it in its run.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::spill::row::{self, SortKey};
use crate::spill::short::{Shape, restore, shorten};

/// Bytes of rows that are sorted at once; each partition holds so many.
pub(crate) const RUN_BYTES: usize = 4 << 20;

/// Bytes that the runs of a partition may hold together while they are merged, ...
const HEADS_BYTES: usize = 16 << 20;
/// ... and one run at the least and at the most.
const HEAD_BYTES: (usize, usize) = (16 << 10, 256 << 10);

/// Where a partition's sorted runs lie.
#[derive(Clone, Debug)]
pub(crate) struct Runs {
    path: PathBuf,
    /// Where each run ends in the file.
    ends: Vec<u64>,
}

impl Runs {
    /// Bytes of all its runs.
    pub fn bytes(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Removes the file.
    pub fn remove(&self) -> Result<(), Error> {
        std::fs::remove_file(&self.path).map_err(|cause| Error::disk(&self.path, &cause))
    }
}

/// Writes a partition's rows in sorted runs.
pub(crate) struct RunsFile {
    runs: Runs,
    file: File,
    run_bytes: usize,
    rows: Vec<u8>,
    index: Vec<Place>,
    /// Keys of actors in the order in which the run met them.
    actors: Vec<String>,
    numbers: HashMap<String, u32>,
}

/// A row of the run under way: what it is sorted by, and where its bytes are.
#[derive(Clone, Copy)]
struct Place {
    actor: u32,
    ordinal: u32,
    micros: i64,
    leaf: u64,
    source: u32,
    length: u32,
    at: usize,
}

impl RunsFile {
    /// Creates the file; runs end at so many bytes.
    pub fn create(path: PathBuf, run_bytes: usize) -> Result<RunsFile, Error> {
        let file = File::create(&path).map_err(|cause| Error::disk(&path, &cause))?;
        Ok(RunsFile {
            runs: Runs {
                path,
                ends: Vec::new(),
            },
            file,
            run_bytes,
            rows: Vec::new(),
            index: Vec::new(),
            actors: Vec::new(),
            numbers: HashMap::new(),
        })
    }

    /// Adds a row; `gathered` is room that runs are put in order in.
    pub fn push(&mut self, row: &[u8], gathered: &mut Vec<u8>) -> Result<(), Error> {
        if !self.rows.is_empty() && self.rows.len() + row.len() > self.run_bytes {
            self.end_run(gathered)?;
        }
        if self.rows.capacity() == 0 {
            self.rows.reserve(self.run_bytes.min(RUN_BYTES));
        }
        let key = row::sort_key(row).ok_or_else(|| cut_short(&self.runs.path))?;
        let actor = match self.numbers.get(key.key) {
            Some(number) => *number,
            None => {
                let number = self.actors.len() as u32;
                self.actors.push(key.key.to_owned());
                self.numbers.insert(key.key.to_owned(), number);
                number
            }
        };
        self.index.push(Place {
            actor,
            ordinal: key.ordinal,
            micros: key.micros,
            leaf: key.leaf,
            source: key.source,
            length: row.len() as u32,
            at: self.rows.len(),
        });
        self.rows.extend_from_slice(row);
        Ok(())
    }

    fn end_run(&mut self, gathered: &mut Vec<u8>) -> Result<(), Error> {
        let mut in_order: Vec<u32> = (0..self.actors.len() as u32).collect();
        in_order.sort_unstable_by_key(|actor| &self.actors[*actor as usize]);
        let mut ranks = vec![0; in_order.len()];
        for (rank, actor) in in_order.into_iter().enumerate() {
            ranks[actor as usize] = rank as u32;
        }
        for place in &mut self.index {
            place.actor = ranks[place.actor as usize];
        }
        self.index
            .sort_unstable_by_key(|p| (p.actor, p.micros, p.source, p.leaf, p.ordinal));
        gathered.clear();
        let mut before: Option<(&[u8], Shape)> = None;
        for place in &self.index {
            let at = gathered.len();
            gathered.extend_from_slice(&[0; 4]);
            let row = &self.rows[place.at..place.at + place.length as usize];
            let shape = Shape::of(row).ok_or_else(|| cut_short(&self.runs.path))?;
            let other = before.as_ref().map(|(row, shape)| (*row, shape));
            shorten((row, &shape), other, gathered).ok_or_else(|| cut_short(&self.runs.path))?;
            let length = (gathered.len() - at - 4) as u32;
            gathered[at..at + 4].copy_from_slice(&length.to_le_bytes());
            before = Some((row, shape));
        }
        let written = self.file.write_all(gathered);
        written.map_err(|cause| Error::disk(&self.runs.path, &cause))?;
        let from = self.runs.bytes();
        self.runs.ends.push(from + gathered.len() as u64);
        self.rows.clear();
        self.index.clear();
        self.actors.clear();
        self.numbers.clear();
        Ok(())
    }

    /// Writes what is left; returns where the runs lie.
    pub fn close(mut self, gathered: &mut Vec<u8>) -> Result<Runs, Error> {
        if !self.index.is_empty() {
            self.end_run(gathered)?;
        }
        Ok(self.runs)
    }
}

fn cut_short(path: &Path) -> Error {
    Error::format(path, "a spilled row is cut short")
}

/// Takes a row and what it was sorted by.
pub(crate) type Take<'t> = dyn FnMut(&SortKey<'_>, &[u8]) -> Result<(), Error> + 't;

/// Hands over the rows of a partition in order of their sort keys.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn each(runs: &Runs, take: &mut Take<'_>) -> Result<(), Error> {
    let mut file = File::open(&runs.path).map_err(|cause| Error::disk(&runs.path, &cause))?;
    let room = HEADS_BYTES / runs.ends.len().max(1);
    let room = room.clamp(HEAD_BYTES.0, HEAD_BYTES.1);
    let mut from = 0;
    // The head with the least row is last.
    let mut heads: Vec<Box<Head>> = Vec::new();
    for end in &runs.ends {
        let mut head = Box::new(Head::new(from..*end, room));
        if head.next(&mut file, &runs.path)? {
            heads.push(head);
        }
        from = *end;
    }
    heads.sort_by(|a, b| b.order(a));
    while let Some(mut head) = heads.pop() {
        loop {
            take(&head.key(), head.row())?;
            if !head.next(&mut file, &runs.path)? {
                break;
            }
            let goes_on = heads
                .last()
                .is_none_or(|next| head.order(next) != Ordering::Greater);
            if !goes_on {
                let at = heads.partition_point(|other| other.order(&head) == Ordering::Greater);
                heads.insert(at, head);
                break;
            }
        }
    }
    Ok(())
}

/// The current row of one run.
struct Head {
    /// What is not read yet of the run.
    left: std::ops::Range<u64>,
    buffer: Vec<u8>,
    room: usize,
    /// Where what is not used yet begins in the buffer.
    next: usize,
    /// The row and its shape, and room for the next one.
    row: Vec<u8>,
    shape: Shape,
    spare: Vec<u8>,
    /// The actor's key in the row.
    actor: std::ops::Range<usize>,
    /// The first bytes of the actor's key, so that most comparisons end with them.
    actor_first: u64,
    numbers: (i64, u32, u64, u32),
}

impl Head {
    fn new(left: std::ops::Range<u64>, room: usize) -> Head {
        Head {
            left,
            buffer: Vec::new(),
            room,
            next: 0,
            row: Vec::new(),
            shape: Shape::default(),
            spare: Vec::new(),
            actor: 0..0,
            actor_first: 0,
            numbers: (0, 0, 0, 0),
        }
    }

    fn row(&self) -> &[u8] {
        &self.row
    }

    fn actor(&self) -> &[u8] {
        &self.row()[self.actor.clone()]
    }

    fn key(&self) -> SortKey<'_> {
        let (micros, source, leaf, ordinal) = self.numbers;
        SortKey {
            // The key was read as text when the row was.
            key: std::str::from_utf8(self.actor()).unwrap_or(""),
            micros,
            source,
            leaf,
            ordinal,
        }
    }

    fn order(&self, other: &Head) -> Ordering {
        self.actor_first
            .cmp(&other.actor_first)
            .then_with(|| self.actor().cmp(other.actor()))
            .then_with(|| self.numbers.cmp(&other.numbers))
    }

    /// Goes to the next row; `false` at the end of the run.
    fn next(&mut self, file: &mut File, path: &Path) -> Result<bool, Error> {
        if !self.holds(4) && !self.fill(4, file, path)? {
            return Ok(false);
        }
        let length: [u8; 4] = match self.buffer[self.next..self.next + 4].try_into() {
            Ok(length) => length,
            Err(_) => return Err(cut_short(path)),
        };
        self.next += 4;
        let length = u32::from_le_bytes(length) as usize;
        if !self.holds(length) && !self.fill(length, file, path)? {
            return Err(cut_short(path));
        }
        let short = &self.buffer[self.next..self.next + length];
        self.next += length;
        let shape = restore(short, (&self.row, &self.shape), &mut self.spare);
        self.shape = shape.ok_or_else(|| cut_short(path))?;
        std::mem::swap(&mut self.row, &mut self.spare);
        let row = &self.row;
        let key = row::sort_key(row).ok_or_else(|| cut_short(path))?;
        let start = (key.key.as_ptr() as usize).wrapping_sub(row.as_ptr() as usize);
        self.numbers = (key.micros, key.source, key.leaf, key.ordinal);
        self.actor_first = first_bytes(key.key.as_bytes());
        // The key of nobody is empty, wherever it stands.
        self.actor = match key.key.len() {
            0 => 0..0,
            length => start..start + length,
        };
        Ok(true)
    }

    fn holds(&self, n: usize) -> bool {
        self.buffer.len() - self.next >= n
    }

    /// Reads on, so that what is not used yet stands first and is at least `n` bytes; `false` where
    /// nothing is left.
    fn fill(&mut self, n: usize, file: &mut File, path: &Path) -> Result<bool, Error> {
        self.buffer.drain(..self.next);
        self.next = 0;
        let held = self.buffer.len();
        let left = self.left.end - self.left.start;
        let wanted = (n.max(self.room).saturating_sub(held) as u64).min(left) as usize;
        if held + wanted < n {
            return if held == 0 {
                Ok(false)
            } else {
                Err(cut_short(path))
            };
        }
        self.buffer.resize(held + wanted, 0);
        let read = file
            .seek(SeekFrom::Start(self.left.start))
            .and_then(|_| file.read_exact(&mut self.buffer[held..]));
        read.map_err(|cause| Error::disk(path, &cause))?;
        self.left.start += wanted as u64;
        Ok(true)
    }
}

/// The first eight bytes of a key as a number that orders like them.
fn first_bytes(key: &[u8]) -> u64 {
    let mut first = [0; 8];
    let n = key.len().min(8);
    first[..n].copy_from_slice(&key[..n]);
    u64::from_be_bytes(first)
}
