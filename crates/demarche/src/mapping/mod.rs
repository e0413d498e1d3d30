//! Mapping files: logs nobody coded for, and what operators state of their issuers.

mod check;
mod issuer;
pub mod report;
mod written;

use std::path::{Path, PathBuf};

use demarche_core::coverage::facts::Issuer;
use demarche_store::intake::told::Mapped;

use crate::error::{Error, OnFile, Result};
use written::Written;

/// One mapping file, checked.
#[derive(Clone, Debug)]
pub struct MappingFile {
    /// Where it lies, as given.
    pub path: PathBuf,
    /// Its text, which the case keeps.
    pub text: String,
    /// Its name, as in tables.
    pub name: String,
    /// How its log is read; `None` where it only states something of a log known here.
    pub mapped: Option<Mapped>,
    /// What the operator states of the issuer.
    pub issuer: Option<Issuer>,
}

/// Reads and checks mapping files, before any log is opened.
///
/// # Errors
/// Usage errors that name the file, the entry and what was expected; two files of one name.
pub fn read_all(paths: &[PathBuf]) -> Result<Vec<MappingFile>> {
    let mut files: Vec<MappingFile> = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(path).on("read", path)?;
        add(&mut files, of(path, text)?)?;
    }
    Ok(files)
}

/// Adds a mapping to others; the same text twice is one.
///
/// # Errors
/// Another file of the same name.
pub fn add(files: &mut Vec<MappingFile>, file: MappingFile) -> Result<()> {
    match files.iter().find(|known| known.name == file.name) {
        None => files.push(file),
        Some(known) if known.text == file.text => {}
        Some(known) => {
            return Err(Error::usage(format!(
                "{} and {} are both called {:?}",
                known.path.display(),
                file.path.display(),
                file.name
            ))
            .hint("give each mapping file its own name"));
        }
    }
    Ok(())
}

/// The folder of a case that keeps its mapping files.
const FOLDER: &str = "mappings";

/// Keeps the mapping files in a case, so that it grows and is judged again by the same ones.
///
/// # Errors
/// Those of the disk.
pub fn keep(case: &Path, files: &[MappingFile]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let folder = case.join(FOLDER);
    std::fs::create_dir_all(&folder).on("make", &folder)?;
    for file in files {
        let path = folder.join(format!("{}.toml", file.name));
        std::fs::write(&path, &file.text).on("write", &path)?;
    }
    Ok(())
}

/// The mapping files that a case keeps, in order of name.
///
/// # Errors
/// Those of the disk, and a file that was changed into none.
pub fn kept(case: &Path) -> Result<Vec<MappingFile>> {
    let folder = case.join(FOLDER);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    read_all(&crate::examine::case::sorted_entries(&folder)?)
}

/// Checks the text of one mapping file.
///
/// # Errors
/// Usage errors that name the file, the entry and what was expected.
pub fn of(path: &Path, text: String) -> Result<MappingFile> {
    let place = path.display().to_string();
    let written: Written = toml::from_str(&text).map_err(|cause| {
        Error::usage(format!("{place} is no mapping file"))
            .because(&cause)
            .hint("docs/mapping.md describes it, with three examples")
    })?;
    let (mapped, issuer) = check::checked(&place, &written)
        .map_err(|why| Error::usage(format!("{place}: {why}")).hint("docs/mapping.md"))?;
    Ok(MappingFile {
        path: path.to_owned(),
        name: written.name,
        text,
        mapped,
        issuer,
    })
}

#[cfg(test)]
mod tests;
