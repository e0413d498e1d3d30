//! Values withheld by a split at intake, and values of text lines withheld later.

use std::process::Command;

use demarche_evidence::container;
use demarche_evidence::hash::sha256;

use crate::bench::{Bench, files, read_record};

/// Examines a log of mail read; `more` options.
fn case(bench: &Bench, more: &[&str]) {
    let records: String = (0..40)
        .map(|n| read_record(n, "ana@example.org", "203.0.113.9") + "\n")
        .collect();
    bench.file("logs/audit.jsonl", &records);
    let run = ["examine", "logs", "--case", "c", "-q"];
    bench.run(&[&run[..], more].concat()).ends_with(0);
}

fn both_hold(bench: &Bench, pack: &str) {
    bench.run(&["verify", pack, "--key", "c.vkey"]).ends_with(0);
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
    let script = bench.path("verify_pack.py");
    std::fs::write(&script, demarche_evidence::pack::VERIFIER).unwrap();
    for options in [&["-B"][..], &["-B", "-O"]] {
        let run = Command::new("python3")
            .args(options)
            .arg(&script)
            .args(["--key", "c.vkey", pack])
            .current_dir(bench.path(""))
            .output();
        match run {
            Ok(run) => assert_eq!(run.status.code(), Some(0), "{run:?}"),
            Err(_) => println!("skipped: no python3 here"),
        }
    }
}

/// Nothing of a value in a pack: plain, in lower case, in base64 as openings have it, or hashed.
fn is_nowhere(bench: &Bench, pack: &str, value: &str) {
    let archive = std::fs::read(bench.path(pack)).unwrap();
    let has = |needle: &[u8]| archive.windows(needle.len()).any(|part| part == needle);
    for text in [
        value.to_owned(),
        format!("\"{value}\""),
        value.to_uppercase(),
    ] {
        let digest = sha256(text.as_bytes());
        for needle in [
            text.clone().into_bytes(),
            digest.to_string().into_bytes(),
            digest.to_base64().into_bytes(),
            digest.0.to_vec(),
        ] {
            assert!(
                !has(&needle),
                "{text}: {}",
                String::from_utf8_lossy(&needle)
            );
        }
    }
    for (path, bytes) in container::read(&archive).unwrap().1 {
        let Ok(opening) = demarche_evidence::opening::Opening::parse(&bytes) else {
            continue;
        };
        for piece in opening.pieces() {
            if let demarche_evidence::opening::Piece::Bytes(bytes) = piece {
                let text = String::from_utf8_lossy(bytes).to_lowercase();
                assert!(!text.contains(&value.to_lowercase()), "{path}");
            }
        }
    }
}

fn page(bench: &Bench, pack: &str) -> String {
    let archive = std::fs::read(bench.path(pack)).unwrap();
    let files = container::read(&archive).unwrap().1;
    String::from_utf8(files["data/report.html"].clone()).unwrap()
}

#[test]
fn what_is_withheld_from_a_record_split_at_intake_was_bound_at_intake() {
    let bench = Bench::new();
    case(&bench, &["--split", "unified-audit"]);
    let disclose = [
        "disclose",
        "c",
        "--leaf",
        "1/3",
        "--leaf",
        "1/7",
        "--withhold",
        "UserId",
        "--withhold",
        "ClientIPAddress",
        "--out",
        "p.zip",
    ];
    let said = bench.run(&disclose).ends_with(0).out();
    assert!(said.contains("(0 records cut after intake)"), "{said}");
    let page = page(&bench, "p.zip");
    assert_eq!(
        page.matches("Binding: intake. The record was sealed value by value")
            .count(),
        2
    );
    assert!(page.contains("███") && !page.contains("cut after intake"));
    is_nowhere(&bench, "p.zip", "ana@example.org");
    is_nowhere(&bench, "p.zip", "203.0.113.9");
    both_hold(&bench, "p.zip");
    // The log goes on, and the source is sealed again as it was, whatever is asked for now.
    bench.file(
        "more/audit.jsonl",
        &(read_record(99, "bob@example.org", "203.0.113.8") + "\n"),
    );
    bench
        .run(&["examine", "more", "--case", "c", "--add", "-q"])
        .ends_with(0);
    bench
        .run(&["verify", "c", "--key", "c.vkey", "--rejudge"])
        .ends_with(0);
    // One bit of a split record, or of the list of its values, is noticed.
    let list = bench.path("c/evidence/sources/1/spans");
    let mut bytes = std::fs::read(&list).unwrap();
    bytes[9] ^= 1;
    std::fs::write(&list, bytes).unwrap();
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(1);
}

