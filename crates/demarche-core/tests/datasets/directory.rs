//! Sets that hold sign-ins, directory audit, requests, risk and cloud activity: what opens.

use std::fs;
use std::path::{Path, PathBuf};

use super::{folder, open};
use crate::reading::event_text;

fn logs_under(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            logs_under(&path, out);
        } else if path.extension().is_some_and(|e| e == "log" || e == "jsonl") {
            out.push(path);
        }
    }
    out.sort();
}

/// `DEMARCHE_SHOW=1` prints every event.
#[test]
fn directory_sets_open_whole() {
    let Some(folder) = folder("directory_sets_open_whole") else {
        return;
    };
    let mut paths = vec![folder.join("plaso/azure_activity_log.jsonl")];
    logs_under(&folder.join("elastic_integrations/azure"), &mut paths);
    logs_under(
        &folder.join("elastic_integrations/m365_defender"),
        &mut paths,
    );
    assert!(paths.len() > 8);
    println!("| file | form | records | rejected |\n|---|---|---|---|");
    let mut faults = Vec::new();
    for path in paths {
        let opened = open(&path);
        let name = path.strip_prefix(&folder).unwrap().display();
        let (forms, n_rejects) = (opened.forms.join(", "), opened.rejects.len());
        println!("| {name} | {forms} | {} | {n_rejects} |", opened.n_records);
        if std::env::var_os("DEMARCHE_SHOW").is_some() {
            opened
                .events
                .iter()
                .for_each(|event| print!("{}", event_text(event)));
        }
        let known = forms
            .split(", ")
            .all(|form| !form.is_empty() && form != "diagnostic/other");
        let whole = opened.n_records > 0 && opened.n_unknown == 0 && n_rejects == 0;
        let alike = opened.events.len() as u64 == opened.n_records;
        if !(known && whole && alike && opened.problems.is_empty()) {
            faults.push(format!("{name}: {forms} {:?}", opened.rejects));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
