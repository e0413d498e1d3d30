//! Appends to a case log; a crash never leaves two roots for one size.
//!
//! Order of writes: entries, then tiles, then the checkpoint. A checkpoint is signed only when the
//! entries under it are on disk, and entries once on disk are never replaced: [`CaseLog::open`]
//! takes up what a crash left beyond the checkpoint instead of writing over it. So the root of a
//! size is the same whenever it is signed. Anything that does not fit is refused, not repaired.

use std::io;

use crate::checkpoint::{self, Checkpoint, CheckpointError};
use crate::entry::EntryError;
use crate::hash::{self, Digest};
use crate::note::{NOTE_BYTES_MAX, Note, NoteError, Signature, VerifierKey};
use crate::proof::ProofError;
use crate::prove::{self, MissingNode};
use crate::sign::Signer;
use crate::tile::{self, BUNDLE_BYTES_MAX, FilesMut, Tile, WIDTH};
use crate::tree;

/// Path of the checkpoint in a log.
pub const CHECKPOINT: &str = "checkpoint";

/// Why a case log cannot be opened or appended to.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The files cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The checkpoint there is not this key's.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A signature line to add does not belong to this checkpoint.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// An entry cannot be one.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The log was altered.
    #[error("case log altered: {0}")]
    Altered(String),
    /// A write failed before; what is on disk is unknown until the log is opened again.
    #[error("a write to the case log failed before; open it again")]
    Failed,
    /// No proof of that kind exists.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// A case log open for appending.
pub struct CaseLog<F: FilesMut> {
    files: F,
    signer: Signer,
    leaves: Vec<Digest>,
    /// The last bundle, if it is partial.
    bundle: Vec<u8>,
    checkpoint: Vec<u8>,
    recovered: u64,
    failed: bool,
}

impl<F: FilesMut> CaseLog<F> {
    /// Opens a log, or begins one where there is none, and finishes what a crash interrupted.
    ///
    /// The signer's name is the log's origin. `known` are checkpoints kept elsewhere, at least the
    /// last one this machine signed: a log restored from an older copy is refused by them.
    ///
    /// # Errors
    /// If a checkpoint is not this key's, the entries do not lead to its root, or the log is
    /// smaller than a known checkpoint or another log altogether.
    pub fn open(files: F, signer: Signer, known: &[Vec<u8>]) -> Result<CaseLog<F>, LogError> {
        let mut log = CaseLog {
            files,
            signer,
            leaves: Vec::new(),
            bundle: Vec::new(),
            checkpoint: Vec::new(),
            recovered: 0,
            failed: false,
        };
        if let Some(bytes) = log.files.read(CHECKPOINT, NOTE_BYTES_MAX)? {
            log.load(bytes)?;
        }
        let signed = log.size();
        while log.take_up()? {}
        log.recovered = log.size() - signed;
        known
            .iter()
            .try_for_each(|bytes| log.must_continue(bytes))?;
        if log.recovered > 0 || log.checkpoint.is_empty() {
            log.write_tiles(signed)?;
            log.sign()?;
        }
        Ok(log)
    }

