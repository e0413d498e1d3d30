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

/// A message with its padding, cut into blocks; the middle is not copied.
struct Padded<'a> {
    head: [[u8; BLOCK]; 1],
    n_head: usize,
    middle: &'a [[u8; BLOCK]],
    tail: [[u8; BLOCK]; 2],
    n_tail: usize,
}

impl<'a> Padded<'a> {
    /// Cuts `prefix || message`, the prefix at most 64 bytes.
    #[inline]
    fn new(prefix: &[u8], message: &'a [u8]) -> Padded<'a> {
        let mut head = [[0; BLOCK]];
        let mut tail = [[0; BLOCK]; 2];
        let room = BLOCK - prefix.len();
        let n_head = usize::from(message.len() >= room);
        let (n_prefix, rest) = if n_head == 1 {
            head[0][..prefix.len()].copy_from_slice(prefix);
            head[0][prefix.len()..].copy_from_slice(&message[..room]);
            (0, &message[room..])
        } else {
            tail[0][..prefix.len()].copy_from_slice(prefix);
            (prefix.len(), message)
        };
        let (middle, end) = rest.as_chunks::<BLOCK>();
        let used = n_prefix + end.len();
        tail[0][n_prefix..used].copy_from_slice(end);
        tail[0][used] = 0x80;
        let n_tail = if used > 55 { 2 } else { 1 };
        let total = (prefix.len() + message.len()) as u64;
        tail[n_tail - 1][56..].copy_from_slice(&(total << 3).to_be_bytes());
        Padded {
            head,
            n_head,
            middle,
            tail,
            n_tail,
        }
    }

    /// Blocks in all.
    #[inline]
    fn n_blocks(&self) -> usize {
        self.n_head + self.middle.len() + self.n_tail
    }

    /// Block number `at`.
    #[inline]
    fn block(&self, at: usize) -> &[u8; BLOCK] {
        let after_head = at.wrapping_sub(self.n_head);
        if at < self.n_head {
            &self.head[0]
        } else if after_head < self.middle.len() {
            &self.middle[after_head]
        } else {
            &self.tail[after_head - self.middle.len()]
        }
    }

    /// Absorbs the blocks from number `from` on.
    fn absorb_from(&self, state: &mut State, from: usize) {
        (from..self.n_blocks()).for_each(|at| absorb(state, self.block(at)));
    }
}

/// SHA-256 of `prefix || message`, the prefix at most 64 bytes.
pub(crate) fn prefixed(prefix: &[u8], message: &[u8]) -> [u8; 32] {
    let mut state = START;
    let padded = Padded::new(prefix, message);
    compress256(&mut state, &padded.head[..padded.n_head]);
    compress256(&mut state, padded.middle);
    compress256(&mut state, &padded.tail[..padded.n_tail]);
    bytes(&state)
}

/// Two digests at once: one block of each in turn, so that their rounds overlap.
pub(crate) fn prefixed_pair(one: (&[u8], &[u8]), two: (&[u8], &[u8])) -> [[u8; 32]; 2] {
    let (one, two) = (Padded::new(one.0, one.1), Padded::new(two.0, two.1));
    let (mut state_one, mut state_two) = (START, START);
    let shared = one.n_blocks().min(two.n_blocks());
    for at in 0..shared {
        absorb(&mut state_one, one.block(at));
        absorb(&mut state_two, two.block(at));
    }
    one.absorb_from(&mut state_one, shared);
    two.absorb_from(&mut state_two, shared);
    [bytes(&state_one), bytes(&state_two)]
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
                let (head, body) = (&message[..prefix], &message[..n]);
                assert_eq!(prefixed(head, body), expected, "{prefix} {n}");
                let other = (&message[..17], &message[..211]);
                let pair = prefixed_pair((head, body), other);
                assert_eq!(pair, [expected, prefixed(other.0, other.1)]);
            }
        }
    }
}
