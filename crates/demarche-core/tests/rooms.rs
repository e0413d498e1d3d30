//! Runs the cases of coverage, exposure and brief: logs in, gaps, exposures and sentences out.
//!
//! A case is a head (`case:`, `spec:`, `comment:`), one section per file (`--- name`), settings
//! (`--- stated`: `exported TIME`, `now TIME`, `protect ACCOUNT`, `licence CARD=NAME`), for exposure the listed sessions
//! (`--- listed`: `hostile session=…`, `suspect address=…`), questions to the ledger
//! (`--- ask`: `STREAM ACCOUNT FROM TO`), and what is expected (`--- expect`).
//! `UPDATE_EXPECT=1` writes what came instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod measuring;
#[path = "reading/mod.rs"]
#[allow(dead_code)]
mod reading;

use std::fs;
use std::path::{Path, PathBuf};

use measuring::tenant::Tenant;

fn check(path: &Path, run: fn(&Tenant) -> String) -> Option<String> {
    let text = fs::read_to_string(path).unwrap();
    let (head, sections) = split(&text);
    assert!(
        head.starts_with("case: ") && head.contains("\ncomment: "),
        "{}: a case opens with `case:` and has a `comment:`",
        path.display()
    );
    let Some(((last, expect), sections)) = sections.split_last() else {
        panic!("{}: a case has sections", path.display());
    };
    assert_eq!(last, "expect", "a case ends with a section `--- expect`");
    let came = run(&Tenant::of(sections));
    if came == *expect {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let upto = text.rfind("--- expect\n").unwrap();
        fs::write(path, format!("{}--- expect\n{came}", &text[..upto])).unwrap();
        return None;
    }
    Some(format!("{}: came\n{came}", path.display()))
}

fn split(text: &str) -> (String, Vec<(String, String)>) {
    let (mut head, mut sections) = (String::new(), Vec::<(String, String)>::new());
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("--- ") {
            sections.push((name.trim().to_owned(), String::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push_str(line);
        } else {
            head.push_str(line);
        }
    }
    (head, sections)
}

fn run_folder(name: &str, run: fn(&Tenant) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases")
        .join(name);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "case"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no case found");
    let faults: Vec<String> = paths.iter().filter_map(|path| check(path, run)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn coverage_cases() {
    run_folder("coverage", measuring::text::coverage);
}

#[test]
fn exposure_cases() {
    run_folder("exposure", measuring::text::exposure);
}

#[test]
fn brief_cases() {
    run_folder("brief", measuring::text::brief);
}
