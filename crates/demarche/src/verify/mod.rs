//! Checks a case or a pack; three lines that are never merged: bytes, log, judgement.
//!
//! Invariants: only readers are imported (a test looks); no key is taken from what is checked; a
//! missing file is never "altered", and a wrong byte never "cannot decide".

pub mod case;
pub mod claims;
pub mod concealed;
pub mod folder;
pub mod outputs;
pub mod pack;
pub mod report;
pub mod sources;
pub mod stamps;
#[cfg(test)]
mod tests;
pub mod trust;

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::verify::report::Checked;

/// What a check is given besides the case or pack.
#[derive(Clone, Debug)]
pub struct Given {
    /// Keys of the log and its witnesses, and the quorum.
    pub policy: demarche_evidence::policy::Policy,
    /// Checkpoints kept elsewhere, with the names of their files.
    pub older: Vec<(String, Vec<u8>)>,
    /// Authorities of time stamps that are trusted.
    pub authorities: stamps::Authorities,
    /// Where to look, by hash, for sources that have moved.
    pub sources: Option<PathBuf>,
    /// A folder for what has to be laid out while archives within archives are read.
    pub spool: PathBuf,
}

/// What kind of thing is to be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A case folder.
    Case,
    /// A pack, as it was made.
    Pack,
    /// A pack that was unpacked.
    UnpackedPack,
}

/// Tells a case from a pack.
///
/// # Errors
/// A path that is not there, and one that is neither.
pub fn kind(path: &Path) -> Result<Kind> {
    if path.is_file() {
        return Ok(Kind::Pack);
    }
    if path.join("bagit.txt").is_file() || path.join("manifest-sha256.txt").is_file() {
        return Ok(Kind::UnpackedPack);
    }
    if path.join(crate::evidence::layout::EVIDENCE).is_dir() || path.join("case.json").is_file() {
        return Ok(Kind::Case);
    }
    let what = format!("{} is neither a case nor a pack", path.display());
    Err(Error::undecided(what)
        .hint("give the folder that examine made, or the file that disclose made"))
}

/// Checks whatever lies at a path; the judgement is not run again here.
///
/// # Errors
/// A path that is neither a case nor a pack, or cannot be read at all.
pub fn check(path: &Path, given: &Given) -> Result<Checked> {
    match kind(path)? {
        Kind::Case => Ok(case::check(path, given)),
        Kind::Pack => pack::check_archive(path, given),
        Kind::UnpackedPack => pack::check_folder(path, given),
    }
}
