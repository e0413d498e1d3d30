//! Where the hashes and entries of a log lie: C2SP tlog-tiles paths and widths.

use std::fmt;

use crate::hash::{self, Digest};
use crate::prove::Nodes;
use crate::text;
use crate::tree;

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: u64 = 256;

/// Longest entry an entry bundle can hold.
pub const ENTRY_BYTES_MAX: usize = 65_535;

/// Longest entry bundle.
pub const BUNDLE_BYTES_MAX: usize = WIDTH as usize * (2 + ENTRY_BYTES_MAX);

/// Reads files of a log by their path inside it.
pub trait Files {
    /// The bytes of a file; `None` if there is no such file.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than `bytes_max`.
    fn read(&self, path: &str, bytes_max: usize) -> std::io::Result<Option<Vec<u8>>>;
}

/// Files that can be counted off, so that none goes unchecked.
pub trait Listing: Files {
    /// Paths of all files, sorted.
    ///
    /// # Errors
    /// If they cannot be listed.
    fn paths(&self) -> std::io::Result<Vec<String>>;
}

/// Writes files of a log.
pub trait FilesMut: Files {
    /// Puts a file there at once and for good: after this returns, a crash leaves the new bytes;
    /// before, the old ones or none, never a part.
    ///
    /// # Errors
    /// If it cannot be written.
    fn write(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()>;
}

/// Files in memory: a pack being read, a test.
impl Files for std::collections::BTreeMap<String, Vec<u8>> {
    fn read(&self, path: &str, bytes_max: usize) -> std::io::Result<Option<Vec<u8>>> {
        match self.get(path) {
            Some(bytes) if bytes.len() > bytes_max => Err(std::io::Error::other(format!(
                "{path} is longer than {bytes_max} bytes"
            ))),
            found => Ok(found.cloned()),
        }
    }
}

impl Listing for std::collections::BTreeMap<String, Vec<u8>> {
    fn paths(&self) -> std::io::Result<Vec<String>> {
        Ok(self.keys().cloned().collect())
    }
}

impl FilesMut for std::collections::BTreeMap<String, Vec<u8>> {
    fn write(&mut self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        self.insert(path.to_owned(), bytes.to_vec());
        Ok(())
    }
}

/// One tile: `width` hashes of level `8 * level`, the first at `256 * number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Level of tiles; 0 holds leaf hashes.
    pub level: u8,
    /// Place in the level.
    pub number: u64,
    /// Hashes in it, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// The tile `number` of a level in a tree of `size` leaves; `None` if it would be empty.
    pub fn of(level: u8, number: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(8 * u32::from(level)).unwrap_or(0);
        let before = number.checked_mul(WIDTH)?;
        let width = hashes.checked_sub(before)?.min(WIDTH) as u16;
        (width > 0).then_some(Tile {
            level,
            number,
            width,
        })
    }

    /// Every tile that ends the tree of `size` leaves, full or partial, lowest level first.
    pub fn right_edge(size: u64) -> impl Iterator<Item = Tile> {
        (0..8u8).filter_map(move |level| {
            let hashes = size >> (8 * level);
            Tile::of(level, hashes.checked_sub(1)? / WIDTH, size)
        })
    }

    /// Bytes of the tile.
    pub fn n_bytes(&self) -> usize {
        usize::from(self.width) * 32
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "tile/{}/{}",
            self.level,
            place(self.number, self.width)
        )
    }
}

/// What a path of a log names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A tile of hashes.
    Tile(Tile),
    /// A bundle of entries: its number and width.
    Bundle(u64, u16),
}

/// Reads a path as [`Tile`] and [`bundle_path`] write it; anything else is `None`.
pub fn named(path: &str) -> Option<Named> {
    let rest = path.strip_prefix("tile/")?;
    let (level, rest) = rest.split_once('/')?;
    let (place, width) = match rest.split_once(".p/") {
        Some((place, width)) => (place, text::decimal(width)?),
        None => (rest, WIDTH),
    };
    let mut number = 0u64;
    for group in place.split('/') {
        let digits = group.strip_prefix('x').unwrap_or(group);
        let value: u64 = digits.parse().ok().filter(|_| digits.len() == 3)?;
        number = number.checked_mul(1000)?.checked_add(value)?;
    }
    let width = u16::try_from(width).ok()?;
    let found = match level {
        "entries" => Named::Bundle(number, width),
        level => {
            let level = u8::try_from(text::decimal(level)?).ok()?;
            Named::Tile(Tile {
                level,
                number,
                width,
            })
        }
    };
    let again = match found {
        Named::Tile(tile) => tile.to_string(),
        Named::Bundle(number, width) => bundle_path(number, width),
    };
    (again == path && width > 0).then_some(found)
}

