//! `demarche sql`: ask a stored case a question.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use demarche_store::sql::{self, Asked, Bounds, Refusal, Row};

use crate::error::{Error, Result};
use crate::render::csv::Table;
use crate::terminal::escape::shown;

/// How the answer is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// Aligned columns for reading.
    Table,
    /// CSV with a header.
    Csv,
    /// One JSON object a row.
    Jsonl,
}

/// Ask a stored case a question in SQL.
///
/// Tables: sources, records, events, items, accounts, sessions, findings, exposures, actions,
/// gaps. Times are UTC. Only reading statements are accepted.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder.
    #[arg(value_name = "DIR")]
    case: PathBuf,
    /// The question, as in 'select account, count(*) from events group by account'.
    #[arg(value_name = "SQL")]
    question: String,
    /// How to print the answer.
    #[arg(long, value_enum, default_value = "table")]
    form: Form,
}

/// Asks and prints.
///
/// # Errors
/// A folder that is no case, a question the engine refuses, a pipe that was closed.
pub fn run(arguments: Arguments) -> Result<u8> {
    let store = arguments.case.join("store");
    if !store.is_dir() {
        return Err(Error::run(format!(
            "{} is no case: it has no store",
            arguments.case.display()
        ))
        .hint("make one with: demarche examine PATH... --case DIR"));
    }
    let asked = sql::ask(&store, &arguments.question, Bounds::default()).map_err(refused)?;
    match arguments.form {
        Form::Table => print_table(asked),
        Form::Csv => print_csv(asked),
        Form::Jsonl => print_jsonl(asked),
    }?;
    Ok(0)
}

fn refused(refusal: Refusal) -> Error {
    Error::run("the question was not answered")
        .because(&refusal)
        .hint(
            "list the tables with: select table_name, column_name from information_schema.columns",
        )
}

fn unprintable(cause: std::io::Error) -> Error {
    Error::run("cannot print the answer").because(&cause)
}

/// Aligned columns are as wide as the widest cell: all rows have to be held.
fn print_table(asked: Asked) -> Result<()> {
    let columns = asked.columns.clone();
    let rows: Vec<Row> = asked
        .collect::<std::result::Result<_, _>>()
        .map_err(refused)?;
    aligned(&columns, &rows).map_err(unprintable)
}

fn aligned(columns: &[String], rows: &[Row]) -> std::io::Result<()> {
    use std::io::Write;
    let mut widths: Vec<usize> = columns.iter().map(|c| c.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(shown(cell.as_deref().unwrap_or("")).chars().count());
        }
    }
    let mut out = std::io::stdout().lock();
    let line = |cells: Vec<String>| {
        let padded = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    writeln!(out, "{}", line(columns.to_vec()))?;
    writeln!(
        out,
        "{}",
        line(widths.iter().map(|width| "-".repeat(*width)).collect())
    )?;
    for row in rows {
        let cells = row
            .iter()
            .map(|cell| shown(cell.as_deref().unwrap_or("")).into_owned());
        writeln!(out, "{}", line(cells.collect()))?;
    }
    Ok(())
}

fn print_csv(asked: Asked) -> Result<()> {
    let columns = asked.columns.clone();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::begin(std::io::stdout().lock(), &columns).map_err(unprintable)?;
    for row in asked {
        let row = row.map_err(refused)?;
        let cells: Vec<&str> = row
            .iter()
            .map(|cell| cell.as_deref().unwrap_or(""))
            .collect();
        table.row(&cells).map_err(unprintable)?;
    }
    table.end().map_err(unprintable)
}

fn print_jsonl(asked: Asked) -> Result<()> {
    use std::io::Write;
    let columns = asked.columns.clone();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for row in asked {
        let cells = columns.iter().cloned().zip(row.map_err(refused)?);
        let cells = cells.map(|(column, cell)| (column, serde_json::Value::from(cell)));
        let object: serde_json::Map<String, serde_json::Value> = cells.collect();
        writeln!(out, "{}", serde_json::Value::Object(object)).map_err(unprintable)?;
    }
    out.flush().map_err(unprintable)
}
