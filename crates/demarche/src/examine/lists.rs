//! The lists a judgement is handed: from the sources' own data, as values.

use demarche_core::source::{cards, known};
use demarche_core::tenant::lists::{Lists, Toolkit};
use demarche_core::vocab::address::Block;

/// The lists of this version.
pub fn lists() -> Lists {
    let owned = |texts: &[&str]| texts.iter().map(|text| text.to_lowercase()).collect();
    let mut relays: Vec<Block> = cards()
        .iter()
        .flat_map(|card| card.relays)
        .filter_map(|text| Block::parse(text))
        .collect();
    relays.sort_unstable();
    relays.dedup();
    Lists {
        version: known::VERSION.to_owned(),
        relays,
        anonymisers: Vec::new(),
        publishers: owned(known::PUBLISHERS),
        toolkits: known::TOOLKITS
            .iter()
            .map(|(name, scopes)| Toolkit {
                name: (*name).to_owned(),
                scopes: owned(scopes),
            })
            .collect(),
        content_scopes: owned(known::CONTENT_SCOPES),
        plain_scopes: owned(known::PLAIN_SCOPES),
        own_domains: Vec::new(),
        own_applications: known::OWN_APPLICATIONS
            .iter()
            .map(|(id, _)| (*id).to_owned())
            .collect(),
        ..Lists::default()
    }
}
