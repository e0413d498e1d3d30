//! Proofs: every pair of sizes up to 90, spoiled proofs, sizes near 2^64.

use std::collections::BTreeMap;

use demarche_evidence::hash::{self, Digest};
use demarche_evidence::proof::{ProofError, check_consistency, check_inclusion};
use demarche_evidence::prove::{Nodes, Remembering};
use demarche_evidence::{prove, tree};

fn leaves(n: u64) -> Vec<Digest> {
    (0..n).map(|i| hash::leaf(&i.to_be_bytes())).collect()
}

fn roots(leaves: &[Digest]) -> Vec<Digest> {
    (0..=leaves.len())
        .map(|n| tree::root(leaves[..n].iter().copied()))
        .collect()
}

#[test]
fn every_inclusion_up_to_90_leaves_is_provable() {
    let leaves = leaves(90);
    for (size, root) in roots(&leaves).into_iter().enumerate().skip(1) {
        for index in 0..size {
            let path = prove::inclusion(&mut leaves.as_slice(), index as u64, size as u64).unwrap();
            let leaf = &leaves[index];
            check_inclusion(index as u64, size as u64, leaf, &path, &root).unwrap();
            for wrong in [index + 1, index.wrapping_sub(1), size, size + 1] {
                let refused = check_inclusion(wrong as u64, size as u64, leaf, &path, &root);
                assert!(refused.is_err(), "{index} as {wrong} of {size}");
            }
            assert!(path.len() as u32 <= (size as u64).next_power_of_two().ilog2());
        }
    }
}

#[test]
fn remembered_nodes_give_the_same_paths_and_are_found_once() {
    /// Counts what is asked of it.
    struct Counted<'l>(&'l [Digest], &'l mut u64);

    impl Nodes for Counted<'_> {
        type Error = prove::MissingNode;

        fn node(&mut self, level: u32, index: u64) -> Result<Digest, prove::MissingNode> {
            *self.1 += u64::from(level >= 3);
            self.0.node(level, index)
        }
    }

    let (leaves, mut known, mut n_found) = (leaves(90), BTreeMap::new(), 0);
    for index in 0..90 {
        let mut nodes = Remembering {
            nodes: Counted(&leaves, &mut n_found),
            level_least: 3,
            known: &mut known,
        };
        let path = prove::inclusion(&mut nodes, index, 90).unwrap();
        assert_eq!(
            path,
            prove::inclusion(&mut leaves.as_slice(), index, 90).unwrap()
        );
    }
    assert_eq!(n_found, known.len() as u64);
}

#[test]
fn every_consistency_up_to_90_leaves_is_provable() {
    let leaves = leaves(90);
    let roots = roots(&leaves);
    for new in 1..=leaves.len() {
        for old in 1..=new {
            let path = prove::consistency(&mut leaves.as_slice(), old as u64, new as u64).unwrap();
            let (one, two) = ((old as u64, &roots[old]), (new as u64, &roots[new]));
            check_consistency(one, two, &path).unwrap();
            let other = (old as u64, &roots[old - 1]);
            assert!(check_consistency(other, two, &path).is_err(), "{old} {new}");
            if old < new {
                assert!(check_consistency((old as u64 + 1, &roots[old]), two, &path).is_err());
                let shrunk = check_consistency(two, one, &path);
                assert_eq!(
                    shrunk,
                    Err(ProofError::Shrinks {
                        old: new as u64,
                        new: old as u64
                    })
                );
            }
        }
    }
}

#[test]
fn truncated_extended_swapped_and_flipped_proofs_fail() {
    let leaves = leaves(77);
    let root = tree::root(leaves.iter().copied());
    let path = prove::inclusion(&mut leaves.as_slice(), 42, 77).unwrap();
    let check = |path: &[Digest]| check_inclusion(42, 77, &leaves[42], path, &root);
    check(&path).unwrap();
    assert_eq!(check(&path[..path.len() - 1]), Err(ProofError::TooShort));
    let longer = [path.as_slice(), &[root]].concat();
    assert_eq!(check(&longer), Err(ProofError::TooLong));
    for at in 0..path.len() {
        let mut flipped = path.clone();
        flipped[at].0[at] ^= 1;
        assert!(matches!(check(&flipped), Err(ProofError::Root { .. })));
        if at > 0 {
            let mut swapped = path.clone();
            swapped.swap(at, at - 1);
            assert!(check(&swapped).is_err());
        }
    }
}

