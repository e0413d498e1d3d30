//! What was accessed: totals per verdict and grade, never added together.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::entered::{Certain, PresumedRow, SessionExposure, SessionRow};
use crate::brief::phrase::{count, list};
use crate::exposure::exposure::{Caveat, Exposure, Reached};
use crate::exposure::tally::is_number;
use crate::vocab::grade::{Grade, Verdict};

/// Totals of one verdict (design.md, contract, `totals`).
///
/// # Shape
/// Distinct (store, item) over all sessions of the verdict. An item that is certain in one
/// session and presumed in another counts as certain only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Which sessions.
    pub verdict: Verdict,
    /// How many of them.
    pub n_sessions: u64,
    /// Accounts that acted in them.
    pub n_accounts: u64,
    /// What records name.
    pub certain: Counts,
    /// What records name under a tie or source that caps the grade.
    pub presumed: Counts,
    /// Containers presumed as a whole, distinct.
    pub presumed_containers: u64,
    /// Stores presumed as a whole for a time, distinct.
    pub presumed_stores: u64,
    /// Rules and forwarding that copied mail, whose copies are presumed (K8).
    pub copying_rules: u64,
    /// Items counted by records and not named (K9), at least.
    pub counted_unlisted: u64,
    /// Sessions over which gaps lie.
    pub n_sessions_unknowable: u64,
    /// Stores reached, distinct, in order.
    pub stores: Vec<String>,
}

/// Distinct items by what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages.
    pub messages: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files.
    pub files: u64,
    /// Rows returned, not distinct people.
    pub rows: u64,
}

impl Counts {
    fn add(&mut self, reached: Reached, n: u64) {
        let sum = match reached {
            Reached::Message => &mut self.messages,
            Reached::Attachment => &mut self.attachments,
            Reached::File => &mut self.files,
            Reached::Rows => &mut self.rows,
            Reached::Container => return,
        };
        *sum = sum.saturating_add(n);
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Counts::default()
    }

    /// What there is, in words: `24 messages and 1 file`.
    pub fn words(&self) -> String {
        let parts = self.parts();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.is_empty() {
            true => "no items".to_owned(),
            false => list(&parts),
        }
    }

    /// What there is, each kind in words.
    pub fn parts(&self) -> Vec<String> {
        let parts = [
            (self.messages, "message", "messages"),
            (self.attachments, "attachment", "attachments"),
            (self.files, "file", "files"),
            (self.rows, "row", "rows"),
        ];
        parts
            .iter()
            .filter(|(n, _, _)| *n > 0)
            .map(|(n, one, many)| count(*n, one, many))
            .collect()
    }
}

