//! Character encodings of sources: found by mark, decoded for reading only.

use std::borrow::Cow;

/// How the bytes of a source stand for characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Low,
    /// UTF-16, high byte first.
    Utf16High,
}

impl Encoding {
    /// The encoding a source's first bytes tell: by mark, else by the zero bytes that UTF-16
    /// has beside its first (ASCII) characters, else UTF-8.
    pub fn of(head: &[u8]) -> Encoding {
        match head {
            [0xFF, 0xFE, ..] => Encoding::Utf16Low,
            [0xFE, 0xFF, ..] => Encoding::Utf16High,
            [a, 0, b, 0, ..] if *a != 0 && *b != 0 => Encoding::Utf16Low,
            [0, a, 0, b, ..] if *a != 0 && *b != 0 => Encoding::Utf16High,
            _ => Encoding::Utf8,
        }
    }

    /// The text of some bytes, and whether it had to be repaired (bytes that are no text).
    pub fn text(self, bytes: &[u8]) -> (Cow<'_, str>, bool) {
        match self {
            Encoding::Utf8 => {
                // Validating is several times faster than repairing, and nearly always enough.
                match simdutf8::basic::from_utf8(bytes) {
                    Ok(text) => (Cow::Borrowed(text), false),
                    Err(_) => (String::from_utf8_lossy(bytes), true),
                }
            }
            Encoding::Utf16Low | Encoding::Utf16High => {
                let mut text = Vec::with_capacity(bytes.len());
                let (used, repaired) = self.transcode(bytes, true, &mut text);
                let text = String::from_utf8_lossy(&text).into_owned();
                (Cow::Owned(text), repaired || used < bytes.len())
            }
        }
    }

    /// Appends the UTF-8 of UTF-16 bytes; returns the bytes used and whether any was repaired.
    ///
    /// Without `last`, a first half of a pair at the end is left for the next call; a single
    /// byte at the end always is.
    pub(crate) fn transcode(self, bytes: &[u8], last: bool, out: &mut Vec<u8>) -> (usize, bool) {
        let mut used = 0;
        let mut repaired = false;
        while let Some(unit) = self.unit(bytes, used) {
            if (0xD800..0xDC00).contains(&unit) {
                match self.unit(bytes, used + 2) {
                    Some(low) if (0xDC00..0xE000).contains(&low) => {
                        let code = 0x10000
                            + ((u32::from(unit) - 0xD800) << 10)
                            + (u32::from(low) - 0xDC00);
                        push(out, char::from_u32(code));
                        used += 4;
                        continue;
                    }
                    None if !last => break,
                    _ => {}
                }
            }
            let character = char::from_u32(u32::from(unit));
            repaired |= character.is_none();
            push(out, character);
            used += 2;
        }
        (used, repaired)
    }

    fn unit(self, bytes: &[u8], at: usize) -> Option<u16> {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if self == Encoding::Utf16High {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        })
    }
}

fn push(out: &mut Vec<u8>, character: Option<char>) {
    let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}
