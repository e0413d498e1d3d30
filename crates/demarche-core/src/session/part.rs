//! A session while it is folded: what was seen, whether an event fits.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::kind::{ActorKind, Kind};
use crate::event::words;
use crate::session::session::{Act, Seen, Session};
use crate::tenant::client::Clients;
use crate::tenant::facts::Facts;
use crate::tenant::learner::{pair_of, reaches_content, store_of};
use crate::tenant::origin::{From, unrelated};
use crate::tenant::password::fingerprint;
use crate::tenant::row_use::rows_of;
use crate::tenant::span::key_of;
use crate::vocab::address::Network;
use crate::vocab::grade::Tie;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// What an event tells of who used it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trait {
    /// Where it came from.
    pub from: From,
    /// Device id or client family; empty where nothing tells.
    pub device: String,
    /// Operating system; empty where nothing tells.
    pub system: &'static str,
    /// The address in text, ports apart; empty for relays and where there is none.
    pub host: String,
    /// The application it acted through, where that acts from its own servers: the tenant
    /// consented to it, or it is a third party's and shows no client; else empty.
    pub application: String,
}

impl Trait {
    /// Reads what an event tells.
    pub fn of(event: &Event<'_>, facts: &Facts, clients: &mut Clients) -> Trait {
        let from = From::of(event, facts.lists());
        let caller = event.application.caller.as_ref();
        let device = clients.device_of(event);
        // A consent may be older than the logs; what tells nothing of a client is a server. Where
        // the peer was seen, its address tells whose use it is.
        let serves = || {
            !event.marks.peer
                && !event.ties.session.is_empty()
                && device.is_empty()
                && facts.is_third_party(caller)
        };
        let application = if facts.is_consented(caller) || serves() {
            caller.to_lowercase()
        } else {
            String::new()
        };
        let from = stated(from, facts);
        Trait {
            application,
            from,
            device,
            system: clients.system_of(event),
            host: from
                .actor_host()
                .map(|host| clients.text_of(host))
                .unwrap_or_default(),
        }
    }

    fn network(&self) -> Option<(Network, u32)> {
        self.from
            .network()
            .map(|network| (network, self.from.number))
    }
}

/// The same with the operator that other records state for the network.
fn stated(mut from: From, facts: &Facts) -> From {
    if let (0, Some(network)) = (from.number, from.network()) {
        from.number = facts.operator_of(network);
    }
    from
}

/// A session while it is folded.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What it will be.
    pub session: Session,
    /// Addresses used, by text.
    pub hosts: BTreeSet<String>,
    /// Devices or client families seen.
    pub devices: BTreeSet<String>,
    /// Operating systems seen.
    pub systems: BTreeSet<&'static str>,
    /// Networks with their numbers and their last use.
    pub networks: Vec<(Network, u32, Moment)>,
    /// The last network used.
    pub network_last: Option<(Network, u32)>,
    /// Whether it has a token or session id.
    pub has_ids: bool,
    /// The last statement that returned rows, and the most rows that one of its tables counts.
    pub statement_last: (String, u64),
    /// Tokens by hash, and the network each was shown on last.
    tokens_on: BTreeMap<u64, (Network, u32)>,
}

impl Part {
    /// The most addresses remembered for joining.
    const HOSTS_MOST: usize = 64;
    /// The most networks remembered.
    const NETWORKS_MOST: usize = 64;
    /// The most acts kept.
    const ACTS_MOST: usize = 2048;
    /// The most records kept that a public rule or a list names.
    const NAMED_MOST: usize = 256;
    /// The most sign-ins kept among them.
    const SIGN_INS_MOST: u64 = 512;

    /// Whether nothing tells the event's user from this part's (semantics §3.3).
    ///
    /// Different device ids, different operating systems and unrelated networks tell two users
    /// apart, and an application that somebody consented to acts from its own machines; front
    /// applications and programs of one device do not.
    pub fn fits(&self, event: &Trait) -> bool {
        self.session.application == event.application
            && self.fits_client(event)
            && self.fits_network(event)
    }

    /// Whether device and system do not tell the event's user from this part's.
    pub fn fits_client(&self, event: &Trait) -> bool {
        let system = event.system.is_empty()
            || self.systems.is_empty()
            || self.systems.contains(event.system);
        let id = |device: &str| device.starts_with("device:");
        let has_ids = self.devices.iter().any(|device| id(device));
        let device = !id(&event.device) || !has_ids || self.devices.contains(&event.device);
        system && device
    }

    fn fits_network(&self, event: &Trait) -> bool {
        let Some(network) = event.network() else {
            return true;
        };
        self.networks.is_empty()
            || self
                .networks
                .iter()
                .any(|(known, number, _)| !unrelated((*known, *number), network))
    }

