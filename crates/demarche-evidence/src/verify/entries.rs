//! Checks what the entries of a case log say of each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Cite, Entry, SealedSource};
use crate::verify::Faults;

/// Entries read, with what they say of sources.
#[derive(Clone, Debug, Default)]
pub struct CheckedEntries {
    /// The entries, in order; those that cannot be read are left out.
    pub entries: Vec<(u64, Entry)>,
    /// Sources by id, with the entry that sealed each.
    pub sealed: BTreeMap<String, (u64, SealedSource)>,
    /// What is wrong.
    pub faults: Faults,
}

/// Reads entries and checks their order: nothing cites a source that was not sealed before it.
///
/// Entries come with their index, in order. Where some are left out, as in a pack, a source whose
/// seal is not among them is missing; in the whole log it was never sealed.
pub fn check<'a>(
    entries: impl IntoIterator<Item = (u64, &'a [u8])>,
    is_whole: bool,
) -> CheckedEntries {
    let mut checked = CheckedEntries::default();
    let mut cites = Vec::new();
    let mut salts = BTreeSet::new();
    for (index, bytes) in entries {
        let entry = match Entry::parse(bytes) {
            Ok(entry) => entry,
            Err(error) => {
                checked.faults.altered(format!("entry {index}: {error}"));
                continue;
            }
        };
        if !salts.insert(entry.common.salt) {
            checked.faults.altered(format!(
                "entry {index} repeats the salt of an earlier entry"
            ));
        }
        check_seal(index, &entry, &mut checked);
        match Cite::read(&entry) {
            Ok(read) => cites.extend(read.into_iter().map(|cite| (index, cite))),
            Err(error) => checked.faults.altered(format!("entry {index}: {error}")),
        }
        checked.entries.push((index, entry));
    }
    for (index, cite) in cites {
        check_cite(index, &cite, is_whole, &mut checked);
    }
    checked
}

/// Takes in a sealed source: its accounts must be possible, and it is sealed once.
fn check_seal(index: u64, entry: &Entry, checked: &mut CheckedEntries) {
    let sealed = match SealedSource::read(entry) {
        Ok(Some(sealed)) => sealed,
        Ok(None) => return,
        Err(error) => return checked.faults.altered(format!("entry {index}: {error}")),
    };
    let possible = sealed.records <= sealed.spans
        && sealed.spans <= sealed.decoded_size
        && sealed.filler_bytes <= sealed.decoded_size;
    if !possible {
        checked.faults.altered(format!(
            "entry {index}: accounts of the source cannot add up"
        ));
    }
    let before = checked
        .sealed
        .insert(sealed.source.clone(), (index, sealed));
    if let Some((earlier, sealed)) = before {
        let source = &sealed.source;
        checked.faults.altered(format!(
            "entry {index} seals {source} again, after {earlier}"
        ));
    }
}

/// A record cited must be in a source sealed before.
fn check_cite(index: u64, cite: &Cite, is_whole: bool, checked: &mut CheckedEntries) {
    let Cite { source, leaf } = cite;
    match checked.sealed.get(source) {
        Some((sealing, sealed)) if *sealing < index && *leaf < sealed.spans => {}
        Some((sealing, _)) if *sealing < index => {
            checked.faults.altered(format!(
                "entry {index} cites {source}/{leaf}, beyond its end"
            ));
        }
        Some((sealing, _)) => {
            let what = format!("entry {index} cites {source}, which entry {sealing} sealed later");
            checked.faults.altered(what);
        }
        None if is_whole => {
            checked
                .faults
                .altered(format!("entry {index} cites {source}, which none sealed"));
        }
        None => {
            let what = format!("entry {index} cites {source}, whose seal is not here");
            checked.faults.missing(what);
        }
    }
}
