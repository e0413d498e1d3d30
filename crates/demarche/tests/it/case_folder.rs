//! The case folder: refused, replaced, added to, killed; and the exit codes.

use std::fs;

use crate::bench::{Bench, anchor, files, json, outputs, read_record, read_records};

#[test]
fn exit_codes_and_hints_are_those_of_the_contract() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(40));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let refused = bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(1);
    assert!(refused.err().contains("is there already") && refused.err().contains("hint: "));
    let clobber = ["examine", "logs", "--case", "c", "-q", "--clobber"];
    let signed = bench.run(&clobber).ends_with(1);
    assert!(
        signed.err().contains("signed checkpoint"),
        "{}",
        signed.err()
    );
    std::fs::remove_dir_all(bench.path("c/evidence")).unwrap();
    bench.run(&clobber).ends_with(0);
    let flags = ["examine", "logs", "--case", "d", "-q", "--fail-on"];
    bench.run(&[&flags[..], &["gaps"]].concat()).ends_with(11);
    let hostile = [
        "hostile",
        "--fail-on",
        "gaps",
        "--add",
        "--hostile",
        "account=mia@example.org",
    ];
    bench.run(&[&flags[..], &hostile].concat()).ends_with(10);
    bench
        .run(&["examine", "logs", "--case", "e", "--told", "nobody"])
        .ends_with(2);
    bench
        .run(&["examine", "logs", "--case", "e", "--nonsense"])
        .ends_with(2);
    let missing = bench
        .run(&["examine", "nowhere", "--case", "e", "-q"])
        .ends_with(1);
    assert!(missing.err().contains("nowhere"), "{}", missing.err());
    let none = bench
        .run(&["examine", "logs", "--case", "e", "-q", "--add"])
        .ends_with(1);
    assert!(none.err().contains("no case"), "{}", none.err());
    assert!(!bench.path("e").exists() && !bench.path("e.partial").join("case.json").exists());
}

#[test]
fn a_folder_without_a_log_is_accounted_for_and_says_so_on_every_page() {
    let bench = Bench::new();
    bench.file("logs/notes.txt", "nothing of the kind\n");
    bench.file("logs/pixel.png", "\u{1}\u{2}\u{3}");
    let ran = bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let said = "LIMITED: no log was recognised in 2 files";
    assert!(ran.out().starts_with(said), "{}", ran.out());
    let brief = json(&bench.path("c/brief.json"));
    let rows = brief["accounting"].as_array().expect("an accounting");
    assert_eq!(rows.len(), 2);
    let bytes: u64 = rows.iter().filter_map(|row| row["bytes"].as_u64()).sum();
    assert_eq!(bytes, 23);
    let page = fs::read_to_string(bench.path("c/brief.html")).expect("a page");
    assert!(page.contains("no log was recognised"));
    fs::create_dir_all(bench.path("empty")).expect("a folder");
    let ran = bench
        .run(&["examine", "empty", "--case", "e", "-q"])
        .ends_with(1);
    assert!(
        ran.err().starts_with("error: no file is there"),
        "{}",
        ran.err()
    );
    for left in ["e", "e.partial", "e.lock"] {
        assert!(!bench.path(left).exists(), "{left} is left behind");
    }
}

#[test]
fn what_is_no_case_or_is_signed_is_never_replaced() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(5));
    bench.file("thesis/chapter.txt", "years of work");
    let ran = bench
        .run(&["examine", "logs", "--case", "thesis", "--clobber", "-q"])
        .ends_with(1);
    assert!(
        ran.err().contains("no case of this program"),
        "{}",
        ran.err()
    );
    assert!(bench.path("thesis/chapter.txt").is_file());
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let ran = bench
        .run(&["examine", "logs", "--case", "c", "--clobber", "-q"])
        .ends_with(1);
    assert!(ran.err().contains("signed checkpoint"), "{}", ran.err());
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let bench = Bench::new();
    let logs = anchor("b");
    for case in ["one/c", "two/c"] {
        bench
            .run(&["examine", &logs, "--case", case, "-q"])
            .ends_with(0);
    }
    let (one, two) = (outputs(&bench.path("one/c")), outputs(&bench.path("two/c")));
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        two.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &one {
        assert!(
            Some(bytes) == two.get(name),
            "{name} differs between two runs"
        );
    }
}

#[test]
fn killed_at_any_point_a_rerun_gives_the_same_case() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(3000));
    bench
        .run(&["examine", "logs", "--case", "whole/c", "-q"])
        .ends_with(0);
    let whole = outputs(&bench.path("whole/c"));
    for pause_millis in [1, 5, 20, 60, 150, 400] {
        let arguments = ["examine", "logs", "--case", "killed/c", "-q"];
        let mut child = bench.program(&arguments).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(pause_millis));
        let _ = child.kill();
        child.wait().unwrap();
        let case = bench.path("killed/c");
        if case.exists() {
            assert_eq!(outputs(&case), whole, "a case that is there is whole");
            std::fs::remove_dir_all(&case).unwrap();
        }
    }
    bench
        .run(&["examine", "logs", "--case", "killed/c", "-q"])
        .ends_with(0);
    assert_eq!(outputs(&bench.path("killed/c")), whole);
    assert!(!bench.path("killed/c.partial").exists());
}