    /// Whether the event came from an address this part used.
    pub fn has_host(&self, event: &Trait) -> bool {
        !event.host.is_empty() && self.hosts.contains(&event.host)
    }

    /// Whether the event's network was used by this part.
    pub fn has_network(&self, event: &Trait) -> bool {
        event
            .network()
            .is_some_and(|(network, _)| self.networks.iter().any(|(known, _, _)| *known == network))
    }

    /// When this part last used a network; `None` where it never did.
    pub fn last_use_of(&self, network: Network) -> Option<Moment> {
        self.networks
            .iter()
            .find(|(known, _, _)| *known == network)
            .map(|(_, _, last)| *last)
    }

    /// Whether a token was last shown on a network that is unrelated to this one.
    pub fn showed_elsewhere(&self, token: &str, network: (Network, u32)) -> bool {
        !token.is_empty()
            && self
                .tokens_on
                .get(&key_of(token))
                .is_some_and(|known| unrelated(*known, network))
    }

    /// How this part is told from other parts of its session id.
    pub fn label_of(event: &Trait) -> String {
        let network = event
            .from
            .network()
            .map_or_else(String::new, |network| network.to_string());
        format!("{network} {} {}", event.system, event.application)
            .trim()
            .to_owned()
    }

    /// Takes in one event.
    pub fn take(&mut self, event: &Event<'_>, told: &Trait, tie: Tie) {
        self.take_numbers(event, told);
        // Where a token was issued to is no use of it: programs on a server get tokens for others.
        if !is_peer_issue(event) {
            self.take_place(event, told);
        }
        self.take_names(event, told);
        if is_act(event.kind) {
            self.take_act(event, told, tie);
        }
    }

    fn take_numbers(&mut self, event: &Event<'_>, told: &Trait) {
        let session = &mut self.session;
        if session.n_events == 0 || event.at < session.first {
            session.first = event.at;
            session.first_place = event.place;
        }
        if session.n_events == 0 || event.at >= session.last {
            session.last = event.at;
            session.last_place = event.place;
        }
        if session.n_events == 0 {
            session.application.clone_from(&told.application);
        }
        session.background =
            event.marks.background && (session.n_events == 0 || session.background);
        session.n_events += 1;
        *session.kinds.entry(event.kind).or_default() += 1;
        if matches!(
            event.kind,
            Kind::ItemsRead | Kind::FolderSynced | Kind::AttachmentRead | Kind::RowsRead
        ) {
            session.n_reads += 1;
            session.n_items_named += event.items.len() as u64;
        }
        if !event.marks.background {
            session.volumes.add(event);
        }
        if reaches_content(event.kind) && event.kind != Kind::Searched {
            session.read_last = Some(event.at);
        }
        self.take_rows(event);
        let session = &mut self.session;
        session.relayed |= told.from.relayed;
        session.n_direct += u64::from(told.from.actor_host().is_some());
        session.n_peer += u64::from(event.marks.peer);
        session.n_external += u64::from(event.marks.external);
        let unattended = matches!(event.actor_kind, ActorKind::Application | ActorKind::System);
        session.n_unattended += u64::from(unattended);
        session.n_system += u64::from(event.actor_kind == ActorKind::System);
    }

    /// Rows an event returned; tables joined by one statement return the same rows.
    fn take_rows(&mut self, event: &Event<'_>) {
        let rows = rows_of(event);
        if rows == 0 {
            return;
        }
        if event.detail(words::ROWS_UNCOUNTED) == words::UNCOUNTED_WHOLE {
            self.session.n_rows_uncounted += 1;
        }
        let statement = event.detail(words::STATEMENT);
        let last = &mut self.statement_last;
        if statement.is_empty() || last.0 != statement {
            *last = (statement.to_owned(), 0);
        }
        self.session.n_rows = self
            .session
            .n_rows
            .saturating_add(rows.saturating_sub(last.1));
        last.1 = last.1.max(rows);
    }

    fn take_place(&mut self, event: &Event<'_>, told: &Trait) {
        let Some((network, number)) = told.network() else {
            return;
        };
        if self.hosts.len() < Part::HOSTS_MOST && !self.hosts.contains(&told.host) {
            self.hosts.insert(told.host.clone());
        }
        match self
            .networks
            .iter_mut()
            .find(|(known, _, _)| *known == network)
        {
            Some((_, known, last)) => {
                *last = event.at;
                *known = if *known == 0 { number } else { *known };
            }
            None => {
                if self.networks.len() < Part::NETWORKS_MOST {
                    self.networks.push((network, number, event.at));
                    self.session.networks.insert(network);
                }
            }
        }
        if number != 0 {
            self.session
                .network_numbers
                .entry(network)
                .or_insert(number);
        }
        self.network_last = Some((network, number));
        let token = key_of(&event.ties.token);
        let known = self.tokens_on.contains_key(&token);
        if !event.ties.token.is_empty() && (known || self.tokens_on.len() < Seen::MOST) {
            self.tokens_on.insert(token, (network, number));
        }
    }

