//! Mapping files refused with a reason; the examples of the page as they stand there.

use std::path::Path;

use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::record::cut::{Cutter, SpanKind};
use demarche_core::record::delivered::Delivered;
use demarche_core::record::frame::Frame;
use demarche_core::record::text::Encoding;
use demarche_core::vocab::given::Given;
use demarche_core::vocab::place::Place;

use super::*;

const GOOD: &str = r#"
name = "issuer"
[match]
keys = ["event"]
[log]
form = "json-lines"
[time]
field = "time"
[fields]
account = "user"
token = "token_id"
[[record]]
when = { event = "token_issued" }
kind = "token-issued"
[issuer]
by = "ana"
whole_file = true
token_life_max = "1h"
delivery_delay_max = "0s"
"#;

fn refused(text: &str) -> String {
    match of(Path::new("m.toml"), text.to_owned()) {
        Ok(_) => panic!("taken: {text}"),
        Err(error) => format!("{error:?}"),
    }
}

#[test]
fn a_good_file_is_taken() {
    let file = of(Path::new("m.toml"), GOOD.to_owned()).unwrap();
    assert_eq!(
        file.mapped.unwrap().mapping.fields,
        ["time", "user", "token_id", "event"]
    );
    assert_eq!(file.issuer.unwrap().card, "issuer");
}

#[test]
fn slips_are_refused_with_their_reason() {
    for (from, to, expect) in [
        ("name = \"issuer\"", "name = \"Issuer 1\"", "small letters"),
        ("name = \"issuer\"", "name = \"dovecot\"", "known here"),
        ("keys = [\"event\"]", "", "name files, keys or both"),
        (
            "json-lines",
            "xml",
            "expected json-lines, csv or expression",
        ),
        (
            "form = \"json-lines\"",
            "form = \"expression\"",
            "expression is missing",
        ),
        (
            "form = \"json-lines\"",
            "form = \"expression\"\nexpression = \"(\"",
            "unclosed group",
        ),
        ("account = \"user\"", "acount = \"user\"", "fields.acount"),
        ("account = \"user\"", "", "expected account"),
        ("token = \"token_id\"", "", "names no token"),
        (
            "kind = \"token-issued\"",
            "kind = \"issued\"",
            "expected one of",
        ),
        (
            "kind = \"token-issued\"",
            "kind = \"sign-in\"",
            "no [[record]]",
        ),
        ("by = \"ana\"", "by = \" \"", "issuer.by is empty"),
        ("whole_file = true", "", "either whole_file"),
        (
            "whole_file = true",
            "complete_from = \"yesterday\"",
            "expected a time",
        ),
        ("\"1h\"", "\"1 hour\"", "time span"),
        ("\"1h\"", "\"0s\"", "is nothing"),
        ("[issuer]", "[isuer]", "no mapping file"),
    ] {
        let why = refused(&GOOD.replacen(from, to, 1));
        assert!(why.contains(expect), "{to}: {why}");
    }
}

#[test]
fn a_statement_about_a_source_known_here_stands_alone() {
    let text = "name = \"ours\"\n[match]\nsource = \"dovecot\"\n";
    assert!(refused(text).contains("no log of a token issuer"));
}

/// The blocks of the page in a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let page = include_str!("../../../../docs/mapping.md");
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        if line.starts_with("```") {
            match open.take() {
                Some(block) => blocks.push(block),
                None if line == format!("```{language}") => open = Some(String::new()),
                None => {}
            }
        } else if let Some(block) = &mut open {
            block.push_str(line);
            block.push('\n');
        }
    }
    blocks
}

/// Reads a log by a mapping, as intake does, to one line an event.
fn events(mapping: &str, frame: Frame, log: &str) -> Vec<String> {
    let file = of(Path::new("docs/mapping.md"), mapping.to_owned()).unwrap();
    let mapped = file.mapped.unwrap();
    let mut cutter = frame.cutter(Encoding::Utf8);
    cutter.given(&Given {
        mapping: Some(mapped.mapping.clone()),
        ..Given::default()
    });
    let (mut spans, mut from, mut kept) = (Vec::new(), 0, Kept::default());
    cutter.cut(log.as_bytes(), true, &mut spans);
    for span in spans {
        let text = log[from..from + span.length].trim();
        from += span.length;
        if span.kind != SpanKind::Record {
            continue;
        }
        let header = cutter.header();
        assert!((mapped.form.fits)(text, header), "{text}");
        let record = Delivered {
            place: Place::default(),
            text,
            header,
        };
        (mapped.form.read)(&record, &mut kept);
    }
    assert!(kept.problems.is_empty(), "{:?}", kept.problems);
    kept.events.iter().map(line).collect()
}

fn line(event: &Event<'_>) -> String {
    let items: Vec<String> = event
        .items
        .iter()
        .map(|item| format!("{}/{}", item.container, item.id))
        .collect();
    format!(
        "{} {} {} {} {} {} {} {} {}",
        event.kind.word(),
        event.outcome.word(),
        event.at,
        event.actor.name,
        event.address,
        event.store.name,
        event.ties.session,
        event.ties.token,
        items.join(" ")
    )
    .trim()
    .to_owned()
}

#[test]
fn the_three_examples_of_the_page_read_their_logs() {
    let [issuer, archive, webmail] = &blocks("toml")[..] else {
        panic!("three examples");
    };
    assert_eq!(
        events(issuer, Frame::Json, &blocks("jsonl")[0]),
        [
            "token-issued succeeded 2026-03-02T09:12:30.632Z ana 10.0.0.7  d76d4330-f144-4bea-b0c1-1fdecb91ce37 5bc8fbbc-bde5-4099-8164-d8399f767c45",
            "sign-in wrong-password 2026-03-02T09:12:32Z bob 203.0.113.9",
        ]
    );
    assert_eq!(
        events(archive, Frame::Csv, &blocks("csv")[0]),
        [
            "items-read succeeded 2026-03-02T09:12:33Z ana 203.0.113.9 bob s-17  Inbox/<m1@example.org>",
            "searched succeeded 2026-03-02T09:12:40Z ana 203.0.113.9 bob s-17",
        ]
    );
    assert_eq!(
        events(webmail, Frame::Lines, &blocks("log")[0]),
        [
            "sign-in succeeded 2026-03-02T09:12:33Z ana@example.org 203.0.113.9  5f2a",
            "items-read succeeded 2026-03-02T09:12:40Z ana@example.org 203.0.113.9 ana@example.org 5f2a  INBOX/1024",
        ]
    );
}

/// A file cut or garbled anywhere is taken or refused with a reason; it never ends the program.
#[test]
fn a_garbled_file_is_taken_or_refused() {
    let mut n_refused = 0;
    for at in 0..GOOD.len() {
        let cut = GOOD[..at].to_owned();
        let garbled = ["\"", "[", "\u{0}", "9", "é"].map(|text| {
            let mut garbled = GOOD.to_owned();
            garbled.replace_range(at..at + 1, text);
            garbled
        });
        for text in garbled.into_iter().chain([cut]) {
            match of(Path::new("m.toml"), text) {
                Ok(_) => {}
                Err(error) => {
                    n_refused += 1;
                    assert!(!error.to_string().is_empty());
                }
            }
        }
    }
    assert!(n_refused > 100);
}
