//! Time stamps over earlier checkpoints: entries `checkpoint.anchored` of a log.
//!
//! That the stamped checkpoint is this log's is checked always; its token only in a build with the
//! feature `timestamps`, and a build without it says so.

use std::path::Path;

use demarche_evidence::anchor::{self, Anchor};
use demarche_evidence::checkpoint;
use demarche_evidence::entry::Entry;
use demarche_evidence::hash::Digest;
use demarche_evidence::tree;
use demarche_evidence::verify::Faults;

use crate::error::{Error, Result};
use crate::verify::Given;
use crate::verify::report::Checked;
use crate::verify::trust;

#[cfg(feature = "timestamps")]
pub use demarche_evidence::timestamp::Authorities;

/// Authorities, which a build without the feature cannot use.
#[cfg(not(feature = "timestamps"))]
#[derive(Clone, Debug, Default)]
pub struct Authorities(());

/// Reads the certificates of authorities, which must lie outside of what is checked.
///
/// # Errors
/// A file that holds none, and a build that checks no tokens.
pub fn authorities(path: Option<&Path>, checked: &Path) -> Result<Authorities> {
    let Some(path) = path else {
        return Ok(Authorities::default());
    };
    trust::must_be_outside(path, checked)?;
    read(path)
}

#[cfg(feature = "timestamps")]
fn read(path: &Path) -> Result<Authorities> {
    Authorities::parse(&trust::bounded(path)?)
        .map_err(|cause| Error::usage(path.display().to_string()).because(&cause))
}

#[cfg(not(feature = "timestamps"))]
fn read(_: &Path) -> Result<Authorities> {
    Err(
        Error::usage("--authority: this build checks no tokens of time stamps")
            .hint("build with --features timestamps, or check the token with openssl ts -verify"),
    )
}

/// Checks every time stamp; `leaves` are the hashes of all entries, where they are all here.
pub fn check(
    entries: &[(u64, Entry)],
    leaves: Option<&[Digest]>,
    given: &Given,
    report: &mut Checked,
) {
    let anchored = entries
        .iter()
        .filter(|(_, entry)| entry.common.kind == anchor::KIND);
    for (index, entry) in anchored {
        let faults = &mut report.log.faults;
        let Some(anchor) = Anchor::of(entry) else {
            faults.missing(format!("entry {index}: an anchor of a form not known here"));
            continue;
        };
        let Some(size) = stamped_size(*index, &anchor, leaves, given, faults) else {
            continue;
        };
        if let Some(said) = token(*index, &anchor, given, faults) {
            let said = format!("{size} entries, {said} (entry {index})");
            report.stamped.push(said);
        }
    }
}

/// Size of the stamped checkpoint, if this log continues it.
fn stamped_size(
    index: u64,
    anchor: &Anchor,
    leaves: Option<&[Digest]>,
    given: &Given,
    faults: &mut Faults,
) -> Option<u64> {
    let opened = match checkpoint::open(&anchor.checkpoint, given.policy.logs()) {
        Ok(opened) => opened,
        Err(error) => {
            faults.missing(format!("entry {index}: the stamped checkpoint: {error}"));
            return None;
        }
    };
    let head = opened.checkpoint;
    let before = leaves.map(|leaves| {
        let size = usize::try_from(head.size)
            .ok()
            .filter(|_| head.size <= index);
        size.and_then(|size| leaves.get(..size))
    });
    let is_ours = match before {
        // A pack has some entries only: its log is signed, and the case can show the rest.
        None => head.size <= index,
        Some(before) => {
            before.is_some_and(|before| tree::root(before.iter().copied()) == head.root)
        }
    };
    if !is_ours {
        faults.altered(format!(
            "entry {index}: fork: the stamped checkpoint of {} entries has another root, {}",
            head.size, head.root
        ));
        return None;
    }
    Some(head.size)
}

#[cfg(not(feature = "timestamps"))]
fn token(index: u64, _: &Anchor, given: &Given, faults: &mut Faults) -> Option<String> {
    // Nobody can be trusted here: `authorities` refuses.
    let Authorities(()) = given.authorities;
    faults.note(format!(
        "entry {index}: a time stamp that was not checked: this build lacks the feature timestamps"
    ));
    None
}

/// What a token says, if it holds.
#[cfg(feature = "timestamps")]
fn token(index: u64, anchor: &Anchor, given: &Given, faults: &mut Faults) -> Option<String> {
    use demarche_evidence::timestamp::{self, TimestampError};
    let checked = timestamp::check(&anchor.token, &anchor.checkpoint, &given.authorities);
    let checked = checked.and_then(|stamp| {
        if anchor.nonce.is_some() && stamp.nonce != anchor.nonce {
            return Err(TimestampError::Nonce);
        }
        Ok(stamp)
    });
    let stamp = match checked {
        Ok(stamp) => stamp,
        Err(cause) => {
            let what = format!("entry {index}: time stamp: {cause}");
            if cause.is_undecided() {
                faults.missing(what);
            } else {
                faults.altered(what);
            }
            return None;
        }
    };
    if has_ended(stamp.ends) {
        faults.note(format!(
            "entry {index}: the authority's certificate has ended since the time stamp; whether its key was kept since cannot be seen here"
        ));
    }
    Some(said(&stamp))
}

/// A token in one sentence; who is not traced to an authority is never called trusted.
#[cfg(feature = "timestamps")]
pub fn said(stamp: &demarche_evidence::timestamp::Stamp) -> String {
    let traced = if stamp.is_traced {
        "traced to an authority you trust, revocation not looked at"
    } else {
        "not traced to an authority you trust (--authority)"
    };
    format!(
        "not later than {}, signed by {}, certified by {}, {traced}",
        crate::verify::report::utc(stamp.time),
        stamp.signer,
        stamp.issuer
    )
}

#[cfg(feature = "timestamps")]
fn has_ended(ends: u64) -> bool {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.is_ok_and(|now| now.as_secs() > ends)
}
