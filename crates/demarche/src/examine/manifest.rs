//! `case.json`: what a case was made from, and how.

use std::path::{Path, PathBuf};

use demarche_store::intake::source::Source;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, OnFile, Result};
use crate::examine::case::sorted_entries;
use crate::examine::sources::hex;
use crate::options::Options;

/// The version of `case.json`.
const FORMAT: &str = "demarche-case/1";

/// What `case.json` holds.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
pub struct Manifest {
    /// The version of this file's shape.
    pub format: String,
    /// Version of the program.
    pub version: String,
    /// The number of the run, from 1.
    pub run: u32,
    /// Paths in the order in which they were given, run after run.
    pub paths: Vec<PathBuf>,
    /// Options that bear on the result.
    pub options: Vec<(String, String)>,
    /// Files as received: sources that share an archive share its digest.
    pub files: Vec<ReceivedFile>,
}

/// A file as received.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct ReceivedFile {
    /// Its path as walked.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of a run.
    pub fn new(
        run: u32,
        paths: Vec<PathBuf>,
        options: Vec<(String, String)>,
        sources: &[Source],
    ) -> Manifest {
        let mut files: Vec<ReceivedFile> = Vec::new();
        for source in sources {
            let path = PathBuf::from(&source.path);
            if files.iter().all(|file| file.path != path) {
                let bytes = std::fs::metadata(&path).map_or(source.bytes, |file| file.len());
                files.push(ReceivedFile {
                    path,
                    bytes,
                    sha256: hex(&source.digests.file_sha256),
                });
            }
        }
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Manifest {
            format: FORMAT.to_owned(),
            version,
            run,
            paths,
            options,
            files,
        }
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn write(&self, dir: &Path) -> Result<()> {
        let path = dir.join("case.json");
        let text = serde_json::to_string_pretty(self)
            .map_err(|cause| Error::run("cannot write case.json").because(&cause))?;
        std::fs::write(&path, text + "\n").on("write", &path)
    }
}

impl Manifest {
    /// The paths of the case with those that are to be added behind them.
    pub fn paths_with(&self, options: &Options) -> Vec<PathBuf> {
        let mut paths = self.paths.clone();
        for path in &options.paths {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
        }
        paths
    }

    /// The files of the case in the order in which they were taken, so that its sources keep their
    /// numbers, with the paths that are to be added behind them.
    ///
    /// A file that is gone is looked for among the sources the case kept, then, by hash, in the
    /// folder of `--sources`.
    ///
    /// # Errors
    /// A file that is found nowhere.
    pub fn grown(&self, options: &Options, dir: &Path) -> Result<Vec<PathBuf>> {
        let mut candidates = None;
        let mut paths = Vec::new();
        for file in &self.files {
            if file.path.exists() {
                paths.push(file.path.clone());
                continue;
            }
            if candidates.is_none() {
                candidates = Some(candidates_for(options, dir)?);
            }
            paths.push(moved(file, candidates.as_deref().unwrap_or_default())?);
        }
        paths.extend(options.paths.iter().cloned());
        Ok(paths)
    }

    /// Checks that every file of the case is still what it was when it was taken in.
    ///
    /// # Errors
    /// The first file that is not.
    pub fn check_unchanged(&self, sources: &[Source]) -> Result<()> {
        for file in &self.files {
            let here = sources
                .iter()
                .any(|source| hex(&source.digests.file_sha256) == file.sha256);
            if !here {
                return Err(Error::run(format!(
                    "{} is not what it was: its SHA-256 has changed",
                    file.path.display()
                ))
                .hint("restore the file as it was taken in, or make a new case without --add"));
            }
        }
        Ok(())
    }
}

/// Files that may be earlier sources at another place.
fn candidates_for(options: &Options, dir: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = vec![dir.join("sources")];
    folders.extend(options.sources.clone());
    let mut candidates = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        files_below(folder, &mut candidates)?;
    }
    Ok(candidates)
}

/// Where a file is now, by its hash.
fn moved(file: &ReceivedFile, candidates: &[PathBuf]) -> Result<PathBuf> {
    let same = |candidate: &&PathBuf| {
        std::fs::metadata(candidate).is_ok_and(|data| data.len() == file.bytes)
            && digest(candidate).is_ok_and(|digest| digest == file.sha256)
    };
    candidates.iter().find(same).cloned().ok_or_else(|| {
        Error::run(format!("{} is no longer there, and its copy was not found", file.path.display()))
            .hint("say with --sources DIR where the earlier logs are now; they are recognised by their SHA-256")
    })
}

/// All files below a folder, in the order of their paths.
fn files_below(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in sorted_entries(folder)? {
        if entry.is_dir() {
            files_below(&entry, files)?;
        } else {
            files.push(entry);
        }
    }
    Ok(())
}

/// SHA-256 of a file, in hex, read in blocks.
fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    std::io::copy(&mut file, &mut Hashing(&mut hasher))?;
    Ok(hex(&hasher.finalize()))
}

struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads `case.json` of a case.
///
/// # Errors
/// A folder that is no case, or one of another version.
pub fn read(dir: &Path) -> Result<Manifest> {
    let path = dir.join("case.json");
    let text = std::fs::read_to_string(&path).on("read", &path)?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|cause| {
        Error::run(format!("{} is not readable", path.display())).because(&cause)
    })?;
    if manifest.format != FORMAT {
        return Err(Error::run(format!(
            "{} is of format {:?}, expected {FORMAT:?}",
            path.display(),
            manifest.format
        ))
        .hint("examine the sources again with this version"));
    }
    Ok(manifest)
}
