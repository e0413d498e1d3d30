//! How sources were acquired: stated now, earlier, or by a collector's log.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_core::brief::accounting::Acquisition as Printed;
use demarche_core::source::collector_log;
use demarche_store::intake::source::Source;
use serde_json::Value;

use crate::acquired::{Acquired, Acquisition, NOT_STATED, collector};
use crate::error::{OnFile, Result};
use crate::evidence::entries::kind;
use crate::evidence::told::Told;
use crate::examine::sources::hex;
use crate::options::Options;
use crate::terminal::escape::shown;

/// The longest log of a collector that is read for this.
const LOG_BYTES_MAX: u64 = 256 << 20;

/// What absence from a source needs to be stated, to mean anything.
const FOR_ABSENCE: [&str; 5] = ["who", "when", "window_from", "window_to", "filters"];

/// Where something is stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// In a file that somebody filled in.
    #[default]
    Statement,
    /// In the log of the program that collected.
    CollectorLog,
}

impl By {
    /// Its word in entries and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            By::Statement => "statement",
            By::CollectorLog => "collector log",
        }
    }
}

/// What is stated of one source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Where.
    pub by: By,
    /// Its fields, in the order in which they are printed.
    fields: Vec<(String, String)>,
    differences: Vec<String>,
    /// Whether the file of this run states it.
    is_of_file: bool,
}

impl Stated {
    /// The fields as one object.
    pub fn to_json(&self) -> Value {
        let fields = self.fields.iter();
        let pairs = fields.map(|(name, value)| (name.clone(), value.clone().into()));
        Value::Object(pairs.collect())
    }

    /// Whether the file of this run states it.
    pub fn is_of_file(&self) -> bool {
        self.is_of_file
    }

    /// Whether absence from the source can mean anything.
    pub fn speaks_for_absence(&self) -> bool {
        let stated = |name: &str| {
            let field = self.fields.iter().find(|(field, _)| field == name);
            field.is_some_and(|(_, value)| value != NOT_STATED && !value.is_empty())
        };
        self.by == By::Statement && FOR_ABSENCE.iter().all(|name| stated(name))
    }

    /// As the brief prints it.
    pub fn printed(&self) -> Printed {
        Printed {
            by: self.by.word().to_owned(),
            fields: self.fields.clone(),
            differences: self.differences.clone(),
        }
    }

    fn of(acquisition: &Acquisition, by: By) -> Stated {
        let fields = acquisition.fields();
        Stated {
            by,
            fields: fields
                .map(|(name, value)| (name.to_owned(), value))
                .to_vec(),
            ..Stated::default()
        }
    }
}

/// All that is stated of the sources of a run.
#[derive(Clone, Debug, Default)]
pub struct Acquisitions {
    acquired: Acquired,
    text: Option<String>,
    /// What collectors' logs tell.
    collected: Acquired,
    /// What the log of the case says already, by source.
    earlier: BTreeMap<String, Stated>,
}

impl Acquisitions {
    /// Gathers what the options, the case and collectors' logs among the sources state.
    ///
    /// # Errors
    /// A collector's log that cannot be read a second time.
    pub fn gather(options: &Options, told: &Told, sources: &[Source]) -> Result<Acquisitions> {
        let (acquired, text) = options.acquired.clone().unzip();
        let mut acquisitions = Acquisitions {
            acquired: acquired.unwrap_or_default(),
            text,
            ..Acquisitions::default()
        };
        let is_log = |source: &&Source| {
            source
                .card
                .is_some_and(|card| card.name == collector_log::CARD.name)
                && source.name == source.path
                && source.decoded_bytes <= LOG_BYTES_MAX
        };
        for source in sources.iter().filter(is_log) {
            let path = Path::new(&source.path);
            let runs = collector::read(&std::fs::read(path).on("read", path)?);
            acquisitions
                .collected
                .entries
                .extend(runs.iter().map(of_collector));
        }
        for (index, entry) in told.of(kind::ACQUISITION_STATED) {
            let text = |name| entry.object.get(name).and_then(Value::as_str);
            let statement = told.value(index, "statement").and_then(Value::as_object);
            let (Some(source), Some("statement"), Some(statement)) =
                (text("source"), text("by"), statement)
            else {
                continue;
            };
            acquisitions
                .earlier
                .insert(source.to_owned(), again(statement));
        }
        acquisitions.note_idle(sources);
        Ok(acquisitions)
    }

    /// The text of the file that states it now.
    pub fn file(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// What is stated of a source: now, else earlier, else by a collector's log.
    pub fn of(&self, source: &Source) -> Option<Stated> {
        let sha256 = hex(&source.digests.file_sha256);
        if let Some(entry) = self.acquired.of(&source.name, &sha256) {
            let mut stated = Stated::of(entry, By::Statement);
            stated.differences = entry.differences(&sha256, source.records);
            stated.is_of_file = true;
            return Some(stated);
        }
        if let Some(stated) = self.earlier.get(&source.number.0.to_string()) {
            return Some(stated.clone());
        }
        let told = self.collected.of(&source.name, &sha256);
        told.map(|entry| Stated::of(entry, By::CollectorLog))
    }

    /// Says which entries of the file fit no source: a slip of the pen must not be silence.
    fn note_idle(&self, sources: &[Source]) {
        let digests: Vec<String> = sources
            .iter()
            .map(|source| hex(&source.digests.file_sha256))
            .collect();
        let named: Vec<(&str, &str)> = sources
            .iter()
            .zip(&digests)
            .map(|(source, digest)| (source.name.as_str(), digest.as_str()))
            .collect();
        for entry in self.acquired.unmatched(&named) {
            // tidy: allow print: a statement that reaches nothing is said at once
            anstream::eprintln!(
                "note: --acquired states something of {}, which is no source here",
                shown(&entry.path)
            );
        }
    }
}

/// Whether what a brief says of a source's acquisition lets its silence mean anything.
pub fn is_stated(acquisition: &Value) -> bool {
    acquisition["stated"].as_object().is_some_and(|statement| {
        acquisition["by"] == By::Statement.word() && again(statement).speaks_for_absence()
    })
}

/// What a collector's log tells of the files it wrote.
fn of_collector(run: &collector::Collection) -> Acquisition {
    let filters = if run.filters.is_empty() {
        String::new()
    } else {
        run.filters.join("; ")
    };
    Acquisition {
        path: run.output.clone(),
        tool: collector::TOOL.to_owned(),
        window_from: run.from,
        window_to: run.to,
        filters,
        ..Acquisition::default()
    }
}

/// A statement as an entry of an earlier run has it, its fields in the order they are printed in.
fn again(statement: &serde_json::Map<String, Value>) -> Stated {
    let fields = Acquisition::default().fields();
    let value = |name: &str| {
        statement
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or(NOT_STATED)
    };
    Stated {
        fields: fields
            .iter()
            .map(|(name, _)| ((*name).to_owned(), value(name).to_owned()))
            .collect(),
        ..Stated::default()
    }
}
