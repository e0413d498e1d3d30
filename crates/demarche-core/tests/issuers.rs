//! Judges a mail server's log with its token issuer's: forged, replayed, lost, elsewhere issued.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)]

use std::collections::BTreeMap;

use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{Issuer, SourceFacts, Stated};
use demarche_core::coverage::gap::GapKind;
use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::exposure::measure::{Listed, Measure};
use demarche_core::exposure::removed::Removed;
use demarche_core::finding::account::{Judged, Means, judge};
use demarche_core::finding::issuer_log;
use demarche_core::finding::pivot::Pivot;
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::session::fold::Fold;
use demarche_core::session::session::Session;
use demarche_core::source::recognise;
use demarche_core::tenant::learner::Learner;
use demarche_core::tenant::lists::Lists;
use demarche_core::vocab::grade::Verdict;
use demarche_core::vocab::moment::{HOUR, MINUTE, Moment, SECOND};
use demarche_core::vocab::place::{Place, SourceNumber};

/// The two logs, line by line.
#[derive(Clone, Default)]
struct Logs {
    issuer: Vec<String>,
    server: Vec<String>,
}

/// A time of the story, so many seconds after its beginning.
fn at(seconds: i64) -> Moment {
    let begin = Moment::parse_iso("2026-03-02T08:00:00Z").unwrap();
    Moment::from_micros(begin.micros + seconds * SECOND)
}

impl Logs {
    fn issue(&mut self, seconds: i64, account: &str, token: &str, address: &str) {
        self.issuer.push(format!(
            r#"{{"id":"{token}","time":{},"type":"CODE_TO_TOKEN","realmId":"r","clientId":"c","userId":"","ipAddress":"{address}","details":{{"username":"{account}","token_id":"{token}"}}}}"#,
            at(seconds).micros / 1000
        ));
    }

    /// A connection: signed in with a token, one message opened a second later.
    fn connect(&mut self, seconds: i64, account: &str, token: &str, (address, uid): (&str, u32)) {
        let connection = format!("{token}-{seconds}-{address}");
        let login = at(seconds).to_string().replace('Z', "+0000");
        self.server.push(format!(
            "{login} imap-login: Info: Login: user=<{account}>, method=XOAUTH2, rip={address}, lip=192.0.2.1, session=<{connection}>, token=<{token}>, client=<webmail>"
        ));
        self.open(seconds + 1, account, &connection, (address, uid));
    }

    fn open(&mut self, seconds: i64, account: &str, connection: &str, (address, uid): (&str, u32)) {
        let time = Moment::from_micros(at(seconds).micros + 7);
        self.server.push(format!(
            r#"{} stats: Info: {{"event":"mail_opened","start_time":"{time}","end_time":"{time}","categories":["mail"],"fields":{{"user":"{account}","remote_ip":"{address}","local_ip":"192.0.2.1","session":"{connection}","reason_code":["imap:fetch_body"],"mailbox":"INBOX","uid":{uid}}}}}"#,
            at(seconds).to_string().replace('Z', "+0000")
        ));
    }

    /// Five people at work: each a new token every ten minutes, from a network of their own.
    fn work() -> Logs {
        let mut logs = Logs::default();
        for round in 0..6 {
            for who in 0..5 {
                let (account, token) = (format!("p{who}"), format!("own-{who}-{round}"));
                let address = format!("10.{who}.0.7");
                let seconds = 600 * round + 60 * who;
                logs.issue(seconds, &account, &token, &address);
                logs.connect(seconds + 2, &account, &token, (&address, 1));
            }
        }
        logs
    }

