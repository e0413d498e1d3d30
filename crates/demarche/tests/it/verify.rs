//! `demarche verify`: honest cases hold, one changed bit is 1, a removed file is 3.

use std::path::{Path, PathBuf};

use crate::bench::{Bench, anchor};

/// A case made from anchor case b, in a folder of its own.
fn case() -> Bench {
    let bench = Bench::new();
    let logs = anchor("b");
    bench
        .run(&["examine", &logs, "--case", "c", "-q"])
        .ends_with(0);
    bench
}

/// The exit code of a run.
fn code(bench: &Bench, arguments: &[&str]) -> i32 {
    bench.run(arguments).code()
}

/// All files below a folder, sorted.
fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn honest_case_holds_and_prints_three_lines() {
    let bench = case();
    let run = bench.run(&["verify", "c", "--key", "c.vkey"]);
    let text = run.ends_with(0).out();
    for line in [
        "bytes      unaltered since intake",
        "log        consistent with the checkpoints given",
        "judgement  not re-run",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("is true\n"), "{text}");
}

#[test]
fn judgement_is_run_again_with_the_same_result() {
    let bench = case();
    let run = bench.run(&["verify", "c", "--key", "c.vkey", "--rejudge"]);
    let text = run.ends_with(0).out();
    assert!(
        text.contains("judgement  re-run with the same result"),
        "{text}"
    );
}

#[test]
fn changed_bit_anywhere_under_evidence_is_altered_and_a_removed_file_undecided() {
    let bench = case();
    let evidence = bench.path("c").join("evidence");
    let files = below(&evidence);
    assert!(files.len() > 10);
    let mut n_flips = 0;
    for path in files {
        let good = std::fs::read(&path).unwrap();
        // An empty file has no bit to change.
        let step = (good.len() / 6).max(1);
        for (round, at) in (0..good.len())
            .step_by(step)
            .chain(good.len().checked_sub(1))
            .enumerate()
        {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << ((at + round) % 8);
            std::fs::write(&path, &flipped).unwrap();
            let code = code(&bench, &["verify", "c", "--key", "c.vkey"]);
            assert_eq!(code, 1, "{} byte {at}", path.display());
            n_flips += 1;
        }
        std::fs::remove_file(&path).unwrap();
        let code = code(&bench, &["verify", "c", "--key", "c.vkey"]);
        assert_eq!(
            code,
            if good.is_empty() { 0 } else { 3 },
            "{} removed",
            path.display()
        );
        std::fs::write(&path, &good).unwrap();
    }
    println!("{n_flips} bits flipped");
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 0);
}

