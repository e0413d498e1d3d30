//! Files that are no log, cannot be read, or hold records beyond the bound.

use std::fs;

use demarche_core::record::cut::RECORD_BYTES_MAX;
use demarche_store::error::ErrorKind;
use demarche_store::intake::progress::Silent;
use demarche_store::intake::sealing::Unsealed;
use demarche_store::intake::take;

use crate::house::{House, lines, record};

#[test]
fn unknown_files_are_listed_and_wholly_accounted() {
    let house = House::new();
    house.write("a.txt", "hello\nworld, this is no log\n");
    house.write("b.bin", [0, 1, 2, 255].repeat(50_000));
    house.write("c.json", r#"{"some":"thing","else":[1,2]}"#);
    house.write("d.empty", "");
    let taken = house.take();
    assert_eq!(taken.n_problems, 0);
    for source in &taken.sources {
        assert!(source.card.is_none(), "{}", source.name);
        assert_eq!(source.filler_bytes, source.decoded_bytes);
        assert_eq!(source.records, 0);
    }
    assert_eq!(
        taken.sources[1].spans, 4,
        "200,000 bytes in spans of 64 KiB"
    );
}

#[test]
fn a_path_that_is_not_there_stops_the_run() {
    let house = House::new();
    let missing = house.logs().join("missing");
    let error = take(
        &[missing],
        &house.options(),
        &mut Unsealed::default(),
        &Silent,
    )
    .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NoSuchPath);
}

#[cfg(unix)]
#[test]
fn links_and_special_files_are_named_and_the_rest_goes_on() {
    let house = House::new();
    house.write("sub/a.jsonl", lines(0..3));
    std::os::unix::fs::symlink(house.logs(), house.logs().join("sub/round")).unwrap();
    std::os::unix::fs::symlink("nowhere", house.logs().join("sub/dangling")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(house.logs().join("sub/socket")).unwrap();
    let taken = house.take();
    assert_eq!(taken.sources.len(), 4);
    assert_eq!(taken.sources[0].records, 3);
    let problems: Vec<&str> = taken.sources.iter().map(|s| s.problem.as_str()).collect();
    assert!(problems[1].contains("cannot be read"), "{problems:?}");
    assert!(problems[2].contains("link to a folder"), "{problems:?}");
    assert!(problems[3].contains("no ordinary file"), "{problems:?}");
    let rejects = fs::read_to_string(house.case().join("rejects.jsonl")).unwrap();
    assert_eq!(rejects.lines().count(), 3);
}

#[test]
fn the_case_itself_is_no_source() {
    let house = House::new();
    house.write("a.jsonl", lines(0..3));
    fs::write(house.case().join("old.jsonl"), lines(0..3)).unwrap();
    let taken = house.take_paths(&[house.folder.path().to_owned()]);
    assert_eq!(taken.sources.len(), 1);
}

#[test]
fn bytes_that_are_no_text_are_repaired_for_reading_alone() {
    let house = House::new();
    let mut bytes = lines(0..3).into_bytes();
    let at = bytes.windows(5).position(|w| w == b"Inbox").unwrap();
    bytes[at] = 0xFF;
    house.write("a.jsonl", &bytes);
    let taken = house.take();
    assert!(taken.sources[0].repaired);
    assert_eq!(taken.sources[0].records, 3);
    assert_eq!(taken.sources[0].rejected, 0);
}

#[test]
fn a_broken_record_is_rejected_and_named_without_its_content() {
    let house = House::new();
    let cut = &record(7, "ana@example.org", 7)[..300];
    house.write(
        "a.jsonl",
        format!("{}\n{cut}\n{}\n", record(1, "a@x", 1), record(2, "a@x", 2)),
    );
    let (settled, events) = house.settle();
    let source = &settled.sources[0];
    assert_eq!(
        (source.records, source.distinct, source.rejected),
        (3, 2, 1)
    );
    assert!(events.len() >= 2);
    let rejects = fs::read_to_string(house.case().join("rejects.jsonl")).unwrap();
    assert_eq!(rejects.lines().count(), 1, "{rejects}");
    assert!(rejects.contains("\"leaf\":1,"), "{rejects}");
}

#[test]
fn a_record_beyond_the_bound_is_filler_and_a_problem() {
    let house = House::new();
    let mut long = record(1, "ana@example.org", 1);
    let padding = RECORD_BYTES_MAX + 1 - long.len() - r#","Pad":"""#.len();
    long.truncate(long.len() - 1);
    long.push_str(r#","Pad":""#);
    long.extend(std::iter::repeat_n('x', padding));
    long.push_str("\"}");
    assert_eq!(long.len(), RECORD_BYTES_MAX + 1);
    let text = format!("{}\n{long}\n{}\n", record(2, "a@x", 2), record(3, "a@x", 3));
    house.write("a.jsonl", &text);
    let taken = house.take();
    let source = &taken.sources[0];
    assert_eq!((source.records, source.rejected), (2, 0));
    assert_eq!(source.filler_bytes, RECORD_BYTES_MAX as u64 + 2);
    assert_eq!(taken.n_problems, 1);
    assert!(
        taken.problems[0].text.contains("67108866"),
        "{:?}",
        taken.problems
    );
    assert_eq!(taken.problems[0].place.leaf, 1);
    assert_eq!(
        taken.problems[0].place.offset,
        record(2, "a@x", 2).len() as u64 + 1
    );
}

#[test]
fn a_record_of_the_bound_is_read() {
    let house = House::new();
    let mut long = record(1, "ana@example.org", 1);
    let padding = RECORD_BYTES_MAX - long.len() - r#","Pad":"""#.len();
    long.truncate(long.len() - 1);
    long.push_str(r#","Pad":""#);
    long.extend(std::iter::repeat_n('x', padding));
    long.push_str("\"}");
    house.write("a.jsonl", format!("{}\n{long}", record(2, "a@x", 2)));
    let taken = house.take();
    assert_eq!((taken.sources[0].records, taken.n_problems), (2, 0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_clear_error() {
    let house = House::new();
    house.write(
        "a.jsonl",
        format!("{}\n{{\"no\":1}}\n", record(1, "a@x", 1)),
    );
    std::os::unix::fs::symlink("/dev/full", house.case().join("rejects.jsonl")).unwrap();
    let paths = [house.logs()];
    let error = take(&paths, &house.options(), &mut Unsealed::default(), &Silent).unwrap_err();
    assert_eq!(error.kind, ErrorKind::DiskFull, "{error}");
    assert!(error.hint.contains("free space"));
}
