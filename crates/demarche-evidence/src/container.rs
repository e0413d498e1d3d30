//! The zip around a pack: stored, sorted and undated, so equal packs are equal bytes.
//!
//! Written and read by hand (APPNOTE.TXT 6.3.10 §4.3), because the reader admits one spelling only:
//! every byte that is not a file's is compared with what the writer would have put there. Nothing
//! is compressed, so nothing can blow up; nothing is listed twice; nothing hides between files.

use std::collections::BTreeMap;

/// Files by path.
pub type Contents = BTreeMap<String, Vec<u8>>;

/// Largest archive, 32-bit offsets being the limit of the plain format.
pub const ARCHIVE_BYTES_MAX: u64 = u32::MAX as u64;

/// Most files in an archive.
pub const FILES_MAX: usize = 1_000_000;

/// Longest path.
const PATH_BYTES_MAX: usize = 1024;

/// Why an archive cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// More than the plain format can hold.
    #[error("pack is too large: {0}")]
    TooLarge(&'static str),
    /// A path that leads out of the archive, or nowhere.
    #[error("path is not allowed in a pack: {0:?}")]
    Path(String),
    /// The end is missing: what is there is as it would be written.
    #[error("archive is incomplete: it ends at byte {0}, before the end of the pack")]
    Cut(usize),
    /// A file whose bytes do not have the check sum that stands before them.
    #[error("bytes of {0:?} are not those that were written")]
    Content(String),
    /// Not the bytes this writer writes around files. Nothing seals those: say nothing by them.
    #[error(
        "archive is not in the form packs are written in, from byte {0}; unpack it and give the folder"
    )]
    OtherForm(usize),
}

impl ContainerError {
    /// Whether bytes of a file are wrong; else the archive cannot be read as a pack.
    pub fn is_altered(&self) -> bool {
        matches!(self, ContainerError::Content(_))
    }
}

/// Whether a path stays inside and has one reading on every system.
pub fn is_safe(path: &str) -> bool {
    let part = |part: &str| !matches!(part, "" | "." | "..") && !part.ends_with(['.', ' ']);
    let wrong = |letter: char| letter.is_control() || matches!(letter, '\\' | ':' | '*' | '?');
    path.len() <= PATH_BYTES_MAX && path.split('/').all(part) && !path.contains(wrong)
}

/// Writes an archive with all files in one folder.
///
/// # Errors
/// If it gets too large, or a path is not allowed.
pub fn write(folder: &str, files: &Contents) -> Result<Vec<u8>, ContainerError> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    if files.len() > FILES_MAX {
        return Err(ContainerError::TooLarge("too many files"));
    }
    for (path, bytes) in files {
        let path = format!("{folder}/{path}");
        if !is_safe(&path) {
            return Err(ContainerError::Path(path));
        }
        let offset = u32_of(archive.len())?;
        let place = Place {
            path: &path,
            crc: crc32(bytes),
            size: u32_of(bytes.len())?,
            offset,
        };
        archive.extend_from_slice(&place.local());
        archive.extend_from_slice(bytes);
        directory.extend_from_slice(&place.central());
    }
    let offset = u32_of(archive.len())?;
    u32_of(archive.len() + directory.len())?;
    let end = end(files.len(), directory.len() as u32, offset);
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(&end);
    Ok(archive)
}

/// Reads an archive that [`write()`] wrote; gives the name of its folder and the files in it.
///
/// # Errors
/// If one byte is not as `write` would have put it: the end is cut off, a file's bytes are not
/// those written, or what lies around files has another form.
pub fn read(archive: &[u8]) -> Result<(String, Contents), ContainerError> {
    if archive.len() as u64 > ARCHIVE_BYTES_MAX {
        return Err(ContainerError::TooLarge("more than 4 GiB"));
    }
    let mut files = Contents::new();
    let mut folder = String::new();
    let mut directory = Vec::new();
    let mut at = 0;
    let mut before = String::new();
    while archive[at..].starts_with(b"PK\x03\x04") {
        let other = ContainerError::OtherForm(at);
        let claimed = claimed(&archive[at..]).ok_or(ContainerError::Cut(archive.len()))?;
        let path = std::str::from_utf8(claimed.path).map_err(|_| other.clone())?;
        let start = at + 30 + path.len();
        let bytes = archive.get(start..start + claimed.size);
        let bytes = bytes.ok_or(ContainerError::Cut(archive.len()))?;
        let place = Place {
            path,
            crc: claimed.crc,
            size: u32_of(claimed.size)?,
            offset: u32_of(at)?,
        };
        let (top, inside) = path.split_once('/').ok_or(other.clone())?;
        let in_order = files.is_empty() || (path > before.as_str() && top == folder);
        let as_written = archive[at..start] == place.local()[..];
        if !in_order || !as_written || !is_safe(path) || files.len() == FILES_MAX {
            return Err(other);
        }
        if crc32(bytes) != claimed.crc {
            return Err(ContainerError::Content(inside.to_owned()));
        }
        directory.extend_from_slice(&place.central());
        folder = top.to_owned();
        before = path.to_owned();
        files.insert(inside.to_owned(), bytes.to_vec());
        at = start + claimed.size;
    }
    let end = end(files.len(), u32_of(directory.len())?, u32_of(at)?);
    let expected = [directory, end].concat();
    let found = &archive[at..];
    if found == expected && !files.is_empty() {
        return Ok((folder, files));
    }
    if expected.starts_with(found) && !files.is_empty() {
        return Err(ContainerError::Cut(archive.len()));
    }
    let pairs = found.iter().zip(&expected);
    let same = pairs.take_while(|(found, wanted)| found == wanted).count();
    Err(ContainerError::OtherForm(at + same))
}

