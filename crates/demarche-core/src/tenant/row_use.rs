//! Rows returned to each session of an account, and to its peers.

use std::collections::BTreeMap;

use crate::event::event::Event;
use crate::event::item::ItemKind;
use crate::event::kind::Kind;
use crate::event::words;
use crate::tenant::client::device_of;
use crate::tenant::lists::Lists;
use crate::tenant::origin::From;
use crate::tenant::span::{key_of, key_of_all};
use crate::vocab::moment::Moment;

/// What a whole table copied, or a cursor, counts for in tables of size: no record counts it.
pub const ROWS_PER_COPY: u64 = 1000;

/// Rows an event returned, as tables of size count.
pub fn rows_of(event: &Event<'_>) -> u64 {
    if event.kind != Kind::RowsRead {
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct OfSession {
    rows: u64,
    /// Hash of network and program.
    hand: u64,
    /// Its first read; `None` before there is one.
    first: Option<Moment>,
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
        let network = From::of(event, lists).network();
        let network = network.map_or(String::new(), |network| network.to_string());
        let known = self
            .sessions
            .entry(key_of(&event.ties.session))
            .or_default();
        known.rows = known.rows.saturating_add(rows_of(event));
        // The largest of several, so that the order in which they are learned says nothing.
        known.hand = known.hand.max(key_of_all(&[&network, &device_of(event)]));
        known.first = Some(known.first.map_or(event.at, |first| first.min(event.at)));
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: RowUse) {
        for (session, theirs) in other.sessions {
            let mine = self.sessions.entry(session).or_default();
            mine.rows = mine.rows.saturating_add(theirs.rows);
            mine.hand = mine.hand.max(theirs.hand);
            mine.first = match (mine.first, theirs.first) {
                (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
                (mine, theirs) => mine.or(theirs),
            };
        }
    }

    /// Sorts what was learned.
    pub fn close(&mut self) {
        self.sizes = self.sessions.values().map(|session| session.rows).collect();
        self.sizes.sort_unstable();
        for session in self.sessions.values() {
            let first = session.first.unwrap_or_default();
            let hand = self.hands.entry(session.hand).or_default();
            if hand.sizes.is_empty() || first < hand.first {
                hand.first = first;
            }
            hand.sizes.push(session.rows);
            hand.rows = hand.rows.saturating_add(session.rows);
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
