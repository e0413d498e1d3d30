//! One entry of a server log, read into events: sign-in, rows read, change.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Value;
use crate::source::postgresql::audit::{self, Audit};
use crate::source::postgresql::entry::Entry;
use crate::source::postgresql::time::NoTime;
use crate::source::postgresql::{change, line, statement};
use crate::source::{Fate, reject};
use crate::vocab::card::Stream;
use crate::vocab::digest::content_id;
use crate::vocab::moment::Precision;

/// The most bytes of a statement kept beside an event; the record has it whole.
const QUERY_BYTES_MAX: usize = 4 << 10;

/// Reads a row of csvlog.
pub fn read_csv(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    match Entry::of_csv(record.text) {
        Some(entry) => emit(record, &entry, sink),
        None => {
            sink.problem(reject::lacking(record, "a row of at least 22 cells", &[]));
            Fate::Rejected
        }
    }
}

/// Reads an object of jsonlog.
pub fn read_json(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    read_object(record, Value::of(record.text), sink)
}

/// Reads a line of stderr or syslog, with the lines that go on with it.
pub fn read_lines(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut fate = Fate::Read;
    for entry in line::entries(record.text, record.header) {
        if emit(record, &entry, sink) == Fate::Rejected {
            fate = Fate::Rejected;
        }
    }
    fate
}

/// Reads a line that a platform's collector put into an object.
pub fn read_collected(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let inner = line::collected(record.text).unwrap_or_default();
    read_lines(
        &Delivered {
            text: &inner,
            ..*record
        },
        sink,
    )
}

/// Reads the entry inside an object of a cluster operator.
pub fn read_wrapped(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut inner = None;
    let whole = Value::of(record.text).members(|key, value| {
        if key == "record" {
            inner = Some(value);
        }
    });
    match (whole, inner) {
        (Ok(()), Some(inner)) => read_object(record, inner, sink),
        (Err(fault), _) => {
            sink.problem(reject::broken(record, &fault, &[]));
            Fate::Rejected
        }
        (Ok(()), None) => {
            sink.problem(reject::lacking(record, "an entry under `record`", &[]));
            Fate::Rejected
        }
    }
}

fn read_object<'a>(record: &Delivered<'a>, value: Value<'a>, sink: &mut dyn Sink) -> Fate {
    match Entry::of_json(value) {
        Ok(mut entry) => {
            if let Some(audit) = value.member("audit") {
                entry.message = message_of(audit);
            }
            emit(record, &entry, sink)
        }
        Err(fault) => {
            sink.problem(reject::broken(record, &fault, &[]));
            Fate::Rejected
        }
    }
}

