//! Intake: paths in, numbered spans, spilled events and accounting out.

pub mod progress;
pub mod sealing;
pub mod source;

use std::path::PathBuf;

use demarche_core::record::problem::Problem;

use crate::error::{Error, ErrorKind};
use crate::intake::progress::Progress;
use crate::intake::sealing::Sealing;
use crate::intake::source::Source;

/// How intake runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that is to become the case (`DIR.partial`); exists. Intake makes `spill/` in it.
    pub work: PathBuf,
    /// Keys the digests by which copies are found, so that no log can be made to collide.
    pub copy_key: [u8; 16],
    /// What hostile archives are held to.
    pub bounds: Bounds,
}

/// What hostile archives are held to, per file on disk.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Archives within archives, at most.
    pub depth_max: u32,
    /// Members of one file on disk, at most, nested ones included.
    pub members_max: u32,
    /// Decoded bytes of one source for each byte on disk, at most ...
    pub ratio_max: u64,
    /// ... once this many decoded bytes were seen.
    pub ratio_from_bytes: u64,
    /// Decoded bytes of one file on disk, all members together, at most.
    pub decoded_bytes_max: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            depth_max: 4,
            members_max: 100_000,
            ratio_max: 1_000,
            ratio_from_bytes: 256 << 20,
            decoded_bytes_max: 4 << 40,
        }
    }
}

/// What intake took in: sources, problems, and spilled rows waiting to be settled.
#[derive(Debug)]
pub struct Taken {
    /// Sources in order of their numbers, unknown files included.
    pub sources: Vec<Source>,
    /// Problems: one per rejected record and per file that could not be read, in order of place.
    pub problems: Vec<Problem>,
    /// The folder that is to become the case.
    pub work: PathBuf,
}

/// Takes in files and folders.
///
/// # Shape
/// Files come in command-line order, folders recursively in order of path bytes; members of
/// archives in order within it. Every file on disk becomes at least one source, or a problem
/// that names it while the rest goes on.
///
/// # Errors
/// A path that does not exist, a disk that is full, a seal that fails. Never for what is in a
/// file.
pub fn take(
    paths: &[PathBuf],
    options: &Options,
    sealing: &mut dyn Sealing,
    progress: &dyn Progress,
) -> Result<Taken, Error> {
    let _ = (paths, options, sealing, progress);
    Err(Error::new(
        ErrorKind::NothingToRead,
        "intake is not built yet",
        "signatures only; bodies follow within the hour",
    ))
}
