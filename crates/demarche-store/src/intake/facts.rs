//! Row-level facts of a source that its accounting and coverage need.

use std::collections::BTreeMap;

use demarche_core::event::event::Event;
use demarche_core::event::kind::Kind;
use demarche_core::event::sink::Met;
use demarche_core::event::words;
use demarche_core::vocab::moment::Moment;

use crate::intake::source::{Few, Search, Source};

/// Search sessions told apart in one source, at most.
const SEARCHES_MAX: usize = 10_000;

/// What some records of one source tell; added up in their order.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Records that could not be read.
    pub rejected: u64,
    /// Whether text had to be repaired for reading.
    pub repaired: bool,
    lossy: bool,
    forms: BTreeMap<&'static str, u64>,
    events: u64,
    met: BTreeMap<Met, u64>,
    first: Option<Moment>,
    last: Option<Moment>,
    accounts: Few,
    operations: Few,
    /// Search sessions in order of their first row: which ones are kept does not depend on how
    /// records were batched.
    searches: Vec<(String, Search)>,
    searches_known: BTreeMap<String, usize>,
}

impl Facts {
    /// Notes the form of one record.
    pub fn form(&mut self, name: &'static str, lossy: bool) {
        *self.forms.entry(name).or_default() += 1;
        self.lossy |= lossy;
    }

    /// Notes what a record met of its mapping.
    pub fn met(&mut self, met: Met) {
        *self.met.entry(met).or_default() += 1;
    }

    /// Notes what one event tells about its source.
    pub fn event(&mut self, event: &Event<'_>) {
        self.events += 1;
        if event.kind != Kind::CollectorNote {
            self.time(event.at);
            self.operations.note(&event.operation);
            if !self.accounts.more {
                self.accounts.note(&event.actor.key());
            }
        }
        let stated = event.detail(words::RESULT_COUNT);
        if !stated.is_empty() {
            self.search(event.detail(words::RESULT_SESSION), stated);
        }
    }

    /// A record without a time reads as the epoch, which no log of ours reaches back to.
    fn time(&mut self, at: Moment) {
        if at.micros == 0 {
            return;
        }
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
    }

    fn search(&mut self, session: &str, stated: &str) {
        let known = self.searches_known.get(session).copied();
        let place = known.unwrap_or_else(|| {
            let place = self.searches.len();
            self.searches.push((session.to_owned(), Search::default()));
            self.searches_known.insert(session.to_owned(), place);
            place
        });
        let search = &mut self.searches[place].1;
        search.rows += 1;
        if let Ok(stated) = stated.trim().parse() {
            search.stated = search.stated.max(stated);
        }
    }

    /// Adds these facts to their source, behind those of earlier records.
    pub fn add_to(self, source: &mut Source) {
        source.rejected += self.rejected;
        source.repaired |= self.repaired;
        source.lossy |= self.lossy;
        for (form, n) in self.forms {
            *source.forms.entry(form).or_default() += n;
        }
        source.events += self.events;
        for (met, n) in self.met {
            *source.met.entry(met).or_default() += n;
        }
        source.first = earliest(source.first, self.first);
        source.last = source.last.max(self.last);
        source.accounts.join(&self.accounts);
        source.operations.join(&self.operations);
        for (session, search) in self.searches {
            let known = source.searches.contains_key(&session);
            if !known && source.searches.len() == SEARCHES_MAX {
                continue;
            }
            let sum = source.searches.entry(session).or_default();
            sum.rows += search.rows;
            sum.stated = sum.stated.max(search.stated);
        }
    }
}

fn earliest(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
