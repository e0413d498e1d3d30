//! The custody table and the form of a certificate, from what the case log tells.

use demarche_evidence::entry::Entry;
use serde_json::Value;

use crate::acquired::NOT_STATED;
use crate::error::{Error, Result};
use crate::evidence::entries::kind;
use crate::evidence::told::Told;
use crate::render::csv::Table;

/// Columns: the fields of an evidence log (NIST SP 800-61r2 §3.3.2).
pub const COLUMNS: [&str; 12] = [
    "item",
    "identification",
    "action",
    "person",
    "role",
    "contact",
    "time",
    "tool",
    "storage",
    "digest",
    "entry",
    "note",
];

/// What of a case goes into the table.
pub struct Scope<'a> {
    /// The log, with what it conceals.
    pub told: &'a Told,
    /// Only these sources; all where there is none.
    pub sources: Option<&'a std::collections::BTreeSet<String>>,
    /// Whether it leaves the house: then paths and plain digests of files stay out.
    pub leaves: bool,
}

type Row = [String; 12];

/// The table as CSV.
///
/// # Errors
/// None that a case can cause.
pub fn table(scope: &Scope<'_>) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let written = Table::begin(&mut out, &COLUMNS).and_then(|mut table| {
        for row in rows(scope) {
            table.row(&row)?;
        }
        table.end()
    });
    written.map_err(|cause| Error::run("cannot write the custody table").because(&cause))?;
    Ok(out)
}

/// The rows, in the order of the log.
pub fn rows(scope: &Scope<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, entry) in &scope.told.entries {
        let source = text(entry, "source");
        let is_outside = scope
            .sources
            .is_some_and(|sources| !source.is_empty() && !sources.contains(source));
        if is_outside {
            continue;
        }
        match entry.common.kind.as_str() {
            kind::SOURCE_RECEIVED => {
                if !is_acquisition_stated(scope.told, source) {
                    rows.push(unstated(scope, source, *index));
                }
                rows.push(received(scope, entry, *index));
            }
            kind::SOURCE_SEALED => rows.push(sealed(scope, entry, *index)),
            kind::ACQUISITION_STATED => rows.push(collected(scope, entry, *index)),
            kind::ANALYSIS_RUN => rows.push(deed("case", "examined", entry, *index)),
            kind::CHECKPOINT_ANCHORED => {
                rows.push(deed("case", "time-stamped", entry, *index));
            }
            kind::EXPORT_MADE => rows.push(deed("case", "disclosed in part", entry, *index)),
            _ => {}
        }
    }
    rows
}

fn text<'a>(entry: &'a Entry, name: &str) -> &'a str {
    let text = entry.object.get(name).and_then(Value::as_str);
    text.unwrap_or_default()
}

fn is_acquisition_stated(told: &Told, source: &str) -> bool {
    told.of(kind::ACQUISITION_STATED)
        .any(|(_, entry)| text(entry, "source") == source)
}

/// Name of a source as the table has it.
fn name(scope: &Scope<'_>, source: &str) -> String {
    let received = scope.told.of(kind::SOURCE_RECEIVED);
    let mut named = received.filter(|(_, entry)| text(entry, "source") == source);
    let name = named
        .next()
        .and_then(|(index, _)| scope.told.value(index, "name")?.as_str());
    let name = name.unwrap_or_default();
    if scope.leaves {
        name.rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned()
    } else {
        name.to_owned()
    }
}

fn tool(entry: &Entry) -> String {
    let common = &entry.common;
    format!(
        "demarche {} (build {})",
        common.tool_version, common.tool_build
    )
}

/// A row of something the program did.
fn deed(item: &str, action: &str, entry: &Entry, index: u64) -> Row {
    let actor = entry.common.actor.clone();
    let mut row: Row = Default::default();
    row[0] = item.to_owned();
    row[2] = action.to_owned();
    row[3] = actor;
    row[6] = entry.common.time.clone();
    row[7] = tool(entry);
    row[10] = index.to_string();
    row
}

