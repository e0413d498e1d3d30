//! Whom a check trusts: keys given from outside, never from what is checked.

use std::path::Path;

use demarche_evidence::note::{Algorithm, VerifierKey};
use demarche_evidence::policy::Policy;

use crate::error::{Error, OnFile, Result};

/// The longest key or checkpoint file read.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// Makes the policy of a check.
///
/// `key` is a verifier key, or the name of a file with one. Where both are given, the policy must
/// name the key as a log's: two answers to the question whom to trust must not contradict.
///
/// # Errors
/// Usage errors: no key, a key that is none, a key or policy inside what is checked.
pub fn policy(key: Option<&str>, policy: Option<&Path>, checked: &Path) -> Result<Policy> {
    let key = key.map(|key| verifier_key(key, checked)).transpose()?;
    let Some(path) = policy else {
        let key = key.ok_or_else(|| Error::usage("no key: give --key or --policy"))?;
        return Ok(Policy::of_logs(vec![key]));
    };
    must_be_outside(path, checked)?;
    let policy = Policy::parse(&bounded(path)?).map_err(|cause| {
        Error::usage(format!("{} is not a policy", path.display())).because(&cause)
    })?;
    match key {
        Some(key) if !policy.logs().contains(&key) => Err(Error::usage(format!(
            "{} does not name the log key given with --key",
            path.display()
        ))),
        _ => Ok(policy),
    }
}

/// Reads a verifier key from its text or from a file.
///
/// # Errors
/// Usage errors: no key, or one inside what is checked.
pub fn verifier_key(text: &str, checked: &Path) -> Result<VerifierKey> {
    let parsed = VerifierKey::parse(text.trim());
    let path = Path::new(text);
    let key = match parsed {
        Ok(key) => key,
        Err(_) if path.is_file() => {
            must_be_outside(path, checked)?;
            let bytes = bounded(path)?;
            let line = String::from_utf8_lossy(&bytes);
            VerifierKey::parse(line.trim()).map_err(|cause| {
                Error::usage(format!("{text} holds no verifier key")).because(&cause)
            })?
        }
        Err(cause) => {
            return Err(
                Error::usage(format!("--key {text}: no verifier key, and no file of that name"))
                    .because(&cause)
                    .hint("give the file DIR.vkey that examine wrote beside the case, or its one line: name+id+base64"),
            );
        }
    };
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(Error::usage("--key is the key of a witness, not of a log")
            .hint("keys of witnesses belong into a policy file: --policy"));
    }
    Ok(key)
}

/// Reads checkpoints kept elsewhere.
///
/// # Errors
/// Those of the disk.
pub fn older(paths: &[std::path::PathBuf], checked: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let read = |path: &std::path::PathBuf| {
        must_be_outside(path, checked)?;
        Ok((path.display().to_string(), bounded(path)?))
    };
    paths.iter().map(read).collect()
}

/// Refuses what lies inside the case or pack: whoever altered that could have written this too.
pub(crate) fn must_be_outside(path: &Path, checked: &Path) -> Result<()> {
    let real = |path: &Path| path.canonicalize().on("read", path);
    if checked.is_dir() && real(path)?.starts_with(real(checked)?) {
        return Err(
            Error::usage(format!("{} lies inside what is checked", path.display()))
                .hint("take keys, policies and older checkpoints from somewhere else: a letter, a web site, a witness"),
        );
    }
    Ok(())
}

/// Reads a file that must be short.
pub(crate) fn bounded(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).on("read", path)?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .on("read", path)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Error::usage(format!(
            "{} is longer than 256 KiB",
            path.display()
        )));
    }
    Ok(bytes)
}
