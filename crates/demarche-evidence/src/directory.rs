//! Files of a log or a pack in a folder on disk.
//!
//! A file is written beside its place, flushed, renamed, and its folder flushed, so that a crash
//! leaves the old bytes or the new ones. Paths with `..`, an absolute path or a symbolic link in
//! them are refused.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use crate::tile::{Files, FilesMut, Listing};

/// Name of the empty file that carries a folder's lock.
pub const LOCK_NAME: &str = "lock";

/// Ending of a file that is being written; what a crash leaves of it may be removed.
pub const UNFINISHED: &str = ".new";

/// A folder.
#[derive(Clone, Debug)]
pub struct Directory {
    root: PathBuf,
}

impl Directory {
    /// Takes an existing folder.
    ///
    /// # Errors
    /// If it is none.
    pub fn open(root: &Path) -> io::Result<Directory> {
        if fs::metadata(root)?.is_dir() {
            Ok(Directory {
                root: root.to_path_buf(),
            })
        } else {
            Err(io::Error::new(io::ErrorKind::NotADirectory, "not a folder"))
        }
    }

    /// Takes a folder, made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(root: &Path) -> io::Result<Directory> {
        fs::create_dir_all(root)?;
        Directory::open(root)
    }

    /// The folder's own path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The place of a path inside the folder.
    fn place(&self, path: &str) -> io::Result<PathBuf> {
        let inside = Path::new(path);
        let plain = inside
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if path.is_empty() || !plain || path.contains(['\\', ':', '\0']) {
            let message = format!("path leaves the folder: {path:?}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let mut place = self.root.clone();
        for part in inside.components() {
            place.push(part);
            if fs::symlink_metadata(&place).is_ok_and(|found| found.is_symlink()) {
                let message = format!("symbolic link: {path:?}");
                return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
            }
        }
        Ok(place)
    }
}

impl Files for Directory {
    fn read(&self, path: &str, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
        let file = match File::open(self.place(path)?) {
            Ok(file) => file,
            Err(cause) if is_absent(&cause) => return Ok(None),
            Err(cause) => return Err(cause),
        };
        let mut bytes = Vec::new();
        file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > bytes_max {
            return Err(io::Error::other(format!(
                "{path} is longer than {bytes_max} bytes"
            )));
        }
        Ok(Some(bytes))
    }
}

impl FilesMut for Directory {
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let place = self.place(path)?;
        let folder = place.parent().unwrap_or(&self.root).to_path_buf();
        let known = folder
            .ancestors()
            .find(|above| above.is_dir())
            .map(Path::to_path_buf);
        fs::create_dir_all(&folder)?;
        let mut beside = place.clone().into_os_string();
        beside.push(UNFINISHED);
        let beside = PathBuf::from(beside);
        let written = write_through(&beside, bytes).and_then(|()| fs::rename(&beside, &place));
        if written.is_err() {
            // Best effort: the name ends in .new, so nobody reads it as a file of the log.
            let _ = fs::remove_file(&beside);
        }
        written?;
        flush_folders(&folder, &known.unwrap_or(self.root.clone()))
    }
}

/// Makes a rename last: flushes the file's own folder and those that were made for it.
fn flush_folders(from: &Path, known: &Path) -> io::Result<()> {
    // Windows has no handle of a folder to flush; its rename is journalled.
    if cfg!(unix) {
        for folder in from.ancestors() {
            File::open(folder)?.sync_all()?;
            if folder == known {
                break;
            }
        }
    }
    Ok(())
}

impl Listing for Directory {
    fn paths(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut folders = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name();
                let name = name.to_str().ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, "file name is not UTF-8")
                })?;
                let path = format!("{prefix}{name}");
                if entry.file_type()?.is_dir() {
                    folders.push((entry.path(), format!("{path}/")));
                } else {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// A folder that no other process writes to while this lives.
#[derive(Debug)]
pub struct Locked {
    directory: Directory,
    _lock: File,
}

impl Locked {
    /// Takes the lock of a folder, made if it is not there.
    ///
    /// The system drops the lock with the process, however it ends, so none is ever left over.
    ///
    /// # Errors
    /// `WouldBlock` if another process holds it.
    pub fn create(root: &Path) -> io::Result<Locked> {
        let directory = Directory::create(root)?;
        let lock = File::options()
            .create(true)
            .append(true)
            .open(root.join(LOCK_NAME))?;
        match lock.try_lock() {
            Ok(()) => Ok(Locked {
                directory,
                _lock: lock,
            }),
            Err(fs::TryLockError::WouldBlock) => {
                let message = "another process is writing to this log";
                Err(io::Error::new(io::ErrorKind::WouldBlock, message))
            }
            Err(fs::TryLockError::Error(cause)) => Err(cause),
        }
    }
}

impl Files for Locked {
    fn read(&self, path: &str, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
        self.directory.read(path, bytes_max)
    }
}

impl FilesMut for Locked {
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.directory.write(path, bytes)
    }
}

/// Writes a new file and waits until it is on disk.
fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Whether an error says that there is no such file.
fn is_absent(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
