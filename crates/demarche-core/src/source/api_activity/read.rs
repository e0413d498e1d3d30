//! One request to the common interface, read into one event.

use std::borrow::Cow;

use crate::event::event::{Event, Identity};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::source::api_activity::path::{Owner, bounded, owner_of, path_of};
use crate::source::dated::{Found, hand_over};
use crate::source::envelope::Around;
use crate::source::row::{Row, Slot};
use crate::source::sign_in::read::{canonical, lower, principal_identity, put_detail};
use crate::source::{Fate, moments, token_id};
use crate::vocab::card::Stream;

/// The most scopes that are kept of one request.
const SCOPES_MAX: usize = 512;

/// One field of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// When it was received.
    Time,
    /// Its id.
    Id,
    /// Its correlation id.
    Correlation,
    /// Method.
    Method,
    /// Address.
    Request,
    /// Status of the answer.
    Status,
    /// Bytes of the answer.
    Bytes,
    /// Application.
    AppId,
    /// Account.
    UserId,
    /// Service principal.
    PrincipalId,
    /// Address it came from.
    Address,
    /// User agent.
    Agent,
    /// Session id.
    Session,
    /// Token id.
    Token,
    /// Token id under its newer name.
    TokenNewer,
    /// When the token was issued.
    Issued,
    /// Scopes of the token.
    Scopes,
    /// Application roles of the token.
    Roles,
    /// Device.
    Device,
    /// Tenant.
    Tenant,
    /// Table of the workspace.
    Table,
}

impl Slot for Field {
    const COUNT: usize = Field::Table as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("aadtenantid", Field::Tenant),
        ("appid", Field::AppId),
        ("clientrequestid", Field::Correlation),
        ("deviceid", Field::Device),
        ("ipaddress", Field::Address),
        ("requestid", Field::Id),
        ("requestmethod", Field::Method),
        ("requesturi", Field::Request),
        ("responsesizebytes", Field::Bytes),
        ("responsestatuscode", Field::Status),
        ("roles", Field::Roles),
        ("scopes", Field::Scopes),
        ("serviceprincipalid", Field::PrincipalId),
        ("sessionid", Field::Session),
        ("signinactivityid", Field::Token),
        ("timegenerated", Field::Time),
        ("timegeneratedutc", Field::Time),
        ("tokenissuedat", Field::Issued),
        ("tokenissuedatutc", Field::Issued),
        ("type", Field::Table),
        ("uniquetokenid", Field::TokenNewer),
        ("useragent", Field::Agent),
        ("userid", Field::UserId),
    ];
}

/// Reads one request.
///
/// # Shape
/// Out: one event. The store is set where the path enters one account's mail, calendar or files.
///
/// # Gaps
/// Nothing names the items of the answer: a request is volume, not items (semantics §4.4).
///
/// # Spec
/// semantics §1.8, §3.1, §4.4
pub fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault) = Row::of(record);
    emit(record, &row, &Around::default(), fault, sink)
}

/// Hands over the event of a row; rejects what is none.
pub fn emit<'a>(
    record: &Delivered<'a>,
    row: &Row<'a, Field>,
    around: &Around<'a>,
    fault: Option<Malformed>,
    sink: &mut dyn Sink,
) -> Fate {
    let event = event_of(record, row, around);
    let found = Found {
        fault,
        time: &row.text(Field::Time),
        time_around: &around.time,
        is: "the request",
        lacks: (!row.has(Field::Request)).then_some("the address of the request"),
        is_worth: !event.actor.is_empty(),
    };
    hand_over(record, event, found, sink)
}

fn event_of<'a>(record: &Delivered<'a>, row: &Row<'a, Field>, around: &Around<'a>) -> Event<'a> {
    let request = row.text(Field::Request);
    let path = path_of(&request).to_owned();
    let mut event = Event {
        place: record.place,
        record_id: row.text(Field::Id),
        stream: Stream::Api,
        kind: Kind::ApiRequest,
        operation: row.text(Field::Method),
        outcome: outcome_of(&row.text(Field::Status)),
        address: row.text(Field::Address),
        ..Event::default()
    };
    if event.address.is_empty() {
        event.address = around.address.clone();
    }
    event.client.agent = row.text(Field::Agent);
    event.client.device = lower(row.text(Field::Device));
    event.application.caller = lower(row.text(Field::AppId));
    put_actor(row, &mut event);
    put_ties(row, &mut event);
    put_store(&path, &mut event);
    event.object = bounded(Cow::Owned(path));
    let tenant = row.text(Field::Tenant);
    let tenant = if tenant.is_empty() {
        around.tenant.clone()
    } else {
        tenant
    };
    put_detail(&mut event, words::ORGANISATION, lower(tenant));
    put_detail(&mut event, words::REQUEST, bounded(request));
    put_detail(&mut event, words::STATUS, row.text(Field::Status));
    put_detail(&mut event, words::RESPONSE_BYTES, row.text(Field::Bytes));
    for field in [Field::Scopes, Field::Roles] {
        for (n, scope) in row.text(field).split_whitespace().enumerate() {
            if n >= SCOPES_MAX {
                event.marks.lossy = true;
                break;
            }
            put_detail(&mut event, words::SCOPE, Cow::Owned(scope.to_owned()));
        }
    }
    event
}

fn outcome_of(status: &str) -> Outcome {
    match status.parse::<u16>() {
        Ok(200..=399) => Outcome::Succeeded,
        Ok(_) => Outcome::Failed,
        Err(_) => Outcome::Unknown,
    }
}

fn put_actor<'a>(row: &Row<'a, Field>, event: &mut Event<'a>) {
    let object = lower(row.text(Field::UserId));
    if !object.is_empty() {
        event.actor = Identity {
            object,
            ..Identity::default()
        };
        event.actor_kind = ActorKind::Person;
        return;
    }
    let principal = lower(row.text(Field::PrincipalId));
    let id = if principal.is_empty() {
        event.application.caller.clone()
    } else {
        principal.clone()
    };
    if !id.is_empty() {
        event.actor = principal_identity(&id, principal);
        event.actor_kind = ActorKind::Application;
    }
}

fn put_ties<'a>(row: &Row<'a, Field>, event: &mut Event<'a>) {
    let token = row.first(&[Field::TokenNewer, Field::Token]);
    event.ties.token = canonical(token, token_id::canonical);
    event.ties.session = canonical(row.text(Field::Session), token_id::canonical_session);
    event.ties.token_issued = moments::parse(&row.text(Field::Issued));
    event.ties.correlation = row.text(Field::Correlation);
}

fn put_store(path: &str, event: &mut Event<'_>) {
    match owner_of(path) {
        Some(Owner::Own) => {
            event.store.object = Cow::Owned(event.actor.object.clone().into_owned())
        }
        Some(Owner::Of(name)) if token_id::is_guid(&name) => {
            event.store.object = Cow::Owned(name.to_ascii_lowercase());
        }
        Some(Owner::Of(name)) => event.store.name = Cow::Owned(name),
        None => {}
    }
}
