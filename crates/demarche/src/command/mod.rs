//! The commands: one file each; the doc comment of its arguments is its help.

use clap::Subcommand;

use crate::error::Result;

pub mod examine;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Examine exported logs and write a case with its brief.
    Examine(examine::Arguments),
}

impl Command {
    /// Carries the command out; returns the exit code.
    ///
    /// # Errors
    /// Whatever keeps the command from its end.
    pub fn run(self) -> Result<u8> {
        match self {
            Command::Examine(arguments) => examine::run(arguments),
        }
    }
}
