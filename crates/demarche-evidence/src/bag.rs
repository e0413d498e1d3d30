//! Checks BagIt bags (RFC 8493), SHA-256 only.

use std::collections::{BTreeMap, BTreeSet};

use crate::container::{self, Contents};
use crate::hash::{self, Digest};
use crate::tile::Listing;
use crate::verify::Faults;

/// The declaration every bag opens with (§2.1.1).
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Manifest of the payload.
pub const MANIFEST: &str = "manifest-sha256.txt";

/// Manifest of the other files.
pub const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// Largest file read.
pub const FILE_BYTES_MAX: usize = 1 << 30;

/// Manifest lines of these files, by path.
pub fn manifest(files: &Contents) -> String {
    files
        .iter()
        .map(|(path, bytes)| format!("{}  {}\n", hash::sha256(bytes), escape(path)))
        .collect()
}

/// A path as a manifest has it (§2.1.3): only these three are escaped.
fn escape(path: &str) -> String {
    path.replace('%', "%25")
        .replace('\n', "%0A")
        .replace('\r', "%0D")
}

/// Reads a path of a manifest; `None` for another escape.
fn unescape(text: &str) -> Option<String> {
    let mut path = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        path.push_str(before);
        path.push(match after.get(..2)? {
            "25" => '%',
            "0A" | "0a" => '\n',
            "0D" | "0d" => '\r',
            _ => return None,
        });
        rest = &after[2..];
    }
    path.push_str(rest);
    Some(path)
}

/// A bag that was checked.
#[derive(Clone, Debug, Default)]
pub struct CheckedBag {
    /// Digests of the payload, by path, as the manifest has them.
    pub payload: BTreeMap<String, Digest>,
    /// What is wrong.
    pub faults: Faults,
}

/// Checks every file of a bag against its manifests, and that there is none besides.
pub fn check(files: &impl Listing) -> CheckedBag {
    let mut checked = CheckedBag::default();
    let faults = &mut checked.faults;
    let paths: BTreeSet<String> = match files.paths() {
        Ok(paths) => paths.into_iter().collect(),
        Err(cause) => {
            faults.missing(format!("files of the bag: {cause}"));
            return checked;
        }
    };
    match read(files, "bagit.txt", faults) {
        Some(bytes) if bytes == DECLARATION.as_bytes() => {}
        Some(_) => faults.altered("bagit.txt is not that of BagIt 1.0 in UTF-8"),
        None => {}
    }
    if paths.contains("fetch.txt") {
        faults.altered("fetch.txt points outside the bag");
    }
    let payload = listed(files, MANIFEST, faults);
    let tags = listed(files, TAG_MANIFEST, faults);
    let (Some(payload), Some(tags)) = (payload, tags) else {
        return checked;
    };
    for path in payload.keys().filter(|path| !path.starts_with("data/")) {
        faults.altered(format!("{MANIFEST} lists {path:?}, which is no payload"));
    }
    for path in tags
        .keys()
        .filter(|path| path.starts_with("data/") || *path == TAG_MANIFEST)
    {
        faults.altered(format!("{TAG_MANIFEST} lists {path:?}"));
    }
    let mut n_bytes = 0;
    for (path, digest) in payload.iter().chain(&tags) {
        let Some(bytes) = read(files, path, faults) else {
            continue;
        };
        if hash::sha256(&bytes) != *digest {
            faults.altered(format!("{path:?} is not what its manifest says"));
        }
        if path.starts_with("data/") {
            n_bytes += bytes.len() as u64;
        }
    }
    for path in &paths {
        let known = payload.contains_key(path) || tags.contains_key(path) || path == TAG_MANIFEST;
        if !known {
            faults.altered(format!("{path:?} is in no manifest"));
        }
    }
    check_info(files, &tags, (n_bytes, payload.len()), faults);
    checked.payload = payload;
    checked
}

/// Reads a manifest: one safe path a line, none twice, none twice but for its case.
fn listed(
    files: &impl Listing,
    name: &str,
    faults: &mut Faults,
) -> Option<BTreeMap<String, Digest>> {
    let bytes = read(files, name, faults)?;
    let lines = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.strip_suffix('\n'));
    let Some(lines) = lines else {
        faults.altered(format!("{name} is not lines of text"));
        return None;
    };
    let mut listed = BTreeMap::new();
    let mut folded = BTreeSet::new();
    for line in lines.split('\n') {
        let parsed = line
            .split_once("  ")
            .and_then(|(digest, path)| Some((Digest::from_hex(digest)?, unescape(path)?)));
        let Some((digest, path)) = parsed.filter(|(_, path)| container::is_safe(path)) else {
            faults.altered(format!("{name} has a line that is no digest and safe path"));
            return None;
        };
        if !folded.insert(path.to_lowercase()) {
            faults.altered(format!("{name} lists {path:?} twice"));
            return None;
        }
        listed.insert(path, digest);
    }
    Some(listed)
}

/// Checks what `bag-info.txt` says of the payload's size.
fn check_info(
    files: &impl Listing,
    tags: &BTreeMap<String, Digest>,
    (n_bytes, n_files): (u64, usize),
    faults: &mut Faults,
) {
    for name in ["bagit.txt", "bag-info.txt", MANIFEST] {
        if !tags.contains_key(name) {
            faults.altered(format!("{TAG_MANIFEST} does not list {name}"));
        }
    }
    let Some(info) = read(files, "bag-info.txt", faults) else {
        return;
    };
    let expected = format!("Payload-Oxum: {n_bytes}.{n_files}");
    let info = String::from_utf8_lossy(&info);
    let mut oxum = info
        .split('\n')
        .filter(|line| line.starts_with("Payload-Oxum:"));
    let (first, second) = (oxum.next(), oxum.next());
    // A file that is missing changes the sum; that it is missing is said already.
    let complete = faults.outcome() == crate::verify::Outcome::Holds;
    if complete && (first != Some(expected.as_str()) || second.is_some()) {
        faults.altered("bag-info.txt does not have the payload's size");
    }
}

/// Reads one file, or says that it is missing.
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
