//! What a run said, kept so that the next run can say what moved.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_core::brief::brief::Brief;
use demarche_core::brief::changes::Earlier;
use demarche_core::vocab::grade::{Grade, Verdict};
use serde_json::{Map, Value, json};

use crate::error::{Error, OnFile, Result};

/// The file, in `store/`.
const NAME: &str = "said.json";

/// Keeps what a brief says.
///
/// # Errors
/// Those of the disk.
pub fn write(store: &Path, brief: &Brief) -> Result<()> {
    let said = Earlier::of(brief);
    let words = |pairs: Vec<(&String, String)>| -> Map<String, Value> {
        pairs
            .into_iter()
            .map(|(key, word)| (key.clone(), word.into()))
            .collect()
    };
    let sessions = said.sessions.iter();
    let sessions = sessions.map(|(id, (verdict, row))| (id, format!("{} {row}", verdict.word())));
    let findings = said.findings.iter();
    let findings = findings.map(|(id, (word, session))| (id, format!("{word} {session}")));
    let exposures = said.exposures.iter();
    let exposures = exposures.map(|(id, grade)| (id, grade.word().to_owned()));
    let value = json!({
        "run": said.run,
        "sources": said.sources,
        "determinations": said.determinations,
        "sessions": words(sessions.collect()),
        "findings": words(findings.collect()),
        "exposures": words(exposures.collect()),
        "gaps": said.gaps,
        "open": said.open,
        "attempts": said.attempts,
    });
    let path = store.join(NAME);
    std::fs::write(&path, format!("{value}\n")).on("write", &path)
}

/// Reads what the run before said.
///
/// # Errors
/// A case whose store is missing or of another version.
pub fn read(case: &Path) -> Result<Earlier> {
    let path = case.join("store").join(NAME);
    let text = std::fs::read_to_string(&path).on("read", &path)?;
    let value: Value = serde_json::from_str(&text).map_err(|cause| {
        Error::run(format!("{} is not readable", path.display())).because(&cause)
    })?;
    let verdicts = [Verdict::Ordinary, Verdict::Suspect, Verdict::Hostile];
    let grades = [Grade::Certain, Grade::Presumed, Grade::Unknowable];
    Ok(Earlier {
        run: value["run"]
            .as_u64()
            .and_then(|run| u32::try_from(run).ok())
            .unwrap_or_default(),
        sources: list(&value["sources"]).collect(),
        determinations: keyed(&value["determinations"], |sessions| {
            list(sessions).collect()
        }),
        sessions: pairs(&value["sessions"])
            .filter_map(|(id, said)| {
                // A case of an earlier version kept the verdict without its row.
                let (word, row) = said.split_once(' ').unwrap_or((&said, "0"));
                let verdict = verdicts.into_iter().find(|v| v.word() == word)?;
                Some((id, (verdict, row.parse().unwrap_or(0))))
            })
            .collect(),
        findings: pairs(&value["findings"])
            .map(|(id, said)| {
                let (word, session) = said.split_once(' ').unwrap_or((&said, ""));
                (id, (word.to_owned(), session.to_owned()))
            })
            .collect(),
        exposures: pairs(&value["exposures"])
            .filter_map(|(id, word)| Some((id, grades.into_iter().find(|g| g.word() == word)?)))
            .collect(),
        gaps: list(&value["gaps"]).collect(),
        open: keyed(&value["open"], |session| {
            session.as_str().unwrap_or_default().to_owned()
        }),
        attempts: value["attempts"]
            .is_object()
            .then(|| keyed(&value["attempts"], |n| n.as_u64().unwrap_or(0))),
    })
}

/// An object by its names; of a list, as earlier versions kept it, names without values.
fn keyed<T: Default>(value: &Value, read: impl Fn(&Value) -> T) -> BTreeMap<String, T> {
    let object = value.as_object().into_iter().flatten();
    object
        .map(|(name, value)| (name.clone(), read(value)))
        .chain(list(value).map(|name| (name, T::default())))
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
}

fn pairs(value: &Value) -> impl Iterator<Item = (String, String)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
}
