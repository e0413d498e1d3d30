//! Runs `cases/finding/*.case`: a story of habits and events in, findings with their tests out.
//!
//! A story has sections `habits` (who signs in every morning), `events` (one a line: day, time,
//! who, kind, then `key=value`) and `expect`: sessions from day 21 on, before it all is habit. `UPDATE_EXPECT=1` writes what came instead.
//! Keys: `from`, `agent`, `session`, `token`, `app` (`front|caller`), `items`, `outcome`,
//! `country`, `asn`, `grant`, `store`, `capacity`, `object`, `unattended`, `times` and `every`
//! (minutes) to repeat, `nights` to repeat day by day, `anew` for a session of its own each time,
//! `further` for another question each time; `rows`, `table` and `ask` for rows; `peer` where the
//! server saw its peer; anything else is a detail of that name.

#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use crate::event::event::Event;
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{ActorKind, Capacity, Kind, Outcome};
use crate::finding::account::Judged;
use crate::finding::story::{AWAY, CHROME, FIREFOX, HOME, HOSTING, RELAY, Story, event, moment};
use crate::session::session::Session;
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, MINUTE, Moment};

struct Case {
    path: PathBuf,
    head: String,
    habits: String,
    events: String,
    expect: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/finding");
    let entries = fs::read_dir(folder).expect("cases/finding is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.into_iter().map(case).collect()
}

fn case(path: PathBuf) -> Case {
    let text = fs::read_to_string(&path).expect("a case that can be read");
    let (head, rest) = text.split_once("--- habits\n").expect("a section habits");
    let (habits, rest) = rest.split_once("--- events\n").expect("a section events");
    let (events, expect) = rest.split_once("--- expect\n").expect("a section expect");
    Case {
        head: head.to_owned(),
        habits: habits.to_owned(),
        events: events.to_owned(),
        expect: expect.to_owned(),
        path,
    }
}

/// The words of a line; a value in single quotes keeps its spaces.
fn words_of(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn host(name: &str) -> String {
    let known = [
        ("home", HOME),
        ("away", AWAY),
        ("relay", RELAY),
        ("hosting", HOSTING),
    ];
    let found = known.iter().find(|(word, _)| *word == name);
    found.map_or(name, |(_, host)| host).to_owned()
}

fn agent(name: &str) -> String {
    let known = [("chrome", CHROME), ("firefox", FIREFOX)];
    let found = known.iter().find(|(word, _)| *word == name);
    found.map_or(name, |(_, agent)| agent).to_owned()
}

/// The stream that carries a kind, where the line does not say.
fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::SignIn | Kind::TokenIssued => Stream::SignInSummary,
        Kind::ItemsRead | Kind::FolderSynced => Stream::ItemAccess,
        Kind::FileDownloaded | Kind::FileSynced => Stream::File,
        Kind::Consented | Kind::SecretAdded | Kind::FactorChanged => Stream::Directory,
        _ => Stream::Mailbox,
    }
}

fn set(event: &mut Event<'static>, key: &str, value: &str) {
    let text = value.to_owned();
    match key {
        "from" => event.address = host(value).into(),
        "agent" => event.client.agent = agent(value).into(),
        "session" => event.ties.session = text.into(),
        "token" => event.ties.token = text.into(),
        "grant" => event.client.grant = text.into(),
        "country" => event.country = text.into(),
        "object" => event.object = text.into(),
        "asn" => event.network_number = value.parse().expect("a number"),
        "outcome" => event.outcome = Outcome::from_word(value),
        "capacity" => event.capacity = Capacity::from_word(value),
        "store" => event.store.name = format!("{value}@example.org").into(),
        "rows" | "table" | "ask" => set_rows(event, key, value),
        "peer" => {
            event.marks.peer = true;
            if event.kind == Kind::TokenIssued {
                event.stream = Stream::Issuance;
            }
        }
        "unattended" => event.actor_kind = ActorKind::Application,
        "app" => {
            let (front, caller) = value.split_once('|').expect("app=front|caller");
            event.application.front = front.to_owned().into();
            event.application.caller = caller.to_owned().into();
        }
        "items" => {
            let n: usize = value.parse().expect("a number of items");
            let item = |n: usize| Item {
                id: format!("<{n}@example.org>").into(),
                ..Item::default()
            };
            event.items = (0..n).map(item).collect();
        }
        key => event.details.push((key.to_owned().into(), text.into())),
    }
}

