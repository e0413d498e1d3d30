//! What came of a mapping: records per rule, and fields that never had a value.

use demarche_core::brief::phrase::count;
use demarche_core::event::sink::Met;
use demarche_store::intake::source::Source;
use demarche_store::intake::told::{Told, names};

use super::MappingFile;

/// One sentence for each mapping file: how many records each rule took, and what never occurred.
pub fn sentences(files: &[MappingFile], sources: &[Source]) -> Vec<String> {
    files.iter().map(|file| sentence(file, sources)).collect()
}

/// One sentence for each assumption that no source here is of.
pub fn unmatched(told: &Told, sources: &[Source]) -> Vec<String> {
    let is_of = |wanted: &str, source: &Source| {
        source.card.is_some_and(|card| card.name == wanted) || names(wanted, &source.name)
    };
    let idle = told
        .assumed
        .iter()
        .filter(|(wanted, _)| !sources.iter().any(|source| is_of(wanted, source)));
    idle.map(|(wanted, assumed)| {
        format!(
            "Nothing was assumed for {wanted} ({assumed}): no source here is of that kind or name."
        )
    })
    .collect()
}

fn sentence(file: &MappingFile, sources: &[Source]) -> String {
    let said = match &file.issuer {
        Some(issuer) => format!(" {}.", issuer.said),
        None => String::new(),
    };
    let Some(mapped) = &file.mapped else {
        return format!("Mapping {}:{said}", file.name);
    };
    let own: Vec<&Source> = sources
        .iter()
        .filter(|source| source.card == Some(mapped.mapping.card))
        .collect();
    if own.is_empty() {
        return format!("Mapping {}: no file was taken by it.{said}", file.name);
    }
    let n = |met: Met| -> u64 { own.iter().filter_map(|source| source.met.get(&met)).sum() };
    let n_records: u64 = own.iter().map(|source| source.records).sum();
    let rules: Vec<String> = mapped
        .mapping
        .rules
        .iter()
        .enumerate()
        .map(|(place, rule)| format!("{} {}", n(Met::Rule(place)), rule.kind))
        .collect();
    let never: Vec<&str> = mapped
        .mapping
        .fields
        .iter()
        .enumerate()
        .filter(|(place, _)| n(Met::Field(*place)) == 0)
        .map(|(_, field)| field.as_str())
        .collect();
    let never = match never.len() {
        0 => String::new(),
        _ => format!(" Fields that never had a value: {}.", never.join(", ")),
    };
    format!(
        "Mapping {}: of {} in {} {}.{never}{said}",
        file.name,
        count(n_records, "record", "records"),
        count(own.len() as u64, "file", "files"),
        rules.join(", ")
    )
}
