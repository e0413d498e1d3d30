//! Checks a pack: its bag, its entries, its records, its pages.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::bag::{self, FILE_BYTES_MAX};
use crate::checkpoint::Opened;
use crate::entry::{self, Entry};
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

/// Where records are that were cut after intake: an entry `record.cut` binds each.
pub const CUTS: &str = "data/cuts/";

/// Where values are that entries conceal, with their salts.
pub const REVEALS: &str = "data/reveals/";

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

/// Path of what is revealed of an entry.
pub fn reveals_path(index: u64) -> String {
    format!("{REVEALS}{index:06}.json")
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

/// A value that an entry conceals, with its salt.
pub type Revealed = ([u8; 16], Value);

/// Fields that an entry conceals, by name.
pub type Fields = BTreeMap<String, Revealed>;

/// A pack as it was found.
#[derive(Clone, Debug, Default)]
pub struct CheckedPack {
    /// The checkpoint, if one could be opened with the keys given.
    pub opened: Option<Opened>,
    /// The entries, and what they say of sources.
    pub entries: CheckedEntries,
    /// Records that open, by path.
    pub records: BTreeMap<String, Opening>,
    /// Records cut after intake that fit the entry that binds them, by path.
    pub cuts: BTreeMap<String, Opening>,
    /// What is revealed of entries, by index and field: salt and value.
    pub reveals: BTreeMap<u64, Fields>,
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
    for path in paths.iter().filter(|path| path.starts_with(CUTS)) {
        if let Some(opening) = check_cut(files, path, &checked.entries, &checked.records)
            .unwrap_or_else(|fault| fault.file(path, &mut checked.faults))
        {
            checked.cuts.insert((*path).clone(), opening);
        }
    }
    for path in paths.iter().filter(|path| path.starts_with(REVEALS)) {
        if let Some((index, fields)) = check_reveals(files, path, &checked.entries)
            .unwrap_or_else(|fault| fault.file(path, &mut checked.faults))
        {
            checked.reveals.insert(index, fields);
        }
    }
    check_pages(files, &checked.entries, &mut checked.faults);
    checked
}

/// What is wrong with one file.
enum FileFault {
    Altered(String),
    Missing(String),
}

impl FileFault {
    /// Files it under the file's name.
    fn file<T>(self, path: &str, faults: &mut Faults) -> Option<T> {
        match self {
            FileFault::Altered(what) => faults.altered(format!("{path:?}: {what}")),
            FileFault::Missing(what) => faults.missing(format!("{path:?}: {what}")),
        }
        None
    }
}

/// An altered file.
fn wrong<E: ToString>(what: E) -> FileFault {
    FileFault::Altered(what.to_string())
}

/// Reads a file that is checked on its own; `None` was said already, by the bag.
fn bytes_of(files: &impl Listing, path: &str) -> Result<Option<Vec<u8>>, FileFault> {
    let read = files.read(path, FILE_BYTES_MAX);
    read.map_err(|cause| FileFault::Missing(cause.to_string()))
}

/// Checks a record that was cut after intake: the entry `record.cut` that it names must bind its
/// commitment, and the record itself must be shown, be it by its header only.
fn check_cut(
    files: &impl Listing,
    path: &str,
    entries: &CheckedEntries,
    records: &BTreeMap<String, Opening>,
) -> Result<Option<Opening>, FileFault> {
    let Some(bytes) = bytes_of(files, path)? else {
        return Ok(None);
    };
    let cut = Opening::parse(&bytes).map_err(wrong)?;
    if !cut.path.is_empty() {
        return Err(wrong("a cut has no path to a root"));
    }
    let (_, commitment) = cut.commitment().map_err(wrong)?;
    let entry = entries
        .entries
        .iter()
        .find(|(index, _)| *index == cut.entry);
    let Some((_, entry)) = entry else {
        let what = format!("entry {}, which binds it, is not in the pack", cut.entry);
        return Err(FileFault::Missing(what));
    };
    let field = |name: &str| entry.object.get(name);
    let bound = entry.common.kind == "record.cut"
        && field("source").and_then(Value::as_str) == Some(&cut.source)
        && field("leaf").and_then(Value::as_u64) == Some(cut.leaf)
        && field("commitment").and_then(Value::as_str) == Some(&commitment.to_string());
    if !bound {
        return Err(wrong(format!("entry {} does not bind it", cut.entry)));
    }
    let same = |record: &&Opening| {
        (&record.source, record.leaf, record.kind) == (&cut.source, cut.leaf, cut.kind)
            && (record.offset, record.length) == (cut.offset, cut.length)
    };
    match records.values().find(same) {
        Some(_) => Ok(Some(cut)),
        None => Err(FileFault::Missing(
            "the record that was cut is not in the pack".to_owned(),
        )),
    }
}

/// Checks what is revealed of an entry: each value must be what a field of it stands for.
fn check_reveals(
    files: &impl Listing,
    path: &str,
    entries: &CheckedEntries,
) -> Result<Option<(u64, Fields)>, FileFault> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let digits = name.split('.').next().unwrap_or_default();
    let index = digits.parse().ok();
    let index = index.filter(|index| path == reveals_path(*index));
    let index = index.ok_or_else(|| wrong("is no name for what an entry reveals"))?;
    let Some(bytes) = bytes_of(files, path)? else {
        return Ok(None);
    };
    let line = bytes.strip_suffix(b"\n").unwrap_or_default();
    let object: Map<String, Value> = serde_json::from_slice(line).map_err(|_| wrong("JSON"))?;
    let found = entry::canonical(&Value::Object(object.clone())).map_err(wrong)?;
    if found != line {
        return Err(wrong("is not in its one form"));
    }
    let entry = entries.entries.iter().find(|(at, _)| *at == index);
    let Some((_, entry)) = entry else {
        let what = format!("entry {index} is not in the pack");
        return Err(FileFault::Missing(what));
    };
    let mut fields = Fields::new();
    for (name, value) in object {
        let (salt, value) = revealed(value).ok_or_else(|| wrong("field of another form"))?;
        let stands = entry.object.get(&name);
        if !stands.is_some_and(|field| entry::reveals(field, &salt, &value)) {
            return Err(wrong(format!(
                "field {name} is not what entry {index} conceals"
            )));
        }
        fields.insert(name, (salt, value));
    }
    Ok(Some((index, fields)))
}

/// Reads `{"salt": hex, "value": any}`.
fn revealed(field: Value) -> Option<Revealed> {
    let Value::Object(mut field) = field else {
        return None;
    };
    let (salt, value) = (field.remove("salt")?, field.remove("value")?);
    let digits = salt.as_str()?;
    // A digest's reader is the strict reader of hexadecimal there is; a salt is half as long.
    let wide = Digest::from_hex(&format!("{digits}{digits}"))?;
    let salt = wide.0.first_chunk::<16>().copied()?;
    (digits.len() == 32 && field.is_empty()).then_some((salt, value))
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
