//! Which store an event entered, joined over names and stable ids.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::{Event, names_somebody};

/// The key of a store as one event gives it: its stable id, else its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StoreKey {
    /// A stable id.
    Id(String),
    /// A name, lower case.
    Name(String),
}

/// Names and ids of stores as they were seen together.
#[derive(Clone, Debug, Default)]
pub struct Stores {
    ids_of_name: BTreeMap<String, BTreeSet<String>>,
    names_of_id: BTreeMap<String, BTreeSet<String>>,
}

impl Stores {
    /// The key of the store an event entered; the actor's own where it names none.
    pub fn learn(&mut self, event: &Event<'_>) -> StoreKey {
        let id = event.store_id.trim().to_lowercase();
        let name = if names_somebody(&event.store.name) {
            event.store.name.trim().to_lowercase()
        } else if id.is_empty() {
            let key = event.store.key();
            if key.is_empty() {
                event.actor.key()
            } else {
                key
            }
        } else {
            String::new()
        };
        if id.is_empty() {
            return StoreKey::Name(name);
        }
        if !name.is_empty() {
            if !self
                .ids_of_name
                .get(&name)
                .is_some_and(|ids| ids.contains(&id))
            {
                let ids = self.ids_of_name.entry(name.clone()).or_default();
                ids.insert(id.clone());
            }
            self.names_of_id.entry(id.clone()).or_default().insert(name);
        }
        StoreKey::Id(id)
    }

    /// The key once all is seen: a name that had one id is that id's.
    pub fn settled(&self, key: &StoreKey) -> StoreKey {
        let StoreKey::Name(name) = key else {
            return key.clone();
        };
        match self.ids_of_name.get(name) {
            Some(ids) if ids.len() == 1 => ids.first().cloned().map_or(key.clone(), StoreKey::Id),
            _ => key.clone(),
        }
    }

    /// What is printed for a store: its name where one was seen, else its id.
    pub fn label(&self, key: &StoreKey) -> String {
        match key {
            StoreKey::Name(name) => name.clone(),
            StoreKey::Id(id) => self
                .names_of_id
                .get(id)
                .and_then(|names| names.first())
                .unwrap_or(id)
                .clone(),
        }
    }
}
