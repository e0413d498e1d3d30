//! Public rules and lists of addresses through the whole program: run, reported, kept, rejudged.

use serde_json::Value;

use crate::bench::Bench;

/// A record of a unified log: a read by ana, every day at nine, and what else a day brings.
fn line(day: u32, hour: u32, operation: &str, from: &str, more: &str) -> String {
    format!(
        "{{\"CreationTime\":\"2026-03-{day:02}T{hour:02}:00:00\",\"Id\":\"00000000-0000-4000-8000-{day:06}{hour:06}\",\
         \"OrganizationId\":\"11111111-0000-4000-8000-000000000000\",\"UserType\":0,\"Version\":1,\"RecordType\":1,\
         \"UserKey\":\"1003200100000001\",\"Workload\":\"Exchange\",\"UserId\":\"ana@example.org\",\"ResultStatus\":\"True\",\
         \"Operation\":\"{operation}\",\"ClientIP\":\"{from}\"{more}}}\n"
    )
}

fn log() -> String {
    let mut text = String::new();
    for day in 1..=24 {
        text.push_str(&line(day, 9, "Send", "198.51.100.7", ""));
    }
    for hour in 10..13 {
        let rule = ",\"Parameters\":[{\"Name\":\"Name\",\"Value\":\"..\"},{\"Name\":\"MarkAsRead\",\"Value\":\"True\"}]";
        text.push_str(&line(25, hour, "Set-InboxRule", "198.51.100.7", rule));
    }
    text.push_str(&line(26, 9, "Send", "203.0.113.9", ""));
    text
}

const RULES: &str = "\
title: An inbox rule of dots
id: 10000000-0000-4000-8000-000000000001
name: dots
level: high
tags: [attack.t1564.008]
logsource: {product: m365, service: audit}
detection:
    selection:
        Operation: Set-InboxRule
        Parameters|contains: MarkAsRead
    condition: selection
---
title: Three rules of dots in a day
id: 10000000-0000-4000-8000-000000000002
level: high
correlation:
    type: event_count
    rules: [dots]
    group-by: [UserId]
    timespan: 1d
    condition: {gte: 3}
---
title: Every message sent
id: 10000000-0000-4000-8000-000000000003
level: medium
logsource: {product: m365, service: exchange}
detection:
    selection: {eventSource: Exchange, eventName: Send, status: success}
    condition: selection
---
title: A field that nobody has
level: medium
logsource: {product: m365, service: audit}
detection:
    selection: {NoSuchField: 1}
    condition: selection
---
title: Another product
level: medium
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image: x}
    condition: selection
";

fn states(bench: &Bench, case: &str) -> Vec<String> {
    let text = std::fs::read_to_string(bench.path(&format!("{case}/rules.json"))).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let rules = all["rules"].as_array().unwrap();
    let mut states: Vec<String> = rules
        .iter()
        .map(|rule| {
            format!(
                "{}: {} on {} of {}",
                rule["title"].as_str().unwrap(),
                rule["state"].as_str().unwrap(),
                rule["records_fired_on"],
                rule["records_of_its_log"]
            )
        })
        .collect();
    let refused = all["not_rules"].as_array().unwrap().len();
    states.push(format!("{refused} not rules"));
    states
}

#[test]
fn rules_run_over_every_record_and_each_says_what_came_of_it() {
    let bench = Bench::new();
    bench.file("log.jsonl", &log());
    bench.file("rules/cloud/dots.yml", RULES);
    bench.file("rules/broken.yml", "title: nothing\n");
    bench.file("rules/notes.txt", "not a rule");
    let arguments = [
        "examine",
        "log.jsonl",
        "--case",
        "c",
        "-q",
        "--rules",
        "rules",
    ];
    let said = bench.run(&arguments).ends_with(0).out();
    assert_eq!(
        states(&bench, "c"),
        [
            "An inbox rule of dots: fired on 3 of 28",
            "Every message sent: common on 25 of 28",
            "A field that nobody has: cannot_fire on 0 of 28",
            "Another product: cannot_fire on 0 of 0",
            "Three rules of dots in a day: fired on 1 of 0",
            "1 not rules",
        ]
    );
    let said: Vec<&str> = said.split_whitespace().collect();
    assert!(said.join(" ").contains("row 13"), "{said:?}");
    let brief = std::fs::read_to_string(bench.path("c/brief.json")).unwrap();
    assert!(brief.contains("An inbox rule of dots") && brief.contains("Three rules of dots"));
    assert!(brief.contains("Rules that fire on ordinary work list nobody"));
    bench
        .run(&["verify", "c", "--key", "c.vkey", "--rejudge"])
        .ends_with(0);
    let brief: Value = serde_json::from_str(&brief).unwrap();
    let session = brief["sessions"][0]["id"].as_str().unwrap();
    let explained = bench.run(&["explain", "c", "--session", session]);
    let explained = explained.ends_with(0).out();
    assert!(explained.contains("rule-hit"), "{explained}");
}

#[test]
fn a_case_keeps_its_rules_and_lists_when_it_grows() {
    let bench = Bench::new();
    let log = log();
    let (early, late) = log.split_at(log.len() / 2);
    let cut = early.rfind('\n').unwrap() + 1;
    let late = format!("{}{late}", &early[cut..]);
    bench.file("early.jsonl", &early[..cut]);
    bench.file("late.jsonl", &late);
    bench.file("rules/dots.yml", RULES);
    bench.file(
        "threats.txt",
        "# by hand\n203.0.113.0/24 a proxy of thieves\n",
    );
    let arguments = [
        "examine",
        "early.jsonl",
        "--case",
        "c",
        "-q",
        "--rules",
        "rules",
        "--threats",
        "threats.txt",
    ];
    bench.run(&arguments).ends_with(0);
    bench
        .run(&["examine", "late.jsonl", "--case", "c", "-q", "--add"])
        .ends_with(0);
    assert_eq!(
        states(&bench, "c")[0],
        "An inbox rule of dots: fired on 3 of 28"
    );
    let brief = std::fs::read_to_string(bench.path("c/brief.json")).unwrap();
    assert!(brief.contains("a proxy of thieves"), "{brief}");
    assert!(brief.contains("listed-address"));
    bench
        .run(&["verify", "c", "--key", "c.vkey", "--rejudge"])
        .ends_with(0);
}

#[test]
fn what_is_no_folder_of_rules_and_no_list_is_told_before_any_log_is_opened() {
    let bench = Bench::new();
    bench.file("empty/readme.txt", "nothing");
    bench.file("bad.txt", "203.0.113.9\nnobody\n");
    bench.file("bad.mmdb", "nothing");
    for (option, file, wanted) in [
        ("--rules", "empty", "holds no rules"),
        ("--threats", "bad.txt", "bad.txt, line 2"),
        ("--whereabouts", "bad.mmdb", "no database of addresses"),
    ] {
        let arguments = ["examine", "nowhere", "--case", "c", "-q", option, file];
        let said = bench.run(&arguments).ends_with(2).err();
        assert!(said.contains(wanted), "{said}");
    }
}
