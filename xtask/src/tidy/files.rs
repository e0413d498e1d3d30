//! The `.rs` files of the workspace, read and scanned.

use std::fs;
use std::io;
use std::path::Path;

use crate::scan::Scan;

/// One source file.
pub struct File {
    /// Path from the root, with `/` on every platform.
    pub path: String,
    /// Its text as written.
    pub text: String,
    /// The same without comments and literals.
    pub scan: Scan,
    /// Whether all of it is compiled for tests only.
    pub is_test: bool,
}

impl File {
    /// Scans a text.
    pub fn new(path: &str, text: &str) -> Self {
        let folder = ["/tests/", "/benches/", "/examples/"]
            .iter()
            .any(|part| path.contains(part));
        let is_test = folder || path.ends_with("/tests.rs") || path.starts_with("fuzz/");
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            scan: Scan::new(text),
            is_test,
        }
    }
}

/// Reads all files under the folders that hold Rust, in order of path.
pub fn read(root: &Path) -> io::Result<Vec<File>> {
    let mut paths = Vec::new();
    for folder in ["crates", "xtask", "fuzz"] {
        walk(root, folder, &mut paths)?;
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths.iter().filter(|path| path.ends_with(".rs")) {
        files.push(File::new(path, &fs::read_to_string(root.join(path))?));
    }
    mark_tests(&mut files);
    Ok(files)
}

/// Marks the files of modules that are declared under `#[cfg(test)]`, and all below them.
pub fn mark_tests(files: &mut [File]) {
    let mut starts = Vec::new();
    for file in files.iter() {
        let module = file.path.strip_suffix(".rs").unwrap_or(&file.path);
        let (folder, name) = module.rsplit_once('/').unwrap_or(("", module));
        let folder = if matches!(name, "mod" | "lib" | "main") {
            folder
        } else {
            module
        };
        starts.extend(
            file.scan
                .test_modules()
                .iter()
                .map(|name| format!("{folder}/{name}")),
        );
    }
    for file in files.iter_mut() {
        let below = |start: &String| {
            let rest = file.path.strip_prefix(start.as_str());
            rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        file.is_test |= starts.iter().any(below);
    }
}

/// Every file below a folder; build output and hidden folders apart. A folder that is not there is empty.
pub fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> io::Result<()> {
    let here = root.join(folder);
    if !here.is_dir() || here.join("CACHEDIR.TAG").exists() {
        return Ok(());
    }
    for entry in fs::read_dir(here)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let skipped =
            name.starts_with('.') || matches!(name.as_str(), "target" | "corpus" | "artifacts");
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if !skipped {
                walk(root, &path, paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
