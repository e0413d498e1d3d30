//! `demarche disclose`: one claim, some records or values, as a pack for an outsider.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::disclose::{self, Wish};
use crate::error::{Error, Result};
use crate::rejudge::Scratch;

/// A mark of the Traffic Light Protocol, version 2.0.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Tlp {
    Clear,
    Green,
    Amber,
    #[value(name = "amber+strict")]
    AmberStrict,
    Red,
}

impl Tlp {
    fn word(self) -> &'static str {
        match self {
            Tlp::Clear => "CLEAR",
            Tlp::Green => "GREEN",
            Tlp::Amber => "AMBER",
            Tlp::AmberStrict => "AMBER+STRICT",
            Tlp::Red => "RED",
        }
    }
}

/// Disclose claims or records as a pack that an outsider can check.
///
/// The pack is a zip with the records, the proofs that join them to the signed checkpoint, a page
/// for humans, a custody table, a form for a certificate and a script that checks all of it with
/// Python's standard library alone. An entry of the case log says what was disclosed.
///
/// What is withheld, every value that names it, and every plain hash of it stay out of the pack.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder.
    #[arg(value_name = "DIR")]
    case: PathBuf,
    /// A claim or finding with the records it cites: its id, or the number of a claim from 1.
    #[arg(long, value_name = "N", required_unless_present = "leaf")]
    claim: Vec<String>,
    /// A record by source and leaf, as in 7/115; repeat for more.
    #[arg(long, value_name = "S/I")]
    leaf: Vec<String>,
    /// A field to withhold wherever it occurs, as in UserId, or user of a line with user=<...>; a
    /// cell of a CSV row is column:3, a word of a line word:3, bytes of one record 7/115:20-31.
    #[arg(long, value_name = "FIELD")]
    withhold: Vec<String>,
    /// The pack to write; it must not exist.
    #[arg(long, value_name = "PACK")]
    out: PathBuf,
    /// How far it may be passed on.
    #[arg(long, value_enum, default_value = "amber+strict")]
    tlp: Tlp,
    /// For whom it is; kept concealed in the case log.
    #[arg(
        long,
        value_name = "WHO",
        default_value = "",
        hide_default_value = true
    )]
    recipient: String,
    /// What it is for; kept concealed in the case log.
    #[arg(
        long,
        value_name = "WHY",
        default_value = "",
        hide_default_value = true
    )]
    purpose: String,
    /// The file of the case key, if it is not in the configuration folder.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Makes the pack.
///
/// # Errors
/// Claims, records or fields that are not there; a withheld value that would still be shown.
pub fn run(arguments: Arguments) -> Result<u8> {
    let scratch = Scratch::make()?;
    let leaves = arguments.leaf.iter().map(|text| leaf(text));
    let wish = Wish {
        leaves: leaves.collect::<Result<_>>()?,
        case: arguments.case,
        claims: arguments.claim,
        withhold: arguments.withhold,
        out: arguments.out,
        tlp: arguments.tlp.word().to_owned(),
        recipient: arguments.recipient,
        purpose: arguments.purpose,
        key_file: arguments.key_file,
        spool: scratch.path().to_owned(),
    };
    let made = disclose::disclose(&wish)?;
    anstream::println!(
        "{} records, {} values withheld ({} records cut after intake), TLP:{}; entry {} of {}: {}",
        made.n_records,
        made.n_withheld,
        made.n_cut,
        wish.tlp,
        made.entry,
        made.size,
        wish.out.display()
    );
    Ok(0)
}

fn leaf(text: &str) -> Result<(String, u64)> {
    let parsed = text
        .split_once('/')
        .and_then(|(source, leaf)| Some((source.to_owned(), leaf.parse().ok()?)));
    parsed.ok_or_else(|| {
        Error::usage(format!("--leaf {text}: expected source and leaf"))
            .hint("as in 7/115: columns source and leaf of exposure.csv")
    })
}
