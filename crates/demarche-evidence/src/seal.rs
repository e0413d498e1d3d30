//! Sealing a source in one pass: spans in, root out, memory constant.
//!
//! Invariants: span `i + 1` starts where span `i` ends, the first at 0; lengths add up to the
//! decoded size; every span is one leaf, in order. A hole cannot be sealed.
//! Spans are hashed two at a time and leaves 256, because independent hashes overlap in the
//! processor; so a short span is copied once and held until the next one comes.

use crate::block;
use crate::entry::SealedSource;
use crate::hash::{self, Digest};
use crate::key::{SALTS, Salt, Salter, SourceKey};
use crate::leaf::{self, FILLER_BYTES_MAX, Kind, Leaf, Mode};
use crate::span_list;
use crate::split;
use crate::tree::Range;

/// Leaves of one full tile (C2SP tlog-tiles).
const BATCH: usize = 256;

/// The longest span worth holding for a partner.
const HELD_BYTES_MAX: usize = 8 * 1024;

/// Why a span was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// A hole or an overlap.
    #[error("span at byte {found}, expected at byte {expected}")]
    NotContiguous {
        /// Where the last span ended.
        expected: u64,
        /// Where this one starts.
        found: u64,
    },
    /// A span without bytes.
    #[error("empty span at byte {0}")]
    Empty(u64),
    /// Filler beyond the limit.
    #[error("filler of {0} bytes in one span, expected at most 65536")]
    FillerTooLong(u64),
    /// A streamed span was left open, or one was fed that was never begun.
    #[error("streamed span out of turn at byte {0}")]
    OutOfTurn(u64),
    /// The whole hash was to be taken elsewhere and was not handed over.
    #[error("whole hash of the decoded source missing, expected through finish_with")]
    NoWholeHash,
}

/// What is sealed of a source: enough to check any of its records against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Spans, records and filler together: the size of the tree.
    pub spans: u64,
    /// Spans that are records.
    pub records: u64,
    /// Bytes in filler spans.
    pub filler_bytes: u64,
    /// Bytes of the decoded source.
    pub decoded_size: u64,
    /// SHA-256 of the decoded source.
    pub decoded_sha256: Digest,
    /// Root of the source tree.
    pub root: Digest,
    /// Commitment to the source's key.
    pub k_commitment: Digest,
    /// Hashes of the leaves after the last full block of 256: with the tiles taken before, they
    /// lead to the root.
    pub tail: Vec<Digest>,
}

impl SealedSource {
    /// What to write of a seal.
    ///
    /// The plain SHA-256 of the decoded source stays out: of a source of one record it would let
    /// anyone guess at what a pack withholds.
    pub fn new(source: &str, seal: &Seal, decoded_commitment: Digest) -> SealedSource {
        SealedSource {
            source: source.to_owned(),
            spans: seal.spans,
            records: seal.records,
            filler_bytes: seal.filler_bytes,
            decoded_size: seal.decoded_size,
            decoded_commitment,
            root: seal.root,
            k_commitment: seal.k_commitment,
        }
    }
}

/// Seals one source, span by span.
pub struct Sealer {
    salter: Salter,
    k_commitment: Digest,
    salts: [Salt; SALTS],
    held: Option<Held>,
    held_bytes: Vec<u8>,
    /// Blocks of the leaves since the last full tile.
    pending: Vec<[u8; block::BLOCK]>,
    range: Range,
    tiles: Vec<Digest>,
    spans: Option<Vec<u8>>,
    whole: Option<hash::Hasher>,
    open: Option<Open>,
    records: u64,
    filler_bytes: u64,
    end: u64,
}

/// A span that waits for its partner; its bytes are in `held_bytes`.
struct Held {
    kind: Kind,
    offset: u64,
    salt: Salt,
}

/// A span whose bytes come in pieces.
struct Open {
    kind: Kind,
    offset: u64,
    length: u64,
    hasher: hash::Hasher,
}

impl Sealer {
    /// A sealer that also hashes the decoded source as a whole.
    pub fn new(key: &SourceKey) -> Sealer {
        let mut sealer = Sealer::apart(key);
        sealer.whole = Some(hash::Hasher::new());
        sealer
    }

    /// A sealer for a source whose whole hash is taken elsewhere, say on its own thread.
    pub fn apart(key: &SourceKey) -> Sealer {
        Sealer {
            salter: key.salter(),
            k_commitment: key.commitment(),
            salts: [[0; 16]; SALTS],
            held: None,
            held_bytes: Vec::with_capacity(HELD_BYTES_MAX),
            pending: Vec::with_capacity(BATCH),
            range: Range::new(),
            tiles: Vec::new(),
            spans: None,
            whole: None,
            open: None,
            records: 0,
            filler_bytes: 0,
            end: 0,
        }
    }

