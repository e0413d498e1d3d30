//! Outputs of the last run, held against the digests that the run sealed.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use demarche_evidence::entry::Entry;
use demarche_evidence::hash::{Digest, Hasher, sha256};
use demarche_evidence::verify::Faults;

use demarche_store::layout::STORE;

use crate::evidence::entries::kind;
use crate::evidence::layout;
use crate::verify::concealed::Concealed;

/// The output that ends in a proof, which its digest leaves out.
pub const BRIEF: &str = "brief.json";

/// Digests of a run's outputs, by path below the case.
pub type Digests = BTreeMap<String, String>;

/// The last run of a log: its entry, and the digests of its outputs.
pub fn of_last_run(
    entries: &BTreeMap<u64, Entry>,
    concealed: &Concealed,
) -> Option<(u64, Digests)> {
    let mut runs = entries.iter().rev();
    let (index, _) = runs.find(|(_, entry)| entry.common.kind == kind::ANALYSIS_RUN)?;
    let outputs = concealed.value(*index, "outputs")?.as_object()?;
    let digests = outputs
        .iter()
        .filter_map(|(path, digest)| Some((path.clone(), digest.as_str()?.to_owned())));
    Some((*index, digests.collect()))
}

/// Compares the outputs of a case with the digests sealed; returns how many are the same.
pub fn check(case: &Path, digests: &Digests, faults: &mut Faults) -> usize {
    let mut n_same = 0;
    for (path, sealed) in digests {
        match digest(case, path) {
            Ok(Some(found)) if found.to_string() == *sealed => n_same += 1,
            Ok(Some(_)) => faults.altered(format!("{path} is not what the run wrote")),
            Ok(None) => faults.missing(format!("{path} is missing")),
            Err(cause) => faults.missing(format!("{path}: {cause}")),
        }
    }
    strangers(case, digests, faults);
    n_same
}

/// Files in the store that no run wrote: what reads the store would read them too.
fn strangers(case: &Path, digests: &Digests, faults: &mut Faults) {
    let Ok(folder) = std::fs::read_dir(case.join(STORE)) else {
        return;
    };
    let names = folder.filter_map(|entry| Some(entry.ok()?.file_name()));
    let paths = names.map(|name| format!("{STORE}/{}", name.to_string_lossy()));
    let mut strange: Vec<String> = paths.filter(|path| !digests.contains_key(path)).collect();
    strange.sort();
    for path in strange {
        faults.altered(format!("{path} was written by no run"));
    }
}

/// Digest of an output, the brief without its proof; `None` if it is not there.
///
/// # Errors
/// If it is there and cannot be read, or its path leads out of the case.
pub fn digest(case: &Path, path: &str) -> std::io::Result<Option<Digest>> {
    if !demarche_evidence::container::is_safe(path) {
        return Err(std::io::Error::other("path leads out of the case"));
    }
    let place = case.join(path);
    if path == BRIEF {
        let bytes = layout::read_if_there(&place)?;
        return Ok(bytes.map(|bytes| sha256(layout::without_proof(&bytes).unwrap_or(&bytes))));
    }
    let mut file = match std::fs::File::open(&place) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cause),
    };
    let mut hasher = Hasher::new();
    let mut block = vec![0; 256 * 1024];
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            return Ok(Some(hasher.finish()));
        }
        hasher.update(block.get(..n).unwrap_or_default());
    }
}
