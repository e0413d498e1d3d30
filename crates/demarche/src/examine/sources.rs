//! First pass: sources in, accounted, settled, and learned from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use demarche_core::brief::accounting::Accounting;
use demarche_core::coverage::facts::SourceFacts;
use demarche_core::record::problem::Problem;
use demarche_store::intake::progress::Progress;
use demarche_store::intake::sealing::Sealing;
use demarche_store::intake::source::Source;
use demarche_store::intake::told::Told;
use demarche_store::intake::watch::Watch;
use demarche_store::settle::Learn;
use demarche_store::{intake, settle};

use crate::error::{Error, OnFile, Result};
use crate::evidence::layout;
use crate::terminal::progress::Bar;

/// What the first pass leaves.
pub struct Taken {
    /// Sources with their accounting complete.
    pub sources: Vec<Source>,
    /// Problems of records and files, and conflicting copies, in order of place.
    pub problems: Vec<Problem>,
}

/// How sources are taken in.
#[derive(Clone, Copy, Debug)]
pub struct How<'a> {
    /// Whether to show no progress.
    pub quiet: bool,
    /// The case that they go into, where there is one: it and what lies beside it are no sources.
    pub case: Option<&'a Path>,
    /// What the run is told about them.
    pub told: &'a Told,
    /// Who looks on while records are read.
    pub watch: Option<&'a Arc<dyn Watch>>,
}

/// Takes in the paths, settles copies and has every kept event learned from.
///
/// # Errors
/// Paths that are not there, a full disk, and paths without a file. Files of no known kind are
/// accounted for like any other.
pub fn take<L: Learn>(
    paths: &[std::path::PathBuf],
    how: How<'_>,
    work: &Path,
    sealing: &mut dyn Sealing,
    fresh: &(dyn Fn() -> L + Sync),
) -> Result<(Taken, L)> {
    let intake_options = intake::Options {
        work: work.to_owned(),
        skip: own_paths(how.case, work),
        copy_key: random_key()?,
        bounds: intake::Bounds::default(),
        told: how.told.clone(),
        watch: how.watch.cloned(),
    };
    let bar = Watched(Bar::bytes("reading", how.quiet));
    let taken = intake::take(paths, &intake_options, sealing, &bar).map_err(store_error)?;
    bar.0.done();
    if taken.sources.is_empty() {
        return Err(no_file(&taken.problems));
    }
    let (settled, learned) = settle::settle(&taken, fresh).map_err(store_error)?;
    let mut problems = taken.problems;
    problems.extend(settled.conflicts);
    problems.sort_by_key(|problem| problem.place);
    for source in &settled.sources {
        source.check();
    }
    let taken = Taken {
        sources: settled.sources,
        problems,
    };
    Ok((taken, learned))
}

/// What a run makes itself: the case, the folder it is made in, its lock, its key, its pages.
fn own_paths(case: Option<&Path>, work: &Path) -> Vec<PathBuf> {
    let mut own = vec![work.to_owned()];
    if let Some(case) = case {
        own.push(case.to_owned());
        own.extend(["lock", "vkey", "brief"].map(|suffix| layout::beside(case, suffix)));
    }
    own
}

/// A key nobody can foresee, so that no log can be made to look like a copy of another.
fn random_key() -> Result<[u8; 16]> {
    let mut key = [0; 16];
    getrandom::fill(&mut key)
        .map_err(|cause| Error::run("the system gives no random bytes").because(&cause))?;
    Ok(key)
}

/// What must be said on every page where no log was recognised: a brief without a finding must
/// not look like a good one.
pub fn no_log(sources: &[Source]) -> Option<String> {
    if sources.iter().any(|source| source.card.is_some()) {
        return None;
    }
    let names: Vec<&str> = sources
        .iter()
        .take(3)
        .map(|source| source.name.as_str())
        .collect();
    let (files, more) = match sources.len() {
        1 => ("1 file".to_owned(), ""),
        n => (format!("{n} files"), if n > 3 { ", …" } else { "" }),
    };
    Some(format!(
        "no log was recognised in {files} ({}{more}): their bytes are accounted for, and nothing was judged. \
         Give the exported audit or sign-in logs themselves, or describe a log with --mapping; \
         demarche doctor says which exports a case like this needs",
        names.join(", ")
    ))
}

fn no_file(problems: &[Problem]) -> Error {
    let mut error = Error::run("no file is there to be examined".to_owned());
    // A file that could not be read is the likelier cause, and says so itself.
    error.causes = problems
        .iter()
        .take(3)
        .map(|problem| problem.text.clone())
        .collect();
    error.hint("give the exported audit or sign-in logs themselves: CSV, JSON, or archives of them")
}

/// An error of the store, for the person at the terminal.
pub fn store_error(error: demarche_store::error::Error) -> Error {
    Error::run(error.cause).hint(error.hint)
}

struct Watched(Bar);

impl Progress for Watched {
    fn total(&self, bytes: u64) {
        self.0.total(bytes);
    }

    fn source(&self, _: &str) {}

    fn advance(&self, bytes: u64, _: u64) {
        self.0.advance(bytes);
    }
}

/// The accounting of a source, as the brief prints it.
pub fn accounting(source: &Source, problems: &[Problem]) -> Accounting {
    let whole_file = problems
        .iter()
        .find(|problem| problem.place.source == source.number && problem.place.length == 0);
    Accounting {
        source: source.number,
        path: source.name.clone(),
        kind: kind(source),
        bytes: source.bytes,
        decoded_bytes: source.decoded_bytes,
        sha256: hex(&source.digests.decoded_sha256),
        spans: source.spans,
        records: source.records,
        distinct: source.distinct,
        duplicates: source.duplicates,
        rejected: source.rejected,
        conflicting: source.conflicting,
        filler_bytes: source.filler_bytes,
        first: source.first,
        last: source.last,
        problem: whole_file
            .map(|problem| problem.text.clone())
            .unwrap_or_default(),
        acquisition: None,
        upstream: String::new(),
    }
}

/// The form most of its records have.
fn kind(source: &Source) -> String {
    let most = source
        .forms
        .iter()
        .max_by_key(|(name, n)| (**n, std::cmp::Reverse(**name)));
    most.map_or_else(|| "unknown".to_owned(), |(name, _)| (*name).to_owned())
}

/// The same source as the chart of coverage wants it.
pub fn facts(source: &Source) -> SourceFacts {
    SourceFacts {
        number: source.number,
        path: source.name.clone(),
        form: if source.card.is_some() {
            kind(source)
        } else {
            String::new()
        },
        card: source.card,
        lossy: source.lossy,
        records: source.records,
        distinct: source.distinct,
        duplicates: source.duplicates,
        rejected: source.rejected,
        conflicting: source.conflicting,
        decoded_bytes: source.decoded_bytes,
        exported: None,
        acquired: false,
    }
}

/// Bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Copies the files that were taken in into `sources/`, under the first bytes of their digest.
///
/// # Errors
/// Those of the disk.
pub fn keep(sources: &[Source], dir: &Path) -> Result<()> {
    let kept = dir.join("sources");
    std::fs::create_dir_all(&kept).on("make", &kept)?;
    for source in sources {
        let from = Path::new(&source.path);
        let name = from.file_name().unwrap_or_default().to_string_lossy();
        let to = kept.join(format!(
            "{}-{name}",
            &hex(&source.digests.file_sha256)[..12]
        ));
        if !to.exists() {
            std::fs::copy(from, &to).on("copy", from)?;
        }
    }
    Ok(())
}
