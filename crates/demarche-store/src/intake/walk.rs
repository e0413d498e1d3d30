//! Finds the files under the paths given, in the same order on every machine.

use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::record::problem::ProblemKind;

use crate::error::{Error, ErrorKind};

/// One file on disk, or why it cannot be one.
#[derive(Debug)]
pub(crate) struct Found {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size as listed.
    pub bytes: u64,
    /// Why it will not be opened.
    pub refused: Option<Refusal>,
}

/// What is wrong with a whole file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub kind: ProblemKind,
    pub text: String,
}

impl Refusal {
    pub fn new(kind: ProblemKind, text: impl Into<String>) -> Refusal {
        Refusal {
            kind,
            text: text.into(),
        }
    }

    fn unreadable(cause: &std::io::Error) -> Refusal {
        Refusal::new(ProblemKind::Unreadable, format!("cannot be read: {cause}"))
    }
}

/// Lists files: paths in the order given, folders recursively in order of path bytes.
///
/// Links to files are followed, links to folders are not (they could lead in circles); both and
/// special files are named where they are not read. A file that is reached twice is taken once.
///
/// # Errors
/// A path given that does not exist.
pub(crate) fn walk(paths: &[PathBuf], skip: &[PathBuf]) -> Result<Vec<Found>, Error> {
    let skip: Vec<PathBuf> = skip.iter().filter_map(|p| p.canonicalize().ok()).collect();
    let mut all = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).map_err(|cause| {
            Error::new(
                ErrorKind::NoSuchPath,
                format!("{}: {cause}", path.display()),
                "give files or folders that exist",
            )
        })?;
        let mut under = Vec::new();
        if kind.is_dir() {
            folder(path, &skip, &mut under);
        } else {
            file(path.clone(), &kind, &mut under);
        }
        under.sort_by(|a, b| key(&a.path).cmp(key(&b.path)));
        all.extend(under);
    }
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|found: &Found| match found.path.canonicalize() {
        Ok(real) => seen.insert(real),
        Err(_) => seen.insert(found.path.clone()),
    });
    Ok(all)
}

fn key(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// Walks a folder without recursion, so that no depth can exhaust the stack.
fn folder(path: &Path, skip: &[PathBuf], out: &mut Vec<Found>) {
    let mut waiting = vec![path.to_owned()];
    let skipped = |path: &Path| {
        !skip.is_empty() && path.canonicalize().is_ok_and(|real| skip.contains(&real))
    };
    while let Some(path) = waiting.pop() {
        if skipped(&path) {
            continue;
        }
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(cause) => {
                out.push(refused(path, Refusal::unreadable(&cause)));
                continue;
            }
        };
        for entry in entries {
            match entry {
                Ok(entry) if skipped(&entry.path()) => {}
                Ok(entry) => one(entry.path(), &mut waiting, out),
                Err(cause) => out.push(refused(path.clone(), Refusal::unreadable(&cause))),
            }
        }
    }
}

fn one(path: PathBuf, waiting: &mut Vec<PathBuf>, out: &mut Vec<Found>) {
    match fs::symlink_metadata(&path) {
        Ok(kind) if kind.is_dir() => waiting.push(path),
        Ok(kind) if kind.is_symlink() => match fs::metadata(&path) {
            Ok(kind) if kind.is_dir() => out.push(refused(
                path,
                Refusal::new(
                    ProblemKind::Unsupported,
                    "is a link to a folder, which is not followed; give that folder itself",
                ),
            )),
            Ok(kind) => file(path, &kind, out),
            Err(cause) => out.push(refused(path, Refusal::unreadable(&cause))),
        },
        Ok(kind) => file(path, &kind, out),
        Err(cause) => out.push(refused(path, Refusal::unreadable(&cause))),
    }
}

fn file(path: PathBuf, kind: &fs::Metadata, out: &mut Vec<Found>) {
    if kind.is_file() {
        out.push(Found {
            path,
            bytes: kind.len(),
            refused: None,
        });
    } else {
        let refusal = Refusal::new(
            ProblemKind::Unsupported,
            "is no ordinary file (pipe, socket or device) and is not opened",
        );
        out.push(refused(path, refusal));
    }
}

fn refused(path: PathBuf, refusal: Refusal) -> Found {
    Found {
        path,
        bytes: 0,
        refused: Some(refusal),
    }
}
