//! The project's own automation: house rules, licences, advisories, and all of CI.

mod advisories;
mod ci;
mod example;
mod findings;
mod fuzz;
mod instructions;
mod labs;
mod licences;
mod metadata;
mod report;
mod sbom;
mod scan;
mod seeds;
mod tidy;
mod unused;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  example     examines the example cases, leaves their briefs in example/
  tidy        house rules: rooms, map, words, bans, sizes, sources
  findings    writes docs/findings.md from the files of the room finding
  fence       demarche-core and demarche-evidence build without an engine
  licences    every crate we build on has an allowed licence
  advisories  known advisories against Cargo.lock
  unused      dependencies that no file names
  docs        API documentation of core and evidence, warnings as errors
  seeds       [N] [SHAPE,…]: examines simulated tenants and holds the briefs against the truth
  report      run FROM TO | sum | check: the same over many seeds, as numbers in bench/
  labs        [A..B]: enters real servers on loopback, examines their logs, compares with the truth
  fuzz        [TARGET|all] [SECONDS|FILE]: runs fuzz targets, or one input again
  instructions  counts what the hot parts of reading take, against bench/instructions.toml
  sbom        [OPTIONS]: prints the parts of the program built with these as CycloneDX JSON
  ci          all of these but example, seeds, fuzz and sbom; formatting, clippy and every test

environment:
  DEMARCHE_ADVISORY_DB    a folder with a copy of the RustSec advisory database
  DEMARCHE_TARGET_CACHE   where .ci/run keeps build output";

/// What a check says: the lines to print when it holds, or why it does not.
type Outcome = Result<Vec<String>, Vec<String>>;

fn main() -> ExitCode {
    let argument = |nth: usize, otherwise: &str| {
        std::env::args()
            .nth(nth)
            .unwrap_or_else(|| otherwise.to_owned())
    };
    let command = argument(1, "");
    let root = root();
    let outcome = match command.as_str() {
        "tidy" => tidy::check(&root),
        "fence" => ci::fence(&root),
        "licences" => licences::check(&root),
        "advisories" => advisories::check(&root),
        "unused" => unused::check(&root),
        "docs" => ci::docs(&root),
        "findings" => findings::page(&root, false),
        "example" => example::examine(&root),
        "seeds" => seeds::measure(&root, &argument(2, "50"), &argument(3, "none,storm")),
        "report" => report::report(&root, &std::env::args().skip(2).collect::<Vec<_>>()),
        "labs" => labs::all(&root, &argument(2, "1..2")),
        "fuzz" => fuzz::run_target(&root, &argument(2, "all"), &argument(3, "60")),
        "instructions" => instructions::check(&root),
        "sbom" => sbom::print(&root, &std::env::args().skip(2).collect::<Vec<_>>()),
        "ci" => ci::all(&root),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("error: no command named {command:?}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    tell(&command, &outcome)
}

fn tell(command: &str, outcome: &Outcome) -> ExitCode {
    match outcome {
        Ok(lines) => {
            lines.iter().for_each(|line| println!("{line}"));
            ExitCode::SUCCESS
        }
        Err(lines) => {
            lines.iter().for_each(|line| eprintln!("{line}"));
            eprintln!("{command}: failed ({} to mend)", lines.len());
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace: xtask's own folder is one below it.
///
/// Cargo says at run time where that is; a build cache may hold an xtask of another clone.
fn root() -> PathBuf {
    let built = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(built, PathBuf::from);
    here.parent()
        .map_or_else(|| here.clone(), Path::to_path_buf)
}
