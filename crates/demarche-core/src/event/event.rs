//! One event: a flat reading of one record, borrowed from it.

use std::borrow::Cow;

use crate::event::item::Item;
use crate::event::kind::{ActorKind, Capacity, Kind, Outcome, Told};
use crate::vocab::card::Stream;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// Text of a record, borrowed where it needed no unescaping. Empty means absent.
pub type Text<'a> = Cow<'a, str>;

/// The identifiers of one account, as delivered. Empty means absent.
///
/// # Shape
/// `name` is a user principal name or what stands in its place, as delivered (compare
/// lower-case). `object`, `legacy` and `sid` are strong ids that join names (semantics §1.13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// Name: usually `user@domain`.
    pub name: Text<'a>,
    /// Object id in the directory.
    pub object: Text<'a>,
    /// The older directory id (PUID).
    pub legacy: Text<'a>,
    /// Security identifier.
    pub sid: Text<'a>,
}

/// The program that acted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client<'a> {
    /// User agent or free text the client sent.
    pub agent: Text<'a>,
    /// The service's own name for the client, as in `OWA`, `REST`, `REST/RESTSystem`, `ActiveSync`.
    pub program: Text<'a>,
    /// Device id, where one is stated.
    pub device: Text<'a>,
    /// Operating system and browser or program version, as one text.
    pub platform: Text<'a>,
    /// How the credential was presented: grant or protocol (`OAuth2:Token`, `ropc`, `deviceCode`).
    pub grant: Text<'a>,
}

/// The application a session acted through.
///
/// `front` and `caller` are the pair that a baseline is kept for (semantics §2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application<'a> {
    /// The front or resource application (AppId).
    pub front: Text<'a>,
    /// The calling application (ClientAppId).
    pub caller: Text<'a>,
    /// The resource a token was for.
    pub resource: Text<'a>,
    /// Display name, where the record has one.
    pub name: Text<'a>,
}

impl Application<'_> {
    /// The one id that best says who acted: the caller, else the front.
    pub fn actor(&self) -> &str {
        if self.caller.is_empty() {
            &self.front
        } else {
            &self.caller
        }
    }
}

/// Ids that tie events to one token or session, normalised by their source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties<'a> {
    /// Token id in canonical form, empty where the record has none.
    pub token: Text<'a>,
    /// Session id, empty where the record has none.
    pub session: Text<'a>,
    /// When the token was issued, where stated.
    pub token_issued: Option<Moment>,
    /// Request or correlation id: client-supplied, never identity (semantics §3.3).
    pub correlation: Text<'a>,
}

/// Facts about the record itself that later rooms must not forget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The source's card marks this as the provider's own background reader.
    pub background: bool,
    /// The address belongs to a relay of the provider: it neither adds nor subtracts.
    pub relay: bool,
    /// The projection lost fields; item counts are lower bounds (K17).
    pub lossy: bool,
    /// One row stands for several (grouped sign-ins).
    pub grouped: bool,
    /// Facts come from the wrapper of a record that could not be read.
    pub salvaged: bool,
    /// The acting domain differs from the store's (guest or provider's operator).
    pub external: bool,
    /// The server that wrote the record saw the connection itself: its address is the actor's,
    /// a private or loopback one too.
    pub peer: bool,
    /// Another copy of this record says otherwise (set by the store, never by a reader).
    pub conflicting: bool,
}

/// One event.
///
/// # Shape
/// A flat struct, one to one with a row of the store's `events` table; `items` are the rows of
/// `items`. Text borrows from the record. `details` are named facts particular to the kind, in
/// the order of the record; names are those of [`crate::event::words`].
///
/// # Gaps
/// An absent value is empty or `None`, never a default that means something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// Where the record lies.
    pub place: Place,
    /// The record's own id, for finding copies; empty where it has none.
    pub record_id: Text<'a>,
    /// When.
    pub at: Moment,
    /// The stream it belongs to, for coverage.
    pub stream: Stream,
    /// What happened.
    pub kind: Kind,
    /// The operation's name as delivered, trimmed.
    pub operation: Text<'a>,
    /// What came of it.
    pub outcome: Outcome,
    /// The provider's error code, empty where there is none.
    pub error: Text<'a>,
    /// Who acted.
    pub actor: Identity<'a>,
    /// What kind of actor.
    pub actor_kind: ActorKind,
    /// Whose store was entered: mailbox owner, site, database. Empty name where there is none.
    pub store: Identity<'a>,
    /// A stable id of the store (mailbox guid, site id).
    pub store_id: Text<'a>,
    /// In what capacity the store was entered.
    pub capacity: Capacity,
    /// The address as delivered; parse with [`crate::vocab::address::Address`].
    pub address: Text<'a>,
    /// The network's number (ASN) where the record has one, 0 otherwise.
    pub network_number: u32,
    /// Two-letter country where the record has one.
    pub country: Text<'a>,
    /// The program.
    pub client: Client<'a>,
    /// The application.
    pub application: Application<'a>,
    /// Token and session.
    pub ties: Ties<'a>,
    /// The object acted on: rule, application, account, file address.
    pub object: Text<'a>,
    /// Whether the service said that logging was suspended for this store (K5).
    pub throttled: Told,
    /// How many items the record counts, where it counts them; more than listed means K9.
    pub items_counted: Option<u64>,
    /// Facts about the record.
    pub marks: Marks,
    /// Named facts particular to the kind.
    pub details: Vec<(Text<'a>, Text<'a>)>,
    /// Items named.
    pub items: Vec<Item<'a>>,
}

