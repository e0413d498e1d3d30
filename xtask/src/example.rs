//! The README's first command: examines the example cases and says where the briefs are.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::metadata::{cargo, run};

/// Stories of the repository that stand for the main job, and what each shows.
const STORIES: &[(&str, &str)] = &[
    (
        "a",
        "an application that nobody knew reads mailboxes; the logs hold no ids to tell issuance by",
    ),
    (
        "b",
        "the same with ids and complete sign-in logs: no issuance on record",
    ),
];

/// What lies beside the logs of a story and is not one.
const NOT_LOGS: &[&str] = &["expect.toml", "truth.json"];

/// Builds the program without SQL and runs `examine` on each story, into `example/`.
pub fn examine(root: &Path) -> Outcome {
    let mut lines = vec!["\nopen these briefs in a browser:".to_owned()];
    for (name, shows) in STORIES {
        let case = root.join("example").join(name);
        if case.exists() {
            fs::remove_dir_all(&case)
                .map_err(|error| vec![format!("{}: {error}", case.display())])?;
        }
        let mut command = cargo(root);
        command.args([
            "run",
            "--release",
            "--locked",
            "--no-default-features",
            "--features",
            "serve",
            "-p",
            "demarche",
            "--",
            "examine",
        ]);
        command
            .args(logs(root, name)?)
            .args(["--case", &format!("example/{name}")]);
        run(&mut command)?;
        let brief = case.join("brief.html");
        if !brief.is_file() {
            return Err(vec![format!("{}: no brief was written", brief.display())]);
        }
        lines.push(format!("{}\n    {shows}", brief.display()));
    }
    Ok(lines)
}

/// The logs of a story, in order of name, as paths from the root.
fn logs(root: &Path, story: &str) -> Result<Vec<String>, Vec<String>> {
    let folder = format!("cases/anchor/{story}");
    let entries =
        fs::read_dir(root.join(&folder)).map_err(|error| vec![format!("{folder}: {error}")])?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut logs: Vec<String> = names
        .filter(|name| !NOT_LOGS.contains(&name.as_str()))
        .map(|name| format!("{folder}/{name}"))
        .collect();
    logs.sort();
    if logs.is_empty() {
        Err(vec![format!("{folder}: no logs")])
    } else {
        Ok(logs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_has_its_logs() {
        for (story, _) in STORIES {
            let logs = logs(&crate::root(), story).unwrap();
            assert!(
                logs.iter().any(|log| log.ends_with("unified-audit.jsonl")),
                "{logs:?}"
            );
            assert!(
                !logs.iter().any(|log| log.ends_with("truth.json")),
                "{logs:?}"
            );
        }
        assert!(logs(&crate::root(), "no-such-story").is_err());
    }
}
