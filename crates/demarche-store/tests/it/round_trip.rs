//! What is taken in comes back as it was, in order, in bounded runs.

use std::path::PathBuf;

use demarche_core::event::event::Event;
use demarche_core::event::item::Item;
use demarche_store::scan::Store;

use crate::house::{House, lines, record};

fn standing(event: &Event<'_>) -> (i64, u32, u64) {
    (event.at.micros, event.place.source.0, event.place.leaf)
}

#[test]
fn events_come_back_as_they_were() {
    let house = House::new();
    house.write("a.jsonl", lines(0..500));
    house.write("b/c.jsonl", lines(400..900));
    let (settled, mut expected) = house.settle();
    assert_eq!(settled.events, 900);
    assert_eq!(settled.items, 900);
    assert_eq!(
        settled
            .sources
            .iter()
            .map(|s| (s.distinct, s.duplicates))
            .collect::<Vec<_>>(),
        [(500, 0), (400, 100)]
    );
    let store = Store::open(&house.case()).unwrap();
    assert_eq!((store.events(), store.items()), (900, 900));
    assert_eq!(store.identities().len(), 7);
    let keys: Vec<&str> = store.identities().iter().map(String::as_str).collect();
    let mut found = Vec::new();
    store
        .replay(&keys, &mut |event| found.push(event.clone().into_owned()))
        .unwrap();
    assert!(found.is_sorted_by_key(standing));
    expected.sort_by_key(standing);
    assert_eq!(found, expected);
    let mut all = 0;
    store.all(&mut |event| all += event.items.len()).unwrap();
    assert_eq!(all, 900);
}

#[test]
fn what_is_folded_lacks_single_ids_and_nothing_else() {
    let house = House::new();
    house.write("a.jsonl", lines(0..300));
    house.settle();
    let store = Store::open(&house.case()).unwrap();
    let keys: Vec<&str> = store.identities().iter().map(String::as_str).collect();
    let mut whole = Vec::new();
    let mut keep = |event: &Event<'_>| {
        let mut event = event.clone().into_owned();
        assert!(!event.record_id.is_empty() && !event.items[0].id.is_empty());
        (event.record_id, event.ties.correlation) = Default::default();
        for item in &mut event.items {
            *item = Item {
                kind: item.kind,
                rows: item.rows,
                ..Item::default()
            };
        }
        whole.push(event);
    };
    store.replay(&keys, &mut keep).unwrap();
    let accounts: Vec<&[&str]> = keys.chunks(1).collect();
    // One account of two keys is merged, the others are read in the order of their files.
    for accounts in [accounts, vec![&keys[..2], &keys[2..3], &keys[3..]]] {
        let mut folded = Vec::new();
        store
            .accounts(&accounts, &mut |_, event| {
                folded.extend(event.map(|event| event.clone().into_owned()));
            })
            .unwrap();
        folded.sort_by_key(standing);
        assert_eq!(folded, whole);
    }
}

#[test]
fn one_key_and_single_places_are_found() {
    let house = House::new();
    house.write("a.jsonl", lines(0..300));
    house.settle();
    let store = Store::open(&house.case()).unwrap();
    let mut found = Vec::new();
    store
        .replay(&["user3@example.org", "nobody@example.org"], &mut |event| {
            assert_eq!(event.actor.key(), "user3@example.org");
            found.push(event.place);
        })
        .unwrap();
    assert_eq!(found.len() as u64, store.events_of("user3@example.org"));
    let wanted = [found[1], found[5]];
    let mut again = Vec::new();
    store
        .at(&wanted, &mut |event| again.push(event.place))
        .unwrap();
    assert_eq!(again, wanted);
}

#[test]
fn a_store_of_another_version_is_refused() {
    let house = House::new();
    house.write("a.jsonl", lines(0..3));
    house.settle();
    let path = house.case().join("store").join("events-03.parquet");
    std::fs::write(&path, b"no parquet").unwrap();
    let error = Store::open(&house.case()).unwrap_err();
    assert!(error.cause.contains("events-03.parquet"), "{error}");
    assert!(!error.hint.is_empty());
}