    /// Also keeps the list of spans (see [`crate::span_list`]), to be taken as it grows.
    pub fn list_spans(&mut self) {
        self.spans = Some(Vec::new());
    }

    /// Leaves so far; the index the next span will have.
    pub fn n_leaves(&self) -> u64 {
        self.range.n_leaves() + self.pending.len() as u64 + u64::from(self.held.is_some())
    }

    /// Bytes so far; the offset the next span must have.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Seals one span and returns its leaf index.
    ///
    /// # Errors
    /// If the span does not start where the last one ended, is empty, or is filler above 64 KiB.
    #[inline]
    pub fn span(&mut self, kind: Kind, offset: u64, bytes: &[u8]) -> Result<u64, SealError> {
        let length = bytes.len() as u64;
        self.check(kind, offset, length)?;
        let salt = self.next_salt();
        if let Some(whole) = &mut self.whole {
            whole.update(bytes);
        }
        let index = self.n_leaves();
        self.count(kind, length, &[]);
        if let Some(held) = self.held.take() {
            let one = (&held.salt, self.held_bytes.as_slice());
            let [one, two] = leaf::commit_pair(one, (&salt, bytes));
            let held_length = self.held_bytes.len() as u64;
            self.push(&whole(held.kind, held.offset, held_length, one));
            self.push(&whole(kind, offset, length, two));
        } else if bytes.len() <= HELD_BYTES_MAX {
            self.held_bytes.clear();
            self.held_bytes.extend_from_slice(bytes);
            self.held = Some(Held { kind, offset, salt });
        } else {
            self.push(&whole(
                kind,
                offset,
                length,
                leaf::commit_whole(&salt, bytes),
            ));
        }
        Ok(index)
    }

    /// Seals a record whose values can be shown one by one later; returns its leaf index, and
    /// whether it was split. Any doubt about the ranges, and it is sealed whole.
    ///
    /// # Errors
    /// If the record does not start where the last span ended, or is empty.
    pub fn split(
        &mut self,
        offset: u64,
        bytes: &[u8],
        values: &[std::ops::Range<usize>],
    ) -> Result<(u64, Mode), SealError> {
        let Some(cut) = split::cut(bytes, values) else {
            return Ok((self.span(Kind::Record, offset, bytes)?, Mode::Whole));
        };
        let length = bytes.len() as u64;
        self.check(Kind::Record, offset, length)?;
        self.release();
        // Draws the salts of the leaves to come where this leaf is the first of them.
        self.next_salt();
        if let Some(whole) = &mut self.whole {
            whole.update(bytes);
        }
        let index = self.n_leaves();
        self.count(Kind::Record, length, values);
        let commitment = split::commit(&self.salter, index, &cut);
        let kind = Kind::Record;
        self.push(&Leaf {
            kind,
            mode: Mode::Split,
            offset,
            length,
            commitment,
        });
        Ok((index, Mode::Split))
    }

    /// Seals filler of any length as spans of at most 64 KiB; returns the first leaf index.
    ///
    /// # Errors
    /// If it does not start where the last span ended, or is empty.
    pub fn filler(&mut self, offset: u64, bytes: &[u8]) -> Result<u64, SealError> {
        self.check(Kind::Filler, offset, bytes.len().min(1) as u64)?;
        let first = self.n_leaves();
        for piece in bytes.chunks(FILLER_BYTES_MAX as usize) {
            self.span(Kind::Filler, self.end, piece)?;
        }
        Ok(first)
    }

    /// Begins a record too long to hold in memory.
    ///
    /// # Errors
    /// If it does not start where the last span ended, or another one is open.
    pub fn begin(&mut self, offset: u64) -> Result<(), SealError> {
        self.check(Kind::Record, offset, 1)?;
        self.release();
        let mut hasher = hash::Hasher::new();
        hasher.update(&[0x10]);
        hasher.update(&self.next_salt());
        self.open = Some(Open {
            kind: Kind::Record,
            offset,
            length: 0,
            hasher,
        });
        Ok(())
    }