impl Event<'_> {
    /// The first detail of a name, or the empty text.
    pub fn detail(&self, name: &str) -> &str {
        self.details
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, value)| value)
    }

    /// All details of a name, in order.
    pub fn details_of<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b str> {
        self.details
            .iter()
            .filter(move |(n, _)| n == name)
            .map(|(_, value)| value.as_ref())
    }

    /// Empties the event for the next record, keeping what it has allocated.
    pub fn clear(&mut self) {
        let (mut details, mut items) = (
            std::mem::take(&mut self.details),
            std::mem::take(&mut self.items),
        );
        details.clear();
        items.clear();
        *self = Event {
            details,
            items,
            ..Event::default()
        };
    }
}

fn owned(text: Text<'_>) -> Text<'static> {
    Cow::Owned(text.into_owned())
}

/// Texts that stand where an id should be and never join two accounts (semantics §1.13).
const PLACEHOLDERS: [&str; 7] = [
    "not available",
    "not-found",
    "unknown",
    "s-1-5-18",
    "s-1-0-0",
    "s-1-1-0",
    "<null>",
];

/// Whether a text names somebody: not empty and not a placeholder.
pub fn names_somebody(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty()
        && !PLACEHOLDERS
            .iter()
            .any(|placeholder| text.eq_ignore_ascii_case(placeholder))
}

impl Identity<'_> {
    /// The key of this identity as delivered: the lower-case name, else the most stable id;
    /// empty where nobody is named. Streams of the store are kept by it; the identity map joins
    /// keys to accounts.
    pub fn key(&self) -> String {
        if names_somebody(&self.name) {
            return self.name.trim().to_lowercase();
        }
        let ids = [
            ("object:", &self.object),
            ("legacy:", &self.legacy),
            ("sid:", &self.sid),
        ];
        for (prefix, id) in ids {
            if names_somebody(id) {
                return format!("{prefix}{}", id.trim().to_lowercase());
            }
        }
        String::new()
    }

    /// The same identity, borrowing nothing.
    pub fn into_owned(self) -> Identity<'static> {
        Identity {
            name: owned(self.name),
            object: owned(self.object),
            legacy: owned(self.legacy),
            sid: owned(self.sid),
        }
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
            && self.object.is_empty()
            && self.legacy.is_empty()
            && self.sid.is_empty()
    }
}

impl Event<'_> {
    /// The same event, borrowing nothing.
    pub fn into_owned(self) -> Event<'static> {
        Event {
            record_id: owned(self.record_id),
            operation: owned(self.operation),
            error: owned(self.error),
            actor: self.actor.into_owned(),
            store: self.store.into_owned(),
            store_id: owned(self.store_id),
            address: owned(self.address),
            country: owned(self.country),
            client: Client {
                agent: owned(self.client.agent),
                program: owned(self.client.program),
                device: owned(self.client.device),
                platform: owned(self.client.platform),
                grant: owned(self.client.grant),
            },
            application: Application {
                front: owned(self.application.front),
                caller: owned(self.application.caller),
                resource: owned(self.application.resource),
                name: owned(self.application.name),
            },
            ties: Ties {
                token: owned(self.ties.token),
                session: owned(self.ties.session),
                token_issued: self.ties.token_issued,
                correlation: owned(self.ties.correlation),
            },
            object: owned(self.object),
            details: self
                .details
                .into_iter()
                .map(|(n, v)| (owned(n), owned(v)))
                .collect(),
            items: self.items.into_iter().map(Item::into_owned).collect(),
            place: self.place,
            at: self.at,
            stream: self.stream,
            kind: self.kind,
            outcome: self.outcome,
            actor_kind: self.actor_kind,
            capacity: self.capacity,
            network_number: self.network_number,
            throttled: self.throttled,
            items_counted: self.items_counted,
            marks: self.marks,
        }
    }
}
