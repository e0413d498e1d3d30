//! The case folder: made beside its place, put in place by one rename.
//!
//! Invariants: no half case ever looks whole (work happens in `DIR.partial` until one rename);
//! a signed case is never replaced; two processes never work on one case.

use std::cell::Cell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::error::{Error, OnFile, Result};
use crate::evidence::layout::{Evidence, beside};
use crate::evidence::lock::Lock;
use crate::evidence::{signed, step};
use crate::options::Existing;

/// The files of a case that a run writes anew and that `runs/NNNN/` keeps of earlier ones.
pub const OUTPUTS: [&str; 12] = [
    "case.json",
    "brief.html",
    "brief.json",
    "exposure.csv",
    "actions.csv",
    "open.csv",
    "gaps.csv",
    "timeline.csv",
    "indicators.csv",
    "rejects.jsonl",
    "changes.json",
    "determinations.toml",
];

/// A case folder being worked on.
#[derive(Debug)]
pub struct Work {
    /// Where the case will be.
    pub dir: PathBuf,
    /// Where it is made.
    pub partial: PathBuf,
    /// Whether an earlier case is there to be added to.
    pub grows: bool,
    /// Whether the partial folder may hold what was signed.
    signs: Cell<bool>,
    _lock: Lock,
}

impl Work {
    /// Takes the lock, checks what is there, and makes an empty `DIR.partial`.
    ///
    /// # Errors
    /// An existing case without leave to touch it, a signed case that was to be replaced, no
    /// case to add to, another process at work, and errors of the disk.
    pub fn begin(dir: &Path, existing: Existing, key_file: Option<&Path>) -> Result<Work> {
        if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).on("make", parent)?;
        }
        let lock = Lock::take(dir)?;
        let mut work = Work {
            dir: dir.to_owned(),
            partial: beside(dir, "partial"),
            grows: false,
            signs: Cell::new(false),
            _lock: lock,
        };
        recover(dir)?;
        work.grows = check(dir, existing)?;
        if work.grows {
            signed::finish(dir, &work.partial, key_file)?;
        }
        if work.partial.exists() {
            let deed = "remove what an earlier run left in";
            fs::remove_dir_all(&work.partial).on(deed, &work.partial)?;
        }
        fs::create_dir_all(&work.partial).on("make", &work.partial)?;
        Ok(work)
    }

    /// From here on the partial folder of a case that grows is kept whatever happens: it may hold
    /// what was signed, and the next run finishes or replaces it.
    pub fn signs(&self) {
        self.signs.set(self.grows);
    }

    /// Keeps the outputs of the run before under `runs/NNNN/` of the new one.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn keep_earlier_run(&self) -> Result<()> {
        let runs = self.partial.join("runs");
        let earlier = self.dir.join("runs");
        let mut n_runs = 0;
        if earlier.is_dir() {
            for run in sorted_entries(&earlier)? {
                copy_tree(&run, &runs.join(run.file_name().unwrap_or_default()))?;
                n_runs += 1;
            }
        }
        let run = runs.join(format!("{:04}", n_runs + 1));
        fs::create_dir_all(&run).on("make", &run)?;
        for name in OUTPUTS {
            let from = self.dir.join(name);
            if from.is_file() {
                fs::copy(&from, run.join(name)).on("copy", &from)?;
            }
        }
        Ok(())
    }

    /// Puts the case in place.
    ///
    /// # Errors
    /// Those of the disk; the case before is then still whole, or put back by the next run.
    pub fn finish(self) -> Result<()> {
        put_in_place(&self.dir, &self.partial)
    }
}

/// The name of a case, as its pages print it.
pub fn name_of(dir: &Path) -> String {
    dir.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Puts a finished folder in the place of a case.
///
/// # Errors
/// Those of the disk.
pub fn put_in_place(dir: &Path, partial: &Path) -> Result<()> {
    sync_folder(partial)?;
    let old = beside(dir, "replaced");
    if dir.exists() {
        fs::rename(dir, &old).on("set aside", dir)?;
    }
    step::passed();
    fs::rename(partial, dir).on("put in place", dir)?;
    step::passed();
    if old.exists() {
        fs::remove_dir_all(&old).on("remove", &old)?;
    }
    Ok(())
}

impl Drop for Work {
    /// Takes away what a run leaves that did not come to its end, unless it was signed.
    fn drop(&mut self) {
        if self.signs.get() {
            return;
        }
        // Nothing more can be done here where a removal fails; the next run replaces what is left.
        let _ = fs::remove_dir_all(&self.partial);
    }
}

/// Puts back a case that a run set aside and was killed before replacing.
fn recover(dir: &Path) -> Result<()> {
    let old = beside(dir, "replaced");
    match (dir.exists(), old.exists()) {
        (false, true) => fs::rename(&old, dir).on("put back", dir),
        (true, true) => fs::remove_dir_all(&old).on("remove", &old),
        _ => Ok(()),
    }
}

/// Whether the folder may be worked on; returns whether there is a case to add to.
fn check(dir: &Path, existing: Existing) -> Result<bool> {
    let is_case = dir.join("case.json").is_file();
    match existing {
        Existing::Add if is_case => Ok(true),
        Existing::Add => Err(Error::run(format!("no case at {} to add to", dir.display()))
            .hint("leave --add away to make one")),
        _ if !dir.exists() => Ok(false),
        Existing::Refuse => {
            let hint = match (is_case, Evidence::of(dir).checkpoint().is_file()) {
                (true, true) => "add new sources to it with --add, or name another folder",
                (true, false) => "add new sources to it with --add, replace it with --clobber, or name another folder",
                (false, _) => "it is no case of this program: name another folder",
            };
            Err(Error::run(format!("{} is there already", dir.display())).hint(hint))
        }
        Existing::Replace if !is_case => {
            Err(Error::run(format!("{} is no case of this program, so it is not replaced", dir.display()))
                .hint("name another folder, or move this one away"))
        }
        Existing::Replace if Evidence::of(dir).checkpoint().is_file() => {
            Err(Error::run(format!("{} has a signed checkpoint, so it is not replaced", dir.display()))
                .hint("add to it with --add, or name another folder; what was signed stays until you remove it yourself"))
        }
        Existing::Replace => Ok(false),
    }
}

/// The entries of a folder in the order of their names.
///
/// # Errors
/// Those of the disk.
pub fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir).on("read", dir)? {
        entries.push(entry.on("read", dir)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// Copies a file or a folder with all below it.
///
/// # Errors
/// Those of the disk.
pub fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::copy(from, to).on("copy", from)?;
        return Ok(());
    }
    fs::create_dir_all(to).on("make", to)?;
    for entry in sorted_entries(from)? {
        copy_tree(&entry, &to.join(entry.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

/// Makes sure that the names in a folder are on the disk before it is renamed.
fn sync_folder(dir: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(dir)
            .and_then(|folder| folder.sync_all())
            .on("write", dir)?;
    }
    Ok(())
}
