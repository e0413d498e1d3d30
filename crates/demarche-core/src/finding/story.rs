//! Hand-made events for the tests of judgement: habits, and what breaks them.

use crate::coverage::ledger::{Coverage, Speaker};
use crate::event::event::Event;
use crate::event::item::Item;
use crate::event::kind::{Kind, Outcome};
use crate::finding::account::{Judged, Means, judge};
use crate::finding::determination::{Determination, Expected};
use crate::finding::pivot::Pivot;
use crate::session::fold::Fold;
use crate::session::session::Session;
use crate::tenant::learner::Learner;
use crate::tenant::lists::{Lists, Rule, Toolkit};
use crate::vocab::address::Block;
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, HOUR, MINUTE, Moment};

pub const HOME: &str = "198.51.100.7";
pub const AWAY: &str = "203.0.113.9";
pub const RELAY: &str = "192.0.2.4";
pub const HOSTING: &str = "198.18.0.9";
pub const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0";
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64) Firefox/87.0";

/// Midnight of the first day of all stories.
pub const BEGIN: i64 = 20_000 * DAY;

pub fn moment(day: i64, hour: i64, minute: i64) -> Moment {
    Moment::from_micros(BEGIN + day * DAY + hour * HOUR + minute * MINUTE)
}

/// One event of an account; `with` sets the rest.
pub fn event(
    kind: Kind,
    at: Moment,
    who: &str,
    with: impl FnOnce(&mut Event<'static>),
) -> Event<'static> {
    let mut event = Event {
        kind,
        at,
        outcome: Outcome::Succeeded,
        stream: Stream::Mailbox,
        ..Event::default()
    };
    event.actor.name = format!("{who}@example.org").into();
    with(&mut event);
    event
}

/// A sign-in from an address with an agent.
pub fn sign_in(at: Moment, who: &str, host: &str, agent: &str) -> Event<'static> {
    event(Kind::SignIn, at, who, |e| {
        e.stream = Stream::SignInSummary;
        e.address = host.to_owned().into();
        e.client.agent = agent.to_owned().into();
        e.client.grant = "browser".into();
    })
}

/// The same with a wrong password.
pub fn wrong(at: Moment, who: &str, host: &str, agent: &str) -> Event<'static> {
    let mut event = sign_in(at, who, host, agent);
    event.outcome = Outcome::WrongPassword;
    event
}

/// A read of the own mailbox through an application pair, without ids.
pub fn read(at: Moment, who: &str, host: &str, pair: (&str, &str)) -> Event<'static> {
    event(Kind::ItemsRead, at, who, |e| {
        e.stream = Stream::ItemAccess;
        e.address = host.to_owned().into();
        e.store.name = format!("{who}@example.org").into();
        e.application.front = pair.0.to_owned().into();
        e.application.caller = pair.1.to_owned().into();
        e.items.push(Item {
            id: format!("<{}@example.org>", at.micros).into(),
            ..Item::default()
        });
    })
}

/// Anything with details.
pub fn act(kind: Kind, at: Moment, who: &str, details: &[(&str, &str)]) -> Event<'static> {
    event(kind, at, who, |e| {
        for (name, value) in details {
            let detail = ((*name).to_owned().into(), (*value).to_owned().into());
            e.details.push(detail);
        }
    })
}

impl Event<'static> {
    /// The same from an address with an agent.
    pub fn from(mut self, host: &str, agent: &str) -> Event<'static> {
        self.address = host.to_owned().into();
        self.client.agent = agent.to_owned().into();
        self
    }

    /// The same within a session id.
    pub fn within(mut self, session: &str) -> Event<'static> {
        self.ties.session = session.to_owned().into();
        self
    }
}

/// Events, and what they are judged by.
pub struct Story {
    pub events: Vec<Event<'static>>,
    pub expected: Vec<Expected>,
    pub determinations: Vec<Determination>,
    pub coverage: Coverage,
}

impl Story {
    /// Accounts that sign in from one place with one client every working morning of 20 days.
    pub fn of(accounts: &[&str]) -> Story {
        let mut events = Vec::new();
        for day in 0..20 {
            for (n, who) in accounts.iter().enumerate() {
                let at = moment(day, 8, i64::try_from(n).unwrap());
                let session = format!("{who}-{day}");
                events.push(sign_in(at, who, HOME, CHROME).within(&session));
                let later = Moment::from_micros(at.micros + MINUTE);
                events.push(read(later, who, HOME, ("mail", "")).within(&session));
            }
        }
        let speaker = |stream| Speaker {
            stream,
            n_events: 1,
            first: moment(0, 0, 0),
            last: moment(60, 0, 0),
            ..Speaker::default()
        };
        let coverage = Coverage {
            speakers: vec![speaker(Stream::Directory), speaker(Stream::SignInSummary)],
            last: Some(moment(60, 0, 0)),
            ..Coverage::default()
        };
        Story {
            events,
            expected: Vec::new(),
            determinations: Vec::new(),
            coverage,
        }
    }

