//! What a file is packed in, by its first bytes, never by its name.

/// Bytes needed to tell.
pub(crate) const HEAD_BYTES: usize = 6;

/// How bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    Zip,
    SevenZip,
}

/// The packing that some first bytes tell.
pub(crate) fn packing(head: &[u8]) -> Packing {
    match head {
        [0x1F, 0x8B, 8, ..] => Packing::Gzip,
        // A Zstandard frame, or a skippable one (RFC 8878 §3.1).
        [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Packing::Zstd,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Packing::Bzip2,
        [0xFD, b'7', b'z', b'X', b'Z', 0] => Packing::Xz,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Packing::Zip,
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C] => Packing::SevenZip,
        _ => Packing::Plain,
    }
}
