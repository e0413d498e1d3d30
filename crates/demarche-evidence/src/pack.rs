//! Makes packs: a bag with the entries, proofs and openings an outsider needs.
//!
//! The pages of a pack are bound by the log: the entry `export.made` has the digest of every file
//! outside `data/log/`, so no page can be exchanged without it showing.

use serde_json::{Map, Value};

use crate::bag;
use crate::case_log::{CaseLog, LogError};
use crate::container::{self, ContainerError, Contents};
use crate::entry::{self, EntryError};
use crate::hash::Digest;
use crate::opening::Opening;
use crate::tile::FilesMut;
use crate::tlog_proof::TlogProof;
use crate::verify::pack as layout;

/// The script that checks a pack with Python's standard library alone.
pub const VERIFIER: &str = include_str!("verify_pack.py");

/// A pack before its entries are chosen: openings and pages.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    pages: Contents,
}

impl Draft {
    /// A pack with nothing in it but its verifier.
    pub fn new() -> Draft {
        let mut pages = Contents::new();
        pages.insert("data/verify/verify_pack.py".into(), VERIFIER.into());
        Draft { pages }
    }

    /// Adds a page, as `report.html`; its path is below `data/`.
    ///
    /// # Errors
    /// If the path is not safe, is taken, or lies where entries and records go.
    pub fn page(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), ContainerError> {
        let path = format!("data/{path}");
        let reserved = [layout::LOG, layout::RECORDS, layout::CUTS, layout::REVEALS]
            .iter()
            .any(|taken| path.starts_with(taken));
        if reserved || !container::is_safe(&path) || self.pages.contains_key(&path) {
            return Err(ContainerError::Path(path));
        }
        self.pages.insert(path, bytes);
        Ok(())
    }

    /// Adds an opening.
    pub fn opening(&mut self, opening: &Opening) {
        let folder = layout::folder_of(&opening.source);
        let path = format!("{}{folder}/{}.json", layout::RECORDS, opening.leaf);
        self.pages.insert(path, opening.to_json().into_bytes());
    }

    /// Adds a record that was cut after intake: its `entry` is the one that binds the cut, and it
    /// has no path. The record itself must be added too, be it by its header only.
    pub fn cut(&mut self, cut: &Opening) {
        let folder = layout::folder_of(&cut.source);
        let path = format!("{}{folder}/{}.json", layout::CUTS, cut.leaf);
        self.pages.insert(path, cut.to_json().into_bytes());
    }

    /// Adds what is revealed of an entry: salts and values of concealed fields.
    ///
    /// # Errors
    /// If a number in a value has no exact form.
    pub fn reveal(&mut self, entry: u64, fields: &layout::Fields) -> Result<(), EntryError> {
        let hex =
            |salt: &[u8; 16]| -> String { salt.iter().map(|byte| format!("{byte:02x}")).collect() };
        let field = |(salt, value): &layout::Revealed| {
            let mut object = Map::new();
            object.insert("salt".into(), hex(salt).into());
            object.insert("value".into(), value.clone());
            Value::Object(object)
        };
        let object: Map<String, Value> = fields
            .iter()
            .map(|(name, it)| (name.clone(), field(it)))
            .collect();
        let mut line = entry::canonical(&Value::Object(object))?;
        line.push(b'\n');
        self.pages.insert(layout::reveals_path(entry), line);
        Ok(())
    }

    /// Everything in the pack so far, to be looked through before it leaves the house.
    pub fn pages(&self) -> &Contents {
        &self.pages
    }

    /// What the entry `export.made` must have in its field `content`.
    pub fn content(&self) -> Digest {
        layout::content(&bag::manifest(&self.pages))
    }

    /// Makes the pack: adds the checkpoint, and each entry with its proof.
    ///
    /// # Errors
    /// If an entry is not in the log.
    pub fn finish<F: FilesMut>(
        self,
        log: &CaseLog<F>,
        entries: &[(u64, Vec<u8>)],
        info: &[(String, String)],
    ) -> Result<Contents, LogError> {
        let mut payload = self.pages;
        let checkpoint = log.checkpoint().to_vec();
        for (index, entry) in entries {
            let path = log.inclusion(*index)?;
            let checkpoint = checkpoint.clone();
            let proof = TlogProof {
                extra: None,
                index: *index,
                path,
                checkpoint,
            };
            payload.insert(layout::entry_path(*index), entry.clone());
            payload.insert(layout::proof_path(*index), proof.to_bytes());
        }
        payload.insert(layout::CHECKPOINT.into(), checkpoint);
        Ok(make(payload, info))
    }
}

/// Makes a bag of payload files, whose paths begin with `data/`, and lines of `bag-info.txt`.
///
/// Line breaks in a value become spaces: each line is one statement.
fn make(payload: Contents, info: &[(String, String)]) -> Contents {
    let n_bytes: usize = payload.values().map(Vec::len).sum();
    let mut lines = String::new();
    for (label, value) in info {
        let value = value.replace(['\r', '\n'], " ");
        lines.push_str(&format!("{label}: {value}\n"));
    }
    lines.push_str(&format!("Payload-Oxum: {n_bytes}.{}\n", payload.len()));
    let manifest = bag::manifest(&payload);
    let mut files = payload;
    let mut tags = Contents::new();
    tags.insert("bagit.txt".into(), bag::DECLARATION.into());
    tags.insert("bag-info.txt".into(), lines.into());
    tags.insert(bag::MANIFEST.into(), manifest.into());
    let tag_manifest = bag::manifest(&tags);
    files.append(&mut tags);
    files.insert(bag::TAG_MANIFEST.into(), tag_manifest.into());
    files
}
