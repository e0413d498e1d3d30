//! Which token and session ids an issuer is on record as having issued.

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::tenant::learner::pair_key;
use crate::tenant::span::key_of;
use crate::vocab::card::Stream;

/// Hashes of ids, sorted when closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issued {
    tokens: Vec<u64>,
    sessions: Vec<u64>,
    /// Issuing records that carried a token id.
    pub n_tokens: u64,
    /// Issuing records that carried a session id.
    pub n_sessions: u64,
    /// Issuing records without a token id.
    pub n_without: u64,
    /// Issuing records that stand for several (grouped).
    pub n_grouped: u64,
    /// Session ids, else token ids, used for anything but signing in, with the day and the
    /// application pair; sorted, and each once, when closed.
    used: Vec<Use>,
    /// How many of them there were when they were last sorted.
    n_sorted: usize,
}

/// Uses that are not sorted before there are so many.
const UNSORTED_MOST: usize = 1024;

/// One id as used on one day through one application pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    day: i32,
    id: u64,
    is_session: bool,
    pair: u64,
}

/// What a positive control leaves out: the ids and the application pair it is made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Hashes of session ids.
    pub ids: Vec<u64>,
    /// Hash of an application pair that is itself new to the tenant.
    pub pair: Option<u64>,
}

/// Whether a stream is an issuer's own log, not a summary of one.
fn is_ledger(stream: Stream) -> bool {
    matches!(
        stream,
        Stream::SignInInteractive
            | Stream::SignInNonInteractive
            | Stream::SignInService
            | Stream::SignInManaged
            | Stream::SignInProvider
            | Stream::Issuance
    )
}

impl Issued {
    /// Learns one event; anything but an issuing record is passed over.
    ///
    /// Internal issuance (semantics §3.4) comes as [`Kind::TokenIssued`] in whatever stream.
    pub fn learn(&mut self, event: &Event<'_>) {
        // What servers that saw their peer were shown is for the table of tokens.
        if event.marks.peer {
            return;
        }
        let issues = match event.kind {
            Kind::TokenIssued => true,
            Kind::SignIn => is_ledger(event.stream) || !event.ties.session.is_empty(),
            _ => false,
        };
        if !issues {
            self.learn_use(event);
        }
        if !issues || matches!(event.outcome, Outcome::Failed | Outcome::WrongPassword) {
            return;
        }
        if event.ties.token.is_empty() {
            self.n_without += 1;
        } else {
            self.n_tokens += 1;
            self.tokens.push(key_of(&event.ties.token));
        }
        if !event.ties.session.is_empty() {
            self.n_sessions += 1;
            self.sessions.push(key_of(&event.ties.session));
        }
        self.n_grouped += u64::from(event.marks.grouped);
    }

    fn learn_use(&mut self, event: &Event<'_>) {
        let (token, session) = (&event.ties.token, &event.ties.session);
        let is_session = !session.is_empty();
        if !is_session && token.is_empty() {
            return;
        }
        let one = Use {
            day: i32::try_from(event.at.day()).unwrap_or(i32::MAX),
            id: key_of(if is_session { session } else { token }),
            is_session,
            pair: pair_key(event),
        };
        // One session's events come one after the other, many a day.
        if self.used.last() == Some(&one) {
            return;
        }
        self.used.push(one);
        if self.used.len() >= (2 * self.n_sorted).max(UNSORTED_MOST) {
            self.sort_used();
        }
    }

    fn sort_used(&mut self) {
        self.used.sort_unstable();
        self.used.dedup();
        self.n_sorted = self.used.len();
    }

    /// Of the ids used from the day before to the day after a span: how many are on record as
    /// issued, and how many there are.
    pub fn control(&self, first: i32, last: i32, but: &LeftOut) -> (u64, u64) {
        let mut seen = std::collections::BTreeSet::new();
        let mut n_found = 0;
        let edge = |day, all: bool| Use {
            day,
            id: if all { u64::MAX } else { 0 },
            is_session: all,
            pair: if all { u64::MAX } else { 0 },
        };
        let (from, to) = (first.saturating_sub(1), last.saturating_add(1));
        let begin = self.used.partition_point(|used| *used < edge(from, false));
        let until = |used: &&Use| **used <= edge(to, true);
        for used in self.used.iter().skip(begin).take_while(until) {
            let left_out = but.ids.contains(&used.id) || but.pair == Some(used.pair);
            if left_out || !seen.insert(used.id) {
                continue;
            }
            let ids = if used.is_session {
                &self.sessions
            } else {
                &self.tokens
            };
            n_found += u64::from(ids.binary_search(&used.id).is_ok());
        }
        (n_found, seen.len() as u64)
    }

    /// Takes in another's.
    pub fn merge(&mut self, mut other: Issued) {
        // Nearly all are other ids than ours, so that nothing is to be found twice before the end.
        other.sort_used();
        self.used.reserve_exact(other.used.len());
        self.used.append(&mut other.used);
        self.tokens.extend(other.tokens);
        self.sessions.extend(other.sessions);
        self.n_tokens += other.n_tokens;
        self.n_sessions += other.n_sessions;
        self.n_without += other.n_without;
        self.n_grouped += other.n_grouped;
    }

    /// Sorts, so that it can be asked.
    pub fn close(&mut self) {
        self.sort_used();
        self.used.shrink_to_fit();
        for ids in [&mut self.tokens, &mut self.sessions] {
            ids.sort_unstable();
            ids.dedup();
            ids.shrink_to_fit();
        }
    }

    /// Whether the token id is on record as issued.
    pub fn has_token(&self, token: &str) -> bool {
        self.tokens.binary_search(&key_of(token)).is_ok()
    }

    /// Whether the session id is on record as begun.
    pub fn has_session(&self, session: &str) -> bool {
        self.sessions.binary_search(&key_of(session)).is_ok()
    }
}
