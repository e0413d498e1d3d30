//! Files of a case decoded again: the same sources, the same bytes.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;

use sha2::Digest as _;

use demarche_store::intake::again::{Heard, decode, member_of, ranges};

use crate::house::{House, lines};

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn what_is_heard_again_is_what_intake_took() {
    let house = House::new();
    let (one, two) = (lines(0..3000), lines(0..5));
    let inner = zipped(&[("two.jsonl", two.as_bytes())]);
    let members = [
        ("one.jsonl", one.as_bytes()),
        ("inner.zip", inner.as_slice()),
    ];
    let path = house.write("all.zip", zipped(&members));
    let taken = house.take_paths(std::slice::from_ref(&path));
    let mut heard = Vec::new();
    decode(&path, &house.case(), &mut |said| {
        match said {
            Heard::Begin(member) => heard.push((member.to_owned(), Vec::new(), [0; 32])),
            Heard::Block(block) => heard.last_mut().unwrap().1.extend_from_slice(block),
            Heard::End { digests, problem } => {
                assert_eq!(problem, "");
                heard.last_mut().unwrap().2 = digests.decoded_sha256;
            }
        }
        ControlFlow::Continue(())
    });
    assert_eq!(heard.len(), 2);
    for (source, (member, bytes, digest)) in taken.sources.iter().zip(&heard) {
        assert_eq!(member_of(&source.name, &source.path), member);
        assert_eq!(source.digests.decoded_sha256, *digest);
        assert_eq!(source.decoded_bytes, bytes.len() as u64);
    }
    assert_eq!(heard[0].1, one.as_bytes());
    assert_eq!(heard[1].1, two.as_bytes());
}

#[test]
fn ranges_of_packed_and_plain_files_are_the_same_bytes() {
    let house = House::new();
    let text = lines(0..9000);
    let bytes = text.as_bytes();
    let packed = house.write(
        "a.zip",
        zipped(&[("x.jsonl", b"no\n"), ("x.jsonl2", bytes)]),
    );
    let plain = house.write("a.jsonl", bytes);
    let length = bytes.len() as u64;
    assert!(length > 2 << 20, "longer than several blocks");
    let wanted = vec![0..1, 5..700_000, 700_000..700_001, length - 9..length + 50];
    let expected: Vec<u8> = wanted
        .iter()
        .flat_map(|range| &bytes[range.start as usize..range.end.min(length) as usize])
        .copied()
        .collect();
    let taken = house.take_paths(&[plain.clone(), packed.clone()]);
    let digest: [u8; 32] = sha2::Sha256::digest(bytes).into();
    assert_eq!(taken.sources[0].digests.decoded_sha256, digest);
    assert_eq!(taken.sources[0].digests.file_sha256, digest);
    assert_eq!(taken.sources[2].digests.decoded_sha256, digest);
    assert_ne!(taken.sources[2].digests.file_sha256, digest);
    for (path, place) in [(packed, 1), (plain, 0)] {
        let mut got = Vec::new();
        let wanted = BTreeMap::from([(place, wanted.clone())]);
        ranges(&path, &wanted, &house.case(), &mut |of, piece| {
            assert_eq!(of, place);
            got.extend_from_slice(piece);
        })
        .unwrap();
        assert!(got == expected, "{}", path.display());
    }
}
