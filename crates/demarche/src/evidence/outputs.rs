//! The outputs of a run whose digests its entry seals.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use demarche_evidence::hash::{Digest, Hasher, sha256};
use demarche_store::beside;

use crate::error::{Error, OnFile, Result};
use crate::evidence::layout;
use crate::examine::case::sorted_entries;

/// The brief: sealed without its proof.
const BRIEF: &str = "brief.json";

/// Digests of the outputs in a case folder, by path below it, parts joined by `/`.
///
/// # Errors
/// Those of the disk, and a brief without the place for its proof.
pub fn digests(case: &Path) -> Result<BTreeMap<String, Digest>> {
    let mut digests = BTreeMap::new();
    for path in sorted_entries(case)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == BRIEF {
            let bytes = std::fs::read(&path).on("read", &path)?;
            let sealed = layout::without_proof(&bytes);
            let sealed =
                sealed.ok_or_else(|| Error::run("brief.json has no place for its proof"))?;
            digests.insert(BRIEF.to_owned(), sha256(sealed));
        } else if is_sealed(&name) && path.is_file() {
            digests.insert(name.into_owned(), digest(&path)?);
        }
    }
    let store = case.join(demarche_store::layout::STORE);
    if store.is_dir() {
        let paths = sorted_entries(&store)?;
        let hashed = beside::each(&paths, |path| bytes_of(path), |path| digest(path));
        for (path, digest) in paths.iter().zip(hashed) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{}/{name}", demarche_store::layout::STORE);
            digests.insert(name, digest?);
        }
    }
    Ok(digests)
}

/// How many bytes a file has; of one that cannot be asked, opening it says why.
fn bytes_of(path: &Path) -> u64 {
    path.metadata().map_or(0, |of| of.len())
}

/// Whether a file of the case folder is sealed as it is.
pub fn is_sealed(name: &str) -> bool {
    name.ends_with(".csv") || name == "rejects.jsonl" || name == "changes.json"
}

/// SHA-256 of a file, read in blocks.
///
/// # Errors
/// Those of the disk.
pub fn digest(path: &Path) -> Result<Digest> {
    let mut file = File::open(path).on("read", path)?;
    let mut hasher = Hasher::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut block).on("read", path)?;
        if n == 0 {
            return Ok(hasher.finish());
        }
        hasher.update(&block[..n]);
    }
}
