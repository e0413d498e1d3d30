//! Rows returned to each session of an account, and to its peers.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::item::ItemKind;
use crate::event::kind::Kind;
use crate::event::words;
use crate::tenant::client::device_of;
use crate::tenant::lists::Lists;
use crate::tenant::origin::From;
use crate::tenant::span::{key_of, key_of_all};
use crate::vocab::address::Network;
use crate::vocab::moment::Moment;

/// What a whole table copied, or a cursor, counts for in tables of size: no record counts it.
pub const ROWS_PER_COPY: u64 = 1000;

/// Rows an event returned, as tables of size count. The server's own catalogue is nobody's.
pub fn rows_of(event: &Event<'_>) -> u64 {
    if event.kind != Kind::RowsRead || !event.detail(words::CATALOGUE).is_empty() {
        return 0;
    }
    match event.detail(words::ROWS_UNCOUNTED) {
        words::UNCOUNTED_WHOLE => ROWS_PER_COPY,
        "" => {
            let of_rows = event
                .items
                .iter()
                .filter(|item| item.kind == ItemKind::Rows);
            of_rows.map(|item| item.rows).fold(0, u64::saturating_add)
        }
        _ => 1,
    }
}

/// Rows of one session, and the hand that used it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfSession {
    rows: u64,
    /// Hash of network and program.
    hand: u64,
    /// The network alone; none for a local socket.
    network: Option<Network>,
    /// Its first read and its last; `None` before there is one.
    first: Option<Moment>,
    last: Option<Moment>,
    /// Rows by table, by hash; the first of so many hashes.
    tables: BTreeMap<u64, u64>,
    /// What its statements were, in any order: sessions that ask the same have the same.
    reading: u64,
    /// Whether every statement is on record.
    is_told: bool,
}

/// Tables remembered of one session.
const TABLES_MOST: usize = 64;

impl OfSession {
    fn learn(&mut self, event: &Event<'_>, lists: &Lists) {
        let is_new = self.first.is_none();
        let network = From::of(event, lists).network();
        let name = network.map_or(String::new(), |network| network.to_string());
        let rows = rows_of(event);
        self.rows = self.rows.saturating_add(rows);
        // The largest of several, so that the order in which they are learned says nothing.
        self.hand = self.hand.max(key_of_all(&[&name, &device_of(event)]));
        self.network = self.network.max(network);
        self.first = Some(self.first.map_or(event.at, |first| first.min(event.at)));
        self.last = self.last.max(Some(event.at));
        self.is_told |= is_new;
        for item in event.items.iter().filter(|_| rows > 0) {
            if item.container.is_empty() {
                continue;
            }
            let n_rows = match event.detail(words::ROWS_UNCOUNTED) {
                "" => item.rows,
                _ => rows,
            };
            let known = self.tables.entry(key_of(&item.container)).or_default();
            *known = known.saturating_add(n_rows);
            let part = key_of_all(&[&item.container, &item.id]);
            self.reading = self.reading.wrapping_add(part);
            self.is_told &= !item.id.is_empty() && !item.id.starts_with(words::UNNAMED_STATEMENT);
        }
        while self.tables.len() > TABLES_MOST {
            self.tables.pop_last();
        }
    }

    fn merge(&mut self, theirs: OfSession) {
        let none = self.first.is_none();
        self.rows = self.rows.saturating_add(theirs.rows);
        self.hand = self.hand.max(theirs.hand);
        self.network = self.network.max(theirs.network);
        self.is_told = theirs.is_told && (none || self.is_told);
        self.first = match (self.first, theirs.first) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        self.last = self.last.max(theirs.last);
        for (table, rows) in theirs.tables {
            let known = self.tables.entry(table).or_default();
            *known = known.saturating_add(rows);
        }
        while self.tables.len() > TABLES_MOST {
            self.tables.pop_last();
        }
        self.reading = self.reading.wrapping_add(theirs.reading);
    }