    fn events(&self) -> (Vec<Event<'static>>, Vec<SourceFacts>) {
        let (mut events, mut sources) = (Vec::new(), Vec::new());
        for (number, lines) in [&self.issuer, &self.server].into_iter().enumerate() {
            let number = SourceNumber(u32::try_from(number).unwrap() + 1);
            let mut facts = SourceFacts {
                number,
                ..SourceFacts::default()
            };
            for (leaf, text) in lines.iter().enumerate() {
                let header = Header::default();
                let form = recognise(text, &header).expect("a line of a known form");
                let place = Place {
                    source: number,
                    leaf: leaf as u64,
                    ..Place::default()
                };
                let mut kept = Kept::default();
                let record = Delivered {
                    place,
                    text,
                    header: &header,
                };
                (form.read)(&record, &mut kept);
                assert!(kept.problems.is_empty(), "{:?}", kept.problems);
                facts.card = Some(form.card);
                facts.form = form.name.to_owned();
                facts.records += 1;
                facts.distinct += 1;
                events.extend(kept.events);
            }
            sources.push(facts);
        }
        events.sort_by_key(|event| (event.at, event.place));
        (events, sources)
    }
}

fn statement() -> Issuer {
    Issuer {
        card: "keycloak".to_owned(),
        to: Some(at(7200)),
        life_micros: HOUR,
        delay_micros: MINUTE,
        said: "the operator states it".to_owned(),
        ..Issuer::default()
    }
}

/// What came of it: listed sessions with their items, and accounts with tokens unknown.
struct Came {
    listed: Vec<(Session, Judged)>,
    items: BTreeMap<String, Vec<String>>,
    unknown: Vec<String>,
}

fn examine(logs: &Logs, issuers: Vec<Issuer>) -> Came {
    let (events, sources) = logs.events();
    let lists = Lists {
        own_applications: vec!["an application of a provider".to_owned()],
        ..Lists::default()
    };
    let (mut learner, mut chart) = (Learner::new(lists), Chart::default());
    for event in &events {
        learner.learn(event);
        chart.learn(event);
    }
    let facts = learner.close();
    let stated = Stated {
        issuers,
        ..Stated::default()
    };
    let coverage = issuer_log::charted(chart.close(&sources, &stated), &facts);
    let (mut pivot, mut listed) = (Pivot::default(), Vec::new());
    for pass in 0..2 {
        let mut noted = Pivot::default();
        listed.clear();
        for account in facts.accounts().keys() {
            let mut fold = Fold::new(account, &facts);
            events.iter().for_each(|event| {
                fold.event(event);
            });
            let sessions = fold.finish();
            let means = Means {
                facts: &facts,
                coverage: &coverage,
                expected: &[],
                determinations: &[],
                pivot: &pivot,
            };
            let judged = judge(&sessions, &means);
            noted.note(&sessions, &judged, &facts);
            let both = sessions.into_iter().zip(judged);
            listed.extend(both.filter(|(_, j)| j.judgement.verdict != Verdict::Ordinary));
        }
        if pass == 0 {
            pivot = noted;
        }
    }
    let rows: Vec<Listed> = listed
        .iter()
        .map(|(session, judged)| Listed {
            session: session.clone(),
            judgement: judged.judgement.clone(),
        })
        .collect();
    let removed = Removed::default();
    let mut measure = Measure::new(&rows, &coverage, &removed);
    for account in facts.accounts().keys() {
        let (mut fold, mut whole) = (Fold::new(account, &facts), Fold::new(account, &facts));
        events.iter().for_each(|event| {
            whole.event(event);
        });
        let ids: Vec<String> = whole
            .finish()
            .into_iter()
            .map(|session| session.id)
            .collect();
        for event in &events {
            if let Some(assigned) = fold.event(event) {
                measure.event(event, &ids[assigned.session], assigned.tie);
            }
        }
    }
    let mut items: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in measure.finish().exposures {
        let text = format!("{} {}/{}", row.grade.word(), row.container, row.item);
        items.entry(row.session).or_default().push(text);
    }
    let unknown = coverage
        .gaps
        .iter()
        .filter(|gap| gap.kind == GapKind::IssuanceUnknown)
        .map(|gap| gap.account.clone())
        .collect();
    Came {
        listed,
        items,
        unknown,
    }
}

