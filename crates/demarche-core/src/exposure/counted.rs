//! What connections count of themselves, beside what their records name.

use std::collections::BTreeMap;

use crate::event::event::Event;
use crate::event::kind::Kind;
use crate::exposure::exposure::{Caveat, Exposure, Reached};
use crate::exposure::stores::StoreKey;
use crate::exposure::tally::blank;
use crate::session::session::Session;
use crate::vocab::grade::Tie;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// Sums by connection: a server may count the bodies it handed out and name none of them.
#[derive(Debug, Default)]
pub struct Counted {
    connections: BTreeMap<(usize, String), Connection>,
}

/// One connection of a listed session.
#[derive(Debug, Default)]
struct Connection {
    named: u64,
    counted: u64,
    said: Option<(StoreKey, Tie, Moment, Place)>,
}

/// Whether an event is a connection's own sum: it counts items, and is no access itself.
pub fn is_sum(event: &Event<'_>) -> bool {
    event.kind == Kind::Other && event.items_counted.is_some_and(|n| n > 0)
}

impl Counted {
    /// Notes what a record names in its connection.
    pub fn named(&mut self, session: usize, event: &Event<'_>) {
        if !event.ties.session.is_empty() {
            self.of(session, event).named += event.items.len() as u64;
        }
    }

    /// Notes a connection's own sum.
    pub fn sum(&mut self, session: usize, event: &Event<'_>, store: StoreKey, tie: Tie) {
        let connection = self.of(session, event);
        connection.counted += event.items_counted.unwrap_or(0);
        connection.said = Some((store, tie, event.at, event.place));
    }

    fn of(&mut self, session: usize, event: &Event<'_>) -> &mut Connection {
        let key = (session, event.ties.session.to_string());
        self.connections.entry(key).or_default()
    }

    /// One presumed row for each session and store whose connections count more than is named.
    pub fn rows<'s>(
        &self,
        session_of: impl Fn(usize) -> &'s Session,
    ) -> Vec<(usize, StoreKey, Exposure)> {
        let mut rows: BTreeMap<(usize, StoreKey), Exposure> = BTreeMap::new();
        for ((number, _), connection) in &self.connections {
            let unnamed = connection.counted.saturating_sub(connection.named);
            let Some((store, tie, at, place)) = connection.said.clone().filter(|_| unnamed > 0)
            else {
                continue;
            };
            let row = rows.entry((*number, store)).or_insert_with(|| {
                let session = session_of(*number);
                let mut row = blank(&session.id, &session.account, tie, at, place);
                row.reached = Reached::Container;
                row.caveats = vec![Caveat(9)];
                row.why = "the server counts more bodies than its records name".to_owned();
                row
            });
            row.items_unlisted += unnamed;
            (row.first, row.last) = (row.first.min(at), row.last.max(at));
        }
        let rows = rows.into_iter();
        rows.map(|((number, store), row)| (number, store, row))
            .collect()
    }
}
