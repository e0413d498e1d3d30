//! First-seen tables: application pairs, networks, stores, and how much was read a day.

use std::collections::{BTreeMap, BTreeSet};

use crate::tenant::origin::Origin;
use crate::tenant::row_use::RowUse;
use crate::tenant::span::{Few, Span, key_of};
use crate::tenant::sparse::Sparse;
use crate::tenant::volume::Volumes;
use crate::vocab::address::Network;
use crate::vocab::moment::Moment;

/// Use of one application pair (`front|caller`, semantics §2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PairUse {
    /// The pair in text.
    pub name: String,
    /// In the whole tenant.
    pub span: Span,
    /// Per store, by the hash of its key.
    pub stores: BTreeMap<u64, Span>,
    /// Hours of the day (UTC) in which it was seen, one bit each.
    pub hours: u32,
    /// Whether every use was marked as the provider's own background reader.
    pub background: bool,
    /// Records from relays of the provider.
    pub n_relayed: u64,
}

impl PairUse {
    /// Takes in another's.
    pub fn merge(&mut self, other: PairUse) {
        if self.span.n == 0 {
            *self = other;
            return;
        }
        self.span.merge(&other.span);
        for (store, span) in other.stores {
            self.stores.entry(store).or_default().merge(&span);
        }
        self.hours |= other.hours;
        self.background &= other.background;
        self.n_relayed += other.n_relayed;
    }
}

/// Use of one network or operator in the whole tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginUse {
    /// When.
    pub span: Span,
    /// Hashes of the identifiers of those who used it, at least these.
    pub accounts: Few,
    /// The two earliest users that differ: hash of the application pair, and its first use.
    earliest: Vec<(Moment, u64)>,
}

impl OriginUse {
    /// Takes in one use by an application pair.
    pub fn add(&mut self, at: Moment, account: u64, pair: u64) {
        self.span.add(at);
        self.accounts.add(account);
        self.note(at, pair);
    }

    fn note(&mut self, at: Moment, pair: u64) {
        match self.earliest.iter_mut().find(|(_, seen)| *seen == pair) {
            Some((first, _)) => *first = (*first).min(at),
            None => self.earliest.push((at, pair)),
        }
        self.earliest.sort_unstable();
        self.earliest.truncate(2);
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: &OriginUse) {
        self.span.merge(&other.span);
        self.accounts.merge(&other.accounts);
        for (at, pair) in &other.earliest {
            self.note(*at, *pair);
        }
    }

    /// The first use by anything but this application pair.
    pub fn first_by_others(&self, pair: u64) -> Option<Moment> {
        self.earliest
            .iter()
            .find(|(_, seen)| *seen != pair)
            .map(|(at, _)| *at)
    }
}

/// What one account (or one set of identifiers, while learning) did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountUse {
    /// All events but background reads.
    pub span: Span,
    /// Days since the epoch with events, all of them.
    pub days: BTreeSet<i32>,
    /// Networks and operators that something succeeded from.
    pub origins: Sparse<Origin, Span>,
    /// Devices or client families, by hash.
    pub devices: Sparse<u64, Span>,
    /// Which of them were used on which network.
    pub hands: Sparse<(Network, u64), ()>,
    /// Full agents, by hash.
    pub agents: Sparse<u64, Span>,
    /// Countries, by hash.
    pub countries: Sparse<u64, Span>,
    /// How much was reached a day.
    pub volumes: Volumes,
    /// Ways in which its credential was presented, by hash.
    pub grants: Sparse<u64, Span>,
    /// Mail stores of others that it entered, by the hash of their key.
    pub others_stores: Sparse<u64, Span>,
    /// Acts of administration on others' accounts, mailboxes and settings.
    pub administration: Span,
    /// Rows returned per database session.
    pub rows: RowUse,
}

/// The hash of a way in which a credential is presented.
pub fn grant_key(grant: &str) -> u64 {
    key_of(&grant.trim().to_lowercase())
}

fn merge_spans<K: Ord>(mine: &mut Sparse<K, Span>, theirs: Sparse<K, Span>) {
    mine.merge(theirs, |mine, theirs| mine.merge(&theirs));
}

impl AccountUse {
    /// Takes in another's.
    pub fn merge(&mut self, other: AccountUse) {
        self.span.merge(&other.span);
        self.days.extend(other.days);
        self.administration.merge(&other.administration);
        merge_spans(&mut self.origins, other.origins);
        merge_spans(&mut self.devices, other.devices);
        self.hands.merge(other.hands, |(), ()| ());
        merge_spans(&mut self.agents, other.agents);
        merge_spans(&mut self.countries, other.countries);
        self.rows.merge(other.rows);
        merge_spans(&mut self.grants, other.grants);
        merge_spans(&mut self.others_stores, other.others_stores);
        self.volumes.merge(other.volumes);
    }

    /// The last day with an event before a day.
    pub fn day_before(&self, day: i32) -> Option<i32> {
        self.days.range(..day).next_back().copied()
    }

    /// The longest run of days without an event, of those before a day.
    pub fn silence_most_before(&self, day: i32) -> i32 {
        let days: Vec<i32> = self.days.range(..=day).copied().collect();
        let runs = days.windows(2).map(|pair| pair[1] - pair[0]);
        runs.max().unwrap_or(0)
    }
}