fn text(came: &Came) -> Vec<String> {
    came.listed
        .iter()
        .map(|(session, judged)| {
            format!(
                "{} {} row {} {}",
                session.account,
                judged.judgement.verdict.word(),
                judged.judgement.row.0,
                came.items
                    .get(&session.id)
                    .map_or(String::new(), |items| items.join(" ")),
            )
        })
        .collect()
}

/// A token that was never issued, used twice from a network of nobody here.
fn with_forged() -> Logs {
    let mut logs = Logs::work();
    logs.connect(1900, "p1", "forged", ("203.0.113.9", 41));
    logs.connect(2000, "p1", "forged", ("203.0.113.9", 42));
    logs
}

#[test]
fn a_token_that_was_never_issued_is_hostile_and_its_items_are_exact() {
    let came = examine(&with_forged(), vec![statement()]);
    assert_eq!(
        text(&came),
        ["p1 hostile row 9 certain INBOX/41 certain INBOX/42"]
    );
    assert!(came.unknown.is_empty());
    let finding = came.listed[0]
        .1
        .findings
        .iter()
        .find(|f| f.row.0 == 9)
        .unwrap();
    assert!(finding.tests[0].why.contains("the operator states it"));
}

#[test]
fn forgeries_do_not_vouch_for_each_other_nor_against() {
    let mut logs = with_forged();
    for who in [0, 2, 3] {
        let (account, token) = (format!("p{who}"), format!("forged-{who}"));
        logs.connect(1950 + who, &account, &token, ("203.0.113.9", 7));
    }
    let came = examine(&logs, vec![statement()]);
    assert_eq!(came.listed.len(), 4, "{:?}", text(&came));
}

#[test]
fn without_a_statement_it_cannot_be_said() {
    let came = examine(&with_forged(), Vec::new());
    assert_eq!(text(&came), Vec::<String>::new());
    assert_eq!(came.unknown, ["p1"]);
    let early = Issuer {
        from: Some(at(0)),
        ..statement()
    };
    let came = examine(&with_forged(), vec![early]);
    assert_eq!(
        came.unknown,
        ["p1"],
        "it may have been issued before the log begins"
    );
}

#[test]
fn a_lost_span_of_the_log_accuses_nobody_and_is_told() {
    for from in 0..28 {
        for n in [1, 2, 5, 9] {
            let mut logs = with_forged();
            let to = (from + n).min(logs.issuer.len());
            logs.issuer.drain(from..to);
            let came = examine(&logs, vec![statement()]);
            let innocent = came.listed.iter().any(|(session, _)| {
                session
                    .tokens
                    .values
                    .iter()
                    .any(|token| token.starts_with("own"))
            });
            assert!(!innocent, "lost {from}..{to}: {:?}", text(&came));
            let told = !came.listed.is_empty() || came.unknown.contains(&"p1".to_owned());
            assert!(told, "lost {from}..{to}: silence");
            assert!(!came.unknown.is_empty(), "lost {from}..{to}");
        }
    }
}

#[test]
fn an_account_that_another_issuer_serves_is_not_accused() {
    let mut logs = Logs::work();
    for round in 0..4 {
        logs.connect(
            700 * round,
            "guest",
            &format!("else-{round}"),
            ("198.51.100.4", 3),
        );
    }
    let came = examine(&logs, vec![statement()]);
    assert_eq!(text(&came), Vec::<String>::new());
    assert_eq!(came.unknown, ["guest"]);
}

#[test]
fn a_token_shown_at_home_may_be_a_lost_record() {
    let mut logs = Logs::work();
    logs.connect(1900, "p1", "unlisted", ("10.1.0.9", 41));
    let came = examine(&logs, vec![statement()]);
    assert_eq!(text(&came), Vec::<String>::new());
    assert_eq!(came.unknown, ["p1"]);
}