/// What was asked for of which table, and how many rows came back.
fn set_rows(event: &mut Event<'static>, key: &str, value: &str) {
    if event.items.is_empty() {
        event.items.push(Item {
            kind: ItemKind::Rows,
            ..Item::default()
        });
    }
    for item in &mut event.items {
        match key {
            "rows" => item.rows = value.parse().expect("a number of rows"),
            "table" => item.container = value.to_owned().into(),
            _ => item.id = value.to_owned().into(),
        }
    }
}

/// One of several events that a line repeats.
fn repeated(one: &Event<'static>, rest: &[String], nth: (i64, i64)) -> Event<'static> {
    let mut event = one.clone();
    let has = |word: &str| rest.iter().any(|other| other == word);
    if has("anew") {
        event.ties.session = format!("{}-{}-{}", event.ties.session, nth.0, nth.1).into();
    }
    for item in event.items.iter_mut().filter(|_| has("further")) {
        item.id = format!("{} {} {}", item.id, nth.0, nth.1).into();
    }
    event
}

/// The events of one line.
fn events_of(line: &str) -> Vec<Event<'static>> {
    let words = words_of(line);
    let [day, time, who, kind, rest @ ..] = words.as_slice() else {
        panic!("no event: {line}");
    };
    let (hour, minute) = time.split_once(':').expect("a time");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let at = moment(number(day), number(hour), number(minute));
    let kind = Kind::from_word(kind).unwrap_or_else(|| panic!("no kind: {kind}"));
    let (mut times, mut every, mut nights) = (1, 1, 1);
    let mut one = event(kind, at, who, |event| {
        event.stream = stream_of(kind);
        if kind == Kind::ItemsRead {
            event.store.name = format!("{who}@example.org").into();
        }
    });
    for word in rest {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        match key {
            "times" => times = number(value),
            "every" => every = number(value),
            "nights" => nights = number(value),
            "anew" | "further" => {}
            key => set(&mut one, key, value),
        }
    }
    let mut all = Vec::new();
    for night in 0..nights {
        for n in 0..times {
            let mut event = repeated(&one, rest, (night, n));
            let micros = at.micros + night * DAY + n * every * MINUTE;
            event.at = Moment::from_micros(micros);
            all.push(event);
        }
    }
    all
}

fn told(case: &Case) -> String {
    let habits = words_of(case.habits.trim());
    let habits: Vec<&str> = habits.iter().map(String::as_str).collect();
    let lines = case.events.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let story = Story::of(&habits).with(lines.flat_map(events_of));
    let mut judged = story.judged();
    judged
        .sort_by(|(a, _), (b, _)| (a.first, &a.account, &a.id).cmp(&(b.first, &b.account, &b.id)));
    let mut out = String::new();
    // What comes before is habit.
    let after = |(session, _): &(Session, Judged)| session.first >= moment(21, 0, 0);
    for (session, judged) in judged.into_iter().filter(after) {
        let findings: Vec<_> = judged.findings.iter().filter(|f| f.row.0 != 8).collect();
        if findings.is_empty() {
            continue;
        }
        let who = session.account.split('@').next().unwrap_or_default();
        let judgement = &judged.judgement;
        let verdict = judgement.verdict.word();
        out.push_str(&format!("{verdict} by row {}: {who}\n", judgement.row.0));
        for finding in findings {
            let standing = finding.standing.word();
            out.push_str(&format!(
                "  {} {} {standing}\n",
                finding.row.0, finding.kind
            ));
            for test in &finding.tests {
                out.push_str(&format!("    {}: {}\n", test.name, test.result.word()));
            }
        }
    }
    if out.is_empty() {
        out.push_str("nothing\n");
    }
    out
}

#[test]
fn every_story_is_judged_as_it_should_be() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let told = told(&case);
        if told == case.expect {
            continue;
        }
        if update {
            let text = format!(
                "{}--- habits\n{}--- events\n{}--- expect\n{told}",
                case.head, case.habits, case.events
            );
            fs::write(&case.path, text).expect("a case that can be written");
        } else {
            wrong.push(format!("{}:\n{told}", case.path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