/// The message of an audit entry whose fields an operator took apart.
fn message_of(audit: Value<'_>) -> Text<'static> {
    const FIELDS: [&str; 9] = [
        "audit_type",
        "statement_id",
        "substatement_id",
        "class",
        "command",
        "object_type",
        "object_name",
        "statement",
        "parameter",
    ];
    let mut message = audit::PREFIX.to_owned();
    for (place, field) in FIELDS.iter().enumerate() {
        if place > 0 {
            message.push(',');
        }
        let text = audit.member(field).map_or(Cow::Borrowed(""), Value::text);
        message.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
    }
    Cow::Owned(message)
}

/// Hands over the events of an entry; rejects what has no time, or half an audit entry.
pub fn emit(record: &Delivered<'_>, entry: &Entry<'_>, sink: &mut dyn Sink) -> Fate {
    let mut event = event_of(record, entry);
    let facts = [
        ("account", entry.user.as_ref()),
        ("session", entry.session.as_ref()),
        ("operation", entry.severity.as_ref()),
    ];
    match &entry.at {
        Ok(at) => event.at = *at,
        // Without a zone it keeps its place in the file, and nothing is judged by it.
        Err(NoTime::Zone(local)) => {
            let assumed = record.header.given.assumed.with_zone(*local);
            event.at = assumed.filter(|_| local.is_stated()).unwrap_or_default();
        }
        Err(NoTime::Absent | NoTime::Stamp(_)) => {
            let expected = "the time of the entry";
            sink.problem(reject::lacking(record, expected, &facts));
            return Fate::Rejected;
        }
    }
    if !entry.message.starts_with(audit::PREFIX) {
        speak(entry, &mut event);
        sink.event(&event);
        return Fate::Read;
    }
    let Some(audit) = audit::parse(&entry.message) else {
        let facts = [facts[0], facts[1], ("operation", "AUDIT")];
        sink.problem(reject::lacking(record, "a whole audit entry", &facts));
        return Fate::Rejected;
    };
    take_audit(&audit, event, sink);
    Fate::Read
}

fn event_of<'a>(record: &Delivered<'_>, entry: &Entry<'a>) -> Event<'a> {
    let mut event = Event {
        place: record.place,
        record_id: record_id(entry),
        stream: Stream::Rows,
        kind: Kind::Other,
        operation: entry.severity.clone(),
        outcome: Outcome::Unknown,
        actor: Identity {
            name: known(&entry.user),
            ..Identity::default()
        },
        store_id: known(&entry.database),
        address: entry.address.clone(),
        ..Event::default()
    };
    event.client.agent = known(&entry.application);
    event.marks.peer = true;
    event.ties.session = entry.session.clone();
    event
}

/// A name, unless the server did not know it yet.
fn known<'a>(name: &Text<'a>) -> Text<'a> {
    if name == "[unknown]" {
        Cow::Borrowed("")
    } else {
        name.clone()
    }
}

