//! Row-level facts of a source that coverage needs.

use demarche_core::event::event::Event;
use demarche_core::event::kind::Kind;
use demarche_core::event::words;
use demarche_core::vocab::moment::Moment;

use crate::intake::source::Source;

/// Search sessions told apart in one source, at most.
const SEARCHES_MAX: usize = 10_000;

/// A record without a time reads as the epoch, which no log of ours reaches back to.
fn note_time(source: &mut Source, at: Moment) {
    if at.micros == 0 {
        return;
    }
    if source.first.is_none_or(|first| at < first) {
        source.first = Some(at);
    }
    if source.last.is_none_or(|last| at > last) {
        source.last = Some(at);
    }
}

/// Notes what one event tells about its source.
pub(crate) fn note(source: &mut Source, event: &Event<'_>) {
    source.events += 1;
    if !matches!(event.kind, Kind::CollectorNote | Kind::Standing) {
        note_time(source, event.at);
        source.operations.note(&event.operation);
        if !source.accounts.more {
            source.accounts.note(&event.actor.key());
        }
    }
    let session = event.detail(words::RESULT_SESSION);
    let stated = event.detail(words::RESULT_COUNT);
    if stated.is_empty() {
        return;
    }
    let known = source.searches.contains_key(session);
    if !known && source.searches.len() == SEARCHES_MAX {
        return;
    }
    let search = source.searches.entry(session.to_owned()).or_default();
    search.rows += 1;
    if let Ok(stated) = stated.trim().parse() {
        search.stated = search.stated.max(stated);
    }
}
