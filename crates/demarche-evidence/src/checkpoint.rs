//! Reads and checks checkpoints: origin, size and root under signatures (C2SP tlog-checkpoint).

use crate::hash::{self, Digest};
use crate::note::{Algorithm, Note, NoteError, VerifierKey};
use crate::text;

/// The state of a log at one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Digest,
    /// Lines after the root; we write none, and no proof covers them.
    pub extensions: Vec<String>,
}

/// Why a checkpoint cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note, or a signature that does not verify.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A note whose text is no checkpoint.
    #[error("not a checkpoint: {0}")]
    Malformed(&'static str),
    /// Signed, but not by the log it is of.
    #[error("no signature by a log key named {0}")]
    NotByLog(String),
}

impl Checkpoint {
    /// Reads a checkpoint's text.
    ///
    /// # Errors
    /// If it is none; sizes and roots have one spelling each.
    pub fn parse(text: &str) -> Result<Checkpoint, CheckpointError> {
        let body = text
            .strip_suffix('\n')
            .ok_or(CheckpointError::Malformed("no last newline"))?;
        let mut lines = body.split('\n');
        let mut next = |what| lines.next().filter(|line| !line.is_empty()).ok_or(what);
        let origin = next(CheckpointError::Malformed("no origin"))?.to_owned();
        let size = next(CheckpointError::Malformed("no size"))?;
        let size = text::decimal(size).ok_or(CheckpointError::Malformed("size"))?;
        let root = next(CheckpointError::Malformed("no root"))?;
        let root = Digest::from_base64(root).ok_or(CheckpointError::Malformed("root"))?;
        if size == 0 && root != hash::EMPTY_ROOT {
            return Err(CheckpointError::Malformed("root of the empty tree"));
        }
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(CheckpointError::Malformed("empty extension line"));
        }
        Ok(Checkpoint {
            origin,
            size,
            root,
            extensions,
        })
    }

    /// Writes the text that is signed.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            self.root.to_base64()
        );
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        text
    }
}

/// A checkpoint whose signatures were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The whole note.
    pub note: Note,
    /// Cosigners among the keys given, with the times they state, in the note's order.
    pub cosigned: Vec<(VerifierKey, u64)>,
}

impl Opened {
    /// Cosigners whose time is after `now`, in seconds since 1970: their clock is wrong, or ours.
    pub fn cosigned_after(&self, now: u64) -> impl Iterator<Item = &(VerifierKey, u64)> {
        self.cosigned.iter().filter(move |(_, time)| *time > now)
    }
}

/// Reads a checkpoint and checks every signature by a key given.
///
/// # Errors
/// If no log key of the checkpoint's own origin signed it, or a known key's signature is bad.
pub fn open(bytes: &[u8], keys: &[VerifierKey]) -> Result<Opened, CheckpointError> {
    let note = Note::parse(bytes)?;
    let checkpoint = Checkpoint::parse(&note.text)?;
    let verified = note.verify(keys)?;
    let by_log = verified.iter().any(|signature| {
        let key = signature.key;
        key.algorithm() == Algorithm::Ed25519 && key.name() == checkpoint.origin
    });
    if !by_log {
        return Err(CheckpointError::NotByLog(checkpoint.origin));
    }
    let mut cosigned = Vec::new();
    for signature in verified {
        if let Some(time) = signature.time {
            cosigned.push((signature.key.clone(), time));
        }
    }
    Ok(Opened {
        checkpoint,
        note,
        cosigned,
    })
}