#[test]
fn sources_added_a_day_later_give_the_judgement_of_all_at_once() {
    let bench = Bench::new();
    let logs = anchor("b");
    let kinds = [
        "interactive",
        "non-interactive",
        "service-principal",
        "managed-identity",
    ];
    let audit = format!("{logs}/unified-audit.jsonl");
    let sign_ins: Vec<String> = kinds
        .iter()
        .map(|kind| format!("{logs}/sign-ins-{kind}.json"))
        .collect();
    let sign_ins: Vec<&str> = sign_ins.iter().map(String::as_str).collect();
    let tail = |case| ["--case", case, "-q"];
    bench
        .run(&[&["examine", &audit][..], &sign_ins, &tail("at_once")].concat())
        .ends_with(0);
    bench
        .run(&[&["examine", &audit][..], &tail("later")].concat())
        .ends_with(0);
    let first = json(&bench.path("later/brief.json"));
    bench
        .run(&[&["examine"][..], &sign_ins, &tail("later"), &["--add"]].concat())
        .ends_with(0);
    let (at_once, later) = (
        json(&bench.path("at_once/brief.json")),
        json(&bench.path("later/brief.json")),
    );
    for part in [
        "sessions",
        "findings",
        "totals",
        "gaps",
        "suspects",
        "clock",
        "claims",
        "accounting",
        "open",
        "cut_off",
    ] {
        assert_eq!(
            at_once[part], later[part],
            "{part} after --add is that of all at once"
        );
    }
    assert_eq!(
        files(&bench.path("at_once"))["exposure.csv"],
        files(&bench.path("later"))["exposure.csv"]
    );
    assert_eq!(later["method"]["run"], 2);
    assert_eq!(json(&bench.path("later/runs/0001/brief.json")), first);
    let changes = json(&bench.path("later/changes.json"));
    assert_eq!(changes["since_run"], 1);
    let moved = changes["changes"].as_array().unwrap();
    let rows: Vec<_> = moved.iter().filter(|c| c["thing"] == "row").collect();
    assert!(!rows.is_empty(), "another row decides, and that is told");
    for row in rows {
        assert_eq!((&row["before"], &row["after"]), (&"10".into(), &"9".into()));
        let by = row["by"].as_array().unwrap();
        let of_new = |by: &serde_json::Value| by.as_str().unwrap().contains("sign-ins-");
        assert!(!by.is_empty() && by.iter().all(of_new), "{by:?}");
    }
    // The application must be stopped whichever row decides.
    let stops = |brief: &serde_json::Value| {
        let steps = brief["cut_off"].as_array().unwrap();
        steps
            .iter()
            .filter(|step| step["need"] == "application-hostile")
            .count()
    };
    assert_eq!((stops(&first), stops(&later)), (1, 1));
}

#[test]
fn an_answer_that_reaches_further_with_a_late_log_is_asked_about() {
    let bench = Bench::new();
    let address = "203.0.113.9";
    bench.file("a.jsonl", &read_record(1, "mia@example.org", address));
    bench.file("b.jsonl", &read_record(2, "noa@example.org", address));
    let hostile = format!("address={address}");
    bench
        .run(&["examine", "a.jsonl", "--case", "c", "--hostile", &hostile])
        .ends_with(0);
    let late = ["examine", "b.jsonl", "--case", "c", "--add"];
    let asked = bench.run(&late).ends_with(2);
    assert!(asked.err().contains("an address alone reaches 2 accounts"));
    assert!(asked.err().contains("--yes"), "{}", asked.err());
    bench.run(&[&late[..], &["--yes"]].concat()).ends_with(0);
    let brief = json(&bench.path("c/brief.json"));
    let sessions = brief["sessions"].as_array().unwrap();
    let hostile = sessions.iter().filter(|it| it["verdict"] == "hostile");
    assert_eq!(hostile.count(), 2);
}

#[test]
fn an_earlier_source_that_changed_or_moved_is_noticed() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &read_records(20));
    bench.file("more/b.jsonl", &read_records(30));
    bench
        .run(&["examine", "logs/a.jsonl", "--case", "c", "-q"])
        .ends_with(0);
    bench.file("logs/a.jsonl", &read_records(19));
    let add = ["examine", "more", "--case", "c", "-q", "--add"];
    let ran = bench.run(&add).ends_with(1);
    assert!(ran.err().contains("not what it was"), "{}", ran.err());
    std::fs::remove_file(bench.path("logs/a.jsonl")).unwrap();
    let ran = bench.run(&add).ends_with(1);
    assert!(ran.err().contains("--sources DIR"), "{}", ran.err());
    bench.file("elsewhere/renamed.jsonl", &read_records(20));
    bench
        .run(&[&add[..], &["--sources", "elsewhere"]].concat())
        .ends_with(0);
}
