//! One record of the directory's audit log in any container, read into one event.

use std::borrow::Cow;

use crate::event::event::{Event, Identity};
use crate::event::kind::{ActorKind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value};
use crate::source::dated::{Found, hand_over};
use crate::source::directory_audit::resources::{About, Resource};
use crate::source::directory_audit::slots::Field;
use crate::source::envelope::Around;
use crate::source::row::Row;
use crate::source::sign_in::read::{canonical, lower, principal_identity, put_detail};
use crate::source::unified_audit::directory::ISSUER_ITSELF;
use crate::source::unified_audit::directory::{Changes, Target, particulars};
use crate::source::{Fate, directory_operations, moments, reject, token_id};
use crate::vocab::card::Stream;

/// Reads one record of the directory's audit log.
///
/// # Shape
/// Out: one event, with the same kinds and details as the unified log's directory records: the
/// catalogue and the particulars are shared.
///
/// # Units
/// Times are UTC.
///
/// # Gaps
/// An actor that is only a display name (`Device Registration Service`) is the provider's system.
///
/// # Spec
/// semantics §1.8, §2.9; Microsoft Graph `directoryAudit` resource
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
    let is_named = !event.operation.is_empty();
    let found = Found {
        fault,
        time: &row.first(&[Field::Time, Field::Generated]),
        time_around: &around.time,
        is: "the activity",
        lacks: (!is_named).then_some("the name of the activity"),
        is_worth: is_named,
    };
    hand_over(record, event, found, sink)
}

fn event_of<'a>(record: &Delivered<'a>, row: &Row<'a, Field>, around: &Around<'a>) -> Event<'a> {
    let mut operation = row.first(&[Field::Activity, Field::Operation]);
    if operation.is_empty() {
        operation = around.operation.clone();
    }
    let outcome = match row.text(Field::Result).to_ascii_lowercase().as_str() {
        "success" => Outcome::Succeeded,
        "failure" | "timeout" => Outcome::Failed,
        _ => Outcome::Unknown,
    };
    let mut event = Event {
        place: record.place,
        record_id: row.text(Field::Id),
        stream: Stream::Directory,
        kind: directory_operations::kind(&operation),
        operation,
        outcome,
        address: row.text(Field::Address),
        ..Event::default()
    };
    event.client.agent = row.text(Field::Agent);
    event.ties.correlation = row.text(Field::Correlation);
    if row
        .nested(Field::InitiatedBy, |value| put_initiator(value, &mut event))
        .is_none()
    {
        put_actor_columns(row, &mut event);
    }
    if event.address.is_empty() {
        event.address = around.address.clone();
    }
    let tenant = row.text(Field::Tenant);
    let tenant = if tenant.is_empty() {
        around.tenant.clone()
    } else {
        tenant
    };
    put_detail(&mut event, words::ORGANISATION, lower(tenant));
    if event.outcome == Outcome::Failed {
        put_detail(&mut event, words::FAILURE, row.text(Field::Reason));
    }
    put_about(About::of(record, row), &mut event);
    event
}

/// Who did it: an account, an application, or the provider's system by its display name.
#[derive(Default)]
struct Initiator {
    account: String,
    account_id: String,
    address: String,
    app_id: String,
    principal: String,
    name: String,
}

fn put_initiator(value: Value<'_>, event: &mut Event<'_>) {
    let mut who = Initiator::default();
    let _ = value.members(|key, part| match key {
        "user" => {
            let _ = part.members(|key, value| match key {
                "userPrincipalName" => who.account = text_of(value),
                "id" => who.account_id = text_of(value),
                "ipAddress" => who.address = text_of(value),
                "displayName" if who.name.is_empty() => who.name = text_of(value),
                _ => {}
            });
        }
        "app" => {
            let _ = part.members(|key, value| match key {
                "appId" => who.app_id = text_of(value),
                "servicePrincipalId" => who.principal = text_of(value),
                "displayName" => who.name = text_of(value),
                _ => {}
            });
        }
        "linkableIdentifiers" => put_linkable(part, event),
        _ => {}
    });
    put_who(who, event);
}

/// Token and session of the act, where the beta interface gives them (semantics §1.8).
fn put_linkable(value: Value<'_>, event: &mut Event<'_>) {
    let _ = value.members(|key, value| match key {
        "sessionId" => {
            event.ties.session = canonical(Cow::Owned(text_of(value)), token_id::canonical_session);
        }
        "deviceId" => event.client.device = Cow::Owned(text_of(value)),
        "tokenDetails" => {
            let _ = value.members(|key, value| match key {
                "uniqueTokenIdentifier" => {
                    event.ties.token = canonical(Cow::Owned(text_of(value)), token_id::canonical);
                }
                "issuedAtDateTime" => event.ties.token_issued = moments::parse(&value.text()),
                _ => {}
            });
        }
        _ => {}
    });
}

