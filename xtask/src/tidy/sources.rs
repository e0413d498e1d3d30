//! Every source has a card, a case and a fuzz target.

use std::fs;
use std::path::Path;

use super::Fault;
use super::files::{self, File};
use super::ratchet::{self, Ratchet};

const FOLDER: &str = "crates/demarche-core/src/source/";

/// Checks what each file with a card lacks, against what the ratchet says it still lacks.
pub fn check(root: &Path, files: &[File], ratchet: &Ratchet) -> Vec<Fault> {
    let cases = stories(root);
    let targets: Vec<&File> = files
        .iter()
        .filter(|file| file.path.starts_with("fuzz/fuzz_targets/"))
        .collect();
    let mut faults = Vec::new();
    let mut lacking = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.path.starts_with(FOLDER) && !file.is_test)
    {
        let Some(name) = card_name(file) else {
            continue;
        };
        let stem = stem(&file.path);
        if !cases
            .iter()
            .any(|text| text.contains(&name) || text.contains(&stem))
        {
            lacking.push((file.path.clone(), "case".to_owned()));
        }
        if !targets.iter().any(|target| {
            target.path.contains(&stem) || target.text.contains(&format!("source::{stem}"))
        }) {
            lacking.push((file.path.clone(), "fuzz".to_owned()));
        }
    }
    for entry in lacking
        .iter()
        .filter(|entry| !ratchet.sources.contains(entry))
    {
        let (path, what) = entry;
        let text = match what.as_str() {
            "case" => "no file in cases/ names this source; add a story with its records",
            _ => "no target in fuzz/fuzz_targets/ reads this source; add one",
        };
        faults.push(Fault::new(path, 1, "source", text));
    }
    for (path, what) in ratchet
        .sources
        .iter()
        .filter(|entry| !lacking.contains(entry))
    {
        let text = format!("{path} lacks its {what} no more; remove its entry");
        faults.push(Fault::new(ratchet::PATH, 1, "ratchet", text));
    }
    faults
}

/// The `name` of the card in a file; files of the room without a card serve others.
fn card_name(file: &File) -> Option<String> {
    let constant = |at: &usize| {
        let declaration = file.scan.code[..*at]
            .rsplit([';', '{', '}'])
            .next()
            .unwrap_or_default();
        declaration.contains("const ") || declaration.contains("static ")
    };
    let at = file.scan.places(": Card").into_iter().find(constant)?;
    let card = &file.text[at..];
    let (_, rest) = card.split_once("name: \"")?;
    rest.split('"').next().map(str::to_owned)
}

/// The source's name in paths: its folder's name, or its file's without the ending.
fn stem(path: &str) -> String {
    let inside = path.strip_prefix(FOLDER).unwrap_or(path);
    let name = inside.split('/').next().unwrap_or(inside);
    name.strip_suffix(".rs").unwrap_or(name).to_owned()
}

/// The text of every story: path and content, since a story may name its source either way.
fn stories(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    // A folder that cannot be read holds no story; the sources then lack theirs and are listed.
    let _ = files::walk(root, "cases", &mut paths);
    let read = |path: &String| {
        format!(
            "{path}\n{}",
            fs::read_to_string(root.join(path)).unwrap_or_default()
        )
    };
    paths.iter().map(read).collect()
}
