//! Everything CI does, in one command, the same on a desk.

use std::path::Path;
use std::time::Instant;

use crate::metadata::{cargo, output, run};
use crate::{Outcome, advisories, findings, instructions, labs, licences, report, tidy, unused};

/// A crate, its features, and what must not be below it.
struct Fence {
    arguments: &'static [&'static str],
    refused: &'static [&'static str],
}

/// A name that ends in `*` refuses every crate that begins so.
const FENCES: &[Fence] = &[
    Fence {
        arguments: &["-p", "demarche-core", "--all-features"],
        refused: &[
            "tokio*",
            "datafusion*",
            "arrow*",
            "parquet*",
            "rayon*",
            "hyper*",
            "reqwest*",
            "zip",
            "clap*",
        ],
    },
    Fence {
        arguments: &["-p", "demarche-evidence", "--all-features"],
        refused: &[
            "tokio*",
            "datafusion*",
            "arrow*",
            "parquet*",
            "rayon*",
            "demarche-core",
            "demarche-store",
            "sonic-rs",
        ],
    },
    Fence {
        arguments: &["-p", "demarche", "--no-default-features"],
        refused: &["tokio*", "datafusion*", "sqlparser"],
    },
];

/// Shows by `cargo tree` that no engine is below the crates that must not have one.
pub fn fence(root: &Path) -> Outcome {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for Fence { arguments, refused } in FENCES {
        let tree = [
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal,build",
            "--target",
            "all",
            "--prefix",
            "none",
        ];
        let text = output(cargo(root).args(tree).args(*arguments)).map_err(|error| vec![error])?;
        let found = refused_names(&text, refused);
        faults.extend(
            found
                .iter()
                .map(|name| format!("{} must not be built with {name}", arguments.join(" "))),
        );
        lines.push(format!(
            "fence: {} is free of {}",
            arguments.join(" "),
            refused.join(", ")
        ));
    }
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults)
    }
}

fn refused_names(tree: &str, refused: &[&str]) -> Vec<String> {
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    let is_refused = |name: &&str| {
        refused
            .iter()
            .any(|pattern| match pattern.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == pattern,
            })
    };
    let mut found: Vec<String> = names.filter(is_refused).map(str::to_owned).collect();
    found.sort();
    found.dedup();
    found
}

/// Builds the API documentation of the crates that others read; a broken link fails.
pub fn docs(root: &Path) -> Outcome {
    let mut command = cargo(root);
    // A public item may point maintainers at a private one; every other broken link fails.
    command.env(
        "RUSTDOCFLAGS",
        "-D warnings -A rustdoc::private-intra-doc-links",
    );
    command.args([
        "doc",
        "--locked",
        "--no-deps",
        "-p",
        "demarche-core",
        "-p",
        "demarche-evidence",
    ]);
    run(&mut command).map(|()| vec!["docs: core and evidence, no warning".to_owned()])
}

/// Where automation has the tests of the evidence crate against other implementations.
const DIFFERENTIAL: &str = "crates/demarche-evidence/differential/Cargo.toml";

/// The target that shows that the evidence crate needs no system below it.
const WASM: &str = "wasm32-unknown-unknown";

/// Checks that the evidence crate compiles for the web; says so where the target is not here.
pub fn wasm(root: &Path) -> Outcome {
    let mut rustc = std::process::Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM]);
    let folder = output(&mut rustc).unwrap_or_default();
    if !Path::new(folder.trim()).is_dir() {
        let how = format!("rustup target add {WASM}");
        return Ok(vec![format!("wasm: NOT CHECKED, no target here: {how}")]);
    }
    let arguments = ["check", "--locked", "-p", "demarche-evidence", "--target"];
    run(cargo(root).args(arguments).arg(WASM))
        .map(|()| vec![format!("wasm: demarche-evidence compiles for {WASM}")])
}

/// One of our own checks.
type Check = fn(&Path) -> Outcome;

