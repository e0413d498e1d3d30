//! Makes inclusion and consistency proofs from stored nodes (RFC 6962 §2.1.1, §2.1.2).

use std::collections::BTreeMap;

use crate::hash::{self, Digest};

/// Gives the hashes of perfect subtrees.
pub trait Nodes {
    /// Why a node could not be given.
    type Error;

    /// Root of the perfect subtree over leaves `[index << level, (index + 1) << level)`.
    ///
    /// # Errors
    /// If the node is not at hand.
    fn node(&mut self, level: u32, index: u64) -> Result<Digest, Self::Error>;
}

/// Leaf hashes in memory.
impl Nodes for &[Digest] {
    type Error = MissingNode;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, MissingNode> {
        let missing = MissingNode { level, index };
        let first = usize::try_from(index << level).map_err(|_| missing)?;
        let end = first.checked_add(1 << level).ok_or(missing)?;
        let leaves = self.get(first..end).ok_or(missing)?;
        Ok(crate::tree::root(leaves.iter().copied()))
    }
}

/// Nodes that are found once: paths to many leaves of one tree share their upper nodes, and each of
/// these may have to be hashed from all that lies below it.
pub struct Remembering<'m, N> {
    /// Where nodes come from.
    pub nodes: N,
    /// From which level on they are remembered.
    pub level_least: u32,
    /// Those found so far.
    pub known: &'m mut BTreeMap<(u32, u64), Digest>,
}

impl<N: Nodes> Nodes for Remembering<'_, N> {
    type Error = N::Error;

    fn node(&mut self, level: u32, index: u64) -> Result<Digest, N::Error> {
        if level < self.level_least {
            return self.nodes.node(level, index);
        }
        if let Some(known) = self.known.get(&(level, index)) {
            return Ok(*known);
        }
        let found = self.nodes.node(level, index)?;
        self.known.insert((level, index), found);
        Ok(found)
    }
}

/// A node outside the leaves at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("node {index} of level {level} is not at hand")]
pub struct MissingNode {
    /// Level, leaves being 0.
    pub level: u32,
    /// Place in the level.
    pub index: u64,
}

/// Root of the tree of the first `size` leaves.
///
/// # Errors
/// If a node is not at hand.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Digest, N::Error> {
    if size == 0 {
        Ok(hash::EMPTY_ROOT)
    } else {
        range(nodes, 0, size)
    }
}

/// Proof that leaf `index` is in the tree of the first `size` leaves; the leaf's sibling first.
///
/// # Errors
/// If a node is not at hand.
///
/// # Panics
/// If the leaf is not in the tree: a bug of the caller.
pub fn inclusion<N: Nodes>(nodes: &mut N, index: u64, size: u64) -> Result<Vec<Digest>, N::Error> {
    assert!(index < size, "leaf {index} of a tree of {size} leaves");
    let mut siblings = Vec::new();
    let (mut first, mut end) = (0, size);
    while end - first > 1 {
        let middle = first + split(end - first);
        if index < middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((first, middle));
            first = middle;
        }
    }
    hashes(nodes, siblings)
}

/// Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves.
///
/// # Errors
/// If a node is not at hand.
///
/// # Panics
/// If `old` is 0 or larger than `new`: a bug of the caller.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, new: u64) -> Result<Vec<Digest>, N::Error> {
    assert!(0 < old && old <= new, "consistency from {old} to {new}");
    let mut ranges = Vec::new();
    let (mut first, mut end) = (0, new);
    // Down to the old tree's last subtree; it needs no hash where it is the whole old tree.
    while end != old {
        let middle = first + split(end - first);
        if old <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((first, middle));
            first = middle;
        }
    }
    if first != 0 {
        ranges.push((first, end));
    }
    hashes(nodes, ranges)
}

/// Largest power of two below `n`, for `n` above 1.
fn split(n: u64) -> u64 {
    1 << (63 - (n - 1).leading_zeros())
}

/// Hashes of ranges collected from the root down, in the order of a proof.
fn hashes<N: Nodes>(nodes: &mut N, ranges: Vec<(u64, u64)>) -> Result<Vec<Digest>, N::Error> {
    ranges
        .into_iter()
        .rev()
        .map(|(first, end)| range(nodes, first, end))
        .collect()
}

/// Hash of a subtree `[first, end)` of an RFC 6962 tree, perfect or the right edge.
fn range<N: Nodes>(nodes: &mut N, first: u64, end: u64) -> Result<Digest, N::Error> {
    let mut perfect = Vec::new();
    let mut at = first;
    while at < end {
        let level = (end - at).ilog2();
        perfect.push(nodes.node(level, at >> level)?);
        at += 1 << level;
    }
    let mut from_right = perfect.into_iter().rev();
    let last = from_right.next().unwrap_or(hash::EMPTY_ROOT);
    Ok(from_right.fold(last, |right, left| hash::node(&left, &right)))
}
