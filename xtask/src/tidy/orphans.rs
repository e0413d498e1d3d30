//! Files that no module names would never be compiled, nor their tests run.

use super::Fault;
use super::files::File;

/// Names that cargo finds by itself.
const ROOTS: &[&str] = &["main.rs", "lib.rs", "build.rs"];
/// Folders in which cargo takes every file as a program of its own.
const OF_PROGRAMS: &[&str] = &["tests", "benches", "examples", "bin", "fuzz_targets"];

/// Checks that every file is named by the module above it.
pub fn check(files: &[File]) -> Vec<Fault> {
    let lost = files
        .iter()
        .filter(|file| !is_root(&file.path) && !is_named(files, &file.path));
    let text = "no `mod` names this file, so it is not compiled; name it or remove it";
    lost.map(|file| Fault::new(&file.path, 1, "orphan", text))
        .collect()
}

fn is_root(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or(folder);
    ROOTS.contains(&name) || OF_PROGRAMS.contains(&folder)
}

/// Whether one of the files that may declare this module does.
fn is_named(files: &[File], path: &str) -> bool {
    let module = path
        .strip_suffix("/mod.rs")
        .or_else(|| path.strip_suffix(".rs"))
        .unwrap_or(path);
    let Some((folder, name)) = module.rsplit_once('/') else {
        return false;
    };
    let above = ["/mod.rs", "/lib.rs", "/main.rs", ".rs"].map(|end| format!("{folder}{end}"));
    // Each program of such a folder is a root, and may name what they share.
    let of_programs = OF_PROGRAMS.contains(&folder.rsplit('/').next().unwrap_or(folder));
    let beside =
        |path: &str| of_programs && path.rsplit_once('/').is_some_and(|(at, _)| at == folder);
    let declares = |file: &&File| {
        let code = &file.scan.code;
        file.scan
            .places(name)
            .iter()
            .any(|at| code[..*at].trim_end().ends_with("mod"))
    };
    files
        .iter()
        .filter(|file| above.contains(&file.path) || beside(&file.path))
        .any(|file| declares(&file))
}