/// All checks. Each runs even where an earlier one failed, so that one run shows everything.
pub fn all(root: &Path) -> Outcome {
    let start = Instant::now();
    let mut summary = vec![fetch(root)];
    let mut faults = Vec::new();
    let own: [(&str, Check); 8] = [
        ("tidy", tidy::check),
        ("findings", |root| findings::page(root, true)),
        ("licences", licences::check),
        ("advisories", advisories::check),
        ("unused", unused::check),
        ("fence", fence),
        ("docs", docs),
        ("wasm", wasm),
    ];
    let mut note = |name: &str, outcome: Outcome| {
        let seconds = start.elapsed().as_secs();
        println!(
            "== {name}: {} at {seconds} s",
            if outcome.is_ok() { "done" } else { "FAILED" }
        );
        match outcome {
            Ok(lines) => summary.extend(lines),
            Err(lines) => {
                lines.iter().for_each(|line| eprintln!("{line}"));
                faults.extend(lines.into_iter().map(|line| format!("{name}: {line}")));
            }
        }
    };
    for (name, check) in own {
        note(name, check(root));
    }
    for (name, arguments) in steps(root) {
        println!("== {name}: cargo {}", arguments.join(" "));
        let outcome = run(cargo(root).args(&arguments));
        note(name, outcome.map(|()| vec![format!("{name}: passed")]));
    }
    note("instructions", instructions::check(root));
    note("labs", labs::all(root, "1..2"));
    note("report", report::report(root, &["check".to_owned()]));
    println!("\n== {} min in all", start.elapsed().as_secs() / 60);
    if faults.is_empty() {
        return Ok(summary);
    }
    summary.iter().for_each(|line| println!("{line}"));
    Err(faults)
}

/// Cargo's own steps: formatting, clippy and tests, each without and with SQL.
fn steps(root: &Path) -> Vec<(&'static str, Vec<&'static str>)> {
    let plain = ["--locked", "--workspace", "--no-default-features"];
    let sql = ["--locked", "--workspace", "--all-features"];
    let strict = ["--all-targets", "--", "-D", "warnings"];
    let join = |parts: &[&[&'static str]]| parts.concat();
    let mut steps = vec![
        ("format", vec!["fmt", "--all", "--check"]),
        ("clippy without SQL", join(&[&["clippy"], &plain, &strict])),
        ("tests without SQL", join(&[&["test"], &plain])),
        ("clippy with SQL", join(&[&["clippy"], &sql, &strict])),
        ("tests with SQL", join(&[&["test"], &sql])),
    ];
    if root.join("fuzz/Cargo.toml").exists() {
        let fuzz = ["--manifest-path", "fuzz/Cargo.toml"];
        steps.insert(
            1,
            ("format of fuzz", join(&[&["fmt"], &fuzz, &["--check"]])),
        );
        steps.push(("fuzz targets build", join(&[&["check", "--locked"], &fuzz])));
    }
    // Never passed over: where its crates cannot be had, cargo fails and so does this run.
    let peers = ["--manifest-path", DIFFERENTIAL];
    let strict = ["--all-targets", "--", "-D", "warnings"];
    steps.extend([
        (
            "format of the differential tests",
            join(&[&["fmt"], &peers, &["--check"]]),
        ),
        (
            "clippy of the differential tests",
            join(&[&["clippy", "--locked"], &peers, &strict]),
        ),
        (
            "evidence against other implementations",
            join(&[&["test", "--locked"], &peers]),
        ),
    ]);
    steps
}

/// Gets all crates first, so that everything after it works without a network.
fn fetch(root: &Path) -> String {
    let peers = ["fetch", "--locked", "--manifest-path", DIFFERENTIAL];
    let fetched = output(cargo(root).args(["fetch", "--locked"]))
        .and_then(|_| output(cargo(root).args(peers)));
    match fetched {
        Ok(_) => "fetch: all crates are here".to_owned(),
        Err(error) => format!("fetch: NOT RENEWED, going on with the crates at hand: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_crate_is_found_by_name_or_start() {
        let tree = "demarche-core v0.1.0 (/x)\narrow-array v59.0.0\nzip v9.0.0\nzipper v1.0.0\narrow-array v59.0.0 (*)\n";
        assert_eq!(
            refused_names(tree, &["arrow*", "zip", "tokio*"]),
            ["arrow-array", "zip"]
        );
        assert!(refused_names(tree, &["array"]).is_empty());
    }
}
