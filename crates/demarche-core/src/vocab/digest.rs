//! Short ids and keyed digests that derive from content alone.

use sha2::{Digest, Sha256};

/// An id such as `S-7KQ2M4XA`: a letter and forty bits of the SHA-256 of its parts.
///
/// # Shape
/// Hashed are the parts in order, each behind its length as eight bytes, big endian; printed
/// are the first forty bits in Crockford's base 32. The same content has the same id in every
/// run of every case (design.md, "a case grows").
pub fn content_id(letter: char, parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let hash = hasher.finalize();
    let mut bits = 0_u64;
    for byte in &hash[..5] {
        bits = bits << 8 | u64::from(*byte);
    }
    let mut id = String::with_capacity(10);
    id.push(letter);
    id.push('-');
    for place in (0..8).rev() {
        let digit = (bits >> (place * 5)) & 31;
        id.push(char::from(
            b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[digit as usize],
        ));
    }
    id
}

#[cfg(test)]
mod tests {
    use super::content_id;

    #[test]
    fn ids_tell_parts_apart() {
        assert_eq!(content_id('S', &["ab", "c"]), content_id('S', &["ab", "c"]));
        assert_ne!(content_id('S', &["ab", "c"]), content_id('S', &["a", "bc"]));
        assert_eq!(content_id('S', &["a"]).len(), 10);
    }
}
