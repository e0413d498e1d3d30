//! The examination: four passes from bytes to a brief (ARCHITECTURE.md).

pub mod case;
pub mod manifest;
pub mod outputs;
pub mod sources;

use demarche_core::brief::brief::Brief;

use crate::error::{Error, Result};
use crate::options::Options;

/// Examines the paths and writes the case.
///
/// # Errors
/// Whatever keeps the case from being written; nothing that stands in a log.
pub fn examine(options: &Options) -> Result<Brief> {
    let work = case::Work::begin(&options.case, options.existing)?;
    let _taken = sources::take(&options.paths, options.quiet, &work.partial, &mut |_| ())?;
    Err(Error::run("judgement is not wired yet"))
}
