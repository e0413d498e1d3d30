//! `demarche verify`: three lines about a case or a pack, and an exit code.

use std::path::PathBuf;

use clap::Args;

use crate::error::{Error, ErrorKind, Result};
use crate::rejudge;
use crate::terminal::escape::lines_shown;
use crate::verify::{self, Given, Kind, stamps, trust};

/// Check a case or a pack without trusting who made it.
///
/// Prints three lines that are never merged: whether the bytes are those sealed at intake, whether
/// the log is consistent with the checkpoints given, and whether the judgement was run again with
/// the same result. It never says that a claim is true.
///
/// Ends with 0 if it holds, 1 if a byte that is here is not what was sealed, 3 if it cannot be
/// decided: something needed is missing, the key is not known, or a file cannot be read.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder, or the pack: its zip, or the folder it was unpacked to.
    #[arg(value_name = "DIR|PACK")]
    path: PathBuf,
    /// The verifier key of the log, or a file with it, that came by a way of its own.
    #[arg(long, value_name = "VKEY", required_unless_present = "policy")]
    key: Option<String>,
    /// A policy file: logs, witnesses and their quorum (C2SP tlog-policy).
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Where to look, by hash, for sources that have moved.
    #[arg(long, value_name = "DIR")]
    sources: Option<PathBuf>,
    /// Run the judgement again and compare the digests of its outputs.
    #[arg(long)]
    rejudge: bool,
    /// A checkpoint that was kept elsewhere; repeat for more. Rollback and fork are named.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Certificates of time-stamp authorities that you trust, in PEM or DER.
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
}

/// Checks and prints.
///
/// # Errors
/// A wrong command line; whatever keeps the check from an end is "cannot decide".
pub fn run(arguments: &Arguments) -> Result<u8> {
    checked(arguments).map_err(|error| match error.kind {
        // 1 is taken: it says that something was altered.
        ErrorKind::Run => Error {
            kind: ErrorKind::Undecided,
            ..error
        },
        _ => error,
    })
}

fn checked(arguments: &Arguments) -> Result<u8> {
    let path = &arguments.path;
    let kind = verify::kind(path)?;
    let spool = rejudge::Scratch::make()?;
    let given = Given {
        policy: trust::policy(arguments.key.as_deref(), arguments.policy.as_deref(), path)?,
        older: trust::older(&arguments.checkpoint, path)?,
        sources: arguments.sources.clone(),
        authorities: stamps::authorities(arguments.authority.as_deref(), path)?,
        spool: spool.path().to_owned(),
    };
    let mut report = verify::check(path, &given)?;
    if arguments.rejudge && kind == Kind::Case {
        report.judgement = rejudge::run(path, &given, &report, spool.path());
    }
    anstream::print!("{}\n", lines_shown(&report.text()));
    Ok(report.outcome().exit_code())
}
