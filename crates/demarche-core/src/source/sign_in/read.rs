//! One sign-in in any container, read into one event.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::kind::{ActorKind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::source::dated::{Found, hand_over};
use crate::source::envelope::Around;
use crate::source::row::Row;
use crate::source::sign_in::outcome::{grant_of, kind_of, outcome_of, spelled};
use crate::source::sign_in::parts;
use crate::source::sign_in::slots::Field;
use crate::source::sign_in::stream;
use crate::source::{Fate, error_codes, token_id};
use crate::vocab::card::Stream;

/// Reads one sign-in, as an object, a CSV row, or a row under a header.
///
/// # Shape
/// Out: one event. Interactive sign-ins are [`crate::event::kind::Kind::SignIn`]; others are [`crate::event::kind::Kind::TokenIssued`],
/// except where a password was presented without a person (`ropc`, legacy protocols, a wrong
/// password): a credential was presented, so they are sign-ins of their own stream.
///
/// # Units
/// Times are UTC. The time is that of the sign-in, not of its arrival in a workspace.
///
/// # Gaps
/// Rows of all kinds but interactive may stand for several (semantics §4.5): marked grouped.
/// A sign-in that got no token names none. Exports without the fuller interface's fields are
/// marked lossy. Codes that mean "password right, but stopped" mean it
/// only where a password was presented: with a token shown they are an interrupt.
///
/// # Errors
/// None. A record without a time, or without its id and anyone to belong to, is a problem.
///
/// # Spec
/// semantics §4; Microsoft Graph `signIn` resource
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
    let is_nobodys = event.record_id.is_empty() && event.actor.is_empty();
    let found = Found {
        fault,
        time: &row.first(&[Field::Created, Field::Generated]),
        time_around: &around.time,
        is: "the sign-in",
        lacks: is_nobodys.then_some("a request id or an account"),
        is_worth: !event.actor.is_empty(),
    };
    hand_over(record, event, found, sink)
}

/// The event of a row, but for its time.
fn event_of<'a>(record: &Delivered<'a>, row: &Row<'a, Field>, around: &Around<'a>) -> Event<'a> {
    let stream =
        stream::of_category(&around.category).unwrap_or_else(|| stream::of(row, record.header));
    let steps = parts::steps(row);
    let (code, outcome) = outcome_of(row, around, stream, &steps);
    let whereabouts = parts::whereabouts(row);
    let device = parts::device(row);
    let mut event = Event {
        place: record.place,
        record_id: canonical(row.text(Field::Id), token_id::canonical_session),
        stream,
        kind: kind_of(row, stream, outcome),
        operation: Cow::Borrowed("Sign-in"),
        outcome,
        error: code,
        country: Cow::Owned(whereabouts.country),
        network_number: row.text(Field::Network).parse().unwrap_or(0),
        object: resource_name(row),
        ..Event::default()
    };
    event.address = row.text(Field::Address);
    if event.address.is_empty() {
        event.address = around.address.clone();
    }
    put_actor(row, stream, &mut event);
    event.client.agent = row.text(Field::Agent);
    event.client.program = row.text(Field::ClientApp);
    event.client.device = Cow::Owned(device.id);
    event.client.platform = Cow::Owned(device.platform);
    event.client.grant = grant_of(row);
    event.application.caller = lower(row.text(Field::AppId));
    event.application.resource = lower(resource_id(row));
    event.application.name = row.first(&[Field::PrincipalName, Field::AppName]);
    put_ties(row, &mut event);
    event.marks.grouped = stream != Stream::SignInInteractive;
    event.marks.lossy = is_poor(row);
    put_details(row, around, &mut event);
    put_detail(&mut event, words::CITY, Cow::Owned(whereabouts.city));
    put_detail(&mut event, words::DEVICE_TRUST, Cow::Owned(device.trust));
    for step in steps.listed {
        put_detail(&mut event, words::FACTOR, Cow::Owned(step));
    }
    event
}

fn put_actor<'a>(row: &Row<'a, Field>, stream: Stream, event: &mut Event<'a>) {
    let (mut name, object) = (row.text(Field::UserName), row.text(Field::UserId));
    if token_id::is_guid(&name) {
        // An id stands where there is no name: it names nobody.
        name = Cow::Borrowed("");
    }
    let of_user = !matches!(
        stream,
        Stream::SignInService | Stream::SignInManaged | Stream::SignInProvider
    );
    if of_user && !(name.is_empty() && object.is_empty()) {
        event.actor = Identity {
            name,
            object: lower(object),
            ..Identity::default()
        };
        event.actor_kind = ActorKind::Person;
        return;
    }
    let principal = lower(row.text(Field::PrincipalId));
    let id = if principal.is_empty() {
        lower(row.text(Field::AppId))
    } else {
        principal.clone()
    };
    if id.is_empty() {
        return;
    }
    event.actor = principal_identity(&id, principal);
    event.actor_kind = ActorKind::Application;
}

/// The identity of a service principal, in the form the unified log uses too (semantics §1.13).
pub fn principal_identity<'a>(id: &str, object: Text<'a>) -> Identity<'a> {
    Identity {
        name: Cow::Owned(format!("ServicePrincipal_{id}")),
        object,
        ..Identity::default()
    }
}

