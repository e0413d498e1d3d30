//! Checks a pack: its bag, its entries, its records, its pages.

use std::collections::BTreeMap;

use crate::bag::{self, FILE_BYTES_MAX};
use crate::checkpoint::Opened;
use crate::entry::Entry;
use crate::hash::{self, Digest};
use crate::opening::Opening;
use crate::policy::Policy;
use crate::tile::Listing;
use crate::tlog_proof::TlogProof;
use crate::verify::entries::{self, CheckedEntries};
use crate::verify::{Faults, log, proof_fault};

/// Where the log's files are.
pub const LOG: &str = "data/log/";

/// Where openings are.
pub const RECORDS: &str = "data/records/";

/// The checkpoint.
pub const CHECKPOINT: &str = "data/log/checkpoint";

/// Path of an entry.
pub fn entry_path(index: u64) -> String {
    format!("{LOG}entries/{index:06}.json")
}

/// Path of an entry's proof.
pub fn proof_path(index: u64) -> String {
    format!("{LOG}proofs/{index:06}.tlog-proof")
}

/// Folder for the openings of a source; the opening itself names the source, the folder need not.
pub fn folder_of(source: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !source.is_empty() && source.len() <= 64 && source.bytes().all(plain) {
        return source.to_owned();
    }
    let digest = hash::sha256(source.as_bytes()).to_string();
    format!("source-{}", &digest[..16])
}

/// Digest of the manifest's lines outside the log: what `export.made` binds.
pub fn content(manifest: &str) -> Digest {
    let lines = manifest.split_inclusive('\n');
    let pages: String = lines.filter(|line| line.get(66..75) != Some(LOG)).collect();
    hash::sha256(pages.as_bytes())
}

/// A pack as it was found.
#[derive(Clone, Debug, Default)]
pub struct CheckedPack {
    /// The checkpoint, if one could be opened with the keys given.
    pub opened: Option<Opened>,
    /// The entries, and what they say of sources.
    pub entries: CheckedEntries,
    /// Records that open, by path.
    pub records: BTreeMap<String, Opening>,
    /// What is wrong, all of it.
    pub faults: Faults,
}

/// Checks a pack against a policy that comes from outside it.
pub fn check(files: &impl Listing, policy: &Policy) -> CheckedPack {
    let mut checked = CheckedPack::default();
    let bag = bag::check(files);
    checked.faults.extend(bag.faults);
    check_tags(files, &mut checked.faults);
    let paths: Vec<&String> = bag.payload.keys().collect();
    let checkpoint = read(files, CHECKPOINT, &mut checked.faults);
    if let Some(bytes) = &checkpoint {
        checked.opened = log::open_by(bytes, policy, "checkpoint", &mut checked.faults);
    }
    let entries = match &checkpoint {
        Some(checkpoint) => read_entries(files, &paths, checkpoint, policy, &mut checked.faults),
        None => Vec::new(),
    };
    let numbered = entries
        .iter()
        .map(|(index, bytes)| (*index, bytes.as_slice()));
    checked.entries = entries::check(numbered, false);
    let found = std::mem::take(&mut checked.entries.faults);
    checked.faults.extend(found);
    for path in paths.iter().filter(|path| path.starts_with(RECORDS)) {
        if let Some(opening) = check_record(files, path, &checked.entries, &mut checked.faults) {
            checked.records.insert((*path).clone(), opening);
        }
    }
    check_pages(files, &checked.entries, &mut checked.faults);
    checked
}

/// A pack has the four files of a bag beside its payload and no other: no entry binds those.
fn check_tags(files: &impl Listing, faults: &mut Faults) {
    let own = [
        "bagit.txt",
        "bag-info.txt",
        bag::MANIFEST,
        bag::TAG_MANIFEST,
    ];
    for path in files.paths().unwrap_or_default() {
        if !path.starts_with("data/") && !own.contains(&path.as_str()) {
            faults.altered(format!("{path:?} does not belong to a pack"));
        }
    }
}