    /// Adds bytes to the record that is open.
    ///
    /// # Errors
    /// If none is.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), SealError> {
        let open = self.open.as_mut().ok_or(SealError::OutOfTurn(self.end))?;
        open.hasher.update(bytes);
        open.length += bytes.len() as u64;
        if let Some(whole) = &mut self.whole {
            whole.update(bytes);
        }
        Ok(())
    }

    /// Ends the record that is open and returns its leaf index.
    ///
    /// # Errors
    /// If none is open, or it got no bytes.
    pub fn close(&mut self) -> Result<u64, SealError> {
        let open = self.open.take().ok_or(SealError::OutOfTurn(self.end))?;
        let Open {
            kind,
            offset,
            length,
            hasher,
        } = open;
        self.check(kind, offset, length)?;
        let index = self.n_leaves();
        self.count(kind, length, &[]);
        self.push(&whole(kind, offset, length, hasher.finish()));
        Ok(index)
    }

    /// Hands over the roots of full blocks of 256 leaves since the last call, in order.
    ///
    /// They are level 1 of the source's tiles, 0.125 byte a record; level 0 is recomputed on demand.
    pub fn take_tiles(&mut self) -> Vec<Digest> {
        self.release();
        std::mem::take(&mut self.tiles)
    }

    /// Hands over the list of spans since the last call; empty unless [`Sealer::list_spans`].
    pub fn take_spans(&mut self) -> Vec<u8> {
        self.spans.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Ends the source.
    ///
    /// # Errors
    /// If a streamed record is still open, or the whole hash is taken elsewhere.
    pub fn finish(mut self) -> Result<Seal, SealError> {
        let whole = self.whole.take().ok_or(SealError::NoWholeHash)?;
        self.finish_with(whole.finish())
    }

    /// Ends a source whose whole hash was taken elsewhere (see [`Sealer::apart`]).
    ///
    /// # Errors
    /// If a streamed record is still open.
    pub fn finish_with(mut self, decoded_sha256: Digest) -> Result<Seal, SealError> {
        if let Some(open) = &self.open {
            return Err(SealError::OutOfTurn(open.offset));
        }
        self.release();
        let tail: Vec<Digest> = self.pending.iter().map(leaf::hash_of_block).collect();
        tail.iter().for_each(|hash| self.range.push(*hash));
        Ok(Seal {
            spans: self.range.n_leaves(),
            records: self.records,
            filler_bytes: self.filler_bytes,
            decoded_size: self.end,
            decoded_sha256,
            root: self.range.root(),
            k_commitment: self.k_commitment,
            tail,
        })
    }

    /// Refuses whatever would leave a hole.
    #[inline]
    fn check(&self, kind: Kind, offset: u64, length: u64) -> Result<(), SealError> {
        if self.open.is_some() {
            return Err(SealError::OutOfTurn(offset));
        }
        if offset != self.end {
            return Err(SealError::NotContiguous {
                expected: self.end,
                found: offset,
            });
        }
        if length == 0 {
            return Err(SealError::Empty(offset));
        }
        if kind == Kind::Filler && length > FILLER_BYTES_MAX {
            return Err(SealError::FillerTooLong(length));
        }
        Ok(())
    }

    /// Salt 0 of the next leaf.
    #[inline]
    fn next_salt(&mut self) -> Salt {
        let leaf = self.n_leaves();
        let at = leaf as usize % SALTS;
        if at == 0 {
            self.salter.fill(leaf, &mut self.salts);
        }
        self.salts[at]
    }

    /// Takes a checked span into the accounts.
    #[inline]
    fn count(&mut self, kind: Kind, length: u64, values: &[std::ops::Range<usize>]) {
        if let Some(list) = &mut self.spans {
            span_list::write(list, kind, length, values);
        }
        match kind {
            Kind::Record => self.records += 1,
            Kind::Filler => self.filler_bytes += length,
        }
        self.end += length;
    }

    /// Hashes the span that waits, without a partner.
    fn release(&mut self) {
        if let Some(Held { kind, offset, salt }) = self.held.take() {
            let commitment = leaf::commit_whole(&salt, &self.held_bytes);
            self.push(&whole(
                kind,
                offset,
                self.held_bytes.len() as u64,
                commitment,
            ));
        }
    }

    /// Appends a leaf.
    #[inline]
    fn push(&mut self, leaf: &Leaf) {
        self.pending.push(leaf.block());
        if self.pending.len() == BATCH {
            self.flush();
        }
    }

    /// Hashes a full block of leaves, level by level.
    fn flush(&mut self) {
        let mut states = [block::START; BATCH];
        for (state, block) in states.iter_mut().zip(&self.pending) {
            block::absorb(state, block);
        }
        let mut level = states.map(|state| Digest(block::bytes(&state)));
        let mut width = BATCH;
        while width > 1 {
            hash::lift(&mut level[..width]);
            width /= 2;
        }
        self.pending.clear();
        self.range.push_subtree(8, level[0]);
        self.tiles.push(level[0]);
    }
}

