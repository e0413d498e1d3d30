//! Sign-ins as the unified audit log summarises them.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{Kind, Outcome};
use crate::record::json::Value;
use crate::source::error_codes;
use crate::source::token_id::canonical_session;
use crate::source::unified_audit::identity::id_and_type;
use crate::source::unified_audit::keys::{Fields, Key};
use crate::source::unified_audit::record::parameter;

/// Reads the particulars of a sign-in (semantics §2.10).
///
/// # Gaps
/// A subset of all sign-ins, without token ids: never a ledger of issuance. `ResultStatus` is
/// the outcome of a web request and says nothing of the sign-in, so the error number decides.
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    event.kind = Kind::SignIn;
    event.error = fields.first_text(&[Key::ErrorNumber, Key::ErrorCode]);
    event.outcome = outcome(&event.operation, &event.error);
    let mut application = fields.text(Key::ApplicationId);
    if application.is_empty() {
        application = event.application.caller.clone();
    }
    event.application.caller = application;
    event.application.front = Cow::Borrowed("");
    event.application.resource = resource(fields);
    extended(fields, event);
    device(fields, event);
    parameter(event, "LogonError", &fields.text(Key::LogonError));
}

/// What came of it: the error number, read with the operation (vector 13 of semantics §8).
fn outcome(operation: &str, error: &str) -> Outcome {
    let logged_in = operation.eq_ignore_ascii_case("UserLoggedIn");
    match error {
        "" | "0" if logged_in => Outcome::Succeeded,
        "" | "0" => Outcome::Failed,
        code => error_codes::outcome(code).unwrap_or(Outcome::Failed),
    }
}

/// The resource: the first target of type 0, else the object.
fn resource<'a>(fields: &Fields<'a>) -> Text<'a> {
    let mut found = Cow::Borrowed("");
    let mut take = |entry: Value<'a>| {
        let (id, kind) = id_and_type(entry);
        if kind == 0 && found.is_empty() {
            found = id;
        }
    };
    if let Some(list) = fields.value(Key::Target) {
        let _ = list.elements(&mut take);
    }
    if found.is_empty() {
        found = fields.text(Key::ObjectId);
    }
    found
}

fn extended<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let mut method = Cow::Borrowed("");
    fields.pairs(Key::ExtendedProperties, |name, value| match name {
        "UserAgent" => event.client.agent = value,
        "RequestType" => event.client.grant = value,
        "UserAuthenticationMethod" => {
            parameter(event, name, &value);
            method = value;
        }
        "ResultStatusDetail" | "KeepMeSignedIn" => parameter(event, name, &value),
        _ => {}
    });
    if event.client.grant.is_empty() {
        event.client.grant = method;
    }
}

fn device<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let (mut system, mut browser) = (Cow::Borrowed(""), Cow::Borrowed(""));
    fields.pairs(Key::DeviceProperties, |name, value| match name {
        "OS" => system = value,
        "BrowserType" => browser = value,
        "Id" => event.client.device = value,
        "SessionId" => {
            let session = canonical_session(&value).into_owned();
            event.ties.session = Cow::Owned(session);
        }
        "IsCompliant" | "IsCompliantAndManaged" | "TrustType" | "DisplayName" => {
            parameter(event, name, &value);
        }
        _ => {}
    });
    event.client.platform = match (system.is_empty(), browser.is_empty()) {
        (_, true) => system,
        (true, false) => browser,
        (false, false) => Cow::Owned(format!("{system} {browser}")),
    };
}
