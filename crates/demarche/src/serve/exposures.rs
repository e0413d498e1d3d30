//! What was reached: filtered, page by page, and the same as a file.

use crate::error::{Error, Result};
use crate::render::csv::Table as Csv;
use crate::serve::http::{Response, encoded};
use crate::serve::page::{Field, Form, Part, Table, cell, link};
use crate::serve::site::{Answer, Asked};
use crate::serve::tables::record_link;
use crate::view::{Exposure, Placed};

/// Rows of one page.
pub const ROWS_OF_PAGE: usize = 100;

const FILTERS: [&str; 4] = ["verdict", "grade", "store", "q"];

/// Rows that the question asks for.
fn wanted<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a Exposure> {
    let [verdict, grade, store, words] = FILTERS.map(|name| asked.field(name).to_lowercase());
    asked.view.exposures.iter().filter(move |row| {
        (verdict.is_empty() || row.verdict == verdict)
            && (grade.is_empty() || row.grade == grade)
            && (store.is_empty() || row.store.to_lowercase().contains(&store))
            && (words.is_empty()
                || row
                    .cells()
                    .iter()
                    .any(|cell| cell.to_lowercase().contains(&words)))
    })
}

/// The question as it stands in a URL.
fn question(asked: &Asked<'_>) -> String {
    let fields = FILTERS.iter().filter(|name| !asked.field(name).is_empty());
    let fields: Vec<String> = fields
        .map(|name| format!("{name}={}", encoded(asked.field(name))))
        .collect();
    fields.join("&")
}

/// The form that filters.
fn filter(asked: &Asked<'_>) -> Form {
    let value = |name: &str| asked.field(name).to_owned();
    Form {
        changes: false,
        action: format!("{}/exposures", asked.at),
        fields: vec![
            Field::Choice(
                "verdict",
                "verdict",
                value("verdict"),
                vec!["", "hostile", "suspect"],
            ),
            Field::Choice(
                "grade",
                "grade",
                value("grade"),
                vec!["", "certain", "presumed"],
            ),
            Field::Line("store", "store", value("store")),
            Field::Line("q", "any word", value("q")),
        ],
        button: "Filter".to_owned(),
    }
}

/// The page.
pub fn all(asked: &Asked<'_>) -> Answer {
    let form = filter(asked);
    let n = wanted(asked).count();
    let page: usize = asked.field("page").parse().unwrap_or(0);
    let rows = wanted(asked)
        .skip(page * ROWS_OF_PAGE)
        .take(ROWS_OF_PAGE)
        .map(|row| {
            vec![
                link(
                    &row.session,
                    format!("{}/session/{}", asked.at, encoded(&row.session)),
                ),
                cell(&row.verdict),
                cell(&row.grade),
                cell(&row.store),
                cell(&row.container),
                cell(&row.item),
                cell(&row.first),
                record_link(asked, &row.source, &row.leaf, row.place()),
                cell(&row.caveats),
            ]
        });
    let table = Table {
        title: "Exposures".to_owned(),
        columns: vec![
            "session",
            "verdict",
            "grade",
            "store",
            "container",
            "item",
            "first, UTC",
            "record",
            "caveats",
        ],
        rows: rows.collect(),
    };
    let question = question(asked);
    let export = format!("{}/exposures.csv?{question}", asked.at);
    let mut parts = vec![
        Part::Form(form),
        Part::Text(format!(
            "{n} rows. A row is one item or container in one session; rows are not distinct items."
        )),
        Part::Links(vec![("Save these rows as CSV".to_owned(), export)]),
        Part::Table(table),
    ];
    parts.extend(pager(
        &format!("{}/exposures?{question}", asked.at),
        page,
        n,
    ));
    Answer {
        title: "Exposures".to_owned(),
        parts,
        again: 0,
    }
}

/// Links to the pages before and behind.
pub fn pager(base: &str, page: usize, n: usize) -> Option<Part> {
    let mut links = Vec::new();
    if page > 0 {
        links.push((
            "Rows before".to_owned(),
            format!("{base}&page={}", page - 1),
        ));
    }
    if (page + 1) * ROWS_OF_PAGE < n {
        links.push((
            "Further rows".to_owned(),
            format!("{base}&page={}", page + 1),
        ));
    }
    (!links.is_empty()).then_some(Part::Links(links))
}

/// The rows as a file.
///
/// # Errors
/// None that a log could cause.
pub fn export(asked: &Asked<'_>) -> Result<Response> {
    let mut out = Vec::new();
    let write = |out: &mut Vec<u8>| -> std::io::Result<()> {
        let mut table = Csv::begin(out, Exposure::COLUMNS)?;
        for row in wanted(asked) {
            table.row(&row.cells())?;
        }
        table.end()
    };
    write(&mut out).map_err(|cause| Error::run("cannot write the rows").because(&cause))?;
    Ok(Response::file(
        "exposure.csv",
        "text/csv; charset=utf-8",
        out,
    ))
}
