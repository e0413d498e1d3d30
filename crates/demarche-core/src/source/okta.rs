//! Okta System Log: sign-ins, tokens, factors, consents, rights.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Value;
use crate::source::object::{first_at, hand, has_keys, list_at, put, text_at, value_at, who};
use crate::source::{Fate, Form, moments};
use crate::vocab::card::{Card, Retention, Stream};

/// What the System Log says of itself.
pub const CARD: Card = Card {
    name: "okta",
    title: "Okta System Log",
    spec: "Okta System Log API: LogEvent object; event type catalog",
    streams: &[
        Stream::SignInInteractive,
        Stream::SignInNonInteractive,
        Stream::Directory,
        Stream::Alert,
        Stream::Other,
    ],
    delay_minutes_max: 60,
    retention: &[Retention {
        licence: "any organisation",
        days: 90,
        assumed: true,
    }],
    row_caps: &[1000],
    export: "GET /api/v1/logs?since=<from>&until=<to>&limit=1000, following every `next` link",
    realm: "okta",
    needed_for: "it shows who signed in to what, with which factor, and what applications were let in",
    cannot_tell: &[
        "What an application handed out after sign-on is in that application's own log.",
        "A session of an application lives on when the session here has ended.",
    ],
    splits: false,
    relays: &[],
};

/// Events of the interface.
pub const JSON: Form = Form {
    name: "okta/json",
    card: &CARD,
    lossy: false,
    fits: |text, _| has_keys(text, &["uuid", "published", "eventType", "actor"]),
    read,
};

fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "published"));
    hand(record, at, vec![event_of(value)], sink)
}

/// The kind of an event type (event type catalog).
fn kind_of(name: &str) -> Kind {
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    match name {
        "user.session.start"
        | "user.authentication.auth_via_mfa"
        | "user.authentication.auth"
        | "user.authentication.auth_via_social"
        | "user.authentication.auth_via_IDP"
        | "user.authentication.auth_via_AD_agent"
        | "user.authentication.auth_via_radius" => Kind::SignIn,
        "user.authentication.sso" => Kind::TokenIssued,
        "user.session.clear" | "user.authentication.universal_logout" => Kind::SessionsRevoked,
        "user.mfa.factor.activate" | "user.mfa.factor.update" => Kind::FactorChanged,
        "user.mfa.factor.deactivate" | "user.mfa.factor.reset_all" | "user.mfa.factor.suspend" => {
            Kind::FactorRemoved
        }
        "user.account.update_password" | "user.account.reset_password" => Kind::PasswordChanged,
        "user.lifecycle.create" | "user.lifecycle.activate" => Kind::AccountAdded,
        "user.lifecycle.deactivate"
        | "user.lifecycle.suspend"
        | "user.lifecycle.delete.initiated" => Kind::AccountRemoved,
        "user.account.privilege.grant" | "group.privilege.grant" => Kind::RoleGranted,
        "user.account.privilege.revoke" | "group.privilege.revoke" => Kind::RoleRemoved,
        "system.api_token.create" => Kind::SecretAdded,
        "system.api_token.revoke" => Kind::SecretRemoved,
        "application.lifecycle.create" => Kind::ApplicationAdded,
        "application.lifecycle.delete" => Kind::ApplicationRemoved,
        "application.lifecycle.update" => Kind::ApplicationChanged,
        "application.user_membership.add" => Kind::PermissionGranted,
        "application.user_membership.remove" => Kind::PermissionRemoved,
        "device.enrollment.create" => Kind::DeviceAdded,
        "system.log_stream.lifecycle.deactivate" | "system.log_stream.lifecycle.delete" => {
            Kind::AuditDisabled
        }
        "system.log_stream.lifecycle.activate" | "system.log_stream.lifecycle.create" => {
            Kind::AuditEnabled
        }
        "security.threat.detected"
        | "user.risk.detect"
        | "security.breached_credential.detected"
        | "user.account.report_suspicious_activity_by_enduser" => Kind::AlertRaised,
        _ if begins(&["app.oauth2"]) && name.contains(".consent.grant") => Kind::Consented,
        _ if begins(&["app.oauth2"]) && name.contains(".consent.revoke") => Kind::PermissionRemoved,
        _ if begins(&["app.oauth2"]) && name.contains("token.grant") => Kind::TokenIssued,
        _ if begins(&["system.idp.lifecycle", "application.provision.integration"]) => {
            Kind::FederationChanged
        }
        _ if begins(&["policy.lifecycle", "policy.rule", "zone.", "network_zone."]) => {
            Kind::PolicyChanged
        }
        _ => Kind::Other,
    }
}

