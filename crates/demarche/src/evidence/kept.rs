//! Keeps records that claims cite, to be shown when their sources are gone.
//!
//! Invariant: an opening is written only if it leads to the sealed root; bytes that changed since
//! they were sealed end the run.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use demarche_evidence::disclose::{self, Show};
use demarche_evidence::entry::SealedSource;
use demarche_evidence::hash::Digest;
use demarche_evidence::key::SourceKey;
use demarche_evidence::prove::{self, Remembering};
use demarche_evidence::source_tree::{self, BLOCK_LEAVES, SourceNodes};
use demarche_evidence::span_list::{Malformed, Span, Spans};
use demarche_store::beside;
use demarche_store::intake::again::{self, Wanted};
use demarche_store::intake::source::Source;

use crate::error::{Error, OnFile, Result};
use crate::evidence::layout::{Evidence, Tiles};
use crate::evidence::step;
use crate::examine::sources::store_error;

/// Leaves wanted, by number of their source.
pub type Leaves = BTreeMap<u32, BTreeSet<u64>>;

/// What is needed to open records of the sources of a run.
pub struct Keeper<'a> {
    /// The evidence folder under way.
    pub evidence: &'a Evidence,
    /// The sources, in order of their numbers.
    pub sources: &'a [Source],
    /// Seals and the entry that made each, by number.
    pub seals: &'a BTreeMap<u32, (u64, SealedSource)>,
    /// A folder for archives within archives.
    pub spool: &'a Path,
}

impl Keeper<'_> {
    /// Writes the opening of every leaf wanted that is not there yet.
    ///
    /// # Errors
    /// A file that is gone or has changed since it was sealed, and errors of the disk.
    pub fn keep(&self, wanted: &Leaves) -> Result<()> {
        let files = self.sources.chunk_by(|one, two| one.path == two.path);
        let files: Vec<&[Source]> = files.collect();
        // A packed file has to be unpacked again up to the last record: several go side by side.
        let bytes = |file: &&[Source]| file.first().map_or(0, |source| source.bytes);
        let kept = beside::each(&files, bytes, |file| self.keep_of(file, wanted));
        kept.into_iter().collect()
    }

    /// The openings of one file on disk: a source, or all members of an archive.
    fn keep_of(&self, file: &[Source], wanted: &Leaves) -> Result<()> {
        let mut opened = BTreeMap::new();
        for (place, source) in file.iter().enumerate() {
            let number = source.number.0;
            let leaves = wanted.get(&number).into_iter().flatten().copied();
            let id = number.to_string();
            let missing = leaves.filter(|leaf| !self.evidence.record(&id, *leaf).exists());
            let missing: BTreeSet<u64> = missing.collect();
            if !missing.is_empty() {
                opened.insert(place, self.plan(number, &missing)?);
            }
        }
        match file.first() {
            Some(source) if !opened.is_empty() => self.open_file(Path::new(&source.path), opened),
            _ => Ok(()),
        }
    }

    /// Reads one file again, as far as needed.
    fn open_file(&self, path: &Path, mut opened: BTreeMap<usize, Opened>) -> Result<()> {
        let wanted: Wanted = opened
            .iter()
            .map(|(place, opened)| (*place, opened.ranges()))
            .collect();
        let mut failed = None;
        again::ranges(path, &wanted, self.spool, &mut |place, piece| {
            let Some(opened) = opened.get_mut(&place).filter(|_| failed.is_none()) else {
                return;
            };
            failed = opened.feed(piece, self.evidence).err();
        })
        .map_err(store_error)?;
        match failed {
            Some(error) => Err(error),
            None if opened.values().all(|opened| opened.blocks.is_empty()) => Ok(()),
            None => Err(changed(path)),
        }
    }

    /// Finds the blocks that hold the leaves wanted.
    fn plan(&self, number: u32, leaves: &BTreeSet<u64>) -> Result<Opened> {
        let source = number.to_string();
        let folder = self.evidence.source(&source);
        let incomplete = || Error::run(format!("{} is incomplete", folder.root().display()));
        let (entry, sealed) = self.seals.get(&number).ok_or_else(incomplete)?.clone();
        let key = folder.read_key().on("read", &folder.key())?;
        let tiles = folder
            .read_tiles(sealed.spans)
            .on("read", &folder.tiles())?;
        let list = folder.read_spans().on("read", &folder.spans())?;
        let (Some(key), Some(tiles), Some(list)) = (key, tiles, list) else {
            return Err(incomplete());
        };
        let blocks = blocks_holding(leaves, &list).map_err(|e| incomplete().because(&e))?;
        Ok(Opened {
            source,
            entry,
            sealed,
            key,
            tiles,
            nodes_above: BTreeMap::new(),
            leaves: leaves.clone(),
            blocks,
            spans: VecDeque::new(),
            bytes: Vec::new(),
            hashes: Vec::new(),
            held: Vec::new(),
        })
    }
}

/// The blocks of a list of spans that hold any of these leaves.
fn blocks_holding(
    leaves: &BTreeSet<u64>,
    list: &[u8],
) -> std::result::Result<VecDeque<Block>, Malformed> {
    let mut blocks = VecDeque::new();
    let (mut offset, mut leaf) = (0, 0);
    let mut spans = Spans::new(list);
    while spans.n_left() > 0 {
        let (first, listed_from) = (leaf, list.len() - spans.n_left());
        let mut length = 0;
        for span in spans.by_ref().take(BLOCK_LEAVES as usize) {
            length += span?.length;
            leaf += 1;
        }
        if leaves.range(first..leaf).next().is_some() {
            blocks.push_back(Block {
                number: first / BLOCK_LEAVES,
                offset,
                length,
                listed: list[listed_from..list.len() - spans.n_left()].to_vec(),
            });
        }
        offset += length;
    }
    Ok(blocks)
}