fn received(scope: &Scope<'_>, entry: &Entry, index: u64) -> Row {
    let source = text(entry, "source");
    let mut row = deed(&format!("source {source}"), "received", entry, index);
    let bytes = entry.object.get("bytes").and_then(Value::as_u64);
    row[1] = format!("{}, {} bytes", name(scope, source), bytes.unwrap_or(0));
    if !scope.leaves {
        let told = |field: &str| {
            let value = scope.told.value(index, field).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        (row[8], row[9]) = (told("path"), told("sha256"));
    }
    row
}

fn sealed(scope: &Scope<'_>, entry: &Entry, index: u64) -> Row {
    let source = text(entry, "source");
    let mut row = deed(&format!("source {source}"), "sealed", entry, index);
    row[1] = name(scope, source);
    row[9] = format!("root {}", text(entry, "root"));
    let number = |name: &str| entry.object.get(name).and_then(Value::as_u64).unwrap_or(0);
    row[11] = format!(
        "{} records, {} rejected",
        number("records"),
        number("rejected")
    );
    row
}

/// What somebody stated of how a source was acquired.
fn collected(scope: &Scope<'_>, entry: &Entry, index: u64) -> Row {
    let source = text(entry, "source");
    let statement = scope.told.value(index, "statement");
    let said = |name: &str| {
        let value = statement
            .and_then(|it| it.get(name))
            .and_then(Value::as_str);
        value.unwrap_or(NOT_STATED).to_owned()
    };
    let mut row: Row = Default::default();
    row[0] = format!("source {source}");
    row[1] = name(scope, source);
    row[2] = format!("collected ({})", text(entry, "by"));
    (row[3], row[4], row[5]) = (said("who"), said("role"), said("contact"));
    row[6] = said("when");
    row[7] = format!("{} {}", said("tool"), said("tool_version"));
    row[8] = said("storage");
    if !scope.leaves {
        row[9] = said("provider_sha256");
    }
    row[10] = index.to_string();
    row[11] = format!(
        "asked for {} to {}, filters: {}, expected records: {}",
        said("window_from"),
        said("window_to"),
        said("filters"),
        said("expected_records")
    );
    row
}

/// Nobody stated how a source was acquired, and the table says so.
fn unstated(scope: &Scope<'_>, source: &str, index: u64) -> Row {
    let mut row: Row = Default::default();
    row[0] = format!("source {source}");
    row[1] = name(scope, source);
    row[2] = "collected".to_owned();
    for at in [3, 4, 5, 6, 7, 8] {
        row[at] = NOT_STATED.to_owned();
    }
    row[10] = index.to_string();
    row[11] = "absence from this source shows nothing".to_owned();
    row
}

/// A form for a certificate under US Federal Rules of Evidence 902(13) and (14), with blanks.
pub fn certificate(origin: &str, size: u64, root: &str) -> String {
    let blank = "______________________________";
    format!(
        "FORM: CERTIFICATION OF ELECTRONIC RECORDS, FED. R. EVID. 902(13) AND 902(14)\n\
         To be completed and signed by a qualified person. This program cannot certify anything;\n\
         in other jurisdictions use the form that applies there.\n\n\
         1. I, {blank}, am employed by {blank} as {blank}.\n\
         \x20  I am qualified to make this certification because {blank}.\n\n\
         2. The records described in custody.csv were generated by {blank} (system),\n\
         \x20  an electronic process that produces an accurate result, because {blank}.   [902(13)]\n\n\
         3. The copies were obtained by {blank} on {blank} (date, time, zone)\n\
         \x20  by means of {blank} (program and version), asking for {blank} (window, filters).\n\n\
         4. The copies are identical to what was obtained, as shown by digital identification: the\n\
         \x20  records are bound by SHA-256 (RFC 6962) to the signed checkpoint below.          [902(14)]\n\
         \x20  Comparison was made by {blank} with {blank} on {blank}.\n\n\
         \x20  origin  {origin}\n\
         \x20  size    {size} entries\n\
         \x20  root    {root}\n\n\
         5. Notice under 902(11) was given on {blank} to {blank}.\n\n\
         I certify under penalty of perjury that the foregoing is true and correct.\n\n\
         Signed {blank}   Date {blank}   Place {blank}\n"
    )
}
