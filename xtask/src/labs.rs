//! Runs the labs: real servers, clients and intruders, with known truth.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::Outcome;
use crate::metadata::{cargo, run};

const LABS: [&str; 3] = ["mail", "records", "pages"];

/// The exit code of a lab that was not run: something it needs cannot be had here.
const NOT_RUN: i32 = 77;

/// Runs some seeds of each lab, as written and stretched over thirty days.
///
/// What cannot be run here is printed as `NOT RUN`, never as passed.
pub fn all(root: &Path, seeds: &str) -> Outcome {
    let build = [
        "build",
        "--locked",
        "--no-default-features",
        "--features",
        "serve",
        "-p",
        "demarche",
    ];
    run(cargo(root).args(build))?;
    // Side by side: a lab waits for its servers more than it works.
    let children: Vec<_> = LABS
        .iter()
        .map(|name| (name, start(root, name, seeds)))
        .collect();
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for (name, child) in children {
        let output = child.and_then(std::process::Child::wait_with_output);
        match output {
            Ok(output) => judge(name, &output, &mut lines, &mut faults),
            Err(error) => lines.push(format!("labs: {name}: NOT RUN: python3: {error}")),
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

fn start(root: &Path, name: &str, seeds: &str) -> std::io::Result<std::process::Child> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |target| root.join(target));
    let program = format!("demarche{}", std::env::consts::EXE_SUFFIX);
    // The pages have no intruder and so no seeds.
    let told: &[&str] = match name {
        "pages" => &[],
        _ => &["--seeds", seeds, "--stretch", "0", "--stretch", "30"],
    };
    Command::new("python3")
        .arg(root.join("labs").join(name).join("run"))
        .args(told)
        .arg("--program")
        .arg(target.join("debug").join(program))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// Says of one lab whether it passed, was not run, or failed.
fn judge(name: &str, output: &Output, lines: &mut Vec<String>, faults: &mut Vec<String>) {
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or("it printed nothing");
    match output.status.code() {
        Some(0 | NOT_RUN) => lines.push(format!("labs: {last}")),
        _ => {
            faults.push(format!("{name}: {last}"));
            faults.extend(
                text.lines()
                    .filter(|line| line.contains("MISMATCH ") || line.starts_with("FAILED "))
                    .map(str::to_owned),
            );
            let errors = String::from_utf8_lossy(&output.stderr);
            faults.extend(errors.lines().rev().take(3).map(str::to_owned));
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{ExitStatus, Output};

    use super::judge;

    fn told(code: i32, text: &str) -> (Vec<String>, Vec<String>) {
        let (mut lines, mut faults) = (Vec::new(), Vec::new());
        let output = Output {
            status: ExitStatus::from_raw(code << 8),
            stdout: text.as_bytes().to_vec(),
            stderr: Vec::new(),
        };
        judge("mail", &output, &mut lines, &mut faults);
        (lines, faults)
    }

    #[test]
    fn a_lab_that_was_not_run_is_said_not_to_be() {
        let (lines, faults) = told(77, "mail lab: NOT RUN: no node\n");
        assert_eq!(lines, ["labs: mail lab: NOT RUN: no node"]);
        assert!(faults.is_empty());
    }

    #[test]
    fn a_mismatch_or_a_crash_fails() {
        let (lines, faults) = told(1, "  MISMATCH x\nmail lab: 1 MISMATCHES\n");
        assert!(lines.is_empty());
        assert_eq!(faults, ["mail: mail lab: 1 MISMATCHES", "  MISMATCH x"]);
        assert!(!told(2, "").1.is_empty());
    }
}
