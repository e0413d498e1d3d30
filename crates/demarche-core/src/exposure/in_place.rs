//! What listed sessions put in place, matched with what is on record as removed.

use std::collections::BTreeMap;

use crate::exposure::action::{Action, Open, need_of};
use crate::exposure::removed::{About, Removal, Removed};
use crate::vocab::digest::content_id;
use crate::vocab::moment::Moment;
use crate::vocab::remedy::Need;

/// Something put in place, and its removal where one is on record.
#[derive(Clone, Debug)]
pub struct Put {
    /// What was put in place.
    pub open: Open,
    /// What it is about.
    pub about: About,
    /// When it was removed.
    pub removed: Option<Moment>,
}

/// Gathers acts that put something in place: several records of one thing are one.
#[derive(Clone, Debug, Default)]
pub struct InPlace {
    puts: BTreeMap<(String, Need, About), Put>,
}

impl InPlace {
    /// Adds an act that was done; one that failed put nothing in place.
    pub fn add(&mut self, action: &Action, about: About) {
        let Some(need) = need_of(action.kind).filter(|_| action.is_done()) else {
            return;
        };
        let key = (action.session.clone(), need, about.clone());
        let put = Put {
            open: open(action, need),
            about,
            removed: None,
        };
        match self.puts.get_mut(&key) {
            Some(known) => {
                if (put.open.since, put.open.place) < (known.open.since, known.open.place) {
                    let facts = std::mem::take(&mut known.open.facts);
                    known.open = put.open;
                    unite(&mut known.open.facts, facts);
                } else {
                    unite(&mut known.open.facts, put.open.facts);
                }
            }
            None => {
                self.puts.insert(key, put);
            }
        }
    }

    /// Everything put in place, each with its removal where one is on record, in order of need,
    /// time and record.
    pub fn settle(self, removed: &Removed) -> Vec<Put> {
        let mut puts: Vec<Put> = self.puts.into_values().collect();
        for put in &mut puts {
            let removal: Option<&Removal> =
                removed.closing(put.open.need, &put.about, put.open.since);
            put.removed = removal.map(|removal| removal.at);
        }
        puts.sort_by_key(|put| (put.open.need.rank(), put.open.since, put.open.place));
        puts
    }
}

fn unite(facts: &mut Vec<String>, more: Vec<String>) {
    for fact in more {
        if !facts.contains(&fact) {
            facts.push(fact);
        }
    }
}

fn open(action: &Action, need: Need) -> Open {
    let at = action.at.to_string();
    let parts = [
        action.session.as_str(),
        need.word(),
        &action.object,
        &action.store,
        &action.operation,
        &at,
    ];
    Open {
        id: content_id('O', &parts),
        session: action.session.clone(),
        verdict: action.verdict,
        need,
        kind: action.kind,
        operation: action.operation.clone(),
        account: action.account.clone(),
        store: action.store.clone(),
        object: action.object.clone(),
        facts: action.facts.clone(),
        since: action.at,
        place: action.place,
    }
}
