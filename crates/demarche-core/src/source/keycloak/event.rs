//! What one event of Keycloak says happened.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::source::token_id;
use crate::vocab::card::Stream;

/// The fields of an event that are read, whatever it is written in.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    /// The type, as in `CODE_TO_TOKEN` or `LOGIN_ERROR`.
    pub kind: Text<'a>,
    /// The client.
    pub client: Text<'a>,
    /// The account's id.
    pub account_id: Text<'a>,
    /// The account's name.
    pub account: Text<'a>,
    /// The session.
    pub session: Text<'a>,
    /// The session by its older name.
    pub code: Text<'a>,
    /// The address.
    pub address: Text<'a>,
    /// Why it failed.
    pub error: Text<'a>,
    /// The token that was issued.
    pub token: Text<'a>,
    /// The grant.
    pub grant: Text<'a>,
    /// Scopes asked for.
    pub scope: Text<'a>,
    /// The event's own id.
    pub id: Text<'a>,
}

impl<'a> Fields<'a> {
    /// Takes a named value; whether a value of the name was there before.
    pub fn put(&mut self, name: &str, value: Text<'a>) -> bool {
        let slot = match name {
            "type" => &mut self.kind,
            "clientId" => &mut self.client,
            "userId" => &mut self.account_id,
            "username" => &mut self.account,
            "sessionId" => &mut self.session,
            "code_id" => &mut self.code,
            "ipAddress" => &mut self.address,
            "error" => &mut self.error,
            "token_id" => &mut self.token,
            "grant_type" => &mut self.grant,
            "scope" => &mut self.scope,
            "id" => &mut self.id,
            _ => return false,
        };
        let again = !slot.is_empty();
        *slot = if value == "null" {
            Cow::Borrowed("")
        } else {
            value
        };
        again
    }
}

/// Types that issue a token.
const ISSUING: [&str; 7] = [
    "CODE_TO_TOKEN",
    "REFRESH_TOKEN",
    "CLIENT_LOGIN",
    "TOKEN_EXCHANGE",
    "OAUTH2_DEVICE_CODE_TO_TOKEN",
    "AUTHREQID_TO_TOKEN",
    "JWT_AUTHORIZATION_GRANT",
];

/// The event of some fields.
///
/// # Gaps
/// A sign-in by password at the token endpoint is `LOGIN` with a token id: it is told as issuing.
pub fn of<'a>(fields: Fields<'a>) -> Event<'a> {
    let (base, failed) = match fields.kind.strip_suffix("_ERROR") {
        Some(base) => (base, true),
        None => (fields.kind.as_ref(), false),
    };
    let kind = kind_of(base, !fields.token.is_empty());
    let stream = match kind {
        Kind::TokenIssued => Stream::Issuance,
        Kind::SignIn => Stream::SignInInteractive,
        _ => Stream::Directory,
    };
    let mut event = Event {
        kind,
        stream,
        outcome: outcome_of(failed, &fields.error),
        operation: fields.kind,
        error: fields.error,
        address: fields.address,
        record_id: fields.id,
        ..Event::default()
    };
    event.actor.name = fields.account;
    event.actor.object = fields.account_id;
    event.application.caller = fields.client;
    event.client.grant = fields.grant;
    event.ties.token = Cow::Owned(token_id::canonical(&fields.token).into_owned());
    let session = if fields.session.is_empty() {
        fields.code
    } else {
        fields.session
    };
    event.ties.session = Cow::Owned(token_id::canonical_session(&session).into_owned());
    event.marks.peer = true;
    if kind == Kind::Consented {
        event.object = event.application.caller.clone();
        for scope in fields.scope.split_whitespace() {
            let scope = Cow::Owned(scope.to_owned());
            event.details.push((Cow::Borrowed(words::SCOPE), scope));
        }
    }
    event
}

fn kind_of(base: &str, has_token: bool) -> Kind {
    if ISSUING.contains(&base) || base == "LOGIN" && has_token {
        return Kind::TokenIssued;
    }
    match base {
        "LOGIN" | "IDENTITY_PROVIDER_LOGIN" | "IDENTITY_PROVIDER_FIRST_LOGIN" | "IMPERSONATE" => {
            Kind::SignIn
        }
        "LOGOUT" | "REVOKE_GRANT" => Kind::SessionsRevoked,
        "GRANT_CONSENT" | "UPDATE_CONSENT" => Kind::Consented,
        "UPDATE_TOTP" | "UPDATE_CREDENTIAL" => Kind::FactorChanged,
        "REMOVE_TOTP" | "REMOVE_CREDENTIAL" => Kind::FactorRemoved,
        "UPDATE_PASSWORD" | "RESET_PASSWORD" => Kind::PasswordChanged,
        "REGISTER" => Kind::AccountAdded,
        "DELETE_ACCOUNT" => Kind::AccountRemoved,
        "UPDATE_EMAIL" | "UPDATE_PROFILE" => Kind::AccountChanged,
        _ => Kind::Other,
    }
}

fn outcome_of(failed: bool, error: &str) -> Outcome {
    match (failed, error) {
        (false, _) => Outcome::Succeeded,
        (true, "invalid_user_credentials") => Outcome::WrongPassword,
        (true, "user_temporarily_disabled" | "user_disabled") => Outcome::Locked,
        (true, _) => Outcome::Failed,
    }
}
