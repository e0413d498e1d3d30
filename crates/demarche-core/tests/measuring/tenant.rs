//! Reads the sections of a case and folds its accounts.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::brief::Brief;
use demarche_core::brief::method::Method;
use demarche_core::brief::write::{Inputs, write};
use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{SourceFacts, Stated};
use demarche_core::coverage::ledger::{Coverage, Question};
use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::exposure::measure::{Listed, Measure, Measured};
use demarche_core::exposure::removed::Removed;
use demarche_core::finding::finding::{Judgement, Row};
use demarche_core::record::delivered::Delivered;
use demarche_core::session::fold::Fold;
use demarche_core::session::session::Session;
use demarche_core::source::{Fate, Form, cards, recognise, remedies};
use demarche_core::tenant::learner::Learner;
use demarche_core::tenant::lists::Lists;
use demarche_core::vocab::card::Stream;
use demarche_core::vocab::grade::Verdict;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::reading::each_record;

/// What a case holds, read.
#[derive(Default)]
pub struct Tenant {
    pub events: Vec<Event<'static>>,
    pub sources: Vec<SourceFacts>,
    pub stated: Stated,
    /// Verdict, and what the session must have: `name`, `value`.
    pub wanted: Vec<(Verdict, String, String)>,
    pub questions: Vec<Question>,
    pub protect: Vec<String>,
    pub now: Option<Moment>,
}

impl Tenant {
    /// Reads the sections of a case.
    pub fn of(sections: &[(String, String)]) -> Tenant {
        let mut tenant = Tenant::default();
        for (name, body) in sections {
            match name.as_str() {
                "stated" => tenant.read_stated(body),
                "listed" => tenant.read_listed(body),
                "ask" => tenant.read_questions(body),
                _ => tenant.read_file(name, body),
            }
        }
        tenant.events.sort_by_key(|event| (event.at, event.place));
        tenant
    }

    fn read_stated(&mut self, body: &str) {
        for line in body.lines() {
            match line.split_once(' ').unwrap() {
                ("exported", at) => self.stated.exported = Moment::parse_iso(at),
                ("now", at) => self.now = Moment::parse_iso(at),
                ("protect", account) => self.protect.push(account.to_owned()),
                ("licence", pair) => {
                    let (card, licence) = pair.split_once('=').unwrap();
                    self.stated.licences.insert(card.into(), licence.into());
                }
                other => panic!("not stated: {other:?}"),
            }
        }
    }

    fn read_listed(&mut self, body: &str) {
        for line in body.lines() {
            let (verdict, pair) = line.split_once(' ').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let verdict = match verdict {
                "hostile" => Verdict::Hostile,
                _ => Verdict::Suspect,
            };
            self.wanted.push((verdict, name.into(), value.into()));
        }
    }

    fn read_questions(&mut self, body: &str) {
        for line in body.lines() {
            let parts: Vec<&str> = line.split(' ').collect();
            self.questions.push(Question {
                stream: Stream::from_word(parts[0]).unwrap(),
                account: parts[1].trim_matches('-').to_owned(),
                from: Moment::parse_iso(parts[2]).unwrap(),
                to: Moment::parse_iso(parts[3]).unwrap(),
                ..Question::default()
            });
        }
    }

    /// Reads a file; copies of a record are left out, as the store would.
    pub fn read_file(&mut self, name: &str, body: &str) {
        let number = SourceNumber(self.sources.len() as u32 + 1);
        let mut facts = SourceFacts {
            number,
            path: name.to_owned(),
            decoded_bytes: body.len() as u64,
            acquired: true,
            ..SourceFacts::default()
        };
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut form: Option<&'static Form> = None;
        let mut leaf = 0;
        let events = &mut self.events;
        each_record(name, body, &mut |text, header| {
            let place = Place {
                source: number,
                leaf,
                ..Place::default()
            };
            leaf += 1;
            if !form.is_some_and(|form| (form.fits)(text, header)) {
                form = recognise(text, header);
            }
            let Some(form) = form else {
                return;
            };
            (facts.form, facts.card, facts.lossy) = (form.name.into(), Some(form.card), form.lossy);
            facts.records += 1;
            let mut kept = Kept::default();
            let record = Delivered {
                place,
                text,
                header,
            };
            let fate = (form.read)(&record, &mut kept);
            facts.rejected += u64::from(fate == Fate::Rejected);
            for event in kept.events {
                let copy = !event.record_id.is_empty()
                    && !event.marks.salvaged
                    && !seen.insert(event.record_id.to_string());
                facts.duplicates += u64::from(copy);
                if !copy {
                    events.push(event);
                }
            }
        });
        facts.distinct = facts.records - facts.duplicates - facts.rejected;
        self.sources.push(facts);
    }

