//! Runs the judgement of a case again, into a folder that is thrown away.
//!
//! Kept apart from `verify`, which only reads: this examines, and so it writes, but never into
//! the case. The log that comes of it is signed by a key that is thrown away too.

use std::path::{Path, PathBuf};

use demarche_evidence::tile::Files as _;

use crate::acquired::{self, Acquired};
use crate::error::{Error, OnFile, Result};
use crate::evidence::entries::kind;
use crate::evidence::layout::Evidence;
use crate::evidence::outputs;
use crate::examine;
use crate::examine::manifest::{self, Manifest};
use crate::mapping;
use crate::options::{Existing, Options, RawOptions};
use crate::rules;
use crate::verify::concealed::Concealed;
use crate::verify::outputs::Digests;
use crate::verify::report::{Checked, Judgement};
use crate::verify::{Given, case};

/// A folder that is removed when it is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn make() -> Result<Scratch> {
        let name = crate::evidence::key::draw::<8>()?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = std::env::temp_dir().join(format!("demarche-verify-{name}"));
        std::fs::create_dir_all(&folder).on("make", &folder)?;
        Ok(Scratch(folder))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Best effort: it lies among temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Judges a case again and compares the outputs of its last run.
pub fn run(dir: &Path, given: &Given, report: &Checked, scratch: &Path) -> Judgement {
    if report.head.is_none() {
        return Judgement::CannotRun("the log does not hold, so no digests are known".to_owned());
    }
    match again(dir, given, scratch) {
        Ok(judgement) => judgement,
        Err(error) => {
            let causes = error.causes.iter().map(|cause| format!(": {cause}"));
            Judgement::CannotRun(format!("{}{}", error.what, causes.collect::<String>()))
        }
    }
}

fn again(dir: &Path, given: &Given, scratch: &Path) -> Result<Judgement> {
    let sealed = case::sealed(dir, given)?;
    let runs = runs(dir)?;
    let case = scratch.join("case");
    let mut before: Option<&Manifest> = None;
    for (folder, manifest) in &runs {
        // Outputs name their sources by path, so elsewhere they would come out otherwise.
        let gone: Vec<String> = manifest
            .files
            .iter()
            .filter(|file| !file.path.exists())
            .map(|file| file.path.display().to_string())
            .collect();
        if !gone.is_empty() {
            return Ok(Judgement::CannotRun(not_in_place(&gone)));
        }
        let mut options = options_of(dir, folder, manifest)?;
        options.acquired = acquired_in(dir, manifest.run, &sealed.concealed)?;
        let known = before.map_or(&[][..], |before| before.paths.as_slice());
        let new = manifest.paths.iter().filter(|path| !known.contains(path));
        options.paths = new.cloned().collect();
        options.existing = if before.is_some() {
            Existing::Add
        } else {
            Existing::Refuse
        };
        options.case = case.clone();
        options.key_file = Some(scratch.join("thrown-away.key"));
        examine::examine(&options)?;
        before = Some(manifest);
    }
    compare(&sealed.outputs, &case)
}

/// Why a case whose files lie elsewhere cannot be judged again, and what helps.
fn not_in_place(gone: &[String]) -> String {
    let named = gone.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    let more = match gone.len().saturating_sub(5) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!(
        "{named}{more} not in place: outputs name their sources by the path they had at intake, so judging again needs the files, or links to them, at those paths, and the command run in the folder of that time where they are relative (--sources is enough for the first line)"
    )
}

/// The manifests of all runs, the first one first, with the folder that each lies in.
fn runs(dir: &Path) -> Result<Vec<(PathBuf, Manifest)>> {
    let mut folders = Vec::new();
    let earlier = dir.join("runs");
    if earlier.is_dir() {
        folders = examine::case::sorted_entries(&earlier)?;
    }
    folders.push(dir.to_owned());
    let read = |folder: PathBuf| Ok((folder.clone(), manifest::read(&folder)?));
    folders.into_iter().map(read).collect()
}