    /// Rows of that table, of those not among these, of which it was returned most: what one
    /// statement joins is counted once.
    fn rows_beside(&self, own: &BTreeSet<u64>) -> u64 {
        let beside = self.tables.iter().filter(|(table, _)| !own.contains(table));
        beside.map(|(_, rows)| *rows).max().unwrap_or(0)
    }
}

/// Sessions of one network and program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hand {
    /// Rows by session, sorted.
    sizes: Vec<u64>,
    /// Rows they were returned, together.
    pub rows: u64,
    /// The first read of any.
    pub first: Moment,
    /// The last read of any.
    pub last: Moment,
    /// Its network; none for a local socket.
    pub network: Option<Network>,
    /// Tables it was returned rows of, by hash.
    tables: BTreeSet<u64>,
    /// What it was returned beside the account's own; nothing for the own hand itself.
    pub beside: Beside,
}

/// What a hand was returned of tables that the account's own hand was never returned a row of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Rows, sessions that ask the same counted once.
    pub rows: u64,
    /// Different readings: sessions that do not ask the same.
    pub n_readings: u64,
    /// Sessions.
    pub n_sessions: u64,
    /// Sessions of the own hand that began before the first of this hand.
    pub n_own_before: u64,
    /// Sessions of the own hand that began after the first of this hand.
    pub n_own_since: u64,
}

impl Hand {
    /// How many sessions.
    pub fn n_sessions(&self) -> u64 {
        self.sizes.len() as u64
    }

    /// Rows that the given share of its sessions does not exceed, in hundredths.
    pub fn rows_at(&self, hundredths: usize) -> u64 {
        at(&self.sizes, None, hundredths)
    }

    /// How many tables it was returned rows of.
    pub fn n_tables(&self) -> usize {
        self.tables.len()
    }

    fn take(&mut self, session: &OfSession) {
        let (first, last) = (session.first.unwrap_or_default(), session.last);
        let is_new = self.sizes.is_empty();
        if is_new || first < self.first {
            self.first = first;
        }
        if let Some(last) = last.filter(|last| is_new || *last > self.last) {
            self.last = last;
        }
        self.network = self.network.max(session.network);
        self.sizes.push(session.rows);
        self.rows = self.rows.saturating_add(session.rows);
        self.tables.extend(session.tables.keys());
    }
}

/// Rows returned per session of one account.
///
/// # Gaps
/// A join counts once for each of its tables here: a habit is rather taken too large, which
/// accuses less. Sessions the server gave no id are not counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowUse {
    sessions: BTreeMap<u64, OfSession>,
    /// Rows by session, sorted; filled when facts are closed.
    sizes: Vec<u64>,
    hands: BTreeMap<u64, Hand>,
    /// The hand that is the account's own, as far as the log tells.
    own: Option<u64>,
}

/// Sessions that the earliest hand needs to be the account's own.
const OWN_SESSIONS_LEAST: u64 = 3;

impl RowUse {
    /// Learns one event.
    pub fn learn(&mut self, event: &Event<'_>, lists: &Lists) {
        if event.kind != Kind::RowsRead || event.ties.session.is_empty() {
            return;
        }
        let session = key_of(&event.ties.session);
        self.sessions
            .entry(session)
            .or_default()
            .learn(event, lists);
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: RowUse) {
        for (session, theirs) in other.sessions {
            self.sessions.entry(session).or_default().merge(theirs);
        }
    }

    /// Sorts what was learned.
    pub fn close(&mut self) {
        self.sizes = self.sessions.values().map(|session| session.rows).collect();
        self.sizes.sort_unstable();
        for session in self.sessions.values() {
            self.hands.entry(session.hand).or_default().take(session);
        }
        self.hands
            .values_mut()
            .for_each(|hand| hand.sizes.sort_unstable());
        let steady = self
            .hands
            .iter()
            .filter(|(_, hand)| hand.n_sessions() >= OWN_SESSIONS_LEAST);
        self.own = steady
            .min_by_key(|(key, hand)| (hand.first, **key))
            .map(|(key, _)| *key);
        self.close_beside_own();
    }

