//! Decodes a file of a case again: for checks, and for records that claims cite.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use crate::error::Error;
use crate::intake::Bounds;
use crate::intake::decode::{BLOCK, Decoder, Said};
use crate::intake::magic::{self, Packing};
use crate::intake::progress::Silent;
use crate::intake::source::Digests;
use crate::intake::walk::Found;

/// What is heard of a file that is decoded again, source by source as intake took them.
#[derive(Debug)]
pub enum Heard<'a> {
    /// A source begins: empty for the file itself, `!member` for one within it.
    Begin(&'a str),
    /// Its next decoded bytes.
    Block(&'a [u8]),
    /// It ends.
    End {
        /// Digests of the file and of the decoded bytes.
        digests: Digests,
        /// Why it could not be read to its end; empty where it could.
        problem: &'a str,
    },
}

/// A source's name without the path of its file: empty, or `!member`.
pub fn member_of<'a>(name: &'a str, path: &str) -> &'a str {
    name.strip_prefix(path).unwrap_or(name)
}

/// Decodes a file; `each` may break off.
///
/// Archives within archives are laid out in `spool`, a folder that exists. What is wrong with the
/// file is heard, never an error.
pub fn decode(path: &Path, spool: &Path, each: &mut dyn FnMut(Heard<'_>) -> ControlFlow<()>) {
    let (out, said) = std::sync::mpsc::sync_channel(BLOCKS_AHEAD);
    let (used, emptied) = std::sync::mpsc::channel();
    let name = path.display().to_string();
    std::thread::scope(|scope| {
        let decoder = Decoder {
            bounds: Bounds::default(),
            spool: spool.to_owned(),
            progress: &Silent,
            out,
            emptied,
        };
        let found = Found {
            path: path.to_owned(),
            bytes: 0,
            refused: None,
        };
        // Where the other side breaks off, its receiver is dropped and the decoder stops.
        scope.spawn(move || decoder.file(&found));
        for said in said {
            let flow = match &said {
                Said::Begin { name: inner, .. } => each(Heard::Begin(member_of(inner, &name))),
                Said::Block(block) => each(Heard::Block(block)),
                Said::End {
                    digests, refusal, ..
                } => each(Heard::End {
                    digests: *digests,
                    problem: refusal.as_ref().map_or("", |refusal| &refusal.text),
                }),
            };
            if let Said::Block(block) = said {
                // The decoder may be done and gone; then nobody fills blocks any more.
                let _ = used.send(block);
            }
            if flow.is_break() {
                break;
            }
        }
    });
}

/// Blocks that the decoder may be ahead.
const BLOCKS_AHEAD: usize = 8;

/// Byte ranges wanted of the sources of one file; ascending, none overlapping.
///
/// Sources are told by their place within the file, from 0: two members may have one name.
pub type Wanted = BTreeMap<usize, Vec<Range<u64>>>;

/// Hands over ranges of decoded bytes: per source, in pieces, one range after the other.
///
/// A file that is packed in nothing is sought in, any other is decoded from its start. Pieces end
/// early where the file does: whoever asks checks what comes.
///
/// # Errors
/// A file that cannot be opened or read.
pub fn ranges(
    path: &Path,
    wanted: &Wanted,
    spool: &Path,
    each: &mut dyn FnMut(usize, &[u8]),
) -> Result<(), Error> {
    let on = |cause: std::io::Error| Error::disk(path, &cause);
    let mut file = File::open(path).map_err(on)?;
    let mut head = Vec::new();
    Read::by_ref(&mut file)
        .take(magic::HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .map_err(on)?;
    if magic::packing(&head) == Packing::Plain {
        let mut own = wanted.get(&0).into_iter().flatten();
        return own.try_for_each(|range| sought(&mut file, range, each).map_err(on));
    }
    let (mut n_begun, mut at) = (0, 0);
    decode(path, spool, &mut |heard| {
        match heard {
            Heard::Begin(_) => (n_begun, at) = (n_begun + 1, 0),
            Heard::Block(block) => {
                let place = n_begun - 1;
                for range in wanted.get(&place).into_iter().flatten() {
                    if let Some(piece) = overlap(block, at, range) {
                        each(place, piece);
                    }
                }
                at += block.len() as u64;
            }
            Heard::End { .. } => {}
        }
        ControlFlow::Continue(())
    });
    Ok(())
}

/// One range of a file that is packed in nothing.
fn sought(
    file: &mut File,
    range: &Range<u64>,
    each: &mut dyn FnMut(usize, &[u8]),
) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(range.start))?;
    let mut rest = file.take(range.end.saturating_sub(range.start));
    let mut block = Vec::new();
    loop {
        block.clear();
        rest.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
        if block.is_empty() {
            return Ok(());
        }
        each(0, &block);
    }
}

/// The part of a block at `at` that lies in a range.
fn overlap<'a>(block: &'a [u8], at: u64, range: &Range<u64>) -> Option<&'a [u8]> {
    let end = at + block.len() as u64;
    let (from, to) = (range.start.max(at), range.end.min(end));
    if from >= to {
        return None;
    }
    block.get((from - at) as usize..(to - at) as usize)
}
