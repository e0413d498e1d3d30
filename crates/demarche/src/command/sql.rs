//! `demarche sql`: ask a stored case a question.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use demarche_store::sql::{self, Answer};

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
    let answer = sql::ask(&store, &arguments.question).map_err(|refusal| {
        Error::run("the question was not answered").because(&refusal).hint(
            "list the tables with: select table_name, column_name from information_schema.columns",
        )
    })?;
    let printed = match arguments.form {
        Form::Table => print_table(&answer),
        Form::Csv => print_csv(&answer),
        Form::Jsonl => print_jsonl(&answer),
    };
    printed.map_err(|cause| Error::run("cannot print the answer").because(&cause))?;
    Ok(0)
}

fn print_table(answer: &Answer) -> std::io::Result<()> {
    use std::io::Write;
    let mut widths: Vec<usize> = answer.columns.iter().map(|c| c.chars().count()).collect();
    for row in &answer.rows {
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
    writeln!(out, "{}", line(answer.columns.clone()))?;
    writeln!(
        out,
        "{}",
        line(widths.iter().map(|width| "-".repeat(*width)).collect())
    )?;
    for row in &answer.rows {
        let cells = row
            .iter()
            .map(|cell| shown(cell.as_deref().unwrap_or("")).into_owned());
        writeln!(out, "{}", line(cells.collect()))?;
    }
    Ok(())
}

fn print_csv(answer: &Answer) -> std::io::Result<()> {
    let columns: Vec<&str> = answer.columns.iter().map(String::as_str).collect();
    let mut table = Table::begin(std::io::stdout().lock(), &columns)?;
    for row in &answer.rows {
        let cells: Vec<&str> = row
            .iter()
            .map(|cell| cell.as_deref().unwrap_or(""))
            .collect();
        table.row(&cells)?;
    }
    table.end()
}

fn print_jsonl(answer: &Answer) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    for row in &answer.rows {
        let object: serde_json::Map<String, serde_json::Value> = answer
            .columns
            .iter()
            .zip(row)
            .map(|(column, cell)| (column.clone(), serde_json::Value::from(cell.clone())))
            .collect();
        writeln!(out, "{}", serde_json::Value::Object(object))?;
    }
    Ok(())
}
