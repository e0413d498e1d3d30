//! What was reached: filtered, page by page, and the same as a file.

use demarche_core::brief::phrase;

use crate::error::{Error, Result};
use crate::render::csv::Table as Csv;
use crate::render::words;
use crate::serve::http::{Response, encoded};
use crate::serve::page::{Field, Form, Part, Table, Total, cell, link, time, word};
use crate::serve::site::{Answer, Asked};
use crate::serve::tables::record_link;
use crate::view::{Exposure, Placed};

/// Rows of one page.
pub const ROWS_OF_PAGE: usize = 100;

const FILTERS: [&str; 6] = ["verdict", "grade", "session", "account", "store", "q"];

/// Rows that the question asks for.
fn wanted<'a>(asked: &'a Asked<'_>) -> impl Iterator<Item = &'a Exposure> {
    let [verdict, grade, session, account, store, words] =
        FILTERS.map(|name| asked.field(name).to_lowercase());
    asked.view.exposures.iter().filter(move |row| {
        (verdict.is_empty() || row.verdict == verdict)
            && (grade.is_empty() || row.grade == grade)
            && (session.is_empty() || row.session.to_lowercase() == session)
            && (account.is_empty() || row.account.to_lowercase().contains(&account))
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
            Field::Line("session", "session", value("session")),
            Field::Line("account", "account", value("account")),
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
    let page = asked.page();
    let rows = wanted(asked)
        .skip(page * ROWS_OF_PAGE)
        .take(ROWS_OF_PAGE)
        .map(|row| {
            vec![
                link(
                    &row.session,
                    format!("{}/session/{}", asked.at, encoded(&row.session)),
                ),
                word(&row.verdict),
                word(&row.grade),
                cell(&row.account),
                cell(&row.store),
                cell(&row.container),
                cell(&row.item),
                time(&row.first),
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
            "account",
            "store",
            "container",
            "item",
            "first, UTC",
            "record",
            "caveats",
        ],
        rows: rows.collect(),
        empty: "No row is like that. That nothing is listed does not show that nothing was reached.",
    };
    let question = question(asked);
    let export = format!("{}/exposures.csv?{question}", asked.at);
    let mut parts = vec![
        Part::Totals(totals(asked)),
        Part::Form(form),
        Part::Text(
            "A row is one item or container in one session; rows are not distinct items."
                .to_owned(),
        ),
    ];
    let all = format!("{}/exposures", asked.at);
    let n_all = asked.view.exposures.len();
    parts.extend(filtered(asked, (n, n_all), (&FILTERS, &all)));
    parts.push(Part::Links(vec![(
        format!("Save {} as CSV", words::counted(n as u64, "row")),
        export,
    )]));
    parts.push(Part::Table(table));
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

/// Distinct items by verdict, each leading to its rows.
fn totals(asked: &Asked<'_>) -> Vec<Total> {
    let mut totals = Vec::new();
    for total in &asked.view.totals {
        let lead = |grade: &str| {
            let verdict = encoded(&total.verdict);
            format!("{}/exposures?verdict={verdict}&grade={grade}", asked.at)
        };
        for (grade, counts) in [("certain", &total.certain), ("presumed", &total.presumed)] {
            totals.push(Total {
                n: counts.words(),
                of: format!("{grade}, {}", total.verdict),
                href: lead(grade),
            });
        }
    }
    totals
}

/// How many rows are shown of all, and by what they were chosen; nothing where nothing was asked.
pub fn filtered(
    asked: &Asked<'_>,
    (n, n_all): (usize, usize),
    (names, all): (&[&str], &str),
) -> Vec<Part> {
    let by: Vec<String> = names
        .iter()
        .filter(|name| !asked.field(name).is_empty())
        .map(|name| {
            let label = if *name == "q" { "any word" } else { *name };
            format!("{label} \u{201c}{}\u{201d}", asked.field(name))
        })
        .collect();
    let (n, n_all) = (phrase::grouped(n as u64), phrase::grouped(n_all as u64));
    match by.is_empty() {
        true => vec![Part::Text(format!("{n_all} rows."))],
        false => vec![Part::Filtered(
            format!("{n} of {n_all} rows: {}.", by.join(", ")),
            all.to_owned(),
        )],
    }
}

/// Links to the pages before and behind, and which page this is.
pub fn pager(base: &str, page: usize, n: usize) -> Vec<Part> {
    let n_pages = n.div_ceil(ROWS_OF_PAGE);
    if n_pages < 2 {
        return Vec::new();
    }
    let mut links = Vec::new();
    let to = |page: usize| format!("{base}&page={page}");
    if page > 0 {
        links.push(("First".to_owned(), to(0)));
        links.push(("Rows before".to_owned(), to(page - 1)));
    }
    if page + 1 < n_pages {
        links.push(("Further rows".to_owned(), to(page + 1)));
        links.push(("Last".to_owned(), to(n_pages - 1)));
    }
    let said = format!(
        "Page {} of {}, {} rows.",
        phrase::grouped(page as u64 + 1),
        phrase::grouped(n_pages as u64),
        phrase::grouped(n as u64)
    );
    vec![Part::Text(said), Part::Links(links)]
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
