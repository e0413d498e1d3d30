//! Checks inclusion and consistency proofs (RFC 9162 §2.1.3.2 and §2.1.4.2).
//!
//! Invariant: a proof is used up to its last hash and not beyond; every size is below 2^64 and no
//! sum of sizes is ever formed.

use crate::hash::{self, Digest};

/// The most hashes a proof in a tree of at most 2^64 − 1 leaves can have.
pub const HASHES_MAX: usize = 64;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not in a tree of that size.
    #[error("leaf {index} is not in a tree of {size} leaves")]
    OutOfTree {
        /// Index claimed.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The old tree is larger than the new one.
    #[error("tree of {old} leaves cannot have grown into {new}")]
    Shrinks {
        /// Old size.
        old: u64,
        /// New size.
        new: u64,
    },
    /// The empty tree proves nothing; who accepts it (a witness) says so itself.
    #[error("no consistency proof starts at the empty tree")]
    FromEmpty,
    /// Hashes missing.
    #[error("proof too short")]
    TooShort,
    /// Hashes left over.
    #[error("proof too long")]
    TooLong,
    /// The proof leads to another root.
    #[error("proof leads to root {found}, expected {expected}")]
    Root {
        /// Root expected.
        expected: Digest,
        /// Root the proof leads to.
        found: Digest,
    },
    /// Two roots for one size: a fork.
    #[error("two roots for one size: {one} and {two}")]
    Fork {
        /// One root.
        one: Digest,
        /// The other.
        two: Digest,
    },
}

/// Checks that a leaf hash is at `index` of the tree with this size and root.
///
/// # Errors
/// Whatever keeps the proof from leading to `root`.
///
/// # Spec
/// RFC 9162 §2.1.3.2.
pub fn check_inclusion(
    index: u64,
    size: u64,
    leaf: &Digest,
    path: &[Digest],
    root: &Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfTree { index, size });
    }
    let mut walk = Walk {
        at: index,
        last: size - 1,
    };
    let mut found = *leaf;
    for sibling in path {
        found = match walk.step()? {
            Side::Left => hash::node(sibling, &found),
            Side::Right => hash::node(&found, sibling),
        };
    }
    walk.end()?;
    same_root(root, &found)
}

/// Checks that the tree of `old` is the beginning of the tree of `new`; both are (size, root).
///
/// # Errors
/// Whatever keeps the proof from joining both roots; [`ProofError::Fork`] for two roots of one size.
///
/// # Spec
/// RFC 9162 §2.1.4.2. An old size of 0 is refused here; C2SP tlog-witness accepts it, with an empty
/// proof, so the witness does that itself.
pub fn check_consistency(
    old: (u64, &Digest),
    new: (u64, &Digest),
    path: &[Digest],
) -> Result<(), ProofError> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size == 0 {
        return Err(ProofError::FromEmpty);
    }
    if old_size > new_size {
        return Err(ProofError::Shrinks {
            old: old_size,
            new: new_size,
        });
    }
    if old_size == new_size {
        return same_size(old_root, new_root, path);
    }
    // The node both trees share to their left is the old root itself where the old size is a power
    // of two, and the first hash of the proof elsewhere.
    let (seed, rest) = match path.split_first() {
        _ if old_size.is_power_of_two() => (*old_root, path),
        Some((first, rest)) => (*first, rest),
        None => return Err(ProofError::TooShort),
    };
    let shift = (old_size - 1).trailing_ones();
    let mut walk = Walk {
        at: (old_size - 1) >> shift,
        last: (new_size - 1) >> shift,
    };
    let (mut found_old, mut found_new) = (seed, seed);
    for hash in rest {
        match walk.step()? {
            Side::Left => {
                found_old = hash::node(hash, &found_old);
                found_new = hash::node(hash, &found_new);
            }
            Side::Right => found_new = hash::node(&found_new, hash),
        }
    }
    walk.end()?;
    same_root(old_root, &found_old)?;
    same_root(new_root, &found_new)
}

/// Two trees of one size: the same root and nothing to prove.
fn same_size(one: &Digest, two: &Digest, path: &[Digest]) -> Result<(), ProofError> {
    if one != two {
        return Err(ProofError::Fork {
            one: *one,
            two: *two,
        });
    }
    if path.is_empty() {
        Ok(())
    } else {
        Err(ProofError::TooLong)
    }
}

/// The root found must be the root expected.
fn same_root(expected: &Digest, found: &Digest) -> Result<(), ProofError> {
    if expected == found {
        Ok(())
    } else {
        Err(ProofError::Root {
            expected: *expected,
            found: *found,
        })
    }
}

/// On which side of the node so far the next hash of a proof stands.
enum Side {
    Left,
    Right,
}

/// A way up the tree: the node's place in its level, and the level's last place.
struct Walk {
    at: u64,
    last: u64,
}

impl Walk {
    /// Goes up to the next node that has a sibling, and says where that sibling stands.
    fn step(&mut self) -> Result<Side, ProofError> {
        if self.last == 0 {
            return Err(ProofError::TooLong);
        }
        let side = if self.at & 1 == 1 {
            Side::Left
        } else if self.at == self.last {
            // The last node of a level without a sibling goes up as it is.
            while self.at & 1 == 0 && self.at != 0 {
                self.at >>= 1;
                self.last >>= 1;
            }
            Side::Left
        } else {
            Side::Right
        };
        self.at >>= 1;
        self.last >>= 1;
        Ok(side)
    }

    /// The way must have reached the root.
    fn end(&self) -> Result<(), ProofError> {
        if self.last == 0 {
            Ok(())
        } else {
            Err(ProofError::TooShort)
        }
    }
}
