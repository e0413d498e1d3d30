//! A proof that travels alone: index, path and checkpoint (C2SP tlog-proof).

use crate::checkpoint::{self, CheckpointError, Opened};
use crate::hash::Digest;
use crate::note::{NOTE_BYTES_MAX, VerifierKey};
use crate::proof::{self, HASHES_MAX, ProofError};
use crate::text;

/// First line of the format.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Most bytes of extra data read.
const EXTRA_BYTES_MAX: usize = 64 * 1024;

/// A proof with everything but the entry and the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Data of the application; nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// Index of the entry.
    pub index: u64,
    /// Path from the leaf's sibling up.
    pub path: Vec<Digest>,
    /// The checkpoint with its signatures, byte for byte.
    pub checkpoint: Vec<u8>,
}

/// Why such a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not of the format.
    #[error("not a tlog proof: {0}")]
    Malformed(&'static str),
    /// The checkpoint fails.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The path fails.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl TlogProof {
    /// Reads a proof. Nothing is checked yet.
    ///
    /// # Errors
    /// If it is not of the format, or longer than the format can make it.
    pub fn parse(bytes: &[u8]) -> Result<TlogProof, TlogProofError> {
        let malformed = TlogProofError::Malformed;
        if bytes.len() > NOTE_BYTES_MAX + 2 * EXTRA_BYTES_MAX {
            return Err(malformed("too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("not UTF-8"))?;
        let (header, mut rest) = text::line(text).ok_or(malformed("no first line"))?;
        if header != HEADER {
            return Err(malformed("first line"));
        }
        let mut extra = None;
        let (mut line, mut after) = text::line(rest).ok_or(malformed("no index"))?;
        if let Some(data) = line.strip_prefix("extra ") {
            extra = Some(text::base64(data, EXTRA_BYTES_MAX).ok_or(malformed("extra"))?);
            (line, after) = text::line(after).ok_or(malformed("no index"))?;
        }
        let index = line.strip_prefix("index ").and_then(text::decimal);
        let index = index.ok_or(malformed("index"))?;
        rest = after;
        let mut path = Vec::new();
        loop {
            (line, rest) = text::line(rest).ok_or(malformed("no checkpoint"))?;
            if line.is_empty() {
                break;
            }
            if path.len() == HASHES_MAX {
                return Err(malformed("more than 64 hashes"));
            }
            path.push(Digest::from_base64(line).ok_or(malformed("hash"))?);
        }
        Ok(TlogProof {
            extra,
            index,
            path,
            checkpoint: rest.as_bytes().to_vec(),
        })
    }

    /// Writes the proof.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text.push_str(&format!("extra {}\n", text::to_base64(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.path {
            text.push_str(&hash.to_base64());
            text.push('\n');
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.checkpoint);
        bytes
    }

    /// Checks that a leaf hash is in the log whose keys are given, and gives the checkpoint.
    ///
    /// # Errors
    /// If the checkpoint is not signed as it must be, or the path does not lead to its root.
    pub fn check(&self, leaf: &Digest, keys: &[VerifierKey]) -> Result<Opened, TlogProofError> {
        let opened = checkpoint::open(&self.checkpoint, keys)?;
        let head = &opened.checkpoint;
        proof::check_inclusion(self.index, head.size, leaf, &self.path, &head.root)?;
        Ok(opened)
    }
}
