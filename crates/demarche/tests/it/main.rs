//! Tests of the built program; one binary, every file listed here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod archives;
mod bench;
mod book;
mod brief;
mod case_folder;
mod commands_in_docs;
mod disclose;
mod evidence;
mod hostile_values;
mod mapping;
mod rotation;
#[cfg(feature = "sigma")]
mod rules;
mod schema;
#[cfg(feature = "serve")]
mod serve;
mod snapshots;
mod splits;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "timestamps")]
mod stamps;
mod terminal;
mod upstream;
mod verify;
mod witness;

/// A file that is not listed above would never run.
#[test]
fn every_test_file_is_listed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        let listed = module == "main" || main.contains(&format!("mod {module};"));
        assert!(listed, "tests/it/{name} is not listed in tests/it/main.rs");
    }
}