/// The options of a run, as its manifest keeps them.
fn options_of(dir: &Path, folder: &Path, manifest: &Manifest) -> Result<Options> {
    let values = |name: &str| -> Vec<String> {
        let of = |(known, _): &&(String, String)| known == name;
        let options = manifest.options.iter().filter(of);
        options.map(|(_, value)| value.clone()).collect()
    };
    let one = |name: &str| values(name).into_iter().next();
    let determinations = folder.join("determinations.toml");
    let raw = RawOptions {
        determinations: determinations.is_file().then_some(determinations),
        hostile: values("hostile"),
        ordinary: values("ordinary"),
        told: values("told"),
        contained: one("contained"),
        from: one("from"),
        to: one("to"),
        account: values("account"),
        exported: one("exported"),
        licence: values("licence"),
        split: values("split"),
        assume: values("assume")
            .iter()
            .map(|text| text.replacen(": ", ":", 1))
            .collect(),
        whereabouts: values("whereabouts").iter().map(PathBuf::from).collect(),
        yes: true,
        quiet: true,
        ..RawOptions::of(manifest.paths.clone(), dir.to_owned())
    };
    let mut options = raw.checked()?;
    options.protect = values("protect").into_iter().collect();
    options.mappings = mapping::kept(dir)?;
    let n_of = |name: &str| one(name).and_then(|text| text.parse::<usize>().ok());
    if let Some(n) = n_of("rules") {
        // A later run may have added to them, behind.
        options.rules = rules::kept(dir)?;
        options.rules.truncate(n);
    }
    options.addresses = options.addresses.with_kept(dir)?;
    let lists = &mut options.addresses;
    lists.hosting.blocks.truncate(n_of("hosting").unwrap_or(0));
    lists.threats.blocks.truncate(n_of("threats").unwrap_or(0));
    let given = values("mapping");
    options.mappings.retain_mut(|file| {
        // The case keeps a copy; the run named the file by the path it was given.
        let own = file.path.file_name().map(ToOwned::to_owned);
        let named = given
            .iter()
            .find(|path| Path::new(path).file_name() == own.as_deref());
        named.is_some_and(|path| {
            file.path = PathBuf::from(path);
            true
        })
    });
    Ok(options)
}

/// What was stated of how sources were acquired, in the files sealed up to a run.
fn acquired_in(
    dir: &Path,
    run: u32,
    told: &(Vec<(u64, demarche_evidence::entry::Entry)>, Concealed),
) -> Result<Option<(Acquired, String)>> {
    let (entries, concealed) = told;
    let evidence = Evidence::of(dir);
    let mut n_runs = 0;
    for (index, entry) in entries {
        if entry.common.kind == kind::ANALYSIS_RUN {
            n_runs += 1;
        }
        if entry.common.kind != kind::ACQUISITION_STATED || n_runs + 1 != run {
            continue;
        }
        let digest = concealed.text(*index, "file");
        if digest.is_empty() {
            continue;
        }
        let files = demarche_evidence::directory::Directory::open(&evidence.files());
        let files = files.on("read", &evidence.files())?;
        let bytes = files.read(digest, 1 << 24).on("read", &evidence.files())?;
        let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
        return Ok(Some((acquired::file::parse("acquired", &text)?, text)));
    }
    Ok(None)
}

/// Holds the outputs against the digests sealed.
fn compare(sealed: &Digests, case: &Path) -> Result<Judgement> {
    let found = outputs::digests(case)?;
    let mut differ: Vec<String> = Vec::new();
    for (path, digest) in sealed {
        if found.get(path).map(ToString::to_string).as_ref() != Some(digest) {
            differ.push(path.clone());
        }
    }
    let more = found.keys().filter(|path| !sealed.contains_key(*path));
    differ.extend(more.cloned());
    if sealed.is_empty() {
        return Err(Error::run("the log holds no digests of outputs"));
    }
    Ok(if differ.is_empty() {
        Judgement::Same(sealed.len())
    } else {
        Judgement::Differs(differ)
    })
}
