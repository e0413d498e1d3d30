//! The house rules, checked: rooms, map, words, bans, sizes, orphans, sources.

mod bans;
mod files;
mod map;
mod orphans;
mod purpose;
mod ratchet;
mod rooms;
mod size;
mod sources;
mod vendors;
mod words;

#[cfg(test)]
mod tests;

use std::path::Path;

use crate::Outcome;
use ratchet::Ratchet;

/// Where judgement lives, whose rooms have a fence.
const CORE: &str = "crates/demarche-core/src/";

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    path: String,
    line: usize,
    rule: &'static str,
    /// What is wrong, and what to do instead.
    text: String,
}

impl Fault {
    fn new(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            text: text.into(),
        }
    }
}

/// Checks the whole workspace.
pub fn check(root: &Path) -> Outcome {
    let faults = faults(root)?;
    if faults.is_empty() {
        return Ok(vec!["tidy: every rule holds".to_owned()]);
    }
    Err(faults.iter().map(line_of).collect())
}

fn line_of(fault: &Fault) -> String {
    format!(
        "{}:{}: {}: {}",
        fault.path, fault.line, fault.rule, fault.text
    )
}

/// Every broken rule in order of path and line; an error where the rules cannot be read.
fn faults(root: &Path) -> Result<Vec<Fault>, Vec<String>> {
    let files = files::read(root).map_err(|error| vec![format!("cannot read sources: {error}")])?;
    let read = |name: &str| {
        std::fs::read_to_string(root.join(name)).map_err(|error| vec![format!("{name}: {error}")])
    };
    let (architecture, glossary) = (read("ARCHITECTURE.md")?, read("GLOSSARY.md")?);
    let ratchet = Ratchet::parse(&read(ratchet::PATH)?).map_err(|error| vec![error])?;
    let table = rooms::Table::parse(&architecture).map_err(|error| vec![error])?;
    let glossary = words::Glossary::parse(&glossary).map_err(|error| vec![error])?;

    let mut faults = Vec::new();
    for file in &files {
        faults.extend(purpose::check(file));
        faults.extend(rooms::check(file, &table));
        faults.extend(vendors::check(file));
        faults.extend(bans::check(file));
        faults.extend(words::check(file, &glossary));
    }
    faults.extend(size::check(&files, &ratchet));
    faults.extend(map::check(root, &architecture, &table, &ratchet));
    faults.extend(orphans::check(&files));
    faults.extend(sources::check(root, &files, &ratchet));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// The `.rs` files below a folder; none where it cannot be read.
pub fn rust_files(root: &Path, folder: &str) -> Vec<String> {
    let mut paths = Vec::new();
    match files::walk(root, folder, &mut paths) {
        Ok(()) => paths
            .into_iter()
            .filter(|path| path.ends_with(".rs"))
            .collect(),
        Err(_) => Vec::new(),
    }
}

/// Dependencies that the ratchet lists as not used yet: crate and dependency.
pub fn unused_awaited(root: &Path) -> Result<Vec<(String, String)>, String> {
    let text = std::fs::read_to_string(root.join(ratchet::PATH));
    let text = text.map_err(|error| format!("{}: {error}", ratchet::PATH))?;
    Ratchet::parse(&text).map(|ratchet| ratchet.unused)
}

/// Whether a path is in a room's folder or is its file, and which room.
fn room_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(CORE)?;
    let name = inside.split('/').next()?;
    let name = name.strip_suffix(".rs").unwrap_or(name);
    (name != "lib").then_some(name)
}
