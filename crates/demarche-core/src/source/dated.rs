//! Hands over the event of a record that must have a time.

use crate::event::event::{Event, Text};
use crate::event::sink::Sink;
use crate::record::delivered::Delivered;
use crate::record::json::Malformed;
use crate::source::{Fate, moments, reject};

/// What a reader found of a record beside its event.
pub struct Found<'t, 'a> {
    /// Where the record ends or breaks.
    pub fault: Option<Malformed>,
    /// Its time as delivered; the container's is taken where it is none.
    pub time: &'t Text<'a>,
    /// The time of its container; empty where that has none.
    pub time_around: &'t Text<'a>,
    /// What it is, after "the time of".
    pub is: &'static str,
    /// What it lacks beside a time, of what every record of its kind has.
    pub lacks: Option<&'static str>,
    /// Whether what is left of a record at fault is worth an event.
    pub is_worth: bool,
}

/// Hands over the event of a record, at its time; rejects a record at fault, and says what of it
/// could be read.
pub fn hand_over<'a>(
    record: &Delivered<'a>,
    mut event: Event<'a>,
    found: Found<'_, 'a>,
    sink: &mut dyn Sink,
) -> Fate {
    let at = moments::parse(found.time).or_else(|| moments::parse(found.time_around));
    let account = match event.actor.name.as_ref() {
        "" => event.actor.object.as_ref(),
        name => name,
    };
    let facts = [
        ("record_id", event.record_id.as_ref()),
        ("time", found.time.as_ref()),
        ("operation", event.operation.as_ref()),
        ("account", account),
    ];
    let problem = match (&found.fault, at, found.lacks) {
        (Some(fault), _, _) => reject::broken(record, fault, &facts),
        (None, None, _) => {
            let lacks = format!("the time of {}", found.is);
            reject::lacking(record, &lacks, &facts)
        }
        (None, Some(_), Some(lacks)) => reject::lacking(record, lacks, &facts),
        (None, Some(at), None) => {
            event.at = at;
            sink.event(&event);
            return Fate::Read;
        }
    };
    sink.problem(problem);
    if let Some(at) = at.filter(|_| found.is_worth) {
        event.at = at;
        event.marks.salvaged = true;
        sink.event(&event);
    }
    Fate::Rejected
}
