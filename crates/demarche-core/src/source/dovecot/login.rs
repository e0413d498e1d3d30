//! Login lines of Dovecot: who came in or did not, from where, with which token.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{Capacity, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::source::Fate;
use crate::source::dovecot::line::Line;
use crate::source::reject;
use crate::source::token_id;
use crate::vocab::address::Address;
use crate::vocab::card::Stream;

/// What stands behind the message of a login line (login_log_format_elements).
#[derive(Clone, Copy, Debug, Default)]
struct Elements<'a> {
    user: &'a str,
    method: &'a str,
    remote: &'a str,
    local: &'a str,
    session: &'a str,
    token: &'a str,
    client: &'a str,
}

/// Reads a line that is no event: logins, failures, ends of connections; anything else is read
/// and says nothing here.
///
/// # Gaps
/// A user or token is named by whoever connects, and may hold the marks that part elements: a
/// line that names one of them twice is rejected, never guessed at. The events beside it, which
/// quote what they hold, still say who did what.
pub fn read(record: &Delivered<'_>, line: &Line<'_>, sink: &mut dyn Sink) -> Fate {
    if line.process.ends_with("-login") {
        return login(record, line, sink);
    }
    if line.process.starts_with("auth") {
        if let Some(event) = failure(record, line) {
            sink.event(&event);
        }
    } else if let Some(event) = ended(record, line) {
        sink.event(&event);
    }
    Fate::Read
}

fn login(record: &Delivered<'_>, line: &Line<'_>, sink: &mut dyn Sink) -> Fate {
    let came = ["Login: ", "Logged in: "]
        .iter()
        .any(|word| line.message.starts_with(word));
    let Some(at) = line.message.find("user=<") else {
        return Fate::Read;
    };
    let Some(elements) = elements(&line.message[at..]) else {
        let facts = [("process", line.process)];
        sink.problem(reject::lacking(
            record,
            "each element of a login line once; what a client sent may pretend to be another",
            &facts,
        ));
        return Fate::Rejected;
    };
    let reason = &line.message[..at];
    let tried = reason.contains("auth failed") || reason.contains("auth_failed");
    if !came && !tried {
        return Fate::Read;
    }
    let mut event = event_of(record, line, &elements);
    if !elements.session.is_empty() {
        let word = if came { "came" } else { "refused" };
        event.record_id = Cow::Owned(format!("{} {word}", elements.session));
    }
    if came {
        (event.operation, event.outcome) = (Cow::Borrowed("Login"), Outcome::Succeeded);
    } else {
        event.operation = Cow::Borrowed("Login failed");
        event.outcome = refused(elements.method);
        let reason = reason.trim_end_matches([' ', ':']);
        let reason = Cow::Borrowed(reject::bounded(reason));
        event.details.push((Cow::Borrowed(words::FAILURE), reason));
    }
    sink.event(&event);
    Fate::Read
}

/// A token that is refused is no wrong password.
fn refused(method: &str) -> Outcome {
    let bearer = ["XOAUTH2", "OAUTHBEARER", "EXTERNAL", "GSSAPI"];
    if bearer
        .iter()
        .any(|known| method.eq_ignore_ascii_case(known))
    {
        Outcome::Failed
    } else {
        Outcome::WrongPassword
    }
}

fn event_of<'a>(record: &Delivered<'a>, line: &Line<'a>, elements: &Elements<'a>) -> Event<'a> {
    let mut event = blank(record, line);
    event.kind = Kind::SignIn;
    event.actor.name = Cow::Borrowed(elements.user);
    event.address = Cow::Borrowed(elements.remote);
    event.client.program = protocol(line.process);
    event.client.grant = Cow::Borrowed(elements.method);
    event.application.caller = Cow::Borrowed(elements.client);
    event.ties.token = token_id::canonical(elements.token);
    event.ties.session = Cow::Borrowed(elements.session);
    event.marks.peer = true;
    event.marks.relay = same_host(elements.remote, elements.local);
    event
}

/// An event of a line, with nothing in it but its time and place.
fn blank<'a>(record: &Delivered<'a>, line: &Line<'a>) -> Event<'a> {
    let at = line.stamp.moment(&record.header.given.assumed);
    Event {
        place: record.place,
        at: at.unwrap_or_default(),
        stream: Stream::SignInSummary,
        ..Event::default()
    }
}

/// `imap-login` speaks of `imap`.
fn protocol(process: &str) -> Text<'_> {
    Cow::Borrowed(process.strip_suffix("-login").unwrap_or(process))
}

/// A connection from the server's own address comes from a program on it, such as webmail: who
/// sits behind it is not said.
pub fn same_host(remote: &str, local: &str) -> bool {
    match (Address::parse(remote), Address::parse(local)) {
        (Some(remote), Some(local)) => remote.host == local.host,
        _ => false,
    }
}

