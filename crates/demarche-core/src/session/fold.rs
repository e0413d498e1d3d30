//! Folds the sorted events of one account into sessions, deciding each event at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::session::part::{Part, Trait, is_peer_issue};
use crate::session::session::{Crossing, Session, SessionKey, Stop};
use crate::tenant::client::Clients;
use crate::tenant::facts::Facts;
use crate::tenant::learner::pair_of;
use crate::tenant::origin::unrelated;
use crate::vocab::address::Network;
use crate::vocab::digest::content_id;
use crate::vocab::grade::Tie;
use crate::vocab::moment::{HOUR, MINUTE, Moment, SECOND};
use crate::vocab::place::Place;

/// Where an event was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Place of the session in what [`Fold::finish`] returns.
    pub session: usize,
    /// What ties the event to it.
    pub tie: Tie,
}

/// Time without an event after which a run without ids ends.
const IDLE_MICROS_MOST: i64 = 2 * HOUR;
/// The same for runs of one application pair, which work in bursts.
const IDLE_APP_MICROS_MOST: i64 = 4 * HOUR;
/// The same for the provider's own background reader.
const IDLE_BACKGROUND_MICROS_MOST: i64 = 24 * HOUR;
/// The longest a run without ids may last.
const RUN_MICROS_MOST: i64 = 24 * HOUR;
/// How soon a session id must follow sign-ins without one to take them in.
const ADOPT_MICROS_MOST: i64 = 30 * MINUTE;
/// The most networks remembered of one token.
const PEER_USES_MOST: usize = 32;
/// The most journeys kept of one session.
const JOURNEYS_MOST: usize = 64;
/// The most crossings kept of one session.
const CROSSINGS_MOST: usize = 64;

/// What a run without ids is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RunKey {
    /// The provider's own background reader, by pair.
    Background(String),
    /// An application pair from one network; no network for relays.
    App(String, Option<Network>),
    /// An address and a client.
    Address(String, String),
    /// No address that can be an actor's: client only.
    Time(String),
}

/// The last use of a token from one network.
#[derive(Clone, Copy, Debug)]
struct PeerUse {
    network: (Network, u32),
    last: Moment,
    /// The last use in a second before that of `last`.
    earlier: Option<Moment>,
    part: usize,
}

/// The fold of one account.
///
/// # Shape
/// Events come in (time, source, leaf) order; each is decided from itself and what came before,
/// so that a second pass of the same events assigns them the same.
///
/// # Gaps
/// Events that are not the account's (one name, two object ids) are passed over with `None`.
#[derive(Debug)]
pub struct Fold<'f> {
    account: String,
    facts: &'f Facts,
    clients: Clients,
    parts: Vec<Part>,
    keys: Vec<SessionKey>,
    by_token: BTreeMap<String, usize>,
    /// Parts of a token shown to servers that saw their peer: one for each unrelated network.
    by_peer_token: BTreeMap<String, Vec<usize>>,
    /// Tokens of connections to servers that saw their peer: most records name the connection only.
    token_of: BTreeMap<String, String>,
    /// Where each such token was used last, by network.
    peer_uses: BTreeMap<String, Vec<PeerUse>>,
    by_session: BTreeMap<String, Vec<usize>>,
    runs: BTreeMap<RunKey, usize>,
    /// Sessions that used an address, latest last.
    by_host: BTreeMap<String, Vec<usize>>,
    crossings: Vec<(usize, usize, Crossing)>,
    /// The account's last sign-in with a country.
    stop: Option<Stop>,
}

impl<'f> Fold<'f> {
    /// The most sessions remembered per address.
    const PER_HOST_MOST: usize = 16;