#[test]
fn a_replay_between_two_uses_is_suspect_and_the_owner_is_not() {
    let mut logs = Logs::work();
    logs.connect(1300, "p1", "own-1-2", ("203.0.113.9", 41));
    logs.connect(1320, "p1", "own-1-2", ("10.1.0.7", 2));
    logs.connect(1340, "p1", "own-1-2", ("203.0.113.9", 42));
    let came = examine(&logs, vec![statement()]);
    assert_eq!(
        text(&came),
        ["p1 suspect row 3 certain INBOX/41 certain INBOX/42"]
    );
}

#[test]
fn roaming_is_ordinary_and_a_second_has_no_order() {
    let mut logs = Logs::work();
    logs.connect(1300, "p1", "own-1-2", ("198.51.100.9", 41));
    assert_eq!(
        text(&examine(&logs, vec![statement()])),
        Vec::<String>::new()
    );
    // The line of a sign-in tells the second only: it may be after the reads of that second.
    let mut logs = Logs::work();
    logs.connect(1300, "p1", "own-1-2", ("198.51.100.9", 41));
    logs.open(1300, "p1", "own-1-2-1262-10.1.0.7", ("10.1.0.7", 1));
    assert_eq!(
        text(&examine(&logs, vec![statement()])),
        Vec::<String>::new()
    );
}

#[test]
fn bodies_that_a_server_counts_and_does_not_name_are_presumed() {
    let ended = |logs: &mut Logs, n: u32| {
        logs.server.push(format!(
            "2026-03-02T08:40:00+0000 imap(p1)<7><forged-1900-203.0.113.9>: Info: Disconnected: Logged out in=1 out=2 body_count={n} body_bytes=9"
        ));
    };
    let mut logs = with_forged();
    ended(&mut logs, 1);
    let came = examine(&logs, vec![statement()]);
    assert_eq!(
        text(&came),
        ["p1 hostile row 9 certain INBOX/41 certain INBOX/42"]
    );
    let mut logs = with_forged();
    ended(&mut logs, 4);
    let came = examine(&logs, vec![statement()]);
    assert_eq!(
        text(&came),
        ["p1 hostile row 9 presumed / certain INBOX/41 certain INBOX/42"]
    );
}

#[test]
fn a_second_replay_from_one_place_does_not_make_it_the_owners() {
    let day = 86_400;
    let mut logs = Logs::work();
    // Thirty days of work, from the office and a telephone that roams to its carrier.
    for nth in 0..30 {
        let (token, begin) = (format!("day-{nth}"), day * nth + 30_000);
        logs.issue(begin, "p1", &token, "10.1.0.7");
        logs.connect(begin + 2, "p1", &token, ("10.1.0.7", 1));
        logs.connect(begin + 9000, "p1", &token, ("198.51.100.7", 1));
    }
    let replay = |logs: &mut Logs, nth: i64, address: &str, uid: u32| {
        let (token, begin) = (format!("copied-{nth}"), day * nth + 36_000);
        logs.issue(begin, "p1", &token, "10.1.0.7");
        logs.connect(begin + 2, "p1", &token, ("10.1.0.7", 1));
        logs.connect(begin + 900, "p1", &token, (address, uid));
        logs.connect(begin + 1800, "p1", &token, ("10.1.0.7", 1));
    };
    let until = Issuer {
        to: Some(at(40 * day)),
        ..statement()
    };
    replay(&mut logs, 20, "203.0.113.9", 41);
    replay(&mut logs, 27, "203.0.113.9", 42);
    // The same by the owner's own telephone, whose carrier is known: nobody is accused.
    replay(&mut logs, 24, "198.51.100.7", 1);
    let came = examine(&logs, vec![until]);
    let listed = text(&came);
    assert_eq!(listed.len(), 2, "{listed:?}");
    for (line, uid) in listed.iter().zip([41, 42]) {
        assert!(line.contains("row 3"), "{line}");
        assert!(line.ends_with(&format!("certain INBOX/{uid}")), "{line}");
    }
}