/// The token issued: its own id, else the request id, which is the same GUID (semantics §3.2).
fn put_ties<'a>(row: &Row<'a, Field>, event: &mut Event<'a>) {
    let issued = match event.outcome {
        Outcome::Succeeded | Outcome::Unknown => true,
        Outcome::Interrupted => event.error == error_codes::KEEP_SIGNED_IN,
        _ => false,
    };
    if issued {
        let token = row.text(Field::Token);
        let token = if token.is_empty() {
            row.text(Field::Id)
        } else {
            token
        };
        event.ties.token = canonical(token, token_id::canonical);
    }
    event.ties.session = canonical(row.text(Field::Session), token_id::canonical_session);
    event.ties.correlation = row.text(Field::Correlation);
}

/// Applies a normaliser that borrows, keeping the borrow where it can.
pub fn canonical<'a>(text: Text<'a>, normalise: impl Fn(&str) -> Cow<'_, str>) -> Text<'a> {
    match text {
        Cow::Borrowed(text) => normalise(text).into_owned().into(),
        Cow::Owned(text) => Cow::Owned(normalise(&text).into_owned()),
    }
}

/// Whether the export lacks every field that only the fuller interface has: then copies from
/// there know more, and token and session are unknown rather than absent.
fn is_poor(row: &Row<'_, Field>) -> bool {
    const FULLER: &[Field] = &[
        Field::Token,
        Field::Session,
        Field::EventTypes,
        Field::IncomingToken,
        Field::Protocol,
        Field::Agent,
        Field::Steps,
        Field::Network,
    ];
    FULLER.iter().all(|field| row.cell(*field).is_none())
}

/// The resource's id; a workspace's `ResourceId` is the path of the log itself.
fn resource_id<'a>(row: &Row<'a, Field>) -> Text<'a> {
    let id = row.first(&[Field::ResourceId, Field::ResourceLooseId]);
    if id.starts_with('/') {
        Cow::Borrowed("")
    } else {
        id
    }
}

fn resource_name<'a>(row: &Row<'a, Field>) -> Text<'a> {
    let name = row.first(&[Field::ResourceName, Field::ResourceLooseName]);
    if name.eq_ignore_ascii_case("microsoft.aadiam") {
        Cow::Borrowed("")
    } else {
        name
    }
}

/// An id as compared: lower case.
pub fn lower(text: Text<'_>) -> Text<'_> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        text
    }
}

/// Adds a detail that says something.
pub fn put_detail<'a>(event: &mut Event<'a>, name: &'static str, value: Text<'a>) {
    let nothing = value.is_empty()
        || value.eq_ignore_ascii_case("none")
        || value.eq_ignore_ascii_case("unknownFutureValue");
    if !nothing {
        event.details.push((Cow::Borrowed(name), value));
    }
}

fn put_details<'a>(row: &Row<'a, Field>, around: &Around<'a>, event: &mut Event<'a>) {
    let organisation = row.first(&[Field::ResourceTenant, Field::Tenant]);
    let organisation = if organisation.is_empty() {
        around.tenant.clone()
    } else {
        organisation
    };
    let home = row.text(Field::HomeTenant);
    let abroad =
        !home.is_empty() && !organisation.is_empty() && !home.eq_ignore_ascii_case(&organisation);
    put_detail(event, words::ORGANISATION, lower(organisation));
    if abroad {
        put_detail(event, words::HOME_TENANT, lower(home));
    }
    let crossing = row.text(Field::CrossTenant);
    event.marks.external =
        abroad || !matches!(crossing.as_ref(), "" | "none" | "None" | "passthrough");
    put_detail(event, words::CROSS_TENANT, crossing);
    let mut reason: Text<'a> = Cow::Owned(parts::status(row).reason);
    if reason.is_empty() {
        reason = row.text(Field::FailureReason);
    }
    if event.outcome != Outcome::Succeeded && reason != "Other." {
        put_detail(event, words::FAILURE, reason);
    }
    let name = row.text(Field::SignInName);
    if !name.eq_ignore_ascii_case(&event.actor.name) {
        put_detail(event, words::SIGN_IN_NAME, name);
    }
    put_detail(
        event,
        words::INCOMING_TOKEN,
        spelled(row.text(Field::IncomingToken)),
    );
    for other in row.other_texts(Field::IncomingToken) {
        put_detail(event, words::INCOMING_TOKEN, spelled(other));
    }
    put_plain_details(row, event);
    let seen = row.text(Field::ResourceAddress);
    if seen != event.address {
        put_detail(event, words::RESOURCE_ADDRESS, seen);
    }
}

/// Details that stand as they are delivered.
fn put_plain_details<'a>(row: &Row<'a, Field>, event: &mut Event<'a>) {
    const PLAIN: &[(&str, Field)] = &[
        (words::FACTORS, Field::Factors),
        (words::POLICY_RESULT, Field::PolicyResult),
        (words::TRANSFER, Field::Transfer),
        (words::CREDENTIAL_TYPE, Field::CredentialType),
        (words::KEY_ID, Field::CredentialKey),
        (words::KEY_ID, Field::CredentialThumbprint),
        (words::KEY_ID, Field::FederatedCredential),
        (words::TOKEN_PROTECTION, Field::TokenProtection),
        (words::RISK, Field::RiskLevel),
        (words::RISK_STATE, Field::RiskState),
        (words::ISSUER, Field::IssuerName),
    ];
    let kind = spelled(row.text(Field::IssuerType));
    if !kind.eq_ignore_ascii_case("AzureAD") {
        put_detail(event, words::ISSUER, kind);
    }
    for (name, field) in PLAIN {
        let text = spelled(row.text(*field));
        // `hidden` is a licence without risk data, not a level.
        if text != "hidden" && text != "notApplied" {
            put_detail(event, name, text);
        }
    }
    for kind in parts::list(row, Field::RiskTypes) {
        put_detail(event, words::RISK, Cow::Owned(kind));
    }
}
