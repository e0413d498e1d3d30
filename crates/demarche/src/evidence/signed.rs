//! Finishes a run that had signed its checkpoint and was killed before its end.
//!
//! Invariant: what was signed is put in place as it was signed, or nothing more is signed for the
//! case; see decision 0007, "How a run commits".

use std::path::Path;

use crate::error::{Error, OnFile, Result};
use crate::evidence::key::CaseKey;
use crate::evidence::layout::Evidence;
use crate::evidence::log::{Log, head};
use crate::evidence::{proof, run};
use crate::examine::case::{name_of, put_in_place};

/// Finishes what an earlier run signed in `partial` and did not put in the place of `case`.
///
/// # Errors
/// A key that is not there; a signed run that is gone or does not lead to what was signed.
pub fn finish(case: &Path, partial: &Path, key_file: Option<&Path>) -> Result<()> {
    let here = Evidence::of(case);
    if !here.checkpoint().is_file() {
        return Err(Error::run(format!(
            "{} is not sealed, so nothing is added to it",
            case.display()
        ))
        .hint("examine its sources again with this version, into another folder"));
    }
    let key = CaseKey::of_case(&here, key_file)?;
    let Some(last) = key.last_signed()? else {
        return Ok(());
    };
    let checkpoint = here.checkpoint();
    let bytes = std::fs::read(&checkpoint).on("read", &checkpoint)?;
    let (signed, there) = (head(&last, &key)?, head(&bytes, &key)?);
    if signed.size <= there.size {
        return Ok(());
    }
    let half = Evidence::of(partial);
    if !half.log().is_dir() {
        return Err(rolled_back(case, there.size, signed.size));
    }
    let log = Log::open(&half, &key)?;
    let proof = proof::of(log.checkpoint(), &key)?;
    proof::fill(partial, &name_of(case), &proof)?;
    run::write_key_beside(case, &proof)?;
    put_in_place(case, partial)?;
    // tidy: allow print: what the user did not ask for is said
    anstream::eprintln!(
        "note: an earlier run on {} had signed its result and was stopped before its end; it was finished first",
        case.display()
    );
    Ok(())
}

fn rolled_back(case: &Path, here: u64, signed: u64) -> Error {
    Error::run(format!(
        "{} was rolled back: its log has {here} entries, this machine signed one of {signed}",
        case.display()
    ))
    .hint("restore the case folder as it was left; another log of that size is never signed")
    .hint("or make a new case")
}
