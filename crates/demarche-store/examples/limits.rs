//! Limits that `examine` is held against: hashing alone, parsing alone.
//!
//!     limits hash FILE     SHA-256 of the file and of each line, in one pass
//!     limits parse FILE    walks the members of each line once
#![allow(clippy::print_stdout, reason = "an example that prints its result")]

use std::fs::File;
use std::io::{BufRead, BufReader};

use demarche_core::record::json::Value;
use sha2::{Digest, Sha256};

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: limits hash|parse FILE".into());
    };
    let mut lines = BufReader::with_capacity(BLOCK_BYTES, File::open(path)?);
    let mut line = Vec::new();
    let (mut whole, mut n_lines, mut sum) = (Sha256::new(), 0_u64, 0_u64);
    while lines.read_until(b'\n', &mut line)? > 0 {
        n_lines += 1;
        match what.as_str() {
            "hash" => {
                whole.update(&line);
                sum = sum.wrapping_add(u64::from(Sha256::digest(&line)[0]));
            }
            _ => {
                let text = std::str::from_utf8(&line)?;
                // A line that is no object counts as one: this measures, it does not judge.
                let _ = Value::of(text).members(|key, value| {
                    sum = sum.wrapping_add((key.len() + value.raw().len()) as u64);
                });
            }
        }
        line.clear();
    }
    println!("{n_lines} lines, {sum}, {:02x?}", &whole.finalize()[..4]);
    Ok(())
}
