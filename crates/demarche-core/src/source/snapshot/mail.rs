//! States of mailboxes: rules, forwarding, permissions, auditing.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::source::row::Row;
use crate::source::snapshot::date;
use crate::source::snapshot::slots::Field;
use crate::source::{Fate, reject};
use crate::vocab::card::Stream;

/// A row of a snapshot, and what it lacks.
pub type Cells<'a> = (Row<'a, Field>, Option<Malformed>);

/// An event of something that stands; `stands` is the word of what puts it in place.
pub fn standing<'a>(
    record: &Delivered<'a>,
    operation: &'static str,
    stands: &'static str,
) -> Event<'a> {
    let mut event = Event {
        place: record.place,
        at: date::of_name(&record.header.name),
        stream: Stream::State,
        kind: Kind::Standing,
        operation: Cow::Borrowed(operation),
        outcome: Outcome::Succeeded,
        ..Event::default()
    };
    put(&mut event, words::STANDS, Cow::Borrowed(stands));
    event
}

/// Adds a detail unless it says nothing.
pub fn put<'a>(event: &mut Event<'a>, name: &'static str, value: Text<'a>) {
    let nothing = value.is_empty() || value.eq_ignore_ascii_case("none");
    if !nothing {
        event.details.push((Cow::Borrowed(name), value));
    }
}

/// Hands over an event; a row that is broken, or names nothing, is a problem.
pub fn finish(
    record: &Delivered<'_>,
    event: &Event<'_>,
    fault: Option<&Malformed>,
    sink: &mut dyn Sink,
) -> Fate {
    let named = !event.object.is_empty() || !event.store.is_empty() || !event.actor.is_empty();
    let facts = [
        ("operation", event.operation.as_ref()),
        ("object", event.object.as_ref()),
    ];
    let problem = match fault {
        Some(fault) => reject::broken(record, fault, &facts),
        None if !named => reject::lacking(record, "what stands, or whose it is", &facts),
        None => {
            sink.event(event);
            return Fate::Read;
        }
    };
    sink.problem(problem);
    Fate::Rejected
}

/// Each of a list written as one text, and of what a JSON array holds.
fn each<'a>(row: &Row<'a, Field>, field: Field) -> Vec<Text<'a>> {
    let listed = row.nested(field, |value| {
        let mut out = Vec::new();
        let _ = value.elements(|one| out.push(one.text().trim().to_owned()));
        out
    });
    let texts = match listed {
        Some(all) if !all.is_empty() => all,
        _ => row
            .text(field)
            .split([',', ';'])
            .map(|one| one.trim().to_owned())
            .collect(),
    };
    texts
        .into_iter()
        .map(|one| Cow::Owned(bare(&one).to_owned()))
        .filter(|one: &Text<'_>| !one.is_empty())
        .collect()
}

/// The address in `"Name" [SMTP:address]`, else the whole.
fn bare(text: &str) -> &str {
    let inner = text
        .rsplit_once("[SMTP:")
        .and_then(|(_, rest)| rest.split_once(']'));
    inner.map_or(text, |(address, _)| address).trim()
}

fn put_each<'a>(event: &mut Event<'a>, name: &'static str, row: &Row<'a, Field>, field: Field) {
    for one in each(row, field) {
        put(event, name, one);
    }
}

/// `true` where a text says so.
pub fn is_true(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("enabled") || text == "1"
}

fn put_true<'a>(event: &mut Event<'a>, name: &'static str, row: &Row<'a, Field>, fields: &[Field]) {
    if fields.iter().any(|field| is_true(&row.text(*field))) {
        put(event, name, Cow::Borrowed("true"));
    }
}

fn put_enabled<'a>(event: &mut Event<'a>, row: &Row<'a, Field>) {
    let text = row.text(Field::Enabled);
    if !text.is_empty() {
        let value = if is_true(&text) { "true" } else { "false" };
        put(event, words::ENABLED, Cow::Borrowed(value));
    }
}

/// What a rule does, whoever's it is.
fn put_rule<'a>(event: &mut Event<'a>, row: &Row<'a, Field>) {
    put(event, words::NAME, row.text(Field::Name));
    for field in [
        Field::ForwardTo,
        Field::ForwardAsAttachment,
        Field::RedirectTo,
    ] {
        put_each(event, words::FORWARDS_TO, row, field);
    }
    for field in [Field::BlindCopyTo, Field::CopyTo] {
        put_each(event, words::BLIND_COPIES_TO, row, field);
    }
    put(event, words::MOVES_TO, row.text(Field::MoveTo));
    put_true(
        event,
        words::DELETES,
        row,
        &[Field::Deletes, Field::SoftDeletes],
    );
    put_true(event, words::MARKS_READ, row, &[Field::MarksRead]);
    for field in [Field::Words, Field::SubjectWords, Field::BodyWords] {
        put_each(event, words::MATCHES, row, field);
    }
    put_enabled(event, row);
}