/// What was reached in each session, by its id.
pub fn by_session(
    exposures: &[Exposure],
    unknowable: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, SessionExposure> {
    let mut sessions: BTreeMap<String, SessionExposure> = BTreeMap::new();
    for (session, gaps) in unknowable {
        let gaps = gaps.clone();
        sessions.entry(session.clone()).or_default().unknowable = gaps;
    }
    let mut named: BTreeMap<(&str, &str, &str, &str), PresumedRow> = BTreeMap::new();
    for row in exposures {
        let session = sessions.entry(row.session.clone()).or_default();
        if row.grade == Grade::Certain {
            certain(&mut session.certain, row);
            continue;
        }
        if row.reached == Reached::Container {
            session.presumed.push(presumed(row));
            continue;
        }
        let key = (&*row.session, &*row.store, &*row.container, &*row.why);
        let sum = named.entry(key).or_insert_with(|| PresumedRow {
            items: Some(0),
            ..presumed(row)
        });
        sum.from = sum.from.min(row.first);
        sum.to = sum.to.max(row.last);
        sum.items = sum.items.map(|n| n + 1);
    }
    for ((session, ..), row) in named {
        if let Some(session) = sessions.get_mut(session) {
            session.presumed.push(row);
        }
    }
    for session in sessions.values_mut() {
        session.presumed.sort_by(|a, b| {
            let key = |row: &PresumedRow| (row.store.clone(), row.container.clone(), row.from);
            key(a).cmp(&key(b)).then_with(|| a.why.cmp(&b.why))
        });
    }
    sessions
}

fn certain(sum: &mut Certain, row: &Exposure) {
    match row.reached {
        Reached::Message => sum.messages += 1,
        Reached::Attachment => sum.attachments += 1,
        Reached::File => sum.files += 1,
        Reached::Rows => sum.rows = sum.rows.saturating_add(row.rows_alone()),
        Reached::Container => {}
    }
}

fn presumed(row: &Exposure) -> PresumedRow {
    PresumedRow {
        store: row.store.clone(),
        container: row.container.clone(),
        from: row.first,
        to: row.last,
        items: (row.items_unlisted > 0).then_some(row.items_unlisted),
        why: row.why.clone(),
    }
}

/// Mail copied by a rule: presumed, of no single container.
const COPIED: Caveat = Caveat(8);

/// Totals of the sessions of one verdict.
///
/// Distinct (store, item): an item that two sessions reached counts once, and one that any of
/// them reached for certain counts as certain only.
pub fn totals(verdict: Verdict, sessions: &[SessionRow], exposures: &[Exposure]) -> Totals {
    let of_verdict: BTreeSet<&str> = sessions
        .iter()
        .filter(|row| row.verdict == verdict)
        .map(|row| row.id.as_str())
        .collect();
    let accounts: BTreeSet<&str> = sessions
        .iter()
        .filter(|row| row.verdict == verdict)
        .map(|row| row.account.as_str())
        .collect();
    let rows = || {
        exposures
            .iter()
            .filter(|row| of_verdict.contains(&*row.session))
    };
    let (mut certain, mut presumed) = (Counts::default(), Counts::default());
    let mut items: BTreeMap<(&str, Reached, &str, &str), Grade> = BTreeMap::new();
    let mut containers: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut stores: BTreeSet<&str> = BTreeSet::new();
    let mut copying_rules = 0;
    for row in rows() {
        if row.caveats.contains(&COPIED) {
            copying_rules += 1;
            continue;
        }
        stores.insert(&row.store);
        match (row.reached, row.grade) {
            (Reached::Container, _) => {
                let unlisted = containers.entry((&row.store, &row.container)).or_default();
                *unlisted = (*unlisted).max(row.items_unlisted);
            }
            // Rows returned again are returned again: they are not distinct people.
            (Reached::Rows, Grade::Certain) => certain.add(row.reached, row.rows_alone()),
            (Reached::Rows, _) => presumed.add(row.reached, row.rows_alone()),
            (reached, grade) => {
                let key = (row.store.as_str(), reached, within(row), bare(&row.item));
                let known = items.entry(key).or_insert(grade);
                *known = grade.min(*known);
            }
        }
    }
    for ((_, reached, _, _), grade) in &items {
        match grade {
            Grade::Certain => certain.add(*reached, 1),
            _ => presumed.add(*reached, 1),
        }
    }
    let whole = |container: &str| container.is_empty();
    let n_unknowable = sessions
        .iter()
        .filter(|row| row.verdict == verdict && !row.exposure.unknowable.is_empty());
    Totals {
        verdict,
        n_sessions: of_verdict.len() as u64,
        n_accounts: accounts.len() as u64,
        certain,
        presumed,
        presumed_containers: containers.keys().filter(|(_, c)| !whole(c)).count() as u64,
        presumed_stores: containers.keys().filter(|(_, c)| whole(c)).count() as u64,
        copying_rules,
        counted_unlisted: containers.values().sum(),
        n_sessions_unknowable: n_unknowable.count() as u64,
        stores: stores.into_iter().map(str::to_owned).collect(),
    }
}

/// The container that an item's number means something in; empty for ids that need none.
fn within(row: &Exposure) -> &str {
    if is_number(&row.item) {
        &row.container
    } else {
        ""
    }
}

/// A message id without its brackets, so that copies written with and without them are one.
fn bare(item: &str) -> &str {
    item.strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exposure::tally::blank;
    use crate::vocab::grade::Tie;
    use crate::vocab::moment::Moment;
    use crate::vocab::place::Place;

    fn row(session: &str, store: &str, item: &str, grade: Grade) -> Exposure {
        let mut row = blank(
            session,
            "ana",
            Tie::Session,
            Moment::default(),
            Place::default(),
        );
        (row.store, row.item, row.grade) = (store.to_owned(), item.to_owned(), grade);
        row
    }

    fn counted(rows: &[Exposure]) -> (Counts, Counts) {
        let sessions: Vec<SessionRow> = ["S-1", "S-2"].map(listed).to_vec();
        let totals = totals(Verdict::Hostile, &sessions, rows);
        (totals.certain, totals.presumed)
    }

    fn listed(id: &str) -> SessionRow {
        SessionRow {
            id: id.to_owned(),
            account: "ana".to_owned(),
            protected: false,
            verdict: Verdict::Hostile,
            row: 2,
            basis: "rule".to_owned(),
            reason: String::new(),
            tie: Tie::Session,
            first: Moment::default(),
            last: Moment::default(),
            n_events: 1,
            kinds: Vec::new(),
            addresses: Vec::new(),
            relayed: false,
            clients: Vec::new(),
            applications: Vec::new(),
            countries: Vec::new(),
            stores: Vec::new(),
            token_ids: Vec::new(),
            session_ids: Vec::new(),
            unlisted: 0,
            shared: false,
            findings: Vec::new(),
            exposure: SessionExposure::default(),
            first_place: Place::default(),
        }
    }

    fn messages(messages: u64) -> Counts {
        Counts {
            messages,
            ..Counts::default()
        }
    }

    #[test]
    fn an_item_of_two_sessions_counts_once_and_certain_wins() {
        let rows = [
            row("S-1", "a", "<m1>", Grade::Certain),
            row("S-2", "a", "<m1>", Grade::Certain),
            row("S-1", "b", "<m1>", Grade::Certain),
            row("S-1", "a", "<m2>", Grade::Presumed),
            row("S-2", "a", "m2", Grade::Certain),
            row("S-2", "a", "<m3>", Grade::Presumed),
        ];
        assert_eq!(counted(&rows), (messages(3), messages(1)));
        let backwards: Vec<Exposure> = rows.iter().rev().cloned().collect();
        assert_eq!(counted(&backwards), (messages(3), messages(1)));
    }

    #[test]
    fn rows_returned_twice_are_returned_twice() {
        let mut one = row("S-1", "db", "select", Grade::Certain);
        (one.reached, one.rows) = (Reached::Rows, 40);
        let mut two = one.clone();
        two.session = "S-2".to_owned();
        let mut three = one.clone();
        (three.grade, three.rows) = (Grade::Presumed, 5);
        let (certain, presumed) = counted(&[three, one, two]);
        assert_eq!((certain.rows, presumed.rows), (80, 5));
    }

    #[test]
    fn items_of_another_verdict_are_not_counted() {
        let rows = [row("S-9", "a", "<m1>", Grade::Certain)];
        assert_eq!(counted(&rows), (messages(0), messages(0)));
    }
}
