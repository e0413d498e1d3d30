//! Bytes of interest in a block, as bits: sixteen or sixty-four at a time.

use wide::u8x16;

/// What matters of sixty-four bytes of JSON, one bit for each byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// `"`
    pub quotes: u64,
    /// `\`
    pub escapes: u64,
    /// `{` and `[`
    pub opens: u64,
    /// `}` and `]`
    pub closes: u64,
    /// Line ends.
    pub lines: u64,
}

/// The marks of sixty-four bytes.
#[inline]
pub(crate) fn marks(block: &[u8; 64]) -> Marks {
    let mut marks = Marks::default();
    for (place, sixteen) in block.as_chunks::<16>().0.iter().enumerate() {
        let bytes = u8x16::new(*sixteen);
        // `{` and `[`, `}` and `]` differ in this bit alone.
        let folded = bytes & u8x16::splat(!0x20);
        let shift = 16 * place;
        marks.quotes |= equal(bytes, b'"') << shift;
        marks.escapes |= equal(bytes, b'\\') << shift;
        marks.opens |= equal(folded, b'[') << shift;
        marks.closes |= equal(folded, b']') << shift;
        marks.lines |= equal(bytes, b'\n') << shift;
    }
    marks
}

#[inline]
fn equal(bytes: u8x16, byte: u8) -> u64 {
    u64::from(bytes.simd_eq(u8x16::splat(byte)).to_bitmask())
}

/// Which of sixteen bytes may end a JSON string or may not stand in one: quote, backslash, control.
#[inline]
pub(crate) fn string_ends(bytes: &[u8; 16]) -> u32 {
    let bytes = u8x16::new(*bytes);
    let controls = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
    let quotes = bytes.simd_eq(u8x16::splat(b'"'));
    let escapes = bytes.simd_eq(u8x16::splat(b'\\'));
    (controls | quotes | escapes).to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(bytes: &[u8], is: impl Fn(u8) -> bool) -> u64 {
        let marked = bytes.iter().enumerate();
        marked.fold(0, |bits, (at, byte)| bits | u64::from(is(*byte)) << at)
    }

    #[test]
    fn marks_are_those_of_byte_after_byte() {
        for first in 0..=255_u8 {
            let block: [u8; 64] = std::array::from_fn(|at| first.wrapping_add((at * 7) as u8));
            let expected = Marks {
                quotes: bits(&block, |byte| byte == b'"'),
                escapes: bits(&block, |byte| byte == b'\\'),
                opens: bits(&block, |byte| matches!(byte, b'{' | b'[')),
                closes: bits(&block, |byte| matches!(byte, b'}' | b']')),
                lines: bits(&block, |byte| byte == b'\n'),
            };
            assert_eq!(marks(&block), expected);
            let sixteen: &[u8; 16] = block.first_chunk().unwrap();
            let ends = bits(sixteen, |byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            assert_eq!(u64::from(string_ends(sixteen)), ends);
        }
    }
}
