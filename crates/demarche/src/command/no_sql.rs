//! `demarche sql` of a program without the engine: says how to get it.

use clap::Args;

use crate::error::{Error, Result};

/// Ask a stored case a question in SQL: not built into this program.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder and the question.
    #[arg(value_name = "DIR SQL", num_args = 0.., trailing_var_arg = true, allow_hyphen_values = true)]
    _question: Vec<String>,
}

/// Says what is missing.
///
/// # Errors
/// Always: there is no engine to ask.
pub fn run(_: Arguments) -> Result<u8> {
    Err(
        Error::usage("this program was built without its SQL engine")
            .hint("build it with: cargo build --release -p demarche")
            .hint("or ask the tables in DIR/store and DIR/*.csv by any reader of Parquet or CSV"),
    )
}
