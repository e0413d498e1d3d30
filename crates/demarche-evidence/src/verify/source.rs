//! Checks a source against its seal: every byte is hashed again, span by span.

use std::io::{self, Read};

use crate::entry::SealedSource;
use crate::hash::{Digest, Hasher};
use crate::key::SourceKey;
use crate::leaf::{FILLER_BYTES_MAX, Kind};
use crate::source_tree;
use crate::span_list::Spans;
use crate::tree::Range;
use crate::verify::Faults;

/// Checks the decoded bytes of a source against its seal, its key and its list of spans.
///
/// `blocks` are the stored roots of full blocks of 256 leaves, if they are to be checked too.
/// Memory is one span.
pub fn check(
    decoded: &mut impl Read,
    list: &[u8],
    key: &SourceKey,
    sealed: &SealedSource,
    blocks: Option<&[Digest]>,
) -> Faults {
    let mut faults = Faults::new();
    let name = &sealed.source;
    if key.commitment() != sealed.k_commitment {
        faults.altered(format!("key of source {name} is not the one sealed"));
        return faults;
    }
    let rebuilt = match rebuild(decoded, list, key, blocks) {
        Ok(Ok(rebuilt)) => rebuilt,
        Ok(Err(what)) => {
            faults.altered(format!("source {name}: {what}"));
            return faults;
        }
        Err(cause) => {
            faults.missing(format!("source {name}: {cause}"));
            return faults;
        }
    };
    let mut compare = |what: &str, same: bool| {
        if !same {
            faults.altered(format!("source {name}: {what} is not what was sealed"));
        }
    };
    compare("size", rebuilt.size == sealed.decoded_size);
    compare("number of spans", rebuilt.range.n_leaves() == sealed.spans);
    compare("number of records", rebuilt.records == sealed.records);
    compare(
        "number of filler bytes",
        rebuilt.filler_bytes == sealed.filler_bytes,
    );
    compare(
        "hash of the whole",
        key.decoded_commitment(&rebuilt.whole) == sealed.decoded_commitment,
    );
    compare("root", rebuilt.range.root() == sealed.root);
    if let Some(blocks) = blocks {
        compare(
            "number of tiles",
            blocks.len() as u64 == sealed.spans / source_tree::BLOCK_LEAVES,
        );
    }
    faults
}

/// What a source comes to when hashed again.
struct Rebuilt {
    range: Range,
    records: u64,
    filler_bytes: u64,
    size: u64,
    whole: Digest,
}

/// Hashes a source again. The inner error is a fault of the data, the outer one of the reading.
fn rebuild(
    decoded: &mut impl Read,
    list: &[u8],
    key: &SourceKey,
    blocks: Option<&[Digest]>,
) -> io::Result<Result<Rebuilt, String>> {
    let salter = key.salter();
    let (mut range, mut whole) = (Range::new(), Hasher::new());
    let (mut records, mut filler_bytes, mut size) = (0, 0, 0u64);
    let mut bytes = Vec::new();
    let mut block = Range::new();
    for span in Spans::new(list) {
        let Ok(span) = span else {
            return Ok(Err("list of spans is malformed".into()));
        };
        if span.kind == Kind::Filler && span.length > FILLER_BYTES_MAX {
            return Ok(Err(format!("filler above 64 KiB at byte {size}")));
        }
        bytes.clear();
        decoded.by_ref().take(span.length).read_to_end(&mut bytes)?;
        let index = range.n_leaves();
        let Some(leaf) = source_tree::leaf(&salter, index, size, &span, &bytes) else {
            return Ok(Err(format!("ends or differs in the span at byte {size}")));
        };
        whole.update(&bytes);
        match span.kind {
            Kind::Record => records += 1,
            Kind::Filler => filler_bytes += span.length,
        }
        size += span.length;
        let hash = leaf.hash();
        range.push(hash);
        block.push(hash);
        if block.n_leaves() == source_tree::BLOCK_LEAVES {
            let number = (range.n_leaves() / source_tree::BLOCK_LEAVES - 1) as usize;
            let stored = blocks.map(|blocks| blocks.get(number));
            if stored.is_some_and(|stored| stored != Some(&block.root())) {
                return Ok(Err(format!("tile hash {number} is not what it was")));
            }
            block = Range::new();
        }
    }
    if decoded.read(&mut [0])? != 0 {
        return Ok(Err(format!("goes on after its last span, at byte {size}")));
    }
    let whole = whole.finish();
    Ok(Ok(Rebuilt {
        range,
        records,
        filler_bytes,
        size,
        whole,
    }))
}
