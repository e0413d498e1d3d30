//! `demarche witness`: request, cosignature and answer as files; rollback and fork are refused.

use crate::bench::{Bench, read_record};

/// A case of a few records.
fn case() -> Bench {
    let bench = Bench::new();
    let records: String = (0..20)
        .map(|n| read_record(n, "ana@example.org", "203.0.113.9") + "\n")
        .collect();
    bench.file("logs/audit.jsonl", &records);
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    bench
}

fn sign(bench: &Bench, request: &str, out: &str) -> crate::bench::Ran {
    bench.run(&[
        "witness",
        "sign",
        request,
        "--key-file",
        "witness.key",
        "--name",
        "example.org/witness",
        "--log",
        "c.vkey",
        "--state",
        "state",
        "--out",
        out,
    ])
}

fn request(bench: &Bench, old: &str, out: &str) {
    bench
        .run(&["witness", "request", "c", "--old", old, "--out", out])
        .ends_with(0);
}

fn size(bench: &Bench) -> String {
    let checkpoint = std::fs::read_to_string(bench.path("c/evidence/log/checkpoint")).unwrap();
    checkpoint.lines().nth(1).unwrap().to_owned()
}

/// The witness's verifier key, as `sign` prints it.
fn vkey(said: &str) -> String {
    let (_, rest) = said.split_once("cosigned as ").unwrap();
    rest.split(": ").next().unwrap().to_owned()
}

#[test]
fn checkpoint_is_cosigned_by_files_and_a_policy_asks_for_it() {
    let bench = case();
    request(&bench, "0", "request.txt");
    let said = sign(&bench, "request.txt", "answer.txt").ends_with(0).out();
    let witness = vkey(&said);
    let log = std::fs::read_to_string(bench.path("c.vkey")).unwrap();
    let policy = format!("log {}\nwitness w {witness}\nquorum w\n", log.trim());
    bench.file("policy.txt", &policy);
    let verify = ["verify", "c", "--key", "c.vkey", "--policy", "policy.txt"];
    assert_eq!(bench.run(&verify).code(), 3, "nobody cosigned yet");
    bench
        .run(&["witness", "add", "c", "answer.txt", "--witness", &witness])
        .ends_with(0);
    let text = bench.run(&verify).ends_with(0).out();
    assert!(text.contains("cosigned   example.org/witness"), "{text}");
    // The log grows: the next request starts where the last one ended.
    let old = size(&bench);
    bench
        .run(&["disclose", "c", "--leaf", "1/3", "--out", "p.zip"])
        .ends_with(0);
    request(&bench, &old, "request2.txt");
    sign(&bench, "request2.txt", "answer2.txt").ends_with(0);
    bench
        .run(&["witness", "add", "c", "answer2.txt", "--witness", &witness])
        .ends_with(0);
    bench.run(&verify).ends_with(0);
    // An answer to another checkpoint is refused.
    let wrong = bench.run(&["witness", "add", "c", "answer.txt", "--witness", &witness]);
    assert_eq!(wrong.code(), 1);
}

#[test]
fn witness_refuses_rollback_wrong_sizes_and_a_restored_state() {
    let bench = case();
    request(&bench, "0", "first.txt");
    sign(&bench, "first.txt", "a.txt").ends_with(0);
    let old = size(&bench);
    std::fs::create_dir(bench.path("backup")).unwrap();
    let copy = |from: &str, to: &str| {
        for (name, bytes) in crate::bench::files(&bench.path(from)) {
            let to = bench.path(to).join(name);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::write(to, bytes).unwrap();
        }
    };
    copy("state", "backup");
    bench
        .run(&["disclose", "c", "--leaf", "1/3", "--out", "p.zip"])
        .ends_with(0);
    request(&bench, "0", "from-zero.txt");
    let refused = sign(&bench, "from-zero.txt", "b.txt").ends_with(1).err();
    assert!(
        refused.contains("status 409") && refused.contains(&format!("--old {old}")),
        "{refused}"
    );
    assert!(!bench.path("b.txt").exists());
    request(&bench, &old, "second.txt");
    sign(&bench, "second.txt", "c.txt").ends_with(0);
    let again = sign(&bench, "first.txt", "d.txt").ends_with(1).err();
    assert!(again.contains("status 4"), "{again}");
    copy("backup", "state");
    bench
        .run(&["disclose", "c", "--leaf", "1/4", "--out", "q.zip"])
        .ends_with(0);
    request(&bench, &old, "third.txt");
    let refused = sign(&bench, "third.txt", "e.txt").ends_with(1).err();
    assert!(refused.contains("older copy"), "{refused}");
}

#[test]
fn witness_refuses_a_log_that_it_does_not_watch() {
    let bench = case();
    request(&bench, "0", "request.txt");
    bench.file(
        "more/audit.jsonl",
        &(read_record(1, "bob@example.org", "203.0.113.7") + "\n"),
    );
    bench
        .run(&["examine", "more", "--case", "o", "-q"])
        .ends_with(0);
    let run = bench.run(&[
        "witness",
        "sign",
        "request.txt",
        "--key-file",
        "w.key",
        "--name",
        "w",
        "--log",
        "o.vkey",
        "--state",
        "s",
        "--out",
        "a.txt",
    ]);
    let refused = run.ends_with(1).err();
    assert!(refused.contains("status 404"), "{refused}");
}
