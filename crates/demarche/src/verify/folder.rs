//! The evidence folder as found: which path is what, and which belongs to nothing.

use std::collections::{BTreeMap, BTreeSet};

use demarche_evidence::directory::{Directory, UNFINISHED};
use demarche_evidence::tile::Listing as _;
use demarche_evidence::verify::Faults;

use crate::evidence::layout::Evidence;

/// The paths of an evidence folder, sorted out.
#[derive(Debug)]
pub struct Folder {
    /// The folder itself.
    pub files: Directory,
    /// Openings, by source and leaf.
    pub records: BTreeMap<(String, u64), String>,
    /// Ids of sources of which something is here.
    pub sources: BTreeSet<String>,
    /// Sealed files, by the digest in their name.
    pub sealed_files: BTreeMap<String, String>,
    concealed: BTreeMap<u64, String>,
}

impl Folder {
    /// Sorts out the paths; those that belong to nothing are faults.
    ///
    /// `None` if the folder cannot be listed.
    pub fn read(evidence: &Evidence, faults: &mut Faults) -> Option<Folder> {
        let listed = Directory::open(evidence.root()).and_then(|files| {
            let paths = files.paths()?;
            Ok((files, paths))
        });
        let (files, paths) = match listed {
            Ok(listed) => listed,
            Err(cause) => {
                faults.missing(format!("evidence: {cause}"));
                return None;
            }
        };
        let mut folder = Folder {
            files,
            records: BTreeMap::new(),
            sources: BTreeSet::new(),
            sealed_files: BTreeMap::new(),
            concealed: BTreeMap::new(),
        };
        for path in paths {
            if path.ends_with(UNFINISHED) {
                faults.note(format!("evidence/{path} was left by an interrupted write"));
            } else if folder.sort(&path).is_none() {
                faults.altered(format!("evidence/{path} does not belong there"));
            }
        }
        Some(folder)
    }

    /// Files of concealed values, by their first entry, in order.
    pub fn concealed(&self) -> impl Iterator<Item = (u64, &str)> {
        self.concealed
            .iter()
            .map(|(first, path)| (*first, path.as_str()))
    }

    /// Puts a path where it belongs; `None` if it belongs nowhere.
    fn sort(&mut self, path: &str) -> Option<()> {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            // The log's own check looks at these, one by one.
            ["log", ..] => {}
            ["sources", source, "tiles" | "spans" | "key"] => {
                number(source)?;
                self.sources.insert((*source).to_owned());
            }
            ["records", source, name] => {
                number(source)?;
                let leaf = number(name.strip_suffix(".json")?)?;
                self.records
                    .insert(((*source).to_owned(), leaf), path.to_owned());
            }
            ["concealed", name] => {
                let digits = name.strip_suffix(".jsonl")?;
                let first: u64 = digits.parse().ok()?;
                if format!("{first:06}") != digits {
                    return None;
                }
                self.concealed.insert(first, path.to_owned());
            }
            ["files", name] => {
                demarche_evidence::hash::Digest::from_hex(name)?;
                self.sealed_files
                    .insert((*name).to_owned(), path.to_owned());
            }
            _ => return None,
        }
        Some(())
    }
}

/// A decimal number in its one spelling.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
