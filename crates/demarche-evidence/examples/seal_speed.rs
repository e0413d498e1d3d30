//! Measures sealing against SHA-256 alone over the same records, in one run.
//!
//! `cargo run --release -p demarche-evidence --example seal_speed`. Sizes, bytes per size and
//! rounds are fixed; the best round counts, the two measured in turn. The file hash is apart.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use demarche_evidence::key::SourceKey;
use demarche_evidence::leaf::Kind;
use demarche_evidence::seal::Sealer;
use sha2::{Digest as _, Sha256};

const TOTAL_BYTES: usize = 4 << 20;
const ROUNDS: usize = 120;

fn hash_alone(bytes: &[u8], size: usize) -> Duration {
    let start = Instant::now();
    for record in bytes.chunks_exact(size) {
        black_box(Sha256::digest(record));
    }
    start.elapsed()
}

fn seal(bytes: &[u8], size: usize) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let mut sealer = Sealer::apart(&SourceKey::new([7; 32]));
    for (i, record) in bytes.chunks_exact(size).enumerate() {
        sealer.span(Kind::Record, (i * size) as u64, record)?;
    }
    let seal = sealer.finish_with(demarche_evidence::hash::EMPTY_ROOT)?;
    black_box(seal.root);
    Ok(start.elapsed())
}

fn main() -> Result<(), Box<dyn Error>> {
    let bytes: Vec<u8> = (0..TOTAL_BYTES).map(|i| (i % 251) as u8).collect();
    println!("record bytes   sha256 alone   seal   ratio");
    for size in [200, 500, 1_000, 4_000] {
        let (mut alone, mut sealed) = (Duration::MAX, Duration::MAX);
        for _ in 0..ROUNDS {
            alone = alone.min(hash_alone(&bytes, size));
            sealed = sealed.min(seal(&bytes, size)?);
        }
        let rate = |time: Duration| TOTAL_BYTES as f64 / time.as_secs_f64() / 1e9;
        let ratio = sealed.as_secs_f64() / alone.as_secs_f64();
        println!(
            "{size:>12} {:>9.2} GB/s {:>6.2} GB/s {ratio:>6.2}",
            rate(alone),
            rate(sealed)
        );
    }
    Ok(())
}
