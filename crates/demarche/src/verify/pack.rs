//! Checks a pack, zipped or unpacked, with what its entries reveal.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_evidence::checkpoint;
use demarche_evidence::container::{self, ARCHIVE_BYTES_MAX};
use demarche_evidence::directory::Directory;
use demarche_evidence::entry::Entry;
use demarche_evidence::tile::Listing;
use demarche_evidence::verify::pack::{self, CheckedPack};

use crate::error::{OnFile, Result};
use crate::evidence::entries::{Revealed, Reveals};
use crate::verify::Given;
use crate::verify::claims::{self, Opened, Records};
use crate::verify::concealed::Concealed;
use crate::verify::report::{Checked, Judgement};
use crate::verify::stamps;

/// Checks a pack as it was made: one zip of one spelling.
///
/// # Errors
/// If the file cannot be read.
pub fn check_archive(path: &Path, given: &Given) -> Result<Checked> {
    let size = std::fs::metadata(path).on("read", path)?.len();
    let mut report = Checked::default();
    if size > ARCHIVE_BYTES_MAX {
        report
            .bytes
            .faults
            .missing("archive of more than 4 GiB, which no pack is");
        return Ok(report);
    }
    let archive = std::fs::read(path).on("read", path)?;
    match container::read(&archive) {
        Ok((_, files)) => Ok(check_files(&files, given)),
        Err(cause) if cause.is_altered() => {
            report.bytes.faults.altered(cause.to_string());
            Ok(report)
        }
        Err(cause) => {
            report.bytes.faults.missing(cause.to_string());
            Ok(report)
        }
    }
}

/// Checks a pack that was unpacked.
///
/// # Errors
/// If the folder cannot be read.
pub fn check_folder(path: &Path, given: &Given) -> Result<Checked> {
    let folder = Directory::open(path).on("read", path)?;
    Ok(check_files(&folder, given))
}

/// Checks the files of a pack.
pub fn check_files(files: &impl Listing, given: &Given) -> Checked {
    let checked = pack::check(files, &given.policy);
    let mut report = Checked {
        judgement: Judgement::NotInPack,
        ..Checked::default()
    };
    if let Some(opened) = &checked.opened {
        report.head = Some(opened.checkpoint.clone());
        let cosigned = opened.cosigned.iter();
        report.cosigned = cosigned
            .map(|(key, time)| (key.name().to_owned(), *time))
            .collect();
    }
    compare_older(&checked, given, &mut report);
    report.log.seen = format!(
        "{} entries with their proofs, {} cosignatures",
        checked.entries.entries.len(),
        report.cosigned.len()
    );
    report.bytes.seen = format!(
        "{} records opened, {} of them cut after intake; the sources are not in a pack",
        checked.records.len(),
        checked.cuts.len()
    );
    // A pack is one thing: what is wrong with it is said once, where it weighs.
    if checked.opened.is_none()
        && checked.faults.outcome() != demarche_evidence::verify::Outcome::Altered
    {
        report.log.faults.extend(checked.faults.clone());
    } else {
        report.bytes.faults.extend(checked.faults.clone());
    }
    if checked.opened.is_none() {
        report
            .log
            .faults
            .missing("no checkpoint could be opened with the keys given");
    }
    stamps::check(&checked.entries.entries, None, given, &mut report);
    report.stated = stated(&checked, &mut report);
    report
}

/// Claims and findings that the pack shows.
fn stated(checked: &CheckedPack, report: &mut Checked) -> Vec<crate::verify::report::Stated> {
    let entries: BTreeMap<u64, Entry> = checked.entries.entries.iter().cloned().collect();
    let mut concealed = Concealed::default();
    for (index, fields) in &checked.reveals {
        let revealed = |(salt, value): &([u8; 16], serde_json::Value)| Revealed {
            salt: *salt,
            value: value.clone(),
        };
        let fields = fields.iter().map(|(name, it)| (name.clone(), revealed(it)));
        concealed.0.insert(*index, Reveals(fields.collect()));
    }
    let open = checked
        .records
        .values()
        .map(|opening| (opening.source.clone(), opening.leaf));
    let records: Records = open.map(|place| (place, Opened::Yes)).collect();
    // A pack may show one record of many that a claim cites: those not shown are no fault.
    let mut not_shown = demarche_evidence::verify::Faults::new();
    let stated = claims::stated(&entries, &concealed, &records, &mut not_shown);
    let n_not_shown = not_shown.iter().count();
    if n_not_shown > 0 {
        report.bytes.seen.push_str(&format!(
            "; {n_not_shown} records that its claims cite are not shown"
        ));
    }
    stated
}

/// Checkpoints kept elsewhere: a pack can contradict one, but not show that its log continues it.
fn compare_older(checked: &CheckedPack, given: &Given, report: &mut Checked) {
    let Some(opened) = &checked.opened else {
        return;
    };
    let head = &opened.checkpoint;
    let faults = &mut report.log.faults;
    for (name, bytes) in &given.older {
        match checkpoint::open(bytes, given.policy.logs()) {
            Err(error) => faults.missing(format!("{name}: {error}")),
            Ok(older) if older.checkpoint.origin != head.origin => {
                faults.missing(format!("{name} is of another log, {}", older.checkpoint.origin));
            }
            Ok(older) if older.checkpoint.size == head.size => {
                if older.checkpoint.root != head.root {
                    faults.altered(format!(
                        "fork: {name} has another root for {} entries, {}",
                        head.size, older.checkpoint.root
                    ));
                }
            }
            Ok(older) => faults.missing(format!(
                "{name} is of {} entries, the pack of {}: a pack cannot show that one continues the other; the case can",
                older.checkpoint.size, head.size
            )),
        }
    }
}
