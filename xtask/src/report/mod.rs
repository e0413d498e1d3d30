//! The report: many simulated tenants examined, and every promise as a number.
//!
//! `report run FROM TO` examines the tenants of these seeds and keeps one row each under
//! `target/report/`; `report sum` makes `bench/report.json` and `bench/report.md` of all rows;
//! `report check` examines a few again and holds them against the floor in `bench/floor.toml`.

mod bound;
mod compare;
mod floor;
mod page;
mod plan;
mod sum;
mod tenant;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::metadata::{cargo, run};

/// Runs a part of the report, as the arguments say.
pub fn report(root: &Path, arguments: &[String]) -> Outcome {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", from, to] => examine(root, &program(root)?, (from, to)),
        ["run", from, to, program] => examine(root, Path::new(program), (from, to)),
        ["plan", seed] => plan_of(seed),
        ["sum"] => page::write(root, &sum::Sum::of(&rows(&kept(root))?)),
        ["check"] => floor::check(root, &built_for_tests(root)?),
        ["check", program] => floor::check(root, Path::new(program)),
        _ => Err(vec![
            "usage: cargo xtask report run FROM TO [PROGRAM] | plan SEED | sum | check [PROGRAM]"
                .to_owned(),
        ]),
    }
}

/// The arguments of a seed's tenant, to be looked at by hand.
fn plan_of(seed: &str) -> Outcome {
    let seed = seed
        .parse()
        .map_err(|error| vec![format!("{seed}: {error}")])?;
    Ok(vec![plan::Plan::of(seed).arguments().join(" ")])
}

/// The program, built as users build it.
fn program(root: &Path) -> Result<PathBuf, Vec<String>> {
    let build = [
        "build",
        "--release",
        "--locked",
        "--no-default-features",
        "-p",
        "demarche",
    ];
    run(cargo(root).args(build))?;
    let name = format!("demarche{}", std::env::consts::EXE_SUFFIX);
    Ok(target(root).join("release").join(name))
}

/// The program as tests build it: there already when the tests have run.
fn built_for_tests(root: &Path) -> Result<PathBuf, Vec<String>> {
    let build = [
        "build",
        "--locked",
        "--no-default-features",
        "-p",
        "demarche",
    ];
    run(cargo(root).args(build))?;
    let name = format!("demarche{}", std::env::consts::EXE_SUFFIX);
    Ok(target(root).join("debug").join(name))
}

/// Cargo's folder of build output.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// Where rows of examined tenants are kept.
fn kept(root: &Path) -> PathBuf {
    target(root).join("report")
}

/// Examines the tenants of a range of seeds; those that have a row already are left alone.
fn examine(root: &Path, program: &Path, range: (&str, &str)) -> Outcome {
    let number = |text: &str| {
        text.parse::<u64>()
            .map_err(|error| vec![format!("{text}: {error}")])
    };
    let (from, to) = (number(range.0)?, number(range.1)?);
    let folder = kept(root);
    fs::create_dir_all(&folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let known = rows(&folder)?;
    let path = folder.join("rows.jsonl");
    let (mut n_new, mut faults) = (0_u64, Vec::new());
    for seed in from..=to {
        if known.iter().any(|row| row["seed"] == seed) {
            continue;
        }
        let row = tenant::examine(program, &folder, seed)
            .map_err(|error| vec![format!("seed {seed}: {error}")])?;
        faults.extend(tenant::complaints(&row));
        append(&path, &row)?;
        n_new += 1;
    }
    let line = format!(
        "report: {n_new} tenants examined, rows in {}",
        path.display()
    );
    Ok(std::iter::once(line).chain(faults).collect())
}

fn append(path: &Path, row: &Value) -> Result<(), Vec<String>> {
    let written = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .and_then(|mut file| writeln!(file, "{row}"));
    written.map_err(|error| vec![format!("{}: {error}", path.display())])
}

/// The rows kept so far, one per seed.
fn rows(folder: &Path) -> Result<Vec<Value>, Vec<String>> {
    let path = folder.join("rows.jsonl");
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(Vec::new());
    };
    let parsed: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    let mut rows = parsed.map_err(|error| vec![format!("{}: {error}", path.display())])?;
    rows.sort_by_key(|row| row["seed"].as_u64());
    rows.dedup_by_key(|row| row["seed"].as_u64());
    Ok(rows)
}
