//! The forms in which events of Keycloak are delivered.

use std::borrow::Cow;

use crate::event::sink::Sink;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::{Malformed, Value, ValueKind};
use crate::source::keycloak::card::CARD;
use crate::source::keycloak::event::{self, Fields};
use crate::source::keycloak::pairs;
use crate::source::log_line::stamped;
use crate::source::row::names_of;
use crate::source::{Fate, Form, reject};
use crate::vocab::moment::{Moment, SECOND};

/// Lines of the server's log.
pub const LINES: Form = Form {
    name: "keycloak/lines",
    card: &CARD,
    lossy: false,
    fits: fits_line,
    read: read_line,
};

/// Events as the administration interface gives them.
pub const JSON: Form = Form {
    name: "keycloak/json",
    card: &CARD,
    lossy: false,
    fits: fits_json,
    read: read_json,
};

/// The server's log as JSON: the line of an event is its message.
pub const LOG_JSON: Form = Form {
    name: "keycloak/log-json",
    card: &CARD,
    lossy: false,
    fits: fits_log_json,
    read: read_log_json,
};

/// Where the pairs of an event begin: behind the category, which some shorten.
fn pairs_of(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("[org.key")?;
    let (category, rest) = rest.split_once(']')?;
    if !category.ends_with(".events") {
        return None;
    }
    let at = rest.find("type=")?;
    Some(&rest[at..])
}

fn fits_line(text: &str, header: &Header) -> bool {
    header.columns.is_empty() && pairs_of(text).is_some() && stamped(text).is_some()
}

const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/// Whether a line is the server's and no event: of another category, or of a stack's trace.
pub fn is_other_line(text: &str) -> bool {
    let trace = ["\tat ", "Caused by: ", "\t... ", "\tSuppressed: "];
    if trace.iter().any(|word| text.starts_with(word)) {
        return true;
    }
    let level = |rest: &str| LEVELS.iter().any(|level| rest.starts_with(level));
    pairs_of(text).is_none()
        && stamped(text).is_some_and(|(_, rest)| level(rest) && rest.contains("] "))
}

fn fits_json(text: &str, header: &Header) -> bool {
    const ALL: u32 = 0b1111;
    header.columns.is_empty()
        && text.starts_with('{')
        && names_of(text, header, &["time", "type", "realmid", "ipaddress"]) == ALL
}

fn fits_log_json(text: &str, header: &Header) -> bool {
    header.columns.is_empty()
        && text.starts_with('{')
        && text.contains("org.keycloak.events")
        && names_of(text, header, &["timestamp", "loggername", "message"]) == 0b111
}

fn read_line(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let parts = stamped(record.text).zip(pairs_of(record.text));
    let Some(((stamp, _), pairs)) = parts else {
        sink.problem(reject::lacking(record, "a line of an event", &[]));
        return Fate::Rejected;
    };
    // Without a zone and none assumed, it keeps its place in the file only.
    let at = stamp.moment(&record.header.given.assumed);
    of_pairs(record, pairs, at.unwrap_or_default(), sink)
}

/// Reads pairs; a name that stands twice is crafted by whoever typed a user name or agent.
fn of_pairs(record: &Delivered<'_>, text: &str, at: Moment, sink: &mut dyn Sink) -> Fate {
    let (mut fields, mut again) = (Fields::default(), false);
    pairs::each(text, |name, value| again |= fields.put(name, value));
    if again || fields.kind.is_empty() {
        sink.problem(reject::lacking(
            record,
            "each field of an event once; what a client sent may pretend to be another",
            &[("type", &fields.kind)],
        ));
        return Fate::Rejected;
    }
    let mut event = event::of(fields);
    (event.place, event.at) = (record.place, at);
    sink.event(&event);
    Fate::Read
}

fn read_json(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (mut fields, mut time) = (Fields::default(), None);
    let mut within: Option<Result<(), Malformed>> = None;
    let fault = Value::of(record.text).members(|key, value| match key {
        "time" => time = value.integer(),
        "details" if value.kind() == ValueKind::Object => {
            within = Some(value.members(|key, value| {
                // The event's own fields know better than its details.
                if matches!(
                    key,
                    "username" | "token_id" | "grant_type" | "scope" | "code_id"
                ) {
                    fields.put(key, value.text());
                }
            }));
        }
        key => {
            fields.put(key, value.text());
        }
    });
    if let Err(fault) = fault.and(within.unwrap_or(Ok(()))) {
        sink.problem(reject::broken(record, &fault, &[("type", &fields.kind)]));
        return Fate::Rejected;
    }
    let Some(at) = time.and_then(of_millis) else {
        sink.problem(reject::lacking(
            record,
            "a time in milliseconds",
            &[("type", &fields.kind)],
        ));
        return Fate::Rejected;
    };
    let mut event = event::of(fields);
    (event.place, event.at) = (record.place, at);
    sink.event(&event);
    Fate::Read
}

/// Milliseconds since 1970, within the years that have four digits.
fn of_millis(millis: i64) -> Option<Moment> {
    let micros = millis.checked_mul(SECOND / 1000)?;
    (1..253_402_300_800 * SECOND)
        .contains(&micros)
        .then(|| Moment::from_micros(micros))
}

fn read_log_json(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (mut time, mut message) = (Cow::Borrowed(""), Cow::Borrowed(""));
    let fault = Value::of(record.text).members(|key, value| match key {
        "timestamp" => time = value.text(),
        "message" => message = value.text(),
        _ => {}
    });
    if let Err(fault) = fault {
        sink.problem(reject::broken(record, &fault, &[("time", &time)]));
        return Fate::Rejected;
    }
    let Some((stamp, _)) = stamped(&time) else {
        sink.problem(reject::lacking(record, "a time", &[("time", &time)]));
        return Fate::Rejected;
    };
    let at = stamp.moment(&record.header.given.assumed);
    of_pairs(record, &message, at.unwrap_or_default(), sink)
}
