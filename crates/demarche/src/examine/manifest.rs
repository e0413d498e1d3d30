//! `case.json`: what a case was made from, and how.

use std::path::{Path, PathBuf};

use demarche_store::intake::source::Source;
use serde::{Deserialize, Serialize};

use crate::error::{Error, OnFile, Result};
use crate::examine::sources::hex;

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
