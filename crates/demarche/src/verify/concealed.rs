//! What entries conceal: read, and held against the entries one by one.

use std::collections::BTreeMap;

use demarche_evidence::entry::Entry;
use demarche_evidence::tile::Files as _;
use demarche_evidence::verify::Faults;
use serde_json::Value;

use crate::evidence::entries::Reveals;
use crate::verify::folder::Folder;

/// The longest file of concealed values read.
const FILE_BYTES_MAX: usize = 1 << 30;

/// What entries conceal, by the index of the entry.
#[derive(Clone, Debug, Default)]
pub struct Concealed(pub BTreeMap<u64, Reveals>);

impl Concealed {
    /// A concealed value of an entry.
    pub fn value(&self, entry: u64, field: &str) -> Option<&Value> {
        Some(&self.0.get(&entry)?.0.get(field)?.value)
    }

    /// A concealed text of an entry; empty where there is none.
    pub fn text(&self, entry: u64, field: &str) -> &str {
        self.value(entry, field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// Reads `concealed/`: files that follow each other without a gap, a line an entry.
pub fn read(
    folder: &Folder,
    entries: &BTreeMap<u64, Entry>,
    size: u64,
    faults: &mut Faults,
) -> Concealed {
    let mut concealed = Concealed::default();
    let mut next = 0;
    for (first, path) in folder.concealed() {
        if first > next {
            missing(next, first, faults);
        }
        if first < next {
            faults.altered(format!(
                "{path} speaks of entries that another file speaks of"
            ));
            continue;
        }
        let bytes = match folder.files.read(path, FILE_BYTES_MAX) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(cause) => {
                faults.missing(format!("{path}: {cause}"));
                continue;
            }
        };
        next = first + take(first, path, &bytes, (entries, &mut concealed), faults);
    }
    if next < size {
        missing(next, size, faults);
    } else if next > size {
        faults.altered(format!(
            "concealed values of {next} entries, the log has {size}"
        ));
    }
    concealed
}

fn missing(from: u64, to: u64, faults: &mut Faults) {
    let last = to - 1;
    faults.missing(format!(
        "concealed values of entries {from} to {last} are missing"
    ));
}

/// Takes the lines of one file; returns how many entries it speaks of.
fn take(
    first: u64,
    path: &str,
    bytes: &[u8],
    (entries, concealed): (&BTreeMap<u64, Entry>, &mut Concealed),
    faults: &mut Faults,
) -> u64 {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    if lines.pop() != Some(&[][..]) {
        faults.altered(format!("{path} does not end with a line"));
    }
    for (index, line) in (first..).zip(&lines) {
        let Some(reveals) = Reveals::parse(line) else {
            faults.altered(format!(
                "{path}: the line of entry {index} is not what it was"
            ));
            continue;
        };
        match entries.get(&index) {
            Some(entry) if reveals.open(entry) => {
                concealed.0.insert(index, reveals);
            }
            Some(_) => {
                faults.altered(format!(
                    "{path}: the line of entry {index} does not open it"
                ));
            }
            None => faults.altered(format!(
                "{path} speaks of entry {index}, which is not in the log"
            )),
        }
    }
    lines.len() as u64
}
