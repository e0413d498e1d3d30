//! One record of the unified audit log, read into an event.

use std::borrow::Cow;

use crate::event::event::{Event, Marks, Text};
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::json::Value;
use crate::record::problem::{Problem, ProblemKind};
use crate::source::Fate;
use crate::source::unified_audit::client::{BACKGROUND_PROGRAM, Context, client_of};
use crate::source::unified_audit::keys::{Fields, Key};
use crate::source::unified_audit::operations::{self, Family};
use crate::source::unified_audit::{admin, card, chat, directory, file, identity, mail, sign_in};
use crate::vocab::address::Address;
use crate::vocab::card::Stream;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// Facts that the wrapper of a record states beside it.
#[derive(Clone, Debug, Default)]
pub struct Wrapper<'a> {
    /// Id of the record.
    pub id: Text<'a>,
    /// When, in whatever form the wrapper writes it, already read.
    pub time: Option<Moment>,
    /// The operation's name.
    pub operation: Text<'a>,
    /// Who acted.
    pub user: Text<'a>,
    /// From where.
    pub address: Text<'a>,
    /// The total of rows that the search states.
    pub result: Text<'a>,
    /// The search session.
    pub result_session: Text<'a>,
    /// Whether the form loses fields.
    pub lossy: bool,
    /// Said of salvaged facts: where they were found, when not in the wrapper itself.
    pub salvaged_from: &'static str,
}

/// Reads one bare record.
///
/// # Shape
/// In: one JSON object. Out: one event, and the problems met.
///
/// # Units
/// `CreationTime` is UTC without a zone mark, to the second; it is the time of the *record*, and
/// of an aggregated one the times of its items are within two minutes of it (semantics §1.7).
///
/// # Gaps
/// A record that is cut short or has no time is rejected; see [`reject`].
///
/// # Spec
/// Office 365 Management Activity API schema, as of 2026-06-24 (semantics §1.7).
pub fn read(place: Place, text: &str, wrapper: &Wrapper<'_>, sink: &mut dyn Sink) -> Fate {
    let (fields, whole) = Fields::of(Value::of(text));
    if let Err(fault) = whole {
        let (kind, found) = if fault.truncated {
            (
                ProblemKind::Truncated,
                "the record ends before its closing brace",
            )
        } else {
            (ProblemKind::Malformed, "the record is no JSON object")
        };
        return reject(place, &fields, wrapper, (kind, found), sink);
    }
    let Some(at) = time_of(&fields).or(wrapper.time) else {
        let found = (
            ProblemKind::Malformed,
            "the record has no time that can be read",
        );
        return reject(place, &fields, wrapper, found, sink);
    };
    let event = event_of(place, at, &fields, wrapper);
    sink.event(&event);
    admin::further(&fields, &event, &mut |other| sink.event(other));
    for key in &fields.clashes {
        sink.problem(Problem {
            kind: ProblemKind::Conflicting,
            place,
            text: format!("the key {} occurs twice with different values", key.name()),
            salvaged: Vec::new(),
        });
    }
    Fate::Read
}

fn record_type(fields: &Fields<'_>) -> Option<i64> {
    operations::record_type(&fields.text(Key::RecordType))
}

fn time_of(fields: &Fields<'_>) -> Option<Moment> {
    Moment::parse_iso(&fields.text(Key::CreationTime))
}

/// Rejects a record and keeps what is left of it.
///
/// # Shape
/// The problem carries id, time, operation and account, from the members before the fault, else
/// from the wrapper. Where a time is among them, an event of kind `other` marked `salvaged`
/// stands in the record's place, so that the hour is known to have held it; it has no items,
/// and what it names is a lower bound.
pub fn reject(
    place: Place,
    fields: &Fields<'_>,
    wrapper: &Wrapper<'_>,
    (kind, found): (ProblemKind, &str),
    sink: &mut dyn Sink,
) -> Fate {
    let or = |inner: Text<'_>, outer: &Text<'_>| {
        if inner.is_empty() {
            outer.to_string()
        } else {
            inner.into_owned()
        }
    };
    let time = time_of(fields).or(wrapper.time);
    let salvaged = [
        ("record_id", or(fields.text(Key::Id), &wrapper.id)),
        ("time", time.map(|at| at.to_string()).unwrap_or_default()),
        (
            "operation",
            or(fields.text(Key::Operation), &wrapper.operation),
        ),
        ("account", or(fields.text(Key::UserId), &wrapper.user)),
    ];
    if let Some(at) = time {
        let mut event = Event {
            place,
            record_id: Cow::Borrowed(&salvaged[0].1),
            at,
            operation: Cow::Borrowed(&salvaged[2].1),
            ..Event::default()
        };
        event.stream = operations::of(&event.operation, record_type(fields)).stream;
        event.actor.name = identity::named(Cow::Borrowed(&salvaged[3].1));
        event.marks.salvaged = true;
        event.marks.lossy = true;
        sink.event(&event);
    }
    let from = wrapper.salvaged_from;
    let text = if from.is_empty() {
        found.to_owned()
    } else {
        format!("{found}; facts salvaged from {from}")
    };
    let salvaged = salvaged
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    sink.problem(Problem {
        kind,
        place,
        text,
        salvaged,
    });
    Fate::Rejected
}

