//! The page of questions in SQL.

use std::time::Duration;

use demarche_core::brief::phrase;
use demarche_store::sql::{Bounds, Refusal, Row, ask};

use crate::error::Error;
use crate::serve::page::{Field, Form, Part, Table, cell};
use crate::serve::site::{Answer, Asked};

/// The most rows of an answer that are shown.
const ROWS_MOST: usize = 1_000;
/// How long an answer may take: whoever needs longer asks with `demarche sql`.
const TIME_MOST: Duration = Duration::from_secs(60);

/// A question in SQL, and its answer.
pub fn page(asked: &Asked<'_>) -> Answer {
    let question = asked.field("q").to_owned();
    let form = Form {
        changes: false,
        action: format!("{}/sql", asked.at),
        fields: vec![Field::Lines("q", "question", question.clone())],
        button: "Ask".to_owned(),
    };
    let tables = "Tables: sources, records, events, items, accounts, sessions, findings, exposures, \
                  actions, gaps. Only reading statements are accepted.";
    let mut parts = vec![Part::Text(tables.to_owned()), Part::Form(form)];
    if !question.is_empty() {
        parts.extend(answered(asked, &question));
    }
    Answer {
        title: "SQL".to_owned(),
        parts,
        again: 0,
    }
}

fn answered(asked: &Asked<'_>, question: &str) -> Vec<Part> {
    match first_rows(asked, question) {
        Ok((columns, rows, more)) => {
            let n = phrase::count(rows.len() as u64, "row", "rows");
            let said = match more {
                true => {
                    format!("The first {n}; there are more: ask for less, or with demarche sql.")
                }
                false => format!("{n}."),
            };
            let cells = |row: Row| row.into_iter().map(|value| cell(value.unwrap_or_default()));
            let head = columns.into_iter().map(cell).collect();
            let rows = rows.into_iter().map(|row| cells(row).collect());
            let table = Table {
                title: "Answer".to_owned(),
                columns: Vec::new(),
                rows: std::iter::once(head).chain(rows).collect(),
                empty: "No row answers that.",
            };
            vec![Part::Text(said), Part::Table(table)]
        }
        Err(refusal) => {
            let error = Error::run("Not answered").because(&refusal);
            let causes = error.causes.join(": ");
            vec![Part::Note(format!("Not answered: {causes}."))]
        }
    }
}

/// Columns, the rows that are shown, and whether there are more.
fn first_rows(asked: &Asked<'_>, question: &str) -> Result<(Vec<String>, Vec<Row>, bool), Refusal> {
    let bounds = Bounds {
        time_most: Some(TIME_MOST),
    };
    let mut answer = ask(&asked.case.dir.join("store"), question, bounds)?;
    let mut rows = Vec::new();
    for row in answer.by_ref().take(ROWS_MOST) {
        rows.push(row?);
    }
    let more = answer.next().transpose()?.is_some();
    Ok((answer.columns.clone(), rows, more))
}
