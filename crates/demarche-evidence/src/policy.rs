//! Whom a verifier trusts: logs, witnesses and a quorum (C2SP tlog-policy).

use std::collections::BTreeMap;

use crate::checkpoint::{self, CheckpointError, Opened};
use crate::note::{Algorithm, NoteError, VerifierKey};

/// Longest policy read.
pub const POLICY_BYTES_MAX: usize = 256 * 1024;

/// Most lines that define something.
const DEFINITIONS_MAX: usize = 1024;

/// Why a policy cannot be used, or a checkpoint does not meet it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line that is none of the format.
    #[error("policy line {line}: {what}")]
    Malformed {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A key that cannot be used.
    #[error("policy line {line}: {cause}")]
    Key {
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        cause: NoteError,
    },
    /// No quorum line.
    #[error("policy has no quorum line")]
    NoQuorum,
    /// The checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Too few of the witnesses cosigned.
    #[error("checkpoint is not cosigned by the policy's quorum")]
    QuorumNotMet,
}

/// A name that a quorum can rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Member {
    Witness(VerifierKey),
    Group {
        needed: usize,
        members: Vec<Vec<u8>>,
    },
}

/// Logs, witnesses and the quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    members: BTreeMap<Vec<u8>, Member>,
    /// `None` for `quorum none`.
    quorum: Option<Vec<u8>>,
}

impl Policy {
    /// A policy of log keys alone, as given on a command line.
    pub fn of_logs(logs: Vec<VerifierKey>) -> Policy {
        Policy {
            logs,
            members: BTreeMap::new(),
            quorum: None,
        }
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// At the first line that is none, refers to a name not yet defined, or defines a key twice.
    pub fn parse(bytes: &[u8]) -> Result<Policy, PolicyError> {
        let malformed = |line, what| PolicyError::Malformed { line, what };
        if bytes.len() > POLICY_BYTES_MAX {
            return Err(malformed(1, "policy longer than 256 KiB"));
        }
        let mut reading = Reading::default();
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let number = at + 1;
            if line
                .iter()
                .any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f)
            {
                return Err(malformed(number, "control character"));
            }
            let words: Vec<&[u8]> = line
                .split(|byte| *byte == b' ' || *byte == b'\t')
                .filter(|w| !w.is_empty())
                .collect();
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with(b"#") => {}
                words => reading.line(number, words)?,
            }
        }
        let quorum = reading.quorum.ok_or(PolicyError::NoQuorum)?;
        Ok(Policy {
            logs: reading.logs,
            members: reading.members,
            quorum,
        })
    }

    /// Keys of the logs.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Every key of the policy, logs first.
    pub fn keys(&self) -> Vec<VerifierKey> {
        let mut keys = self.logs.clone();
        for member in self.members.values() {
            if let Member::Witness(key) = member {
                keys.push(key.clone());
            }
        }
        keys
    }

    /// Checks a checkpoint against the policy.
    ///
    /// # Errors
    /// If no log of the policy signed it, a known key's signature is bad, or the quorum is missed.
    pub fn open(&self, checkpoint: &[u8]) -> Result<Opened, PolicyError> {
        let opened = checkpoint::open(checkpoint, &self.keys())?;
        match &self.quorum {
            Some(name) if !self.met(name, &opened) => Err(PolicyError::QuorumNotMet),
            _ => Ok(opened),
        }
    }

    /// Whether a witness or group stands behind a checkpoint.
    ///
    /// Names refer to earlier lines only, and each is used once, so this ends.
    fn met(&self, name: &[u8], opened: &Opened) -> bool {
        match self.members.get(name) {
            None => false,
            Some(Member::Witness(key)) => opened.cosigned.iter().any(|(by, _)| by == key),
            Some(Member::Group { needed, members }) => {
                members
                    .iter()
                    .filter(|member| self.met(member, opened))
                    .count()
                    >= *needed
            }
        }
    }
}

/// A policy being read.
#[derive(Default)]
struct Reading {
    logs: Vec<VerifierKey>,
    members: BTreeMap<Vec<u8>, Member>,
    grouped: Vec<Vec<u8>>,
    quorum: Option<Option<Vec<u8>>>,
}

