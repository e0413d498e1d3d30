//! The evidence that `examine` leaves: its log, its seals, its kept records, its keys.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarche_evidence::directory::Directory;
use demarche_evidence::entry::{self, Entry};
use demarche_evidence::hash::sha256;
use demarche_evidence::key::SourceKey;
use demarche_evidence::note::VerifierKey;
use demarche_evidence::opening::{Opening, Piece};
use demarche_evidence::policy::Policy;
use demarche_evidence::verify::{self, Outcome, entries::CheckedEntries};
use serde_json::Value;

use crate::bench::{Bench, anchor, files, json, read_records};

/// Reads the log of a case by the key beside it; everything in it must hold.
fn checked(bench: &Bench, case: &str) -> CheckedEntries {
    let key = std::fs::read_to_string(bench.path(&format!("{case}.vkey"))).unwrap();
    let key = VerifierKey::parse(key.trim_end()).unwrap();
    let log = Directory::open(&bench.path(case).join("evidence/log")).unwrap();
    let log = verify::log::check(&log, &Policy::of_logs(vec![key]), &[]);
    assert_eq!(log.faults.outcome(), Outcome::Holds, "{:?}", log.faults);
    let numbered = (0..).zip(log.entries.iter().map(Vec::as_slice));
    let entries = verify::entries::check(numbered, true);
    assert_eq!(
        entries.faults.outcome(),
        Outcome::Holds,
        "{:?}",
        entries.faults
    );
    entries
}