    /// A fold of one account's events.
    pub fn new(account: &str, facts: &'f Facts) -> Fold<'f> {
        Fold {
            account: account.to_owned(),
            facts,
            clients: Clients::default(),
            parts: Vec::new(),
            keys: Vec::new(),
            by_token: BTreeMap::new(),
            by_peer_token: BTreeMap::new(),
            token_of: BTreeMap::new(),
            peer_uses: BTreeMap::new(),
            by_session: BTreeMap::new(),
            runs: BTreeMap::new(),
            by_host: BTreeMap::new(),
            crossings: Vec::new(),
            stop: None,
        }
    }

    /// Folds one event; `None` where it is another account's.
    pub fn event(&mut self, event: &Event<'_>) -> Option<Assigned> {
        // Without a time nothing tells before from after: such an event is in no session.
        if !event.at.is_stated() || self.facts.account_of(&event.actor) != self.account {
            return None;
        }
        let told = Trait::of(event, self.facts, &mut self.clients);
        let assigned = self.assign(event, &told);
        let index = assigned.session;
        self.note_crossing(event, &told, index);
        self.note_journey(event, &told, index);
        self.remember(event, &told, index);
        self.parts[index].take(event, &told, assigned.tie);
        if self.facts.lists().names(event.place, told.from.host) {
            self.parts[index].take_named(event, &told, assigned.tie);
        }
        Some(assigned)
    }

    fn assign(&mut self, event: &Event<'_>, told: &Trait) -> Assigned {
        let without_ids = event.ties.token.is_empty() && event.ties.session.is_empty();
        if event.marks.background && without_ids && told.host.is_empty() {
            return self.run(RunKey::Background(pair_of(event)), event, told, Tie::App);
        }
        if event.marks.peer && !event.ties.token.is_empty() {
            return self.by_peer_token(event, told);
        }
        if let Some(index) = self.by_token.get(event.ties.token.as_ref())
            && !event.ties.token.is_empty()
        {
            let session = *index;
            return Assigned {
                session,
                tie: Tie::Token,
            };
        }
        if !event.ties.session.is_empty() {
            return self.by_session_id(event, told);
        }
        if !event.ties.token.is_empty() {
            let key = key_of(Tie::Token, &event.ties.token, String::new(), None);
            let session = self
                .adopt(event, told, &key)
                .unwrap_or_else(|| self.open(key));
            return Assigned {
                session,
                tie: Tie::Token,
            };
        }
        self.without_ids(event, told)
    }

    /// A token shown to a server that saw its peer: one connection has one user, so that use from
    /// an unrelated network is another part of it, as with session ids.
    fn by_peer_token(&mut self, event: &Event<'_>, told: &Trait) -> Assigned {
        let token = event.ties.token.as_ref();
        let known = self.by_peer_token.get(token).map(Vec::as_slice);
        let known = known.unwrap_or_default();
        let latest = |parts: &[usize]| {
            let fitting = parts
                .iter()
                .copied()
                .filter(|part| self.parts[*part].fits(told));
            fitting.max_by_key(|part| (self.parts[*part].session.last, *part))
        };
        if let Some(session) = latest(known) {
            return Assigned {
                session,
                tie: Tie::Token,
            };
        }
        // What came of a connection, or of a session with the issuer, before its token.
        let of_session = self.by_session.get(event.ties.session.as_ref());
        if let Some(session) = of_session.and_then(|parts| latest(parts))
            && known.is_empty()
            && !event.ties.session.is_empty()
        {
            return Assigned {
                session,
                tie: Tie::Session,
            };
        }
        let session = self.open(key_of(Tie::Token, token, Part::label_of(told), None));
        Assigned {
            session,
            tie: Tie::Token,
        }
    }

    /// A session id: the part that nothing tells the event's user from, else a new part.
    fn by_session_id(&mut self, event: &Event<'_>, told: &Trait) -> Assigned {
        let id = event.ties.session.as_ref();
        let parts = self
            .by_session
            .get(id)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let fitting: Vec<usize> = parts
            .iter()
            .copied()
            .filter(|part| self.parts[*part].fits(told))
            .collect();
        let exact = fitting
            .iter()
            .copied()
            .filter(|part| self.parts[*part].has_network(told))
            .collect::<Vec<usize>>();
        let among = if exact.is_empty() { &fitting } else { &exact };
        // The part of an application says nothing of the person's.
        let latest = among
            .iter()
            .copied()
            .max_by_key(|part| (self.parts[*part].session.last, *part));
        if let Some(session) = latest {
            // A record that tells nothing of its user, in an id that two used: nearness only.
            let tie = if among.len() > 1 && exact.is_empty() {
                Tie::Time
            } else {
                Tie::Session
            };
            return Assigned { session, tie };
        }
        let key = key_of(Tie::Session, id, Part::label_of(told), None);
        let session = match self.adopt(event, told, &key) {
            Some(session) => session,
            None => self.open(key),
        };
        self.by_session
            .entry(id.to_owned())
            .or_default()
            .push(session);
        Assigned {
            session,
            tie: Tie::Session,
        }
    }

    /// A run without ids from the same address and client, just before, becomes the session:
    /// the sign-ins of older logs carry no session id (semantics §3.3, "legacy").
    fn adopt(&mut self, event: &Event<'_>, told: &Trait, key: &SessionKey) -> Option<usize> {
        let open: Vec<usize> = self
            .near(event, told, ADOPT_MICROS_MOST)
            .into_iter()
            .filter(|index| !self.parts[*index].has_ids && self.keys[*index].tie == Tie::Address)
            .filter(|_| told.application.is_empty())
            .collect();
        let session = self.same_client(&open, told)?;
        self.keys[session] = key.clone();
        self.runs.retain(|_, index| *index != session);
        Some(session)
    }

    /// Sessions that used the event's address within a time before it.
    fn near(&self, event: &Event<'_>, told: &Trait, within: i64) -> Vec<usize> {
        let known = self.by_host.get(&told.host).map(Vec::as_slice);
        known
            .unwrap_or_default()
            .iter()
            .copied()
            .filter(|index| {
                event.at.micros - self.parts[*index].session.last.micros <= within
                    && !self.parts[*index].session.background
                    && !event.marks.background
            })
            .collect()
    }

    /// Of these, the latest with the event's client; for an event that tells no client, the only
    /// one there is, unless the address is one that many use.
    fn same_client(&self, open: &[usize], told: &Trait) -> Option<usize> {
        if told.device.is_empty() {
            let crowded = told
                .from
                .network()
                .is_none_or(|network| self.facts.is_habitual_egress(network));
            return match open {
                [only] if !crowded => Some(*only),
                _ => None,
            };
        }
        open.iter()
            .copied()
            .filter(|index| self.parts[*index].devices.contains(&told.device))
            .max_by_key(|index| (self.parts[*index].session.last, *index))
    }

    fn without_ids(&mut self, event: &Event<'_>, told: &Trait) -> Assigned {
        let presented = matches!(event.kind, Kind::SignIn | Kind::TokenIssued);
        if !event.application.caller.is_empty() && !presented {
            let key = RunKey::App(pair_of(event), told.from.network());
            return self.run(key, event, told, Tie::App);
        }
        if told.host.is_empty() {
            return self.run(RunKey::Time(told.device.clone()), event, told, Tie::Time);
        }
        let open = self.near(event, told, IDLE_MICROS_MOST);
        if let Some(session) = self.same_client(&open, told)
            && self.keys[session].tie != Tie::App
        {
            return Assigned {
                session,
                tie: Tie::Address,
            };
        }
        let key = RunKey::Address(told.host.clone(), told.device.clone());
        self.run(key, event, told, Tie::Address)
    }

    /// The open run of a key, or a new one.
    fn run(&mut self, key: RunKey, event: &Event<'_>, told: &Trait, tie: Tie) -> Assigned {
        let idle = match key {
            RunKey::Background(_) => IDLE_BACKGROUND_MICROS_MOST,
            RunKey::App(..) => IDLE_APP_MICROS_MOST,
            RunKey::Address(..) | RunKey::Time(_) => IDLE_MICROS_MOST,
        };
        let whole = match key {
            RunKey::Background(_) => i64::MAX,
            _ => RUN_MICROS_MOST,
        };
        if let Some(index) = self.runs.get(&key) {
            let part = &self.parts[*index].session;
            let near = event.at.micros - part.last.micros <= idle;
            if near && event.at.micros - part.first.micros <= whole {
                let session = *index;
                return Assigned { session, tie };
            }
        }
        let value = match &key {
            RunKey::Background(pair) | RunKey::App(pair, _) => pair.clone(),
            RunKey::Address(host, device) => format!("{host} {device}").trim().to_owned(),
            RunKey::Time(device) => device.clone(),
        };
        let sub = match &key {
            RunKey::App(_, network) => network.map(|n| n.to_string()).unwrap_or_default(),
            RunKey::Background(_) => "background".to_owned(),
            _ => Part::label_of(told),
        };
        let session = self.open(key_of(tie, &value, sub, Some(event.at)));
        self.runs.insert(key, session);
        Assigned { session, tie }
    }

    fn open(&mut self, key: SessionKey) -> usize {
        self.parts.push(Part::default());
        self.keys.push(key);
        self.parts.len() - 1
    }

    fn remember(&mut self, event: &Event<'_>, told: &Trait, index: usize) {
        if event.marks.peer && !event.ties.token.is_empty() {
            note_part(&mut self.by_peer_token, &event.ties.token, index);
        } else if !event.ties.token.is_empty()
            && !self.by_token.contains_key(event.ties.token.as_ref())
        {
            self.by_token.insert(event.ties.token.to_string(), index);
        }
        if !event.ties.session.is_empty() {
            note_part(&mut self.by_session, &event.ties.session, index);
        }
        if told.host.is_empty() {
            return;
        }
        let Some(known) = self.by_host.get_mut(&told.host) else {
            self.by_host.insert(told.host.clone(), vec![index]);
            return;
        };
        if known.last() == Some(&index) {
            return;
        }
        known.retain(|other| *other != index);
        known.push(index);
        if known.len() > Fold::PER_HOST_MOST {
            known.remove(0);
        }
    }

    /// Notes use of a token that comes to an unrelated network, where the server saw its peer.
    ///
    /// Counted by token, not by session with the issuer: that has many, and each goes its own
    /// way. Times to the second do not tell before from after within that second.
    fn note_peer_crossing(&mut self, event: &Event<'_>, told: &Trait, index: usize) {
        let session = event.ties.session.as_ref();
        let token = match event.ties.token.as_ref() {
            "" => self.token_of.get(session).cloned().unwrap_or_default(),
            token => token.to_owned(),
        };
        let Some(network) = told.from.network().filter(|_| !token.is_empty()) else {
            return;
        };
        if is_peer_issue(event) {
            return;
        }
        if !event.ties.token.is_empty() && !session.is_empty() {
            self.token_of.insert(session.to_owned(), token.clone());
        }
        let after = (network, told.from.number);
        let uses = self.peer_uses.entry(token).or_default();
        let last_elsewhere = uses
            .iter()
            .filter(|used| unrelated(used.network, after))
            .max_by_key(|used| used.last)
            .copied();
        let here = uses.iter().position(|used| used.network.0 == network);
        let last_here = here.map(|here| uses[here].last);
        let earlier_here = here.and_then(|here| uses[here].earlier);
        // A line that states whole seconds sorts before what came before it in its second.
        let is_past = |last: &Moment| last.micros / SECOND < event.at.micros / SECOND;
        let used = PeerUse {
            network: after,
            last: event.at,
            earlier: last_here.filter(is_past).or(earlier_here),
            part: index,
        };
        match here {
            Some(here) => uses[here] = used,
            None if uses.len() < PEER_USES_MOST => uses.push(used),
            None => {}
        }
        let Some(before) = last_elsewhere.filter(|used| {
            let latest = last_here.is_none_or(|here| here <= used.last);
            latest && used.last.is_surely_before(event.at)
        }) else {
            return;
        };
        let mine = self.crossings.iter().filter(|(_, to, _)| *to == index);
        if mine.count() >= CROSSINGS_MOST {
            return;
        }
        let away = [last_here, earlier_here]
            .into_iter()
            .flatten()
            .find(|here| here.is_surely_before(before.last));
        let crossing = Crossing {
            at: event.at,
            place: event.place,
            before: Some(before.network),
            after: Some(after),
            from_session: String::new(),
            same_token: true,
            same_client: self.parts[before.part].fits_client(told)
                && self.parts[before.part].devices.contains(&told.device),
            away_micros: away.map(|last| event.at.micros - last.micros),
        };
        self.crossings.push((before.part, index, crossing));
    }

    /// Notes a sign-in in another country than the account's sign-in before, in whatever session.
    fn note_journey(&mut self, event: &Event<'_>, told: &Trait, index: usize) {
        let placed = event.kind == Kind::SignIn
            && event.outcome == Outcome::Succeeded
            && !event.country.is_empty()
            && !told.from.relayed;
        if !placed {
            return;
        }
        let to = Stop {
            at: event.at,
            country: event.country.to_uppercase(),
            network: told
                .from
                .network()
                .map(|network| (network, told.from.number)),
            place: event.place,
        };
        let from = self.stop.replace(to.clone());
        let journeys = &mut self.parts[index].session.journeys;
        let from = from.filter(|from| from.country != to.country);
        if let Some(from) = from.filter(|_| journeys.len() < JOURNEYS_MOST) {
            journeys.push((from, to));
        }
    }

    /// Notes use that comes to an unrelated network within one token or session id (row 3).
    fn note_crossing(&mut self, event: &Event<'_>, told: &Trait, index: usize) {
        if event.marks.peer {
            self.note_peer_crossing(event, told, index);
            return;
        }
        let Some(network) = told.from.network() else {
            return;
        };
        // What an application was issued may state where its user once was (semantics §4.5).
        if !told.application.is_empty() && event.kind == Kind::TokenIssued {
            return;
        }
        let after = (network, told.from.number);
        let others = self.by_session.get(event.ties.session.as_ref());
        let same = |other: &&usize| self.parts[**other].session.application == told.application;
        let parts = others.into_iter().flatten().filter(same).copied();
        let before = std::iter::once(index)
            .chain(parts)
            .filter_map(|part| {
                let part_last = self.parts[part].network_last?;
                let last = self.parts[part].last_use_of(part_last.0)?;
                Some((last, part, part_last))
            })
            .max();
        let Some((_, from, before)) = before.filter(|(_, _, before)| unrelated(*before, after))
        else {
            return;
        };
        let mine = self.crossings.iter().filter(|(_, to, _)| *to == index);
        if mine.count() >= CROSSINGS_MOST || self.keys[index].begun.is_some() {
            return;
        }
        let away = self.parts[index].last_use_of(network);
        let crossing = Crossing {
            at: event.at,
            place: event.place,
            before: Some(before),
            after: Some(after),
            from_session: String::new(),
            same_token: self.parts[from].showed_elsewhere(&event.ties.token, after),
            same_client: self.parts[from].fits_client(told)
                && self.parts[from].devices.contains(&told.device),
            away_micros: away.map(|last| event.at.micros - last.micros),
        };
        self.crossings.push((from, index, crossing));
    }

    /// The sessions, in the order in which [`Assigned::session`] counts them.
    pub fn finish(self) -> Vec<Session> {
        let ids = ids_of(&self.account, &self.keys, &self.parts);
        let mut sessions: Vec<Session> = Vec::with_capacity(self.parts.len());
        for ((part, key), id) in self.parts.into_iter().zip(self.keys).zip(&ids) {
            sessions.push(Session {
                id: id.clone(),
                account: self.account.clone(),
                key,
                ..part.session
            });
        }
        let shared = self.by_session.values().chain(self.by_peer_token.values());
        for parts in shared.filter(|parts| parts.len() > 1) {
            let began = parts
                .iter()
                .copied()
                .min_by_key(|part| (sessions[*part].first, *part));
            for part in parts {
                sessions[*part].shared = true;
                if let Some(began) = began.filter(|began| began != part) {
                    sessions[*part].begun_by.clone_from(&ids[began]);
                }
            }
        }
        for (from, to, mut crossing) in self.crossings {
            crossing.from_session.clone_from(&ids[from]);
            if from != to {
                sessions[from].crossings.push(crossing.clone());
            }
            sessions[to].crossings.push(crossing);
        }
        sessions
    }
}

/// Notes a part under a text, once; the text is copied the first time only, not for every event.
fn note_part(map: &mut BTreeMap<String, Vec<usize>>, text: &str, part: usize) {
    match map.get_mut(text) {
        Some(parts) if parts.contains(&part) => {}
        Some(parts) => parts.push(part),
        None => {
            map.insert(text.to_owned(), vec![part]);
        }
    }
}

fn key_of(tie: Tie, value: &str, sub: String, begun: Option<Moment>) -> SessionKey {
    SessionKey {
        tie,
        value: value.to_owned(),
        sub,
        begun,
    }
}

/// Ids from content: account and key; a second session of one key is told by its first record.
fn ids_of(account: &str, keys: &[SessionKey], parts: &[Part]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut ids = Vec::with_capacity(keys.len());
    for (key, part) in keys.iter().zip(parts) {
        let begun = key.begun.map(|at| at.to_string()).unwrap_or_default();
        let tie = key.tie.word();
        let mut id = content_id('S', &[account, tie, &key.value, &key.sub, &begun]);
        let mut again = place_text(part.session.first_place);
        while !taken.insert(id.clone()) {
            id = content_id('S', &[account, tie, &key.value, &key.sub, &begun, &again]);
            again.push('+');
        }
        ids.push(id);
    }
    ids
}

fn place_text(place: Place) -> String {
    place.to_string()
}