/// A leaf of mode 0.
#[inline]
fn whole(kind: Kind, offset: u64, length: u64, commitment: Digest) -> Leaf {
    Leaf {
        kind,
        mode: Mode::Whole,
        offset,
        length,
        commitment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    fn key() -> SourceKey {
        SourceKey::new([42; 32])
    }

    /// Seals by the definitions alone: no batch, no prepared salts.
    fn slow_root(spans: &[(Kind, &[u8])]) -> Digest {
        let salter = key().salter();
        let mut offset = 0;
        tree::root(spans.iter().enumerate().map(|(i, (kind, bytes))| {
            let length = bytes.len() as u64;
            let commitment = leaf::commit_whole(&salter.salt(i as u64, 0), bytes);
            let leaf = Leaf {
                kind: *kind,
                mode: Mode::Whole,
                offset,
                length,
                commitment,
            };
            offset += length;
            hash::leaf(&leaf.encode())
        }))
    }

    #[test]
    fn sealer_equals_definition_at_every_size_near_a_batch() {
        let bytes: Vec<u8> = (0..4096u32).map(|i| (i % 253) as u8).collect();
        for n in [0usize, 1, 2, 31, 32, 33, 255, 256, 257, 511, 512, 513, 1030] {
            let spans: Vec<(Kind, &[u8])> = (0..n)
                .map(|i| {
                    (
                        if i % 5 == 4 {
                            Kind::Filler
                        } else {
                            Kind::Record
                        },
                        &bytes[i..3 * i + 1],
                    )
                })
                .collect();
            let mut sealer = Sealer::new(&key());
            let mut all = Vec::new();
            for (i, (kind, bytes)) in spans.iter().enumerate() {
                assert_eq!(sealer.span(*kind, all.len() as u64, bytes), Ok(i as u64));
                all.extend_from_slice(bytes);
            }
            assert_eq!(sealer.take_tiles().len(), n / 256);
            let seal = sealer.finish().unwrap();
            assert_eq!(seal.root, slow_root(&spans), "{n}");
            assert_eq!(
                (seal.spans, seal.decoded_size),
                (n as u64, all.len() as u64)
            );
            assert_eq!(seal.decoded_sha256, hash::sha256(&all));
            assert_eq!(seal.records, (n - n / 5) as u64);
        }
    }

    #[test]
    fn holes_overlaps_and_empty_spans_are_refused() {
        let mut sealer = Sealer::new(&key());
        sealer.span(Kind::Record, 0, b"abc").unwrap();
        let refused = sealer.span(Kind::Record, 4, b"d");
        assert_eq!(
            refused,
            Err(SealError::NotContiguous {
                expected: 3,
                found: 4
            })
        );
        let refused = sealer.span(Kind::Record, 2, b"d");
        assert_eq!(
            refused,
            Err(SealError::NotContiguous {
                expected: 3,
                found: 2
            })
        );
        assert_eq!(sealer.span(Kind::Record, 3, b""), Err(SealError::Empty(3)));
        assert_eq!(sealer.filler(3, b""), Err(SealError::Empty(3)));
        let long = vec![0; 65_537];
        let refused = sealer.span(Kind::Filler, 3, &long);
        assert_eq!(refused, Err(SealError::FillerTooLong(65_537)));
        assert_eq!(sealer.filler(3, &long), Ok(1));
        let seal = sealer.finish().unwrap();
        assert_eq!(
            (seal.spans, seal.filler_bytes, seal.decoded_size),
            (3, 65_537, 65_540)
        );
    }

    #[test]
    fn streamed_record_equals_whole_record() {
        let bytes = vec![b'x'; 10_000];
        let mut whole = Sealer::new(&key());
        whole.span(Kind::Filler, 0, b"head").unwrap();
        whole.span(Kind::Record, 4, &bytes).unwrap();
        let mut streamed = Sealer::new(&key());
        streamed.span(Kind::Filler, 0, b"head").unwrap();
        streamed.begin(4).unwrap();
        assert_eq!(
            streamed.span(Kind::Record, 4, b"x"),
            Err(SealError::OutOfTurn(4))
        );
        bytes
            .chunks(777)
            .for_each(|piece| streamed.feed(piece).unwrap());
        assert_eq!(streamed.close(), Ok(1));
        assert_eq!(streamed.feed(b"x"), Err(SealError::OutOfTurn(10_004)));
        assert_eq!(whole.finish(), streamed.finish());
    }

    #[test]
    fn open_record_cannot_be_sealed() {
        let mut sealer = Sealer::new(&key());
        sealer.begin(0).unwrap();
        sealer.feed(b"abc").unwrap();
        assert_eq!(sealer.finish(), Err(SealError::OutOfTurn(0)));
    }

    #[test]
    fn whole_hash_may_be_taken_elsewhere() {
        let mut here = Sealer::new(&key());
        let mut apart = Sealer::apart(&key());
        here.span(Kind::Record, 0, b"abc").unwrap();
        apart.span(Kind::Record, 0, b"abc").unwrap();
        assert_eq!(here.finish(), apart.finish_with(hash::sha256(b"abc")));
        assert_eq!(Sealer::apart(&key()).finish(), Err(SealError::NoWholeHash));
    }
}
