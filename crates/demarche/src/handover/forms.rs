//! Writes the brief again in its forms: HTML, JSON, Markdown, CSV, workbook, PDF.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;

use crate::error::{Error, OnFile, Result};
use crate::handover::person;
use crate::handover::prepare::Prepared;
use crate::render::csv::Table;
use crate::render::{html, markdown, pdf, workbook};
use crate::view::{Action, Exposure, Indicator, TimelineRow};

/// A form of the brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Form {
    /// brief.html: one file without script.
    Html,
    /// brief.json.
    Json,
    /// brief.md.
    Md,
    /// The tables, with retrieve.csv and items.csv.
    Csv,
    /// brief.xlsx: a workbook of the tables.
    Xlsx,
    /// brief.pdf.
    Pdf,
}

/// Writes the forms into a folder; returns the files, in order.
///
/// # Errors
/// Those of the disk.
pub fn write(prepared: &Prepared, dir: &Path, forms: &[Form]) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(dir).on("make", dir)?;
    let (view, look) = (&prepared.view, &prepared.look);
    let mut written = Vec::new();
    let put = |name: &str, bytes: &[u8]| -> Result<PathBuf> {
        let path = dir.join(name);
        std::fs::write(&path, bytes).on("write", &path)?;
        Ok(path)
    };
    for form in forms {
        written.push(match form {
            Form::Html => put("brief.html", html::page(view, look)?.as_bytes())?,
            Form::Json => put("brief.json", json(prepared)?.as_bytes())?,
            Form::Md => put("brief.md", markdown::page(view, look).as_bytes())?,
            Form::Pdf => put("brief.pdf", &pdf::file(view, look))?,
            Form::Xlsx => put("brief.xlsx", &workbook::file(prepared)?)?,
            Form::Csv => {
                for (name, columns, rows) in tables(prepared) {
                    let path = dir.join(name);
                    let file = File::create(&path).on("make", &path)?;
                    csv(BufWriter::new(file), &columns, &rows).on("write", &path)?;
                    written.push(path);
                }
                continue;
            }
        });
    }
    Ok(written)
}

fn json(prepared: &Prepared) -> Result<String> {
    let mut value = serde_json::to_value(&prepared.view)
        .map_err(|cause| Error::run("cannot write brief.json").because(&cause))?;
    value["written_for"] = json!(prepared.look.audience);
    value["marking"] = json!(prepared.look.marking);
    value["left_out"] = json!(prepared.look.left_out);
    if let Some(parts) = value.as_object_mut().filter(|_| prepared.look.of_person) {
        // An empty list would say that there is none.
        parts.retain(|part, _| !person::OF_THE_ORGANISATION.contains(&part.as_str()));
    }
    Ok(format!("{value:#}\n"))
}

