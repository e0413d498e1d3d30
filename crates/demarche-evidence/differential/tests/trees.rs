//! Roots, proofs and tile paths against `ct-merkle` and `tlog_tiles`.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use demarche_evidence::hash::{self, Digest};
use demarche_evidence::proof::{check_consistency, check_inclusion};
use demarche_evidence::tile::{Named, Tile, bundle_path, named};
use demarche_evidence::{prove, tree};
use sha2::Sha256;
use tlog_tiles::{Hash, HashReader};

/// Numbers that differ from run to run as little as the code does.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn data(i: u64) -> Vec<u8> {
    vec![i as u8; (i % 70) as usize]
}

fn flat(path: &[Digest]) -> Vec<u8> {
    path.iter().flat_map(|hash| hash.0).collect()
}

#[test]
fn ct_merkle_has_the_same_roots_and_proofs_up_to_1030() {
    let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut leaves: Vec<Digest> = Vec::new();
    let mut numbers = Numbers(1);
    for size in 1..=1030u64 {
        theirs.push(data(size - 1));
        leaves.push(hash::leaf(&data(size - 1)));
        let root = tree::root(leaves.iter().copied());
        assert_eq!(theirs.root().as_bytes().as_slice(), root.0, "{size}");
        let index = numbers.below(size);
        let path = prove::inclusion(&mut leaves.as_slice(), index, size).unwrap();
        let proof = theirs.prove_inclusion(index as usize);
        assert_eq!(proof.as_bytes(), flat(&path), "{index} of {size}");
        check_inclusion(index, size, &leaves[index as usize], &path, &root).unwrap();
        let old = numbers.below(size) + 1;
        let path = prove::consistency(&mut leaves.as_slice(), old, size).unwrap();
        if old < size {
            let proof = theirs.prove_consistency((size - old) as usize);
            assert_eq!(proof.as_bytes(), flat(&path), "{old} to {size}");
        }
    }
}

/// Stored hashes as `tlog_tiles` numbers them.
struct Stored(Vec<Hash>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[*index as usize])
            .collect())
    }
}

#[test]
fn tlog_tiles_has_the_same_roots_and_proofs_and_judges_alike() {
    let mut stored = Stored(Vec::new());
    let mut leaves: Vec<Digest> = Vec::new();
    let mut roots = vec![hash::EMPTY_ROOT];
    let mut numbers = Numbers(2);
    for size in 1..=600u64 {
        let more = tlog_tiles::stored_hashes(size - 1, &data(size), &stored).unwrap();
        stored.0.extend(more);
        leaves.push(hash::leaf(&data(size)));
        let root = tree::root(leaves.iter().copied());
        roots.push(root);
        assert_eq!(tlog_tiles::tree_hash(size, &stored).unwrap().0, root.0);
        let index = numbers.below(size);
        let path = prove::inclusion(&mut leaves.as_slice(), index, size).unwrap();
        let theirs = tlog_tiles::prove_record(size, index, &stored).unwrap();
        assert_eq!(
            theirs.iter().map(|hash| Digest(hash.0)).collect::<Vec<_>>(),
            path
        );
        // The same question, right and wrong, to both.
        for _ in 0..4 {
            let (asked, among) = (numbers.below(size + 2), numbers.below(size + 2));
            let leaf = leaves[index as usize];
            let ours = check_inclusion(asked, among, &leaf, &path, &root).is_ok();
            let head = Hash(root.0);
            let judged =
                tlog_tiles::check_record(&theirs, among, head, asked, Hash(leaf.0)).is_ok();
            assert_eq!(ours, judged, "{asked} of {among}, true {index} of {size}");
        }
        let old = numbers.below(size) + 1;
        let path = prove::consistency(&mut leaves.as_slice(), old, size).unwrap();
        let theirs = tlog_tiles::prove_tree(size, old, &stored).unwrap();
        assert_eq!(
            theirs.iter().map(|hash| Digest(hash.0)).collect::<Vec<_>>(),
            path
        );
        for _ in 0..4 {
            let (from, to) = (numbers.below(size) + 1, numbers.below(size) + 1);
            let old_root = roots[old as usize];
            let ours = check_consistency((from, &old_root), (to, &root), &path).is_ok();
            let judged =
                tlog_tiles::check_tree(&theirs, to, Hash(root.0), from, Hash(old_root.0)).is_ok();
            assert_eq!(ours, judged, "{from} to {to}, true {old} to {size}");
        }
    }
}

#[test]
fn tlog_tiles_has_the_same_paths() {
    let mut numbers = Numbers(3);
    for round in 0..20_000u64 {
        let size = numbers.below(1 << (1 + round % 30)) + 1;
        for tile in Tile::right_edge(size) {
            let theirs =
                tlog_tiles::Tile::new(8, tile.level, tile.number, tile.width.into(), false);
            let path = theirs.path();
            // Theirs keep the height of a tile in the path, as the checksum database did.
            assert_eq!(path.replacen("tile/8/", "tile/", 1), tile.to_string());
            assert_eq!(named(&tile.to_string()), Some(Named::Tile(tile)));
            assert_eq!(tlog_tiles::Tile::from_path(&path).unwrap(), theirs);
        }
        let (number, width) = (numbers.below(1 << 40), (numbers.below(256) + 1) as u16);
        assert_eq!(
            named(&bundle_path(number, width)),
            Some(Named::Bundle(number, width))
        );
    }
}
