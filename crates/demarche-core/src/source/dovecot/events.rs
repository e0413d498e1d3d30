//! Events that Dovecot exports as JSON: messages opened, commands done, sign-ins refused.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{Capacity, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value, ValueKind};
use crate::source::dovecot::line::Line;
use crate::source::dovecot::login::same_host;
use crate::source::{Fate, reject};
use crate::vocab::card::Stream;
use crate::vocab::moment::Moment;

/// The members of an event that are read.
#[derive(Debug, Default)]
struct Fields<'a> {
    event: Text<'a>,
    start: Text<'a>,
    end: Text<'a>,
    user: Text<'a>,
    original_user: Text<'a>,
    remote: Text<'a>,
    local: Text<'a>,
    session: Text<'a>,
    mailbox: Text<'a>,
    uid: Text<'a>,
    command: Text<'a>,
    arguments: Text<'a>,
    state: Text<'a>,
    mechanism: Text<'a>,
    service: Text<'a>,
    success: Text<'a>,
    reasons: Vec<Text<'a>>,
}

/// Reads one event; `line` is the log line around it, where there is one.
///
/// # Spec
/// List of events; event reasons: `imap:fetch_body` says that a body was opened to be fetched,
/// `mailbox:search` that a search opened it.
pub fn read<'a>(
    record: &Delivered<'a>,
    value: Value<'a>,
    line: Option<&Line<'a>>,
    sink: &mut dyn Sink,
) -> Fate {
    let (fields, fault) = fields_of(value);
    if let Some(fault) = fault {
        let facts = [("time", fields.start.as_ref()), ("user", &fields.user)];
        sink.problem(reject::broken(record, &fault, &facts));
        return Fate::Rejected;
    }
    let Some(mut event) = what(&fields, line.is_some()) else {
        return Fate::Read;
    };
    let Some(at) = time_of(record, &fields, line) else {
        let facts = [("user", fields.user.as_ref())];
        sink.problem(reject::lacking(record, "a time", &facts));
        return Fate::Rejected;
    };
    (event.place, event.at) = (record.place, at);
    who(&mut event, fields);
    sink.event(&event);
    Fate::Read
}

/// The event's own time; the line's only where it has none.
fn time_of(record: &Delivered<'_>, fields: &Fields<'_>, line: Option<&Line<'_>>) -> Option<Moment> {
    let own = [&fields.end, &fields.start]
        .into_iter()
        .find_map(|text| Moment::parse_iso(text));
    own.or_else(|| {
        let moment = line?.stamp.moment(&record.header.given.assumed);
        Some(moment.unwrap_or_default())
    })
}

fn fields_of<'a>(value: Value<'a>) -> (Fields<'a>, Option<Malformed>) {
    let mut fields = Fields::default();
    let mut inner = None;
    let fault = value
        .members(|key, value| match key {
            "event" => fields.event = value.text(),
            "start_time" => fields.start = value.text(),
            "end_time" => fields.end = value.text(),
            "fields" => inner = Some(value),
            _ => {}
        })
        .err();
    let within = inner.and_then(|inner| members_of(inner, &mut fields).err());
    (fields, fault.or(within))
}

fn members_of<'a>(inner: Value<'a>, fields: &mut Fields<'a>) -> Result<(), Malformed> {
    inner.members(|key, value| match key {
        "user" => fields.user = value.text(),
        "original_user" => fields.original_user = value.text(),
        "remote_ip" => fields.remote = value.text(),
        "local_ip" => fields.local = value.text(),
        "session" => fields.session = value.text(),
        "mailbox" => fields.mailbox = value.text(),
        "uid" => fields.uid = value.text(),
        "cmd_name" => fields.command = value.text(),
        "cmd_human_args" => fields.arguments = value.text(),
        "tagged_reply_state" => fields.state = value.text(),
        "mechanism" => fields.mechanism = value.text(),
        "service" => fields.service = value.text(),
        "success" => fields.success = value.text(),
        "reason_code" if value.kind() == ValueKind::Array => {
            let _ = value.elements(|reason| fields.reasons.push(reason.text()));
        }
        "reason_code" => fields.reasons.push(value.text()),
        _ => {}
    })
}

/// What kind of event it is; `None` where it says nothing that is asked here.
fn what<'a>(fields: &Fields<'a>, in_log: bool) -> Option<Event<'a>> {
    match fields.event.as_ref() {
        "mail_opened" => opened(fields),
        "imap_command_finished" => command(fields),
        "auth_request_finished" => presented(fields, in_log),
        _ => None,
    }
}

