//! Archives, nested and hostile.

use std::io::Write;

use demarche_store::intake::Taken;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::house::{House, lines};

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn seven_zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let mut writer = sevenz_rust2::ArchiveWriter::new(&mut out).unwrap();
    writer
        .push_archive_entry(sevenz_rust2::ArchiveEntry::new_file(name), Some(bytes))
        .unwrap();
    writer.finish().unwrap();
    out.into_inner()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap()
}

fn summary(taken: &Taken) -> Vec<(String, u64, u64)> {
    taken
        .sources
        .iter()
        .map(|s| {
            let name = s.name.rsplit(['/', '\\']).next().unwrap_or("").to_owned();
            (name, s.records, s.decoded_bytes)
        })
        .collect()
}

#[test]
fn every_packing_is_opened_by_its_first_bytes() {
    let text = lines(0..9);
    let size = text.len() as u64;
    let bytes = text.as_bytes();
    for (name, packed) in [
        ("gz", gz(bytes)),
        ("two-gz", [gz(&bytes[..100]), gz(&bytes[100..])].concat()),
        ("zst", zstd::encode_all(bytes, 1).unwrap()),
        ("bz2", bz2(bytes)),
        ("xz", xz(bytes)),
        ("twice", gz(&bz2(bytes))),
    ] {
        let house = House::new();
        house.write(name, packed);
        assert_eq!(summary(&house.take()), [(name.to_owned(), 9, size)]);
    }
}

#[test]
fn members_are_sources_of_their_own() {
    let text = lines(0..9);
    let size = text.len() as u64;
    let house = House::new();
    let inner = zip(&[("deep.jsonl", text.as_bytes())]);
    house.write(
        "a.zip",
        zip(&[
            ("x.jsonl", text.as_bytes()),
            ("y.gz", &gz(text.as_bytes())),
            ("in.zip", &inner),
        ]),
    );
    house.write("b.7z", seven_zip("z.jsonl", text.as_bytes()));
    house.write("c.zip.gz", gz(&inner));
    let taken = house.take();
    assert_eq!(
        summary(&taken),
        [
            ("a.zip!x.jsonl".to_owned(), 9, size),
            ("a.zip!y.gz".to_owned(), 9, size),
            ("a.zip!in.zip!deep.jsonl".to_owned(), 9, size),
            ("b.7z!z.jsonl".to_owned(), 9, size),
            ("c.zip.gz!deep.jsonl".to_owned(), 9, size),
        ]
    );
    assert_eq!(taken.n_problems, 0, "{:?}", taken.problems);
    for source in &taken.sources[..3] {
        assert!(source.bytes > 0 && source.bytes < size, "packed size");
    }
    assert_eq!(
        taken.sources[0].digests.file_sha256,
        taken.sources[2].digests.file_sha256
    );
    assert_eq!(
        taken.sources[0].digests.decoded_sha256,
        taken.sources[4].digests.decoded_sha256
    );
}

#[test]
fn names_in_archives_are_only_names() {
    let house = House::new();
    house.write(
        "a.zip",
        zip(&[("../../../evil.jsonl", lines(0..2).as_bytes())]),
    );
    let taken = house.take();
    assert!(taken.sources[0].name.ends_with("a.zip!../../../evil.jsonl"));
    assert_eq!(taken.sources[0].records, 2);
    assert!(!house.folder.path().join("evil.jsonl").exists());
    assert!(
        !house
            .folder
            .path()
            .parent()
            .unwrap()
            .join("evil.jsonl")
            .exists()
    );
}

#[test]
fn a_bomb_ends_in_a_problem_while_the_rest_goes_on() {
    let mut house = House::new();
    house.bounds.ratio_from_bytes = 1 << 20;
    house.bounds.ratio_max = 50;
    house.write("a-bomb.gz", gz(&vec![b' '; 8 << 20]));
    house.write("b-bomb.zip", zip(&[("spaces", &vec![b' '; 8 << 20])]));
    house.write("c.jsonl", lines(0..4));
    let taken = house.take();
    assert!(
        taken.sources[0].problem.contains("bomb"),
        "{:?}",
        taken.sources[0]
    );
    assert!(
        taken.sources[1].problem.contains("bomb"),
        "{:?}",
        taken.sources[1]
    );
    assert_eq!(taken.sources.last().unwrap().records, 4);
}

#[test]
fn endless_nesting_ends_in_a_problem() {
    let house = House::new();
    let mut packed = lines(0..4).into_bytes();
    for _ in 0..9 {
        packed = gz(&packed);
    }
    house.write("a.gz", packed);
    house.write("b.jsonl", lines(0..4));
    let taken = house.take();
    assert!(taken.sources[0].problem.contains("packed more than"));
    assert_eq!(taken.sources[1].records, 4);
}

#[test]
fn a_torn_archive_keeps_what_came_out_of_it() {
    let house = House::new();
    let packed = gz(lines(0..5000).as_bytes());
    house.write("a.gz", &packed[..packed.len() - 900]);
    house.write("b.zip", &zip(&[("x", lines(0..90).as_bytes())])[..200]);
    let taken = house.take();
    assert!(taken.sources[0].records > 1000);
    assert!(
        taken.sources[0]
            .problem
            .contains("cannot be read to its end")
    );
    assert!(taken.sources[1].problem.contains("cannot be opened"));
    assert_eq!(taken.n_problems, 2 + taken.sources[0].rejected);
}
