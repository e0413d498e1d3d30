//! Intake: paths in, numbered spans, spilled events and accounting out.

pub mod again;
mod batch;
mod decode;
mod facts;
mod feed;
mod magic;
mod on_disk;
pub mod progress;
mod readers;
mod recognise;
pub(crate) mod rejects;
pub mod sealing;
pub mod source;
mod text;
pub mod told;
mod unpack;
mod walk;
pub mod watch;
mod window;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use demarche_core::record::problem::Problem;

use crate::error::Error;
use crate::intake::decode::{Decoder, Said};
use crate::intake::feed::Feed;
use crate::intake::progress::Progress;
use crate::intake::readers::Readers;
use crate::intake::rejects::Rejects;
use crate::intake::sealing::Sealing;
use crate::intake::source::Source;
use crate::intake::told::Told;
use crate::intake::watch::Watch;
use crate::layout;
use crate::spill::{Spill, Spilled};

/// How intake runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder that is to become the case (`DIR.partial`); exists. Intake makes `spill/` in it.
    pub work: PathBuf,
    /// Folders under the paths that are not sources, such as the case itself.
    pub skip: Vec<PathBuf>,
    /// Keys the digests by which copies are found, so that no log can be made to collide.
    pub copy_key: [u8; 16],
    /// What hostile archives are held to.
    pub bounds: Bounds,
    /// What the run is told about its sources.
    pub told: Told,
    /// Who looks on.
    pub watch: Option<Arc<dyn Watch>>,
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
    /// Problems: one per rejected record and per file that could not be read, in order of place;
    /// the first ten thousand. All of them are in `rejects.jsonl`.
    pub problems: Vec<Problem>,
    /// How many problems there are in all.
    pub n_problems: u64,
    /// The folder that is to become the case.
    pub work: PathBuf,
    /// Rows and fingerprints on disk.
    pub(crate) spilled: Spilled,
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
    let found = walk::walk(paths, &options.skip)?;
    progress.total(found.iter().map(|file| file.bytes).sum());
    let spool = options.work.join(layout::SPILL);
    if spool.exists() {
        fs::remove_dir_all(&spool).map_err(|cause| Error::disk(&spool, &cause))?;
    }
    fs::create_dir_all(&spool).map_err(|cause| Error::disk(&spool, &cause))?;
    let rejects = Rejects::create(&options.work)?;
    let spill = Spill::create(&spool, options.copy_key)?;
    let copy_key = spill.copy_key();
    let (out, said) = std::sync::mpsc::sync_channel(BLOCKS_AHEAD);
    let (used, emptied) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        let decoder = Decoder {
            bounds: options.bounds,
            spool: spool.clone(),
            progress,
            out,
            emptied,
        };
        let readers = Readers::start(scope, copy_key, options.watch.as_ref());
        let mut feed = Feed::new(sealing, progress, (spill, rejects), (readers, used));
        feed.told.clone_from(&options.told);
        feed.watch.clone_from(&options.watch);
        scope.spawn(move || found.iter().try_for_each(|file| decoder.file(file)));
        // Where this fails, the receiver is dropped and the decoder stops at its next word.
        said.into_iter()
            .try_for_each(|said| hear(&mut feed, said))?;
        let (problems, n_problems) = feed.rejects.finish()?;
        Ok(Taken {
            sources: feed.sources,
            problems,
            n_problems,
            work: options.work.clone(),
            spilled: feed.spill.finish(&spool)?,
        })
    })
}

/// Blocks that the decoder may be ahead.
const BLOCKS_AHEAD: usize = 8;

fn hear(feed: &mut Feed<'_>, said: Said) -> Result<(), Error> {
    match said {
        Said::Begin { name, path } => feed.begin(name, path),
        Said::Block(block) => feed.block(block),
        Said::End {
            bytes,
            digests,
            refusal,
        } => feed.end(bytes, digests, refusal),
    }
}
