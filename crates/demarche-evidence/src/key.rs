//! The source's secret key, and the salts drawn from it.
//!
//! Salts hide; they do not bind. A verifier is handed the salts of what it may see and never the
//! key. Whoever holds the key can open the whole source.

use crate::block::{self, State};
use crate::hash::{self, Digest};

/// Salt of one commitment.
pub type Salt = [u8; 16];

/// Salts drawn at a time.
pub(crate) const SALTS: usize = 32;

/// `K_source`: 32 random bytes, one key per source, never in a pack.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceKey([u8; 32]);

impl SourceKey {
    /// Takes 32 bytes from a good random source.
    pub fn new(bytes: [u8; 32]) -> SourceKey {
        SourceKey(bytes)
    }

    /// The secret itself, to be stored under `evidence/`.
    pub fn secret(&self) -> &[u8; 32] {
        &self.0
    }

    /// What is sealed of the key: `SHA-256("demarche/k/v1" || K)`.
    pub fn commitment(&self) -> Digest {
        let mut hasher = hash::Hasher::new();
        hasher.update(b"demarche/k/v1");
        hasher.update(&self.0);
        hasher.finish()
    }

    /// Salted commitment to the SHA-256 of the whole decoded source:
    /// `SHA-256(0x14 || salt || digest)`, the salt that of leaf 2^64 − 1, which no tree has.
    pub fn decoded_commitment(&self, decoded_sha256: &Digest) -> Digest {
        let mut prefix = [0x14; 17];
        prefix[1..].copy_from_slice(&self.salter().salt(u64::MAX, 0));
        Digest(block::prefixed(&prefix, &decoded_sha256.0))
    }

    /// Prepares the key for drawing salts.
    pub fn salter(&self) -> Salter {
        let mut inner = [0x36; block::BLOCK];
        let mut outer = [0x5c; block::BLOCK];
        for (at, byte) in self.0.iter().enumerate() {
            inner[at] ^= byte;
            outer[at] ^= byte;
        }
        let mut salter = Salter {
            inner: block::START,
            outer: block::START,
        };
        block::absorb(&mut salter.inner, &inner);
        block::absorb(&mut salter.outer, &outer);
        salter
    }
}

impl std::fmt::Debug for SourceKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SourceKey(secret)")
    }
}

/// HMAC-SHA-256 keyed once (RFC 2104), so that a salt costs two blocks.
#[derive(Clone)]
pub struct Salter {
    inner: State,
    outer: State,
}

impl Salter {
    /// Salt number `slot` of a leaf: a half of `HMAC(K, "salt" || u64be leaf || u32be slot/2)`.
    #[inline]
    pub fn salt(&self, leaf: u64, slot: u32) -> Salt {
        let wide = self.wide(leaf, slot / 2);
        let mut salt = [0; 16];
        salt.copy_from_slice(if slot.is_multiple_of(2) {
            &wide[..16]
        } else {
            &wide[16..]
        });
        salt
    }

    /// Salt 0 of consecutive leaves, the first one given.
    ///
    /// Step by step over all of them, because independent blocks overlap in the processor.
    pub(crate) fn fill(&self, leaf_first: u64, salts: &mut [Salt; SALTS]) {
        let mut states = [self.inner; SALTS];
        let mut blocks = [[0; block::BLOCK]; SALTS];
        for (leaf, block) in (leaf_first..).zip(&mut blocks) {
            *block = inner_block(leaf, 0);
        }
        for (state, block) in states.iter_mut().zip(&blocks) {
            block::absorb(state, block);
        }
        for (state, block) in states.iter_mut().zip(&mut blocks) {
            *block = outer_block(state);
            *state = self.outer;
        }
        for (state, block) in states.iter_mut().zip(&blocks) {
            block::absorb(state, block);
        }
        for (state, salt) in states.iter().zip(salts) {
            salt.copy_from_slice(&block::bytes(state)[..16]);
        }
    }

    /// The whole HMAC a salt is a half of.
    fn wide(&self, leaf: u64, number: u32) -> [u8; 32] {
        let mut inner = self.inner;
        block::absorb(&mut inner, &inner_block(leaf, number));
        let mut outer = self.outer;
        block::absorb(&mut outer, &outer_block(&inner));
        block::bytes(&outer)
    }
}

/// The one block of the inner hash after the key.
#[inline]
fn inner_block(leaf: u64, number: u32) -> [u8; block::BLOCK] {
    let mut message = [0; block::BLOCK];
    message[..4].copy_from_slice(b"salt");
    message[4..12].copy_from_slice(&leaf.to_be_bytes());
    message[12..16].copy_from_slice(&number.to_be_bytes());
    block::pad(&mut message, 16, 80);
    message
}

/// The one block of the outer hash after the key.
#[inline]
fn outer_block(inner: &State) -> [u8; block::BLOCK] {
    let mut digest = [0; block::BLOCK];
    digest[..32].copy_from_slice(&block::bytes(inner));
    block::pad(&mut digest, 32, 96);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    #[test]
    fn salts_are_halves_of_hmac() {
        let key = SourceKey::new(std::array::from_fn(|i| i as u8 ^ 0xa5));
        let salter = key.salter();
        for (leaf, slot) in [
            (0, 0),
            (0, 1),
            (1, 0),
            (7, 3),
            (u64::MAX, u32::MAX),
            (1 << 40, 90),
        ] {
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.secret()).unwrap();
            mac.update(b"salt");
            mac.update(&u64::to_be_bytes(leaf));
            mac.update(&u32::to_be_bytes(slot / 2));
            let wide: [u8; 32] = mac.finalize().into_bytes().into();
            let half = if slot % 2 == 0 {
                &wide[..16]
            } else {
                &wide[16..]
            };
            assert_eq!(salter.salt(leaf, slot), half);
        }
    }

    #[test]
    fn salts_drawn_together_equal_salts_drawn_alone() {
        let salter = SourceKey::new([3; 32]).salter();
        let mut salts = [[0; 16]; SALTS];
        salter.fill(1 << 33, &mut salts);
        for (leaf, salt) in (1 << 33..).zip(salts) {
            assert_eq!(salt, salter.salt(leaf, 0));
        }
    }

    #[test]
    fn debug_hides_the_secret() {
        assert_eq!(
            format!("{:?}", SourceKey::new([7; 32])),
            "SourceKey(secret)"
        );
    }
}