/// A rule of one mailbox.
pub fn inbox_rule(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "inbox rule", Kind::RuleSet.word());
    event.store.name = row.first(&[Field::Mailbox, Field::Identity]);
    event.object = row.text(Field::Name);
    put_rule(&mut event, &row);
    finish(record, &event, fault.as_ref(), sink)
}

/// A rule over all mail.
pub fn transport_rule(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "transport rule", Kind::TransportRuleSet.word());
    event.object = row.text(Field::Name);
    put_rule(&mut event, &row);
    put(&mut event, words::PARAMETER, row.text(Field::Description));
    finish(record, &event, fault.as_ref(), sink)
}

/// Where all mail of a mailbox goes; one that forwards nothing stands without forwarding.
pub fn forwarding(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "mailbox forwarding", Kind::ForwardingSet.word());
    event.store.name = row.first(&[Field::Mailbox, Field::Identity]);
    put(
        &mut event,
        words::FORWARDS_TO,
        row.text(Field::ForwardingSmtp),
    );
    put(
        &mut event,
        words::FORWARDS_TO,
        row.text(Field::ForwardingAddress),
    );
    if event.detail(words::FORWARDS_TO).is_empty() {
        restate(&mut event, Kind::ForwardingRemoved.word());
    }
    finish(record, &event, fault.as_ref(), sink)
}

/// Who may enter a mailbox, all in one row.
pub fn permissions(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "mailbox permissions", Kind::MailboxGranted.word());
    event.store.name = row.text(Field::Mailbox);
    let given = [(Field::FullAccess, "FullAccess"), (Field::SendAs, "SendAs")];
    for (field, right) in given {
        for one in row.text(field).split(" | ") {
            let (who, rights) = one.rsplit_once(" - ").unwrap_or((one, ""));
            let denies = rights.contains("Deny: True") || rights.contains("Type: Deny");
            let own = who.trim().is_empty() || is_of_system(who);
            if !own && !denies {
                put(
                    &mut event,
                    words::TRUSTEE,
                    Cow::Owned(address_in(who).to_owned()),
                );
                put(&mut event, words::RIGHT, Cow::Borrowed(right));
            }
        }
    }
    for one in row
        .text(Field::SendOnBehalf)
        .split("; ")
        .filter(|one| !one.is_empty())
    {
        put(
            &mut event,
            words::TRUSTEE,
            Cow::Owned(address_in(one).to_owned()),
        );
        put(&mut event, words::RIGHT, Cow::Borrowed("SendOnBehalf"));
    }
    if event.detail(words::TRUSTEE).is_empty() {
        restate(&mut event, Kind::MailboxGrantRemoved.word());
    }
    finish(record, &event, fault.as_ref(), sink)
}

/// The address in `Name (address)`, else the whole.
fn address_in(who: &str) -> &str {
    let inner = who
        .rsplit_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or(who.trim(), |(address, _)| address.trim())
}

/// Whether a permission is one that every mailbox has.
fn is_of_system(who: &str) -> bool {
    let who = who.trim();
    who.eq_ignore_ascii_case("NT AUTHORITY\\SELF") || who.starts_with("NT AUTHORITY\\")
}

/// Says that something else stands.
fn restate(event: &mut Event<'_>, stands: &'static str) {
    if let Some((_, value)) = event.details.first_mut() {
        *value = Cow::Borrowed(stands);
    }
}

/// The word of what every mailbox has, of what denies, and of what is inherited.
const DEFAULT: &str = "default";

/// One permission of one mailbox.
pub fn permission(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "mailbox permission", Kind::MailboxGranted.word());
    let who = row.first(&[Field::Trustee, Field::Mailbox]);
    event.store.name = row.text(Field::Identity);
    let idle = is_of_system(&who)
        || [Field::Denied, Field::Inherited]
            .iter()
            .any(|field| is_true(&row.text(*field)));
    if idle {
        restate(&mut event, DEFAULT);
    }
    put(&mut event, words::TRUSTEE, who);
    put_each(&mut event, words::RIGHT, &row, Field::Rights);
    finish(record, &event, fault.as_ref(), sink)
}

/// Whether a mailbox is audited, and whether what its account does is.
pub fn auditing(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let on = is_true(&row.text(Field::AuditEnabled));
    let bypassed = is_true(&row.text(Field::AuditBypass));
    let kind = if on && !bypassed {
        Kind::AuditEnabled
    } else {
        Kind::AuditDisabled
    };
    let mut event = standing(record, "mailbox auditing", kind.word());
    event.store.name = row.first(&[Field::Mailbox, Field::Identity]);
    if bypassed {
        put(
            &mut event,
            words::PARAMETER,
            Cow::Borrowed("AuditBypassEnabled=True"),
        );
    }
    for action in each(&row, Field::OwnerActions) {
        let reads = action.eq_ignore_ascii_case("MailItemsAccessed");
        let word = if reads {
            Cow::Borrowed(Kind::ItemsRead.word())
        } else {
            action
        };
        put(&mut event, words::AUDITED, word);
    }
    finish(record, &event, fault.as_ref(), sink)
}
