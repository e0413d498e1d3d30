//! Paths in a source tree of which only every 256th node is stored.
//!
//! A seal keeps the roots of full blocks of 256 leaves; the leaves of one block are hashed again
//! from the source's bytes when a path needs them. Check what comes out against the sealed root.

use crate::hash::Digest;
use crate::key::Salter;
use crate::leaf::{self, Kind, Leaf, Mode};
use crate::prove::{MissingNode, Nodes};
use crate::span_list::Span;
use crate::split;
use crate::tree;

/// Leaves under one stored node.
pub const BLOCK_LEAVES: u64 = 256;

/// The leaf a span has: its commitment made again from its bytes.
///
/// `None` if the span's length or values do not fit its bytes.
pub fn leaf(salter: &Salter, index: u64, offset: u64, span: &Span, bytes: &[u8]) -> Option<Leaf> {
    if bytes.len() as u64 != span.length {
        return None;
    }
    let (mode, commitment) = if span.values.is_empty() {
        (
            Mode::Whole,
            leaf::commit_whole(&salter.salt(index, 0), bytes),
        )
    } else {
        let cut = split::cut(bytes, &span.values).filter(|_| span.kind == Kind::Record)?;
        (Mode::Split, split::commit(salter, index, &cut))
    };
    Some(Leaf {
        kind: span.kind,
        mode,
        offset,
        length: span.length,
        commitment,
    })
}

/// Nodes of a source tree: stored roots of full blocks, and the leaves of one block.
pub struct SourceNodes<'a> {
    /// Roots of full blocks, in order.
    pub blocks: &'a [Digest],
    /// Which block's leaves are at hand.
    pub block: u64,
    /// Their hashes; the last block may have fewer than 256.
    pub leaves: &'a [Digest],
    /// Hashes of the leaves after the last full block.
    pub tail: &'a [Digest],
}

impl Nodes for SourceNodes<'_> {
    type Error = MissingNode;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, MissingNode> {
        let missing = MissingNode { level, index };
        if level >= 8 {
            let mut blocks = self.blocks;
            return blocks.node(level - 8, index).map_err(|_| missing);
        }
        let first = index << level;
        let (block, within) = (first / BLOCK_LEAVES, (first % BLOCK_LEAVES) as usize);
        let row = if block == self.block {
            self.leaves
        } else if block == self.blocks.len() as u64 {
            self.tail
        } else {
            return Err(missing);
        };
        let hashes = row.get(within..within + (1 << level)).ok_or(missing)?;
        Ok(tree::root(hashes.iter().copied()))
    }
}
