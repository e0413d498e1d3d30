//! One record of the activity log, read into one event under its operation's name.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value, ValueKind};
use crate::source::dated::{Found, hand_over};
use crate::source::row::{Row, Slot};
use crate::source::sign_in::read::{canonical, lower, principal_identity, put_detail};
use crate::source::{Fate, token_id};
use crate::vocab::card::Stream;

/// One field of an activity record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// When it happened.
    Time,
    /// When the workspace dates it.
    Generated,
    /// Its id.
    Id,
    /// Its correlation id.
    Correlation,
    /// Operation: text, or an object with a value.
    Operation,
    /// Operation by its value alone.
    OperationValue,
    /// Who called.
    Caller,
    /// Address alone.
    Address,
    /// Request, with its address.
    Request,
    /// Claims of the token.
    Claims,
    /// Status: text, or an object with a value.
    Status,
    /// Resource.
    Resource,
    /// Tenant.
    Tenant,
}

impl Slot for Field {
    const COUNT: usize = Field::Tenant as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("activitystatusvalue", Field::Status),
        ("caller", Field::Caller),
        ("calleripaddress", Field::Address),
        ("claims", Field::Claims),
        ("correlationid", Field::Correlation),
        ("eventdataid", Field::Id),
        ("eventtimestamp", Field::Time),
        ("httprequest", Field::Request),
        ("identity", Field::Claims),
        ("operationname", Field::Operation),
        ("operationnamevalue", Field::OperationValue),
        ("resourceid", Field::Resource),
        ("resulttype", Field::Status),
        ("status", Field::Status),
        ("tenantid", Field::Tenant),
        ("time", Field::Time),
        ("timegenerated", Field::Generated),
        ("timegeneratedutc", Field::Generated),
    ];
}

/// What the claims of the caller's token say.
#[derive(Default)]
struct Claims {
    object: String,
    name: String,
    app_id: String,
    token: String,
    address: String,
    of_app: bool,
}

/// Reads one record of the activity log.
///
/// # Shape
/// Out: one event. Roles given and taken and policies have kinds of their own; everything else is
/// [`Kind::Other`] under its operation's name.
pub fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault) = Row::of(record);
    emit(record, &row, fault, sink)
}

/// Hands over the event of a row; rejects what is none.
pub fn emit<'a>(
    record: &Delivered<'a>,
    row: &Row<'a, Field>,
    fault: Option<Malformed>,
    sink: &mut dyn Sink,
) -> Fate {
    let event = event_of(record, row);
    let is_named = !event.operation.is_empty();
    let found = Found {
        fault,
        time: &row.first(&[Field::Time, Field::Generated]),
        time_around: &Text::default(),
        is: "the activity",
        lacks: (!is_named).then_some("the name of the operation"),
        is_worth: false,
    };
    hand_over(record, event, found, sink)
}

fn event_of<'a>(record: &Delivered<'a>, row: &Row<'a, Field>) -> Event<'a> {
    let claims = row.nested(Field::Claims, claims_of).unwrap_or_default();
    let operation = operation_of(row);
    let mut event = Event {
        place: record.place,
        record_id: row.text(Field::Id),
        stream: Stream::Other,
        kind: kind_of(&operation),
        operation,
        outcome: outcome_of(&value_of(row, Field::Status)),
        address: address_of(row, &claims),
        object: row.text(Field::Resource),
        ..Event::default()
    };
    event.ties.correlation = row.text(Field::Correlation);
    event.ties.token = canonical(Cow::Owned(claims.token.clone()), token_id::canonical);
    event.application.caller = lower(Cow::Owned(claims.app_id.clone()));
    put_actor(row, claims, &mut event);
    put_detail(
        &mut event,
        words::ORGANISATION,
        lower(row.text(Field::Tenant)),
    );
    event
}

/// The text of a field, or the `value` of its object.
fn value_of<'a>(row: &Row<'a, Field>, field: Field) -> Text<'a> {
    let text = row.text(field);
    if !text.is_empty() {
        return text;
    }
    let value = row.nested(field, |value| {
        let value = value.member("value");
        value.map_or(String::new(), |value| value.text().trim().to_owned())
    });
    Cow::Owned(value.unwrap_or_default())
}

fn operation_of<'a>(row: &Row<'a, Field>) -> Text<'a> {
    let stated = row.text(Field::OperationValue);
    if stated.is_empty() {
        value_of(row, Field::Operation)
    } else {
        stated
    }
}

fn kind_of(operation: &str) -> Kind {
    let name = operation.to_ascii_lowercase();
    if name.ends_with("/roleassignments/write") {
        Kind::RoleGranted
    } else if name.ends_with("/roleassignments/delete") {
        Kind::RoleRemoved
    } else if name.contains("/diagnosticsettings/")
        || name.contains("microsoft.authorization/policy")
        || name.contains("microsoft.authorization/roledefinitions")
        || name.contains("microsoft.authorization/locks")
    {
        Kind::PolicyChanged
    } else {
        Kind::Other
    }
}

fn outcome_of(status: &str) -> Outcome {
    match status.to_ascii_lowercase().as_str() {
        "succeeded" | "success" | "accepted" => Outcome::Succeeded,
        "failed" | "failure" => Outcome::Failed,
        "started" | "start" => Outcome::Interrupted,
        _ => Outcome::Unknown,
    }
}

/// Claims as an object, or within the identity of an envelope.
fn claims_of(value: Value<'_>) -> Claims {
    let inner = value
        .member("claims")
        .filter(|v| v.kind() == ValueKind::Object);
    let mut claims = Claims::default();
    let _ = inner.unwrap_or(value).members(|key, value| {
        let text = || value.text().trim().to_owned();
        // Long names of claims end with the word that matters.
        match key.rsplit('/').next().unwrap_or(key) {
            "objectidentifier" | "oid" => claims.object = text(),
            "upn" => claims.name = text(),
            "name" if key.contains('/') && claims.name.is_empty() => claims.name = text(),
            "appid" => claims.app_id = text(),
            "uti" => claims.token = text(),
            "ipaddr" => claims.address = text(),
            "idtyp" => claims.of_app = value.text() == "app",
            _ => {}
        }
    });
    claims
}

fn address_of<'a>(row: &Row<'a, Field>, claims: &Claims) -> Text<'a> {
    let stated = row.text(Field::Address);
    if !stated.is_empty() {
        return stated;
    }
    let of_request = row.nested(Field::Request, |request| {
        ["clientIpAddress", "client_ip_address"]
            .iter()
            .find_map(|name| request.member(name))
            .map_or(String::new(), |value| value.text().trim().to_owned())
    });
    match of_request {
        Some(address) if !address.is_empty() => Cow::Owned(address),
        _ => Cow::Owned(claims.address.clone()),
    }
}

fn put_actor<'a>(row: &Row<'a, Field>, claims: Claims, event: &mut Event<'a>) {
    let caller = row.text(Field::Caller);
    let by_id = token_id::is_guid(&caller);
    let name = if caller.contains('@') {
        caller.clone()
    } else {
        Cow::Owned(claims.name)
    };
    let object = lower(if claims.object.is_empty() && by_id {
        caller
    } else {
        Cow::Owned(claims.object)
    });
    if claims.of_app || (name.is_empty() && by_id) {
        let id = object.clone().into_owned();
        if !id.is_empty() {
            event.actor = principal_identity(&id, object);
            event.actor_kind = ActorKind::Application;
        }
    } else if !(name.is_empty() && object.is_empty()) {
        event.actor = Identity {
            name,
            object,
            ..Identity::default()
        };
        event.actor_kind = ActorKind::Person;
    }
}
