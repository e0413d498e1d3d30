//! Witnessing by file: request, cosignature and answer as C2SP tlog-witness has them.
//!
//! A cosignature says: at that time this was the largest consistent tree I had seen of this log. So a
//! witness never signs a smaller tree nor another root for a size it signed, and it puts on disk
//! what it is about to sign before it signs. It remembers in two places, the state and a memory
//! kept elsewhere (beside its key): a state restored from a backup is noticed by the memory.

use std::io;

use crate::checkpoint::{self, Checkpoint, CheckpointError};
use crate::hash::{self, Digest};
use crate::note::{NOTE_BYTES_MAX, NoteError, Signature, VerifierKey};
use crate::proof::{self, ProofError};
use crate::sign::Signer;
use crate::text;
use crate::tile::FilesMut;

/// The most hashes a request may carry.
const HASHES_MAX: usize = 63;

/// The longest request read.
pub const REQUEST_BYTES_MAX: usize = NOTE_BYTES_MAX + 64 * 64;

/// Why a witness does not sign.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// Not a request, or one that shrinks the log.
    #[error("not a witness request: {0}")]
    BadRequest(&'static str),
    /// A log whose keys were not given.
    #[error("log {0} is not one this witness watches")]
    UnknownLog(String),
    /// Not signed by that log.
    #[error(transparent)]
    NotByLog(CheckpointError),
    /// The request starts from another size than this witness last signed.
    #[error("request starts at {asked} entries, this witness last signed {latest}")]
    Conflict {
        /// Size the request starts from.
        asked: u64,
        /// Size last signed.
        latest: u64,
    },
    /// The log is not a continuation of what was signed: rolled back or forked.
    #[error("log does not continue what this witness signed: {0}")]
    Inconsistent(ProofError),
    /// The root of the empty tree is given.
    #[error("log of no entries has another root than the empty tree")]
    EmptyRoot,
    /// The state is older than the memory.
    #[error("state was restored from an older copy: {state} entries, {memory} were signed")]
    StateRolledBack {
        /// Size in the state.
        state: u64,
        /// Size in the memory.
        memory: u64,
    },
    /// The state cannot be read as one.
    #[error("state of this witness is malformed: {0}")]
    State(String),
    /// The key cannot cosign.
    #[error(transparent)]
    Key(NoteError),
    /// State or memory cannot be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl WitnessError {
    /// The HTTP status a witness on the network would answer with.
    pub fn status(&self) -> u16 {
        match self {
            WitnessError::BadRequest(_) => 400,
            WitnessError::NotByLog(_) => 403,
            WitnessError::UnknownLog(_) => 404,
            WitnessError::Conflict { .. } => 409,
            WitnessError::Inconsistent(_) | WitnessError::EmptyRoot => 422,
            WitnessError::StateRolledBack { .. }
            | WitnessError::State(_)
            | WitnessError::Key(_)
            | WitnessError::Io(_) => 500,
        }
    }

    /// The body that goes with it: the latest size where the request starts elsewhere.
    pub fn body(&self) -> String {
        match self {
            WitnessError::Conflict { latest, .. } => format!("{latest}\n"),
            other => format!("{other}\n"),
        }
    }
}

/// What is handed to a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Size the witness signed last.
    pub old: u64,
    /// Proof that the log grew from there.
    pub path: Vec<Digest>,
    /// The checkpoint, with the log's signature.
    pub checkpoint: Vec<u8>,
}

impl Request {
    /// Writes the request, byte for byte the body of `add-checkpoint`.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        for hash in &self.path {
            text.push_str(&hash.to_base64());
            text.push('\n');
        }
        text.push('\n');
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.checkpoint);
        bytes
    }

    /// Reads a request.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(bytes: &[u8]) -> Result<Request, WitnessError> {
        let bad = WitnessError::BadRequest;
        if bytes.len() > REQUEST_BYTES_MAX {
            return Err(bad("too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| bad("not UTF-8"))?;
        let (first, mut rest) = text::line(text).ok_or(bad("no first line"))?;
        let old = first
            .strip_prefix("old ")
            .and_then(text::decimal)
            .ok_or(bad("old size"))?;
        let mut path = Vec::new();
        loop {
            let (line, after) = text::line(rest).ok_or(bad("no checkpoint"))?;
            rest = after;
            if line.is_empty() {
                break;
            }
            if path.len() == HASHES_MAX {
                return Err(bad("more than 63 hashes"));
            }
            path.push(Digest::from_base64(line).ok_or(bad("hash"))?);
        }
        Ok(Request {
            old,
            path,
            checkpoint: rest.as_bytes().to_vec(),
        })
    }
}

/// Reads the lines a witness answered with.
///
/// # Errors
/// If one is no signature line.
pub fn parse_answer(bytes: &[u8]) -> Result<Vec<Signature>, NoteError> {
    let malformed = NoteError::Malformed("expected signature lines");
    if bytes.len() > NOTE_BYTES_MAX {
        return Err(malformed);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| malformed.clone())?;
    text.strip_suffix('\n')
        .ok_or(malformed)?
        .split('\n')
        .map(Signature::parse)
        .collect()
}

/// A witness: its key, the logs it watches, and what it remembers of them.
///
/// State and memory must not be shared with another process while this lives: give it locked
/// folders (see [`crate::directory::Locked`]).
pub struct Witness<'a, S: FilesMut, M: FilesMut> {
    /// The cosigner's key.
    pub signer: &'a Signer,
    /// Keys of the logs watched; a key's name is its log's origin.
    pub logs: &'a [VerifierKey],
    /// What was signed last, of each log.
    pub state: S,
    /// The same, kept elsewhere.
    pub memory: M,
}

