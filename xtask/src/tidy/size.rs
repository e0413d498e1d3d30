//! Lengths of functions and files, with a ratchet.

use super::Fault;
use super::files::File;
use super::ratchet::{self, Ratchet};

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 800;

/// Checks all files; entries of the ratchet that are too loose or idle are faults too.
pub fn check(files: &[File], ratchet: &Ratchet) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut functions_used = vec![false; ratchet.functions.len()];
    for file in files {
        faults.extend(file_length(file, ratchet));
        for function in file.scan.functions() {
            if function.in_test || file.is_test || function.n_lines <= FUNCTION_LINES_MAX {
                continue;
            }
            let entry = ratchet
                .functions
                .iter()
                .position(|(path, name, _)| *path == file.path && *name == function.name);
            if let Some(index) = entry {
                functions_used[index] = true;
            }
            let limit = entry.map_or(FUNCTION_LINES_MAX, |index| ratchet.functions[index].2);
            let (name, n_lines) = (&function.name, function.n_lines);
            let text = match n_lines.cmp(&limit) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Greater => format!(
                    "{name} has {n_lines} lines, at most {limit}; take steps out into functions with names"
                ),
                std::cmp::Ordering::Less => format!(
                    "{name} has {n_lines} lines now; lower its entry in {} from {limit}",
                    ratchet::PATH
                ),
            };
            faults.push(Fault::new(
                &file.path,
                function.line,
                "function-length",
                text,
            ));
        }
    }
    for ((path, name, _), _) in ratchet
        .functions
        .iter()
        .zip(functions_used)
        .filter(|(_, used)| !used)
    {
        faults.push(idle(path, &format!("function {name}")));
    }
    faults.extend(idle_files(files, ratchet));
    faults
}

fn file_length(file: &File, ratchet: &Ratchet) -> Option<Fault> {
    let n_lines = file.text.lines().count();
    if n_lines <= FILE_LINES_MAX || ratchet.catalogues.contains(&file.path) {
        return None;
    }
    let limit = ratchet
        .files
        .iter()
        .find(|(path, _)| *path == file.path)
        .map_or(FILE_LINES_MAX, |(_, lines)| *lines);
    let text = match n_lines.cmp(&limit) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater => {
            format!("{n_lines} lines, at most {limit}; split it by what its parts are for")
        }
        std::cmp::Ordering::Less => format!(
            "{n_lines} lines now; lower its entry in {} from {limit}",
            ratchet::PATH
        ),
    };
    Some(Fault::new(&file.path, 1, "file-length", text))
}

/// Entries for files that are gone, or within the limit again.
fn idle_files(files: &[File], ratchet: &Ratchet) -> Vec<Fault> {
    let long = |path: &String| {
        files
            .iter()
            .any(|file| file.path == *path && file.text.lines().count() > FILE_LINES_MAX)
    };
    let listed = ratchet
        .files
        .iter()
        .map(|(path, _)| path)
        .chain(&ratchet.catalogues);
    listed
        .filter(|path| !long(path))
        .map(|path| idle(path, "file"))
        .collect()
}

fn idle(path: &str, what: &str) -> Fault {
    let text = format!("the entry for {path} ({what}) is no longer needed; remove it");
    Fault::new(ratchet::PATH, 1, "ratchet", text)
}