    /// Entries so far.
    pub fn size(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Entries that a crash had left unsigned and that were taken up on opening.
    pub fn recovered(&self) -> u64 {
        self.recovered
    }

    /// The signed checkpoint, as it is on disk.
    pub fn checkpoint(&self) -> &[u8] {
        &self.checkpoint
    }

    /// The key that others check this log with.
    pub fn verifier_key(&self) -> &VerifierKey {
        self.signer.verifier_key()
    }

    /// Appends entries and signs the new checkpoint; returns the index of the first.
    ///
    /// # Errors
    /// If an entry is too long or a write fails. After a failed write the log takes no more: open
    /// it again.
    pub fn append<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<u64, LogError> {
        if self.failed {
            return Err(LogError::Failed);
        }
        for entry in entries {
            let n_bytes = entry.as_ref().len();
            if n_bytes > tile::ENTRY_BYTES_MAX {
                return Err(EntryError::TooLong(n_bytes).into());
            }
        }
        let first = self.size();
        if !entries.is_empty() {
            self.failed = true;
            self.write_entries(entries)?;
            self.write_tiles(first)?;
            self.sign()?;
            self.failed = false;
        }
        Ok(first)
    }

    /// Adds cosignatures to the checkpoint on disk; those already there are passed over.
    ///
    /// # Errors
    /// If one is not by a key given, or not over this checkpoint.
    pub fn add_signatures(
        &mut self,
        signatures: &[Signature],
        keys: &[VerifierKey],
    ) -> Result<(), LogError> {
        if self.failed {
            return Err(LogError::Failed);
        }
        let mut note = Note::parse(&self.checkpoint)?;
        for signature in signatures {
            let alone = Note {
                text: note.text.clone(),
                signatures: vec![signature.clone()],
            };
            alone.verify(keys)?;
            let (name, id) = (&signature.name, signature.id);
            if !note
                .signatures
                .iter()
                .any(|other| (&other.name, other.id) == (name, id))
            {
                note.signatures.push(signature.clone());
            }
        }
        let bytes = note.to_string().into_bytes();
        Note::parse(&bytes)?;
        self.failed = true;
        self.files.write(CHECKPOINT, &bytes)?;
        self.checkpoint = bytes;
        self.failed = false;
        Ok(())
    }

    /// Proof that an entry is in the log as it stands.
    ///
    /// # Errors
    /// If there is no such entry.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Digest>, LogError> {
        let size = self.size();
        if index >= size {
            return Err(ProofError::OutOfTree { index, size }.into());
        }
        prove::inclusion(&mut self.leaves.as_slice(), index, size).map_err(missing)
    }

    /// Proof that the log grew from an older size.
    ///
    /// # Errors
    /// If that size is 0 or larger than the log.
    pub fn consistency(&self, old: u64) -> Result<Vec<Digest>, LogError> {
        let new = self.size();
        if old == 0 {
            return Err(ProofError::FromEmpty.into());
        }
        if old > new {
            return Err(ProofError::Shrinks { old, new }.into());
        }
        prove::consistency(&mut self.leaves.as_slice(), old, new).map_err(missing)
    }

    /// Refuses a log that a checkpoint known from elsewhere contradicts.
    ///
    /// # Errors
    /// A checkpoint that is not this key's, or one that this log does not continue.
    pub fn must_continue(&self, known: &[u8]) -> Result<(), LogError> {
        let head = checkpoint::open(known, &[self.signer.verifier_key().clone()])?.checkpoint;
        if head.size > self.size() {
            let (known, size) = (head.size, self.size());
            let message = format!("rolled back to {size} entries, {known} are known");
            return Err(LogError::Altered(message));
        }
        let leaves = self.leaves.iter().take(head.size as usize);
        if tree::root(leaves.copied()) != head.root {
            let message = format!("fork: another root is known for {} entries", head.size);
            return Err(LogError::Altered(message));
        }
        Ok(())
    }

    /// Reads the entries a checkpoint stands for and checks them against it.
    fn load(&mut self, bytes: Vec<u8>) -> Result<(), LogError> {
        let key = self.signer.verifier_key().clone();
        let head = checkpoint::open(&bytes, &[key])?.checkpoint;
        let mut at = 0;
        while at < head.size {
            let width = (head.size - at).min(WIDTH) as u16;
            let path = tile::bundle_path(at / WIDTH, width);
            let found = self.files.read(&path, BUNDLE_BYTES_MAX)?;
            let bundle = found.ok_or_else(|| LogError::Altered(format!("{path} is missing")))?;
            self.take(&bundle, width, 0)
                .ok_or(LogError::Altered(path))?;
            at += u64::from(width);
        }
        if tree::root(self.leaves.iter().copied()) != head.root {
            return Err(LogError::Altered(
                "entries do not lead to the checkpoint's root".into(),
            ));
        }
        self.checkpoint = bytes;
        Ok(())
    }

