//! Damaged proofs of a small tree, rebuilt here after the kinds transparency-dev publishes.
//!
//! Their vectors damage proofs of a tree of eight leaves in named ways; so do these, by rule.
//! Every damage must be refused, except one that leaves the question as it was.

use demarche_evidence::hash::{self, Digest};
use demarche_evidence::proof::{check_consistency, check_inclusion};
use demarche_evidence::{prove, tree};

/// The eight leaves of the RFC 6962 reference tests.
fn leaves() -> Vec<Digest> {
    let hex = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    let bytes = |text: &str| -> Vec<u8> {
        (0..text.len() / 2)
            .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    };
    hex.iter().map(|text| hash::leaf(&bytes(text))).collect()
}

/// Every damage to a path that their names list.
fn damaged(path: &[Digest], roots: &[Digest]) -> Vec<Vec<Digest>> {
    let mut all = vec![];
    for at in 0..path.len() {
        for bit in [0, 4, 7] {
            let mut modified = path.to_vec();
            modified[at].0[bit] ^= 1 << bit;
            all.push(modified);
        }
        let mut doubled = path.to_vec();
        doubled.insert(0, path[at]);
        all.push(doubled);
    }
    let garbage = hash::leaf(b"garbage");
    for extra in roots.iter().chain([&garbage]) {
        all.push([&[*extra], path].concat());
        all.push([path, &[*extra]].concat());
    }
    if !path.is_empty() {
        all.push(vec![]);
        all.push(path[..path.len() - 1].to_vec());
        all.push(path[1..].to_vec());
    }
    all
}

/// Sizes and indexes near a right one.
fn near(n: u64) -> [u64; 7] {
    [
        n ^ 1,
        n ^ 2,
        n + 1,
        n.wrapping_sub(1),
        n * 2,
        n / 2,
        u64::MAX,
    ]
}

#[test]
fn rebuilt_inclusion_vectors() {
    let leaves = leaves();
    let root = tree::root(leaves.iter().copied());
    // The root their reference tests give for this tree.
    assert_eq!(
        root.to_base64(),
        "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg="
    );
    let mut n_cases = 0;
    for index in 0..8 {
        let leaf = &leaves[index as usize];
        let path = prove::inclusion(&mut leaves.as_slice(), index, 8).unwrap();
        check_inclusion(index, 8, leaf, &path, &root).unwrap();
        for path in damaged(&path, &[root, *leaf]) {
            assert!(check_inclusion(index, 8, leaf, &path, &root).is_err());
            n_cases += 1;
        }
        for wrong in near(index).into_iter().filter(|wrong| *wrong != index) {
            assert!(
                check_inclusion(wrong, 8, leaf, &path, &root).is_err(),
                "{wrong} for {index}"
            );
            n_cases += 1;
        }
        // A size near 8 can give a path the same shape; what binds a size is the checkpoint.
        for size in near(8).into_iter().filter(|size| *size <= 4 || *size > 16) {
            assert!(
                check_inclusion(index, size, leaf, &path, &root).is_err(),
                "{index} of {size}"
            );
            n_cases += 1;
        }
        assert!(check_inclusion(index, 8, &root, &path, leaf).is_err());
        assert!(check_inclusion(index, 8, leaf, &path, &hash::EMPTY_ROOT).is_err());
    }
    assert!(n_cases > 98, "{n_cases}");
}

#[test]
fn rebuilt_consistency_vectors() {
    let leaves = leaves();
    let roots: Vec<Digest> = (0..=8)
        .map(|n| tree::root(leaves[..n].iter().copied()))
        .collect();
    let mut n_cases = 0;
    for old in 1..8u64 {
        for new in old + 1..=8 {
            let (one, two) = (&roots[old as usize], &roots[new as usize]);
            let path = prove::consistency(&mut leaves.as_slice(), old, new).unwrap();
            check_consistency((old, one), (new, two), &path).unwrap();
            for path in damaged(&path, &[*one, *two]) {
                assert!(
                    check_consistency((old, one), (new, two), &path).is_err(),
                    "{old} {new}"
                );
                n_cases += 1;
            }
            assert!(check_consistency((old, two), (new, one), &path).is_err());
            for wrong in near(old).into_iter().filter(|wrong| *wrong != old) {
                assert!(check_consistency((wrong, one), (new, two), &path).is_err());
                n_cases += 1;
            }
        }
    }
    assert!(n_cases > 98, "{n_cases}");
}
