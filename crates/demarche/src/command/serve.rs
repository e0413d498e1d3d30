//! `demarche serve`: local pages over finished cases.

use std::path::PathBuf;

use clap::Args;

use crate::error::Result;
use crate::serve;

/// Show finished cases as local pages on 127.0.0.1.
///
/// The address it prints holds a random token: who does not know it sees nothing. The pages work
/// without script and load nothing from outside. End it with Ctrl-C.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Case folders.
    #[arg(value_name = "DIR", required = true)]
    cases: Vec<PathBuf>,
    /// Port on 127.0.0.1; a free one by default.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

/// Serves until the program is ended.
///
/// # Errors
/// A folder that is no case, a port that is taken.
pub fn run(arguments: Arguments) -> Result<u8> {
    serve::serve(arguments.cases, arguments.port, &mut |address| {
        anstream::println!("{address}");
        anstream::eprintln!("open the address above in a browser on this machine; Ctrl-C ends it");
    })?;
    Ok(0)
}
