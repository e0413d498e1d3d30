//! Counts the instructions of reading's hot parts, and holds them to bounds.
//!
//! Time depends on the machine and on who else uses it; instructions hardly do. The bounds are in
//! `bench/instructions.toml`, with room for another compiler.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::metadata::{cargo, output, run};

/// Numbers of records whose difference is counted, so that starting up is not.
const RECORDS: (u64, u64) = (500, 1_500);

/// Counts and compares; says so where the counter is not installed.
pub fn check(root: &Path) -> Outcome {
    if output(Command::new("valgrind").arg("--version")).is_err() {
        return Ok(vec![
            "instructions: NOT COUNTED, no valgrind here".to_owned(),
        ]);
    }
    let bounds = bounds(root).map_err(|error| vec![error])?;
    let program = built(root)?;
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    let made = each_record(&program, "make").map_err(|error| vec![error])?;
    for (part, bound) in bounds {
        let counted = each_record(&program, &part).map_err(|error| vec![error])?;
        let n = counted.saturating_sub(made);
        let line = format!("instructions: {part} takes {n} a record, at most {bound}");
        if n > bound {
            faults.push(line);
        } else {
            lines.push(line);
        }
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

/// The parts and their bounds, in order of name.
fn bounds(root: &Path) -> Result<Vec<(String, u64)>, String> {
    let path = root.join("bench/instructions.toml");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    table
        .into_iter()
        .map(|(part, bound)| match bound.as_integer() {
            Some(bound) if bound > 0 => Ok((part, bound as u64)),
            _ => Err(format!(
                "bench/instructions.toml: {part} has no whole number"
            )),
        })
        .collect()
}

/// The example that is counted, built as it is released but for what links crates together.
fn built(root: &Path) -> Result<PathBuf, Vec<String>> {
    let mut command = cargo(root);
    command.args([
        "build",
        "--locked",
        "--release",
        "--config",
        "profile.release.lto=false",
        "-p",
        "demarche-core",
        "--example",
        "hot",
    ]);
    run(&mut command)?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    Ok(target.join("release/examples/hot"))
}

/// Instructions that one more record takes.
fn each_record(program: &Path, part: &str) -> Result<u64, String> {
    let few = counted(program, part, RECORDS.0)?;
    let many = counted(program, part, RECORDS.1)?;
    Ok(many.saturating_sub(few) / (RECORDS.1 - RECORDS.0))
}

fn counted(program: &Path, part: &str, n_records: u64) -> Result<u64, String> {
    let done = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([part, &n_records.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let said = String::from_utf8_lossy(&done.stderr);
    let refs = said.lines().find_map(|line| line.split_once("refs:"));
    let digits = refs.map(|(_, number)| number.trim().replace(',', ""));
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("valgrind counted nothing of {part}: {said}"))
}
