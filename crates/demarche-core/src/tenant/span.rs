//! First, last and how often something was seen, without caring for order.

use crate::tenant::days::Days;
use crate::vocab::moment::Moment;

/// When something was seen.
///
/// # Gaps
/// `days` keeps the earliest [`Days::MOST`] distinct days; a full list means "at least".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First sighting.
    pub first: Moment,
    /// Last sighting.
    pub last: Moment,
    /// Sightings.
    pub n: u64,
    /// Distinct days since the epoch.
    pub days: Days,
}

impl Span {
    /// Takes in one sighting.
    pub fn add(&mut self, at: Moment) {
        if self.n == 0 || at < self.first {
            self.first = at;
        }
        if self.n == 0 || at > self.last {
            self.last = at;
        }
        self.n += 1;
        self.days.add(i32::try_from(at.day()).unwrap_or(i32::MAX));
    }

    /// Takes in another span.
    pub fn merge(&mut self, other: &Span) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = other.clone();
            return;
        }
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.n += other.n;
        other.days.iter().for_each(|day| self.days.add(day));
    }

    /// Distinct days on which it was seen before a moment's day.
    pub fn days_before(&self, at: Moment) -> usize {
        let day = i32::try_from(at.day()).unwrap_or(i32::MAX);
        self.days.n_before(day)
    }
}

/// A set of hashed names that stops growing: the smallest are kept, whatever the order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Few {
    keys: Vec<u64>,
}

impl Few {
    /// The most kept.
    pub const MOST: usize = 256;

    /// Adds one.
    pub fn add(&mut self, key: u64) {
        if let Err(place) = self.keys.binary_search(&key)
            && place < Few::MOST
        {
            self.keys.insert(place, key);
            self.keys.truncate(Few::MOST);
        }
    }

    /// Adds all of another.
    pub fn merge(&mut self, other: &Few) {
        for key in &other.keys {
            self.add(*key);
        }
    }

    /// Those kept, in order.
    pub fn keys(&self) -> &[u64] {
        &self.keys
    }
}

/// The hash that tables are keyed by; the texts themselves are kept only where they are printed.
pub fn key_of(text: &str) -> u64 {
    rapidhash::v3::rapidhash_v3(text.as_bytes())
}

/// The same of a text's bytes.
pub fn key_of_bytes(bytes: &[u8]) -> u64 {
    rapidhash::v3::rapidhash_v3(bytes)
}

/// The hash of several texts, each told from the next.
pub fn key_of_all(texts: &[&str]) -> u64 {
    let length: usize = texts.iter().map(|text| text.len() + 1).sum();
    // This is asked for every event: nearly all fit here, and nothing is allocated.
    let mut here = [0; 256];
    let mut beyond = Vec::new();
    let joined = match here.get_mut(..length) {
        Some(joined) => joined,
        None => {
            beyond.resize(length, 0);
            beyond.as_mut_slice()
        }
    };
    let mut at = 0;
    for text in texts {
        joined[at..at + text.len()].copy_from_slice(text.as_bytes());
        at += text.len();
        joined[at] = 0x1f;
        at += 1;
    }
    rapidhash::v3::rapidhash_v3(joined)
}
