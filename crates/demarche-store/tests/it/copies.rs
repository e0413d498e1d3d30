//! Copies of one record: duplicates and conflicts do not depend on order.

use crate::house::{House, record, record_from};

/// Accounting of the sources, events kept, and events marked.
type Outcome = (Vec<(String, u64, u64, u64)>, usize, usize);

/// What comes of files that are given in some order.
fn outcome(files: &[(&str, String)], order: &[usize]) -> Outcome {
    let house = House::new();
    let paths: Vec<_> = order
        .iter()
        .map(|n| house.write(files[*n].0, &files[*n].1))
        .collect();
    let (settled, events) = house.settle_paths(&paths);
    let mut sums: Vec<_> = settled
        .sources
        .iter()
        .map(|s| {
            (
                s.name.rsplit('/').next().unwrap_or("").to_owned(),
                s.records,
                s.rejected,
                s.conflicting,
            )
        })
        .collect();
    sums.sort();
    let marked = events
        .iter()
        .filter(|event| event.marks.conflicting)
        .count();
    (sums, events.len(), marked)
}

#[test]
fn a_copy_is_a_duplicate_and_a_contradiction_is_kept_twice() {
    let files = [
        (
            "a",
            record(1, "ana@example.org", 1) + "\n" + &record(2, "ana@example.org", 2),
        ),
        ("b", record(1, "Ana@Example.org", 1)),
        ("c", record_from(2, "ana@example.org", 2, "198.51.100.7")),
    ];
    let expected = outcome(&files, &[0, 1, 2]);
    assert_eq!(
        expected.1, 3,
        "one duplicate dropped, both contradictions kept"
    );
    assert_eq!(expected.2, 2);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(outcome(&files, &order), expected);
    }
}

#[test]
fn the_first_source_keeps_the_copy() {
    let house = House::new();
    let one = house.write("z", record(1, "ana@example.org", 1));
    let two = house.write("a", record(1, "ana@example.org", 1));
    let (settled, events) = house.settle_paths(&[one, two]);
    assert_eq!(events[0].place.source.0, 1);
    assert_eq!(
        (settled.sources[0].distinct, settled.sources[0].duplicates),
        (1, 0)
    );
    assert_eq!(
        (settled.sources[1].distinct, settled.sources[1].duplicates),
        (0, 1)
    );
}

#[test]
fn an_absent_field_contradicts_nothing() {
    let full = record(1, "ana@example.org", 1);
    let poorer = full.replace(r#""ClientIPAddress":"203.0.113.9","#, "");
    let house = House::new();
    let one = house.write("a", poorer);
    let two = house.write("b", full);
    let (settled, events) = house.settle_paths(&[one, two]);
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].address, "203.0.113.9",
        "the copy with more fields is kept"
    );
    assert_eq!(settled.sources[0].duplicates, 1);
}

#[test]
fn conflicts_are_named() {
    let house = House::new();
    house.write("a", record_from(2, "ana@example.org", 2, "192.0.2.1"));
    house.write("b", record_from(2, "ana@example.org", 2, "192.0.2.2"));
    let (settled, _) = house.settle();
    assert_eq!(settled.conflicts.len(), 1);
    assert!(
        settled.conflicts[0].text.contains("1/0"),
        "{:?}",
        settled.conflicts
    );
    let rejects = std::fs::read_to_string(house.case().join("rejects.jsonl")).unwrap();
    assert!(
        rejects.starts_with(r#"{"kind":"conflicting","source":2,"#),
        "{rejects}"
    );
}

#[test]
fn records_without_an_id_are_never_copies() {
    let bare = record(1, "ana@example.org", 1)
        .replace(r#""Id":"00000000-0000-4000-8000-000000000001","#, "");
    let house = House::new();
    house.write(
        "a",
        format!("{}\n{bare}\n{bare}\n", record(9, "ana@example.org", 1)),
    );
    let (settled, _) = house.settle();
    let source = &settled.sources[0];
    assert_eq!(source.duplicates, 0);
    assert_eq!(source.records, source.distinct + source.rejected);
}
