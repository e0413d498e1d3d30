//! Runs `cases/source/*.case`: logs in, events and problems out, as text.
//!
//! A case is a head (`case:`, `spec:`, `comment:`), one section per file (`--- name`), and what
//! is expected (`--- expect`). `UPDATE_EXPECT=1` writes what came instead. A section's name is the
//! file's; its last part says how it is cut: `.csv` has a header row, anything else is JSON, one
//! or several documents, each a record or a wrapper of records.

// A test may read its cases, and panic where one is no case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

mod copies;
mod datasets;
mod hostile;
mod reading;

use std::fs;
use std::path::{Path, PathBuf};

use reading::{each_record, read_record, read_section};

struct Case {
    head: String,
    sections: Vec<(String, String)>,
    expect: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/source")
}

fn parse(text: &str) -> Case {
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
    let expect = match sections.pop() {
        Some((name, body)) if name == "expect" => body,
        _ => panic!("a case ends with a section `--- expect`"),
    };
    Case {
        head,
        sections,
        expect,
    }
}

fn written(case: &Case, expect: &str) -> String {
    let mut out = case.head.clone();
    for (name, body) in &case.sections {
        out.push_str(&format!("--- {name}\n{body}"));
    }
    out.push_str(&format!("--- expect\n{expect}"));
    out
}

/// Runs one case; what came instead of what was expected, where they differ.
fn check(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).unwrap();
    let case = parse(&text);
    assert!(
        case.head.starts_with("case: ") && case.head.contains("\ncomment: "),
        "{}: a case opens with `case:` and has a `comment:`",
        path.display()
    );
    let mut came = String::new();
    for (name, body) in &case.sections {
        came.push_str(&read_section(name, body));
    }
    if came == case.expect {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, written(&case, &came)).unwrap();
        return None;
    }
    Some(format!(
        "{}:\n{}",
        path.display(),
        differing(&case.expect, &came)
    ))
}

fn differing(expect: &str, came: &str) -> String {
    let mut out = String::new();
    let (expect, came): (Vec<_>, Vec<_>) = (expect.lines().collect(), came.lines().collect());
    for at in 0..expect.len().max(came.len()) {
        let (old, new) = (expect.get(at), came.get(at));
        if old != new {
            out.push_str(&format!(
                "  line {at}\n    expected {old:?}\n    came     {new:?}\n"
            ));
        }
        if out.len() > 4000 {
            break;
        }
    }
    out
}

/// All cases, in order of name.
fn case_paths() -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "case"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no case found");
    paths
}

#[test]
fn source_cases() {
    let paths = case_paths();
    let faults: Vec<String> = paths.iter().filter_map(|path| check(path)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A record cut anywhere is read or rejected, with a problem for every rejection: no form gives
/// up, and none takes a piece for nothing.
#[test]
fn records_cut_anywhere_are_read_or_rejected() {
    let mut n_cuts = 0;
    for path in case_paths() {
        let case = parse(&fs::read_to_string(path).unwrap());
        for (name, body) in &case.sections {
            each_record(name, body, &mut |text, header| {
                for end in (0..text.len()).filter(|at| at % 13 == 0 && text.is_char_boundary(*at)) {
                    let came = read_record(&text[..end], header, 0);
                    let silent = came.contains(" rejected\n") && !came.contains("  problem ");
                    assert!(!silent, "{came}");
                    n_cuts += 1;
                }
            });
        }
    }
    assert!(n_cuts > 1_000);
}
