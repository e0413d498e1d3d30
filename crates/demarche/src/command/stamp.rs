//! Time stamps (RFC 3161) over a case's checkpoint: asked for and kept, by files.

use std::path::{Path, PathBuf};

use demarche_evidence::anchor::{self, Anchor, TOKEN_BYTES_MAX};
use demarche_evidence::checkpoint;
use demarche_evidence::note::NOTE_BYTES_MAX;
use demarche_evidence::timestamp::{self, TimestampError};

use crate::command::witness::{bounded, write_new};
use crate::error::{Error, OnFile, Result};
use crate::evidence::key::{CaseKey, draw};
use crate::evidence::layout::Evidence;
use crate::evidence::lock::Lock;
use crate::evidence::log::{Draft, Log};
use crate::verify::stamps;

/// Who acts in the entry.
const ACTOR: &str = "demarche witness stamp";

/// An authority's answer, and what it is held against.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The case.
    pub case: PathBuf,
    /// The response.
    pub answer: PathBuf,
    /// The request it answers.
    pub request: Option<PathBuf>,
    /// The checkpoint that was stamped, if it is not the one in the case.
    pub checkpoint: Option<PathBuf>,
    /// Certificates of authorities.
    pub authority: Option<PathBuf>,
    /// The file of the case key.
    pub key_file: Option<PathBuf>,
}

/// Writes a request over the checkpoint as it is, byte for byte. No key is needed for it.
///
/// # Errors
/// A case without a checkpoint, a file that is there already.
pub fn request(case: &Path, out: &Path) -> Result<u8> {
    let path = Evidence::of(case).checkpoint();
    let checkpoint = bounded(&path, NOTE_BYTES_MAX)?;
    write_new(out, &timestamp::request(&checkpoint, &draw::<8>()?))?;
    anstream::println!(
        "request over {}: {}\nsend it as application/timestamp-query; keep the answer with: demarche witness stamp {} ANSWER --request {}",
        path.display(),
        out.display(),
        case.display(),
        out.display()
    );
    Ok(0)
}

/// Checks an answer and appends it to the log, with the checkpoint it is over.
///
/// # Errors
/// A token that does not hold, or is over another checkpoint; a log that cannot go on.
pub fn keep(given: &Answer) -> Result<u8> {
    let token = bounded(&given.answer, TOKEN_BYTES_MAX)?;
    let authorities = stamps::authorities(given.authority.as_deref(), &given.case)?;
    let _lock = Lock::take(&given.case)?;
    let evidence = Evidence::of(&given.case);
    let key = CaseKey::of_case(&evidence, given.key_file.as_deref())?;
    let mut log = Log::open(&evidence, &key)?;
    let checkpoint = match &given.checkpoint {
        Some(path) => bounded(path, NOTE_BYTES_MAX)?,
        None => log.checkpoint().to_vec(),
    };
    let logs = [log.verifier_key().clone()];
    let opened = checkpoint::open(&checkpoint, &logs)
        .map_err(|cause| Error::run("the checkpoint that was stamped").because(&cause))?;
    let nonce = match &given.request {
        Some(path) => {
            let bytes = std::fs::read(path).on("read", path)?;
            timestamp::nonce_of(&bytes, &checkpoint).map_err(|cause| refused(&cause))?
        }
        None => None,
    };
    let stamp = timestamp::check(&token, &checkpoint, &authorities);
    let stamp = stamp.map_err(|cause| refused(&cause))?;
    if nonce.is_some() && stamp.nonce != nonce {
        return Err(refused(&TimestampError::Nonce));
    }
    let size = opened.checkpoint.size;
    let continued = log.case_log().must_continue(&checkpoint);
    continued.map_err(crate::evidence::log::error)?;
    let anchor = Anchor {
        checkpoint,
        token,
        nonce,
    };
    let draft = Draft::of(anchor::KIND).with_all(anchor.fields());
    let (entry, _) = log.append(ACTOR, &[draft])?;
    anstream::println!(
        "{size} entries, {}; kept in entry {entry}",
        stamps::said(&stamp)
    );
    Ok(0)
}

fn refused(cause: &TimestampError) -> Error {
    let error = Error::run("the time stamp was not kept").because(cause);
    match cause {
        TimestampError::OtherBytes => error.hint(
            "if the log has gone on since the request, name the checkpoint it was for: --checkpoint FILE",
        ),
        TimestampError::Untraced(..) => {
            error.hint("give the authority's own certificates with --authority, or leave it out")
        }
        TimestampError::NoCertificate => error.hint("ask again for a token with its certificate"),
        _ => error,
    }
}