impl<S: FilesMut, M: FilesMut> Witness<'_, S, M> {
    /// Checks a request and cosigns its checkpoint at a time in seconds since 1970.
    ///
    /// # Errors
    /// If anything keeps the witness from signing; then nothing is signed, and nothing remembered.
    pub fn sign(&mut self, request: &[u8], time: u64) -> Result<Signature, WitnessError> {
        let request = Request::parse(request)?;
        let text = checkpoint_text(&request.checkpoint)?;
        let head = Checkpoint::parse(&text).map_err(WitnessError::NotByLog)?;
        let logs: Vec<VerifierKey> = self
            .logs
            .iter()
            .filter(|key| key.name() == head.origin)
            .cloned()
            .collect();
        if logs.is_empty() {
            return Err(WitnessError::UnknownLog(head.origin));
        }
        checkpoint::open(&request.checkpoint, &logs).map_err(WitnessError::NotByLog)?;
        if request.old > head.size {
            return Err(WitnessError::BadRequest(
                "old size is larger than the new one",
            ));
        }
        let latest = self.latest(&head)?;
        let latest_size = latest.map_or(0, |(size, _)| size);
        if request.old != latest_size {
            return Err(WitnessError::Conflict {
                asked: request.old,
                latest: latest_size,
            });
        }
        must_continue(latest, &head, &request.path)?;
        let signature = self.signer.cosign(&text, time).map_err(WitnessError::Key)?;
        let path = state_path(&head.origin);
        let line = format!("{}\n{}\n", head.size, head.root.to_base64());
        // Both before the signature leaves; the memory first, so that it is never the older one.
        self.memory.write(&path, line.as_bytes())?;
        self.state.write(&path, line.as_bytes())?;
        Ok(signature)
    }

    /// What was signed last of this log; refuses a state that is older than the memory.
    fn latest(&self, head: &Checkpoint) -> Result<Option<(u64, Digest)>, WitnessError> {
        let path = state_path(&head.origin);
        let state = parse_state(self.state.read(&path, 256)?)?;
        let memory = parse_state(self.memory.read(&path, 256)?)?;
        let signed = |found: Option<(u64, Digest)>| found.map_or(0, |(size, _)| size);
        // A crash between the two writes leaves the memory ahead; the same request may come again.
        let is_same_again = memory == Some((head.size, head.root));
        if memory != state && !is_same_again && (signed(memory) >= signed(state)) {
            let (state, memory) = (signed(state), signed(memory));
            return Err(WitnessError::StateRolledBack { state, memory });
        }
        Ok(state)
    }
}

/// The checkpoint's text, without its signatures.
fn checkpoint_text(bytes: &[u8]) -> Result<String, WitnessError> {
    let note = crate::note::Note::parse(bytes);
    note.map(|note| note.text)
        .map_err(|error| WitnessError::NotByLog(error.into()))
}

/// The new tree must continue the one signed last (C2SP tlog-witness, add-checkpoint).
fn must_continue(
    latest: Option<(u64, Digest)>,
    head: &Checkpoint,
    path: &[Digest],
) -> Result<(), WitnessError> {
    match latest {
        // The empty tree is the beginning of every tree: no proof, and none may be given.
        None | Some((0, _)) if !path.is_empty() => {
            Err(WitnessError::Inconsistent(ProofError::TooLong))
        }
        None | Some((0, _)) if head.size == 0 && head.root != hash::EMPTY_ROOT => {
            Err(WitnessError::EmptyRoot)
        }
        None | Some((0, _)) => Ok(()),
        Some((size, root)) => {
            let proved = proof::check_consistency((size, &root), (head.size, &head.root), path);
            proved.map_err(WitnessError::Inconsistent)
        }
    }
}

/// Where a log's state is: named by the hash of its origin, as in C2SP read addresses.
fn state_path(origin: &str) -> String {
    format!("{}/latest", hash::sha256(origin.as_bytes()))
}

/// Reads size and root.
fn parse_state(bytes: Option<Vec<u8>>) -> Result<Option<(u64, Digest)>, WitnessError> {
    let Some(bytes) = bytes else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    let parsed = text
        .strip_suffix('\n')
        .and_then(|text| text.split_once('\n'));
    let parsed =
        parsed.and_then(|(size, root)| Some((text::decimal(size)?, Digest::from_base64(root)?)));
    parsed
        .map(Some)
        .ok_or_else(|| WitnessError::State(text.escape_debug().to_string()))
}
