//! Runs fuzz targets with the stable toolchain: `cargo xtask fuzz TARGET [SECONDS|FILE]`.

use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::metadata::{cargo, output, run};

/// What tells the compiler to count which branches an input reaches, as libFuzzer needs it.
const COVERAGE: &[&str] = &[
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    "-Ccodegen-units=1",
];

/// Builds and runs one target, or `all`, for so many seconds each; or one input again.
pub fn run_target(root: &Path, name: &str, how: &str) -> Outcome {
    let targets = targets(root).map_err(|error| vec![error])?;
    let chosen: Vec<&String> = targets
        .iter()
        .filter(|target| name == "all" || *target == name)
        .collect();
    if chosen.is_empty() {
        return Err(vec![format!(
            "no target named {name:?}; there are: {}",
            targets.join(", ")
        )]);
    }
    let folder = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), PathBuf::from)
        .join("fuzz");
    // A triple keeps build scripts and macros free of the counters.
    let host = host().map_err(|error| vec![error])?;
    let mut build = cargo(root);
    build.args([
        "build",
        "--release",
        "--manifest-path",
        "fuzz/Cargo.toml",
        "--bins",
        "--target",
        &host,
    ]);
    build
        .env("CARGO_TARGET_DIR", &folder)
        .env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\u{1f}"));
    run(&mut build)?;
    let mut faults = Vec::new();
    for target in &chosen {
        let program = folder.join(&host).join("release").join(target);
        faults.extend(
            run_one(root, &program, target, how)
                .err()
                .into_iter()
                .flatten(),
        );
    }
    if faults.is_empty() {
        Ok(vec![format!(
            "fuzz: {} of {} targets run, no fault",
            chosen.len(),
            targets.len()
        )])
    } else {
        Err(faults)
    }
}

fn run_one(root: &Path, program: &Path, target: &str, how: &str) -> Result<(), Vec<String>> {
    let (corpus, artifacts) = (
        root.join("fuzz/corpus").join(target),
        root.join("fuzz/artifacts").join(target),
    );
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder)
            .map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    }
    plant(root, &corpus).map_err(|error| vec![format!("cases/source: {error}")])?;
    let mut command = std::process::Command::new(program);
    command
        .current_dir(root)
        .arg(format!("-artifact_prefix={}/", artifacts.display()));
    match how.parse::<u32>() {
        Ok(seconds) => command
            .arg(format!("-max_total_time={seconds}"))
            .args(["-print_final_stats=1", "-timeout=10"])
            .arg(&corpus),
        Err(_) => command.arg(how),
    };
    println!("== fuzz {target}");
    run(&mut command)
}

/// Gives every target the logs of the stories in `cases/source` to start from.
fn plant(root: &Path, corpus: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(root.join("cases/source"))?.flatten() {
        let text = std::fs::read_to_string(entry.path())?;
        let sections = text
            .split("\n--- ")
            .skip(1)
            .filter(|section| !section.starts_with("expect"));
        for (index, section) in sections.enumerate() {
            let body = section.split_once('\n').map_or("", |(_, body)| body);
            let name = format!("{}-{index}", entry.file_name().to_string_lossy());
            std::fs::write(corpus.join(name), body)?;
        }
    }
    Ok(())
}

/// Names of the targets, as the manifest lists them.
fn targets(root: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(root.join("fuzz/Cargo.toml"))
        .map_err(|error| format!("fuzz/Cargo.toml: {error}"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error| format!("fuzz/Cargo.toml: {error}"))?;
    let bins = table
        .get("bin")
        .and_then(toml::Value::as_array)
        .into_iter()
        .flatten();
    Ok(bins
        .filter_map(|bin| bin.get("name").and_then(toml::Value::as_str))
        .map(str::to_owned)
        .collect())
}

fn host() -> Result<String, String> {
    let text = output(std::process::Command::new("rustc").arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| "rustc -vV: no host".to_owned())
}
