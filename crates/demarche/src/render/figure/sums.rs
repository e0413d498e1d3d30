//! What figures are drawn from: listed rows counted by day, network, client and account.

use std::collections::BTreeMap;

use crate::render::figure::{day_of, reach};
use crate::view::View;

/// Network, client and account.
pub type Triple = (String, String, String);

/// The most triples of network, client and account that are held; a log whose every event names
/// another client must not fill the memory.
pub const REACHES_MOST: usize = 20_000;

/// Counts over the listed rows, each row seen once and not kept.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Exposures by verdict and day: certain, presumed.
    pub grades: BTreeMap<String, BTreeMap<i64, (u64, u64)>>,
    /// Events by network, client and account: whether a hostile session is among them, how many.
    pub reaches: BTreeMap<Triple, (bool, u64)>,
    /// Events of triples beyond those held.
    pub n_unheld: u64,
    /// Days with events, and whether one is of a hostile session.
    pub days: BTreeMap<i64, bool>,
    /// Address, client and account of the event before, and what they came to: most events go on
    /// as the one before them.
    before: (Triple, Triple),
}

impl Sums {
    /// The counts of a case that is held in memory.
    pub fn of(view: &View) -> Sums {
        let mut sums = Sums::default();
        for row in &view.exposures {
            sums.exposure(&row.verdict, &row.grade, &row.first);
        }
        for row in &view.timeline {
            let from = (&*row.account, &*row.address, &*row.client);
            sums.event(&row.verdict, &row.datetime, from);
        }
        sums
    }

    /// Counts an exposure.
    pub fn exposure(&mut self, verdict: &str, grade: &str, first: &str) {
        let Some(day) = day_of(first) else {
            return;
        };
        if !self.grades.contains_key(verdict) {
            self.grades.insert(verdict.to_owned(), BTreeMap::new());
        }
        if let Some(days) = self.grades.get_mut(verdict) {
            let sums = days.entry(day).or_default();
            match grade {
                "certain" => sums.0 += 1,
                _ => sums.1 += 1,
            }
        }
    }

    /// Counts an event: its account, address and client.
    pub fn event(
        &mut self,
        verdict: &str,
        at: &str,
        (account, address, client): (&str, &str, &str),
    ) {
        let is_hostile = verdict == "hostile";
        if let Some(day) = day_of(at) {
            *self.days.entry(day).or_default() |= is_hostile;
        }
        let (given, triple) = &mut self.before;
        if (&*given.0, &*given.1, &*given.2) != (address, client, account) || triple.1.is_empty() {
            *given = (address.to_owned(), client.to_owned(), account.to_owned());
            *triple = (
                reach::network(address),
                reach::client(client),
                account.to_owned(),
            );
        }
        let is_full = self.reaches.len() >= REACHES_MOST;
        match self.reaches.get_mut(triple) {
            Some(sum) => {
                sum.0 |= is_hostile;
                sum.1 += 1;
            }
            None if is_full => self.n_unheld += 1,
            None => {
                self.reaches.insert(triple.clone(), (is_hostile, 1));
            }
        }
    }

    /// Adds what another part of the rows came to.
    #[cfg_attr(
        not(feature = "serve"),
        allow(dead_code, reason = "the local pages alone count tables side by side")
    )]
    pub fn add(&mut self, other: Sums) {
        for (verdict, days) in other.grades {
            let of_verdict = self.grades.entry(verdict).or_default();
            for (day, (certain, presumed)) in days {
                let sums = of_verdict.entry(day).or_default();
                sums.0 += certain;
                sums.1 += presumed;
            }
        }
        self.n_unheld += other.n_unheld;
        for (triple, (is_hostile, events)) in other.reaches {
            if self.reaches.len() >= REACHES_MOST && !self.reaches.contains_key(&triple) {
                self.n_unheld += events;
                continue;
            }
            let sum = self.reaches.entry(triple).or_default();
            sum.0 |= is_hostile;
            sum.1 += events;
        }
        for (day, is_hostile) in other.days {
            *self.days.entry(day).or_default() |= is_hostile;
        }
    }
}
