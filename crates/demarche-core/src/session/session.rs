//! One session: what ties its events, what was done, by whom and from where.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::kind::{Kind, Outcome};
use crate::vocab::address::Network;
use crate::vocab::grade::Tie;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// A set that stops growing: what was seen, and how many did not fit.
///
/// Sessions of busy services must not grow with the log; the cap is printed where it was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// What was seen, at most [`Seen::MOST`] of it.
    pub values: BTreeSet<String>,
    /// How many further sightings did not fit (a value may be counted more than once).
    pub unlisted: u64,
}

impl Seen {
    /// The most values kept.
    pub const MOST: usize = 256;

    /// Adds a value; empty ones are absent, not seen.
    pub fn add(&mut self, value: &str) {
        if value.is_empty() || self.values.contains(value) {
            return;
        }
        if self.values.len() < Seen::MOST {
            self.values.insert(value.to_owned());
        } else {
            self.unlisted += 1;
        }
    }
}

/// One act that the verdict table looks at, kept whole with its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: Moment,
    /// What.
    pub kind: Kind,
    /// What came of it.
    pub outcome: Outcome,
    /// The operation's name as delivered.
    pub operation: String,
    /// The object acted on.
    pub object: String,
    /// The store acted on.
    pub store: String,
    /// The address it came from.
    pub address: String,
    /// The client it came from.
    pub agent: String,
    /// Named facts, as in the event.
    pub details: Vec<(String, String)>,
    /// The record.
    pub place: Place,
}

/// The key that made events one session.
///
/// A session id is split into sub-sessions by what tells two users of it apart (semantics §3.3):
/// `sub` names the part, and is empty where the id was used from one place only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionKey {
    /// What ties.
    pub tie: Tie,
    /// The token id, session id, application pair or address.
    pub value: String,
    /// Which sub-session.
    pub sub: String,
    /// For ties without an id: which run of events, by its first moment.
    pub begun: Option<Moment>,
}

/// One session of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `S-…`, from account and key.
    pub id: String,
    /// Who acted: lower-case name, else the most stable id.
    pub account: String,
    /// What tied it.
    pub key: SessionKey,
    /// First and last event.
    pub first: Moment,
    /// Last event.
    pub last: Moment,
    /// Events in it.
    pub n_events: u64,
    /// Events by kind.
    pub kinds: BTreeMap<Kind, u64>,
    /// Records of items read (binds) and of containers synchronised.
    pub n_reads: u64,
    /// Items named in reads, not distinct: a rough size, never a claim.
    pub n_items_named: u64,
    /// Addresses as parsed, in text.
    pub addresses: Seen,
    /// Networks that are not the provider's.
    pub networks: BTreeSet<Network>,
    /// Whether any address was a relay of the provider.
    pub relayed: bool,
    /// User agents.
    pub agents: Seen,
    /// Programs as the service names them.
    pub programs: Seen,
    /// Devices.
    pub devices: Seen,
    /// Application pairs, `front|caller`.
    pub applications: Seen,
    /// Token ids.
    pub tokens: Seen,
    /// Session ids.
    pub session_ids: Seen,
    /// Countries.
    pub countries: Seen,
    /// Stores entered.
    pub stores: Seen,
    /// Whether the card marks every read in it as the provider's own background reader.
    pub background: bool,
    /// Acts the verdict table looks at: sign-ins, rules, grants, consents, sends, deletes …
    pub acts: Vec<Act>,
    /// Whether another party used the same session id and the split is a judgement (K14).
    pub shared: bool,
    /// The first record.
    pub first_place: Place,
    /// The last record.
    pub last_place: Place,
}