/// What entries conceal, by index and field, each value held against its entry.
fn revealed(case: &Path, entries: &CheckedEntries) -> BTreeMap<(u64, String), Value> {
    let mut values = BTreeMap::new();
    for file in std::fs::read_dir(case.join("evidence/concealed")).unwrap() {
        let path = file.unwrap().path();
        let first: u64 = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for (index, line) in (first..).zip(text.lines()) {
            let object: Value = serde_json::from_str(line).unwrap();
            assert_eq!(entry::canonical(&object).unwrap(), line.as_bytes());
            for (field, it) in object.as_object().unwrap() {
                let salt = it["salt"].as_str().unwrap();
                let salt: Vec<u8> = (0..16)
                    .map(|at| u8::from_str_radix(&salt[2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                let (_, entry) = &entries.entries[usize::try_from(index).unwrap()];
                let salt: [u8; 16] = salt.try_into().unwrap();
                assert!(
                    entry::reveals(&entry.object[field], &salt, &it["value"]),
                    "{index} {field}"
                );
                values.insert((index, field.clone()), it["value"].clone());
            }
        }
    }
    values
}

fn of<'a>(entries: &'a CheckedEntries, kind: &str) -> Vec<(u64, &'a Entry)> {
    let all = entries.entries.iter().map(|(index, entry)| (*index, entry));
    all.filter(|(_, entry)| entry.common.kind == kind).collect()
}

#[test]
fn every_source_is_sealed_span_by_span_and_every_cited_record_is_kept() {
    let bench = Bench::new();
    let logs = anchor("b");
    bench
        .run(&["examine", &logs, "--case", "c", "-q"])
        .ends_with(0);
    let (case, entries) = (bench.path("c"), checked(&bench, "c"));
    let values = revealed(&case, &entries);
    let brief = json(&case.join("brief.json"));
    let accounting = brief["accounting"].as_array().unwrap();
    assert_eq!(entries.sealed.len(), accounting.len());
    for row in accounting {
        let source = row["source"].to_string();
        let (_, sealed) = &entries.sealed[&source];
        assert_eq!(row["spans"], sealed.spans);
        assert_eq!(row["filler_bytes"], sealed.filler_bytes);
        let folder = case.join("evidence/sources").join(&source);
        let key: [u8; 32] = std::fs::read(folder.join("key"))
            .unwrap()
            .try_into()
            .unwrap();
        let list = std::fs::read(folder.join("spans")).unwrap();
        let tiles = std::fs::read(folder.join("tiles")).unwrap();
        let blocks: Vec<_> = tiles
            .chunks(32)
            .take(usize::try_from(sealed.spans / 256).unwrap())
            .map(|hash| demarche_evidence::hash::Digest(hash.try_into().unwrap()))
            .collect();
        let mut bytes = std::fs::File::open(row["path"].as_str().unwrap()).unwrap();
        let key = SourceKey::new(key);
        let faults = verify::source::check(&mut bytes, &list, &key, sealed, Some(&blocks));
        assert_eq!(faults.outcome(), Outcome::Holds, "{faults:?}");
    }
    let mut cited = BTreeSet::new();
    for claim in brief["claims"].as_array().unwrap() {
        for record in claim["records"].as_array().unwrap() {
            cited.insert((
                record["source"].to_string(),
                record["leaf"].as_u64().unwrap(),
            ));
        }
    }
    assert!(!cited.is_empty());
    for (source, leaf) in cited {
        let path = case
            .join("evidence/records")
            .join(&source)
            .join(format!("{leaf}.json"));
        let opening = Opening::parse(&std::fs::read(&path).unwrap()).unwrap();
        let (sealing, sealed) = &entries.sealed[&source];
        assert_eq!(
            (opening.entry, &opening.source, opening.leaf),
            (*sealing, &source, leaf)
        );
        opening.check(sealed).unwrap();
        assert!(matches!(opening.pieces()[..], [Piece::Bytes([b'{', ..])]));
    }
    let claims = of(&entries, "claim.asserted");
    assert_eq!(claims.len(), brief["claims"].as_array().unwrap().len());
    let (index, run) = of(&entries, "analysis.run")[0];
    assert_eq!(run.object["sources"], accounting.len());
    let outputs = values[&(index, "outputs".to_owned())].as_object().unwrap();
    assert!(outputs.contains_key("store/actors.parquet") && outputs.contains_key("exposure.csv"));
    for (path, digest) in outputs {
        let bytes = std::fs::read(case.join(path)).unwrap();
        let sealed = match path.as_str() {
            "brief.json" => {
                let text = String::from_utf8(bytes).unwrap();
                let at = text.rfind(",\n  \"proof\": ").unwrap();
                sha256(&text.as_bytes()[..at])
            }
            _ => sha256(&bytes),
        };
        assert_eq!(*digest, sealed.to_string(), "{path}");
    }
}

#[test]
fn the_brief_prints_what_proves_it_and_says_what_is_not_shown() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(20));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let proof = &json(&bench.path("c/brief.json"))["proof"];
    let checkpoint = std::fs::read_to_string(bench.path("c/evidence/log/checkpoint")).unwrap();
    assert_eq!(proof["checkpoint"], checkpoint);
    assert_eq!(checkpoint.lines().next(), proof["origin"].as_str());
    assert_eq!(
        checkpoint.lines().nth(1).unwrap(),
        proof["size"].to_string()
    );
    let key = std::fs::read_to_string(bench.path("c.vkey")).unwrap();
    assert_eq!(proof["verifier_key"], key.trim_end());
    assert!(key.contains(&format!("+{}+", proof["key_id"].as_str().unwrap())));
    let page = std::fs::read_to_string(bench.path("c/brief.html")).unwrap();
    assert!(page.contains(proof["origin"].as_str().unwrap()) && page.contains("<svg class=\"qr\""));
    for words in [
        "Not shown:",
        "changed or left out before",
        "that a provider wrote",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let printed = bench
        .run(&["examine", "logs", "--case", "d", "-q", "--json"])
        .ends_with(0);
    let printed: Value = serde_json::from_str(&printed.out()).unwrap();
    assert_eq!(printed["proof"], json(&bench.path("d/brief.json"))["proof"]);
}

#[test]
fn adding_seals_what_is_new_and_withdraws_what_no_longer_holds() {
    let bench = Bench::new();
    bench.file("a.jsonl", &read_records(30));
    bench.file("logs/b.jsonl", &read_records(20));
    let tail = ["--case", "c", "-q", "--add"];
    let hostile = ["--hostile", "account=mia@example.org"];
    bench
        .run(&[&["examine", "a.jsonl"][..], &tail[..3], &hostile].concat())
        .ends_with(0);
    let before = checked(&bench, "c");
    let key = std::fs::read(bench.path("c/evidence/sources/1/key")).unwrap();
    // Determinations given replace those of the case: here by none.
    bench.file("none.toml", "");
    let none = ["--determinations", "none.toml"];
    bench
        .run(&[&["examine", "logs"][..], &tail, &none].concat())
        .ends_with(0);
    let after = checked(&bench, "c");
    for (one, two) in before.entries.iter().zip(&after.entries) {
        assert_eq!(one, two, "what the log said stays");
    }
    assert_eq!(
        key,
        std::fs::read(bench.path("c/evidence/sources/1/key")).unwrap()
    );
    assert_eq!(of(&after, "source.received").len(), 2);
    assert_eq!(of(&after, "source.sealed").len(), 2);
    assert_eq!(of(&after, "analysis.run").len(), 2);
    let asserted: BTreeSet<u64> = of(&before, "claim.asserted")
        .iter()
        .map(|(at, _)| *at)
        .collect();
    let withdrawn: BTreeSet<u64> = of(&after, "claim.withdrawn")
        .iter()
        .map(|(_, entry)| entry.object["asserted"].as_u64().unwrap())
        .collect();
    assert!(!asserted.is_empty() && withdrawn.is_subset(&asserted));
    assert_eq!(
        withdrawn, asserted,
        "without the determination nothing of it is said"
    );
    bench
        .run(&[&["examine", "logs"][..], &tail].concat())
        .ends_with(0);
    let again = checked(&bench, "c");
    let new = &again.entries[after.entries.len()..];
    let moved = |entry: &Entry| {
        entry.common.kind.contains("asserted") || entry.common.kind.contains("withdrawn")
    };
    assert!(
        !new.iter().any(|(_, entry)| moved(entry)),
        "nothing moved, nothing is said again"
    );
}

#[test]
fn a_key_of_the_users_own_signs_each_case_under_its_own_name() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(5));
    std::fs::create_dir(bench.path("stick")).unwrap();
    let key = ["--key-file", "stick/ir.key"];
    for case in ["one", "two"] {
        bench
            .run(&[&["examine", "logs", "--case", case, "-q"][..], &key].concat())
            .ends_with(0);
        checked(&bench, case);
    }
    assert!(
        !bench.path("config").exists(),
        "the user's folder is left alone"
    );
    let origin = |case: &str| {
        let proof = json(&bench.path(case).join("brief.json"))["proof"].clone();
        proof["origin"].as_str().unwrap().to_owned()
    };
    assert_ne!(origin("one"), origin("two"));
    let add = ["examine", "logs", "--case", "two", "-q", "--add"];
    let refused = bench.run(&add).ends_with(1);
    assert!(refused.err().contains("--key-file"), "{}", refused.err());
    bench.run(&[&add[..], &key].concat()).ends_with(0);
    bench
        .run(&["examine", "logs", "--case", "three", "-q"])
        .ends_with(0);
    let refused = bench
        .run(
            &[
                &["examine", "logs", "--case", "three", "-q", "--add"][..],
                &key,
            ]
            .concat(),
        )
        .ends_with(1);
    assert!(refused.err().contains("is the key of"), "{}", refused.err());
}

