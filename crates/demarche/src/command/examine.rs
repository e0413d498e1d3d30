//! `demarche examine`: the main job, from exported logs to a case with its brief.

use clap::Args;

use crate::error::{Error, Result};
use crate::examine;
use crate::options::{FailOn, RawOptions};
use crate::render;

/// Examine exported logs and write a case with its brief.
///
/// Reads every file once, accounts for every byte, judges every session by a published table and
/// writes DIR/brief.html, brief.json, the tables beside them and a store to question.
///
/// Ends with 0 when done, whatever it found; with --fail-on, 10 for hostile sessions (wins) and
/// 11 for gaps; 1 if the run failed; 2 for a wrong command line.
#[derive(Args, Debug)]
pub struct Arguments {
    #[command(flatten)]
    options: RawOptions,
}

/// Examines and prints the summary, or the brief as JSON.
///
/// # Errors
/// Whatever keeps the case from being written.
pub fn run(arguments: Arguments) -> Result<u8> {
    let options = arguments.options.checked()?;
    let brief = examine::examine(&options)?;
    if options.json {
        print(&format!("{:#}\n", render::json::brief(&brief)))?;
    } else {
        print(&render::summary::summary(&brief, &options.case))?;
    }
    let hostile = brief
        .sessions
        .iter()
        .any(|session| session.verdict.word() == "hostile");
    Ok(if hostile && options.fail_on.contains(&FailOn::Hostile) {
        10
    } else if !brief.gaps.is_empty() && options.fail_on.contains(&FailOn::Gaps) {
        11
    } else {
        0
    })
}

/// Prints to standard output; colours only where they are wanted.
fn print(text: &str) -> Result<()> {
    use std::io::Write;
    let mut out = anstream::AutoStream::auto(std::io::stdout());
    match out.write_all(text.as_bytes()) {
        // Whoever closed the pipe has read enough; the case is written.
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::run("cannot print the summary").because(&cause))
        }
        _ => Ok(()),
    }
}
