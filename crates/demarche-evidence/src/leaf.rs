//! Leaf data of a source tree: one span of bytes and its salted commitment.
//!
//! Suite `ro-sha256-1`. Leaf data is 54 bytes, so that a leaf hash is one SHA-256 block:
//! `"ROS1" || kind || mode || u64be offset || u64be length || commitment`.
//! Every use of SHA-256 here starts with its own byte (0x00 and 0x01 tree; 0x10 whole; 0x11 to 0x13
//! split; 0x14 a source's own hash; 0x15 a hidden value of an entry), and salts have one length: no
//! digest of one use is a digest of another.

use crate::block;
use crate::hash::Digest;
use crate::key::Salt;

/// Bytes of leaf data.
pub const LEAF_BYTES: usize = 54;

/// The longest filler span.
pub const FILLER_BYTES_MAX: u64 = 64 * 1024;

/// What a span holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// One record as delivered.
    Record,
    /// Bytes between records: header, separators, byte order mark, unread bytes.
    Filler,
}

/// How a span's bytes are committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// All bytes under one salt.
    Whole,
    /// A template and its values, each under its own salt (split record).
    Split,
}

/// One leaf of a source tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// What the span holds.
    pub kind: Kind,
    /// How its bytes are committed to.
    pub mode: Mode,
    /// Where it starts in the decoded source, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
    /// Salted commitment to its bytes.
    pub commitment: Digest,
}

impl Leaf {
    /// The 54 bytes that the tree hashes.
    pub fn encode(&self) -> [u8; LEAF_BYTES] {
        let mut out = [0; LEAF_BYTES];
        out[..4].copy_from_slice(b"ROS1");
        out[4] = match self.kind {
            Kind::Record => 0,
            Kind::Filler => 1,
        };
        out[5] = match self.mode {
            Mode::Whole => 0,
            Mode::Split => 1,
        };
        out[6..14].copy_from_slice(&self.offset.to_be_bytes());
        out[14..22].copy_from_slice(&self.length.to_be_bytes());
        out[22..].copy_from_slice(&self.commitment.0);
        out
    }

    /// Reads leaf data; anything that `encode` cannot write is `None`.
    pub fn decode(bytes: &[u8]) -> Option<Leaf> {
        let bytes: &[u8; LEAF_BYTES] = bytes.try_into().ok()?;
        let (magic, rest) = bytes.split_at(4);
        let kind = match rest[0] {
            0 => Kind::Record,
            1 => Kind::Filler,
            _ => return None,
        };
        let mode = match rest[1] {
            0 => Mode::Whole,
            1 => Mode::Split,
            _ => return None,
        };
        let offset = u64::from_be_bytes(rest[2..10].try_into().ok()?);
        let length = u64::from_be_bytes(rest[10..18].try_into().ok()?);
        let commitment = Digest(rest[18..].try_into().ok()?);
        // A span of no bytes, or one that runs past the last offset, tiles nothing.
        let sound = magic == b"ROS1" && length > 0 && offset.checked_add(length).is_some();
        sound.then_some(Leaf {
            kind,
            mode,
            offset,
            length,
            commitment,
        })
    }

    /// The hash the tree is built from.
    pub fn hash(&self) -> Digest {
        hash_of_block(&self.block())
    }

    /// The one block of the leaf hash: `0x00 || leaf data || padding`.
    #[inline]
    pub(crate) fn block(&self) -> [u8; block::BLOCK] {
        let mut out = [0; block::BLOCK];
        out[1..55].copy_from_slice(&self.encode());
        block::pad(&mut out, 55, 55);
        out
    }
}

/// The leaf hash, from its one block.
#[inline]
pub(crate) fn hash_of_block(block: &[u8; block::BLOCK]) -> Digest {
    let mut state = block::START;
    block::absorb(&mut state, block);
    Digest(block::bytes(&state))
}

/// Commitment to a whole span: `SHA-256(0x10 || salt || bytes)`.
#[inline]
pub fn commit_whole(salt: &Salt, bytes: &[u8]) -> Digest {
    let mut prefix = [0x10; 17];
    prefix[1..].copy_from_slice(salt);
    Digest(block::prefixed(&prefix, bytes))
}

/// Two commitments to whole spans at once.
#[inline]
pub(crate) fn commit_pair(one: (&Salt, &[u8]), two: (&Salt, &[u8])) -> [Digest; 2] {
    let mut prefixes = [[0x10; 17]; 2];
    prefixes[0][1..].copy_from_slice(one.0);
    prefixes[1][1..].copy_from_slice(two.0);
    block::prefixed_pair((&prefixes[0], one.1), (&prefixes[1], two.1)).map(Digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash;

    fn example() -> Leaf {
        let commitment = commit_whole(&[9; 16], b"{\"a\":1}\n");
        Leaf {
            kind: Kind::Record,
            mode: Mode::Whole,
            offset: 904_112,
            length: 8,
            commitment,
        }
    }

    #[test]
    fn encoding_is_read_back_and_hashed_as_a_leaf() {
        let leaf = example();
        assert_eq!(Leaf::decode(&leaf.encode()), Some(leaf));
        assert_eq!(leaf.hash(), hash::leaf(&leaf.encode()));
    }

    #[test]
    fn decoding_refuses_what_encode_cannot_write() {
        let good = example().encode();
        for (at, value) in [(0, b'r'), (3, b'2'), (4, 2), (5, 2)] {
            let mut bad = good;
            bad[at] = value;
            assert_eq!(Leaf::decode(&bad), None, "byte {at}");
        }
        assert_eq!(Leaf::decode(&good[..53]), None);
        let mut endless = good;
        endless[6..22].fill(0xff);
        assert_eq!(Leaf::decode(&endless), None);
        let mut empty = good;
        empty[14..22].fill(0);
        assert_eq!(Leaf::decode(&empty), None);
    }

    #[test]
    fn salt_and_bytes_cannot_trade_places() {
        let first = commit_whole(&[1; 16], &[1, 2, 3]);
        let second = commit_whole(&[1; 16], &[2, 3]);
        assert_ne!(first, second);
    }
}