#[cfg(unix)]
#[test]
fn secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(5));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&bench.path("c/evidence/sources/1/key")), 0o600);
    let keys = std::fs::read_dir(bench.path("config/keys")).unwrap();
    let key = keys
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|it| it == "key"))
        .unwrap();
    assert_eq!(mode(&key), 0o600);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let refused = bench
        .run(&["examine", "logs", "--case", "c", "-q", "--add"])
        .ends_with(1);
    assert!(refused.err().contains("chmod 600"), "{}", refused.err());
}

#[test]
fn acquisition_is_sealed_and_printed_and_absent_is_not_stated() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(20));
    bench.file("logs/b.jsonl", &read_records(3));
    let statement = bench.file(
        "acquired.toml",
        "[[acquired]]\npath = \"logs/a.jsonl\"\nwho = \"Ana Silva\"\nwhen = \"2026-04-01T09:00Z\"\n\
         filters = \"none\"\nexpected_records = 21\nwindow_from = \"2026-03-01\"\nwindow_to = \"2026-04-01\"\n",
    );
    let statement = statement.to_str().unwrap();
    bench
        .run(&[
            "examine",
            "logs",
            "--case",
            "c",
            "-q",
            "--acquired",
            statement,
        ])
        .ends_with(0);
    let rows = json(&bench.path("c/brief.json"))["accounting"].clone();
    assert_eq!(rows[0]["acquisition"]["stated"]["who"], "Ana Silva");
    let differs = rows[0]["acquisition"]["differences"][0].as_str().unwrap();
    assert!(
        differs.contains("21 records were expected, 20 are here"),
        "{differs}"
    );
    assert_eq!(rows[1]["acquisition"], Value::Null);
    let page = std::fs::read_to_string(bench.path("c/brief.html")).unwrap();
    assert!(page.contains("acquisition: not stated") && page.contains("Ana Silva"));
    let entries = checked(&bench, "c");
    let stated = of(&entries, "acquisition.stated");
    assert_eq!(stated.len(), 1);
    assert_eq!(stated[0].1.object["source"], "1");
    let values = revealed(&bench.path("c"), &entries);
    let file = values[&(stated[0].0, "file".to_owned())].as_str().unwrap();
    let kept = std::fs::read(bench.path("c/evidence/files").join(file)).unwrap();
    assert_eq!(kept, std::fs::read(statement).unwrap());
    // A later run without the file goes on saying what was stated, and says it only once.
    bench
        .run(&["examine", "logs", "--case", "c", "-q", "--add"])
        .ends_with(0);
    let rows = json(&bench.path("c/brief.json"))["accounting"].clone();
    assert_eq!(rows[0]["acquisition"]["stated"]["who"], "Ana Silva");
    assert_eq!(of(&checked(&bench, "c"), "acquisition.stated").len(), 1);
}

#[test]
fn no_name_and_no_secret_stands_in_an_entry() {
    let bench = Bench::new();
    bench.file("logs/mia.jsonl", &read_records(50));
    let hostile = ["--hostile", "account=mia@example.org"];
    bench
        .run(&[&["examine", "logs", "--case", "c", "-q"][..], &hostile].concat())
        .ends_with(0);
    let all = files(&bench.path("c/evidence"));
    let key = &all["sources/1/key"];
    for (name, bytes) in &all {
        let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        if name.starts_with("log/") {
            for word in ["mia@", "203.0.113.9", "logs/", "m1@example"] {
                assert!(!has(word.as_bytes()), "{word} in {name}");
            }
            // Two letters alone stand among hashes by chance: a session has eight more.
            let session = |window: &[u8]| {
                let named = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
                window.starts_with(b"S-") && window[2..].iter().all(named)
            };
            assert!(!bytes.windows(10).any(session), "a session in {name}");
            let digest = sha256(&std::fs::read(bench.path("logs/mia.jsonl")).unwrap());
            assert!(
                !has(digest.to_string().as_bytes()),
                "hash of the source in {name}"
            );
        }
        assert!(
            name == "sources/1/key" || !has(key),
            "the source's key in {name}"
        );
    }
}
