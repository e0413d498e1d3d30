//! The client of a record: programme, agent, application pair, token and session.

use std::borrow::Cow;

use crate::event::event::{Application, Client, Text, Ties};
use crate::record::json::{Value, ValueKind};
use crate::source::token_id::{self, canonical_session, is_guid};
use crate::source::unified_audit::keys::{Fields, Key, text_of};
use crate::vocab::moment::Moment;

/// The programme by which the provider reads for itself (semantics §2.3): marked, never excluded.
pub const BACKGROUND_PROGRAM: &str = "REST/RESTSystem";

/// Resources that stand in front of many applications: as `AppId` they name no caller.
const RESOURCES: &[&str] = &[
    "00000003-0000-0000-c000-000000000000",
    "00000002-0000-0ff1-ce00-000000000000",
    "00000002-0000-0000-c000-000000000000",
];

/// What `AppAccessContext` says: one object, or an array of one (semantics §1.7).
#[derive(Default)]
pub struct Context<'a> {
    session: Text<'a>,
    resource: Text<'a>,
    caller: Text<'a>,
    caller_name: Text<'a>,
    correlation: Text<'a>,
    token: Text<'a>,
    issued: Option<Moment>,
}

impl<'a> Context<'a> {
    /// Reads the context of a record.
    pub fn of(fields: &Fields<'a>) -> Context<'a> {
        let mut context = Context::default();
        match fields.value(Key::AppAccessContext) {
            Some(value) if value.kind() == ValueKind::Array => {
                let _ = value.elements(|element| context.take(element));
            }
            Some(value) => context.take(value),
            None => {}
        }
        context
    }

    fn take(&mut self, object: Value<'a>) {
        let _ = object.members(|key, value| match key {
            "AADSessionId" => self.session = text_of(value),
            "APIId" => self.resource = text_of(value),
            "ClientAppId" => self.caller = text_of(value),
            "ClientAppName" => self.caller_name = text_of(value),
            "CorrelationId" => self.correlation = text_of(value),
            "UniqueTokenId" => self.token = text_of(value),
            "IssuedAtTime" => self.issued = issued(&text_of(value)),
            _ => {}
        });
    }

    /// The ids that tie the record to a token or session.
    pub fn ties(&self, fields: &Fields<'a>) -> Ties<'a> {
        let token = if self.token.is_empty() {
            fields.text(Key::UniqueTokenIdentifier)
        } else {
            self.token.clone()
        };
        let mut session = canonical(&self.session, canonical_session);
        if session.is_empty() {
            session = canonical(&fields.text(Key::SessionId), canonical_session);
        }
        let correlation = if self.correlation.is_empty() {
            fields.first_text(&[
                Key::CorrelationId,
                Key::InterSystemsId,
                Key::ClientRequestId,
            ])
        } else {
            self.correlation.clone()
        };
        Ties {
            token: canonical(&token, token_id::canonical),
            session,
            token_issued: self.issued,
            correlation,
        }
    }

    /// The application pair: front or resource, and caller (semantics §2.3).
    pub fn application(&self, fields: &Fields<'a>, info: &str) -> Application<'a> {
        let mut front = application_id(fields.text(Key::AppId));
        let mut caller = application_id(self.caller.clone());
        if caller.is_empty() {
            caller = application_id(fields.text(Key::ClientAppId));
        }
        let embedded = bracketed(info, "[AppId=").filter(|id| is_guid(id));
        if let Some(id) = embedded {
            if front.is_empty() {
                front = Cow::Owned(id.to_owned());
            } else if caller.is_empty() && RESOURCES.contains(&front.as_ref()) {
                caller = Cow::Owned(id.to_owned());
            }
        }
        let stated = application_id(fields.text(Key::ApplicationId));
        if caller.is_empty() && front.is_empty() {
            caller = stated;
        } else if front.is_empty() && stated != caller {
            front = stated;
        }
        let name = if self.caller_name.is_empty() {
            fields.first_text(&[Key::ApplicationDisplayName, Key::ClientAppName])
        } else {
            self.caller_name.clone()
        };
        Application {
            front,
            caller,
            resource: self.resource.clone(),
            name,
        }
    }
}

/// The time a token was issued; services write the year 1601 for "unknown".
fn issued(text: &str) -> Option<Moment> {
    Moment::parse_iso(text).filter(|moment| moment.micros > 0)
}

/// An application's id, or nothing for the GUID of zeros.
fn application_id(text: Text<'_>) -> Text<'_> {
    if canonical_session(&text).is_empty() {
        Cow::Borrowed("")
    } else {
        text
    }
}

fn canonical<'a>(text: &Text<'a>, form: fn(&str) -> Cow<'_, str>) -> Text<'a> {
    match form(text) {
        Cow::Borrowed(same) if same.len() == text.len() => text.clone(),
        other => Cow::Owned(other.into_owned()),
    }
}

/// The program and agent within `Client=<name>;<free text>` (semantics §2.3).
///
/// # Shape
/// Every leading `Client=` part is a name of the program, joined by `/` (`REST/RESTSystem`). What
/// follows is the agent as the client sent it, semicolons and all, without `[AppId=…]`.
/// `Action=` joins the program; `Protocol=` says how the credential was presented; `UserAgent=[…]` holds the agent alone.
pub fn client_of<'a>(info: &Text<'a>, fields: &Fields<'a>) -> Client<'a> {
    let (program, rest) = programs(info);
    let protocol = rest.strip_prefix("Protocol=").map_or("", |rest| {
        let end = rest.find(';').unwrap_or(rest.len());
        rest[..end].trim()
    });
    let agent = match (protocol.is_empty(), bracketed(rest, "UserAgent=[")) {
        (false, _) | (true, Some("NoUserAgent")) => "",
        (true, Some(stated)) => stated,
        (true, None) => without_application(rest).trim_end_matches([';', ' ']),
    };
    // `Action=ViaProxy` says how the service passed it on, not what the client is.
    let (action, agent) = match agent.strip_prefix("Action=") {
        Some(rest) => rest.split_once(';').unwrap_or((rest, "")),
        None => ("", agent),
    };
    let program = match action.trim() {
        "" => program,
        action => Cow::Owned(format!("{program}/{action}")),
    };
    let agent = agent.trim();
    Client {
        agent: if agent.is_empty() {
            fields.text(Key::UserAgent)
        } else {
            part(info, agent)
        },
        program,
        device: fields.first_text(&[Key::DeviceId, Key::MachineId]),
        platform: platform(fields),
        grant: part(info, protocol),
    }
}

/// The leading `Client=` parts joined, and what follows them.
fn programs<'a, 't>(info: &'t Text<'a>) -> (Text<'a>, &'t str) {
    let (mut program, mut rest) = (Cow::Borrowed(""), info.trim());
    while let Some(named) = rest.strip_prefix("Client=") {
        let (name, after) = named.split_once(';').unwrap_or((named, ""));
        program = if program.is_empty() {
            part(info, name.trim())
        } else {
            Cow::Owned(format!("{program}/{}", name.trim()))
        };
        rest = after.trim_start();
    }
    (program, rest)
}

/// A part of a text, borrowed from the record where the text is.
fn part<'a>(whole: &Text<'a>, part: &str) -> Text<'a> {
    let Cow::Borrowed(text) = whole else {
        return Cow::Owned(part.to_owned());
    };
    let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    match text.get(start..start.saturating_add(part.len())) {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(part.to_owned()),
    }
}

/// Process and version of a desktop client, or the name of the device.
fn platform<'a>(fields: &Fields<'a>) -> Text<'a> {
    let process = fields.text(Key::ClientProcessName);
    let version = fields.text(Key::ClientVersion);
    match (process.is_empty(), version.is_empty()) {
        (true, true) => fields.text(Key::DeviceDisplayName),
        (true, false) => version,
        (false, true) => process,
        (false, false) => Cow::Owned(format!("{process} {version}")),
    }
}

/// What stands between an opening and the next `]`.
fn bracketed<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let at = place_of(text, opening)?;
    let rest = text.get(at + opening.len()..)?;
    Some(rest.split_once(']')?.0.trim())
}

/// Where a short text stands first in another. Nearly all agents are searched in vain, so that
/// making ready for a search costs more than looking at each bracket.
fn place_of(text: &str, opening: &str) -> Option<usize> {
    let bracket = opening.find('[')?;
    let mut brackets = memchr::memchr_iter(b'[', text.as_bytes());
    brackets.find_map(|at| {
        let from = at.checked_sub(bracket)?;
        text.as_bytes()[from..]
            .starts_with(opening.as_bytes())
            .then_some(from)
    })
}

/// A part of the agent without the application that some clients append to it.
fn without_application(part: &str) -> &str {
    place_of(part, "[AppId=")
        .map_or(part, |at| &part[..at])
        .trim()
}
