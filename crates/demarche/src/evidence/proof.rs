//! The proof a brief prints: from the signed checkpoint, filled in after it.

use std::path::Path;

use demarche_core::brief::proof::Proof;

use crate::error::{Error, OnFile, Result};
use crate::evidence::key::CaseKey;
use crate::evidence::layout::{self, PROOF_MARK};
use crate::evidence::{log, step};
use crate::examine::outputs;
use crate::render;

/// The proof that a checkpoint of a case is.
///
/// # Errors
/// A checkpoint that is not this key's.
pub fn of(checkpoint: &[u8], key: &CaseKey) -> Result<Proof> {
    let head = log::head(checkpoint, key)?;
    let signer = key.signer()?;
    let verifier_key = signer.verifier_key();
    Ok(Proof {
        origin: head.origin,
        size: head.size,
        root: head.root.to_string(),
        checkpoint: String::from_utf8_lossy(checkpoint).into_owned(),
        key_id: format!("{:08x}", verifier_key.id()),
        verifier_key: verifier_key.to_string(),
    })
}

/// Fills the proof into the brief of a case of that name, and writes its page; doing it again
/// changes nothing.
///
/// # Errors
/// A brief without the place for it, and errors of the disk.
pub fn fill(case: &Path, name: &str, proof: &Proof) -> Result<()> {
    let path = case.join("brief.json");
    let bytes = std::fs::read(&path).on("read", &path)?;
    let before = layout::without_proof(&bytes).ok_or_else(|| no_place(&path))?;
    let mut filled = before.to_vec();
    filled.extend_from_slice(PROOF_MARK);
    let value = format!("{:#}", render::json::proof(proof));
    filled.extend_from_slice(value.replace('\n', "\n  ").as_bytes());
    filled.extend_from_slice(b"\n}\n");
    log::put(&path, &filled)?;
    step::passed();
    outputs::page(case, name)?;
    step::passed();
    Ok(())
}

fn no_place(path: &Path) -> Error {
    Error::run(format!("{} has no place for its proof", path.display()))
}
