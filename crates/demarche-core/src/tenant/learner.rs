//! Learns tenant facts from events in any order.

use std::collections::BTreeMap;

use crate::event::event::Event;
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::words;
use crate::tenant::application::Applications;
use crate::tenant::client::{device_of, family_of};
use crate::tenant::facts::Facts;
use crate::tenant::identity::Identities;
use crate::tenant::issuance::Issued;
use crate::tenant::lists::Lists;
use crate::tenant::origin::{From, Origin};
use crate::tenant::password::Passwords;
use crate::tenant::span::{Span, key_of, key_of_all, key_of_bytes};
use crate::tenant::tokens::TokensLearned;
use crate::tenant::usage::{AccountUse, OriginUse, PairUse, grant_key};
use crate::vocab::address::Network;

/// What is learned while events pass; two learners of two halves merge to one of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learner {
    lists: Lists,
    pub(crate) identities: Identities,
    /// By the hash of their identifiers; apart from the map, whose nodes have empty places.
    pub(crate) accounts: BTreeMap<u64, Box<AccountUse>>,
    pub(crate) origins: BTreeMap<Origin, OriginUse>,
    /// Operators of networks, as any record states them.
    pub(crate) operators: BTreeMap<Network, u32>,
    pub(crate) countries: BTreeMap<u64, Span>,
    /// Client family of each full agent, both by hash.
    pub(crate) families: BTreeMap<u64, u64>,
    pub(crate) pairs: BTreeMap<u64, PairUse>,
    pub(crate) stores: BTreeMap<u64, Span>,
    pub(crate) applications: Applications,
    pub(crate) passwords: Passwords,
    pub(crate) issued: Issued,
    pub(crate) tokens: TokensLearned,
    pub(crate) span: Span,
}

/// Whether an event shows use that worked, so that where it came from becomes known.
fn worked(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Succeeded | Outcome::Unknown)
}

/// The text of an application pair, `front|caller`; empty where the record names neither.
pub fn pair_of(event: &Event<'_>) -> String {
    let (front, caller) = (&event.application.front, &event.application.caller);
    if front.is_empty() && caller.is_empty() {
        return String::new();
    }
    let mut pair = String::with_capacity(front.len() + caller.len() + 1);
    pair.push_str(front);
    pair.push('|');
    pair.push_str(caller);
    pair.make_ascii_lowercase();
    pair
}

/// The hash of an application pair's text ([`pair_of`]), which nearly always fits where it is made.
pub fn pair_key(event: &Event<'_>) -> u64 {
    let (front, caller) = (&event.application.front, &event.application.caller);
    let length = match (front.len(), caller.len()) {
        (0, 0) => 0,
        (front, caller) => front + 1 + caller,
    };
    let mut here = [0; 128];
    let Some(pair) = here.get_mut(..length) else {
        return key_of(&pair_of(event));
    };
    if let Some((of_front, rest)) = pair.split_at_mut_checked(front.len())
        && let Some((bar, of_caller)) = rest.split_first_mut()
    {
        of_front.copy_from_slice(front.as_bytes());
        *bar = b'|';
        of_caller.copy_from_slice(caller.as_bytes());
    }
    pair.make_ascii_lowercase();
    key_of_bytes(pair)
}

/// The key of the store an event entered: its owner's name, else its id; empty where it has none.
pub fn store_of(event: &Event<'_>) -> String {
    let key = event.store.key();
    if key.is_empty() {
        event.store_id.to_lowercase()
    } else {
        key
    }
}

/// Whether a kind of event enters a store's mail.
fn reads_mail(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ItemsRead | Kind::FolderSynced | Kind::AttachmentRead
    )
}