    /// What each hand was returned of tables that are not the account's own.
    fn close_beside_own(&mut self) {
        let Some((own, tables)) = self
            .own
            .and_then(|own| Some((own, self.hands.get(&own)?.tables.clone())))
        else {
            return;
        };
        let of_own = self.sessions.values().filter(|session| session.hand == own);
        let mut begun: Vec<Moment> = of_own.filter_map(|session| session.first).collect();
        begun.sort_unstable();
        for hand in self.hands.values_mut() {
            let before = begun.partition_point(|first| *first < hand.first);
            let until = begun.partition_point(|first| *first <= hand.first);
            hand.beside.n_own_before = before as u64;
            hand.beside.n_own_since = (begun.len() - until) as u64;
        }
        // Of sessions that asked the same, the largest; those that do not tell are apart.
        let mut readings: BTreeMap<(u64, u64, u64), u64> = BTreeMap::new();
        for (key, session) in &self.sessions {
            let apart = if session.is_told { 0 } else { *key };
            let rows = session.rows_beside(&tables);
            if let Some(hand) = self.hands.get_mut(&session.hand).filter(|_| rows > 0) {
                let reading = (session.hand, session.reading, apart);
                let known = readings.entry(reading).or_default();
                *known = rows.max(*known);
                hand.beside.n_sessions += 1;
            }
        }
        for ((hand, _, _), rows) in readings {
            if let Some(hand) = self.hands.get_mut(&hand) {
                hand.beside.rows = hand.beside.rows.saturating_add(rows);
                hand.beside.n_readings += 1;
            }
        }
    }

    /// How many sessions were returned rows.
    pub fn n_sessions(&self) -> usize {
        self.sizes.len()
    }

    /// Rows that the given share of sessions does not exceed, in hundredths.
    pub fn rows_at(&self, hundredths: usize) -> u64 {
        at(&self.sizes, None, hundredths)
    }

    /// The same of all sessions but this one.
    pub fn rows_of_others_at(&self, session: &str, hundredths: usize) -> u64 {
        let own = self.sessions.get(&key_of(session)).map(|own| own.rows);
        at(&self.sizes, own, hundredths)
    }

    /// All sessions of the network and program that used this one.
    pub fn hand_of(&self, session: &str) -> Option<&Hand> {
        let own = self.sessions.get(&key_of(session))?;
        self.hands.get(&own.hand)
    }

    /// Rows this session was returned of tables that the account's own hand was never returned
    /// a row of.
    pub fn rows_beside_own(&self, session: &str) -> u64 {
        let session = self.sessions.get(&key_of(session));
        let own = self.own_hand();
        session
            .zip(own)
            .map_or(0, |(session, own)| session.rows_beside(&own.tables))
    }

    /// The network and program that used the account first and at least three times: its own, as
    /// far as the log tells.
    pub fn own_hand(&self) -> Option<&Hand> {
        self.hands.get(&self.own?)
    }
}

/// The value at a share of sorted values, one of them left out.
pub fn at(sorted: &[u64], but: Option<u64>, hundredths: usize) -> u64 {
    let left_out = but.and_then(|but| sorted.binary_search(&but).ok());
    let n = sorted.len() - usize::from(left_out.is_some());
    let Some(last) = n.checked_sub(1) else {
        return 0;
    };
    let place = last * hundredths.min(100) / 100;
    let skipped = left_out.is_some_and(|left_out| place >= left_out);
    sorted
        .get(place + usize::from(skipped))
        .copied()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::at;

    #[test]
    fn one_value_is_left_out_whatever_its_place() {
        let sorted = [1, 3, 5, 5, 2000, 2800];
        assert_eq!(at(&sorted, Some(2800), 75), 5);
        assert_eq!(at(&sorted, Some(2800), 100), 2000);
        assert_eq!(at(&sorted, Some(1), 0), 3);
        assert_eq!(at(&sorted, None, 0), 1);
        assert_eq!(at(&sorted, Some(7), 100), 2800);
        assert_eq!((at(&[], None, 50), at(&[9], Some(9), 50)), (0, 0));
    }
}
