//! Server logs as they lie on disk: rotated, packed, cut, without a year, crafted.

use std::io::Write;

use crate::bench::{Bench, json};

fn pack(bench: &Bench, name: &str, text: &str) {
    let path = bench.file(name, "");
    let file = std::fs::File::create(path).unwrap();
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap();
}

fn login(time: &str, user: &str, session: &str) -> String {
    format!(
        "{time} imap-login: Info: Login: user=<{user}>, method=XOAUTH2, rip=203.0.113.9, lip=192.0.2.1, mpid=1, TLS, session=<{session}>, token=<token-{session}>, client=<webmail>\n"
    )
}

fn opened(time: &str, user: &str, session: &str, (folder, uid): (&str, u32)) -> String {
    let event = serde_json::json!({
        "event": "mail_opened", "start_time": time, "end_time": time, "categories": ["mail"],
        "fields": {
            "user": user, "session": session, "remote_ip": "203.0.113.9", "local_ip": "192.0.2.1",
            "cmd_name": "UID FETCH", "reason_code": ["imap:cmd_uid_fetch", "imap:fetch_body"],
            "mailbox": folder, "uid": uid,
        },
    });
    format!("{time} stats: Info: {event}\n")
}

/// The rows of a CSV file, quotes and line breaks within them understood (RFC 4180).
fn rows_of_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut text = text.chars().peekable();
    while let Some(c) = text.next() {
        match c {
            '"' if quoted && text.peek() == Some(&'"') => cell.extend(text.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    rows
}

/// What is certain of the one account that an analyst calls hostile, as `container item`.
fn certain(bench: &Bench, case: &str) -> Vec<String> {
    let text = std::fs::read_to_string(bench.path(&format!("{case}/exposure.csv"))).unwrap();
    let rows = rows_of_csv(&text);
    let at = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    let (grade, container, item) = (at("grade"), at("container"), at("item"));
    let certain = rows.iter().filter(|row| row[grade] == "certain");
    let mut found: Vec<String> = certain
        .map(|row| format!("{} {}", row[container], row[item]))
        .collect();
    found.sort();
    found
}

fn examine(bench: &Bench, logs: &str, case: &str, more: &[&str]) -> serde_json::Value {
    let arguments = [
        "examine",
        logs,
        "--case",
        case,
        "-q",
        "--hostile",
        "account=ana",
    ];
    bench.run(&[&arguments[..], more].concat()).ends_with(0);
    let brief = json(&bench.path(&format!("{case}/brief.json")));
    for row in brief["accounting"].as_array().unwrap() {
        let n = |name: &str| row[name].as_u64().unwrap();
        assert_eq!(
            n("records"),
            n("distinct") + n("duplicates") + n("rejected"),
            "{row}"
        );
    }
    brief
}

fn rows_of<'a>(brief: &'a serde_json::Value, kind: &str) -> Vec<&'a serde_json::Value> {
    let rows = brief["accounting"].as_array().unwrap().iter();
    rows.filter(|row| {
        row["kind"]
            .as_str()
            .is_some_and(|word| word.starts_with(kind))
    })
    .collect()
}