fn opened<'a>(fields: &Fields<'a>) -> Option<Event<'a>> {
    let has = |reason: &str| fields.reasons.iter().any(|known| known == reason);
    let (kind, stream) = if has("imap:fetch_body") {
        (Kind::ItemsRead, Stream::ItemAccess)
    } else if has("imap:fetch_header") {
        (Kind::Browsed, Stream::Mailbox)
    } else {
        return None;
    };
    Some(Event {
        kind,
        stream,
        operation: fields.event.clone(),
        outcome: Outcome::Succeeded,
        items: vec![Item {
            kind: ItemKind::Message,
            container: fields.mailbox.clone(),
            id: fields.uid.clone(),
            rows: 1,
            ..Item::default()
        }],
        ..Event::default()
    })
}

fn command<'a>(fields: &Fields<'a>) -> Option<Event<'a>> {
    let name = fields
        .command
        .strip_prefix("UID ")
        .unwrap_or(&fields.command);
    let kind = match name {
        "SELECT" | "EXAMINE" => Kind::Browsed,
        "SEARCH" | "SORT" | "THREAD" => Kind::Searched,
        "APPEND" | "REPLACE" => Kind::ItemCreated,
        "STORE" => Kind::ItemUpdated,
        "COPY" | "MOVE" => Kind::ItemsMoved,
        "EXPUNGE" | "DELETE" => Kind::ItemsDeleted,
        "SETACL" => Kind::MailboxGranted,
        "DELETEACL" => Kind::MailboxGrantRemoved,
        "CREATE" | "RENAME" | "SUBSCRIBE" => Kind::MailboxChanged,
        "FETCH" => Kind::Other,
        _ => return None,
    };
    let outcome = match fields.state.as_ref() {
        "OK" => Outcome::Succeeded,
        "NO" | "BAD" => Outcome::Failed,
        _ => Outcome::Unknown,
    };
    let mut event = Event {
        kind,
        outcome,
        stream: Stream::Mailbox,
        operation: fields.command.clone(),
        object: fields.mailbox.clone(),
        ..Event::default()
    };
    let name = match kind {
        Kind::Searched => words::QUERY,
        _ => words::PARAMETER,
    };
    if matches!(kind, Kind::MailboxGranted | Kind::MailboxGrantRemoved) {
        granted(&mut event, &fields.arguments);
    }
    if !fields.arguments.is_empty() {
        let arguments = (Cow::Borrowed(name), fields.arguments.clone());
        event.details.push(arguments);
    }
    Some(event)
}

/// `INBOX intruder lrs`: mailbox, who, rights; a mailbox with a space is in quotes.
fn granted(event: &mut Event<'_>, arguments: &str) {
    let mut parts = arguments.rsplitn(3, ' ');
    let (right, trustee) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let owned = |text: &str| Cow::Owned(text.to_owned());
    event
        .details
        .push((Cow::Borrowed(words::TRUSTEE), owned(trustee)));
    event
        .details
        .push((Cow::Borrowed(words::RIGHT), owned(right)));
    if event.object.is_empty() {
        event.object = owned(parts.next().unwrap_or(""));
    }
}

/// Services whose every success has a login line of its own beside the event.
const WITH_LOGIN_LINE: [&str; 5] = ["imap", "pop3", "sieve", "managesieve", "submission"];

/// A success is told by the login line, which knows the token; a refusal, and a success where
/// there is no such line, by the event.
fn presented<'a>(fields: &Fields<'a>, in_log: bool) -> Option<Event<'a>> {
    let succeeded = fields.success == "yes";
    if succeeded && in_log && WITH_LOGIN_LINE.contains(&fields.service.as_ref()) {
        return None;
    }
    let bearer = ["XOAUTH2", "OAUTHBEARER"].contains(&fields.mechanism.as_ref());
    let outcome = match (succeeded, bearer) {
        (true, _) => Outcome::Succeeded,
        (false, true) => Outcome::Failed,
        (false, false) => Outcome::WrongPassword,
    };
    let mut event = Event {
        kind: Kind::SignIn,
        stream: Stream::SignInSummary,
        operation: fields.event.clone(),
        outcome,
        ..Event::default()
    };
    event.client.grant = fields.mechanism.clone();
    event.client.program = fields.service.clone();
    Some(event)
}

/// Who did it, from where, in which connection and store.
fn who<'a>(event: &mut Event<'a>, fields: Fields<'a>) {
    let unnamed = fields.user.is_empty();
    event.actor.name = if unnamed {
        fields.original_user
    } else {
        fields.user
    };
    if event.kind != Kind::SignIn {
        event.store.name = event.actor.name.clone();
        event.capacity = Capacity::Owner;
        event.client.program = Cow::Borrowed("imap");
    }
    if !fields.session.is_empty() {
        event.record_id = Cow::Owned(format!(
            "{} {} {} {}",
            fields.session, fields.event, fields.start, fields.uid
        ));
    }
    event.marks.relay = same_host(&fields.remote, &fields.local);
    event.marks.peer = true;
    event.address = fields.remote;
    event.ties.session = fields.session;
}
