//! Fingerprints on disk, in buckets by id, and the verdict on each group of copies.
//!
//! The verdict depends on the copies alone, never on the order they came in: they are ranked
//! (read before rejected, whole before lossy, more fields before fewer, then source and leaf),
//! and each is held against those kept before it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::vocab::place::Place;

use crate::beside;
use crate::error::Error;
use crate::spill::BufferedFile;
use crate::spill::fingerprint::{Fingerprint, N_FIELDS};
use crate::spill::rows::Rows;

/// Files that fingerprints are spread over, so that one fits in memory.
const BUCKETS: usize = 256;

// The bucket of an entry travels in one byte.
const _: () = assert!(BUCKETS <= 256);

/// Differing copies of one record that are held against one another, at most.
const DIFFERING_MAX: usize = 64;

/// Writes fingerprints.
pub(crate) struct Copies {
    folder: PathBuf,
    buckets: Vec<Option<BufferedFile>>,
    searched: BTreeMap<u64, u64>,
}

fn bucket_path(folder: &Path, bucket: usize) -> PathBuf {
    folder.join(format!("copies-{bucket:03}"))
}

impl Copies {
    /// Begins in a folder that exists; files are made when they are needed.
    pub fn create(folder: &Path) -> Copies {
        Copies {
            folder: folder.to_owned(),
            buckets: (0..BUCKETS).map(|_| None).collect(),
            searched: BTreeMap::new(),
        }
    }

    /// Takes the fingerprints of some records.
    pub fn take(&mut self, rows: &Rows) -> Result<(), Error> {
        for (search, n) in rows.searched() {
            *self.searched.entry(search).or_default() += n;
        }
        for (bucket, entry) in rows.prints() {
            let file = match &mut self.buckets[bucket] {
                Some(file) => file,
                none => none.insert(BufferedFile::create(
                    bucket_path(&self.folder, bucket),
                    16 << 10,
                )?),
            };
            file.write(entry)?;
        }
        Ok(())
    }

    /// Writes what is buffered; returns the records without id that search sessions delivered.
    pub fn finish(self) -> Result<BTreeMap<u64, u64>, Error> {
        for bucket in self.buckets.into_iter().flatten() {
            bucket.close()?;
        }
        Ok(self.searched)
    }
}

/// Appends one record's entry and returns its bucket; `None` for a record without an id.
pub(crate) fn encode(
    print: &Fingerprint,
    place: Place,
    rejected: bool,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let id = print.id?;
    out.extend_from_slice(&id.to_le_bytes());
    out.extend_from_slice(&place.leaf.to_le_bytes());
    out.extend_from_slice(&place.source.0.to_le_bytes());
    out.extend_from_slice(&print.search.to_le_bytes());
    let rank = u8::from(rejected) << 1 | u8::from(print.lossy);
    out.extend_from_slice(&[rank, print.n_present()]);
    let (mut present, mut n_fields) = (0_u64, 0);
    let mut fields = [[0; 4]; N_FIELDS];
    for (place, field) in print.fields.iter().enumerate().take(N_FIELDS) {
        // Written whether it is there or not, and over again where it was not.
        fields[n_fields] = field.to_le_bytes();
        n_fields += usize::from(*field != 0);
        present |= u64::from(*field != 0) << place;
    }
    out.extend_from_slice(&present.to_le_bytes());
    out.extend_from_slice(fields[..n_fields].as_flattened());
    Some((id >> 120) as usize % BUCKETS)
}

/// Marks of leaves, source by source.
#[derive(Debug, Default)]
pub(crate) struct Marked(BTreeMap<u32, Vec<u64>>);

impl Marked {
    fn mark(&mut self, source: u32, leaf: u64) {
        let bits = self.0.entry(source).or_default();
        let word = (leaf / 64) as usize;
        if bits.len() <= word {
            bits.resize(word + 1, 0);
        }
        bits[word] |= 1 << (leaf % 64);
    }

    fn join(&mut self, other: Marked) {
        for (source, theirs) in other.0 {
            let bits = self.0.entry(source).or_default();
            bits.resize(bits.len().max(theirs.len()), 0);
            for (mine, theirs) in bits.iter_mut().zip(theirs) {
                *mine |= theirs;
            }
        }
    }

    /// Whether a leaf is marked.
    pub fn holds(&self, source: u32, leaf: u64) -> bool {
        self.0
            .get(&source)
            .and_then(|bits| bits.get((leaf / 64) as usize))
            .is_some_and(|word| word & (1 << (leaf % 64)) != 0)
    }

    /// All marked leaves in order.
    pub fn all(&self) -> impl Iterator<Item = (u32, u64)> {
        self.0.iter().flat_map(|(source, bits)| {
            (0..bits.len() as u64 * 64)
                .filter(|leaf| bits[(leaf / 64) as usize] & (1 << (leaf % 64)) != 0)
                .map(|leaf| (*source, leaf))
        })
    }
}

/// What became of copies.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// Records whose events are not kept.
    pub dropped: Marked,
    /// Kept records that another copy contradicts.
    pub conflicting: Marked,
    /// Read records that are copies of a kept one, per source.
    pub duplicates: BTreeMap<u32, u64>,
    /// Distinct records per search session.
    pub searched: BTreeMap<u64, u64>,
    /// Leaf pairs that contradict: a kept record and the first one kept of its group.
    pub contradictions: Vec<((u32, u64), (u32, u64))>,
}