#[test]
fn rotated_and_packed_files_are_one_log() {
    let bench = Bench::new();
    // A login before the rotation, reads after it; two sessions in turns; the clock set back.
    let line = opened("2026-03-02T09:02:00Z", "ana", "s1", ("INBOX", 2));
    let (half, rest) = line.split_at(60);
    let oldest = login("2026-03-01T09:00:00Z", "ana", "s0")
        + &opened("2026-03-01T09:00:01Z", "ana", "s0", ("INBOX", 1));
    let middle = login("2026-03-02T09:00:00Z", "ana", "s1")
        + &login("2026-03-02T09:00:01Z", "bob", "s2")
        + half;
    let newest = rest.to_owned()
        + &opened("2026-03-02T09:03:00Z", "bob", "s2", ("INBOX", 70))
        + &opened("2026-03-02T09:03:01Z", "ana", "s1", ("INBOX", 3))
        + &opened("2026-03-02T08:58:00Z", "ana", "s1", ("INBOX", 4))
        + &opened("2026-03-02T09:03:02Z", "bob", "s2", ("INBOX", 71))
        + &opened("2026-03-02T09:03:03Z", "ana", "s1", ("Work, \"in\"", 5));
    pack(&bench, "logs/mail.log.2.gz", &oldest);
    bench.file("logs/mail.log.1", &middle);
    bench.file("logs/mail.log", &newest);
    let brief = examine(&bench, "logs", "c", &[]);
    let rows = rows_of(&brief, "dovecot");
    assert_eq!(rows.len(), 3);
    let rejected: u64 = rows
        .iter()
        .map(|row| row["rejected"].as_u64().unwrap())
        .sum();
    assert_eq!(rejected, 2, "both halves of the cut line, and nothing else");
    let items = certain(&bench, "c");
    assert_eq!(items.len(), 4, "{items:?}");
    for uid in [1, 3, 4] {
        assert!(items.contains(&format!("INBOX {uid}")), "{items:?}");
    }
    let gaps = brief["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["kind"] == "rejected"), "{gaps:?}");
    // The same files joined as they were before the rotation: nothing is cut any more.
    bench.file("whole/mail.log", &(oldest + &middle + &newest));
    examine(&bench, "whole", "w", &[]);
    let items = certain(&bench, "w");
    assert_eq!(items.len(), 5, "{items:?}");
    assert!(items.contains(&"INBOX 2".to_owned()), "{items:?}");
}

#[test]
fn a_log_without_a_year_has_no_time_until_someone_states_it() {
    let bench = Bench::new();
    let line = "Oct 13 09:22:59 mx dovecot: imap-login: Login: user=<ana>, method=PLAIN, rip=203.0.113.9, lip=192.0.2.1, mpid=18, TLS, session=<a>\n";
    bench.file("logs/mail.log", &line.repeat(2));
    let brief = examine(&bench, "logs", "c", &[]);
    let gaps = brief["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["kind"] == "no-time"), "{gaps:?}");
    let told = ["--assume", "dovecot:year=2024,zone=+02:00"];
    let brief = examine(&bench, "logs", "t", &told);
    let gaps = brief["gaps"].as_array().unwrap();
    assert!(!gaps.iter().any(|gap| gap["kind"] == "no-time"), "{gaps:?}");
    assert_eq!(brief["sessions"][0]["first"], "2024-10-13T07:22:59Z");
    let page = std::fs::read_to_string(bench.path("t/brief.html")).unwrap();
    assert!(
        page.contains("year=2024") || page.contains("2024, zone"),
        "the assumption is printed"
    );
}

/// Names that clients choose: each would be a record, a column or a page of its own.
const CRAFTED: [&str; 7] = [
    "ana>, method=PLAIN, rip=10.0.0.1, session=<x",
    "x\n2026-03-02T09:00:00Z imap-login: Info: Login: user=<bob>, method=PLAIN, rip=10.0.0.1, lip=192.0.2.1, session=<forged>",
    "\",\"user\":\"bob\",\"x\":\"",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "\u{1b}[2J\u{202e}",
    "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.secret,select 1,<not logged>,999",
];

#[test]
fn names_that_clients_choose_accuse_nobody_and_act_on_nobody() {
    let bench = Bench::new();
    for (number, name) in CRAFTED.iter().enumerate() {
        let folder = format!("logs{number}");
        let time = "2026-03-02T09:00:00Z";
        // What the server writes keeps a line break out of a name, its events escape it.
        let flat = name.replace('\n', "\\n");
        let mail = login(time, "ana", "s1")
            + &login(time, &flat, "s2")
            + &opened(time, "ana", "s1", (name, 7))
            + &opened(time, name, "s3", ("INBOX", 8));
        bench.file(&format!("{folder}/mail.log"), &mail);
        bench.file(&format!("{folder}/postgresql.csv"), &database(name));
        bench.file(&format!("{folder}/postgresql.log"), &database_lines(&flat));
        let case = format!("case{number}");
        let brief = examine(&bench, &folder, &case, &[]);
        let secret = "public.secret";
        for row in certain(&bench, &case) {
            assert!(!row.starts_with(secret), "{name:?}: {row}");
        }
        for session in brief["sessions"].as_array().unwrap() {
            assert_eq!(session["account"], "ana", "{name:?}");
            let addresses = session["addresses"].to_string();
            assert!(!addresses.contains("10.0.0.1"), "{name:?}: {addresses}");
        }
        assert_eq!(rows_of(&brief, "dovecot").len(), 1, "{name:?}");
        assert_eq!(rows_of(&brief, "postgresql").len(), 2, "{name:?}");
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A database's log as CSV, its application and statement named by the client.
fn database(name: &str) -> String {
    let mut text = String::new();
    let messages = [
        (
            "connection authorized",
            format!("connection authorized: user=ana database=lab application_name={name}"),
        ),
        (
            "SELECT",
            format!(
                "AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.personnel,{},<not logged>,2",
                quoted(&format!("select '{name}', id from personnel -- {name}"))
            ),
        ),
    ];
    for (line, (tag, message)) in (1..).zip(messages) {
        text.push_str(&format!(
            "2026-03-02 09:00:0{line}.000 UTC,\"ana\",\"lab\",77,\"203.0.113.9:5000\",65e2.4d,{line},{},2026-03-02 09:00:00 UTC,2/1,0,LOG,00000,{},,,,,,,,,{},\"client backend\",,0\n",
            quoted(tag),
            quoted(&message),
            quoted(name),
        ));
    }
    text
}

/// The same as lines with a prefix; a statement goes on in lines that begin with a tab.
fn database_lines(name: &str) -> String {
    format!(
        "2026-03-02 09:00:01.000 UTC [78] ana@lab LOG:  connection authorized: user=ana database=lab application_name={name}\n\
         2026-03-02 09:00:02.000 UTC [78] ana@lab LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.personnel,\"select '{}'\n\t, id\n\tfrom personnel\",<not logged>,2\n",
        name.replace('"', "\"\"")
    )
}