    /// Takes the entries of a bundle into memory, those after the first `known`.
    fn take(&mut self, bundle: &[u8], width: u16, known: usize) -> Option<()> {
        let entries = tile::entries(bundle, width)?;
        self.leaves.extend(tile::leaf_hashes(entries.get(known..)?));
        self.bundle = if u64::from(width) == WIDTH {
            Vec::new()
        } else {
            bundle.to_vec()
        };
        Some(())
    }

    /// Takes up the longest bundle beyond what is known; `true` if another may follow it.
    fn take_up(&mut self) -> Result<bool, LogError> {
        let number = self.size() / WIDTH;
        let known = (self.size() % WIDTH) as u16;
        for width in (known + 1..=WIDTH as u16).rev() {
            let path = tile::bundle_path(number, width);
            let Some(bundle) = self.files.read(&path, BUNDLE_BYTES_MAX)? else {
                continue;
            };
            let begins_as_known = bundle.starts_with(&self.bundle);
            if !begins_as_known || self.take(&bundle, width, known.into()).is_none() {
                return Err(LogError::Altered(format!(
                    "{path} does not continue the log"
                )));
            }
            return Ok(u64::from(width) == WIDTH);
        }
        Ok(false)
    }

    /// Writes bundles, the full ones first.
    fn write_entries<E: AsRef<[u8]>>(&mut self, entries: &[E]) -> Result<(), LogError> {
        for (at, entry) in entries.iter().enumerate() {
            tile::push_entry(&mut self.bundle, entry.as_ref());
            self.leaves.push(hash::leaf(entry.as_ref()));
            let within = self.size() % WIDTH;
            if within == 0 || at + 1 == entries.len() {
                let number = (self.size() - 1) / WIDTH;
                let width = if within == 0 { WIDTH } else { within };
                self.files
                    .write(&tile::bundle_path(number, width as u16), &self.bundle)?;
            }
            if within == 0 {
                self.bundle.clear();
            }
        }
        Ok(())
    }

    /// Writes every tile that changed since the log had `before` entries.
    fn write_tiles(&mut self, before: u64) -> Result<(), LogError> {
        let size = self.size();
        let mut hashes = self.leaves.clone();
        for level in 0..8u8 {
            let first = (before >> (8 * u32::from(level))) / WIDTH;
            for number in first.. {
                let Some(tile) = Tile::of(level, number, size) else {
                    break;
                };
                let start = (number * WIDTH) as usize;
                let row = &hashes[start..start + usize::from(tile.width)];
                let bytes: Vec<u8> = row.iter().flat_map(|hash| hash.0).collect();
                self.files.write(&tile.to_string(), &bytes)?;
            }
            let full = hashes.chunks_exact(WIDTH as usize);
            hashes = full.map(|row| tree::root(row.iter().copied())).collect();
        }
        Ok(())
    }

    /// Signs the log as it stands and puts the checkpoint in place.
    fn sign(&mut self) -> Result<(), LogError> {
        let origin = self.signer.verifier_key().name().to_owned();
        let root = tree::root(self.leaves.iter().copied());
        let text = Checkpoint {
            origin,
            size: self.size(),
            root,
            extensions: vec![],
        }
        .text();
        let signatures = vec![self.signer.sign(&text)?];
        let bytes = Note { text, signatures }.to_string().into_bytes();
        self.files.write(CHECKPOINT, &bytes)?;
        self.checkpoint = bytes;
        Ok(())
    }
}

/// All leaves are in memory, so a missing node is a bug; it still must not become a wrong proof.
fn missing(node: MissingNode) -> LogError {
    LogError::Altered(node.to_string())
}