/// Whether an event is an act of administration on somebody else, not on the actor's own.
fn administers(event: &Event<'_>) -> bool {
    let kind = matches!(
        event.kind,
        Kind::MailboxChanged
            | Kind::MailboxGranted
            | Kind::MailboxGrantRemoved
            | Kind::AccessPathChanged
            | Kind::AccountAdded
            | Kind::AccountChanged
            | Kind::AccountRemoved
            | Kind::PasswordChanged
            | Kind::SessionsRevoked
            | Kind::RoleGranted
            | Kind::RoleRemoved
            | Kind::PolicyChanged
            | Kind::FactorRemoved
    );
    if !kind {
        return false;
    }
    let own = event.actor.key();
    let target = event.detail(words::TARGET).trim().to_lowercase();
    let on_own = target == own || event.store.key() == own;
    let on_nothing = target.is_empty() && event.store.is_empty() && event.object.is_empty();
    !(on_own || on_nothing)
}

/// Whether a kind of event reaches content, so that baselines of pairs are kept for it.
pub fn reaches_content(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::ItemsRead
            | Kind::FolderSynced
            | Kind::AttachmentRead
            | Kind::MessageSent
            | Kind::Searched
            | Kind::FileRead
            | Kind::FilePreviewed
            | Kind::FileDownloaded
            | Kind::FileSynced
            | Kind::ChatRead
            | Kind::AssistantRead
            | Kind::RowsRead
            | Kind::ContentExported
    )
}

/// Keeps one operator of a network, whatever the order: the smallest number, where records differ.
fn keep_operator(operators: &mut BTreeMap<Network, u32>, network: Network, number: u32) {
    let known = operators.entry(network).or_insert(number);
    *known = number.min(*known);
}

impl Learner {
    /// A learner that knows these lists and nothing else.
    pub fn new(lists: Lists) -> Learner {
        Learner {
            lists,
            ..Learner::default()
        }
    }

    /// Learns one event. Copies of a record must not be handed in.
    ///
    /// Of an event without a time only its identifiers and what it shows as issued are learned.
    pub fn learn(&mut self, event: &Event<'_>) {
        // What stood at a moment is no history.
        if event.kind == Kind::Standing {
            self.applications.learn_standing(event);
            return;
        }
        let by = self.identities.learn(&event.actor, event.at);
        let from = From::of(event, &self.lists);
        self.tokens.learn(event, by, &from);
        if !event.at.is_stated() {
            if event.kind == Kind::TokenIssued {
                self.issued.learn(event);
            }
            return;
        }
        self.span.add(event.at);
        if !event.store.is_empty() && event.store != event.actor {
            self.identities.learn(&event.store, event.at);
        }
        self.passwords.learn(event);
        self.issued.learn(event);
        self.applications.learn(event, by);
        if event.kind == Kind::CollectorNote {
            return;
        }
        if reaches_content(event.kind) {
            self.learn_pair(event, &from);
        }
        if !event.marks.background {
            self.learn_account(event, by, &from);
        }
    }

    fn learn_pair(&mut self, event: &Event<'_>, from: &From) {
        let store = store_of(event);
        if !store.is_empty() {
            self.stores.entry(key_of(&store)).or_default().add(event.at);
        }
        if event.application.front.is_empty() && event.application.caller.is_empty() {
            return;
        }
        let usage = self
            .pairs
            .entry(pair_key(event))
            .or_insert_with(|| PairUse {
                name: pair_of(event),
                background: true,
                ..PairUse::default()
            });
        usage.span.add(event.at);
        usage.background &= event.marks.background;
        usage.n_relayed += u64::from(from.relayed);
        usage.hours |= 1 << event.at.hour().rem_euclid(24);
        if !store.is_empty() {
            usage
                .stores
                .entry(key_of(&store))
                .or_default()
                .add(event.at);
        }
    }