/// What the copies of an entry in other forms have in common: process, time to the fraction of a
/// second, message; else session and line; else nothing, and no copy is looked for.
fn record_id(entry: &Entry<'_>) -> Text<'static> {
    let fine = entry
        .at
        .as_ref()
        .is_ok_and(|at| at.precision == Precision::Fraction);
    let id = if fine && !entry.process.is_empty() {
        let at = entry.at.clone().unwrap_or_default();
        let message = content_id('m', &[&entry.message]);
        format!("{}/{at}/{message}", entry.process)
    } else if !entry.session.is_empty() && !entry.line.is_empty() {
        format!("{}/{}", entry.session, entry.line)
    } else {
        String::new()
    };
    Cow::Owned(id)
}

fn detail(event: &mut Event<'_>, name: &'static str, value: &str) {
    if !value.is_empty() {
        let value = Cow::Owned(bounded(value).to_owned());
        event.details.push((Cow::Borrowed(name), value));
    }
}

fn bounded(text: &str) -> &str {
    let mut end = text.len().min(QUERY_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What a message that is no audit entry says.
fn speak<'a>(entry: &Entry<'a>, event: &mut Event<'a>) {
    let message = entry.message.as_ref();
    let failed = matches!(entry.severity.as_ref(), "ERROR" | "FATAL" | "PANIC");
    if failed {
        event.outcome = Outcome::Failed;
        event.error = entry.code.clone();
    }
    if let Some(rest) = authorized(message) {
        sign_in(event, Outcome::Succeeded, "connection authorized");
        event.client.grant = entry.method.clone();
        put_names(rest, event);
    } else if message.starts_with("connection received: ") {
        event.operation = Cow::Borrowed("connection received");
    } else if message.starts_with("disconnection: ") {
        event.operation = Cow::Borrowed("disconnection");
        event.outcome = Outcome::Succeeded;
    } else if entry.severity == "FATAL"
        && let Some(outcome) = refusal(&entry.code, message)
    {
        sign_in(event, outcome, "connection refused");
        // In a line's prefix the name stands unescaped; here it is quoted.
        if let Some((_, name)) = message
            .strip_suffix('"')
            .and_then(|m| m.rsplit_once(" user \""))
        {
            event.actor.name = Cow::Owned(name.to_owned());
        }
        detail(event, words::FAILURE, message);
    } else if let Some(text) = logged_statement(message) {
        statement_logged(text, event);
    } else if failed {
        detail(event, words::FAILURE, message);
    }
}

fn sign_in(event: &mut Event<'_>, outcome: Outcome, operation: &'static str) {
    event.kind = Kind::SignIn;
    event.outcome = outcome;
    event.operation = Cow::Borrowed(operation);
}

/// What follows the words by which the server lets a client in.
fn authorized(message: &str) -> Option<&str> {
    message
        .strip_prefix("connection authorized: ")
        .or_else(|| message.strip_prefix("replication connection authorized: "))
}

/// `user=… database=… application_name=… SSL enabled (…)`: what the columns do not say already.
///
/// A role and a database exist by then; only the application's name is the client's to choose,
/// and it comes behind them.
fn put_names(rest: &str, event: &mut Event<'_>) {
    let (names, application) = match rest.split_once(" application_name=") {
        Some((names, application)) => (names, application),
        None => (rest, ""),
    };
    let names = names.split(" SSL enabled (").next().unwrap_or(names);
    let (user, database) = match names.split_once(" database=") {
        Some((user, database)) => (user, database),
        None => (names, ""),
    };
    let user = user.strip_prefix("user=").unwrap_or("");
    if event.actor.name.is_empty() {
        event.actor.name = Cow::Owned(user.to_owned());
    }
    if event.store_id.is_empty() {
        event.store_id = Cow::Owned(database.to_owned());
    }
    if event.client.agent.is_empty() {
        // The server adds this behind the name; a name that pretends to hold it loses its end.
        let application = application.split(" SSL enabled (").next().unwrap_or("");
        event.client.agent = Cow::Owned(application.to_owned());
    }
}

/// What came of a connection that was refused; `None` where it failed for other reasons.
///
/// By SQLSTATE where there is one: 28P01 is a wrong password, the rest of class 28 another
/// refusal (PostgreSQL documentation, appendix A).
fn refusal(code: &str, message: &str) -> Option<Outcome> {
    let wrong = message.starts_with("password authentication failed for user");
    if code == "28P01" || wrong {
        return Some(Outcome::WrongPassword);
    }
    let refused = code.starts_with("28")
        || message.contains(" authentication failed for user ")
        || message.starts_with("no pg_hba.conf entry for ")
        || message.starts_with("pg_hba.conf rejects ")
        || message.starts_with("role \"") && message.ends_with(" does not exist")
        || message.starts_with("database \"") && message.ends_with(" does not exist");
    refused.then_some(Outcome::Failed)
}

/// The statement in `statement: …`, `execute name: …`, `duration: … ms  statement: …`.
///
/// Parsing and binding are no execution.
fn logged_statement(message: &str) -> Option<&str> {
    let rest = match message.strip_prefix("duration: ") {
        Some(rest) => rest.split_once(" ms  ").map(|(_, rest)| rest)?,
        None => message,
    };
    if let Some(statement) = rest.strip_prefix("statement: ") {
        return Some(statement);
    }
    let (name, statement) = rest.strip_prefix("execute ")?.split_once(": ")?;
    (name.len() <= 128).then_some(statement)
}

/// A statement that was logged as such: what it did is not counted.
fn statement_logged(text: &str, event: &mut Event<'_>) {
    let first = statement::first_word(text);
    event.operation = Cow::Owned(format!("statement {}", first.to_uppercase()));
    event.outcome = Outcome::Unknown;
    detail(event, words::QUERY, text);
    if let Some(kind) = change::audit_setting(text) {
        event.kind = kind;
        event.object = Cow::Borrowed("audit trail");
        return;
    }
    let copies = statement::copied_table(text);
    if matches!(first.as_str(), "select" | "table" | "fetch") || copies.is_some() {
        let extent = match (&copies, first.as_str()) {
            (None, "select") => words::UNCOUNTED_SOME,
            _ => words::UNCOUNTED_WHOLE,
        };
        uncounted(
            event,
            extent,
            copies.unwrap_or_default(),
            statement::shown(text),
        );
    }
}

/// Rows that were read and that no record counts.
fn uncounted(event: &mut Event<'_>, extent: &str, container: String, id: String) {
    event.kind = Kind::RowsRead;
    detail(event, words::ROWS_UNCOUNTED, extent);
    event.items.push(rows_item(container, id, 0));
}

fn rows_item(container: String, id: String, rows: u64) -> Item<'static> {
    Item {
        kind: ItemKind::Rows,
        container: Cow::Owned(container),
        id: Cow::Owned(id),
        rows,
        ..Item::default()
    }
}

/// Hands over what an audit entry tells.
fn take_audit(audit: &Audit, mut event: Event<'_>, sink: &mut dyn Sink) {
    event.operation = Cow::Owned(audit.command.clone());
    event.outcome = Outcome::Succeeded;
    detail(&mut event, words::STATEMENT, &audit.number);
    detail(&mut event, words::QUERY, &audit.statement);
    if audit.class == "READ" {
        read_rows(audit, &mut event);
        sink.event(&event);
        return;
    }
    let (kind, object) = change::kind_of(audit);
    let mut changed = event.clone();
    (changed.kind, changed.object) = (kind, Cow::Owned(object));
    if matches!(kind, Kind::RoleGranted | Kind::RoleRemoved) {
        let right = statement::shown(&audit.statement);
        detail(&mut changed, words::RIGHT, &right);
    }
    if audit.class == "WRITE" {
        let (rows, item) = (audit.rows.unwrap_or(0), item_of(audit));
        changed
            .items
            .push(rows_item(audit.object.clone(), item, rows));
    }
    sink.event(&changed);
    // Rows that a change returns were read.
    if audit.class == "WRITE" && statement::has_word(&audit.statement, "returning") {
        read_rows(audit, &mut event);
        sink.event(&event);
    }
}

/// An entry of class READ: how many rows of which table, as far as it says.
///
/// # Gaps
/// A cursor is declared and counts no rows; `COPY table` counts none either, while `COPY
/// (SELECT …)` has the selection's entry beside its own (all three seen with pgaudit 1.7).
fn read_rows(audit: &Audit, event: &mut Event<'_>) {
    let text = audit.statement.as_str();
    if statement::is_key_check(text) {
        event.operation = Cow::Borrowed("foreign key check");
        return;
    }
    if is_catalogue(&audit.object) {
        detail(event, words::CATALOGUE, "yes");
    }
    let first = statement::first_word(text);
    match (audit.command.as_str(), audit.rows) {
        _ if first == "explain" => event.operation = Cow::Borrowed("EXPLAIN"),
        ("PREPARE", _) => {}
        ("DECLARE CURSOR", _) => uncounted(
            event,
            words::UNCOUNTED_WHOLE,
            audit.object.clone(),
            item_of(audit),
        ),
        ("COPY" | "COPY TO", None | Some(0)) => {
            if let Some(table) = statement::copied_table(text) {
                let named = if audit.object.is_empty() {
                    table
                } else {
                    audit.object.clone()
                };
                uncounted(event, words::UNCOUNTED_WHOLE, named, item_of(audit));
            } else if text.is_empty() {
                uncounted(
                    event,
                    words::UNCOUNTED_WHOLE,
                    audit.object.clone(),
                    item_of(audit),
                );
            }
        }
        (_, None) => uncounted(
            event,
            words::UNCOUNTED_SOME,
            audit.object.clone(),
            item_of(audit),
        ),
        (_, Some(rows)) => {
            event.kind = Kind::RowsRead;
            if rows > 0 {
                event
                    .items
                    .push(rows_item(audit.object.clone(), item_of(audit), rows));
            }
            event.items_counted = Some(event.items.len() as u64);
        }
    }
}

/// Whether an object is of the server's own catalogue, which every program looks things up in.
fn is_catalogue(object: &str) -> bool {
    ["pg_catalog.", "information_schema.", "pg_toast."]
        .iter()
        .any(|schema| object.starts_with(schema))
}

/// What was read, in the words of the statement: its keys, else itself, else its number.
fn item_of(audit: &Audit) -> String {
    statement::keys(&audit.statement, &audit.parameters).unwrap_or_else(|| {
        if audit.statement.is_empty() {
            format!("{}{}", words::UNNAMED_STATEMENT, audit.number)
        } else {
            statement::shown(&audit.statement)
        }
    })
}