    /// Adds events.
    pub fn with(mut self, events: impl IntoIterator<Item = Event<'static>>) -> Story {
        self.events.extend(events);
        self
    }

    pub fn lists() -> Lists {
        Lists {
            version: "test".to_owned(),
            relays: vec![Block::parse("192.0.2.0/24").unwrap()],
            anonymisers: vec![Block::parse("198.18.0.0/15").unwrap()],
            threats: vec![(
                Block::parse("192.88.99.0/24").unwrap(),
                "a proxy of thieves".to_owned(),
            )],
            rules: Story::rules(),
            publishers: vec!["wellknown".to_owned()],
            toolkits: vec![Toolkit {
                name: "kit".to_owned(),
                scopes: vec!["mail.read".to_owned(), "mail.send".to_owned()],
            }],
            content_scopes: vec!["Mail.Read".to_owned(), "Mail.Send".to_owned()],
            plain_scopes: vec!["openid".to_owned()],
            own_applications: vec!["own-app".to_owned()],
            ..Lists::default()
        }
    }

    /// Public rules that stories may let fire, by `rule=TITLE`.
    fn rules() -> Vec<Rule> {
        let rule = |title: &str, level: &str, n_hits| Rule {
            title: title.to_owned(),
            level: level.to_owned(),
            notice: level == "low",
            n_hits,
            n_records: 1000,
            ..Rule::default()
        };
        vec![
            rule("Inbox rule with an odd name", "medium", 1),
            rule("Second alert", "high", 1),
            rule("Notice", "low", 1),
            rule("Fires on everything", "high", 100),
        ]
    }

    /// Both passes; every session with what was judged of it.
    pub fn judged(mut self) -> Vec<(Session, Judged)> {
        self.events.sort_by_key(|event| event.at);
        for (leaf, event) in self.events.iter_mut().enumerate() {
            event.place.leaf = leaf as u64;
        }
        let mut learner = Learner::new(Story::lists());
        for event in &self.events {
            let title = event.detail("rule");
            let lists = learner.lists_mut();
            let number = lists.rules.iter().position(|rule| rule.title == title);
            if let Some(number) = number {
                let number = u32::try_from(number).unwrap();
                lists.hits.insert(event.place, vec![number]);
            }
        }
        self.events.iter().for_each(|event| learner.learn(event));
        let facts = learner.close();
        let (mut pivot, mut results) = (Pivot::default(), Vec::new());
        for _ in 0..2 {
            let mut noted = Pivot::default();
            results.clear();
            for account in facts.accounts().keys() {
                let mut fold = Fold::new(account, &facts);
                for event in &self.events {
                    fold.event(event);
                }
                let sessions = fold.finish();
                let means = Means {
                    facts: &facts,
                    coverage: &self.coverage,
                    expected: &self.expected,
                    determinations: &self.determinations,
                    pivot: &pivot,
                };
                let judged = judge(&sessions, &means);
                noted.note(&sessions, &judged, &facts);
                results.extend(sessions.into_iter().zip(judged));
            }
            pivot = noted;
        }
        results
    }

    /// What is listed, one line each: verdict, row, account without its domain.
    pub fn listed(self) -> Vec<String> {
        use crate::vocab::grade::Verdict;
        let mut lines: Vec<String> = self
            .judged()
            .iter()
            .filter(|(_, judged)| judged.judgement.verdict > Verdict::Ordinary)
            .map(|(session, judged)| {
                let judgement = &judged.judgement;
                let who = session.account.split('@').next().unwrap_or_default();
                format!("{} {} {who}", judgement.verdict.word(), judgement.row.0)
            })
            .collect();
        lines.sort();
        lines
    }

    /// How the test of a name came out, in all findings of a kind.
    pub fn test(self, kind: &str, name: &str) -> Vec<&'static str> {
        let mut results: Vec<&'static str> = self
            .judged()
            .iter()
            .flat_map(|(_, judged)| &judged.findings)
            .filter(|finding| finding.kind == kind)
            .flat_map(|finding| &finding.tests)
            .filter(|test| test.name == name)
            .map(|test| test.result.word())
            .collect();
        results.dedup();
        results
    }
}
