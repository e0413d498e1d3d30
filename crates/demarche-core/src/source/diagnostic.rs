//! Records inside diagnostic envelopes, handed to the readers of their logs.

use crate::event::sink::Sink;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value};
use crate::source::Fate;
use crate::source::directory_audit;
use crate::source::envelope::{Envelope, text};
use crate::source::row::{Row, Slot};
use crate::source::sign_in::{read, stream};

/// Reads a sign-in inside an envelope.
pub fn read_sign_in(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (envelope, row, fault) = opened(record);
    let around = read::Around {
        stream: stream::of_category(&text(envelope.category)),
        tenant: text(envelope.tenant),
        code: text(envelope.result),
        address: text(envelope.address),
        time: text(envelope.time),
    };
    read::emit(record, &row, &around, fault, sink)
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
    let around = directory_audit::read::Around {
        operation: text(envelope.operation),
        tenant: text(envelope.tenant),
        address: text(envelope.address),
        time: text(envelope.time),
    };
    directory_audit::read::emit(record, &row, &around, fault, sink)
}
