//! Paths of the evidence folder; decision 0007 says what each file is bound by.

use std::io;
use std::path::{Path, PathBuf};

use demarche_evidence::hash::Digest;
use demarche_evidence::key::SourceKey;
use demarche_evidence::source_tree::BLOCK_LEAVES;
use demarche_evidence::tree::Range;

/// Folder of the evidence, in a case.
pub const EVIDENCE: &str = "evidence";

/// What stands before the proof in `brief.json`; its last occurrence ends what is sealed.
pub const PROOF_MARK: &[u8] = b",\n  \"proof\": ";

/// Level of the root of a full block: 2^8 leaves.
const BLOCK_LEVEL: u32 = 8;

/// The evidence folder of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    root: PathBuf,
}

impl Evidence {
    /// That of a case folder.
    pub fn of(case: &Path) -> Evidence {
        Evidence {
            root: case.join(EVIDENCE),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The case log: a tlog-tiles directory.
    pub fn log(&self) -> PathBuf {
        self.root.join("log")
    }

    /// The signed checkpoint of the log.
    pub fn checkpoint(&self) -> PathBuf {
        self.log().join(demarche_evidence::case_log::CHECKPOINT)
    }

    /// Folder of all sealed sources.
    pub fn sources(&self) -> PathBuf {
        self.root.join("sources")
    }

    /// What is kept of one sealed source.
    pub fn source(&self, source: &str) -> SourceFolder {
        SourceFolder {
            root: self.sources().join(source),
        }
    }

    /// Folder of the openings of cited records.
    pub fn records(&self) -> PathBuf {
        self.root.join("records")
    }

    /// The opening of one cited record.
    pub fn record(&self, source: &str, leaf: u64) -> PathBuf {
        self.records().join(source).join(format!("{leaf}.json"))
    }

    /// Folder of what entries conceal.
    pub fn concealed(&self) -> PathBuf {
        self.root.join("concealed")
    }

    /// What the entries of one append conceal, by the index of its first entry.
    pub fn concealed_from(&self, first: u64) -> PathBuf {
        self.concealed().join(format!("{first:06}.jsonl"))
    }

    /// Folder of files sealed with the case.
    pub fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// A file sealed with the case, by the SHA-256 of its bytes.
    pub fn file(&self, sha256: &Digest) -> PathBuf {
        self.files().join(sha256.to_string())
    }
}

/// What is kept of one sealed source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFolder {
    root: PathBuf,
}

impl SourceFolder {
    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Roots of full blocks of 256 leaves, and the leaves after them.
    pub fn tiles(&self) -> PathBuf {
        self.root.join("tiles")
    }

    /// The list of spans.
    pub fn spans(&self) -> PathBuf {
        self.root.join("spans")
    }

    /// The secret `K_source`.
    pub fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    /// Reads the key; `None` if there is none or it is not 32 bytes.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn read_key(&self) -> io::Result<Option<SourceKey>> {
        let Some(bytes) = read_if_there(&self.key())? else {
            return Ok(None);
        };
        Ok(bytes.try_into().ok().map(SourceKey::new))
    }

    /// Reads the hashes of the source's tree; `None` if the file is not there or not of a tree of
    /// that many spans. What is read is right if [`Tiles::root`] is the sealed root.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn read_tiles(&self, spans: u64) -> io::Result<Option<Tiles>> {
        let Some(bytes) = read_if_there(&self.tiles())? else {
            return Ok(None);
        };
        let (hashes, rest) = bytes.as_chunks::<32>();
        let (n_blocks, n_tail) = (spans / BLOCK_LEAVES, spans % BLOCK_LEAVES);
        let hashes: Vec<Digest> = hashes.iter().copied().map(Digest).collect();
        if !rest.is_empty() || hashes.len() as u64 != n_blocks + n_tail {
            return Ok(None);
        }
        let (blocks, tail) = hashes.split_at(n_blocks as usize);
        let (blocks, tail) = (blocks.to_vec(), tail.to_vec());
        Ok(Some(Tiles { blocks, tail }))
    }

    /// Reads the list of spans; `None` if it is not there.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn read_spans(&self) -> io::Result<Option<Vec<u8>>> {
        read_if_there(&self.spans())
    }
}

/// The stored hashes of a source's tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tiles {
    /// Roots of full blocks of 256 leaves, in order.
    pub blocks: Vec<Digest>,
    /// Hashes of the leaves after the last full block.
    pub tail: Vec<Digest>,
}

impl Tiles {
    /// The root they lead to.
    pub fn root(&self) -> Digest {
        let mut range = Range::new();
        for block in &self.blocks {
            range.push_subtree(BLOCK_LEVEL, *block);
        }
        for leaf in &self.tail {
            range.push(*leaf);
        }
        range.root()
    }
}

/// Reads a file; `None` if there is none.
///
/// # Errors
/// If it is there and cannot be read.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cause),
    }
}

/// A path beside the case with a suffix to its name: `DIR.partial`.
pub fn beside(case: &Path, suffix: &str) -> PathBuf {
    let mut name = case.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    case.with_file_name(name)
}

/// Where the verifier key of a case lies: beside it.
pub fn verifier_key(case: &Path) -> PathBuf {
    beside(case, "vkey")
}

/// `brief.json` without its proof: the bytes whose digest the run sealed; `None` if there is no
/// proof in it.
pub fn without_proof(brief: &[u8]) -> Option<&[u8]> {
    let at = brief
        .windows(PROOF_MARK.len())
        .rposition(|bytes| bytes == PROOF_MARK)?;
    brief.get(..at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_the_last_member_and_what_is_before_it_is_sealed() {
        let brief = b"{\n  \"a\": 1,\n  \"proof\": {\n    \"size\": 3\n  }\n}\n";
        assert_eq!(without_proof(brief), Some(&b"{\n  \"a\": 1"[..]));
        assert_eq!(without_proof(b"{}"), None);
    }

    #[test]
    fn the_verifier_key_lies_beside_the_case() {
        assert_eq!(
            verifier_key(Path::new("cases/one")),
            Path::new("cases/one.vkey")
        );
    }
}
