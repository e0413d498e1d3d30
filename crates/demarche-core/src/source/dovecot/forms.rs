//! The forms in which the log of Dovecot is delivered.

use crate::event::sink::Sink;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::Value;
use crate::source::dovecot::card::CARD;
use crate::source::dovecot::line::{self, Line};
use crate::source::dovecot::{events, login};
use crate::source::row::names_of;
use crate::source::{Fate, Form};

/// Lines, its own or the system log's, with events as JSON among them.
pub const LINES: Form = Form {
    name: "dovecot/lines",
    card: &CARD,
    lossy: false,
    fits: fits_line,
    read: read_line,
};

/// Events alone, a JSON object a line.
pub const JSON: Form = Form {
    name: "dovecot/json",
    card: &CARD,
    lossy: false,
    fits: fits_json,
    read: read_json,
};

fn fits_line(text: &str, header: &Header) -> bool {
    header.columns.is_empty() && line::of(text).is_some()
}

fn fits_json(text: &str, header: &Header) -> bool {
    const ALL: u32 = 0b111;
    header.columns.is_empty()
        && text.starts_with('{')
        && names_of(text, header, &["event", "categories", "fields"]) == ALL
}

fn read_line(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let Some(line) = line::of(record.text) else {
        sink.problem(crate::source::reject::lacking(
            record,
            "a line of the log",
            &[],
        ));
        return Fate::Rejected;
    };
    if line.process == "stats" && line.message.starts_with('{') {
        return events::read(record, Value::of(line.message), Some(&line), sink);
    }
    login::read(record, &line, sink)
}

fn read_json(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    events::read(record, Value::of(record.text), None::<&Line<'_>>, sink)
}
