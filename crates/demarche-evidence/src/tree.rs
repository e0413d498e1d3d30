//! Roots of RFC 6962 trees from a stream of leaf hashes.
//!
//! Invariant: `peaks` holds one subtree root per set bit of `n_leaves`, largest first, so memory is
//! O(log n) and an odd node is never copied nor hashed again.

use crate::hash::{self, Digest};

/// A tree that only grows, kept as the roots of its perfect subtrees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    n_leaves: u64,
    peaks: Vec<Digest>,
}

impl Range {
    /// The tree without leaves.
    pub fn new() -> Range {
        Range {
            n_leaves: 0,
            peaks: Vec::with_capacity(64),
        }
    }

    /// Takes up a tree whose perfect subtrees are known, largest first.
    ///
    /// `None` if their number does not fit the size.
    pub fn resume(n_leaves: u64, peaks: Vec<Digest>) -> Option<Range> {
        (n_leaves.count_ones() as usize == peaks.len()).then_some(Range { n_leaves, peaks })
    }

    /// Leaves so far.
    pub fn n_leaves(&self) -> u64 {
        self.n_leaves
    }

    /// Roots of the perfect subtrees, largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Digest) {
        self.push_subtree(0, leaf);
    }

    /// Appends a perfect subtree of `2^level` leaves.
    ///
    /// # Panics
    /// If the tree's size is no multiple of `2^level`: such a subtree has no place there.
    pub fn push_subtree(&mut self, level: u32, root: Digest) {
        let n = self.n_leaves;
        assert!(
            n & ((1 << level) - 1) == 0,
            "subtree of level {level} at leaf {n}"
        );
        let mut root = root;
        for _ in 0..(n >> level).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                root = hash::node(&left, &root);
            }
        }
        self.peaks.push(root);
        self.n_leaves += 1 << level;
    }

    /// Root of the tree as it stands.
    pub fn root(&self) -> Digest {
        let mut smallest_first = self.peaks.iter().rev().copied();
        match smallest_first.next() {
            None => hash::EMPTY_ROOT,
            Some(last) => smallest_first.fold(last, |right, left| hash::node(&left, &right)),
        }
    }
}

/// Root of the tree over these leaf hashes.
pub fn root(leaves: impl IntoIterator<Item = Digest>) -> Digest {
    let mut range = Range::new();
    leaves.into_iter().for_each(|leaf| range.push(leaf));
    range.root()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1, word for word: split at the largest power of two below n.
    fn root_by_definition(leaves: &[Digest]) -> Digest {
        match leaves {
            [] => hash::EMPTY_ROOT,
            [one] => *one,
            _ => {
                let k = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(k);
                hash::node(&root_by_definition(left), &root_by_definition(right))
            }
        }
    }

    #[test]
    fn streamed_root_equals_definition() {
        let leaves: Vec<Digest> = (0..600u32).map(|i| hash::leaf(&i.to_be_bytes())).collect();
        let mut range = Range::new();
        for n in 0..leaves.len() {
            assert_eq!(range.root(), root_by_definition(&leaves[..n]), "{n}");
            assert_eq!(range.peaks().len(), n.count_ones() as usize);
            range.push(leaves[n]);
        }
    }

    #[test]
    fn subtrees_equal_leaves() {
        let leaves: Vec<Digest> = (0..1030u32).map(|i| hash::leaf(&i.to_be_bytes())).collect();
        let mut range = Range::new();
        for block in leaves.chunks(256) {
            match block.len() {
                256 => range.push_subtree(8, root(block.iter().copied())),
                _ => block.iter().for_each(|leaf| range.push(*leaf)),
            }
        }
        assert_eq!(range.root(), root(leaves));
    }

    #[test]
    #[should_panic(expected = "subtree of level 8 at leaf 1")]
    fn misplaced_subtree_is_a_bug() {
        let mut range = Range::new();
        range.push(hash::EMPTY_ROOT);
        range.push_subtree(8, hash::EMPTY_ROOT);
    }
}
