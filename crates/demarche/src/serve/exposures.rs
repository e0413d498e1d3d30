//! What was reached: filtered, page by page, and the same as a file.

use std::sync::Arc;

use demarche_core::brief::phrase;

use crate::error::Result;
use crate::render::words;
use crate::serve::http::{Response, encoded};
use crate::serve::page::{Field, Form, Part, Table, Total, cell, link, time, who, word};
use crate::serve::site::{Answer, Asked};
use crate::serve::tables::record_link;
use crate::view::listed::Wanted;
use crate::view::search::Found;
use crate::view::{Exposure, Placed};

/// Rows of one page.
pub const ROWS_OF_PAGE: u64 = 100;

const FILTERS: [&str; 6] = ["verdict", "grade", "session", "account", "store", "q"];

/// Which rows the question asks for.
fn wanted(asked: &Asked<'_>) -> Wanted {
    let field = |name: &str| asked.field(name).to_owned();
    Wanted {
        verdict: field("verdict"),
        grade: field("grade"),
        session: field("session"),
        words: vec![
            (Some("account"), field("account")),
            (Some("store"), field("store")),
            (None, field("q")),
        ],
    }
}

/// The question as it stands in a URL.
fn question(asked: &Asked<'_>, names: &[&str]) -> String {
    let fields = names.iter().filter(|name| !asked.field(name).is_empty());
    let fields: Vec<String> = fields
        .map(|name| format!("{name}={}", encoded(asked.field(name))))
        .collect();
    fields.join("&")
}

/// The question with the row that it is searched from.
pub fn asked_on(asked: &Asked<'_>, names: &[&str]) -> String {
    match asked.from() {
        0 => question(asked, names),
        from => format!("{}&from={from}", question(asked, names)),
    }
}

/// What is said of a search that was not of the whole table, and where it goes on.
pub fn searched(asked: &Asked<'_>, found: &Found, (names, page): (&[&str], &str)) -> Vec<Part> {
    let from = asked.from();
    let base = format!("{}/{page}?{}", asked.at, question(asked, names));
    let mut links = Vec::new();
    if from > 0 {
        links.push(("Search from the first row".to_owned(), base.clone()));
    }
    let said = match found.rest {
        None if from == 0 => return Vec::new(),
        None => format!(
            "Searched from row {} to the last.",
            phrase::grouped(from + 1)
        ),
        Some(rest) => {
            let on = format!("Search on from row {}", phrase::grouped(rest + 1));
            links.push((on, format!("{base}&from={rest}")));
            format!(
                "Searched rows {} to {}: a question by words goes through so many at a time.",
                phrase::grouped(from + 1),
                phrase::grouped(rest)
            )
        }
    };
    vec![Part::Note(said), Part::Links(links)]
}

/// How many rows were found; at least so many, where not all were looked at.
pub fn counted(asked: &Asked<'_>, found: &Found) -> String {
    match found.rest.is_some() || asked.from() > 0 {
        true => format!("at least {}", phrase::grouped(found.n)),
        false => phrase::grouped(found.n),
    }
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
///
/// # Errors
/// Those of the disk.
pub fn all(asked: &Asked<'_>) -> Result<Answer> {
    let form = filter(asked);
    let table = &asked.read.tables.exposures;
    let found = table.find(&wanted(asked), asked.from(), asked.sheet())?;
    let table = rows(asked, &found);
    let question = question(asked, &FILTERS);
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
    let (n, n_all) = (found.n, asked.read.tables.exposures.len());
    let said = counted(asked, &found);
    parts.extend(filtered(asked, (said, n_all), (&FILTERS, &all)));
    let saved = match searched(asked, &found, (&FILTERS, "exposures")) {
        parts_searched if parts_searched.is_empty() => words::counted(n, "row"),
        parts_searched => {
            parts.extend(parts_searched);
            "all rows like that".to_owned()
        }
    };
    parts.push(Part::Links(vec![(format!("Save {saved} as CSV"), export)]));
    parts.push(Part::Table(table));
    parts.extend(pager(
        &format!("{}/exposures?{}", asked.at, asked_on(asked, &FILTERS)),
        asked.page(),
        n,
    ));
    Ok(Answer {
        title: "Exposures".to_owned(),
        parts,
        again: 0,
    })
}

/// The rows of the page.
fn rows(asked: &Asked<'_>, found: &Found) -> Table {
    let rows = found.rows.iter().map(|row| {
        let row = Exposure::of(row.iter().cloned());
        vec![
            link(
                &row.session,
                format!("{}/session/{}", asked.at, encoded(&row.session)),
            ),
            word(&row.verdict),
            word(&row.grade),
            who(&row.account),
            match row.store.eq_ignore_ascii_case(&row.account) && !row.store.is_empty() {
                true => cell("their own"),
                false => cell(&row.store),
            },
            cell(&row.container),
            cell(&row.item),
            time(&row.first),
            record_link(asked, &row.source, &row.leaf, row.place()),
            cell(&row.caveats),
        ]
    });
    Table {
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
            // What is presumed may be containers alone, whose items nobody can count.
            let rows = asked.read.tables.exposures.len_like(&Wanted {
                verdict: total.verdict.clone(),
                grade: grade.to_owned(),
                ..Wanted::default()
            });
            let n = match counts.is_empty() && rows > 0 {
                true => words::counted(rows, "row"),
                false => counts.words(),
            };
            totals.push(Total {
                n,
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
    (n, n_all_rows): (String, u64),
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
    let n_all = phrase::grouped(n_all_rows);
    match by.is_empty() {
        true => vec![Part::Text(
            phrase::capital(&words::counted(n_all_rows, "row")) + ".",
        )],
        false => vec![Part::Filtered(
            format!("{n} of {n_all} rows: {}.", by.join(", ")),
            all.to_owned(),
        )],
    }
}

/// Links to the pages before and behind, and which page this is.
pub fn pager(base: &str, page: u64, n: u64) -> Vec<Part> {
    let n_pages = n.div_ceil(ROWS_OF_PAGE);
    if n_pages < 2 {
        return Vec::new();
    }
    let mut links = Vec::new();
    let to = |page: u64| format!("{base}&page={page}");
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
        phrase::grouped(page + 1),
        phrase::grouped(n_pages),
        phrase::grouped(n)
    );
    vec![Part::Text(said), Part::Links(links)]
}

/// The rows as a file, sent as they are read.
pub fn export(asked: &Asked<'_>) -> Response {
    let (wanted, tables) = (wanted(asked), Arc::clone(&asked.read.tables));
    let rows = Response::poured(
        "text/csv; charset=utf-8",
        Box::new(move |out| {
            let copied = tables.exposures.copy(&wanted, out);
            copied.map_err(|error| std::io::Error::other(error.to_string()))
        }),
    );
    Response {
        save_as: "exposure.csv".to_owned(),
        ..rows
    }
}