    fn learn_account(&mut self, event: &Event<'_>, by: u64, from: &From) {
        let usage = self.accounts.entry(by).or_default();
        usage.span.add(event.at);
        usage.rows.learn(event, &self.lists);
        let day = i32::try_from(event.at.day()).unwrap_or(i32::MAX);
        usage.volumes.add(event);
        if !worked(event.outcome) || event.actor_kind == ActorKind::System {
            return;
        }
        usage.days.insert(day);
        if administers(event) {
            usage.administration.add(event.at);
        }
        if event.kind == Kind::SignIn && !event.client.grant.is_empty() {
            let grant = grant_key(&event.client.grant);
            usage.grants.or_default(grant).add(event.at);
        }
        if reads_mail(event.kind) {
            let store = event.store.key();
            if !store.is_empty() && store != event.actor.key() {
                let store = usage.others_stores.or_default(key_of(&store));
                store.add(event.at);
            }
        }
        let mut family = None;
        if !event.client.agent.is_empty() {
            let agent = key_of(&event.client.agent);
            usage.agents.or_default(agent).add(event.at);
            let of_agent = || key_of(&family_of(&event.client.agent));
            family = Some(*self.families.entry(agent).or_insert_with(of_agent));
        }
        // An agent was read when it was first met; its family is the device where no id is.
        let family = family.filter(|family| *family != key_of(""));
        let device = match family.filter(|_| event.client.device.is_empty()) {
            Some(family) => Some(family),
            None => Some(device_of(event))
                .filter(|device| !device.is_empty())
                .map(|device| key_of(&device)),
        };
        if let Some(device) = device {
            usage.devices.or_default(device).add(event.at);
            let network = from.network();
            if let Some(network) = network {
                usage.hands.or_default((network, device));
            }
        }
        if let Some(network) = from.network().filter(|_| from.number != 0) {
            keep_operator(&mut self.operators, network, from.number);
        }
        let pair = match event.kind {
            Kind::SignIn | Kind::TokenIssued => key_of_all(&["sign-in", event.application.actor()]),
            _ => pair_key(event),
        };
        for origin in from.origins() {
            usage.origins.or_default(origin).add(event.at);
            self.origins
                .entry(origin)
                .or_default()
                .add(event.at, by, pair);
        }
        if !event.country.is_empty() && !from.relayed {
            let country = key_of(&event.country.to_uppercase());
            usage.countries.or_default(country).add(event.at);
            self.countries.entry(country).or_default().add(event.at);
        }
    }

    /// The lists it was made with, to be completed before it is closed.
    pub fn lists_mut(&mut self) -> &mut Lists {
        &mut self.lists
    }

    /// Takes in what another learner of the same lists learned.
    pub fn merge(&mut self, other: Learner) {
        self.span.merge(&other.span);
        self.identities.merge(other.identities);
        self.passwords.merge(other.passwords);
        self.issued.merge(other.issued);
        self.tokens.merge(other.tokens);
        self.applications.merge(other.applications);
        for (by, usage) in other.accounts {
            self.accounts.entry(by).or_default().merge(*usage);
        }
        for (origin, usage) in &other.origins {
            self.origins.entry(*origin).or_default().merge(usage);
        }
        for (network, number) in other.operators {
            keep_operator(&mut self.operators, network, number);
        }
        self.families.extend(other.families);
        for (country, span) in &other.countries {
            self.countries.entry(*country).or_default().merge(span);
        }
        for (pair, usage) in other.pairs {
            self.pairs.entry(pair).or_default().merge(usage);
        }
        for (store, span) in &other.stores {
            self.stores.entry(*store).or_default().merge(span);
        }
    }

    /// Closes the facts: nothing is learned after this.
    pub fn close(self) -> Facts {
        let lists = self.lists.clone();
        Facts::close(self, lists)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn the_key_of_a_pair_is_that_of_its_text() {
        for front in ["", "A", &"Front".repeat(9), &"x".repeat(200)] {
            for caller in ["", "Caller", &"é".repeat(40)] {
                let mut event = Event::default();
                event.application.front = Cow::Borrowed(front);
                event.application.caller = Cow::Borrowed(caller);
                assert_eq!(pair_key(&event), key_of(&pair_of(&event)));
            }
        }
    }
}