#[test]
fn split_changes_no_output_and_is_refused_for_sources_nobody_knows() {
    let (one, two) = (Bench::new(), Bench::new());
    case(&one, &[]);
    case(&two, &["--split", "unified-audit"]);
    for name in ["exposure.csv", "gaps.csv", "timeline.csv", "actions.csv"] {
        let of = |bench: &Bench| std::fs::read(bench.path(&format!("c/{name}"))).unwrap();
        assert_eq!(of(&one), of(&two), "{name}");
    }
    assert_eq!(
        files(&one.path("c/store")).len(),
        files(&two.path("c/store")).len()
    );
    one.run(&["examine", "logs", "--case", "d", "--split", "nonsense"])
        .ends_with(2);
    // A case that was not split does not become so.
    one.file(
        "more/audit.jsonl",
        &(read_record(99, "bob@example.org", "203.0.113.8") + "\n"),
    );
    one.run(&[
        "examine",
        "more",
        "--case",
        "c",
        "--add",
        "--split",
        "unified-audit",
        "-q",
    ])
    .ends_with(0);
    one.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
}

#[test]
fn card_that_asks_has_its_records_split_without_being_told() {
    let bench = Bench::new();
    let rule = concat!(
        r#"{"MailboxOwnerId":"ana@example.org","Name":"clean","Identity":"ana\\1","RuleIdentity":"1","Enabled":true,"#,
        r#""DeleteMessage":true,"From":["billing@example.net"],"Description":"x"}"#
    );
    bench.file("logs/rules.json", &format!("[{rule}]\n"));
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let accounting = crate::bench::json(&bench.path("c/brief.json"))["accounting"].clone();
    assert_eq!(accounting[0]["kind"], "state-snapshot/inbox-rules");
    let leaf = (0..3).find(|leaf| {
        let leaf = format!("1/{leaf}");
        let run = bench.run(&[
            "disclose",
            "c",
            "--leaf",
            &leaf,
            "--withhold",
            "From",
            "--out",
            "p.zip",
        ]);
        run.code() == 0
    });
    assert!(leaf.is_some());
    assert!(
        page(&bench, "p.zip").contains("Binding: intake. The record was sealed value by value")
    );
    is_nowhere(&bench, "p.zip", "billing@example.net");
    both_hold(&bench, "p.zip");
}

const LINES: &str = concat!(
    "Mar  1 09:00:00 mx dovecot: imap-login: Login: user=<ana@example.org>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=77, TLS, session=<aaaabbbbcccc>\n",
    "Mar  1 09:00:05 mx dovecot: imap(ana@example.org)<77><aaaabbbbcccc>: Logged out in=10 out=200\n",
    "Mar  1 09:01:00 mx dovecot: imap-login: Login: user=<bob@example.org>, method=PLAIN, rip=198.51.100.7, lip=192.0.2.1, mpid=78, TLS, session=<ddddeeeeffff>\n",
);

#[test]
fn values_of_text_lines_are_withheld_by_name_word_or_bytes() {
    let bench = Bench::new();
    bench.file("logs/mail.log", LINES);
    let examine = [
        "examine",
        "logs",
        "--case",
        "c",
        "-q",
        "--assume",
        "dovecot:year=2026,zone=+00:00",
    ];
    bench.run(&examine).ends_with(0);
    let lines = ["--leaf", "1/0", "--leaf", "1/1", "--leaf", "1/2"];
    let disclose = |name: &str, more: &[&str]| {
        bench.run(&[&["disclose", "c", "--out", name][..], &lines, more].concat())
    };
    let said = disclose("p.zip", &["--withhold", "user"])
        .ends_with(0)
        .out();
    assert!(said.contains("(3 records cut after intake)"), "{said}");
    assert!(page(&bench, "p.zip").contains("Binding: cut after intake"));
    is_nowhere(&bench, "p.zip", "ana@example.org");
    is_nowhere(&bench, "p.zip", "bob@example.org");
    both_hold(&bench, "p.zip");

    disclose("q.zip", &["--withhold", "session", "--withhold", "word:4"]).ends_with(0);
    is_nowhere(&bench, "q.zip", "aaaabbbbcccc");
    both_hold(&bench, "q.zip");

    let from = LINES.find("203.0.113.9").unwrap();
    let bytes = format!("1/0:{from}-{}", from + 11);
    disclose("r.zip", &["--withhold", &bytes]).ends_with(0);
    is_nowhere(&bench, "r.zip", "203.0.113.9");
    assert!(page(&bench, "r.zip").contains("198.51.100.7"));
    both_hold(&bench, "r.zip");
    for wrong in ["1/0:5-5", "1/0:9-3", "1/0:0-99999", "nonesuch", "2/0:1-5"] {
        disclose("x.zip", &["--withhold", wrong]).ends_with(2);
    }
    assert!(!bench.path("x.zip").exists());
}
