//! Logs that were cut, mixed and rewritten: readers reject, and never fail.
//!
//! The stories' own files are mutated the same way in every run; fuzzing goes further.

use std::fs;

use demarche_core::event::sink::Kept;
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::source::{Fate, LIST, directory_operations, moments, token_id};
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;

use crate::reading::{each_record, read_section};
use crate::{folder, parse};

/// Values that stand where others are expected.
const STRANGE: &[&str] = &[
    "null",
    "true",
    "-1",
    "1e999",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"\u{202e}é\"",
    "[]",
    "[[[[]]]]",
    "{}",
    "[{\"a\":[null]}]",
    "\"/Date(9223372036854775807)/\"",
    "\"0000-00-00T00:00:00Z\"",
    "\"9999-12-31T23:59:60.9999999999999Z\"",
];

/// Sections of all stories: a file's name and text.
fn sections() -> Vec<(String, String)> {
    let mut paths: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .flat_map(|path| parse(&fs::read_to_string(path).unwrap()).sections)
        .collect()
}

/// Has every reader read a record, whether it fits or not.
fn read_by_all(text: &str, header: &Header) {
    for form in LIST {
        let fits = (form.fits)(text, header);
        let mut kept = Kept::default();
        let place = Place {
            leaf: 3,
            ..Place::default()
        };
        let record = Delivered {
            place,
            text,
            header,
        };
        let fate = (form.read)(&record, &mut kept);
        let said = !kept.problems.is_empty();
        assert!(fate == Fate::Read || said, "{}: {text}", form.name);
        // Lines of a program's own log may be read and say nothing of what is asked here.
        let silent = ["collector-log", "dovecot", "keycloak"];
        let speaks = fits && !silent.contains(&form.card.name);
        assert!(
            !speaks || fate == Fate::Rejected || !kept.events.is_empty(),
            "{}: read, and nothing came of it: {text}",
            form.name
        );
        assert!(kept.events.iter().all(|event| event.place == place));
        assert!(kept.problems.iter().all(|problem| problem.place == place));
    }
}

#[test]
fn files_cut_anywhere_are_read_to_the_end() {
    for (name, body) in sections() {
        let step = (body.len() / 16).max(1);
        for at in (0..body.len()).step_by(step) {
            if body.is_char_boundary(at) {
                read_section(&name, &body[..at]);
                read_section(&name, &body[at..]);
            }
        }
    }
}

#[test]
fn every_reader_takes_every_record() {
    for (name, body) in sections() {
        let mut n_records = 0;
        each_record(&name, &body, &mut |text, header| {
            n_records += 1;
            if n_records <= 4 {
                read_by_all(text, header);
                read_by_all(text, &Header::default());
            }
        });
    }
    read_by_all("", &Header::default());
    let header = Header {
        columns: vec!["TimeGenerated [UTC]".to_owned(); 3],
        ..Header::default()
    };
    for text in [
        "",
        "[",
        "[]",
        "[1,2,3,4]",
        "\"",
        ",,,,,,",
        "{\"a\"",
        "\u{feff}",
    ] {
        read_by_all(text, &header);
    }
}

/// Every value of a record, one after the other, becomes a strange one.
#[test]
fn strange_values_are_read_or_rejected() {
    for (name, body) in sections() {
        let mut n_records = 0;
        each_record(&name, &body, &mut |text, header| {
            n_records += 1;
            if n_records > 2 || !text.starts_with('{') {
                return;
            }
            for (number, at) in text.match_indices("\":").map(|(at, _)| at + 2).enumerate() {
                let rest = &text[at..];
                let end = rest.find([',', '}', ']']).unwrap_or(rest.len());
                let strange = STRANGE[number % STRANGE.len()];
                let changed = format!("{}{strange}{}", &text[..at], &rest[end..]);
                crate::reading::read_record(&changed, header, 0);
                if number % 11 == 0 {
                    read_by_all(&changed, header);
                }
            }
        });
    }
}

#[test]
fn normal_forms_stay_what_they_are() {
    for text in STRANGE.iter().map(|text| text.trim_matches('"')) {
        let token = token_id::canonical(text).into_owned();
        assert_eq!(token_id::canonical(&token), token);
        let name = directory_operations::normalised(text);
        assert_eq!(directory_operations::normalised(&name), name);
        if let Some(moment) = moments::parse(text) {
            let again = Moment::parse_iso(&moment.to_string()).unwrap();
            assert_eq!(again.micros, moment.micros, "{text}");
        }
    }
}

/// Brackets without end exhaust neither the stack nor the time of a run.
#[test]
fn deep_nesting_is_read_to_the_end() {
    for open in ["[", "{\"a\":", "{\"value\":[", "{\"properties\":", "\"["] {
        let deep = open.repeat(50_000);
        read_section("deep.json", &deep);
        read_section("deep.csv", &format!("a,b\n{deep}"));
        read_by_all(&deep, &Header::default());
        read_by_all(&format!("{{\"properties\":{deep}"), &Header::default());
    }
}
