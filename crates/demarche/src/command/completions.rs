//! `demarche completions` and `demarche manual`: made from the same definitions as the help.

use std::io::Write;

use clap::{Args, CommandFactory};

use crate::error::{Error, Result};

/// Print completions for a shell.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Prints the completions.
///
/// # Errors
/// None: a closed pipe ends the program as any other.
pub fn run(arguments: Arguments) -> Result<u8> {
    let mut program = crate::Program::command();
    clap_complete::generate(
        arguments.shell,
        &mut program,
        "demarche",
        &mut std::io::stdout(),
    );
    Ok(0)
}

/// Prints the manual page, one section a command, in roff.
///
/// # Errors
/// A pipe that was closed.
pub fn manual() -> Result<u8> {
    let mut out = std::io::stdout().lock();
    let program = crate::Program::command();
    let mut pages = vec![program.clone()];
    pages.extend(program.get_subcommands().cloned());
    for page in pages {
        let printed = clap_mangen::Man::new(page)
            .render(&mut out)
            .and_then(|()| out.write_all(b"\n"));
        printed.map_err(|cause| Error::run("cannot print the manual").because(&cause))?;
    }
    Ok(0)
}
