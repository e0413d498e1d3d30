//! What came of public rules, for the case and for a reader.

use std::collections::BTreeMap;
use std::path::Path;

use demarche_core::brief::phrase::count;
use demarche_core::tenant::lists::Rule;
use demarche_core::vocab::place::{Place, SourceNumber};
use serde_json::{Value, json};

use crate::error::{Error, OnFile, Result};
use crate::rules::run::{Ran, Told};

/// The file of a case that tells it.
const FILE: &str = "rules.json";
/// Titles that one sentence names.
const NAMED_MOST: usize = 5;

/// Writes the file, where rules ran.
///
/// # Errors
/// Those of the disk.
pub fn write(case: &Path, ran: &Ran) -> Result<()> {
    let rules = ran.rules.iter().map(|told| {
        json!({
            "title": told.rule.title,
            "id": told.rule.id,
            "level": told.rule.level,
            "techniques": told.rule.techniques,
            "about": told.about,
            "state": told.state,
            "why": told.why,
            "lead_only": told.rule.notice,
            "records_fired_on": told.rule.n_hits,
            "records_of_its_log": told.rule.n_records,
        })
    });
    let refused = ran.refused.iter();
    let refused = refused.map(|(what, why)| json!({"document": what, "why": why}));
    let hits = ran.hits.iter().flat_map(|(place, numbers)| {
        let row = |number: &u32| {
            json!([
                number,
                place.source.0,
                place.leaf,
                place.offset,
                place.length
            ])
        };
        numbers.iter().map(row).collect::<Vec<_>>()
    });
    let all = json!({
        "rules": rules.collect::<Vec<_>>(),
        "not_rules": refused.collect::<Vec<_>>(),
        "records_correlations_did_not_get": ran.n_unkept,
        "hit_columns": ["rule", "source", "leaf", "offset", "length"],
        "hits": hits.collect::<Vec<_>>(),
    });
    let path = case.join(FILE);
    std::fs::write(&path, format!("{all:#}\n")).on("write", &path)
}

/// What a finished case's file tells; nothing where no rules ran.
///
/// # Errors
/// A file that is none of ours.
pub fn read(case: &Path) -> Result<Option<Ran>> {
    let path = case.join(FILE);
    if !path.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).on("read", &path)?;
    let all: Value = serde_json::from_str(&text).map_err(|cause| {
        Error::run(format!("{} tells of no rules", path.display())).because(&cause)
    })?;
    let rows = |name: &str| all[name].as_array().cloned().unwrap_or_default();
    let mut hits: BTreeMap<Place, Vec<u32>> = BTreeMap::new();
    for row in rows("hits") {
        let n = |place: usize| row[place].as_u64().unwrap_or(0);
        let place = Place {
            source: SourceNumber(n(1) as u32),
            leaf: n(2),
            offset: n(3),
            length: n(4),
        };
        hits.entry(place).or_default().push(n(0) as u32);
    }
    Ok(Some(Ran {
        rules: rows("rules").iter().map(told).collect(),
        hits,
        ..Ran::default()
    }))
}

fn told(row: &Value) -> Told {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let n = |name: &str| row[name].as_u64().unwrap_or(0);
    let techniques = row["techniques"].as_array().into_iter().flatten();
    Told {
        rule: Rule {
            title: text("title"),
            id: text("id"),
            level: text("level"),
            notice: row["lead_only"].as_bool().unwrap_or(false),
            techniques: techniques
                .filter_map(|id| id.as_str().map(str::to_owned))
                .collect(),
            n_hits: n("records_fired_on"),
            n_records: n("records_of_its_log"),
        },
        about: text("about"),
        ..Told::default()
    }
}

/// What the method says of them.
pub fn sentences(ran: &Ran) -> Vec<String> {
    let of = |state: &str| -> Vec<&Told> {
        ran.rules
            .iter()
            .filter(|told| told.state == state)
            .collect()
    };
    let (fired, common) = (of("fired"), of("common"));
    let mut said = vec![format!(
        "Public rules: {} could be read, {} fired, {} fired on nothing, {} can never fire on these \
         logs, {} on so much that it tells nothing; rules.json says why of each.",
        count(ran.rules.len() as u64, "rule", "rules"),
        fired.len(),
        of("silent").len(),
        of("cannot_fire").len(),
        common.len(),
    )];
    if !common.is_empty() {
        said.push(format!(
            "Rules that fire on ordinary work list nobody: {}.",
            titles(&common)
        ));
    }
    if !ran.refused.is_empty() {
        said.push(format!(
            "{} could not be read as a rule: rules.json names each.",
            count(ran.refused.len() as u64, "document", "documents")
        ));
    }
    if ran.n_unkept > 0 {
        said.push(format!(
            "Correlations did not get {}, for lack of room: they may have missed some.",
            count(ran.n_unkept, "record", "records")
        ));
    }
    said
}

fn titles(told: &[&Told]) -> String {
    let named: Vec<String> = told
        .iter()
        .take(NAMED_MOST)
        .map(|told| {
            let rule = &told.rule;
            format!("{:?} ({} of {})", rule.title, rule.n_hits, rule.n_records)
        })
        .collect();
    let more = told.len().saturating_sub(NAMED_MOST);
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}