/// 256 spans, or what is left at the end. There may be as many blocks as claims cite records: what
/// spans they hold is read from the list when their bytes come.
struct Block {
    number: u64,
    /// Where its first span that is still to come starts.
    offset: u64,
    /// How long its spans are together.
    length: u64,
    /// How they stand in the list.
    listed: Vec<u8>,
}

/// A source while its records are opened.
struct Opened {
    source: String,
    entry: u64,
    sealed: SealedSource,
    key: SourceKey,
    tiles: Tiles,
    /// Nodes above blocks that a path needed.
    nodes_above: BTreeMap<(u32, u64), Digest>,
    leaves: BTreeSet<u64>,
    blocks: VecDeque<Block>,
    /// Spans of the first of them that are still to come, with their leaves.
    spans: VecDeque<(u64, Span)>,
    /// Bytes of the span that is under way.
    bytes: Vec<u8>,
    /// Leaf hashes of the block under way.
    hashes: Vec<Digest>,
    /// Spans wanted of it: leaf, offset, span, bytes.
    held: Vec<(u64, u64, Span, Vec<u8>)>,
}

impl Opened {
    /// The bytes of its blocks; neighbours make one range.
    fn ranges(&self) -> Vec<std::ops::Range<u64>> {
        let mut ranges: Vec<std::ops::Range<u64>> = Vec::new();
        for block in &self.blocks {
            let end = block.offset + block.length;
            match ranges.last_mut().filter(|last| last.end == block.offset) {
                Some(last) => last.end = end,
                None => ranges.push(block.offset..end),
            }
        }
        ranges
    }

    /// Takes the next bytes of its blocks.
    fn feed(&mut self, mut piece: &[u8], evidence: &Evidence) -> Result<()> {
        while !piece.is_empty() {
            if self.spans.is_empty() {
                self.begin_block();
            }
            let Some((_, span)) = self.spans.front() else {
                return Ok(());
            };
            let missing = span.length - self.bytes.len() as u64;
            let n = missing.min(piece.len() as u64) as usize;
            let (now, rest) = piece.split_at(n);
            self.bytes.extend_from_slice(now);
            piece = rest;
            if n as u64 == missing {
                self.end_span();
                if self.spans.is_empty() {
                    self.end_block(evidence)?;
                }
            }
        }
        Ok(())
    }

    /// The first byte of a block is there: what spans it holds is read from the list.
    fn begin_block(&mut self) {
        let Some(block) = self.blocks.front() else {
            return;
        };
        let first = block.number * BLOCK_LEAVES;
        // The list was read to its end when the blocks were found.
        self.spans = (first..).zip(Spans::new(&block.listed).flatten()).collect();
    }

    /// A span is complete: its leaf is hashed, its bytes are held if they are wanted.
    fn end_span(&mut self) {
        let Some((leaf, span)) = self.spans.pop_front() else {
            return;
        };
        let Some(block) = self.blocks.front_mut() else {
            return;
        };
        let offset = block.offset;
        block.offset += span.length;
        let bytes = std::mem::take(&mut self.bytes);
        let salter = self.key.salter();
        let made = source_tree::leaf(&salter, leaf, offset, &span, &bytes);
        // A leaf that cannot be made leads to no root, and the check of the opening says so.
        self.hashes
            .push(made.map_or(Digest([0; 32]), |leaf| leaf.hash()));
        if self.leaves.contains(&leaf) {
            self.held.push((leaf, offset, span, bytes));
        }
    }

    /// A block is complete: what is wanted of it is opened.
    fn end_block(&mut self, evidence: &Evidence) -> Result<()> {
        let Some(block) = self.blocks.pop_front() else {
            return Ok(());
        };
        let hashes = std::mem::take(&mut self.hashes);
        let mut nodes = Remembering {
            nodes: SourceNodes {
                blocks: &self.tiles.blocks,
                block: block.number,
                leaves: &hashes,
                tail: &self.tiles.tail,
            },
            // Below it nodes lie within the block, whose leaves are at hand for this once.
            level_least: BLOCK_LEAVES.ilog2(),
            known: &mut self.nodes_above,
        };
        for (leaf, offset, span, bytes) in std::mem::take(&mut self.held) {
            let path = prove::inclusion(&mut nodes, leaf, self.sealed.spans);
            let path = path.map_err(|cause| Error::run("no path to a record").because(&cause))?;
            let place = disclose::Place {
                source: &self.source,
                entry: self.entry,
                leaf,
                offset,
                span: &span,
                bytes: &bytes,
                path: &path,
            };
            let opening = disclose::open(&self.key, &place, &Show::All).ok();
            let opening = opening.filter(|opening| opening.check(&self.sealed).is_ok());
            let opening = opening.ok_or_else(|| changed(Path::new(&self.source)))?;
            let to = evidence.record(&self.source, leaf);
            if let Some(above) = to.parent() {
                std::fs::create_dir_all(above).on("make", above)?;
            }
            std::fs::write(&to, opening.to_json()).on("write", &to)?;
        }
        step::passed();
        Ok(())
    }
}

fn changed(path: &Path) -> Error {
    Error::run(format!("{} changed while it was examined", path.display()))
        .hint("examine a copy that nothing writes to")
}
