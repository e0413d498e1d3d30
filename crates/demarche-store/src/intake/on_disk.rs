//! One file on disk while it is read: counted, hashed, watched for change.

use std::cell::{Cell, RefCell};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek};
use std::path::Path;

use demarche_core::record::problem::ProblemKind;
use sha2::{Digest, Sha256};

use crate::intake::progress::Progress;
use crate::intake::walk::Refusal;

/// A file on disk and what has been taken from it.
pub(crate) struct OnDisk<'a> {
    path: String,
    file: RefCell<File>,
    before: Metadata,
    hasher: RefCell<Sha256>,
    finished: Cell<Option<[u8; 32]>>,
    decoded: Cell<u64>,
    members: Cell<u32>,
    /// Stored size of the member under way, where there is one.
    stored: Cell<Option<u64>>,
    progress: &'a dyn Progress,
}

/// Reads the file while counting and hashing.
pub(crate) struct Tap<'t>(&'t OnDisk<'t>);

impl Read for Tap<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.0.file.borrow_mut().read(buffer)?;
        self.0.hasher.borrow_mut().update(&buffer[..n]);
        self.0.progress.advance(n as u64, 0);
        Ok(n)
    }
}

impl<'a> OnDisk<'a> {
    /// Opens a file.
    pub fn open(path: &Path, progress: &'a dyn Progress) -> io::Result<OnDisk<'a>> {
        let file = File::open(path)?;
        let before = file.metadata()?;
        Ok(OnDisk {
            path: path.display().to_string(),
            file: RefCell::new(file),
            before,
            hasher: RefCell::default(),
            finished: Cell::new(None),
            decoded: Cell::new(0),
            members: Cell::new(0),
            stored: Cell::new(None),
            progress,
        })
    }

    /// The path as walked.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its size when it was opened.
    pub fn bytes(&self) -> u64 {
        self.before.len()
    }

    /// The stored size of what is read now: of the member, else of the file.
    pub fn stored(&self) -> u64 {
        self.stored.get().unwrap_or(self.bytes())
    }

    /// A member begins that takes so many bytes of its archive (0 where it does not say).
    pub fn begin_member(&self, stored: u64) {
        self.stored.set(Some(stored));
    }

    /// The first bytes; the file stands at its start again.
    pub fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        let mut file = self.file.borrow_mut();
        Read::by_ref(&mut *file)
            .take(super::magic::HEAD_BYTES as u64)
            .read_to_end(&mut head)?;
        file.rewind()?;
        Ok(head)
    }

    /// A reader of the whole file.
    pub fn tap(&self) -> Tap<'_> {
        Tap(self)
    }

    /// The file hashed whole and opened again, to be sought in.
    pub fn sought(&self) -> io::Result<File> {
        io::copy(&mut self.tap(), &mut io::sink())?;
        let mut file = self.file.borrow().try_clone()?;
        file.rewind()?;
        Ok(file)
    }

    /// Counts bytes decoded from this file, all members together.
    pub fn count_decoded(&self, n: u64) {
        self.decoded.set(self.decoded.get().saturating_add(n));
    }

    /// Bytes decoded so far.
    pub fn decoded(&self) -> u64 {
        self.decoded.get()
    }

    /// Counts one more member; returns how many there are by now.
    pub fn count_member(&self) -> u32 {
        self.members.set(self.members.get() + 1);
        self.members.get()
    }

    /// The digest of what was read so far.
    pub fn digest_so_far(&self) -> [u8; 32] {
        self.hasher.borrow().clone().finalize().into()
    }

    /// Reads what is left of the file and says its digest, and whether it changed meanwhile.
    ///
    /// Bytes behind the end of a compressed stream belong to the file all the same.
    pub fn finish(&self) -> ([u8; 32], Option<Refusal>) {
        let digest = match self.finished.get() {
            Some(digest) => digest,
            None => {
                let _ = io::copy(&mut self.tap(), &mut io::sink());
                let digest = std::mem::take(&mut *self.hasher.borrow_mut())
                    .finalize()
                    .into();
                self.finished.set(Some(digest));
                digest
            }
        };
        let changed = match self.file.borrow().metadata() {
            Ok(after) => {
                after.len() != self.before.len()
                    || after.modified().ok() != self.before.modified().ok()
            }
            Err(_) => true,
        };
        let refusal = Refusal::new(
            ProblemKind::Unreadable,
            "changed while it was read; examine a copy that nothing writes to",
        );
        (digest, changed.then_some(refusal))
    }
}
