//! Public detection rules (Sigma): read from a folder, run over records, reported.

#[cfg(feature = "sigma")]
mod engine;
#[cfg(feature = "sigma")]
pub mod logs;
#[cfg(not(feature = "sigma"))]
mod no_engine;
#[cfg(feature = "sigma")]
pub mod record;
pub mod report;
pub mod run;

#[cfg(not(feature = "sigma"))]
use no_engine as engine;

use std::path::{Path, PathBuf};

use crate::error::{Error, OnFile, Result};
use crate::examine::case::sorted_entries;

/// One file of rules, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Its path below the folder that was given.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Bytes of one file of rules, at most.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Files of rules, at most.
const FILES_MAX: usize = 20_000;
/// Folders within folders, at most.
const DEPTH_MAX: usize = 16;
/// The folder of a case that keeps its rules.
const FOLDER: &str = "rules";

/// Reads the rules of folders, or single files: `.yml` and `.yaml`, in order of name.
///
/// # Errors
/// A path that is not there, one with no rule, and a build without the engine of rules.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<RuleFile>> {
    let mut files = Vec::new();
    for path in paths {
        if !cfg!(feature = "sigma") {
            return Err(Error::usage("this build of demarche runs no rules")
                .hint("build it with the feature sigma, which is on by default"));
        }
        let n_before = files.len();
        if path.is_dir() {
            walk(path, path, 0, &mut files)?;
        } else {
            files.push(read(path, path.parent().unwrap_or(path))?);
        }
        if files.len() == n_before {
            return Err(
                Error::usage(format!("{} holds no rules", path.display())).hint(
                    "rules are files that end in .yml or .yaml, in folders as deep as you like",
                ),
            );
        }
    }
    Ok(files)
}

fn walk(folder: &Path, root: &Path, depth: usize, files: &mut Vec<RuleFile>) -> Result<()> {
    for path in sorted_entries(folder)? {
        let kind = path.symlink_metadata().on("read", &path)?.file_type();
        if kind.is_dir() && depth < DEPTH_MAX {
            walk(&path, root, depth + 1, files)?;
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str());
        if !kind.is_file() || !matches!(ending, Some("yml" | "yaml")) {
            continue;
        }
        if files.len() >= FILES_MAX {
            return Err(
                Error::usage(format!("{}: more than {FILES_MAX} files", root.display()))
                    .hint("name the folder of the rules about the logs that you have"),
            );
        }
        files.push(read(&path, root)?);
    }
    Ok(())
}

fn read(path: &Path, root: &Path) -> Result<RuleFile> {
    let bytes = path.metadata().on("read", path)?.len();
    if bytes > FILE_BYTES_MAX {
        return Err(Error::usage(format!(
            "{} has {bytes} bytes; a file of rules has at most {FILE_BYTES_MAX}",
            path.display()
        )));
    }
    let name = path.strip_prefix(root).unwrap_or(path);
    Ok(RuleFile {
        name: name.display().to_string(),
        text: std::fs::read_to_string(path).on("read", path)?,
    })
}

/// Adds the rules that a case keeps to those of the command line; the same text counts once.
pub fn join(kept: Vec<RuleFile>, given: &[RuleFile]) -> Vec<RuleFile> {
    let mut all = kept;
    for file in given {
        if !all.iter().any(|known| known.text == file.text) {
            all.push(file.clone());
        }
    }
    all
}

/// Keeps the rules in a case, so that it grows and is judged again by the same ones.
///
/// # Errors
/// Those of the disk.
pub fn keep(case: &Path, files: &[RuleFile]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let folder = case.join(FOLDER);
    std::fs::create_dir_all(&folder).on("make", &folder)?;
    for (number, file) in files.iter().enumerate() {
        let path = folder.join(format!("{:05}.yml", number + 1));
        std::fs::write(&path, &file.text).on("write", &path)?;
    }
    Ok(())
}

/// The rules that a case keeps.
///
/// # Errors
/// Those of the disk.
pub fn kept(case: &Path) -> Result<Vec<RuleFile>> {
    let folder = case.join(FOLDER);
    let mut files = Vec::new();
    if folder.is_dir() {
        walk(&folder, &folder, 0, &mut files)?;
    }
    Ok(files)
}