impl Reading {
    /// Takes in one line that is neither empty nor a comment.
    fn line(&mut self, line: usize, words: &[&[u8]]) -> Result<(), PolicyError> {
        let malformed = |what| PolicyError::Malformed { line, what };
        if self.logs.len() + self.members.len() > DEFINITIONS_MAX {
            return Err(malformed("too many definitions"));
        }
        match words {
            [b"log", vkey] | [b"log", vkey, _] => {
                let key = key(line, vkey, Algorithm::Ed25519)?;
                if self.logs.iter().any(|other| other.public() == key.public()) {
                    return Err(malformed("log key given twice"));
                }
                self.logs.push(key);
                Ok(())
            }
            [b"witness", name, vkey] | [b"witness", name, vkey, _] => {
                let key = key(line, vkey, Algorithm::Cosignature)?;
                let same = |member: &Member| match member {
                    Member::Witness(other) => other.public() == key.public(),
                    Member::Group { .. } => false,
                };
                if self.members.values().any(same) {
                    return Err(malformed("witness key given twice"));
                }
                self.define(line, name, Member::Witness(key))
            }
            [b"group", name, needed, members @ ..] => self.group(line, name, needed, members),
            [b"quorum", name] => self.quorum(line, name),
            _ => Err(malformed("expected log, witness, group or quorum")),
        }
    }

    /// Takes in a group.
    fn group(
        &mut self,
        line: usize,
        name: &[u8],
        needed: &[u8],
        members: &[&[u8]],
    ) -> Result<(), PolicyError> {
        let malformed = |what| PolicyError::Malformed { line, what };
        let needed = match needed {
            b"any" => 1,
            b"all" => members.len(),
            digits => std::str::from_utf8(digits)
                .ok()
                .and_then(crate::text::decimal)
                .and_then(|needed| usize::try_from(needed).ok())
                .ok_or(malformed("threshold"))?,
        };
        if needed == 0 || needed > members.len() {
            return Err(malformed(
                "threshold is not between 1 and the number of members",
            ));
        }
        for member in members {
            if !self.members.contains_key(*member) {
                return Err(malformed("member is not defined above"));
            }
            // A witness in two groups, or twice in one, would count twice.
            if self.grouped.iter().any(|grouped| grouped == member) {
                return Err(malformed("member of more than one group"));
            }
            self.grouped.push(member.to_vec());
        }
        let members = members.iter().map(|member| member.to_vec()).collect();
        self.define(line, name, Member::Group { needed, members })
    }

    /// Takes in the quorum.
    fn quorum(&mut self, line: usize, name: &[u8]) -> Result<(), PolicyError> {
        let malformed = |what| PolicyError::Malformed { line, what };
        if self.quorum.is_some() {
            return Err(malformed("second quorum"));
        }
        if name == b"none" {
            self.quorum = Some(None);
        } else if self.members.contains_key(name) {
            self.quorum = Some(Some(name.to_vec()));
        } else {
            return Err(malformed("quorum is not defined above"));
        }
        Ok(())
    }

    /// Gives a name its meaning, once.
    fn define(&mut self, line: usize, name: &[u8], member: Member) -> Result<(), PolicyError> {
        if name == b"none" || self.members.contains_key(name) {
            return Err(PolicyError::Malformed {
                line,
                what: "name is taken",
            });
        }
        self.members.insert(name.to_vec(), member);
        Ok(())
    }
}

/// Reads a key of the type its line needs.
fn key(line: usize, vkey: &[u8], algorithm: Algorithm) -> Result<VerifierKey, PolicyError> {
    let wrong = |cause| PolicyError::Key { line, cause };
    let vkey = std::str::from_utf8(vkey).map_err(|_| wrong(NoteError::Key("not UTF-8")))?;
    let key = VerifierKey::parse(vkey).map_err(wrong)?;
    if key.algorithm() == algorithm {
        Ok(key)
    } else {
        Err(wrong(NoteError::Key("type does not fit this line")))
    }
}
