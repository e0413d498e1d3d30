//! Properties over any input; and the list of attacks names real tests.

use std::fs;
use std::path::Path;

use demarche_evidence::leaf::Kind;
use demarche_evidence::split::{self, Template};
use demarche_evidence::verify::Outcome;
use proptest::prelude::*;

use crate::openings::Sealed;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spans_tile_any_bytes(
        bytes in proptest::collection::vec(any::<u8>(), 1..2000),
        cuts in proptest::collection::btree_set(1usize..2000, 0..60),
        kinds in any::<u64>(),
        flip in any::<proptest::sample::Index>(),
    ) {
        let ends = cuts.into_iter().filter(|cut| *cut < bytes.len()).chain([bytes.len()]);
        let mut from = 0;
        let mut records = Vec::new();
        for (at, end) in ends.enumerate() {
            let kind = if kinds >> (at % 64) & 1 == 1 { Kind::Filler } else { Kind::Record };
            let values = if kind == Kind::Record && end - from > 4 { vec![1..2, 2..4] } else { vec![] };
            records.push((kind, bytes[std::mem::replace(&mut from, end)..end].to_vec(), values));
        }
        let sealed = Sealed::new("1", &records);
        prop_assert_eq!(&sealed.bytes, &bytes);
        prop_assert_eq!(sealed.verify(&bytes), Outcome::Holds);
        let mut flipped = bytes.clone();
        flipped[flip.index(bytes.len())] ^= 1;
        prop_assert_eq!(sealed.verify(&flipped), Outcome::Altered);
    }

    #[test]
    fn cut_and_joined_is_the_same(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ends in proptest::collection::vec(0usize..310, 0..12),
    ) {
        let mut sorted = ends;
        sorted.sort_unstable();
        let ranges: Vec<_> = sorted.as_chunks::<2>().0.iter().map(|[from, to]| *from..*to).collect();
        if let Some(cut) = split::cut(&bytes, &ranges) {
            let template = Template::parse(&cut.template).unwrap();
            let mut joined = Vec::new();
            for (at, piece) in template.pieces().into_iter().enumerate() {
                joined.extend_from_slice(piece);
                joined.extend_from_slice(cut.values.get(at).copied().unwrap_or_default());
            }
            prop_assert_eq!(joined, bytes);
        } else {
            let doubtful = ranges.is_empty()
                || ranges.iter().any(|range| range.is_empty() || range.end > bytes.len());
            prop_assert!(doubtful);
        }
    }
}

#[test]
fn every_test_that_the_list_of_attacks_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut source = String::new();
    let own = ["tests/it", "src", "src/verify", "differential/tests"];
    // What the program makes of this crate is tested there.
    let program = [
        "../demarche/tests/it",
        "../demarche/src/disclose",
        "../demarche/src/evidence",
        "../demarche/src/verify",
        "../demarche-core/src/record",
        "../demarche-store/tests/it",
    ];
    for folder in own.into_iter().chain(program) {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                source.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let list = fs::read_to_string(root.join("ADVERSARIES.md")).unwrap();
    let mut n_named = 0;
    for row in list.lines().filter(|line| line.starts_with("| ")) {
        let cell = row.rsplit(" | ").next().unwrap();
        for name in cell
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.contains('_'))
        {
            if name.contains('/') {
                assert!(root.join(name).is_file(), "{name}");
            } else {
                assert!(
                    source.contains(&format!("fn {name}(")),
                    "no test named {name}"
                );
                n_named += 1;
            }
        }
    }
    assert!(n_named > 80, "{n_named}");
}

/// Files of this crate that a file names by `crate::`.
fn imports(root: &Path, file: &str) -> Vec<String> {
    let text = fs::read_to_string(root.join(file)).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines
        .collect::<Vec<_>>()
        .join(" ")
        .replace("use crate::{", "crate::{");
    let mut found = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = rest
            .strip_prefix('{')
            .and_then(|rest| rest.split('}').next())
            .unwrap_or(rest);
        for name in list
            .split(',')
            .take(if rest.starts_with('{') { 99 } else { 1 })
        {
            let end = |letter: char| !letter.is_ascii_alphanumeric() && letter != '_';
            let name = name.trim_start().split(end).next().unwrap_or_default();
            if root.join(format!("{name}.rs")).is_file() {
                found.push(format!("{name}.rs"));
            }
        }
    }
    found
}

#[test]
fn verifier_imports_no_writer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen: Vec<String> = fs::read_dir(root.join("verify"))
        .unwrap()
        .map(|entry| format!("verify/{}", entry.unwrap().file_name().to_string_lossy()))
        .collect();
    seen.push("verify.rs".into());
    let mut at = 0;
    while at < seen.len() {
        for file in imports(&root, &seen[at]) {
            if !seen.contains(&file) {
                seen.push(file);
            }
        }
        at += 1;
    }
    assert!(
        seen.contains(&"proof.rs".to_owned()) && seen.len() > 12,
        "{seen:?}"
    );
    for writer in [
        "case_log",
        "directory",
        "disclose",
        "pack",
        "random",
        "seal",
        "sign",
        "witness",
    ] {
        assert!(
            !seen.contains(&format!("{writer}.rs")),
            "the verifier reaches {writer}: {seen:?}"
        );
    }
}
