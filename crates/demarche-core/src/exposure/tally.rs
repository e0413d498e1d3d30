//! Distinct items and containers per session: the arithmetic of semantics §6.2.

use std::collections::BTreeMap;

use crate::event::item::{Item, ItemKind};
use crate::exposure::exposure::{Caveat, Exposure, Reached};
use crate::exposure::stores::{StoreKey, Stores};
use crate::vocab::grade::{Grade, Tie};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// What makes an item one item: the most telling id it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemKey {
    /// A message id without its brackets, a file id, a row key: case matters.
    Telling(String),
    /// An id that survives moves.
    Immutable(String),
    /// The store's own id.
    Native(String),
    /// A number that means something within its container only (uid: RFC 9051 §2.3.1.1).
    Numbered(String, String),
    /// A container, or a whole store where the text is empty; with why it is presumed.
    Container(String, &'static str),
}

/// One row before it is settled.
#[derive(Clone, Debug)]
struct Row {
    exposure: Exposure,
    immutable: String,
}

/// What one record says of one item or container.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// The session's place among the listed.
    pub session: usize,
    /// The store.
    pub store: StoreKey,
    /// What makes it one.
    pub key: ItemKey,
    /// An id that survives moves, where it has one beside its key.
    pub immutable: String,
    /// The row as this record alone would have it.
    pub exposure: Exposure,
}

/// Rows by session, store, kind and item.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    rows: BTreeMap<(usize, StoreKey, Reached, ItemKey), Row>,
}

impl Tally {
    /// Adds a sighting to what is known of its item.
    pub fn add(&mut self, sighting: Sighting) {
        let reached = sighting.exposure.reached;
        let key = (sighting.session, sighting.store, reached, sighting.key);
        let row = Row {
            exposure: sighting.exposure,
            immutable: sighting.immutable,
        };
        match self.rows.get_mut(&key) {
            Some(known) => known.unite(row),
            None => {
                self.rows.insert(key, row);
            }
        }
    }

    /// The rows once all is seen, in order of session, store, container and item.
    pub fn settle(self, stores: &Stores) -> Vec<Exposure> {
        let aliases = self.aliases(stores);
        let mut settled: BTreeMap<(usize, StoreKey, Reached, ItemKey), Row> = BTreeMap::new();
        for ((session, store, reached, item), mut row) in self.rows {
            let store = stores.settled(&store);
            row.exposure.store = stores.label(&store);
            let item = match aliases.get(&(store.clone(), item.clone())) {
                Some(telling) => ItemKey::Telling(telling.clone()),
                None => item,
            };
            match settled.entry((session, store, reached, item)) {
                std::collections::btree_map::Entry::Occupied(mut known) => {
                    known.get_mut().unite(row)
                }
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(row);
                }
            }
        }
        let mut rows: Vec<Exposure> = settled.into_values().map(|row| row.exposure).collect();
        rows.sort_by(|a, b| order(a).cmp(&order(b)));
        rows
    }

    /// Telling ids of items that other records name by an immutable id only.
    fn aliases(&self, stores: &Stores) -> BTreeMap<(StoreKey, ItemKey), String> {
        let any = self
            .rows
            .keys()
            .any(|(_, _, _, item)| matches!(item, ItemKey::Immutable(_)));
        let mut aliases = BTreeMap::new();
        if !any {
            return aliases;
        }
        for ((_, store, _, item), row) in &self.rows {
            if let (ItemKey::Telling(id), false) = (item, row.immutable.is_empty()) {
                let alias = ItemKey::Immutable(row.immutable.clone());
                aliases.insert((stores.settled(store), alias), id.clone());
            }
        }
        aliases
    }
}

fn order(row: &Exposure) -> (&str, &str, &str, &str, Reached, Grade, &str, Place) {
    (
        &row.session,
        &row.store,
        &row.container,
        &row.item,
        row.reached,
        row.grade,
        &row.why,
        row.place,
    )
}

impl Row {
    /// Unites two sightings of one item: the better grade decides grade, tie and leaf; times
    /// span both; rows are returned again each time, unlisted items are a lower bound.
    fn unite(&mut self, other: Row) {
        let (mine, theirs) = (&self.exposure, &other.exposure);
        let first = mine.first.min(theirs.first);
        let last = mine.last.max(theirs.last);
        let rows = match mine.reached {
            Reached::Rows => mine.rows.saturating_add(theirs.rows),
            _ => mine.rows.max(theirs.rows),
        };
        let joined = mine.rows_joined.saturating_add(theirs.rows_joined);
        let unlisted = mine.items_unlisted.max(theirs.items_unlisted);
        let mut caveats: Vec<Caveat> = mine.caveats.clone();
        if mine.grade == theirs.grade {
            caveats.extend(&theirs.caveats);
            caveats.sort();
            caveats.dedup();
        }
        let rank = |row: &Exposure| (row.grade, row.first, row.place);
        if rank(theirs) < rank(mine) {
            if theirs.grade != mine.grade {
                caveats = theirs.caveats.clone();
            }
            let container = std::mem::take(&mut self.exposure.container);
            self.exposure = other.exposure;
            if self.exposure.container.is_empty() {
                self.exposure.container = container;
            }
        }
        if self.immutable.is_empty() {
            self.immutable = other.immutable;
        }
        let row = &mut self.exposure;
        (row.first, row.last, row.rows) = (first, last, rows);
        (row.items_unlisted, row.caveats, row.rows_joined) = (unlisted, caveats, joined);
    }
}

/// The key of an item a record names; `None` where it has no id at all.
pub fn item_key(item: &Item<'_>) -> Option<(ItemKey, String)> {
    let id = item.id.trim();
    // One statement reads several tables: its rows are told apart by table.
    if item.kind == ItemKind::Rows && !id.is_empty() {
        let key = format!("{}\u{1f}{id}", item.container.trim());
        return Some((ItemKey::Telling(key), id.to_owned()));
    }
    if !id.is_empty() && is_number(id) && !item.container.is_empty() {
        let key = ItemKey::Numbered(item.container.to_string(), id.to_owned());
        return Some((key, id.to_owned()));
    }
    if !id.is_empty() {
        return Some((ItemKey::Telling(bare(id).to_owned()), id.to_owned()));
    }
    let immutable = item.immutable_id.trim();
    if !immutable.is_empty() {
        return Some((
            ItemKey::Immutable(immutable.to_owned()),
            immutable.to_owned(),
        ));
    }
    let native = item.native_id.trim();
    (!native.is_empty()).then(|| (ItemKey::Native(native.to_owned()), native.to_owned()))
}

/// Whether an id is `[uidvalidity/]uid`: a number within its container, and no id beyond it.
pub fn is_number(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/')
}

/// A message id without one pair of angle brackets (semantics §2.1).
fn bare(id: &str) -> &str {
    id.strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .unwrap_or(id)
}

/// A row with nothing in it yet, of one record.
pub fn blank(session: &str, account: &str, tie: Tie, at: Moment, place: Place) -> Exposure {
    Exposure {
        session: session.to_owned(),
        tie,
        account: account.to_owned(),
        store: String::new(),
        container: String::new(),
        item: String::new(),
        reached: Reached::Message,
        rows: 1,
        rows_joined: 0,
        grade: Grade::Presumed,
        why: String::new(),
        items_unlisted: 0,
        caveats: Vec::new(),
        first: at,
        last: at,
        place,
    }
}
