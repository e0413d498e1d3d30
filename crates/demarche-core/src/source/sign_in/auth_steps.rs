//! The portal's second file of a sign-in export: one row per step of authentication.

use std::borrow::Cow;

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::source::row::{Row, Slot};
use crate::source::sign_in::read::{canonical, put_detail};
use crate::source::{Fate, moments, reject, token_id};
use crate::vocab::card::Stream;

#[derive(Clone, Copy)]
enum Field {
    Id,
    Time,
    Method,
    Detail,
    Succeeded,
    Result,
    Requirement,
}

impl Slot for Field {
    const COUNT: usize = Field::Requirement as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("authenticationmethod", Field::Method),
        ("authenticationmethoddetail", Field::Detail),
        ("date", Field::Time),
        ("dateutc", Field::Time),
        ("requestid", Field::Id),
        ("requirement", Field::Requirement),
        ("resultdetail", Field::Result),
        ("succeeded", Field::Succeeded),
    ];
}

/// Reads one step of authentication.
///
/// # Shape
/// Out: one event of no account, correlated by the request id to the sign-in that the portal's
/// other file holds. It is no sign-in of its own, and has no id of its own.
pub fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault) = Row::<Field>::of(record);
    let (id, time) = (row.text(Field::Id), row.text(Field::Time));
    let facts = [("record_id", id.as_ref()), ("time", time.as_ref())];
    if let Some(fault) = fault {
        sink.problem(reject::broken(record, &fault, &facts));
        return Fate::Rejected;
    }
    let Some(at) = moments::parse(&time).filter(|_| !id.is_empty()) else {
        sink.problem(reject::lacking(
            record,
            "a request id and the time of the step",
            &facts,
        ));
        return Fate::Rejected;
    };
    let outcome = match row.text(Field::Succeeded).to_ascii_lowercase().as_str() {
        "true" | "yes" => Outcome::Succeeded,
        "false" | "no" => Outcome::Failed,
        _ => Outcome::Unknown,
    };
    let mut event = Event {
        place: record.place,
        at,
        stream: Stream::Other,
        kind: Kind::Other,
        operation: Cow::Borrowed("Authentication step"),
        outcome,
        ..Event::default()
    };
    // Not a tie: a step is no use of a token, and has no account.
    event.ties.correlation = canonical(id, token_id::canonical);
    put_detail(&mut event, words::FACTORS, row.text(Field::Requirement));
    for field in [Field::Method, Field::Detail, Field::Result] {
        put_detail(&mut event, words::FACTOR, row.text(field));
    }
    sink.event(&event);
    Fate::Read
}
