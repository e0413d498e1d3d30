//! The README's first command: examines the example cases and says where the briefs are.

use std::path::Path;

use crate::Outcome;
use crate::metadata::{cargo, run};

/// Stories of the repository that stand for the main job, and what each shows.
const STORIES: &[(&str, &str)] = &[
    (
        "a",
        "an application nobody knew reads mailboxes; the logs hold no ids to tell its issuance by",
    ),
    (
        "b",
        "the same with ids and complete sign-in logs: no issuance on record",
    ),
];

/// Builds the program without SQL and runs `examine` on each story, into `example/`.
pub fn examine(root: &Path) -> Outcome {
    let mut lines = Vec::new();
    for (name, shows) in STORIES {
        let (story, case) = (
            format!("cases/anchor/{name}/logs"),
            format!("example/{name}"),
        );
        let mut command = cargo(root);
        command.args([
            "run",
            "--quiet",
            "--release",
            "--locked",
            "--no-default-features",
            "-p",
            "demarche",
            "--",
        ]);
        run(command.args(["examine", &story, "--case", &case, "--clobber"]))?;
        let brief = root.join(&case).join("brief.html");
        if !brief.is_file() {
            return Err(vec![format!("{}: no brief was written", brief.display())]);
        }
        lines.push(format!("{} ({shows})", brief.display()));
    }
    lines.insert(0, "\nopen these briefs in a browser:".to_owned());
    Ok(lines)
}