/// Reads the entries and checks each against the checkpoint by its proof.
fn read_entries(
    files: &impl Listing,
    paths: &[&String],
    checkpoint: &[u8],
    policy: &Policy,
    faults: &mut Faults,
) -> Vec<(u64, Vec<u8>)> {
    let mut entries = Vec::new();
    for path in paths
        .iter()
        .filter(|path| path.starts_with(LOG) && path.as_str() != CHECKPOINT)
    {
        let Some(index) = index_of(path) else {
            faults.altered(format!("{path:?} does not belong to a pack's log"));
            continue;
        };
        if **path == proof_path(index) {
            if !paths.contains(&&entry_path(index)) {
                faults.missing(format!("entry {index} is missing, its proof is there"));
            }
            continue;
        }
        let Some(entry) = read(files, path, faults) else {
            continue;
        };
        let Some(proof) = read(files, &proof_path(index), faults) else {
            continue;
        };
        match TlogProof::parse(&proof) {
            Ok(proof) if proof.index != index || proof.checkpoint != checkpoint => {
                faults.altered(format!(
                    "proof of entry {index} is of another entry or checkpoint"
                ));
            }
            Ok(proof) => match proof.check(&hash::leaf(&entry), &policy.keys()) {
                Ok(_) => entries.push((index, entry)),
                Err(error) => proof_fault(&format!("entry {index}"), &error, faults),
            },
            Err(error) => faults.altered(format!("proof of entry {index}: {error}")),
        }
    }
    entries.sort();
    entries
}

/// The number of an entry or proof, if the path is exactly one's.
fn index_of(path: &str) -> Option<u64> {
    let name = path.rsplit('/').next()?;
    let digits = name.split('.').next()?;
    let index: u64 = digits.parse().ok()?;
    (path == entry_path(index) || path == proof_path(index)).then_some(index)
}

/// Checks one opening against the entry that sealed its source.
fn check_record(
    files: &impl Listing,
    path: &str,
    entries: &CheckedEntries,
    faults: &mut Faults,
) -> Option<Opening> {
    let bytes = read(files, path, faults)?;
    let opening = match Opening::parse(&bytes) {
        Ok(opening) => opening,
        Err(error) => {
            faults.altered(format!("{path:?}: {error}"));
            return None;
        }
    };
    let Some((entry, sealed)) = entries.sealed.get(&opening.source) else {
        faults.missing(format!(
            "{path:?}: the entry that sealed its source is not in the pack"
        ));
        return None;
    };
    if *entry != opening.entry {
        faults.altered(format!("{path:?}: its source was sealed by entry {entry}"));
        return None;
    }
    match opening.check(sealed) {
        Ok(()) => Some(opening),
        Err(error) => {
            faults.altered(format!("{path:?}: {error}"));
            None
        }
    }
}

/// Checks that the pages are those an export entry binds.
fn check_pages(files: &impl Listing, entries: &CheckedEntries, faults: &mut Faults) {
    let mut exports = Vec::new();
    for (index, entry) in &entries.entries {
        if entry.common.kind == "export.made" {
            exports.push((*index, content_of(entry)));
        }
    }
    if exports.is_empty() {
        faults.missing("no export entry in the pack: nothing vouches for its pages");
        return;
    }
    let Some(manifest) = read(files, bag::MANIFEST, faults) else {
        return;
    };
    let Ok(manifest) = std::str::from_utf8(&manifest) else {
        return;
    };
    let found = content(manifest);
    if !exports.iter().any(|(_, content)| *content == Some(found)) {
        faults.altered("pages are not those that the export entry binds");
    }
}

/// The digest an export entry binds.
fn content_of(entry: &Entry) -> Option<Digest> {
    Digest::from_hex(entry.object.get("content")?.as_str()?)
}

/// Reads one file; a missing one is a fault.
fn read(files: &impl Listing, path: &str, faults: &mut Faults) -> Option<Vec<u8>> {
    match files.read(path, FILE_BYTES_MAX) {
        Ok(Some(bytes)) => Some(bytes),
        Ok(None) => {
            faults.missing(format!("{path:?} is missing"));
            None
        }
        Err(cause) => {
            faults.missing(format!("{path:?}: {cause}"));
            None
        }
    }
}
