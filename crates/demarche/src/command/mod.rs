//! The commands: one file each; the doc comment of its arguments is its help.

use clap::Subcommand;

use crate::error::Result;

pub mod acquired;
pub mod brief;
pub mod completions;
pub mod custody;
pub mod disclose;
pub mod doctor;
pub mod examine;
pub mod explain;
#[cfg(not(feature = "sql"))]
pub mod no_sql;
#[cfg(feature = "serve")]
pub mod serve;
pub mod simulate;
#[cfg(feature = "sql")]
pub mod sql;
#[cfg(feature = "timestamps")]
pub mod stamp;
pub mod verify;
pub mod witness;

#[cfg(not(feature = "sql"))]
use no_sql as sql;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Examine(Box<examine::Arguments>),
    Brief(brief::Arguments),
    Doctor(doctor::Arguments),
    Acquired(acquired::Arguments),
    Explain(explain::Arguments),
    Verify(verify::Arguments),
    Disclose(disclose::Arguments),
    Custody(custody::Arguments),
    Witness(witness::Arguments),
    #[cfg_attr(not(feature = "sql"), command(hide = true))]
    Sql(sql::Arguments),
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    Simulate(simulate::Arguments),
    Completions(completions::Arguments),
    /// Print the manual pages in roff.
    Manual,
}

impl Command {
    /// Carries the command out; returns the exit code.
    ///
    /// # Errors
    /// Whatever keeps the command from its end.
    pub fn run(self) -> Result<u8> {
        match self {
            Command::Examine(arguments) => examine::run(*arguments),
            Command::Brief(arguments) => brief::run(arguments),
            Command::Doctor(arguments) => doctor::run(arguments),
            Command::Acquired(arguments) => acquired::run(&arguments),
            Command::Explain(arguments) => explain::run(arguments),
            Command::Verify(arguments) => verify::run(&arguments),
            Command::Disclose(arguments) => disclose::run(arguments),
            Command::Custody(arguments) => custody::run(&arguments),
            Command::Witness(arguments) => witness::run(arguments),
            Command::Sql(arguments) => sql::run(arguments),
            #[cfg(feature = "serve")]
            Command::Serve(arguments) => serve::run(arguments),
            Command::Simulate(arguments) => simulate::run(&arguments),
            Command::Completions(arguments) => completions::run(arguments),
            Command::Manual => completions::manual(),
        }
    }
}
