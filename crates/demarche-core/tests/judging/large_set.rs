//! A public tenant with a whole intrusion and its traps.

use std::collections::BTreeSet;
use std::path::PathBuf;

use demarche_core::event::kind::Kind;
use demarche_core::session::session::Session;
use demarche_core::vocab::grade::{Tie, Verdict};

use super::{Examined, Logs, examine};

const APPLICATION: &str = "ea0056b2-87ac-4765-ba13-e2768da6fba7";
const FRONT: &str = "00000003-0000-0000-c000-000000000000";
const SESSION_ID: &str = "637a72b7-3f4e-445b-bb2e-4605eb2a141b";

/// Accounts, verdict and row of the sessions for which something holds.
fn judged(
    examined: &Examined,
    holds: impl Fn(&Session) -> bool,
) -> Vec<(String, &'static str, u8)> {
    let mut rows: Vec<_> = examined
        .sessions
        .iter()
        .zip(&examined.judged)
        .filter(|(session, _)| holds(session))
        .map(|(session, judged)| {
            let who = session.account.split('@').next().unwrap().to_owned();
            (who, judged.judgement.verdict.word(), judged.judgement.row.0)
        })
        .collect();
    rows.sort();
    rows
}

/// Message ids named in a session, by the ties of their events.
fn messages(examined: &Examined, session: &str) -> BTreeSet<(Tie, String)> {
    examined
        .events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.kind == Kind::ItemsRead)
        .filter_map(|(at, event)| Some((examined.assigned.get(&(event.place, at))?, event)))
        .filter(|((id, _), _)| id == session)
        .flat_map(|((_, to), event)| event.items.iter().map(|item| (to.tie, item.id.to_string())))
        .collect()
}

#[test]
fn the_large_set_is_judged_as_its_truth_says() {
    let Some(folder) = std::env::var_os("DEMARCHE_DATASETS").map(PathBuf::from) else {
        println!("skipped: DEMARCHE_DATASETS names no folder of data sets");
        return;
    };
    let logs = Logs::open(&[folder.join("o365_dataset/auditrecords.csv.gz")]);
    let examined = examine(logs);
    if std::env::var_os("SHOW").is_some() {
        println!("{}", examined.text());
    }
    sprays(&examined);
    takeover(&examined);
    application(&examined);
    background(&examined);
}

/// S1 is an attempt; S2 a hostile sign-in, and the same address with other clients is not.
fn sprays(examined: &Examined) {
    let sprayed = |kind: &str| {
        let found = examined.judged.iter().flat_map(|judged| &judged.findings);
        let days = found
            .filter(|f| f.kind == kind)
            .map(|f| f.at.to_string()[..10].to_owned());
        days.collect::<BTreeSet<String>>()
    };
    assert_eq!(
        sprayed("password-spray"),
        BTreeSet::from(["2021-04-14".to_owned()])
    );
    assert!(sprayed("password-spray-attempt").contains("2021-03-26"));
    let day = |session: &Session| {
        session.first.to_string().starts_with("2021-04-14")
            && session.account.starts_with("a.thulile")
    };
    let hostile: Vec<_> = judged(examined, day)
        .into_iter()
        .filter(|row| row.1 == "hostile")
        .collect();
    assert_eq!(hostile, [("a.thulile".to_owned(), "hostile", 2)]);
}

/// S5: 24 messages by session id from the intruder's address, the 25th in a part of its own.
fn takeover(examined: &Examined) {
    let parts = judged(examined, |s| s.session_ids.values.contains(SESSION_ID));
    assert_eq!(
        parts,
        [
            ("a.thulile".to_owned(), "hostile", 4),
            ("a.thulile".to_owned(), "suspect", 3)
        ]
    );
    let named = |verdict: Verdict| {
        let sessions = examined.listed(verdict);
        let part = sessions
            .iter()
            .find(|(s, _)| s.session_ids.values.contains(SESSION_ID));
        messages(examined, &part.unwrap().0.id)
    };
    let by_session = |named: &BTreeSet<(Tie, String)>| {
        named
            .iter()
            .filter(|(tie, _)| tie.bears_certain())
            .map(|(_, id)| id.clone())
            .collect::<BTreeSet<_>>()
    };
    let hostile = by_session(&named(Verdict::Hostile));
    assert_eq!(hostile.len(), 24);
    let other = by_session(&named(Verdict::Suspect));
    assert_eq!(other.difference(&hostile).count(), 1);
}

/// S4: the application's reads and sends are hostile in every mailbox, and nothing else of it.
fn application(examined: &Examined) {
    // Whoever signs in to the application has it among his own; its use has no other.
    let pair = |s: &Session| {
        s.applications
            .values
            .contains(&format!("{FRONT}|{APPLICATION}"))
    };
    let sessions: Vec<_> = examined.sessions.iter().filter(|s| pair(s)).collect();
    let n_sends: u64 = sessions
        .iter()
        .filter_map(|s| s.kinds.get(&Kind::MessageSent))
        .sum();
    let n_items: u64 = sessions.iter().map(|s| s.n_items_named).sum();
    assert_eq!((n_items, n_sends), (5, 4));
    for row in judged(examined, pair) {
        assert_eq!((row.1, row.2), ("hostile", 7), "{}", row.0);
    }
    let tenant_wide = examined.facts.application(APPLICATION).unwrap();
    assert!(
        tenant_wide
            .consents
            .iter()
            .any(|consent| consent.tenant_wide)
    );
}

/// The provider's own background reads: none in any listed session.
fn background(examined: &Examined) {
    let listed: BTreeSet<&str> = [Verdict::Hostile, Verdict::Suspect]
        .iter()
        .flat_map(|verdict| examined.listed(*verdict))
        .map(|(session, _)| session.id.as_str())
        .collect();
    let reads = examined
        .events
        .iter()
        .enumerate()
        .filter(|(_, event)| event.kind == Kind::ItemsRead && event.marks.background);
    let (mut n, mut n_listed) = (0, 0);
    for (at, event) in reads {
        n += 1;
        let assigned = examined.assigned.get(&(event.place, at));
        n_listed += usize::from(assigned.is_some_and(|(id, _)| listed.contains(id.as_str())));
    }
    assert_eq!((n, n_listed), (205, 0));
}