#[test]
fn proof_for_another_tree_size_fails() {
    let leaves = leaves(200);
    let roots = roots(&leaves);
    let path = prove::inclusion(&mut leaves.as_slice(), 5, 100).unwrap();
    for size in [99u64, 101, 128, 200] {
        let refused = check_inclusion(5, size, &leaves[5], &path, &roots[size as usize]);
        assert!(refused.is_err(), "{size}");
    }
}

#[test]
fn empty_tree_has_no_inclusion_and_no_consistency() {
    let leaf = hash::leaf(b"");
    let empty = hash::EMPTY_ROOT;
    let refused = check_inclusion(0, 0, &leaf, &[], &empty);
    assert_eq!(refused, Err(ProofError::OutOfTree { index: 0, size: 0 }));
    let refused = check_consistency((0, &empty), (0, &empty), &[]);
    assert_eq!(refused, Err(ProofError::FromEmpty));
    let refused = check_consistency((0, &empty), (1, &leaf), &[]);
    assert_eq!(refused, Err(ProofError::FromEmpty));
}

#[test]
fn two_roots_for_one_size_are_a_fork() {
    let (one, two) = (hash::leaf(b"1"), hash::leaf(b"2"));
    let refused = check_consistency((1, &one), (1, &two), &[]);
    assert_eq!(refused, Err(ProofError::Fork { one, two }));
    assert_eq!(
        check_consistency((1, &one), (1, &one), &[two]),
        Err(ProofError::TooLong)
    );
}

#[test]
fn sizes_at_the_edge_of_u64_do_not_overflow() {
    let leaf = hash::leaf(b"x");
    let path = vec![leaf; 64];
    // The first leaf of 2^64 − 1 has 64 siblings; the last one as many as there are bits set.
    let mut root = leaf;
    path.iter()
        .for_each(|sibling| root = hash::node(&root, sibling));
    check_inclusion(0, u64::MAX, &leaf, &path, &root).unwrap();
    let too_long = [path.as_slice(), &[leaf]].concat();
    assert_eq!(
        check_inclusion(0, u64::MAX, &leaf, &too_long, &root),
        Err(ProofError::TooLong)
    );
    let refused = check_inclusion(u64::MAX, u64::MAX, &leaf, &path, &root);
    assert_eq!(
        refused,
        Err(ProofError::OutOfTree {
            index: u64::MAX,
            size: u64::MAX
        })
    );
    let last = check_inclusion(u64::MAX - 1, u64::MAX, &leaf, &path, &root);
    assert!(last.is_err());
    check_consistency((1, &leaf), (u64::MAX, &root), &path).unwrap();
    for old in [2, 1 << 63, u64::MAX - 1] {
        assert!(check_consistency((old, &leaf), (u64::MAX, &root), &path).is_err());
    }
}

#[test]
fn leaf_that_looks_like_a_node_is_not_one() {
    let (left, right) = (hash::leaf(b"l"), hash::leaf(b"r"));
    let forged = [&[1][..], &left.0, &right.0].concat();
    assert_eq!(forged.len(), 65);
    assert_ne!(hash::leaf(&forged), hash::node(&left, &right));
}

#[test]
fn sizes_around_powers_of_two_and_tiles_are_provable() {
    let leaves = leaves(65_537);
    for size in [255u64, 256, 257, 1023, 1024, 1025, 65_535, 65_536, 65_537] {
        let root = tree::root(leaves[..size as usize].iter().copied());
        let mut nodes = leaves.as_slice();
        for index in [0, 1, 254, size / 2, size - 2, size - 1] {
            let path = prove::inclusion(&mut nodes, index, size).unwrap();
            check_inclusion(index, size, &leaves[index as usize], &path, &root).unwrap();
        }
        for old in [1, 128, 255, size - 1] {
            let path = prove::consistency(&mut nodes, old, size).unwrap();
            let old_root = tree::root(leaves[..old as usize].iter().copied());
            check_consistency((old, &old_root), (size, &root), &path).unwrap();
        }
    }
}
