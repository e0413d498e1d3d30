//! ARCHITECTURE.md against the tree: what it names is there, what is there it names.

use std::fs;
use std::path::Path;

use super::ratchet::{self, Ratchet};
use super::rooms::Table;
use super::{CORE, Fault};

const MAP: &str = "ARCHITECTURE.md";

/// Checks paths, rooms, crates and folders both ways.
pub fn check(root: &Path, architecture: &str, table: &Table, ratchet: &Ratchet) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut named = Vec::new();
    for (index, line) in architecture.lines().enumerate() {
        named.extend(
            line.split('`')
                .skip(1)
                .step_by(2)
                .filter(|text| is_path(text))
                .map(|text| (index + 1, text.to_owned())),
        );
    }
    for room in table.rooms() {
        let (folder, file) = (format!("{CORE}{room}/"), format!("{CORE}{room}.rs"));
        let place = if root.join(&file).exists() {
            file
        } else {
            folder
        };
        named.push((1, place));
    }
    for (line, path) in &named {
        if !root.join(path).exists() && !ratchet.awaited.contains(path) {
            let text = format!("names {path}, which is not there; mend the map or add the path");
            faults.push(Fault::new(MAP, *line, "map", text));
        }
    }
    for path in &ratchet.awaited {
        if root.join(path).exists() || !named.iter().any(|(_, name)| name == path) {
            let text = format!("{path} is awaited no more; remove its entry");
            faults.push(Fault::new(ratchet::PATH, 1, "ratchet", text));
        }
    }
    faults.extend(unnamed(root, architecture));
    faults
}

/// Folders of the root and crates that the map does not name.
fn unnamed(root: &Path, architecture: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for folder in folders(root) {
        let is_named = architecture.contains(&format!("`{folder}/")) || folder == "crates";
        if !is_named {
            faults.push(Fault::new(
                MAP,
                1,
                "map",
                format!("does not name the folder {folder}/"),
            ));
        }
    }
    for name in folders(&root.join("crates")) {
        if !architecture.contains(&format!("`crates/{name}`")) {
            faults.push(Fault::new(
                MAP,
                1,
                "map",
                format!("does not name the crate crates/{name}"),
            ));
        }
    }
    faults
}

/// Folders below a path in order of name; hidden ones and build output apart.
fn folders(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let folders = entries
        .filter(|entry| entry.path().is_dir() && !entry.path().join("CACHEDIR.TAG").exists());
    let mut names: Vec<String> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| !name.starts_with('.') && !matches!(name.as_str(), "target" | "example"));
    names.sort();
    names
}

/// Whether a piece of code in prose is a path of this repository.
fn is_path(text: &str) -> bool {
    let plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "._-/".contains(c));
    let rooted = text.contains('/') || text.ends_with(".md");
    plain && rooted && text.starts_with(|c: char| c.is_alphabetic() || c == '.')
}
