//! Sets with the unified audit log: what opens, and the large one's counts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::event::event::Event;
use demarche_core::event::item::ItemKind;
use demarche_core::event::kind::{Kind, Outcome, Told};

use super::{folder, open};

/// Files of a folder whose names say that they hold a log.
fn logs_of(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && is_log(path))
        .collect();
    paths.sort();
    paths
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy();
    !(name.starts_with("LICENSE") || name.contains("expected.json") || name.ends_with(".yml"))
}

#[test]
fn small_sets_open_whole() {
    let Some(folder) = folder("small_sets_open_whole") else {
        return;
    };
    println!("| file | form | records | rejected |\n|---|---|---|---|");
    let mut faults = Vec::new();
    let sets = [
        "det-eng-samples",
        "elastic_integrations/o365/audit",
        "msticpy",
    ];
    let mut paths: Vec<_> = sets
        .iter()
        .flat_map(|set| logs_of(&folder.join(set)))
        .collect();
    paths.push(folder.join("plaso/microsoft_audit_log.jsonl"));
    for path in paths {
        let opened = open(&path);
        let name = path.strip_prefix(&folder).unwrap().display();
        let (forms, n_rejects) = (opened.forms.join(", "), opened.rejects.len());
        println!("| {name} | {forms} | {} | {n_rejects} |", opened.n_records);
        let whole = opened.n_records > 0
            && opened.n_unknown == 0
            && n_rejects == 0
            && opened.problems.is_empty()
            && opened.events.len() as u64 == opened.n_records;
        if !whole {
            faults.push(format!(
                "{name}: {:?} {:?}",
                opened.rejects, opened.problems
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The first event of each record id, in order.
fn distinct<'a>(events: &'a [Event<'static>]) -> Vec<&'a Event<'static>> {
    let mut seen = BTreeSet::new();
    events
        .iter()
        .filter(|event| !event.marks.salvaged && seen.insert(event.record_id.to_string()))
        .collect()
}

/// The counts of the set's own truth file, which is not complete (semantics §8, vectors 1 and 2).
#[test]
fn the_large_set_has_its_true_counts() {
    let Some(folder) = folder("the_large_set_has_its_true_counts") else {
        return;
    };
    let opened = open(&folder.join("o365_dataset/auditrecords.csv.gz"));
    assert_eq!(opened.n_records, 9_611);
    assert_eq!(opened.forms, ["unified-audit/splunk-csv"]);
    assert_eq!(opened.rejects.len(), 3);
    for reject in &opened.rejects {
        assert!(reject.text.contains("_raw"), "{}", reject.text);
        let names: Vec<&str> = reject
            .salvaged
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(names, ["record_id", "time", "operation", "account"]);
    }
    assert!(opened.problems.is_empty(), "{:?}", opened.problems);
    assert_eq!(opened.events.len(), 9_611);
    let events = distinct(&opened.events);
    assert_eq!(events.len(), 5_373);
    let first = events.iter().map(|event| event.at).min().unwrap();
    let last = events.iter().map(|event| event.at).max().unwrap();
    assert_eq!(first.to_string(), "2021-03-23T15:45:38Z");
    assert_eq!(last.to_string(), "2021-07-20T07:13:06Z");
    copies_read_alike(&opened.events);
    item_access_is_counted(&events);
    sign_ins_are_told_apart(&events);
}

/// Copies of one record read the same, whatever order their keys came in.
fn copies_read_alike(events: &[Event<'static>]) {
    let mut first: BTreeMap<&str, &Event<'_>> = BTreeMap::new();
    for event in events.iter().filter(|event| !event.marks.salvaged) {
        let held = first.entry(&event.record_id).or_insert(event);
        let kept = |event: &Event<'_>| {
            let mut event = event.clone().into_owned();
            event.place = Default::default();
            event
                .details
                .retain(|(name, _)| !name.starts_with("result_"));
            event.details.sort();
            event
        };
        assert_eq!(kept(held), kept(event), "{}", event.record_id);
    }
}

fn item_access_is_counted(events: &[&Event<'static>]) {
    let of = |operation: &'static str| {
        events
            .iter()
            .filter(move |event| event.operation == operation)
    };
    let reads: Vec<_> = of("MailItemsAccessed").collect();
    let binds: Vec<_> = reads
        .iter()
        .filter(|event| event.kind == Kind::ItemsRead)
        .collect();
    let syncs = reads
        .iter()
        .filter(|event| event.kind == Kind::FolderSynced);
    assert_eq!(reads.len(), 318);
    assert_eq!(binds.len(), 288);
    assert_eq!(syncs.clone().count(), 30);
    assert_eq!(
        binds.iter().map(|event| event.items.len()).sum::<usize>(),
        1_026
    );
    assert!(
        binds
            .iter()
            .all(|bind| bind.items_counted == Some(bind.items.len() as u64))
    );
    assert!(reads.iter().all(|event| event.throttled == Told::No));
    assert!(syncs.clone().all(|event| event.items.len() == 1
        && event.items[0].kind == ItemKind::Container
        && !event.items[0].container.is_empty()
        && !event.ties.session.is_empty()));
    let with_session = binds.iter().filter(|bind| !bind.ties.session.is_empty());
    assert_eq!(with_session.count(), 49);
    let background = reads.iter().filter(|event| event.marks.background);
    assert_eq!(background.count(), 205);
    assert_eq!(of("Send").count(), 25);
    assert_eq!(of("New-InboxRule").count(), 4);
    assert_eq!(of("Consent to application.").count(), 30);
}

fn sign_ins_are_told_apart(events: &[&Event<'static>]) {
    let sign_ins: Vec<_> = events
        .iter()
        .filter(|event| event.kind == Kind::SignIn)
        .collect();
    let mut outcomes = BTreeMap::new();
    for event in &sign_ins {
        *outcomes.entry(event.outcome).or_insert(0) += 1;
    }
    assert_eq!(sign_ins.len(), 569);
    assert_eq!(outcomes[&Outcome::Succeeded], 327);
    assert_eq!(outcomes[&Outcome::WrongPassword], 128);
    assert_eq!(outcomes[&Outcome::Locked], 13);
    // A second factor to be enrolled is a step on the way in (decision 0019).
    assert_eq!(outcomes.get(&Outcome::Stopped), None);
    let with_session = sign_ins
        .iter()
        .filter(|event| !event.ties.session.is_empty());
    assert_eq!(with_session.count(), 228);
}