/// A table by name, with its columns and rows.
pub type Rows = (&'static str, Vec<String>, Vec<Vec<String>>);

/// Every table, in the order of the workbook's sheets.
pub fn tables(prepared: &Prepared) -> Vec<Rows> {
    let view = &prepared.view;
    let names = |columns: &[&str]| {
        columns
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let cells = |cells: Vec<&str>| cells.into_iter().map(str::to_owned).collect::<Vec<_>>();
    vec![
        items(prepared),
        retrieve(prepared),
        (
            "exposure.csv",
            names(Exposure::COLUMNS),
            view.exposures
                .iter()
                .map(|row| cells(row.cells()))
                .collect(),
        ),
        (
            "actions.csv",
            names(Action::COLUMNS),
            view.actions.iter().map(|row| cells(row.cells())).collect(),
        ),
        open(prepared),
        gaps(prepared),
        (
            "timeline.csv",
            names(TimelineRow::COLUMNS),
            view.timeline.iter().map(|row| cells(row.cells())).collect(),
        ),
        (
            "indicators.csv",
            names(Indicator::COLUMNS),
            view.indicators
                .iter()
                .map(|row| cells(row.cells()))
                .collect(),
        ),
    ]
}

fn owned<const N: usize>(columns: [&str; N]) -> Vec<String> {
    columns.map(str::to_owned).to_vec()
}

/// Every distinct item with what an inventory says of it.
fn items(prepared: &Prepared) -> Rows {
    let mut columns = owned([
        "verdict",
        "grade",
        "store",
        "item",
        "container",
        "first",
        "sessions",
        "named",
        "subject",
        "from",
        "to",
        "sent",
        "size",
        "attachments",
    ]);
    let own = prepared
        .look
        .items
        .as_ref()
        .map_or(&[][..], |joined| &joined.own);
    columns.extend(own.iter().cloned());
    let rows = prepared.items.iter().map(|item| {
        let known = item.item.clone().unwrap_or_default();
        let sessions: Vec<&str> = item.sessions.iter().map(String::as_str).collect();
        let named = if item.item.is_some() { "yes" } else { "no" };
        let mut cells = vec![
            item.verdict.clone(),
            item.grade.clone(),
            item.store.clone(),
            item.id.clone(),
            item.container.clone(),
            item.first.clone(),
            sessions.join(" "),
            named.to_owned(),
            known.subject,
            known.from,
            known.to,
            known.sent,
            known.size,
            known.attachments,
        ];
        cells.extend(known.own);
        cells.resize(columns.len(), String::new());
        cells
    });
    let rows = rows.collect();
    ("items.csv", columns, rows)
}

/// Per mailbox the message ids to pull for review.
fn retrieve(prepared: &Prepared) -> Rows {
    let mut rows: Vec<Vec<String>> = prepared
        .items
        .iter()
        .filter(|item| item.store.contains('@') && item.id.contains('@'))
        .map(|item| {
            vec![
                item.store.clone(),
                item.id.clone(),
                item.verdict.clone(),
                item.grade.clone(),
                item.container.clone(),
                item.first.clone(),
            ]
        })
        .collect();
    rows.sort();
    let columns = owned([
        "mailbox",
        "message_id",
        "verdict",
        "grade",
        "container",
        "first",
    ]);
    ("retrieve.csv", columns, rows)
}

fn open(prepared: &Prepared) -> Rows {
    let rows = prepared.view.open.iter().map(|row| {
        vec![
            row.id.clone(),
            row.session.clone(),
            row.verdict.clone(),
            row.need.clone(),
            row.kind.clone(),
            row.operation.clone(),
            row.account.clone(),
            row.store.clone(),
            row.object.clone(),
            row.since.clone(),
            row.facts.join("; "),
            row.sentence.clone(),
            row.record.source.to_string(),
            row.record.leaf.to_string(),
            row.record.offset.to_string(),
            row.record.length.to_string(),
        ]
    });
    let columns = owned([
        "id",
        "session",
        "verdict",
        "need",
        "kind",
        "operation",
        "account",
        "store",
        "object",
        "since",
        "facts",
        "sentence",
        "source",
        "leaf",
        "offset",
        "length",
    ]);
    ("open.csv", columns, rows.collect())
}

fn gaps(prepared: &Prepared) -> Rows {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = prepared.view.gaps.iter().map(|gap| {
        vec![
            gap.id.clone(),
            gap.kind.clone(),
            gap.source
                .map(|source| source.to_string())
                .unwrap_or_default(),
            text(&gap.stream),
            gap.account.clone(),
            gap.store.clone(),
            gap.operation.clone(),
            text(&gap.from),
            text(&gap.to),
            gap.sessions.join(" "),
            gap.effect.clone(),
        ]
    });
    let columns = owned([
        "id",
        "kind",
        "source",
        "stream",
        "account",
        "store",
        "operation",
        "from",
        "to",
        "sessions",
        "effect",
    ]);
    ("gaps.csv", columns, rows.collect())
}

fn csv(out: impl std::io::Write, columns: &[String], rows: &[Vec<String>]) -> std::io::Result<()> {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::begin(out, &columns)?;
    for row in rows {
        table.row(row)?;
    }
    table.end()
}
