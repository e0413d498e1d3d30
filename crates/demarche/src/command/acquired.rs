//! `demarche acquired`: writes the template in which somebody states how sources were acquired.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::acquired::template::template;
use crate::error::{Error, OnFile, Result};

/// Write a template that says how sources were acquired.
///
/// One entry a file: who collected it, in which role, when, with what, asking for what window and
/// filters, how many records were expected, the provider's hash. Filled from the log of
/// Microsoft-Extractor-Suite where it lies among the paths. Give the file, completed, to examine
/// as --acquired; what stays empty is printed as "not stated".
#[derive(Args, Debug)]
pub struct Arguments {
    /// Files and folders that will be examined.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// File to write; it must not exist. Without it the template is printed.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Writes or prints the template.
///
/// # Errors
/// Paths that are not there, a file that exists, a disk that is full.
pub fn run(arguments: &Arguments) -> Result<u8> {
    let text = template(&arguments.paths)?;
    let Some(path) = &arguments.out else {
        let printed = std::io::stdout().write_all(text.as_bytes());
        printed.map_err(|cause| Error::run("cannot print the template").because(&cause))?;
        return Ok(0);
    };
    let mut file = std::fs::File::create_new(path).on("make", path)?;
    file.write_all(text.as_bytes()).on("write", path)?;
    Ok(0)
}
