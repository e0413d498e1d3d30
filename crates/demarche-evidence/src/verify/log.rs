//! Checks a whole case log: entries, tiles, checkpoint, and checkpoints kept elsewhere.

use crate::checkpoint::{CheckpointError, Opened};
use crate::hash::{self, Digest};
use crate::note::{NOTE_BYTES_MAX, NoteError};
use crate::policy::{Policy, PolicyError};
use crate::tile::{self, BUNDLE_BYTES_MAX, Listing, Named, Tile, WIDTH};
use crate::tree;
use crate::verify::Faults;

/// Path of the checkpoint in a log.
const CHECKPOINT: &str = "checkpoint";

/// Files beside the log that carry no evidence: the lock, and what a crash left half written.
const LOCK: &str = "lock";
const UNFINISHED: &str = ".new";

/// A case log as it was found.
#[derive(Clone, Debug, Default)]
pub struct CheckedLog {
    /// The checkpoint, if one could be opened with the keys given.
    pub opened: Option<Opened>,
    /// The entries it stands for, as stored.
    pub entries: Vec<Vec<u8>>,
    /// What is wrong.
    pub faults: Faults,
}

/// Checks a log against a policy and against older checkpoints.
///
/// Every file under the log is read: one changed bit in any of them is a fault. A checkpoint given
/// in `older` that this log does not continue is named a rollback or a fork.
pub fn check(files: &impl Listing, policy: &Policy, older: &[Vec<u8>]) -> CheckedLog {
    let mut checked = CheckedLog::default();
    let Some(opened) = open(files, policy, &mut checked.faults) else {
        return checked;
    };
    let size = opened.checkpoint.size;
    if !opened.checkpoint.extensions.is_empty() {
        checked
            .faults
            .altered("checkpoint has extension lines, which this log never writes");
    }
    read_entries(files, size, &mut checked);
    let leaves: Vec<Digest> = checked
        .entries
        .iter()
        .map(|entry| hash::leaf(entry))
        .collect();
    if leaves.len() as u64 == size {
        if tree::root(leaves.iter().copied()) != opened.checkpoint.root {
            checked
                .faults
                .altered("entries do not lead to the checkpoint's root");
        }
        check_files(files, &leaves, &checked.entries, &mut checked.faults);
        for bytes in older {
            check_older(bytes, policy, &leaves, &mut checked.faults);
        }
    }
    checked.opened = Some(opened);
    checked
}

/// Opens the checkpoint by the policy.
fn open(files: &impl Listing, policy: &Policy, faults: &mut Faults) -> Option<Opened> {
    let bytes = match files.read(CHECKPOINT, NOTE_BYTES_MAX) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            faults.missing("checkpoint is missing");
            return None;
        }
        Err(cause) => {
            faults.missing(format!("checkpoint: {cause}"));
            return None;
        }
    };
    open_by(&bytes, policy, "checkpoint", faults)
}

/// Opens a checkpoint and says what its failing means.
pub(crate) fn open_by(
    bytes: &[u8],
    policy: &Policy,
    name: &str,
    faults: &mut Faults,
) -> Option<Opened> {
    let error = match policy.open(bytes) {
        Ok(opened) => return Some(opened),
        Err(error) => error,
    };
    let what = format!("{name}: {error}");
    let undecided = match &error {
        PolicyError::Checkpoint(error) => is_undecided(error),
        error => *error == PolicyError::QuorumNotMet,
    };
    if undecided {
        faults.missing(what)
    } else {
        faults.altered(what)
    }
    None
}

/// Whether a checkpoint fails for want of a key, not for a wrong byte.
pub(crate) fn is_undecided(error: &CheckpointError) -> bool {
    matches!(
        error,
        CheckpointError::NotByLog(_)
            | CheckpointError::Note(NoteError::NoKnownKey | NoteError::AmbiguousKey(_))
    )
}

/// Reads the bundles of a tree of `size` entries.
fn read_entries(files: &impl Listing, size: u64, checked: &mut CheckedLog) {
    let mut at = 0;
    while at < size {
        let width = (size - at).min(WIDTH) as u16;
        let path = tile::bundle_path(at / WIDTH, width);
        match files.read(&path, BUNDLE_BYTES_MAX) {
            Ok(Some(bundle)) => match tile::entries(&bundle, width) {
                Some(entries) => checked.entries.extend(entries.iter().map(|e| e.to_vec())),
                None => {
                    return checked
                        .faults
                        .altered(format!("{path} is not {width} entries"));
                }
            },
            Ok(None) => return checked.faults.missing(format!("{path} is missing")),
            Err(cause) => return checked.faults.missing(format!("{path}: {cause}")),
        }
        at += u64::from(width);
    }
}