/// One fingerprint as read back.
struct Entry<'b> {
    id: u128,
    leaf: u64,
    source: u32,
    search: u64,
    rank: u8,
    n_present: u8,
    present: u64,
    fields: &'b [u8],
}

const REJECTED: u8 = 2;

/// Buckets that one processor judges in a row.
const BUCKETS_A_TURN: usize = 16;

/// Judges every group of copies, bucket by bucket; a bucket that was judged is removed.
pub(crate) fn judge(folder: &Path, searched: &BTreeMap<u64, u64>) -> Result<Verdicts, Error> {
    let mut verdicts = Verdicts {
        searched: searched.clone(),
        ..Verdicts::default()
    };
    let turns: Vec<usize> = (0..BUCKETS).step_by(BUCKETS_A_TURN).collect();
    let mut failed = None;
    beside::in_turn(
        &turns,
        |first| {
            let mut verdicts = Verdicts::default();
            let mut buckets = *first..first + BUCKETS_A_TURN;
            buckets.try_for_each(|bucket| verdicts.bucket(&bucket_path(folder, bucket)))?;
            Ok(verdicts)
        },
        |judged: Result<Verdicts, Error>| match judged {
            Ok(part) => verdicts.join(part),
            Err(cause) => failed = failed.take().or(Some(cause)),
        },
    );
    if let Some(cause) = failed {
        return Err(cause);
    }
    verdicts.contradictions.sort_unstable();
    Ok(verdicts)
}

impl Verdicts {
    fn bucket(&mut self, path: &Path) -> Result<(), Error> {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(cause) => return Err(Error::disk(path, &cause)),
        };
        fs::remove_file(path).map_err(|cause| Error::disk(path, &cause))?;
        let mut entries =
            entries(&bytes).ok_or_else(|| Error::format(path, "a fingerprint is cut short"))?;
        entries.sort_unstable_by_key(|entry| {
            let fewer = u8::MAX - entry.n_present;
            (entry.id, entry.rank, fewer, entry.source, entry.leaf)
        });
        for group in entries.chunk_by(|a, b| a.id == b.id) {
            self.group(group);
        }
        Ok(())
    }

    /// Takes in what became of the copies of other buckets.
    fn join(&mut self, other: Verdicts) {
        self.dropped.join(other.dropped);
        self.conflicting.join(other.conflicting);
        for (source, n) in other.duplicates {
            *self.duplicates.entry(source).or_default() += n;
        }
        for (session, n) in other.searched {
            *self.searched.entry(session).or_default() += n;
        }
        self.contradictions.extend(other.contradictions);
    }

    fn group(&mut self, group: &[Entry<'_>]) {
        // Nearly every record came once.
        if let [only] = group {
            if only.search != 0 {
                *self.searched.entry(only.search).or_default() += 1;
            }
            return;
        }
        self.count_searches(group);
        let mut kept: Vec<&Entry<'_>> = Vec::new();
        for entry in group {
            let Some(first) = kept.first() else {
                kept.push(entry);
                continue;
            };
            if entry.rank & REJECTED != 0 {
                // What was salvaged of a record that is there in full adds nothing.
                self.dropped.mark(entry.source, entry.leaf);
            } else if kept.iter().any(|other| agree(entry, other)) {
                self.dropped.mark(entry.source, entry.leaf);
                *self.duplicates.entry(entry.source).or_default() += 1;
            } else {
                let place = |entry: &Entry<'_>| (entry.source, entry.leaf);
                self.conflicting.mark(first.source, first.leaf);
                self.conflicting.mark(entry.source, entry.leaf);
                self.contradictions.push((place(entry), place(first)));
                if kept.len() < DIFFERING_MAX {
                    kept.push(entry);
                }
            }
        }
    }

    /// Counts the group once for each search session that delivered it.
    fn count_searches(&mut self, group: &[Entry<'_>]) {
        let mut sessions: Vec<u64> = group.iter().map(|entry| entry.search).collect();
        sessions.sort_unstable();
        sessions.dedup();
        for session in sessions.into_iter().filter(|session| *session != 0) {
            *self.searched.entry(session).or_default() += 1;
        }
    }
}

/// Whether no field that both have differs.
fn agree(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let (mut of_a, mut of_b) = (a.fields.chunks_exact(4), b.fields.chunks_exact(4));
    for field in 0..N_FIELDS {
        let bit = 1 << field;
        let left = (a.present & bit != 0).then(|| of_a.next()).flatten();
        let right = (b.present & bit != 0).then(|| of_b.next()).flatten();
        if let (Some(left), Some(right)) = (left, right)
            && left != right
        {
            return false;
        }
    }
    true
}

fn entries(mut bytes: &[u8]) -> Option<Vec<Entry<'_>>> {
    let mut all = Vec::new();
    while !bytes.is_empty() {
        let mut take = |n: usize| {
            let (taken, rest) = bytes.split_at_checked(n)?;
            bytes = rest;
            Some(taken)
        };
        let id = u128::from_le_bytes(take(16)?.try_into().ok()?);
        let leaf = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let source = u32::from_le_bytes(take(4)?.try_into().ok()?);
        let search = u64::from_le_bytes(take(8)?.try_into().ok()?);
        let (rank, n_present) = match take(2)? {
            [rank, n_present] => (*rank, *n_present),
            _ => return None,
        };
        let present = u64::from_le_bytes(take(8)?.try_into().ok()?);
        all.push(Entry {
            id,
            leaf,
            source,
            search,
            rank,
            n_present,
            present,
            fields: take(present.count_ones() as usize * 4)?,
        });
    }
    Some(all)
}
