//! Errors of the run: kind, cause, hints, and the exit code they end in.

use std::fmt;

/// What kind of error: it decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The run failed: disk, permissions, missing input. Exit code 1.
    Run,
    /// The command line or a file of options is wrong. Exit code 2.
    Usage,
    /// A check lacks something it needs. Exit code 3.
    Undecided,
}

/// An error of the run, written for the person who must act on it.
///
/// # Shape
/// `what` says where and what, lower case, no final dot; `causes` go from near to far; `hints`
/// say what to do next. Neither holds secrets or contents of messages.
#[derive(Debug)]
pub struct Error {
    /// What kind.
    pub kind: ErrorKind,
    /// What could not be done, and where.
    pub what: String,
    /// Why, from near to far.
    pub causes: Vec<String>,
    /// What to do about it.
    pub hints: Vec<String>,
}

/// The result of everything that can end a run.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The run cannot go on.
    pub fn run(what: impl Into<String>) -> Error {
        Error {
            kind: ErrorKind::Run,
            what: what.into(),
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// The command line or a file of options is wrong.
    pub fn usage(what: impl Into<String>) -> Error {
        Error {
            kind: ErrorKind::Usage,
            ..Error::run(what)
        }
    }

    /// A check cannot be decided for want of something.
    pub fn undecided(what: impl Into<String>) -> Error {
        Error {
            kind: ErrorKind::Undecided,
            ..Error::run(what)
        }
    }

    /// Adds a cause and the causes below it.
    pub fn because(mut self, cause: &dyn std::error::Error) -> Error {
        let mut next = Some(cause);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Error {
        self.hints.push(hint.into());
        self
    }

    /// The exit code of the contract.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Run => 1,
            ErrorKind::Usage => 2,
            ErrorKind::Undecided => 3,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        for cause in &self.causes {
            write!(f, "\n  cause: {cause}")?;
        }
        for hint in &self.hints {
            write!(f, "\n  hint: {hint}")?;
        }
        Ok(())
    }
}

/// Says what an operation on a file was when it fails.
pub trait OnFile<T> {
    /// Turns an I/O error into an [`Error`] that names the deed and the file.
    fn on(self, deed: &str, path: &std::path::Path) -> Result<T>;
}

/// Whether a folder is there; the empty path is the folder we are in.
fn is_there(folder: &std::path::Path) -> bool {
    folder.as_os_str().is_empty() || folder.exists()
}

impl<T> OnFile<T> for std::io::Result<T> {
    fn on(self, deed: &str, path: &std::path::Path) -> Result<T> {
        self.map_err(|cause| {
            let error = Error::run(format!("cannot {deed} {}", path.display())).because(&cause);
            match cause.kind() {
                std::io::ErrorKind::StorageFull => error.hint(
                    "the disk is full: free some space, or put the case elsewhere with --case",
                ),
                std::io::ErrorKind::PermissionDenied => {
                    error.hint("check who may read and write there, or name another place")
                }
                std::io::ErrorKind::NotFound if path.parent().is_some_and(|at| !is_there(at)) => {
                    error.hint("its folder is not there either: check the path")
                }
                std::io::ErrorKind::NotFound => {
                    error.hint("nothing of that name is there: check the path")
                }
                std::io::ErrorKind::IsADirectory => error.hint("it is a folder: name a file"),
                _ => error,
            }
        })
    }
}
