//! Checks a case folder: its log, every file of its evidence, its outputs, its sources.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_evidence::checkpoint::Checkpoint;
use demarche_evidence::directory::Directory;
use demarche_evidence::entry::{Entry, SealedSource};
use demarche_evidence::note::{NOTE_BYTES_MAX, Note};
use demarche_evidence::opening::{OPENING_BYTES_MAX, Opening};
use demarche_evidence::tile::{self, BUNDLE_BYTES_MAX, Files as _};
use demarche_evidence::verify::entries::CheckedEntries;
use demarche_evidence::verify::log::CheckedLog;
use demarche_evidence::verify::{Faults, Outcome, entries, log};
use demarche_evidence::{hash, tree};

use crate::error::{Error, Result};
use crate::evidence::entries::kind;
use crate::evidence::layout::Evidence;
use crate::verify::Given;
use crate::verify::claims::{self, Opened, Records};
use crate::verify::concealed::{self, Concealed};
use crate::verify::folder::Folder;
use crate::verify::outputs;
use crate::verify::report::Checked;
use crate::verify::sources::{self, Count, Places};
use crate::verify::stamps;

/// The longest sealed file read; longer ones are not made.
const FILE_BYTES_MAX: usize = 1 << 30;

/// The entries of a log with what is known of them.
struct Known<'a> {
    entries: BTreeMap<u64, Entry>,
    checked: &'a CheckedEntries,
    concealed: Concealed,
}

/// Checks a case.
pub fn check(case: &Path, given: &Given) -> Checked {
    let evidence = Evidence::of(case);
    let mut report = Checked {
        is_case: true,
        ..Checked::default()
    };
    let Some(log) = check_log(&evidence, given, &mut report) else {
        let faults = &mut report.bytes.faults;
        faults.missing("nothing here can be held against the log");
        return report;
    };
    let numbered = (0..).zip(log.entries.iter().map(Vec::as_slice));
    let mut checked = entries::check(numbered, true);
    let faults = std::mem::take(&mut checked.faults);
    report.log.faults.extend(faults);
    let leaves: Vec<_> = log.entries.iter().map(|entry| hash::leaf(entry)).collect();
    stamps::check(&checked.entries, Some(&leaves), given, &mut report);
    let bytes = &mut report.bytes.faults;
    let Some(folder) = Folder::read(&evidence, bytes) else {
        return report;
    };
    let by_index: BTreeMap<u64, Entry> = checked.entries.iter().cloned().collect();
    let size = log.entries.len() as u64;
    let known = Known {
        concealed: concealed::read(&folder, &by_index, size, bytes),
        entries: by_index,
        checked: &checked,
    };
    check_bytes(case, &folder, &known, given, &mut report);
    report
}

/// What a log that holds says, for judging again.
pub struct Sealed {
    /// Its entries, and what they conceal.
    pub concealed: (Vec<(u64, Entry)>, Concealed),
    /// Digests of the outputs of its last run.
    pub outputs: outputs::Digests,
}

/// Reads the log of a case for judging again.
///
/// # Errors
/// A log that does not hold: no digest in it is to be trusted.
pub fn sealed(case: &Path, given: &Given) -> Result<Sealed> {
    let evidence = Evidence::of(case);
    let mut report = Checked::default();
    let log = check_log(&evidence, given, &mut report);
    let log = log.ok_or_else(|| Error::undecided("the log does not hold"))?;
    let numbered = (0..).zip(log.entries.iter().map(Vec::as_slice));
    let checked = entries::check(numbered, true);
    let mut faults = Faults::new();
    let folder = Folder::read(&evidence, &mut faults);
    let folder = folder.ok_or_else(|| Error::undecided("the evidence cannot be read"))?;
    let by_index: BTreeMap<u64, Entry> = checked.entries.iter().cloned().collect();
    let size = log.entries.len() as u64;
    let concealed = concealed::read(&folder, &by_index, size, &mut faults);
    let outputs = outputs::of_last_run(&by_index, &concealed);
    let (_, outputs) = outputs.ok_or_else(|| Error::undecided("no run is on record"))?;
    Ok(Sealed {
        concealed: (checked.entries, concealed),
        outputs,
    })
}

