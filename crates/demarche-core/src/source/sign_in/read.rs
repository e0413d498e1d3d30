//! One sign-in in any container, read into one event.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::source::row::Row;
use crate::source::sign_in::parts;
use crate::source::sign_in::slots::Field;
use crate::source::sign_in::stream;
use crate::source::{Fate, error_codes, moments, reject, token_id};
use crate::vocab::card::Stream;

/// What a container says of a sign-in beside its fields: the facts of a diagnostic envelope.
#[derive(Default)]
pub struct Around<'a> {
    /// The stream its category names.
    pub stream: Option<Stream>,
    /// The tenant.
    pub tenant: Text<'a>,
    /// The error code.
    pub code: Text<'a>,
    /// The address.
    pub address: Text<'a>,
    /// The time.
    pub time: Text<'a>,
}

/// Reads one sign-in, as an object, a CSV row, or a row under a header.
///
/// # Shape
/// Out: one event. Interactive sign-ins are [`Kind::SignIn`]; others are [`Kind::TokenIssued`],
/// except where a password was presented without a person (`ropc`, legacy protocols, a wrong
/// password): a credential was presented, so they are sign-ins of their own stream.
///
/// # Units
/// Times are UTC. The time is that of the sign-in, not of its arrival in a workspace.
///
/// # Gaps
/// Rows of all kinds but interactive may stand for several (semantics §4.5): marked grouped.
/// A sign-in that got no token names none. Codes that mean "password right, but stopped" mean it
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
    let mut event = event_of(record, row, around);
    let time = row.first(&[Field::Created, Field::Generated]);
    let at = moments::parse(&time).or_else(|| moments::parse(&around.time));
    let facts = [
        ("record_id", event.record_id.as_ref()),
        ("time", time.as_ref()),
        ("operation", "sign-in"),
        ("account", event.actor.name.as_ref()),
    ];
    let problem = match (&fault, at) {
        (Some(fault), _) => Some(reject::broken(record, fault, &facts)),
        (None, None) => Some(reject::lacking(record, "the time of the sign-in", &facts)),
        (None, Some(_)) if event.record_id.is_empty() && event.actor.is_empty() => Some(
            reject::lacking(record, "a request id or an account", &facts),
        ),
        (None, Some(_)) => None,
    };
    let Some(problem) = problem else {
        event.at = at.unwrap_or_default();
        sink.event(&event);
        return Fate::Read;
    };
    sink.problem(problem);
    if let Some(at) = at.filter(|_| !event.actor.is_empty()) {
        event.at = at;
        event.marks.salvaged = true;
        sink.event(&event);
    }
    Fate::Rejected
}

/// The event of a row, but for its time.
fn event_of<'a>(record: &Delivered<'a>, row: &Row<'a, Field>, around: &Around<'a>) -> Event<'a> {
    let stream = around
        .stream
        .unwrap_or_else(|| stream::of(row, record.header));
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
    event.application.name = row.first(&[Field::AppName, Field::PrincipalName]);
    put_ties(row, &mut event);
    event.marks.grouped = stream != Stream::SignInInteractive;
    put_details(row, around, &mut event);
    put_detail(&mut event, words::CITY, Cow::Owned(whereabouts.city));
    put_detail(&mut event, words::DEVICE_TRUST, Cow::Owned(device.trust));
    for step in steps.listed {
        put_detail(&mut event, words::FACTOR, Cow::Owned(step));
    }
    event
}

/// Error code and outcome; the portal's word where there is no code.
fn outcome_of<'a>(
    row: &Row<'a, Field>,
    around: &Around<'a>,
    stream: Stream,
    steps: &parts::Steps,
) -> (Text<'a>, Outcome) {
    let status = parts::status(row);
    let mut code = row.text(Field::ErrorCode);
    if code.is_empty() && !status.code.is_empty() {
        code = Cow::Owned(status.code);
    }
    if code.is_empty() {
        code = around.code.clone();
    }
    let outcome = error_codes::outcome(&code)
        .or_else(|| outcome_of_word(&row.text(Field::Status)))
        .or_else(|| outcome_of_word(&code))
        .unwrap_or_default();
    if outcome == Outcome::Stopped && !password_shown(row, stream, steps) {
        return (code, Outcome::Interrupted);
    }
    (code, outcome)
}

