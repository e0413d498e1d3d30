//! Which records and entries a pack is made of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarche_core::vocab::place::SourceNumber;
use demarche_evidence::entry::SealedSource;
use demarche_evidence::opening::Opening;
use demarche_store::intake::source::Source;
use serde_json::Value;

use crate::disclose::Wish;
use crate::error::{Error, OnFile, Result};
use crate::evidence::entries::kind;
use crate::evidence::kept::{Keeper, Leaves};
use crate::evidence::layout::{Evidence, read_if_there};
use crate::evidence::told::{ASSERTIONS, Standing, Told};

/// A claim or finding that is disclosed.
#[derive(Clone, Debug, PartialEq)]
pub struct Asserted {
    /// Its entries, one a part.
    pub entries: Vec<u64>,
    /// What it says; null where it stays concealed.
    pub said: Value,
    /// How many records it cites.
    pub n_cites: usize,
}

/// What a pack is made of.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    /// Claims and findings.
    pub asserted: Vec<Asserted>,
    /// Entries of the log that must be in the pack.
    pub entries: BTreeSet<u64>,
    /// Records, by source and leaf.
    pub leaves: BTreeSet<(String, u64)>,
}

impl Chosen {
    /// Finds claims and records that were asked for.
    ///
    /// # Errors
    /// A claim that does not stand, a record that is not there.
    pub fn of(told: &Told, wish: &Wish) -> Result<Chosen> {
        let mut chosen = Chosen::default();
        let standing = standing(told);
        for name in &wish.claims {
            let found = standing.iter().find(|(id, _)| id == name);
            let by_number = || name.parse::<usize>().ok()?.checked_sub(1);
            let claims = || {
                let claims = standing.iter().filter(|(_, it)| is_claim(told, it.entry));
                claims.collect::<Vec<_>>()
            };
            let found = found.or_else(|| claims().get(by_number()?).copied());
            let (_, standing) = found.ok_or_else(|| unknown_claim(name, claims().len()))?;
            chosen.assert(told, standing);
        }
        for (source, leaf) in &wish.leaves {
            let sealed = told.sealed.get(source).map(|(_, sealed)| sealed.spans);
            if sealed.is_none_or(|spans| *leaf >= spans) {
                return Err(Error::usage(format!("there is no record {source}/{leaf}"))
                    .hint("records are named by source and leaf, as in exposure.csv"));
            }
            chosen.leaves.insert((source.clone(), *leaf));
        }
        // Time stamps say nothing of anybody, and an outsider may want to know since when.
        let anchored = told.of(kind::CHECKPOINT_ANCHORED);
        chosen.entries.extend(anchored.map(|(index, _)| index));
        // Every cite must find its seal in the pack, also of records that are not shown.
        let sources: BTreeSet<String> = chosen
            .leaves
            .iter()
            .map(|(source, _)| source.clone())
            .collect();
        for source in &sources {
            let sealed = told.sealed.get(source).map(|(entry, _)| *entry);
            chosen.entries.extend(sealed);
            let received = told.of(kind::SOURCE_RECEIVED);
            let own = received.filter(|(_, entry)| {
                entry.object.get("source").and_then(Value::as_str) == Some(source)
            });
            chosen.entries.extend(own.map(|(index, _)| index));
        }
        Ok(chosen)
    }

    /// Leaves concealed what claims and findings say.
    pub fn conceal(&mut self) {
        let asserted = self.asserted.iter_mut();
        asserted.for_each(|asserted| asserted.said = Value::Null);
    }

    /// Takes in one claim or finding, with all its records.
    fn assert(&mut self, told: &Told, standing: &Standing) {
        let is_part = |index: u64, kind: &str| {
            let same = told.value(index, "said") == Some(&standing.said);
            same && ASSERTIONS.iter().any(|(asserted, _)| *asserted == kind)
        };
        let later = told
            .entries
            .iter()
            .filter(|(index, _)| *index >= standing.entry);
        let parts: Vec<u64> = later
            .filter(|(index, entry)| is_part(*index, &entry.common.kind))
            .map(|(index, _)| *index)
            .collect();
        self.entries.extend(&parts);
        for cite in &standing.cites {
            self.leaves.insert((cite.source.clone(), cite.leaf));
        }
        self.asserted.push(Asserted {
            entries: parts,
            said: standing.said.clone(),
            n_cites: standing.cites.len(),
        });
    }
}

/// Everything that stands, by id, in the order of the log.
fn standing(told: &Told) -> Vec<(String, Standing)> {
    let mut all: Vec<(String, Standing)> = ASSERTIONS
        .iter()
        .flat_map(|(asserted, withdrawn)| told.standing(asserted, withdrawn))
        .collect();
    all.sort_by_key(|(_, standing)| standing.entry);
    all
}

fn is_claim(told: &Told, entry: u64) -> bool {
    told.of(kind::CLAIM_ASSERTED)
        .any(|(index, _)| index == entry)
}

fn unknown_claim(name: &str, n_claims: usize) -> Error {
    Error::usage(format!("no claim or finding {name} stands in this case")).hint(format!(
        "give an id of brief.json, as in C-1A2B3C4D, or a number from 1 to {n_claims}"
    ))
}

/// The openings of the records chosen; those that were not kept are opened from their sources.
///
/// # Errors
/// Records whose sources are gone or changed, and errors of the disk.
pub fn openings(
    evidence: &Evidence,
    told: &Told,
    chosen: &Chosen,
    spool: &Path,
) -> Result<Vec<Opening>> {
    keep(evidence, told, chosen, spool)?;
    let mut openings = Vec::new();
    for (source, leaf) in &chosen.leaves {
        let path = evidence.record(source, *leaf);
        let bytes = read_if_there(&path).on("read", &path)?;
        let opening = bytes.and_then(|bytes| Opening::parse(&bytes).ok());
        let sealed = told.sealed.get(source).map(|(_, sealed)| sealed);
        let opens = |opening: &Opening| {
            opening.leaf == *leaf && sealed.is_some_and(|seal| opening.check(seal).is_ok())
        };
        let opening = opening.filter(opens).ok_or_else(|| {
            Error::run(format!("{} does not open", path.display()))
                .hint("demarche verify DIR --key DIR.vkey says all that is wrong")
        })?;
        openings.push(opening);
    }
    Ok(openings)
}

/// Keeps the records that no claim cites, as those are kept that one does.
fn keep(evidence: &Evidence, told: &Told, chosen: &Chosen, spool: &Path) -> Result<()> {
    let mut wanted = Leaves::new();
    for (source, leaf) in &chosen.leaves {
        if let (false, Ok(number)) = (evidence.record(source, *leaf).exists(), source.parse()) {
            wanted.entry(number).or_default().insert(*leaf);
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let mut sources: Vec<Source> = Vec::new();
    for (index, entry) in told.of(kind::SOURCE_RECEIVED) {
        let number = entry.object.get("source").and_then(Value::as_str);
        let path = told.value(index, "path").and_then(Value::as_str);
        let number = number.and_then(|number| number.parse().ok()).unwrap_or(0);
        sources.push(Source {
            number: SourceNumber(number),
            path: path.unwrap_or_default().to_owned(),
            ..Source::default()
        });
    }
    sources.sort_by_key(|source| source.number);
    let seals: BTreeMap<u32, (u64, SealedSource)> = told
        .sealed
        .iter()
        .filter_map(|(source, sealed)| Some((source.parse().ok()?, sealed.clone())))
        .collect();
    let keeper = Keeper {
        evidence,
        sources: &sources,
        seals: &seals,
        spool,
    };
    keeper.keep(&wanted)
}
