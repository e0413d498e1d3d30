//! Times making and checking a pack of many records, and writes it out.
//!
//! `cargo run --release -p demarche-evidence --example pack_speed -- 100000 /tmp/pack.zip`, then
//! `time python3 crates/demarche-evidence/src/verify_pack.py --key VKEY /tmp/pack.zip`.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use demarche_evidence::case_log::CaseLog;
use demarche_evidence::container;
use demarche_evidence::disclose::{self, Place, Show};
use demarche_evidence::entry::{Common, SealedSource};
use demarche_evidence::hash::Digest;
use demarche_evidence::key::SourceKey;
use demarche_evidence::leaf::Kind;
use demarche_evidence::note::Algorithm;
use demarche_evidence::pack::Draft;
use demarche_evidence::policy::Policy;
use demarche_evidence::prove;
use demarche_evidence::seal::Sealer;
use demarche_evidence::sign::Signer;
use demarche_evidence::source_tree;
use demarche_evidence::span_list::Span;
use demarche_evidence::verify::pack;

const RECORD_BYTES: usize = 1_000;

/// Common fields of an entry, its salt made of its type.
fn common(kind: &str) -> Common {
    let text = |text: &str| text.to_owned();
    Common {
        kind: text(kind),
        time: text("2026-01-02T03:04:05Z"),
        actor: text("example"),
        tool_version: text("0"),
        tool_build: text("unknown"),
        salt: [kind.len() as u8; 16],
    }
}

/// Seals records and opens every one of them.
fn draft(n_records: u64) -> Result<(Draft, SealedSource), Box<dyn Error>> {
    let key = SourceKey::new([7; 32]);
    let (mut sealer, salter) = (Sealer::new(&key), key.salter());
    let span = Span {
        kind: Kind::Record,
        length: RECORD_BYTES as u64,
        values: vec![],
    };
    let record = |leaf: u64| {
        let mut bytes = vec![b'x'; RECORD_BYTES];
        bytes[..8].copy_from_slice(&leaf.to_be_bytes());
        bytes
    };
    let offset = |leaf: u64| leaf * RECORD_BYTES as u64;
    let mut leaves: Vec<Digest> = Vec::new();
    for leaf in 0..n_records {
        sealer.span(Kind::Record, offset(leaf), &record(leaf))?;
        let made = source_tree::leaf(&salter, leaf, offset(leaf), &span, &record(leaf));
        leaves.push(made.ok_or("no leaf")?.hash());
    }
    let seal = sealer.finish()?;
    let decoded = key.decoded_commitment(&seal.decoded_sha256);
    let sealed = SealedSource::new("1", &seal, decoded);
    let mut nodes = Levels::new(leaves);
    let mut draft = Draft::new();
    for leaf in 0..n_records {
        let path = prove::inclusion(&mut nodes, leaf, n_records)?;
        let (offset, bytes) = (offset(leaf), record(leaf));
        let (span, bytes, path) = (&span, bytes.as_slice(), path.as_slice());
        let place = Place {
            source: "1",
            entry: 0,
            leaf,
            offset,
            span,
            bytes,
            path,
        };
        draft.opening(&disclose::open(&key, &place, &Show::All)?);
    }
    Ok((draft, sealed))
}

/// All levels of a tree in memory.
struct Levels(Vec<Vec<Digest>>);

impl Levels {
    fn new(leaves: Vec<Digest>) -> Levels {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let pairs = below.as_chunks::<2>().0.iter();
            levels.push(
                pairs
                    .map(|[l, r]| demarche_evidence::hash::node(l, r))
                    .collect(),
            );
        }
        Levels(levels)
    }
}

impl prove::Nodes for Levels {
    type Error = Box<dyn Error>;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, Box<dyn Error>> {
        let node = self
            .0
            .get(level as usize)
            .and_then(|level| level.get(index as usize));
        Ok(*node.ok_or("no node")?)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let n_records = arguments
        .next()
        .ok_or("give a number of records")?
        .parse()?;
    let start = Instant::now();
    let (draft, sealed) = draft(n_records)?;
    let signer = Signer::new("example.org/demarche/speed", Algorithm::Ed25519, &[1; 32])?;
    let key = signer.verifier_key().clone();
    let mut log = CaseLog::open(BTreeMap::new(), signer, &[])?;
    let seal = common("source.sealed").write(sealed.fields())?;
    let mut fields = serde_json::Map::new();
    fields.insert("content".into(), draft.content().to_string().into());
    let export = common("export.made").write(fields)?;
    log.append(&[seal.clone(), export.clone()])?;
    let files = draft.finish(&log, &[(0, seal), (1, export)], &[])?;
    let archive = container::write("pack", &files)?;
    println!(
        "made in {:.1} s: {} bytes, key {key}",
        start.elapsed().as_secs_f64(),
        archive.len()
    );
    let start = Instant::now();
    let (_, files) = container::read(&archive)?;
    let checked = pack::check(&files, &Policy::of_logs(vec![key]));
    let outcome = checked.faults.outcome();
    println!(
        "checked in {:.1} s: {outcome:?}, {} records",
        start.elapsed().as_secs_f64(),
        checked.records.len()
    );
    if let Some(path) = arguments.next() {
        std::fs::write(path, archive)?;
    }
    Ok(())
}