/// Path of an entry bundle.
pub fn bundle_path(number: u64, width: u16) -> String {
    format!("tile/entries/{}", place(number, width))
}

/// A number in groups of three digits, and a width where it is partial.
fn place(number: u64, width: u16) -> String {
    let mut text = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if u64::from(width) < WIDTH {
        format!("{text}.p/{width}")
    } else {
        text
    }
}

/// Cuts a bundle into its entries; `None` if it is not exactly `width` of them.
pub fn entries(bundle: &[u8], width: u16) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::with_capacity(usize::from(width));
    let mut rest = bundle;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    (rest.is_empty() && entries.len() == usize::from(width)).then_some(entries)
}

/// Appends an entry to a bundle; `false` if it is too long for one.
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(length) = u16::try_from(entry.len()) else {
        return false;
    };
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// Cuts a tile's bytes into hashes; `None` if they are not `width` of them.
pub fn hashes(bytes: &[u8], width: u16) -> Option<Vec<Digest>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    let whole = rest.is_empty() && hashes.len() == usize::from(width);
    whole.then(|| hashes.iter().copied().map(Digest).collect())
}

/// Why a node cannot be had from tiles.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// The tile is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// The tile is not as long as its width says.
    #[error("{0} is not as long as its width says")]
    Malformed(String),
    /// The file cannot be read.
    #[error("{path}: {cause}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
}

/// The nodes of a log, taken from its tiles. Nothing is trusted: check what comes out.
pub struct TileNodes<'a, F: Files> {
    files: &'a F,
    size: u64,
}

impl<'a, F: Files> TileNodes<'a, F> {
    /// Reads tiles of the tree of `size` leaves.
    pub fn new(files: &'a F, size: u64) -> TileNodes<'a, F> {
        TileNodes { files, size }
    }

    /// The hashes of one tile; the full tile stands in where a partial one was removed.
    pub fn tile(&self, tile: Tile) -> Result<Vec<Digest>, TileError> {
        let io = |path: &str, cause| TileError::Io {
            path: path.to_owned(),
            cause,
        };
        let path = tile.to_string();
        let full = Tile {
            width: WIDTH as u16,
            ..tile
        };
        let found = self
            .files
            .read(&path, full.n_bytes())
            .map_err(|cause| io(&path, cause))?;
        if let Some(bytes) = found {
            return hashes(&bytes, tile.width).ok_or(TileError::Malformed(path));
        }
        let full_path = full.to_string();
        let found = self
            .files
            .read(&full_path, full.n_bytes())
            .map_err(|e| io(&full_path, e))?;
        let bytes = found.ok_or(TileError::Missing(path))?;
        let mut all = hashes(&bytes, full.width).ok_or(TileError::Malformed(full_path))?;
        all.truncate(usize::from(tile.width));
        Ok(all)
    }
}

impl<F: Files> Nodes for TileNodes<'_, F> {
    type Error = TileError;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, TileError> {
        let tile_level = (level / 8) as u8;
        let within = level % 8;
        let first = index << within;
        let missing = || TileError::Missing(format!("node {index} of level {level}"));
        let tile = Tile::of(tile_level, first / WIDTH, self.size).ok_or_else(missing)?;
        let hashes = self.tile(tile)?;
        let at = (first % WIDTH) as usize;
        let leaves = hashes.get(at..at + (1 << within)).ok_or_else(missing)?;
        Ok(tree::root(leaves.iter().copied()))
    }
}

/// Root of a full tile: one hash of the level above.
pub fn tile_root(hashes: &[Digest]) -> Option<Digest> {
    (hashes.len() as u64 == WIDTH).then(|| tree::root(hashes.iter().copied()))
}

/// Leaf hashes of the entries of a bundle.
pub fn leaf_hashes(entries: &[&[u8]]) -> Vec<Digest> {
    entries.iter().map(|entry| hash::leaf(entry)).collect()
}
