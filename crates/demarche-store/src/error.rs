//! Why a run cannot go on: kind, cause, hint.

use std::path::Path;

/// What kind of thing stopped the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A path given does not exist.
    NoSuchPath,
    /// Nothing that was given could be read at all.
    NothingToRead,
    /// The disk is full.
    DiskFull,
    /// The case folder could not be written or read.
    Disk,
    /// A stored file is not what this version writes.
    Format,
    /// Sealing refused a span or the source of its keys failed.
    Sealing,
}

/// The run cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("{cause}")]
pub struct Error {
    /// What kind.
    pub kind: ErrorKind,
    /// Where, what was read, what was expected; lower case, no final dot.
    pub cause: String,
    /// What to do about it.
    pub hint: String,
}

impl Error {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, cause: impl Into<String>, hint: impl Into<String>) -> Error {
        Error {
            kind,
            cause: cause.into(),
            hint: hint.into(),
        }
    }

    /// What became of an operation on a file of the case.
    pub fn disk(path: &Path, cause: &std::io::Error) -> Error {
        if is_full(cause) {
            return Error::new(
                ErrorKind::DiskFull,
                format!("{}: no space left on the disk", path.display()),
                "free space or choose another --case folder; intake needs about the size of the decoded logs",
            );
        }
        Error::new(
            ErrorKind::Disk,
            format!("{}: {cause}", path.display()),
            "check that the case folder can be written and that no other program holds it",
        )
    }

    /// A stored file that cannot be understood.
    pub fn format(path: &Path, cause: impl std::fmt::Display) -> Error {
        Error::new(
            ErrorKind::Format,
            format!("{}: {cause}", path.display()),
            "the case may be damaged or made by another version; examine the sources again",
        )
    }
}

fn is_full(cause: &std::io::Error) -> bool {
    matches!(
        cause.kind(),
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
    )
}
