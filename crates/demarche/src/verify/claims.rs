//! Claims and findings of a log that stand, and whether the records they cite open.

use std::collections::{BTreeMap, BTreeSet};

use demarche_evidence::entry::{Cite, Entry};
use demarche_evidence::verify::Faults;
use serde_json::Value;

use crate::evidence::entries::kind;
use crate::verify::concealed::Concealed;
use crate::verify::report::{Standing, Stated};

/// What became of the opening of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It opens against the seal.
    Yes,
    /// It does not.
    No,
}

/// Openings by source and leaf.
pub type Records = BTreeMap<(String, u64), Opened>;

/// Lists what is asserted and not withdrawn; a cited record that is not here is a fault.
pub fn stated(
    entries: &BTreeMap<u64, Entry>,
    concealed: &Concealed,
    records: &Records,
    faults: &mut Faults,
) -> Vec<Stated> {
    let withdrawn = withdrawn(entries);
    let mut missing = BTreeSet::new();
    let mut stated: Vec<Stated> = Vec::new();
    for (index, entry) in entries {
        let is_finding = entry.common.kind == kind::FINDING_ASSERTED;
        if !is_finding && entry.common.kind != kind::CLAIM_ASSERTED {
            continue;
        }
        let is_later_part = number(entry, "part") > 0;
        let first = if is_later_part {
            stated.last().map_or(*index, |first| first.entry)
        } else {
            *index
        };
        if withdrawn.contains(&first) {
            continue;
        }
        let cites = Cite::read(entry).unwrap_or_default();
        let standing = standing(&cites, records, &mut missing);
        match stated.last_mut().filter(|_| is_later_part) {
            Some(whole) => {
                whole.n_cites += cites.len();
                whole.standing = whole.standing.max(standing);
            }
            None => stated.push(one(*index, is_finding, cites.len(), standing, concealed)),
        }
    }
    for (source, leaf) in missing {
        faults.missing(format!(
            "record {source}/{leaf}, which a claim cites, is missing"
        ));
    }
    stated
}

/// One claim or finding, from its first part.
fn one(
    entry: u64,
    is_finding: bool,
    n_cites: usize,
    standing: Standing,
    concealed: &Concealed,
) -> Stated {
    let said = concealed.value(entry, "said");
    let text = |name: &str| {
        let text = said.and_then(|said| said.get(name)).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let rests = said
        .and_then(|said| said.get("absence"))
        .is_some_and(|absence| !absence.is_null());
    let standing = match standing {
        Standing::Open if rests => Standing::RestsOnAbsence,
        other => other,
    };
    Stated {
        entry,
        is_finding,
        id: text("id"),
        sentence: text("sentence"),
        n_cites,
        standing,
    }
}

/// Assertions that a later entry withdraws, by their first part.
fn withdrawn(entries: &BTreeMap<u64, Entry>) -> BTreeSet<u64> {
    let kinds = [kind::FINDING_WITHDRAWN, kind::CLAIM_WITHDRAWN];
    entries
        .values()
        .filter(|entry| kinds.contains(&entry.common.kind.as_str()))
        .map(|entry| number(entry, "asserted"))
        .collect()
}

/// The worst of the records cited.
fn standing(cites: &[Cite], records: &Records, missing: &mut BTreeSet<(String, u64)>) -> Standing {
    let mut worst = Standing::Open;
    for cite in cites {
        let place = (cite.source.clone(), cite.leaf);
        let one = match records.get(&place) {
            Some(Opened::Yes) => Standing::Open,
            Some(Opened::No) => Standing::RecordAltered,
            None => {
                missing.insert(place);
                Standing::RecordMissing
            }
        };
        worst = worst.max(one);
    }
    worst
}

/// A whole number of an entry; the largest where there is none, which nothing has.
pub fn number(entry: &Entry, name: &str) -> u64 {
    let number = entry.object.get(name).and_then(Value::as_u64);
    number.unwrap_or(if name == "part" { 0 } else { u64::MAX })
}
