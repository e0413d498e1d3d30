//! Opens the log of a case and appends entries to it.
//!
//! Invariants: what entries conceal is on disk before them; a checkpoint is remembered beside the
//! key before it is put into the log.

use std::path::Path;

use demarche_evidence::case_log::{CHECKPOINT, CaseLog, LogError};
use demarche_evidence::checkpoint;
use demarche_evidence::directory::Directory;
use demarche_evidence::entry::{self, Common};
use demarche_evidence::note::VerifierKey;
use demarche_evidence::tile::{Files, FilesMut};
use serde_json::{Map, Value};

use crate::error::{Error, OnFile, Result};
use crate::evidence::entries::{Revealed, Reveals};
use crate::evidence::key::{CaseKey, draw};
use crate::evidence::layout::Evidence;
use crate::evidence::step;
use crate::evidence::tool;

/// An entry before it has time, tool and salts.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    kind: &'static str,
    fields: Map<String, Value>,
    concealed: Vec<(&'static str, Value)>,
}

impl Draft {
    /// An entry of a type.
    pub fn of(kind: &'static str) -> Draft {
        Draft {
            kind,
            ..Draft::default()
        }
    }

    /// With a field that anyone who is shown the entry may read.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Draft {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// With fields that anyone may read.
    pub fn with_all(mut self, fields: Map<String, Value>) -> Draft {
        self.fields.extend(fields);
        self
    }

    /// With a field that stays hidden until its value and salt are shown.
    pub fn concealing(mut self, name: &'static str, value: impl Into<Value>) -> Draft {
        self.concealed.push((name, value.into()));
        self
    }
}

/// The log of a case, open for appending. The caller holds the case's lock.
pub struct Log<'a> {
    log: CaseLog<Remembered<'a>>,
    evidence: Evidence,
}

impl<'a> Log<'a> {
    /// Opens the log, or begins one; what a killed process left is taken up, or refused.
    ///
    /// # Errors
    /// A log that was altered or rolled back, or that is another key's; errors of the disk.
    pub fn open(evidence: &Evidence, key: &'a CaseKey) -> Result<Log<'a>> {
        let folder = evidence.log();
        let files = Directory::create(&folder).on("make", &folder)?;
        let known: Vec<Vec<u8>> = key.last_signed()?.into_iter().collect();
        let log = CaseLog::open(Remembered { files, key }, key.signer()?, &known).map_err(error)?;
        Ok(Log {
            log,
            evidence: evidence.clone(),
        })
    }

    /// Entries so far.
    pub fn size(&self) -> u64 {
        self.log.size()
    }

    /// The log itself, for proofs and packs.
    pub fn case_log(&self) -> &CaseLog<impl FilesMut + use<'a>> {
        &self.log
    }

    /// The log itself, to add cosignatures.
    pub fn case_log_mut(&mut self) -> &mut CaseLog<impl FilesMut + use<'a>> {
        &mut self.log
    }

    /// The signed checkpoint as it is on disk.
    pub fn checkpoint(&self) -> &[u8] {
        self.log.checkpoint()
    }

    /// The key that others check the log with.
    pub fn verifier_key(&self) -> &VerifierKey {
        self.log.verifier_key()
    }

    /// Appends entries and signs once; returns the index of the first and the bytes of each.
    ///
    /// # Errors
    /// An entry that gets too long, and errors of the disk.
    pub fn append(&mut self, actor: &str, drafts: &[Draft]) -> Result<(u64, Vec<Vec<u8>>)> {
        let first = self.log.size();
        let mut lines = Vec::new();
        let mut entries = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let (entry, reveals) = written(draft, actor)?;
            lines.extend(reveals.line().map_err(unwritable)?);
            lines.push(b'\n');
            entries.push(entry);
        }
        let path = self.evidence.concealed_from(first);
        put(&path, &lines)?;
        step::passed();
        self.log.append(&entries).map_err(error)?;
        step::passed();
        Ok((first, entries))
    }
}

/// Writes one entry, and what it conceals.
fn written(draft: &Draft, actor: &str) -> Result<(Vec<u8>, Reveals)> {
    let mut fields = draft.fields.clone();
    let mut reveals = Reveals::default();
    for (name, value) in &draft.concealed {
        let revealed = Revealed {
            salt: draw::<16>()?,
            value: value.clone(),
        };
        let field = entry::concealed(&revealed.salt, value).map_err(unwritable)?;
        fields.insert((*name).to_owned(), field);
        reveals.0.insert((*name).to_owned(), revealed);
    }
    let common = Common {
        kind: draft.kind.to_owned(),
        time: tool::now(),
        actor: actor.to_owned(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        tool_build: tool::build().to_owned(),
        salt: draw::<16>()?,
    };
    Ok((common.write(fields).map_err(unwritable)?, reveals))
}

fn unwritable(cause: entry::EntryError) -> Error {
    Error::run("an entry of the case log cannot be written").because(&cause)
}

/// Writes a file of the evidence folder at once and for good.
///
/// # Errors
/// Those of the disk.
pub fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let folder = above.unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Directory::create(folder)
        .and_then(|mut folder| folder.write(&name, bytes))
        .on("write", path)
}

/// An error of the log, for the person at the terminal.
pub fn error(cause: LogError) -> Error {
    let error = Error::run("the case log cannot go on").because(&cause);
    match cause {
        LogError::Altered(_) => error
            .hint("nothing was signed; what this machine signed last is kept beside the case key")
            .hint("restore the case folder whole, as it was left, or make a new case"),
        LogError::Checkpoint(_) => {
            error.hint("the log goes on with the key that began it: --key-file")
        }
        _ => error,
    }
}

/// Files of a log; a checkpoint is remembered beside the key before it is put there.
struct Remembered<'a> {
    files: Directory,
    key: &'a CaseKey,
}

impl Files for Remembered<'_> {
    fn read(&self, path: &str, bytes_max: usize) -> std::io::Result<Option<Vec<u8>>> {
        self.files.read(path, bytes_max)
    }
}

impl FilesMut for Remembered<'_> {
    fn write(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        step::passed();
        if path == CHECKPOINT {
            self.key.remember(bytes)?;
            step::passed();
        }
        self.files.write(path, bytes)
    }
}

/// Size and root that a checkpoint of this key states.
///
/// # Errors
/// A checkpoint that is not this key's.
pub fn head(bytes: &[u8], key: &CaseKey) -> Result<checkpoint::Checkpoint> {
    let keys = [key.signer()?.verifier_key().clone()];
    let opened = checkpoint::open(bytes, &keys);
    let opened = opened.map_err(|cause| error(LogError::Checkpoint(cause)))?;
    Ok(opened.checkpoint)
}