fn put_actor_columns(row: &Row<'_, Field>, event: &mut Event<'_>) {
    let principal = row.text(Field::ActorPrincipalId).into_owned();
    let of_app = row
        .text(Field::ActorType)
        .eq_ignore_ascii_case("application");
    let id = row.text(Field::ActorId).into_owned();
    let mut name = row.text(Field::ActorName).into_owned();
    if name.is_empty() {
        name = row.text(Field::ActorPrincipalName).into_owned();
    }
    let who = Initiator {
        account: row.text(Field::ActorAccount).into_owned(),
        account_id: if of_app { String::new() } else { id.clone() },
        principal: if of_app && principal.is_empty() {
            id
        } else {
            principal
        },
        name,
        ..Initiator::default()
    };
    put_who(who, event);
}

fn put_who(who: Initiator, event: &mut Event<'_>) {
    if event.address.is_empty() {
        event.address = Cow::Owned(who.address);
    }
    event.application.caller = lower(Cow::Owned(who.app_id));
    if !(who.account.is_empty() && who.account_id.is_empty()) {
        event.actor = Identity {
            name: Cow::Owned(who.account),
            object: lower(Cow::Owned(who.account_id)),
            ..Identity::default()
        };
        event.actor_kind = ActorKind::Person;
        return;
    }
    let principal = who.principal.to_ascii_lowercase();
    let id = if principal.is_empty() {
        event.application.caller.clone().into_owned()
    } else {
        principal.clone()
    };
    if !id.is_empty() {
        event.actor = principal_identity(&id, Cow::Owned(principal));
        event.actor_kind = ActorKind::Application;
        event.application.name = Cow::Owned(who.name);
    } else if !who.name.is_empty() {
        event.actor.name = Cow::Owned(who.name);
        event.actor_kind = ActorKind::System;
    }
}

fn text_of(value: Value<'_>) -> String {
    value.text().trim().to_owned()
}

/// What it was done to, told with the particulars that all directory records share.
fn put_about(about: About, event: &mut Event<'_>) {
    event.marks.lossy |= about.more;
    for (name, value) in about.additional {
        match name.to_ascii_lowercase().as_str() {
            "user-agent" if value == ISSUER_ITSELF => {}
            "user-agent" if event.client.agent.is_empty() => event.client.agent = Cow::Owned(value),
            "user-agent" => {}
            "appid" => put_detail(event, words::APP_ID, Cow::Owned(value)),
            "ipaddr" if event.address.is_empty() => event.address = Cow::Owned(value),
            "justification" => put_parameter(event, &name, &value),
            _ => {}
        }
    }
    let mut target = Target::default();
    let mut changes = Changes::default();
    for resource in &about.resources {
        put_resource(resource, &mut target, event);
    }
    for change in about.resources.into_iter().flat_map(|r| r.changes) {
        if change.name == "TargetId.ServicePrincipalNames" && target.app_id.is_empty() {
            target.app_id = Cow::Owned(first_guid(&change.new));
        }
        changes.0.push((
            Cow::Owned(change.name),
            Cow::Owned(change.new),
            Cow::Owned(change.old),
        ));
    }
    particulars(target, &changes, event);
}

fn put_resource(resource: &Resource, target: &mut Target<'_>, event: &mut Event<'_>) {
    let own = |text: &String| Cow::Owned(text.clone());
    if event.object.is_empty() {
        let names = [&resource.account, &resource.name, &resource.id];
        if let Some(name) = names.into_iter().find(|name| !name.is_empty()) {
            event.object = own(name);
        }
    }
    match resource.kind.as_str() {
        "User" if target.account.is_empty() => {
            let names = [&resource.account, &resource.name, &resource.id];
            let name = names.into_iter().find(|name| !name.is_empty());
            target.account = name.map_or(Cow::Borrowed(""), own);
        }
        "User" | "Request" => {}
        "Role" => put_detail(event, words::RIGHT, own(&resource.name)),
        "ServicePrincipal" => {
            target.name = own(&resource.name);
            target.principal = own(&resource.id);
        }
        _ if target.name.is_empty() => {
            target.name = own(&resource.name);
            target.object = own(&resource.id);
        }
        _ => {}
    }
}

fn first_guid(names: &str) -> String {
    let found = names.split([';', '/']).map(str::trim);
    found
        .into_iter()
        .find(|name| token_id::is_guid(name))
        .unwrap_or("")
        .to_owned()
}

fn put_parameter(event: &mut Event<'_>, name: &str, value: &str) {
    if !value.is_empty() {
        let text = format!("{name}={}", reject::bounded(value));
        put_detail(event, words::PARAMETER, Cow::Owned(text));
    }
}