#[test]
fn the_same_logs_give_the_same_bytes_and_a_rerun_replaces_a_killed_one() {
    let (one, two) = (House::new(), House::new());
    for house in [&one, &two] {
        house.write("a.jsonl", lines(0..200));
    }
    // The first run dies after intake, half its files torn.
    drop(two.take());
    let spill = two.case().join("spill");
    std::fs::write(spill.join("rows-03"), b"\x10\0\0\0torn").unwrap();
    std::fs::write(spill.join("copies-000"), b"torn").unwrap();
    std::fs::create_dir_all(two.case().join("store")).unwrap();
    std::fs::write(two.case().join("store/events-99.parquet"), b"half").unwrap();
    one.settle();
    two.settle();
    assert_eq!(one.store_bytes(), two.store_bytes());
    assert!(!spill.exists());
}

#[test]
fn records_in_any_frame_are_the_same_records() {
    let records: Vec<String> = (0..5).map(|id| record(id, "ana@example.org", id)).collect();
    let csv = records.iter().fold(
        String::from("CreationDate,UserIds,Operations,AuditData\r\n"),
        |csv, record| {
            let cell = record.replace('"', "\"\"");
            csv + &format!("2026-03-02,ana@example.org,MailItemsAccessed,\"{cell}\"\r\n")
        },
    );
    let utf16: Vec<u8> = format!("\u{FEFF}{csv}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let frames: [(&str, Vec<u8>); 7] = [
        ("lines", records.join("\n").into_bytes()),
        (
            "array",
            format!("[\r\n  {}\r\n]", records.join(",\r\n  ")).into_bytes(),
        ),
        ("concatenated", records.concat().into_bytes()),
        (
            "mark",
            format!("\u{FEFF}{}", records.join("\n\n")).into_bytes(),
        ),
        ("csv", csv.into_bytes()),
        ("utf16", utf16),
        (
            "strings",
            format!(
                "[{}]",
                records
                    .iter()
                    .map(|r| quoted(r))
                    .collect::<Vec<_>>()
                    .join(",")
            )
            .into_bytes(),
        ),
    ];
    for (name, bytes) in frames {
        let house = House::new();
        house.write(name, &bytes);
        let (settled, events) = house.settle();
        let source = &settled.sources[0];
        assert_eq!(
            (source.records, source.distinct, source.rejected),
            (5, 5, 0),
            "{name}"
        );
        assert_eq!(source.decoded_bytes, bytes.len() as u64);
        assert_eq!(events.len(), 5, "{name}");
        assert!(events.iter().all(|event| event.items.len() == 1), "{name}");
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The counts that the real set's truth file states; needs a copy of the set.
#[test]
fn the_real_set_adds_up() {
    let Some(sets) = std::env::var_os("DEMARCHE_DATASETS") else {
        println!("skipped: DEMARCHE_DATASETS is not set");
        return;
    };
    let path = PathBuf::from(sets).join("o365_dataset/auditrecords.csv.gz");
    let house = House::new();
    let (settled, events) = house.settle_paths(&[path]);
    let source = &settled.sources[0];
    assert_eq!(source.records, 9_611);
    assert_eq!(source.distinct, 5_373);
    assert_eq!(source.duplicates, 4_235);
    assert_eq!(source.rejected, 3);
    assert_eq!(source.conflicting, 0);
    assert_eq!(source.decoded_bytes, 38_886_358);
    let store = Store::open(&house.case()).unwrap();
    assert_eq!(store.events(), events.len() as u64);
    for key in store.identities() {
        let mut n = 0;
        store.replay(&[key], &mut |_| n += 1).unwrap();
        assert_eq!(n, store.events_of(key));
    }
}
