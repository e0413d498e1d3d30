//! SHA-256 digests and the three hashes of an RFC 6962 tree.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use crate::block;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

/// Root of the tree without leaves: `SHA-256("")` (RFC 6962 §2.1).
pub const EMPTY_ROOT: Digest = Digest([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

impl Digest {
    /// Standard base64 with padding, as in notes and checkpoints.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads standard base64; anything but the one canonical text of 32 bytes is `None`.
    pub fn from_base64(text: &str) -> Option<Digest> {
        // 44 characters is the only length of 32 bytes; the check bounds the work first.
        if text.len() != 44 {
            return None;
        }
        let bytes = STANDARD.decode(text).ok()?;
        Some(Digest(bytes.try_into().ok()?))
    }

    /// Reads 64 lower-case hexadecimal digits; anything else is `None`.
    pub fn from_hex(text: &str) -> Option<Digest> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut out = [0; 32];
        for (slot, pair) in out.iter_mut().zip(digits.as_chunks::<2>().0) {
            *slot = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Digest(out))
    }
}

/// The value of one lower-case hexadecimal digit.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Digest {
    Digest(block::prefixed(&[], bytes))
}

/// Hash of a leaf: `SHA-256(0x00 || data)` (RFC 6962 §2.1).
pub fn leaf(data: &[u8]) -> Digest {
    Digest(block::prefixed(&[0x00], data))
}

/// Hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 6962 §2.1).
pub fn node(left: &Digest, right: &Digest) -> Digest {
    let [first, last] = node_blocks(left, right);
    let mut state = block::START;
    block::absorb(&mut state, &first);
    block::absorb(&mut state, &last);
    Digest(block::bytes(&state))
}

/// The two blocks of an inner node.
#[inline]
fn node_blocks(left: &Digest, right: &Digest) -> [[u8; block::BLOCK]; 2] {
    let mut first = [0; block::BLOCK];
    first[0] = 0x01;
    first[1..33].copy_from_slice(&left.0);
    first[33..].copy_from_slice(&right.0[..31]);
    let mut last = [0; block::BLOCK];
    last[0] = right.0[31];
    block::pad(&mut last, 1, 65);
    [first, last]
}

/// Replaces a level of a tree by the level above, in place; its width must be even.
///
/// Eight nodes go side by side, because independent blocks overlap in the processor.
pub(crate) fn lift(level: &mut [Digest]) {
    const SIDE: usize = 8;
    for parent in (0..level.len() / 2).step_by(SIDE) {
        let n = SIDE.min(level.len() / 2 - parent);
        let mut blocks = [[[0; block::BLOCK]; 2]; SIDE];
        for (at, blocks) in blocks[..n].iter_mut().enumerate() {
            let left = 2 * (parent + at);
            *blocks = node_blocks(&level[left], &level[left + 1]);
        }
        let mut states = [block::START; SIDE];
        for half in 0..2 {
            for (state, blocks) in states[..n].iter_mut().zip(&blocks) {
                block::absorb(state, &blocks[half]);
            }
        }
        for (slot, state) in level[parent..parent + n].iter_mut().zip(&states) {
            *slot = Digest(block::bytes(state));
        }
    }
}

/// SHA-256 of bytes that come in pieces.
#[derive(Clone, Default)]
pub struct Hasher(sha2::Sha256);

impl Hasher {
    /// An empty message.
    pub fn new() -> Hasher {
        Hasher::default()
    }

    /// Adds bytes to the message.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of everything added.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Constants of transparency-dev/merkle `rfc6962/rfc6962_test.go` (Apache-2.0).
    #[test]
    fn rfc6962_constants() {
        assert_eq!(sha256(b""), EMPTY_ROOT);
        let empty_leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        assert_eq!(leaf(b"").to_string(), empty_leaf);
        let l123456 = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56";
        assert_eq!(leaf(b"L123456").to_string(), l123456);
    }

    #[test]
    fn node_equals_plain_sha256() {
        let (left, right) = (sha256(b"a"), sha256(b"b"));
        let mut plain = Hasher::new();
        plain.update(&[1]);
        plain.update(&left.0);
        plain.update(&right.0);
        assert_eq!(node(&left, &right), plain.finish());
    }

    #[test]
    fn texts_are_strict() {
        let digest = sha256(b"x");
        assert_eq!(Digest::from_base64(&digest.to_base64()), Some(digest));
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::from_hex(&digest.to_string().to_uppercase()), None);
        assert_eq!(
            Digest::from_base64(&format!("{} ", digest.to_base64())),
            None
        );
        // 32 bytes leave two unused bits in the last digit: both must be zero.
        let text = EMPTY_ROOT.to_base64();
        assert!(text.ends_with("U="));
        assert_eq!(Digest::from_base64(&text.replace("U=", "V=")), None);
    }
}
