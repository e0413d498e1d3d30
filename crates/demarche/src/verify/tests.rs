//! Nothing here imports a writer.

use std::path::Path;

/// Words that only a writer of evidence needs.
const WRITERS: [&str; 14] = [
    "case_log::",
    "evidence::sign",
    "evidence::seal",
    "evidence::pack",
    "FilesMut",
    "Locked",
    "evidence::key::CaseKey",
    "evidence::run",
    "evidence::log",
    "evidence::sealing",
    "fs::write",
    "File::create",
    "OpenOptions",
    "crate::examine",
];

#[test]
fn no_writer_is_imported() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/verify");
    let mut n_files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("tests.rs") {
            continue;
        }
        n_files += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        for word in WRITERS {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
    assert!(n_files >= 9, "only {n_files} files were read");
}
