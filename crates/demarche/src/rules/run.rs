//! Runs public rules and lists of addresses beside the reading of records.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use demarche_core::event::event::Event;
use demarche_core::record::delivered::Delivered;
use demarche_core::source::Form;
use demarche_core::tenant::lists::{Lists, Rule};
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;
use demarche_store::intake::source::Source;
use demarche_store::intake::watch::{Sighting, Watch};

use crate::addresses::AddressLists;
use crate::rules::RuleFile;
use crate::rules::engine::Engine;

/// Records kept of one rule, at most: the first ones.
const HITS_MOST: u64 = 10_000;
/// Bytes of records kept for correlations, at most.
const TEXT_BYTES_MOST: usize = 256 << 20;

/// What was seen while records were read, in their order.
#[derive(Debug, Default)]
pub struct Seen {
    /// Records by rule.
    pub counts: BTreeMap<u32, u64>,
    /// Rules by record.
    pub hits: BTreeMap<Place, Vec<u32>>,
    /// Records that correlations look at, in order of time.
    pub kept: Vec<Sighting>,
    bytes: usize,
    /// Records that correlations did not get, for lack of room.
    pub n_unkept: u64,
}

impl Seen {
    /// Takes in what one record showed.
    fn add(&mut self, sighting: Sighting) {
        for number in &sighting.numbers {
            let count = self.counts.entry(*number).or_default();
            *count += 1;
            if *count <= HITS_MOST {
                self.hits.entry(sighting.place).or_default().push(*number);
            }
        }
        let Some(text) = &sighting.text else { return };
        if self.bytes + text.len() > TEXT_BYTES_MOST {
            self.n_unkept += 1;
            return;
        }
        self.bytes += text.len();
        self.kept.push(sighting);
    }
}

/// What came of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The rule, with its counts.
    pub rule: Rule,
    /// What it is about, in its own words.
    pub about: String,
    /// `fired`, `common`, `silent` or `cannot_fire`.
    pub state: &'static str,
    /// Why, in words; empty where the state says all.
    pub why: String,
}

/// What came of all rules.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Rules in order of their numbers.
    pub rules: Vec<Told>,
    /// Rules by record.
    pub hits: BTreeMap<Place, Vec<u32>>,
    /// Documents that are no rules, with why.
    pub refused: Vec<(String, String)>,
    /// Records that correlations did not get, for lack of room.
    pub n_unkept: u64,
}

impl Ran {
    /// Hands the rules and their hits to the judgement.
    pub fn tell(&self, lists: &mut Lists) {
        lists.rules = self.rules.iter().map(|told| told.rule.clone()).collect();
        lists.hits.clone_from(&self.hits);
    }
}

/// Looks on while records are read.
#[derive(Debug)]
pub struct Lookout {
    engine: Option<Engine>,
    addresses: AddressLists,
    seen: Mutex<Seen>,
}

impl Lookout {
    /// Somebody who looks on; `None` where there is nothing to look for.
    pub fn of(rules: &[RuleFile], addresses: &AddressLists) -> Option<Arc<Lookout>> {
        let engine = (!rules.is_empty()).then(|| Engine::new(rules));
        if engine.is_none() && addresses.databases.is_empty() {
            return None;
        }
        Some(Arc::new(Lookout {
            engine,
            addresses: addresses.clone(),
            seen: Mutex::default(),
        }))
    }

    /// What came of the rules, once every record was read.
    pub fn close(self, sources: &[Source]) -> Option<Ran> {
        let seen = self.seen.into_inner();
        let mut seen = seen.unwrap_or_else(PoisonError::into_inner);
        seen.kept
            .sort_by_key(|sighting| (sighting.at, sighting.place));
        let records_of = |cards: &[&str]| -> u64 {
            let of = |source: &&Source| source.card.is_some_and(|card| cards.contains(&card.name));
            sources.iter().filter(of).map(|source| source.records).sum()
        };
        Some(self.engine?.close(seen, &records_of))
    }
}

impl Watch for Lookout {
    fn enrich(&self, event: &mut Event<'_>) {
        let missing = event.network_number == 0 || event.country.is_empty();
        if !missing || self.addresses.databases.is_empty() {
            return;
        }
        let Some(host) = host_of(&event.address) else {
            return;
        };
        let known = self.addresses.look_up(host);
        if event.network_number == 0 {
            event.network_number = known.number;
        }
        if event.country.is_empty() {
            event.country = known.country.into();
        }
    }

    fn see(&self, form: &Form, record: &Delivered<'_>, at: Moment) -> Option<Sighting> {
        self.engine.as_ref()?.see(form, record, at)
    }

    fn keep(&self, sightings: Vec<Sighting>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        sightings.into_iter().for_each(|one| seen.add(one));
    }
}

fn host_of(text: &str) -> Option<IpAddr> {
    demarche_core::vocab::address::Address::parse(text).map(|address| address.host)
}
