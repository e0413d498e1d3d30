//! `demarche examine`: the main job, from exported logs to a case with its brief.

use std::collections::BTreeSet;

use clap::Args;

use crate::error::{Error, Result};
use crate::examine::{self, determinations};
use crate::options::{Existing, FailOn, Options, RawOptions};
use crate::render;
use crate::terminal::escape::shown;

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
    let outweighed = outweighed(&options);
    let brief = examine::examine(&options)?;
    for pair in outweighed {
        anstream::eprintln!(
            "note: --ordinary {0} changes nothing beside --hostile {0}: of two determinations the stronger holds",
            shown(&pair)
        );
        anstream::eprintln!("  hint: to take --hostile back, examine the sources as a new case");
    }
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

/// Shorthand that is stated as ordinary and, now or in an earlier run, as hostile too.
fn outweighed(options: &Options) -> Vec<String> {
    let kept = match options.existing {
        // A folder that is no case is told of where it is read.
        Existing::Add => determinations::kept(&options.case).unwrap_or_default().1,
        _ => Vec::new(),
    };
    let all: Vec<_> = kept.iter().chain(&options.shorthand).collect();
    let stated = |hostile: bool| {
        let all = all.iter().filter(move |entry| entry.0 == hostile);
        all.map(|(_, key, value)| format!("{key}={value}"))
    };
    let hostile: BTreeSet<String> = stated(true).collect();
    let new = options.shorthand.iter();
    let is_new = |pair: &String| {
        let mut new = new.clone();
        new.any(|(_, key, value)| *pair == format!("{key}={value}"))
    };
    let ordinary: BTreeSet<String> = stated(false).collect();
    ordinary
        .intersection(&hostile)
        .filter(|pair| is_new(pair))
        .cloned()
        .collect()
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
