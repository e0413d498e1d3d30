//! Records inside diagnostic envelopes, handed to the readers of their logs.

use crate::event::event::Event;
use crate::event::kind::Kind;
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value};
use crate::source::envelope::{self, Envelope, text};
use crate::source::row::{Row, Slot};
use crate::source::sign_in::read;
use crate::source::{
    Fate, Form, alert, api_activity, directory_audit, moments, reject, resource_activity,
};
use crate::vocab::card::{Card, Stream};

/// Reads a sign-in inside an envelope.
pub fn read_sign_in(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (envelope, row, fault) = opened(record);
    read::emit(record, &row, &envelope.around(), fault, sink)
}

/// An envelope, the row inside it, and the fault of the whole where it has one.
///
/// Of a record cut short inside its properties, those before the cut are in the row.
pub fn opened<'a, S: Slot>(
    record: &Delivered<'a>,
) -> (Envelope<'a>, Row<'a, S>, Option<Malformed>) {
    let envelope = Envelope::of(record.text);
    let whole = Value::of(record.text).members(|_, _| ()).err();
    let inside = match (envelope.properties, &whole) {
        (Some(properties), _) => properties,
        (None, Some(_)) => rest_of_properties(record.text),
        (None, None) => Value::of("{}"),
    };
    let (row, fault) = Row::of_object(inside);
    (envelope, row, whole.or(fault))
}

/// What stands behind the key of the properties, however it ends.
fn rest_of_properties(text: &str) -> Value<'_> {
    let rest = text
        .split_once("\"properties\"")
        .map_or("{}", |(_, rest)| rest);
    Value::of(rest.trim_start().strip_prefix(':').unwrap_or("{}"))
}

/// Reads a record of the directory's audit log inside an envelope.
pub fn read_directory_audit(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (envelope, row, fault) = opened(record);
    directory_audit::read::emit(record, &row, &envelope.around(), fault, sink)
}

/// Reads a request to the common interface inside an envelope.
pub fn read_api_activity(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (envelope, row, fault) = opened(record);
    api_activity::read::emit(record, &row, &envelope.around(), fault, sink)
}

/// Reads an alert or a change of risk inside an envelope.
pub fn read_alert(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (envelope, row, fault) = opened(record);
    alert::read::emit(record, &row, &envelope.around(), fault, sink)
}

/// Reads a record of the activity log, whose envelope is the record.
pub fn read_resource_activity(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    resource_activity::read::read(record, sink)
}

/// Reads the envelope of a log that has no reader: kept by its operation's name.
///
/// # Gaps
/// Of the record inside, nothing is read.
pub fn read_other(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let envelope = Envelope::of(record.text);
    let time = text(envelope.time);
    let operation = text(envelope.operation);
    let facts = [("time", time.as_ref()), ("operation", operation.as_ref())];
    if let Err(fault) = Value::of(record.text).members(|_, _| ()) {
        sink.problem(reject::broken(record, &fault, &facts));
        return Fate::Rejected;
    }
    let Some(at) = moments::parse(&time) else {
        sink.problem(reject::lacking(record, "the time of the record", &facts));
        return Fate::Rejected;
    };
    let mut event = Event {
        place: record.place,
        at,
        stream: Stream::Other,
        kind: Kind::Other,
        operation,
        address: text(envelope.address),
        object: text(envelope.category),
        ..Event::default()
    };
    event.ties.correlation = text(envelope.correlation);
    read::put_detail(&mut event, words::ORGANISATION, text(envelope.tenant));
    sink.event(&event);
    Fate::Read
}

/// Lines and records of diagnostic settings of which no other source speaks.
pub const OTHER: Form = Form {
    name: "diagnostic/other",
    card: &CARD,
    lossy: true,
    fits: |text, _| envelope::category(text).is_some(),
    read: read_other,
};

/// What such logs say of themselves: next to nothing.
pub const CARD: Card = Card {
    name: "diagnostic",
    title: "Other diagnostic logs",
    spec: "Azure Monitor resource log schema",
    streams: &[Stream::Other],
    delay_minutes_max: 3 * 24 * 60,
    retention: &[],
    row_caps: &[],
    export: "the storage account or event hub of the diagnostic setting",
    realm: "microsoft-365",
    needed_for: "",
    cannot_tell: &["Records are counted and kept by name; their content is not read."],
    splits: false,
    relays: &[],
};
