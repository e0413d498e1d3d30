//! What a run said, kept so that the next run can say what moved.

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
    let words = |pairs: Vec<(&String, &'static str)>| -> Map<String, Value> {
        pairs
            .into_iter()
            .map(|(key, word)| (key.clone(), word.into()))
            .collect()
    };
    let value = json!({
        "run": said.run,
        "sources": said.sources,
        "determinations": said.determinations,
        "sessions": words(said.sessions.iter().map(|(id, verdict)| (id, verdict.word())).collect()),
        "findings": said.findings,
        "exposures": words(said.exposures.iter().map(|(id, grade)| (id, grade.word())).collect()),
        "gaps": said.gaps,
        "open": said.open,
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
        determinations: list(&value["determinations"]).collect(),
        sessions: pairs(&value["sessions"])
            .filter_map(|(id, word)| Some((id, verdicts.into_iter().find(|v| v.word() == word)?)))
            .collect(),
        findings: pairs(&value["findings"]).collect(),
        exposures: pairs(&value["exposures"])
            .filter_map(|(id, word)| Some((id, grades.into_iter().find(|g| g.word() == word)?)))
            .collect(),
        gaps: list(&value["gaps"]).collect(),
        open: list(&value["open"]).collect(),
    })
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
