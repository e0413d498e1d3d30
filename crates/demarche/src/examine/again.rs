//! What a finished case was judged by, learned again from its store.

use std::path::Path;

use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{SourceFacts, Stated as Licences};
use demarche_core::coverage::ledger::Coverage;
use demarche_core::source::LIST;
use demarche_core::tenant::facts::Facts;
use demarche_core::tenant::learner::Learner;
use demarche_core::vocab::place::SourceNumber;
use demarche_store::scan::Store;
use serde_json::Value;

use crate::addresses::AddressLists;
use crate::error::{Error, OnFile, Result};
use crate::examine::determinations::{self, Stated};
use crate::examine::manifest::{self, Manifest};
use crate::examine::sources::store_error;
use crate::examine::{acquisition, issuers, lists};
use crate::mapping::{self, MappingFile};
use crate::options;
use crate::rules;

/// A case opened for judging it again; no source is read.
pub struct Again {
    /// Its stored events.
    pub store: Store,
    /// The facts, learned again.
    pub facts: Facts,
    /// The ledger of coverage, charted again.
    pub coverage: Coverage,
    /// What was determined and expected.
    pub stated: Stated,
}

/// Opens a case and learns from its events what its last run knew.
///
/// # Errors
/// A folder that is no case, or files in it that cannot be read.
pub fn open(dir: &Path) -> Result<Again> {
    let manifest = manifest::read(dir)?;
    let mappings = mapping::kept(dir)?;
    let sources = sources(dir, &mappings)?;
    let store = Store::open(dir).map_err(store_error)?;
    let (mut learner, mut chart) = (Learner::new(lists::lists()), Chart::default());
    AddressLists::default()
        .with_kept(dir)?
        .tell(learner.lists_mut());
    if let Some(ran) = rules::report::read(dir)? {
        ran.tell(learner.lists_mut());
    }
    store
        .all(&mut |event| {
            learner.learn(event);
            chart.learn(event);
        })
        .map_err(store_error)?;
    let (file, shorthand) = determinations::kept(dir)?;
    Ok(Again {
        facts: learner.close(),
        coverage: chart.close(&sources, &licences(&manifest, &mappings)?),
        stated: determinations::from_parts(file.as_ref(), &shorthand, true)?,
        store,
    })
}

/// The values of an option as the manifest keeps it.
fn given<'a>(manifest: &'a Manifest, name: &'a str) -> impl Iterator<Item = &'a str> {
    let of = move |(known, _): &&(String, String)| known == name;
    let options = manifest.options.iter().filter(of);
    options.map(|(_, value)| value.as_str())
}

fn licences(manifest: &Manifest, mappings: &[MappingFile]) -> Result<Licences> {
    let stated: Vec<String> = given(manifest, "licence").map(str::to_owned).collect();
    let exported = given(manifest, "exported").next();
    Ok(Licences {
        licences: options::licences(&stated)?,
        exported: exported
            .map(|text| options::moment(text, "exported"))
            .transpose()?,
        issuers: issuers(mappings),
    })
}

/// What intake counted of each source, as the brief keeps it.
fn sources(dir: &Path, mappings: &[MappingFile]) -> Result<Vec<SourceFacts>> {
    let path = dir.join("brief.json");
    let text = std::fs::read_to_string(&path).on("read", &path)?;
    let brief: Value = serde_json::from_str(&text)
        .map_err(|cause| Error::run(format!("{} is no brief", path.display())).because(&cause))?;
    let rows = brief["accounting"].as_array().into_iter().flatten();
    Ok(rows.map(|row| source(row, mappings)).collect())
}

fn source(row: &Value, mappings: &[MappingFile]) -> SourceFacts {
    let number = |name: &str| row[name].as_u64().unwrap_or(0);
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let mapped = mappings.iter().filter_map(|file| file.mapped.as_ref());
    let form = mapped
        .map(|mapped| mapped.form)
        .chain(LIST)
        .find(|form| row["kind"] == form.name);
    SourceFacts {
        number: SourceNumber(u32::try_from(number("source")).unwrap_or(0)),
        path: text("path"),
        form: form.map_or(String::new(), |form| form.name.to_owned()),
        card: form.map(|form| form.card),
        lossy: form.is_some_and(|form| form.lossy),
        records: number("records"),
        distinct: number("distinct"),
        duplicates: number("duplicates"),
        rejected: number("rejected"),
        conflicting: number("conflicting"),
        decoded_bytes: number("decoded_bytes"),
        exported: None,
        acquired: acquisition::is_stated(&row["acquisition"]),
    }
}