    /// The closed ledger.
    pub fn coverage(&self) -> Coverage {
        let mut chart = Chart::default();
        self.events.iter().for_each(|event| chart.learn(event));
        chart.close(&self.sources, &self.stated)
    }

    /// Folds all accounts, lists the wanted sessions, and measures them.
    pub fn measured(&self) -> (Vec<Listed>, Measured) {
        let coverage = self.coverage();
        let mut learner = Learner::new(Lists::default());
        let mut removed = Removed::default();
        for event in &self.events {
            learner.learn(event);
            removed.learn(event);
        }
        let facts = learner.close();
        let mut listed: Vec<Listed> = Vec::new();
        let mut assigned = Vec::new();
        for account in facts.accounts().keys() {
            let mut fold = Fold::new(account, &facts);
            let mut mine = Vec::new();
            for event in &self.events {
                if let Some(to) = fold.event(event) {
                    mine.push((event, to));
                }
            }
            let sessions = fold.finish();
            for (event, to) in mine {
                assigned.push((event, sessions[to.session].id.clone(), to.tie));
            }
            listed.extend(sessions.into_iter().filter_map(|s| self.judged(s)));
        }
        let mut measure = Measure::new(&listed, &coverage, &removed);
        assigned.sort_by_key(|(event, _, _)| (event.at, event.place));
        for (event, session, tie) in assigned {
            measure.event(event, &session, tie);
        }
        let measured = measure.finish();
        (listed, measured)
    }

    /// The brief of the case, with nothing told and no clock.
    pub fn brief(&self) -> Brief {
        let coverage = self.coverage();
        let mut removed = Removed::default();
        self.events.iter().for_each(|event| removed.learn(event));
        let (listed, measured) = self.measured();
        write(Inputs {
            accounting: Vec::new(),
            sources: &self.sources,
            cards: &cards(),
            remedies: remedies::ALL,
            listed: &listed,
            ordinary_sessions: 3,
            findings: Vec::new(),
            coverage: &coverage,
            attempts: Vec::new(),
            measured,
            removed: &removed,
            timeline: Vec::new(),
            protect: &self.protect,
            told: Vec::new(),
            contained: None,
            stated: &self.stated,
            now: self.now,
            method: Method::default(),
        })
    }

    fn judged(&self, session: Session) -> Option<Listed> {
        let has = |name: &str, value: &str| match name {
            "account" => session.account == value,
            "session" => session.session_ids.values.contains(value),
            "token" => session.tokens.values.contains(value),
            "address" => session.addresses.values.contains(value),
            _ => panic!("sessions are not listed by {name}"),
        };
        let verdict = self
            .wanted
            .iter()
            .find(|(_, name, value)| has(name, value))?
            .0;
        let judgement = Judgement {
            verdict,
            row: Row(1),
            basis: "analyst".to_owned(),
            reason: "listed by the case".to_owned(),
        };
        Some(Listed { session, judgement })
    }
}

/// Short names for sessions, in order of their first event: `S1`, `S2`, …
pub fn short_names(listed: &[Listed]) -> BTreeMap<String, String> {
    let mut sessions: Vec<&Session> = listed.iter().map(|listed| &listed.session).collect();
    sessions.sort_by_key(|session| (session.first, session.first_place));
    sessions
        .iter()
        .enumerate()
        .map(|(at, session)| (session.id.clone(), format!("S{}", at + 1)))
        .collect()
}