/// Compares every tile and bundle that is there, and misses those that are not.
fn check_files(files: &impl Listing, leaves: &[Digest], entries: &[Vec<u8>], faults: &mut Faults) {
    let levels = levels(leaves);
    for (level, hashes) in levels.iter().enumerate() {
        for (number, row) in hashes.chunks(WIDTH as usize).enumerate() {
            let tile = Tile {
                level: level as u8,
                number: number as u64,
                width: row.len() as u16,
            };
            if !matches!(
                files.read(&tile.to_string(), tile.n_bytes()),
                Ok(Some(_)) | Err(_)
            ) {
                faults.missing(format!("{tile} is missing"));
            }
        }
    }
    let paths = match files.paths() {
        Ok(paths) => paths,
        Err(cause) => return faults.missing(format!("files of the log: {cause}")),
    };
    for path in paths {
        let expected = match tile::named(&path) {
            Some(Named::Tile(tile)) => tile_bytes(&levels, tile),
            Some(Named::Bundle(number, width)) => bundle_bytes(entries, number, width),
            None if path == CHECKPOINT || path == LOCK => continue,
            None if path.ends_with(UNFINISHED) => {
                faults.note(format!("{path} was left by an interrupted write"));
                continue;
            }
            None => {
                faults.altered(format!("{path} does not belong to the log"));
                continue;
            }
        };
        match (expected, files.read(&path, BUNDLE_BYTES_MAX)) {
            (Some(expected), Ok(Some(found))) if expected == found => {}
            (Some(_), Ok(Some(_))) => faults.altered(format!("{path} is not what it was")),
            (None, Ok(_)) => faults.note(format!("{path} lies beyond the checkpoint")),
            (_, Ok(None)) => faults.missing(format!("{path} is missing")),
            (_, Err(cause)) => faults.missing(format!("{path}: {cause}")),
        }
    }
}

/// Hashes of each level of tiles.
fn levels(leaves: &[Digest]) -> Vec<Vec<Digest>> {
    let mut levels = vec![leaves.to_vec()];
    while let Some(below) = levels.last().filter(|level| level.len() as u64 >= WIDTH) {
        let full = below.chunks_exact(WIDTH as usize);
        levels.push(full.map(|row| tree::root(row.iter().copied())).collect());
    }
    levels
}

/// The bytes a tile must have; `None` beyond the tree.
fn tile_bytes(levels: &[Vec<Digest>], tile: Tile) -> Option<Vec<u8>> {
    let row = levels.get(usize::from(tile.level))?;
    let first = usize::try_from(tile.number.checked_mul(WIDTH)?).ok()?;
    let row = row.get(first..first.checked_add(usize::from(tile.width))?)?;
    Some(row.iter().flat_map(|hash| hash.0).collect())
}

/// The bytes a bundle must have; `None` beyond the tree.
fn bundle_bytes(entries: &[Vec<u8>], number: u64, width: u16) -> Option<Vec<u8>> {
    let first = usize::try_from(number.checked_mul(WIDTH)?).ok()?;
    let within = entries.get(first..first.checked_add(usize::from(width))?)?;
    let mut bundle = Vec::new();
    within
        .iter()
        .all(|entry| tile::push_entry(&mut bundle, entry))
        .then_some(bundle)
}

/// Holds a checkpoint kept elsewhere against this log.
fn check_older(bytes: &[u8], policy: &Policy, leaves: &[Digest], faults: &mut Faults) {
    let logs = Policy::of_logs(policy.logs().to_vec());
    let Some(opened) = open_by(bytes, &logs, "checkpoint given", faults) else {
        return;
    };
    let head = opened.checkpoint;
    match usize::try_from(head.size)
        .ok()
        .and_then(|size| leaves.get(..size))
    {
        None => faults.altered(format!(
            "rollback: a checkpoint of {} entries was signed, the log has {}",
            head.size,
            leaves.len()
        )),
        Some(leaves) if tree::root(leaves.iter().copied()) != head.root => faults.altered(format!(
            "fork: a checkpoint of {} entries was signed with another root, {}",
            head.size, head.root
        )),
        Some(_) => {}
    }
}