#[test]
fn stray_file_in_evidence_and_altered_output_are_altered() {
    let bench = case();
    let case = bench.path("c");
    let stray = case.join("evidence/notes.txt");
    std::fs::write(&stray, "x").unwrap();
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 1);
    std::fs::remove_file(&stray).unwrap();
    let stray = case.join("store/zzz.parquet");
    std::fs::write(&stray, "x").unwrap();
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 1);
    std::fs::remove_file(&stray).unwrap();
    let table = case.join("exposure.csv");
    let good = std::fs::read(&table).unwrap();
    std::fs::write(&table, [&good[..], b"x"].concat()).unwrap();
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 1);
    std::fs::remove_file(&table).unwrap();
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 3);
    std::fs::write(&table, &good).unwrap();
    assert_eq!(code(&bench, &["verify", "c", "--key", "c.vkey"]), 0);
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (path, name) = {
            let entry = entry.unwrap();
            (entry.path(), entry.file_name())
        };
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            std::fs::copy(path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn sources_are_found_by_hash_and_what_is_gone_or_changed_is_told_apart() {
    let bench = Bench::new();
    copy(Path::new(&anchor("b")), &bench.path("logs"));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    std::fs::rename(bench.path("logs"), bench.path("moved")).unwrap();
    let verify = ["verify", "c", "--key", "c.vkey"];
    let text = bench.run(&verify).ends_with(3).out();
    assert!(text.contains("is not here"), "{text}");
    let with = [&verify[..], &["--sources", "moved"]].concat();
    bench.run(&with).ends_with(0);
    let text = bench
        .run(&[&with[..], &["--rejudge"]].concat())
        .ends_with(3)
        .out();
    assert!(text.contains("could not be re-run"), "{text}");
    std::fs::rename(bench.path("moved"), bench.path("logs")).unwrap();
    let source = below(&bench.path("logs")).remove(0);
    let good = std::fs::read(&source).unwrap();
    let mut flipped = good.clone();
    flipped[10] ^= 1;
    let longer = [&good[..], b"x"].concat();
    let shorter = good[..good.len() / 2].to_vec();
    for bytes in [flipped, longer, shorter] {
        std::fs::write(&source, bytes).unwrap();
        bench.run(&verify).ends_with(1);
    }
}

#[test]
fn older_checkpoints_name_rollback_and_fork() {
    let bench = Bench::new();
    copy(Path::new(&anchor("b")), &bench.path("logs"));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    copy(&bench.path("c"), &bench.path("before"));
    copy(Path::new(&anchor("d")), &bench.path("more"));
    bench
        .run(&["examine", "more", "--case", "c", "--add", "-q"])
        .ends_with(0);
    let checkpoint = |case: &str| bench.path(case).join("evidence/log/checkpoint");
    std::fs::copy(checkpoint("before"), bench.path("older.txt")).unwrap();
    std::fs::copy(checkpoint("c"), bench.path("newer.txt")).unwrap();
    let verify = |case: &str, given: &str| {
        bench.run(&["verify", case, "--key", "c.vkey", "--checkpoint", given])
    };
    verify("c", "older.txt").ends_with(0);
    let text = verify("before", "newer.txt").ends_with(1).out();
    assert!(text.contains("rollback"), "{text}");
    let text = bench
        .run(&["verify", "c", "--key", "c.vkey", "--rejudge"])
        .ends_with(0)
        .out();
    assert!(text.contains("re-run with the same result"), "{text}");
}

#[test]
fn keys_come_from_outside_only() {
    let bench = case();
    let inside = bench.path("c").join("key.txt");
    std::fs::copy(bench.path("c.vkey"), &inside).unwrap();
    let inside = inside.to_string_lossy().into_owned();
    assert_eq!(code(&bench, &["verify", "c", "--key", &inside]), 2);
    assert_eq!(code(&bench, &["verify", "c"]), 2);
    assert_eq!(code(&bench, &["verify", "c", "--key", "no key"]), 2);
    let other = Bench::new();
    let logs = anchor("d");
    other
        .run(&["examine", &logs, "--case", "o", "-q"])
        .ends_with(0);
    let other = other.path("o.vkey").to_string_lossy().into_owned();
    let text = bench
        .run(&["verify", "c", "--key", &other])
        .ends_with(3)
        .out();
    assert!(text.contains("log        cannot decide"), "{text}");
    assert_eq!(code(&bench, &["verify", "nothing", "--key", &other]), 3);
}

#[test]
fn a_case_that_was_settled_and_grew_is_judged_again_with_the_same_result() {
    let bench = Bench::new();
    let (a, b) = (anchor("a"), anchor("b"));
    let told = "[[determination]]\nverdict='ordinary'\naccount='emil.eriksen@highfell.example'\n\
                by='ana'\nwhen='2026-03-02'\nwhy='asked'\n";
    bench.file("answers/of-the-owner.toml", told);
    let logs = ["examine", &a, "--case", "grown", "--quiet"];
    bench.run(&logs).ends_with(0);
    let answered = ["--add", "--determinations", "answers/of-the-owner.toml"];
    let asked = [&["examine", "--case", "grown", "--quiet"][..], &answered].concat();
    bench.run(&asked).ends_with(0);
    let again = ["verify", "grown", "--key", "grown.vkey", "--rejudge"];
    let settled = bench.run(&again).ends_with(0).out();
    assert!(settled.contains("re-run with the same result"), "{settled}");
    let late = ["examine", &b, "--case", "grown", "--quiet", "--add"];
    bench.run(&late).ends_with(0);
    let grown = bench.run(&again).ends_with(0).out();
    assert!(grown.contains("re-run with the same result"), "{grown}");
    // What was determined before did not come in between the second run and the third.
    let changes = std::fs::read_to_string(bench.path("grown/changes.json")).unwrap();
    assert!(!changes.contains("of-the-owner"), "{changes}");
}
