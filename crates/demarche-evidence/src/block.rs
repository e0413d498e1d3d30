//! SHA-256 block by block, for messages whose length is known.
//!
//! Sealing hashes millions of messages of 16, 54 and 65 bytes. Their padding is constant, so they
//! go straight to the compression function of `sha2` (SHA-NI where the processor has it), without a
//! buffer. `tests` compare every function here with `sha2::Sha256`.

use sha2::block_api::compress256;

/// The chaining value of SHA-256.
pub(crate) type State = [u32; 8];

/// Bytes in one block.
pub(crate) const BLOCK: usize = 64;

/// Initial chaining value (FIPS 180-4 §5.3.3).
pub(crate) const START: State = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// Absorbs one block.
#[inline]
pub(crate) fn absorb(state: &mut State, block: &[u8; BLOCK]) {
    compress256(state, std::slice::from_ref(block));
}

/// The digest a chaining value stands for.
#[inline]
pub(crate) fn bytes(state: &State) -> [u8; 32] {
    let mut out = [0; 32];
    for (word, slot) in state.iter().zip(out.as_chunks_mut::<4>().0) {
        *slot = word.to_be_bytes();
    }
    out
}

/// Writes the end mark and the length of the whole message into its last block.
///
/// `used` bytes of `block` are message, at most 55; the bytes after them must be zero.
#[inline]
pub(crate) fn pad(block: &mut [u8; BLOCK], used: usize, message_bytes: u64) {
    debug_assert!(used <= 55);
    block[used] = 0x80;
    block[56..].copy_from_slice(&(message_bytes << 3).to_be_bytes());
}

/// SHA-256 of `prefix || message`, the prefix at most 64 bytes.
#[inline]
pub(crate) fn prefixed(prefix: &[u8], message: &[u8]) -> [u8; 32] {
    let total = (prefix.len() + message.len()) as u64;
    let mut state = START;
    let mut block = [0; BLOCK];
    let room = BLOCK - prefix.len();
    block[..prefix.len()].copy_from_slice(prefix);
    if message.len() < room {
        let used = prefix.len() + message.len();
        block[prefix.len()..used].copy_from_slice(message);
        return close(state, block, used, total);
    }
    let (head, rest) = message.split_at(room);
    block[prefix.len()..].copy_from_slice(head);
    absorb(&mut state, &block);
    let (whole, tail) = rest.as_chunks::<BLOCK>();
    compress256(&mut state, whole);
    block = [0; BLOCK];
    block[..tail.len()].copy_from_slice(tail);
    close(state, block, tail.len(), total)
}

/// Ends a message whose last, incomplete block holds `used` bytes.
#[inline]
fn close(mut state: State, mut block: [u8; BLOCK], used: usize, total: u64) -> [u8; 32] {
    if used > 55 {
        block[used] = 0x80;
        absorb(&mut state, &block);
        block = [0; BLOCK];
        block[56..].copy_from_slice(&(total << 3).to_be_bytes());
    } else {
        pad(&mut block, used, total);
    }
    absorb(&mut state, &block);
    bytes(&state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest as _, Sha256};

    #[test]
    fn prefixed_equals_sha256_at_every_length() {
        let message: Vec<u8> = (0..400u32).map(|i| (i * 7 % 251) as u8).collect();
        for prefix in [0usize, 1, 17, 55, 63, 64] {
            for n in 0..message.len() {
                let mut plain = Sha256::new();
                plain.update(&message[..prefix]);
                plain.update(&message[..n]);
                let expected: [u8; 32] = plain.finalize().into();
                assert_eq!(
                    prefixed(&message[..prefix], &message[..n]),
                    expected,
                    "{prefix} {n}"
                );
            }
        }
    }
}