/// Everything that the log binds: sealed files, openings, outputs, sources.
fn check_bytes(
    case: &Path,
    folder: &Folder,
    known: &Known<'_>,
    given: &Given,
    report: &mut Checked,
) {
    let bytes = &mut report.bytes.faults;
    check_files(folder, known, bytes);
    let sealed = &known.checked.sealed;
    for source in &folder.sources {
        if !sealed.contains_key(source) {
            bytes.altered(format!(
                "evidence/sources/{source} belongs to no sealed source"
            ));
        }
    }
    let kept = sources::known(&Evidence::of(case), sealed, &known.entries, bytes);
    let records = check_records(folder, sealed, bytes);
    let stated = claims::stated(&known.entries, &known.concealed, &records, bytes);
    let n_outputs = match outputs::of_last_run(&known.entries, &known.concealed) {
        Some((_, digests)) => outputs::check(case, &digests, bytes),
        None => {
            bytes.missing("digests of the outputs are not known: no run is on record");
            0
        }
    };
    let places = Places {
        case,
        moved: given.sources.as_deref(),
        spool: &given.spool,
    };
    let count = sources::check(&known.entries, &known.concealed, &kept, &places, bytes);
    report.sources_whole = count.n_hashed == count.n_sources;
    report.bytes.seen = seen(&count, records.len(), n_outputs);
    report.stated = stated;
}

fn seen(count: &Count, n_records: usize, n_outputs: usize) -> String {
    format!(
        "{} of {} sources hashed again ({} bytes), {n_records} records opened, {n_outputs} outputs as sealed",
        count.n_hashed, count.n_sources, count.n_bytes
    )
}

/// Checks the log; `None` if its entries cannot be trusted.
fn check_log(evidence: &Evidence, given: &Given, report: &mut Checked) -> Option<CheckedLog> {
    let folder = match Directory::open(&evidence.log()) {
        Ok(folder) => folder,
        Err(cause) => {
            report.log.faults.missing(format!("evidence/log: {cause}"));
            return None;
        }
    };
    let older: Vec<Vec<u8>> = given.older.iter().map(|(_, bytes)| bytes.clone()).collect();
    let mut checked = log::check(&folder, &given.policy, &older);
    report.log.faults = std::mem::take(&mut checked.faults);
    if report.log.faults.outcome() == Outcome::CannotDecide
        && checked.opened.is_none()
        && is_own_key(&folder, given)
    {
        let what = "the checkpoint's signature by the key given is not what it was";
        report.log.faults.altered(what);
    }
    let opened = checked.opened.as_ref()?;
    report.log.seen = format!(
        "{} entries, {} cosignatures, {} checkpoints kept elsewhere",
        opened.checkpoint.size,
        opened.cosigned.len(),
        given.older.len()
    );
    report.head = Some(opened.checkpoint.clone());
    let cosigned = opened.cosigned.iter();
    report.cosigned = cosigned
        .map(|(key, time)| (key.name().to_owned(), *time))
        .collect();
    (checked.entries.len() as u64 == opened.checkpoint.size).then_some(checked)
}