/// The outcome that a word states, where there is no code.
fn outcome_of_word(word: &str) -> Option<Outcome> {
    match word.to_ascii_lowercase().as_str() {
        "success" => Some(Outcome::Succeeded),
        "failure" => Some(Outcome::Failed),
        "interrupted" => Some(Outcome::Interrupted),
        _ => None,
    }
}

/// Whether a password was presented, as far as the record lets one say.
///
/// A refresh or primary token shown, or a first factor satisfied by a token, means none was. A
/// row without a person presented one only with the protocols that carry it.
fn password_shown(row: &Row<'_, Field>, stream: Stream, steps: &parts::Steps) -> bool {
    if steps.password || carries_password(row) {
        return true;
    }
    if steps.by_token
        || matches!(
            spelled(row.text(Field::IncomingToken)).as_ref(),
            "refreshToken" | "primaryRefreshToken"
        )
    {
        return false;
    }
    matches!(stream, Stream::SignInInteractive | Stream::SignInSummary)
}

/// Whether the protocol hands the password over with the request.
fn carries_password(row: &Row<'_, Field>) -> bool {
    const LEGACY: &[&str] = &[
        "Authenticated SMTP",
        "Autodiscover",
        "Exchange ActiveSync",
        "Exchange Online PowerShell",
        "Exchange Web Services",
        "IMAP4",
        "MAPI Over HTTP",
        "Offline Address Book",
        "Other clients",
        "Outlook Anywhere (RPC over HTTP)",
        "POP3",
        "Reporting Web Services",
        "SMTP",
    ];
    row.text(Field::Protocol).eq_ignore_ascii_case("ropc")
        || LEGACY.contains(&row.text(Field::ClientApp).as_ref())
}

fn kind_of(row: &Row<'_, Field>, stream: Stream, outcome: Outcome) -> Kind {
    let presented = match stream {
        Stream::SignInInteractive => true,
        Stream::SignInNonInteractive => {
            carries_password(row) || matches!(outcome, Outcome::WrongPassword | Outcome::Locked)
        }
        Stream::SignInSummary => spelled(row.text(Field::IncomingToken)) != "refreshToken",
        _ => false,
    };
    if presented {
        Kind::SignIn
    } else {
        Kind::TokenIssued
    }
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

fn grant_of<'a>(row: &Row<'a, Field>) -> Text<'a> {
    let protocol = spelled(row.text(Field::Protocol));
    if protocol.is_empty() || protocol.eq_ignore_ascii_case("none") {
        row.text(Field::ClientApp)
    } else {
        protocol
    }
}

/// A word of a closed list in one spelling: portals write `Device code flow`, interfaces
/// `deviceCodeFlow`.
fn spelled(text: Text<'_>) -> Text<'_> {
    const WORDS: &[&str] = &[
        "authenticationTransfer",
        "AzureAD",
        "deviceCode",
        "deviceCodeFlow",
        "multiFactorAuthentication",
        "notApplied",
        "oAuth2",
        "primaryRefreshToken",
        "refreshToken",
        "ropc",
        "singleFactorAuthentication",
        "wsFederation",
    ];
    if !text.contains([' ', '-', '.']) {
        let known = WORDS.iter().find(|word| word.eq_ignore_ascii_case(&text));
        return known.map_or(text, |word| Cow::Borrowed(*word));
    }
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = WORDS.iter().find(|word| word.eq_ignore_ascii_case(&bare));
    known.map_or(text, |word| Cow::Borrowed(*word))
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
    let reason = row.text(Field::FailureReason);
    let reason = if reason.is_empty() {
        Cow::Owned(parts::status(row).reason)
    } else {
        reason
    };
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