/// The facts that records of all families share, then those of the family.
fn event_of<'a>(
    place: Place,
    at: Moment,
    fields: &Fields<'a>,
    wrapper: &'a Wrapper<'_>,
) -> Event<'a> {
    let or = |inner: Text<'a>, outer: &'a Text<'_>| {
        if inner.is_empty() {
            Cow::Borrowed(outer.as_ref())
        } else {
            inner
        }
    };
    let operation = or(fields.text(Key::Operation), &wrapper.operation);
    let known = operations::of(&operation, record_type(fields));
    let info = fields.text(Key::ClientInfoString);
    let context = Context::of(fields);
    let actor_kind = identity::actor_kind(fields);
    let mut event = Event {
        place,
        record_id: or(fields.text(Key::Id), &wrapper.id),
        at,
        stream: known.stream,
        kind: known.kind,
        operation,
        outcome: outcome_of(&fields.text(Key::ResultStatus)),
        actor: identity::actor(fields, actor_kind),
        actor_kind,
        address: or(address_of(fields), &wrapper.address),
        client: client_of(&info, fields),
        application: context.application(fields, &info),
        ties: context.ties(fields),
        object: fields.text(Key::ObjectId),
        ..Event::default()
    };
    if event.actor.is_empty() {
        event.actor.name = identity::named(Cow::Borrowed(wrapper.user.as_ref()));
    }
    mark(fields, wrapper, &mut event);
    match known.family {
        Family::Mail => mail::read(fields, &mut event),
        Family::Admin => admin::read(fields, &mut event),
        Family::Directory => directory::read(fields, &mut event),
        Family::SignIn => sign_in::read(fields, &mut event),
        Family::File => file::read(fields, &mut event),
        Family::Chat => chat::read(fields, &mut event),
        Family::Other => other(fields, &mut event),
    }
    event
}

/// Marks the event, and keeps what the organisation and the delivery state.
fn mark<'a>(fields: &Fields<'a>, wrapper: &'a Wrapper<'_>, event: &mut Event<'a>) {
    event.marks = Marks {
        background: event.client.program == BACKGROUND_PROGRAM,
        relay: is_relay(event),
        lossy: wrapper.lossy,
        external: fields.boolean(Key::ExternalAccess) == Some(true),
        ..Marks::default()
    };
    detail(event, words::ORGANISATION, fields.text(Key::OrganizationId));
    detail(
        event,
        words::RESULT_COUNT,
        Cow::Borrowed(wrapper.result.as_ref()),
    );
    detail(
        event,
        words::RESULT_SESSION,
        Cow::Borrowed(wrapper.result_session.as_ref()),
    );
}

/// Adds a named fact, unless it is absent.
pub fn detail<'a>(event: &mut Event<'a>, name: &'static str, value: Text<'a>) {
    if !value.is_empty() {
        event.details.push((Cow::Borrowed(name), value));
    }
}

/// Adds a fact that has no word of its own, as `name=value`.
pub fn parameter(event: &mut Event<'_>, name: &str, value: &str) {
    if !value.is_empty() {
        let text = Cow::Owned(format!("{name}={value}"));
        event.details.push((Cow::Borrowed(words::PARAMETER), text));
    }
}

/// What came of it, as mailbox, administration and directory records say (semantics §1.7).
fn outcome_of(status: &str) -> Outcome {
    let is = |words: &[&str]| words.iter().any(|word| status.eq_ignore_ascii_case(word));
    if is(&["Succeeded", "PartiallySucceeded", "Success", "True"]) {
        Outcome::Succeeded
    } else if is(&["Failed", "Failure", "False"]) {
        Outcome::Failed
    } else {
        Outcome::Unknown
    }
}

/// The address of the actor where the record has it, else that of the client (semantics §1.13).
fn address_of<'a>(fields: &Fields<'a>) -> Text<'a> {
    let keys = [
        Key::ActorIP,
        Key::ClientIPAddress,
        Key::ClientIP,
        Key::ActorIpAddress,
    ];
    keys.into_iter()
        .map(|key| fields.text(key))
        .find(|text| !text.is_empty() && text != "<null>")
        .unwrap_or_default()
}

/// Whether the address is the provider's own relay: it neither adds nor subtracts.
///
/// Office for the web fetches on a user's behalf from the provider's servers under the agent
/// `MSWAC`; loopback is the provider's own proxy (semantics §1.13).
fn is_relay(event: &Event<'_>) -> bool {
    if event.client.agent == "MSWAC" {
        return true;
    }
    Address::parse(&event.address)
        .is_some_and(|address| address.host.is_loopback() || card::is_relay(address.host))
}

/// Records of other workloads: alerts have a name and a weight, tokens have an id.
fn other<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    match event.kind {
        Kind::AlertRaised => {
            detail(event, words::NAME, fields.text(Key::Name));
            detail(event, words::RISK, fields.text(Key::Severity));
        }
        Kind::TokenIssued => event.application.resource = fields.text(Key::ResourceURL),
        Kind::Searched => {
            let query = fields.first_text(&[Key::QueryText, Key::SearchQueryText, Key::Query]);
            detail(event, words::QUERY, query);
        }
        _ => {}
    }
    if event.stream == Stream::Other {
        detail(event, words::NAME, fields.text(Key::ItemName));
    }
}