/// Whether a checkpoint that no known key signed is of a log that names the key given as its own.
///
/// Then the key is not unknown: the line that carries its signature was changed.
fn is_own_key(folder: &Directory, given: &Given) -> bool {
    let own = || -> Option<bool> {
        let bytes = folder.read(log_checkpoint(), NOTE_BYTES_MAX).ok()??;
        if demarche_evidence::checkpoint::open(&bytes, given.policy.logs()).is_ok() {
            // The log's signature is whole: what is missing is a witness's.
            return None;
        }
        let head = Checkpoint::parse(&Note::parse(&bytes).ok()?.text).ok()?;
        let entries = bundles(folder, head.size)?;
        let leaves = entries.iter().map(|entry| hash::leaf(entry));
        if tree::root(leaves) != head.root {
            return None;
        }
        let first = Entry::parse(entries.first()?).ok()?;
        let vkey = first.object.get("vkey")?.as_str()?;
        let is_open = first.common.kind == kind::CASE_OPEN;
        let named = |key: &demarche_evidence::note::VerifierKey| key.to_string() == vkey;
        Some(is_open && given.policy.logs().iter().any(named))
    };
    own().unwrap_or(false)
}

/// Path of the checkpoint in a log.
fn log_checkpoint() -> &'static str {
    "checkpoint"
}

/// The entries of a log of that size, unchecked.
fn bundles(folder: &Directory, size: u64) -> Option<Vec<Vec<u8>>> {
    let mut entries = Vec::new();
    let mut at = 0;
    while at < size {
        let width = (size - at).min(tile::WIDTH) as u16;
        let path = tile::bundle_path(at / tile::WIDTH, width);
        let bundle = folder.read(&path, BUNDLE_BYTES_MAX).ok()??;
        entries.extend(tile::entries(&bundle, width)?.iter().map(|e| e.to_vec()));
        at += u64::from(width);
    }
    Some(entries)
}

/// Files sealed with the case: each is what its name says, and each is named by an entry.
fn check_files(folder: &Folder, known: &Known<'_>, faults: &mut Faults) {
    let mut named = BTreeMap::new();
    for index in known.entries.keys() {
        let digest = known.concealed.text(*index, "file");
        if !digest.is_empty() {
            named.insert(digest.to_owned(), *index);
        }
    }
    for (digest, path) in &folder.sealed_files {
        let index = named.remove(digest);
        match folder.files.read(path, FILE_BYTES_MAX) {
            Ok(Some(bytes)) if hash::sha256(&bytes).to_string() != *digest => {
                faults.altered(format!("evidence/{path} is not what it was"));
            }
            Ok(Some(_)) if index.is_none() => {
                faults.altered(format!("evidence/{path} is named by no entry"));
            }
            Ok(_) => {}
            Err(cause) => faults.missing(format!("evidence/{path}: {cause}")),
        }
    }
    for (digest, index) in named {
        faults.missing(format!(
            "file {digest}, sealed by entry {index}, is missing"
        ));
    }
}

/// Opens every record that is kept.
fn check_records(
    folder: &Folder,
    sealed: &BTreeMap<String, (u64, SealedSource)>,
    faults: &mut Faults,
) -> Records {
    let mut records = Records::new();
    for ((source, leaf), path) in &folder.records {
        let opens = |bytes: &[u8]| -> std::result::Result<(), String> {
            let opening = Opening::parse(bytes).map_err(|error| error.to_string())?;
            let (entry, seal) = sealed.get(source).ok_or("no entry sealed its source")?;
            opening.check(seal).map_err(|error| error.to_string())?;
            let is_named = opening.leaf == *leaf && opening.entry == *entry;
            // Written in one form only, so that no bit of the file is free.
            let is_as_written = opening.to_json().as_bytes() == bytes;
            if is_named && is_as_written {
                Ok(())
            } else {
                Err("is not in the form openings are written in".to_owned())
            }
        };
        let opened = match folder.files.read(path, OPENING_BYTES_MAX) {
            Ok(Some(bytes)) => opens(&bytes),
            Ok(None) => continue,
            Err(cause) => {
                faults.missing(format!("evidence/{path}: {cause}"));
                continue;
            }
        };
        let place = (source.clone(), *leaf);
        match opened {
            Ok(()) => records.insert(place, Opened::Yes),
            Err(why) => {
                faults.altered(format!("evidence/{path}: {why}"));
                records.insert(place, Opened::No)
            }
        };
    }
    records
}
