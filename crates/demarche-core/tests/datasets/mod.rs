//! Public data sets, read where `DEMARCHE_DATASETS` names their folder; never committed.

mod directory;
mod unified_audit;

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::record::delivered::Delivered;
use demarche_core::record::problem::Problem;
use demarche_core::source::{Fate, Form, recognise};
use demarche_core::vocab::place::Place;

use crate::reading::each_record;

/// The folder of data sets; `None`, said on the terminal, where none is named.
pub fn folder(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("DEMARCHE_DATASETS").map(PathBuf::from);
    if named.is_none() {
        println!("skipped {test}: DEMARCHE_DATASETS names no folder of data sets");
    }
    named
}

/// What became of one file.
#[derive(Default)]
pub struct Opened {
    /// Names of the forms met, in order, each once.
    pub forms: Vec<&'static str>,
    /// Records cut.
    pub n_records: u64,
    /// Records that no form fits.
    pub n_unknown: u64,
    /// Events, in order.
    pub events: Vec<Event<'static>>,
    /// Problems of rejected records.
    pub rejects: Vec<Problem>,
    /// Problems of records that were read all the same.
    pub problems: Vec<Problem>,
}

/// Opens a file, decompressed and without its byte order mark.
pub fn open(path: &Path) -> Opened {
    let mut bytes = fs::read(path).unwrap();
    let mut name = path.file_name().unwrap().to_string_lossy().into_owned();
    if let Some(inner) = name.strip_suffix(".gz") {
        let mut out = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut out)
            .unwrap();
        (bytes, name) = (out, inner.to_owned());
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut opened = Opened::default();
    let mut form: Option<&'static Form> = None;
    each_record(
        &name,
        text.trim_start_matches('\u{feff}'),
        &mut |text, header| {
            let place = Place {
                leaf: opened.n_records,
                ..Place::default()
            };
            opened.n_records += 1;
            if !form.is_some_and(|form| (form.fits)(text, header)) {
                form = recognise(text, header);
            }
            let Some(form) = form else {
                opened.n_unknown += 1;
                return;
            };
            if !opened.forms.contains(&form.name) {
                opened.forms.push(form.name);
            }
            let mut kept = Kept::default();
            let record = Delivered {
                place,
                text,
                header,
            };
            let fate = (form.read)(&record, &mut kept);
            opened.events.extend(kept.events);
            match fate {
                Fate::Read => opened.problems.extend(kept.problems),
                Fate::Rejected => opened.rejects.extend(kept.problems),
            }
        },
    );
    opened
}
