//! The program: reads the command line, runs one command, ends with its code.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

mod acquired;
mod addresses;
mod command;
mod disclose;
mod error;
mod evidence;
mod examine;
mod handover;
mod mapping;
mod options;
mod rejudge;
mod render;
mod rules;
#[cfg(feature = "serve")]
mod serve;
mod simulate;
mod terminal;
mod verify;
mod view;

/// Faster than the system's under many small strings; measured in bench/.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// From audit logs already held: who entered, what was accessed, what cannot be known.
#[derive(Debug, Parser)]
#[command(
    name = "demarche",
    version,
    propagate_version = true,
    disable_help_subcommand = true,
    max_term_width = 80
)]
pub struct Program {
    #[command(subcommand)]
    command: command::Command,
}

fn main() -> ExitCode {
    match Program::parse().command.run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let mut text = terminal::escape::lines_shown(&error.to_string());
            // A person reads folded lines; a program finds each line whole.
            if std::io::stderr().is_terminal() {
                text = render::summary::folded(&text);
            }
            anstream::eprintln!("{text}");
            ExitCode::from(error.exit_code())
        }
    }
}
