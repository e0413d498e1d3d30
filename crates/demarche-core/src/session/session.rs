//! One session: what ties its events, what was done, by whom and from where.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::kind::{Kind, Outcome};
use crate::tenant::volume::Volumes;
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// The network's number (ASN), 0 where none is stated.
    pub network_number: u32,
    /// Country, empty where none is stated.
    pub country: String,
    /// Whether the provider relayed, so that the address is not the actor's.
    pub relayed: bool,
    /// The client it came from.
    pub agent: String,
    /// What tells its device: id, else system and program; empty where nothing does.
    pub device: String,
    /// How the credential was presented.
    pub grant: String,
    /// The provider's error code, empty where there is none.
    pub error: String,
    /// The application it was done through.
    pub application: String,
    /// Hash of address, client and grant, where the record has them (row 2).
    pub fingerprint: Option<u64>,
    /// What ties it to the session.
    pub tie: Tie,
    /// Named facts, as in the event.
    pub details: Vec<(String, String)>,
    /// The record.
    pub place: Place,
}

/// The key that made events one session.
///
/// A session id is split into sub-sessions by what tells two users of it apart (semantics §3.3):
/// `sub` names the part by its network and system, whether or not there is a second part, so
/// that a session's id does not change when a later source shows one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
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

/// An account in words: a sentence never has an empty name.
pub fn who(account: &str) -> &str {
    match account.is_empty() {
        true => "an account that no record names",
        false => account,
    }
}

/// A change from one unrelated network to another within one token or session id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crossing {
    /// When use came to the second network.
    pub at: Moment,
    /// The record.
    pub place: Place,
    /// The network before, and its number.
    pub before: Option<(Network, u32)>,
    /// The network after, and its number.
    pub after: Option<(Network, u32)>,
    /// The session that used the network before: this one, or another part of the session id.
    pub from_session: String,
    /// Whether the same client was on both.
    pub same_client: bool,
    /// Whether one token id was shown on both.
    pub same_token: bool,
    /// Microseconds since the network after was used last, where it was used before at all:
    /// a short time means interleaved use, none means one after the other.
    pub away_micros: Option<i64>,
}

/// A sign-in and where it came from, for travel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Moment,
    /// Country, as stated.
    pub country: String,
    /// Network and number.
    pub network: Option<(Network, u32)>,
    /// The record.
    pub place: Place,
}

/// One session of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Rows returned, as tables of size count; a join once, whatever its tables.
    pub n_rows: u64,
    /// Reads of whole tables or through cursors, whose rows no record counts.
    pub n_rows_uncounted: u64,
    /// How much was reached in it a day: what a day of it is compared by.
    pub volumes: Volumes,
    /// The last time content was reached.
    pub read_last: Option<Moment>,
    /// Addresses as parsed, in text.
    pub addresses: Seen,
    /// Networks that are not the provider's.
    pub networks: BTreeSet<Network>,
    /// Operators (ASN) of these networks, where stated.
    pub network_numbers: BTreeMap<Network, u32>,
    /// Whether any address was a relay of the provider.
    pub relayed: bool,
    /// User agents.
    pub agents: Seen,
    /// Programs as the service names them.
    pub programs: Seen,
    /// Devices: ids, else system and program.
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
    /// Records that a public rule fired on, or whose address a list names; the first of them.
    pub named: Vec<Act>,
    /// Acts that did not fit.
    pub n_acts_unlisted: u64,
    /// Changes between unrelated networks within its token or session id, earliest first.
    pub crossings: Vec<Crossing>,
    /// Sign-ins of it in another country than the account's sign-in before, with that one.
    pub journeys: Vec<(Stop, Stop)>,
    /// Whether another party used the same session id and the split is a judgement (K14).
    pub shared: bool,
    /// The session that began the session id, where that is another part of it.
    pub begun_by: String,
    /// The earliest time a token of it is stated as issued.
    pub issued_first: Option<Moment>,
    /// Records whose address is the actor's own, not a relay's and not absent.
    pub n_direct: u64,
    /// Records of servers that saw their peer.
    pub n_peer: u64,
    /// Records of actors from another tenant (guests, operators).
    pub n_external: u64,
    /// Records that acted without a person: applications and services.
    pub n_unattended: u64,
    /// Records of the provider's own system.
    pub n_system: u64,
    /// The consented application this part of a session id acted through; empty for others.
    pub application: String,
    /// The first record.
    pub first_place: Place,
    /// The last record.
    pub last_place: Place,
}

impl Session {
    /// Who acted, in words: a sentence never has an empty name.
    pub fn who(&self) -> &str {
        who(&self.account)
    }

    /// Whether it is the provider's own background reader as far as its records can say: marked
    /// so throughout, without ids, and never from an address outside the provider.
    ///
    /// The mark alone excuses nothing: the 2023 intruders wore the same words (semantics §2.3).
    pub fn is_background(&self) -> bool {
        self.background
            && self.n_direct == 0
            && self.tokens.values.is_empty()
            && self.session_ids.values.is_empty()
    }
}