fn event_of(value: Value<'_>) -> Event<'_> {
    let name = text_at(value, "eventType");
    let kind = kind_of(&name);
    let reason = text_at(value, "outcome.reason");
    let mut event = Event {
        record_id: text_at(value, "uuid"),
        stream: stream_of(kind),
        kind,
        outcome: outcome_of(&name, &text_at(value, "outcome.result"), &reason),
        operation: name,
        address: text_at(value, "client.ipAddress"),
        country: country_of(&text_at(value, "client.geographicalContext.country")),
        ..Event::default()
    };
    let number = text_at(value, "securityContext.asNumber");
    event.network_number = number.parse().unwrap_or(0);
    event.client.agent = text_at(value, "client.userAgent.rawUserAgent");
    event.client.platform = text_at(value, "client.userAgent.os");
    event.client.device = text_at(value, "device.id");
    event.ties.session = first_at(
        value,
        &[
            "authenticationContext.rootSessionId",
            "authenticationContext.externalSessionId",
        ],
    );
    event.ties.correlation = text_at(value, "transaction.id");
    event.actor = who(
        text_at(value, "actor.alternateId"),
        text_at(value, "actor.id"),
    );
    event.actor_kind = match text_at(value, "actor.type").as_ref() {
        "User" => ActorKind::Person,
        "PublicClientApp" | "ConfidentialClientApp" => ActorKind::Application,
        "SystemPrincipal" => ActorKind::System,
        _ => ActorKind::Unknown,
    };
    if event.outcome != Outcome::Succeeded {
        put(&mut event, words::FAILURE, reason);
    }
    put_targets(value, &mut event);
    put_context(value, &mut event);
    event
}

fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::SignIn => Stream::SignInInteractive,
        Kind::TokenIssued => Stream::SignInNonInteractive,
        Kind::AlertRaised => Stream::Alert,
        Kind::Other => Stream::Other,
        _ => Stream::Directory,
    }
}

/// A second factor that failed stopped one who knew the password (row 14).
fn outcome_of(name: &str, result: &str, reason: &str) -> Outcome {
    match (result, reason) {
        ("SUCCESS" | "ALLOW", _) => Outcome::Succeeded,
        ("FAILURE", _) if name.ends_with("auth_via_mfa") => Outcome::Stopped,
        ("FAILURE", "INVALID_CREDENTIALS") => Outcome::WrongPassword,
        ("FAILURE", "LOCKED_OUT") => Outcome::Locked,
        ("CHALLENGE", _) => Outcome::Interrupted,
        ("FAILURE" | "DENY" | "ABANDONED", _) => Outcome::Failed,
        _ => Outcome::Unknown,
    }
}

/// Names of countries are no two letters: left out rather than guessed.
fn country_of<'a>(text: &Text<'a>) -> Text<'a> {
    if text.len() == 2 {
        text.clone()
    } else {
        Cow::Borrowed("")
    }
}

fn put_targets<'a>(value: Value<'a>, event: &mut Event<'a>) {
    for target in list_at(value, "target") {
        let id = text_at(target, "id");
        match text_at(target, "type").as_ref() {
            "AppInstance" | "AppUser" if event.application.caller.is_empty() => {
                event.application.name = text_at(target, "displayName");
                if !matches!(event.kind, Kind::SignIn) {
                    put(event, words::APP_ID, id.clone());
                    put(event, words::NAME, text_at(target, "displayName"));
                    event.object = id;
                }
            }
            "User" => put(event, words::TARGET, text_at(target, "alternateId")),
            "ROLE" | "Role" => put(event, words::RIGHT, text_at(target, "displayName")),
            "scope" | "Scope" => put(
                event,
                words::SCOPE,
                first_at(target, &["displayName", "alternateId"]),
            ),
            "Token" => put(event, words::KEY_ID, id),
            "access_token" | "id_token" | "refresh_token" if event.ties.token.is_empty() => {
                event.ties.token = id;
            }
            _ => {}
        }
    }
}

fn put_context<'a>(value: Value<'a>, event: &mut Event<'a>) {
    let debug = value_at(value, "debugContext.debugData").unwrap_or(Value::of("null"));
    event.client.grant = first_at(debug, &["grantType", "factor", "authMethodFirstType"]);
    put(
        event,
        words::RISK,
        first_at(debug, &["risk", "logOnlySecurityData"]),
    );
    if event.kind == Kind::Consented || event.kind == Kind::TokenIssued {
        put(
            event,
            words::SCOPE,
            first_at(debug, &["grantedScopes", "requestedScopes"]),
        );
    }
    put(event, words::REQUEST, text_at(debug, "requestUri"));
    let city = text_at(value, "client.geographicalContext.city");
    put(event, words::CITY, city);
}
