//! Values an attacker wrote into a log, through every output.

use crate::bench::{Bench, files, read_record};

/// An inbox rule whose every text is an attack on whoever reads the output.
pub fn rule(name: &str) -> String {
    serde_json::json!({
        "CreationTime": "2026-03-05T09:00:00", "Id": "99999999-0000-4000-8000-000000000001",
        "Operation": "New-InboxRule", "OrganizationId": "11111111-0000-4000-8000-000000000000",
        "RecordType": 1, "ResultStatus": "True", "UserKey": "1003200100000001", "UserType": 0,
        "Version": 1, "Workload": "Exchange", "ClientIP": "203.0.113.9:4711",
        "UserId": "mia@example.org", "ObjectId": format!("mia\\{name}"),
        "Parameters": [
            { "Name": "Name", "Value": name },
            { "Name": "ForwardTo", "Value": "=HYPERLINK(\"http://evil.example\",\"x\")" },
            { "Name": "DeleteMessage", "Value": "True" },
        ],
    })
    .to_string()
}

const ATTACKS: [&str; 6] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "\u{1b}[2J\u{1b}]0;owned\u{7}",
    "invoice\u{202e}fdp.exe",
];

#[test]
fn no_value_of_a_log_acts_on_its_reader() {
    let bench = Bench::new();
    for (number, attack) in ATTACKS.iter().enumerate() {
        let mut log = rule(attack) + "\n";
        for n in 0..5 {
            let agent = serde_json::to_string(&format!("Client=OWA;{attack};")).unwrap();
            let record = read_record(n, "mia@example.org", "203.0.113.9");
            log += &record.replace("\"Client=OWA;Mozilla/5.0;\"", &agent);
            log.push('\n');
        }
        bench.file(&format!("logs{number}/a.jsonl"), &log);
        let (logs, case) = (format!("logs{number}"), format!("case{number}"));
        let arguments = [
            "examine",
            &logs,
            "--case",
            &case,
            "--hostile",
            "account=mia@example.org",
        ];
        let ran = bench.run(&arguments).ends_with(0);
        for text in [ran.out(), ran.err()] {
            assert!(
                !text.contains(['\u{1b}', '\u{7}', '\u{202e}']),
                "terminal, {attack:?}"
            );
        }
        for (name, bytes) in files(&bench.path(&case)) {
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            check(&name, &text, attack);
        }
    }
}

fn check(name: &str, text: &str, attack: &str) {
    if name.ends_with(".html") {
        assert!(
            !text.contains("<script") && !text.contains("<img"),
            "{name}, {attack:?}"
        );
        assert!(
            !text.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{name}, {attack:?}"
        );
        for load in ["src=", "url(", "@import", "http-equiv=\"refresh\""] {
            // The one reference of the page is to its own hatching.
            let ours = text.replace("url(#gap)", "");
            assert!(
                !ours.contains(load) || attack.contains(load),
                "{name} loads nothing: {load}"
            );
        }
    }
    if name.ends_with(".csv") {
        for cell in cells(text) {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t']),
                "{name}: {cell:?}"
            );
        }
    }
    if name.ends_with(".jsonl") {
        for line in text.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}

/// The cells of a CSV file as a spreadsheet would take them.
fn cells(text: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for character in text.chars() {
        match (character, quoted) {
            ('"', _) => quoted = !quoted,
            (',' | '\n', false) => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
    }
    cells
}
