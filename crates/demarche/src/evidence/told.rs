//! What the log of a case says so far: seals, standing findings and claims.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_evidence::directory::Directory;
use demarche_evidence::entry::{Cite, Entry, SealedSource};
use demarche_evidence::policy::Policy;
use demarche_evidence::span_list::Spans;
use demarche_evidence::verify::{self, Outcome};
use serde_json::Value;

use crate::error::{Error, OnFile, Result};
use crate::evidence::entries::{Reveals, kind};
use crate::evidence::key::CaseKey;
use crate::evidence::layout::{self, Evidence};
use crate::evidence::sealing::Earlier;

/// Entries of a log with what they conceal.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Entries by index.
    pub entries: Vec<(u64, Entry)>,
    /// Seals by source, with the entry that made each.
    pub sealed: BTreeMap<String, (u64, SealedSource)>,
    /// What entries conceal, by index.
    pub reveals: BTreeMap<u64, Reveals>,
}

/// A finding or claim that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The entry that asserted its first part.
    pub entry: u64,
    /// What was said.
    pub said: Value,
    /// What it cites, all parts together.
    pub cites: Vec<Cite>,
}

impl Told {
    /// Reads the log of a case that is to go on; whatever is wrong with it stops the run.
    ///
    /// # Errors
    /// A log that does not hold, and errors of the disk.
    pub fn read(evidence: &Evidence, key: &CaseKey) -> Result<Told> {
        let folder = evidence.log();
        let files = Directory::open(&folder).on("read", &folder)?;
        let policy = Policy::of_logs(vec![key.signer()?.verifier_key().clone()]);
        let log = verify::log::check(&files, &policy, &[]);
        refuse(&log.faults)?;
        let numbered = (0..).zip(log.entries.iter().map(Vec::as_slice));
        let checked = verify::entries::check(numbered, true);
        refuse(&checked.faults)?;
        let mut told = Told {
            entries: checked.entries,
            sealed: checked.sealed,
            reveals: BTreeMap::new(),
        };
        told.read_concealed(&evidence.concealed())?;
        Ok(told)
    }

    /// Reads what entries conceal. A line that fits no entry is passed over: verifying tells.
    fn read_concealed(&mut self, folder: &Path) -> Result<()> {
        for path in crate::examine::case::sorted_entries(folder)? {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            let Ok(first) = name.parse::<u64>() else {
                continue;
            };
            let bytes = std::fs::read(&path).on("read", &path)?;
            let lines = bytes.split(|byte| *byte == b'\n');
            for (index, line) in (first..).zip(lines) {
                let entry = usize::try_from(index)
                    .ok()
                    .and_then(|at| self.entries.get(at));
                if let (Some((_, entry)), Some(reveals)) = (entry, Reveals::parse(line))
                    && reveals.open(entry)
                {
                    self.reveals.insert(index, reveals);
                }
            }
        }
        Ok(())
    }

    /// What a field of an entry stands for.
    pub fn value(&self, index: u64, field: &str) -> Option<&Value> {
        let revealed = self.reveals.get(&index)?.0.get(field)?;
        Some(&revealed.value)
    }

    /// Entries of a type.
    pub fn of<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = (u64, &'a Entry)> {
        let entries = self.entries.iter().map(|(index, entry)| (*index, entry));
        entries.filter(move |(_, entry)| entry.common.kind == wanted)
    }

    /// Findings or claims that are asserted and not withdrawn, by id.
    pub fn standing(&self, asserted: &str, withdrawn: &str) -> BTreeMap<String, Standing> {
        let mut standing: BTreeMap<String, Standing> = BTreeMap::new();
        for (index, entry) in &self.entries {
            if entry.common.kind == withdrawn {
                let of = entry.object.get("asserted").and_then(Value::as_u64);
                standing.retain(|_, it| Some(it.entry) != of);
            }
            if entry.common.kind != asserted {
                continue;
            }
            let said = self.value(*index, "said").cloned().unwrap_or_default();
            let Some(id) = said["id"].as_str().map(str::to_owned) else {
                continue;
            };
            let cites = Cite::read(entry).unwrap_or_default();
            let is_first = entry.object.get("part").and_then(Value::as_u64) == Some(0);
            match standing.get_mut(&id).filter(|_| !is_first) {
                Some(it) => it.cites.extend(cites),
                None => {
                    let entry = *index;
                    standing.insert(id, Standing { entry, said, cites });
                }
            }
        }
        standing
    }

    /// Seals with their keys, by number, to seal the same sources again.
    ///
    /// # Errors
    /// A key that is missing or not the one sealed.
    pub fn seals(&self, evidence: &Evidence) -> Result<BTreeMap<u32, Earlier>> {
        let mut seals = BTreeMap::new();
        for (source, (_, sealed)) in &self.sealed {
            let Ok(number) = source.parse::<u32>() else {
                continue;
            };
            let folder = evidence.source(source);
            let key = folder.read_key().on("read", &folder.key())?;
            let key = key.filter(|key| key.commitment() == sealed.k_commitment);
            let Some(key) = key else {
                return Err(Error::run(format!(
                    "{} is missing or is not the key that was sealed",
                    folder.key().display()
                ))
                .hint("restore the case folder whole; a source cannot be sealed again without its key"));
            };
            let list = folder.read_spans().on("read", &folder.spans())?;
            let is_split = Spans::new(&list.unwrap_or_default())
                .map_while(|span| span.ok())
                .any(|span| !span.values.is_empty());
            let earlier = Earlier {
                seal: sealed.clone(),
                key,
                is_split,
            };
            seals.insert(number, earlier);
        }
        Ok(seals)
    }
}

/// Ends the run where a check found anything but what must be there.
fn refuse(faults: &verify::Faults) -> Result<()> {
    if faults.outcome() == Outcome::Holds {
        return Ok(());
    }
    let mut error = Error::run("the case log does not hold, so nothing is added to it");
    let wrong = faults
        .iter()
        .filter(|fault| fault.outcome != Outcome::Holds);
    error.causes = wrong.take(3).map(ToString::to_string).collect();
    Err(error.hint("demarche verify DIR --key DIR.vkey says all that is wrong"))
}

/// Reads the verifier key beside a case, if it is there.
///
/// # Errors
/// If it is there and cannot be read.
pub fn key_beside(case: &Path) -> Result<Option<String>> {
    let path = layout::verifier_key(case);
    let text = layout::read_if_there(&path).on("read", &path)?;
    Ok(text.map(|text| String::from_utf8_lossy(&text).trim_end().to_owned()))
}

/// Types of entries that assert and withdraw: findings, claims.
pub const ASSERTIONS: [(&str, &str); 2] = [
    (kind::FINDING_ASSERTED, kind::FINDING_WITHDRAWN),
    (kind::CLAIM_ASSERTED, kind::CLAIM_WITHDRAWN),
];
