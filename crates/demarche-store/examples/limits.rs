//! Limits that `examine` is held against, and its parts: hashing alone, parsing alone.
//!
//!     limits read FILE     reads the file
//!     limits hash FILE     SHA-256 of the file and of each line, in one pass
//!     limits parse FILE    walks the members of each line once
//!     limits intake FILE   takes the file in, sealing nothing
//!     limits settle FILE   takes it in and settles it, learning nothing
#![allow(clippy::print_stdout, reason = "an example that prints its result")]

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use demarche_core::event::event::Event;
use demarche_core::record::json::Value;
use demarche_store::intake::progress::Silent;
use demarche_store::intake::sealing::Unsealed;
use demarche_store::intake::{Bounds, Options, take};
use demarche_store::settle::{Learn, settle};
use sha2::{Digest, Sha256};

/// Bytes read at once.
const BLOCK_BYTES: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(what), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("usage: limits read|hash|parse|intake|settle FILE".into());
    };
    match what.as_str() {
        "read" => read(&path),
        "hash" => hash(&path),
        "parse" => parse(&path),
        "intake" => intake(path.into(), false),
        "settle" => intake(path.into(), true),
        _ => Err(format!("{what} is no part").into()),
    }
}

fn read(path: &str) -> Result<(), Box<dyn Error>> {
    let (mut file, mut block, mut n_bytes) = (File::open(path)?, vec![0; BLOCK_BYTES], 0);
    loop {
        let n = file.read(&mut block)?;
        if n == 0 {
            break;
        }
        n_bytes += n;
    }
    println!("{n_bytes} bytes");
    Ok(())
}

/// Hands over every line; returns how many there are.
fn lines(path: &str, each: &mut dyn FnMut(&[u8])) -> Result<u64, Box<dyn Error>> {
    let mut lines = BufReader::with_capacity(BLOCK_BYTES, File::open(path)?);
    let (mut line, mut n_lines) = (Vec::new(), 0);
    while lines.read_until(b'\n', &mut line)? > 0 {
        n_lines += 1;
        each(&line);
        line.clear();
    }
    Ok(n_lines)
}

fn hash(path: &str) -> Result<(), Box<dyn Error>> {
    let (mut whole, mut sum) = (Sha256::new(), 0_u64);
    let n_lines = lines(path, &mut |line| {
        whole.update(line);
        sum = sum.wrapping_add(u64::from(Sha256::digest(line)[0]));
    })?;
    println!("{n_lines} lines, {sum}, {:02x?}", &whole.finalize()[..4]);
    Ok(())
}

fn parse(path: &str) -> Result<(), Box<dyn Error>> {
    let mut sum = 0_u64;
    let n_lines = lines(path, &mut |line| {
        let text = std::str::from_utf8(line).unwrap_or_default();
        // A line that is no object counts as one: this measures, it does not judge.
        let _ = Value::of(text).members(|key, value| {
            sum = sum.wrapping_add((key.len() + value.raw().len()) as u64);
        });
    })?;
    println!("{n_lines} lines, {sum}");
    Ok(())
}

/// Learns nothing.
struct Nothing;

impl Learn for Nothing {
    fn event(&mut self, _: &Event<'_>) {}

    fn join(&mut self, _: Nothing) {}
}

fn intake(path: PathBuf, settles: bool) -> Result<(), Box<dyn Error>> {
    // Beside the log, where a case would be too: the folder for temporary files may be in memory.
    let folder = path.parent().unwrap_or(&path);
    let work = tempfile::tempdir_in(folder)?;
    let options = Options {
        work: work.path().to_owned(),
        skip: Vec::new(),
        copy_key: [7; 16],
        bounds: Bounds::default(),
        told: Default::default(),
        watch: None,
    };
    let taken = take(&[path], &options, &mut Unsealed::default(), &Silent)?;
    let n_spans: u64 = taken.sources.iter().map(|source| source.spans).sum();
    if !settles {
        println!("{n_spans} spans");
        return Ok(());
    }
    let (settled, Nothing) = settle(&taken, &|| Nothing)?;
    println!("{n_spans} spans, {} events", settled.events);
    Ok(())
}
