//! One line of the timeline: an event of a listed session, told in one line.

use crate::event::event::Event;
use crate::event::kind::Kind;
use crate::event::words;
use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One row of `timeline.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineRow {
    /// When.
    pub at: Moment,
    /// What the time means: the word of the event's kind.
    pub described: &'static str,
    /// What happened, in one line.
    pub message: String,
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What tied the record to the session.
    pub tie: Tie,
    /// Who acted.
    pub account: String,
    /// The store.
    pub store: String,
    /// The address as delivered.
    pub address: String,
    /// The client.
    pub client: String,
    /// The operation's name as delivered.
    pub operation: String,
    /// What came of it.
    pub outcome: &'static str,
    /// The record.
    pub place: Place,
}

/// The longest message of a row, in characters.
const MESSAGE_MOST: usize = 400;

impl TimelineRow {
    /// The row of an event.
    pub fn of(event: &Event<'_>, session: &str, verdict: Verdict, tie: Tie) -> TimelineRow {
        let client = [&event.client.program, &event.client.agent]
            .into_iter()
            .filter(|text| !text.is_empty())
            .map(|text| text.as_ref())
            .collect::<Vec<&str>>()
            .join(" ");
        TimelineRow {
            at: event.at,
            described: event.kind.word(),
            message: message(event),
            session: session.to_owned(),
            verdict,
            tie,
            account: event.actor.key(),
            store: event.store.key(),
            address: event.address.to_string(),
            client,
            operation: event.operation.to_string(),
            outcome: event.outcome.word(),
            place: event.place,
        }
    }
}

/// What happened, in one line: the operation, what it was done to, what came of it.
fn message(event: &Event<'_>) -> String {
    let mut parts = vec![event.operation.to_string()];
    let named = [
        event.object.as_ref(),
        event.detail(words::NAME),
        event.detail(words::SUBJECT),
    ];
    if let Some(object) = named.into_iter().find(|text| !text.is_empty()) {
        parts.push(object.to_owned());
    }
    if !event.items.is_empty() {
        let n = event
            .items_counted
            .unwrap_or(0)
            .max(event.items.len() as u64);
        let containers: std::collections::BTreeSet<&str> = event
            .items
            .iter()
            .map(|item| item.container.as_ref())
            .filter(|container| !container.is_empty())
            .collect();
        let places: Vec<&str> = containers.into_iter().take(4).collect();
        let noun = match (event.kind, n) {
            (Kind::FolderSynced, _) => "synchronised".to_owned(),
            (_, 1) => "1 item".to_owned(),
            (_, n) => format!("{n} items"),
        };
        parts.push(match places.is_empty() {
            true => noun,
            false => format!("{noun} in {}", places.join(", ")),
        });
    }
    if !event.error.is_empty() {
        parts.push(format!("error {}", event.error));
    }
    let message: String = parts.join("; ");
    match message.char_indices().nth(MESSAGE_MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    }
}