/// What a local header claims.
struct Claimed<'a> {
    path: &'a [u8],
    size: usize,
    crc: u32,
}

/// Reads a local header; `None` if it is cut off.
fn claimed(header: &[u8]) -> Option<Claimed<'_>> {
    let word = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
    let length = u16::from_le_bytes(header.get(26..28)?.try_into().ok()?);
    Some(Claimed {
        path: header.get(30..30 + usize::from(length))?,
        size: word(18)? as usize,
        crc: word(14)?,
    })
}

/// One file's place in an archive.
struct Place<'a> {
    path: &'a str,
    crc: u32,
    size: u32,
    offset: u32,
}

impl Place<'_> {
    /// What both headers share: version 1.0, UTF-8 names, stored, 1980-01-01.
    fn shared(&self) -> Vec<u8> {
        let mut bytes = vec![10, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        bytes.extend_from_slice(&self.crc.to_le_bytes());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&self.size.to_le_bytes());
        bytes.extend_from_slice(&(self.path.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&[0, 0]);
        bytes
    }

    /// The header before the file's bytes (§4.3.7).
    fn local(&self) -> Vec<u8> {
        [b"PK\x03\x04", &self.shared()[..], self.path.as_bytes()].concat()
    }

    /// The header in the central directory (§4.3.12): a plain file, readable by all.
    fn central(&self) -> Vec<u8> {
        let mut bytes = b"PK\x01\x02\x14\x03".to_vec();
        bytes.extend_from_slice(&self.shared());
        bytes.extend_from_slice(&[0; 6]);
        bytes.extend_from_slice(&(0o100_644u32 << 16).to_le_bytes());
        bytes.extend_from_slice(&self.offset.to_le_bytes());
        bytes.extend_from_slice(self.path.as_bytes());
        bytes
    }
}

/// The end of the archive; above 65,534 files with the long form before it (§4.3.14–16).
fn end(n_files: usize, directory_bytes: u32, directory_offset: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let short = u16::try_from(n_files).unwrap_or(u16::MAX);
    if short == u16::MAX {
        let at = u64::from(directory_offset) + u64::from(directory_bytes);
        bytes.extend_from_slice(b"PK\x06\x06");
        bytes.extend_from_slice(&44u64.to_le_bytes());
        bytes.extend_from_slice(&[45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&(n_files as u64).to_le_bytes());
        bytes.extend_from_slice(&(n_files as u64).to_le_bytes());
        bytes.extend_from_slice(&u64::from(directory_bytes).to_le_bytes());
        bytes.extend_from_slice(&u64::from(directory_offset).to_le_bytes());
        bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
        bytes.extend_from_slice(&at.to_le_bytes());
        bytes.extend_from_slice(&1u32.to_le_bytes());
    }
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&short.to_le_bytes());
    bytes.extend_from_slice(&short.to_le_bytes());
    bytes.extend_from_slice(&directory_bytes.to_le_bytes());
    bytes.extend_from_slice(&directory_offset.to_le_bytes());
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

/// A length that fits 32 bits.
fn u32_of(length: usize) -> Result<u32, ContainerError> {
    u32::try_from(length).map_err(|_| ContainerError::TooLarge("more than 4 GiB"))
}

/// The table of CRC-32, a byte at a time.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = at as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                0xedb8_8320 ^ (value >> 1)
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
};

/// CRC-32 as zip has it (IEEE 802.3).
fn crc32(bytes: &[u8]) -> u32 {
    let step =
        |crc: u32, byte: &u8| CRC_TABLE[((crc ^ u32::from(*byte)) & 0xff) as usize] ^ (crc >> 8);
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_check_string() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