/// The elements of a text that begins with `user=<`; `None` where one is named twice.
fn elements(mut text: &str) -> Option<Elements<'_>> {
    let mut elements = Elements::default();
    let mut seen: u32 = 0;
    while !text.is_empty() {
        let (part, rest) = element(text);
        text = rest;
        let Some((name, value)) = part.split_once('=') else {
            continue;
        };
        let slot = match name {
            "user" => (0, &mut elements.user),
            "method" => (1, &mut elements.method),
            "rip" => (2, &mut elements.remote),
            "lip" => (3, &mut elements.local),
            "session" => (4, &mut elements.session),
            "token" => (5, &mut elements.token),
            "client" => (6, &mut elements.client),
            _ => continue,
        };
        if seen & 1 << slot.0 != 0 {
            return None;
        }
        seen |= 1 << slot.0;
        let inner = value.strip_prefix('<').and_then(|v| v.strip_suffix('>'));
        *slot.1 = inner.unwrap_or(value).trim();
    }
    Some(elements)
}

/// The next element and what follows its comma. A value in angle brackets ends at the first
/// `>` that a comma or the end follows.
fn element(text: &str) -> (&str, &str) {
    let bracketed = text.find("=<").filter(|at| {
        text[..*at]
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    let (end, skip) = match bracketed {
        Some(at) => match text[at..].find(">, ") {
            Some(close) => (at + close + 1, 2),
            None => (text.len(), 0),
        },
        None => match text.find(", ") {
            Some(comma) => (comma, 2),
            None => (text.len(), 0),
        },
    };
    (&text[..end], &text[end + skip..])
}

/// Databases of passwords, as lines of authentication name them.
const DATABASES: [&str; 16] = [
    "pam",
    "sql",
    "ldap",
    "passwd-file",
    "passwd",
    "shadow",
    "bsdauth",
    "checkpassword",
    "dict",
    "lua",
    "oauth2",
    "static",
    "imap",
    "vpopmail",
    "xoauth2",
    "oauthbearer",
];

/// `[…: ]pam(user,address[,<session>]): reason`. What follows the reason may be a password as
/// given: it is never kept.
fn failure<'a>(record: &Delivered<'a>, line: &Line<'a>) -> Option<Event<'a>> {
    let (at, database) = DATABASES
        .iter()
        .filter_map(|name| Some((database_at(line.message, name)?, *name)))
        .min()?;
    let inner = &line.message[at + database.len() + 1..];
    let (who, reason) = inner.split_once("): ")?;
    let lower = reason.to_lowercase();
    let (outcome, why) = if lower.starts_with("unknown user") {
        (Outcome::Failed, "unknown user")
    } else if lower.contains("password mismatch") || lower.contains("authentication failure") {
        (Outcome::WrongPassword, "password mismatch")
    } else if lower.contains("failed") || lower.contains("invalid") || lower.contains("expired") {
        (Outcome::Failed, "refused")
    } else {
        return None;
    };
    let (who, session) = match who.rsplit_once(",<") {
        Some((who, session)) => (who, session.trim_end_matches('>')),
        None => (who, ""),
    };
    let (user, address) = who.rsplit_once(',').unwrap_or((who, ""));
    let mut event = blank(record, line);
    event.kind = Kind::SignIn;
    event.operation = Cow::Borrowed("auth failed");
    event.outcome = outcome;
    event.actor.name = Cow::Borrowed(user);
    event.address = Cow::Borrowed(address);
    event.client.grant = Cow::Owned(database.to_owned());
    event.ties.session = Cow::Borrowed(session);
    event.marks.peer = true;
    let why = (Cow::Borrowed(words::FAILURE), Cow::Borrowed(why));
    event.details.push(why);
    Some(event)
}

fn database_at(message: &str, name: &str) -> Option<usize> {
    message.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = message[..*at].chars().next_back();
        message[at + name.len()..].starts_with('(') && before.is_none_or(|c| c == ' ')
    })
}

/// The end of a connection, with what it counts: bodies fetched, messages retrieved.
fn ended<'a>(record: &Delivered<'a>, line: &Line<'a>) -> Option<Event<'a>> {
    let counts = line.message.strip_prefix("Disconnected")?;
    if line.user.is_empty() {
        return None;
    }
    let mut event = blank(record, line);
    event.stream = Stream::Mailbox;
    event.kind = Kind::Other;
    event.operation = Cow::Borrowed("Disconnected");
    event.outcome = Outcome::Succeeded;
    event.actor.name = Cow::Borrowed(line.user);
    event.client.program = Cow::Borrowed(line.process);
    event.ties.session = Cow::Borrowed(line.session);
    event.store.name = event.actor.name.clone();
    event.capacity = Capacity::Owner;
    for word in counts.split([' ', ',']) {
        // Bodies fetched, messages retrieved (`retr=3/1234`: three, and their bytes).
        let fetched = ["body_count=", "retr="]
            .iter()
            .find_map(|name| word.strip_prefix(name));
        if let Some(fetched) = fetched {
            let digits = fetched.split('/').next().unwrap_or("");
            event.items_counted = digits.parse().ok().or(event.items_counted);
        }
        if ["body_count=", "retr=", "expunged="]
            .iter()
            .any(|name| word.starts_with(name))
        {
            let count = Cow::Borrowed(reject::bounded(word));
            event.details.push((Cow::Borrowed(words::PARAMETER), count));
        }
    }
    if !line.session.is_empty() {
        event.record_id = Cow::Owned(format!("{} end", line.session));
    }
    Some(event)
}
