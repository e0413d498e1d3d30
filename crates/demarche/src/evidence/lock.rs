//! One process at a time works on a case.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, OnFile, Result};

/// The lock of a case, `DIR.lock` beside it; given up, and gone, when this is dropped.
///
/// The system drops the lock with the process, however it ends; a file left by a kill locks
/// nothing.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Takes the lock of a case folder, which need not exist yet.
    ///
    /// # Errors
    /// Another process at work on it, and errors of the disk.
    pub fn take(case: &Path) -> Result<Lock> {
        let path = super::layout::beside(case, "lock");
        loop {
            let file = File::create(&path).on("make", &path)?;
            if file.try_lock().is_err() {
                return Err(
                    Error::run(format!("another run is working on {}", case.display()))
                        .hint("wait for it to end, or name another folder with --case"),
                );
            }
            // Whoever held it before may have removed the file just now: then this one is no lock.
            if is_still_there(&file, &path) {
                return Ok(Lock { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    /// Removes the file while it is still locked, so that nobody's lock is removed but this one.
    fn drop(&mut self) {
        // Best effort: a file left behind locks nothing.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
fn is_still_there(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |data: fs::Metadata| (data.dev(), data.ino());
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => place(held) == place(there),
        _ => false,
    }
}

/// Elsewhere a file that is open keeps its name, or cannot be opened by it.
#[cfg(not(unix))]
fn is_still_there(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_lock_waits_for_the_first_to_go() {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case");
        let first = Lock::take(&case).unwrap();
        let refused = Lock::take(&case).unwrap_err().to_string();
        assert!(refused.contains("another run is working on"), "{refused}");
        drop(first);
        drop(Lock::take(&case).unwrap());
        assert!(!folder.path().join("case.lock").exists());
        fs::write(folder.path().join("case.lock"), "left by a kill").unwrap();
        drop(Lock::take(&case).unwrap());
    }
}
