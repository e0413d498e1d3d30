//! Tiles: paths, widths, and proofs that are taken from them.

use std::collections::BTreeMap;

use demarche_evidence::hash::{self, Digest};
use demarche_evidence::proof::{check_consistency, check_inclusion};
use demarche_evidence::tile::{self, Files as _, FilesMut as _, Tile, TileNodes, WIDTH};
use demarche_evidence::{prove, tree};

/// Writes the tiles of every level for a tree over these leaves, partial ones for its size.
fn written(leaves: &[Digest]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut level_hashes = leaves.to_vec();
    for level in 0..8 {
        for (number, hashes) in level_hashes.chunks(WIDTH as usize).enumerate() {
            let tile = Tile {
                level,
                number: number as u64,
                width: hashes.len() as u16,
            };
            let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
            files.write(&tile.to_string(), &bytes).unwrap();
        }
        let full = level_hashes.chunks_exact(WIDTH as usize);
        level_hashes = full
            .map(|hashes| tree::root(hashes.iter().copied()))
            .collect();
    }
    files
}

#[test]
fn paths_are_those_of_the_specification() {
    let full = Tile {
        level: 3,
        number: 1_234_067,
        width: 256,
    };
    assert_eq!(full.to_string(), "tile/3/x001/x234/067");
    let partial = Tile {
        level: 0,
        number: 0,
        width: 7,
    };
    assert_eq!(partial.to_string(), "tile/0/000.p/7");
    assert_eq!(tile::bundle_path(999, 256), "tile/entries/999");
    assert_eq!(tile::bundle_path(1000, 1), "tile/entries/x001/000.p/1");
}

/// The worked example of C2SP tlog-tiles, "Partial Tiles".
#[test]
fn widths_are_those_of_the_specification() {
    let edge: Vec<Tile> = Tile::right_edge(70_000).collect();
    let expected = [(0, 273, 112), (1, 1, 17), (2, 0, 1)];
    let expected = expected.map(|(level, number, width)| Tile {
        level,
        number,
        width,
    });
    assert_eq!(edge, expected);
    assert_eq!(Tile::of(0, 272, 70_000).unwrap().width, 256);
    assert_eq!(Tile::of(0, 274, 70_000), None);
    let edge: Vec<Tile> = Tile::right_edge(256).collect();
    let expected = [(0, 0, 256), (1, 0, 1)].map(|(level, number, width)| Tile {
        level,
        number,
        width,
    });
    assert_eq!(edge, expected);
    assert_eq!(Tile::right_edge(0).count(), 0);
    assert_eq!(Tile::right_edge(u64::MAX).count(), 8);
}

#[test]
fn proofs_taken_from_tiles_equal_proofs_from_leaves() {
    let leaves: Vec<Digest> = (0..66_000u32)
        .map(|i| hash::leaf(&i.to_be_bytes()))
        .collect();
    for size in [
        1u64, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 66_000,
    ] {
        let leaves = &leaves[..size as usize];
        let files = written(leaves);
        let mut nodes = TileNodes::new(&files, size);
        let root = prove::root(&mut nodes, size).unwrap();
        assert_eq!(root, tree::root(leaves.iter().copied()), "{size}");
        for index in [0, size / 3, size - 1] {
            let path = prove::inclusion(&mut nodes, index, size).unwrap();
            check_inclusion(index, size, &leaves[index as usize], &path, &root).unwrap();
        }
        for old in [1, size / 2 + 1, size] {
            let path = prove::consistency(&mut nodes, old, size).unwrap();
            let old_root = prove::root(&mut nodes, old).unwrap();
            assert_eq!(old_root, tree::root(leaves[..old as usize].iter().copied()));
            check_consistency((old, &old_root), (size, &root), &path).unwrap();
        }
    }
}

#[test]
fn missing_and_corrupted_tiles_are_noticed() {
    let leaves: Vec<Digest> = (0..600u32).map(|i| hash::leaf(&i.to_be_bytes())).collect();
    let mut files = written(&leaves);
    let good = prove::root(&mut TileNodes::new(&files, 600), 600).unwrap();
    files.get_mut("tile/0/002.p/88").unwrap()[5] ^= 1;
    assert_ne!(
        prove::root(&mut TileNodes::new(&files, 600), 600).unwrap(),
        good
    );
    files.get_mut("tile/0/002.p/88").unwrap().pop();
    assert!(prove::root(&mut TileNodes::new(&files, 600), 600).is_err());
    files.remove("tile/0/002.p/88");
    assert!(prove::root(&mut TileNodes::new(&files, 600), 600).is_err());
}

#[test]
fn full_tile_stands_in_for_a_removed_partial_one() {
    let leaves: Vec<Digest> = (0..256u32).map(|i| hash::leaf(&i.to_be_bytes())).collect();
    let files = written(&leaves);
    let old = prove::root(&mut TileNodes::new(&files, 100), 100).unwrap();
    assert_eq!(old, tree::root(leaves[..100].iter().copied()));
}

#[test]
fn bundles_are_cut_exactly() {
    let mut bundle = Vec::new();
    for entry in [&b"one"[..], b"", &[7; 65_535]] {
        assert!(tile::push_entry(&mut bundle, entry));
    }
    assert!(
        !tile::push_entry(&mut bundle, &[0; 65_536]),
        "entry above 65,535 bytes"
    );
    let entries = tile::entries(&bundle, 3).unwrap();
    assert_eq!(
        (entries[0], entries[1].len(), entries[2].len()),
        (&b"one"[..], 0, 65_535)
    );
    assert_eq!(tile::entries(&bundle, 2), None);
    assert_eq!(tile::entries(&bundle, 4), None);
    assert_eq!(tile::entries(&bundle[..bundle.len() - 1], 3), None);
    bundle.push(0);
    assert_eq!(tile::entries(&bundle, 3), None);
}

#[test]
fn files_above_the_limit_are_not_read() {
    let mut files = BTreeMap::new();
    files.write("checkpoint", &[0; 100]).unwrap();
    assert!(files.read("checkpoint", 99).is_err());
    assert_eq!(files.read("checkpoint", 100).unwrap().unwrap().len(), 100);
    assert_eq!(files.read("other", 100).unwrap(), None);
}