    fn take_names(&mut self, event: &Event<'_>, told: &Trait) {
        let session = &mut self.session;
        match told.from.host {
            // The provider's own; any other is there in text.
            Some(host) if told.from.relayed => session.addresses.add(&host.to_string()),
            _ => session.addresses.add(&told.host),
        }
        session.agents.add(&event.client.agent);
        session.programs.add(&event.client.program);
        session.devices.add(&told.device);
        session.applications.add(&pair_of(event));
        session.tokens.add(&event.ties.token);
        session.session_ids.add(&event.ties.session);
        session.countries.add(&event.country);
        session.stores.add(&store_of(event));
        let known = told.device.is_empty() || self.devices.contains(&told.device);
        if !known && self.devices.len() < Part::HOSTS_MOST {
            self.devices.insert(told.device.clone());
        }
        if !told.system.is_empty() {
            self.systems.insert(told.system);
        }
        self.has_ids |= !event.ties.token.is_empty() || !event.ties.session.is_empty();
        if let Some(issued) = event.ties.token_issued {
            let first = session
                .issued_first
                .map_or(issued, |first| first.min(issued));
            session.issued_first = Some(first);
        }
    }

    /// Keeps a record that a public rule or a list names, of whatever kind.
    pub fn take_named(&mut self, event: &Event<'_>, told: &Trait, tie: Tie) {
        if self.session.named.len() < Part::NAMED_MOST {
            self.session.named.push(act_of(event, told, tie));
        }
    }

    fn take_act(&mut self, event: &Event<'_>, told: &Trait, tie: Tie) {
        let session = &mut self.session;
        let n_sign_ins = session.kinds.get(&Kind::SignIn).copied().unwrap_or(0);
        let crowded = event.kind == Kind::SignIn && n_sign_ins > Part::SIGN_INS_MOST;
        if crowded || session.acts.len() >= Part::ACTS_MOST {
            session.n_acts_unlisted += 1;
            return;
        }
        session.acts.push(act_of(event, told, tie));
    }

    /// The place of the last record taken in.
    pub fn place_last(&self) -> Place {
        self.session.last_place
    }
}

/// Whether an event is an issuer's own record of a token.
pub fn is_peer_issue(event: &Event<'_>) -> bool {
    event.kind == Kind::TokenIssued && event.marks.peer
}

fn act_of(event: &Event<'_>, told: &Trait, tie: Tie) -> Act {
    Act {
        at: event.at,
        kind: event.kind,
        outcome: event.outcome,
        operation: event.operation.to_string(),
        object: event.object.to_string(),
        store: store_of(event),
        address: told
            .from
            .host
            .map(|host| host.to_string())
            .unwrap_or_default(),
        network_number: told.from.number,
        country: event.country.to_string(),
        relayed: told.from.relayed,
        agent: event.client.agent.to_string(),
        device: told.device.clone(),
        grant: event.client.grant.to_string(),
        error: event.error.to_string(),
        application: event.application.actor().to_lowercase(),
        fingerprint: (event.kind == Kind::SignIn)
            .then(|| fingerprint(event))
            .flatten(),
        tie,
        details: event
            .details
            .iter()
            .take(256)
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        place: event.place,
    }
}

/// Whether the verdict table, or what must be undone, looks at events of this kind one by one.
pub fn is_act(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::ItemsRead
            | Kind::FolderSynced
            | Kind::AttachmentRead
            | Kind::ItemCreated
            | Kind::ItemUpdated
            | Kind::ItemsMoved
            | Kind::TokenIssued
            | Kind::FileRead
            | Kind::FilePreviewed
            | Kind::FileDownloaded
            | Kind::FileSynced
            | Kind::FileMoved
            | Kind::FileChanged
            | Kind::Browsed
            | Kind::LinkUsed
            | Kind::ChatRead
            | Kind::ChatChanged
            | Kind::AssistantRead
            | Kind::ApiRequest
            | Kind::RowsRead
            | Kind::CollectorNote
            | Kind::Standing
            | Kind::MailboxChanged
            | Kind::AccountChanged
            | Kind::Other
    )
}
