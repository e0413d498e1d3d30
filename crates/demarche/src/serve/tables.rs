//! The plain tables of a case: accounts, acts, open things, gaps, runs, evidence, SQL.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::error::Result;
use crate::examine::case::sorted_entries;
use crate::serve::exposures::{ROWS_OF_PAGE, pager};
use crate::serve::http::encoded;
use crate::serve::page::{Cell, Part, Table, cell, link};
#[cfg(feature = "sql")]
use crate::serve::page::{Field, Form};
use crate::serve::site::{Answer, Asked};
use crate::view::Placed;

fn answer(title: &str, parts: Vec<Part>) -> Answer {
    Answer {
        title: title.to_owned(),
        parts,
        again: 0,
    }
}

/// One page of a table, with links to the others.
fn paged(
    asked: &Asked<'_>,
    (title, page): (&str, &str),
    columns: Vec<&'static str>,
    rows: impl ExactSizeIterator<Item = Vec<Cell>>,
) -> Vec<Part> {
    let n = rows.len();
    let number: usize = asked.field("page").parse().unwrap_or(0);
    let table = Table {
        title: title.to_owned(),
        columns,
        rows: rows
            .skip(number * ROWS_OF_PAGE)
            .take(ROWS_OF_PAGE)
            .collect(),
    };
    let mut parts = vec![Part::Table(table)];
    parts.extend(pager(&format!("{}/{page}?", asked.at), number, n));
    parts
}

fn session(asked: &Asked<'_>, id: &str) -> Cell {
    link(id, format!("{}/session/{}", asked.at, encoded(id)))
}

/// Accounts of listed sessions, with what was reached in each one's name.
pub fn accounts(asked: &Asked<'_>) -> Answer {
    let mut sums: BTreeMap<&str, [u64; 4]> = BTreeMap::new();
    for row in &asked.view.sessions {
        let sum = sums.entry(&row.account).or_default();
        sum[usize::from(row.verdict != "hostile")] += 1;
        sum[2] += row.exposure.certain.messages;
        sum[3] += row.exposure.certain.files;
    }
    let rows: Vec<_> = sums
        .into_iter()
        .map(|(account, sums)| {
            let mut cells = vec![link(
                account,
                format!("{}/sessions?q={}", asked.at, encoded(account)),
            )];
            cells.extend(sums.map(|n| cell(n.to_string())));
            cells
        })
        .collect();
    let columns = vec![
        "account",
        "hostile sessions",
        "suspect sessions",
        "messages named, by session",
        "files named, by session",
    ];
    let mut parts = vec![Part::Note(
        "Accounts without a listed session are not shown; they are not cleared.".to_owned(),
    )];
    parts.extend(paged(
        asked,
        ("Accounts", "accounts"),
        columns,
        rows.into_iter(),
    ));
    answer("Accounts", parts)
}

/// What was done in listed sessions that is no exposure.
pub fn actions(asked: &Asked<'_>) -> Answer {
    let rows = asked.view.actions.iter().map(|row| {
        vec![
            cell(&row.time),
            session(asked, &row.session),
            cell(&row.verdict),
            cell(&row.kind),
            cell(&row.outcome),
            cell(&row.account),
            cell(&row.object),
            cell(&row.recipients),
            cell(&row.facts),
            record_link(asked, &row.source, &row.leaf, row.place()),
        ]
    });
    let columns = vec![
        "time, UTC",
        "session",
        "verdict",
        "what",
        "outcome",
        "account",
        "object",
        "recipients",
        "facts",
        "record",
    ];
    answer("Acts", paged(asked, ("Acts", "actions"), columns, rows))
}

/// A cell that leads to the record of a leaf.
pub fn record_link(asked: &Asked<'_>, source: &str, leaf: &str, text: String) -> Cell {
    link(
        text,
        format!("{}/record/{}/{}", asked.at, encoded(source), encoded(leaf)),
    )
}

/// What is still in place.
pub fn open(asked: &Asked<'_>) -> Answer {
    let rows = asked.view.open.iter().map(|row| {
        vec![
            cell(&row.verdict),
            cell(&row.sentence),
            cell(&row.since),
            session(asked, &row.session),
        ]
    });
    let columns = vec!["verdict", "what", "since, UTC", "session"];
    answer(
        "Still in place",
        paged(asked, ("Still in place", "open"), columns, rows),
    )
}

/// Gaps, and what can still be had.
pub fn gaps(asked: &Asked<'_>) -> Answer {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let rows = asked.view.gaps.iter().map(|gap| {
        vec![
            cell(&gap.kind),
            cell(text(&gap.from)),
            cell(text(&gap.to)),
            cell(&gap.effect),
            cell(gap.sessions.len().to_string()),
        ]
    });
    let columns = vec![
        "kind",
        "from, UTC",
        "to, UTC",
        "effect",
        "listed sessions under it",
    ];
    let mut parts = paged(asked, ("Gaps", "gaps"), columns, rows);
    let missing = asked.view.missing.iter().map(|missing| {
        let until = if missing.expired {
            "past its retention".to_owned()
        } else {
            text(&missing.expires)
        };
        vec![
            cell(until),
            cell(&missing.title),
            cell(&missing.why),
            cell(&missing.export),
        ]
    });
    parts.push(Part::Heading("What can still be had".to_owned()));
    parts.push(Part::Table(Table {
        title: "Still to be had".to_owned(),
        columns: vec!["until", "source", "why", "how to export it"],
        rows: missing.collect(),
    }));
    answer("What cannot be known", parts)
}

/// Runs of the case, and what the last one moved.
///
/// # Errors
/// Those of the disk.
pub fn runs(asked: &Asked<'_>) -> Result<Answer> {
    let folder = asked.case.dir.join("runs");
    let mut rows = Vec::new();
    if folder.is_dir() {
        for run in sorted_entries(&folder)? {
            let name = run
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            rows.push(vec![
                cell(name),
                cell(run.join("brief.html").display().to_string()),
            ]);
        }
    }
    let changes = &asked.view.changes;
    let mut parts = vec![Part::Text(format!(
        "This is run {}.",
        asked.view.method.run
    ))];
    parts.push(Part::Table(Table {
        title: "Earlier runs".to_owned(),
        columns: vec!["run", "its brief"],
        rows,
    }));
    parts.push(Part::Heading(format!(
        "What moved since run {}",
        changes.since_run
    )));
    parts.extend(changes.sentences.iter().cloned().map(Part::Text));
    let moved = changes.changes.iter().map(|change| {
        vec![
            cell(&change.movement),
            cell(&change.thing),
            cell(&change.id),
            cell(&change.before),
            cell(&change.after),
            cell(change.by.join(", ")),
        ]
    });
    let columns = vec!["moved", "what", "id", "before", "after", "by"];
    parts.extend(paged(asked, ("What moved", "runs"), columns, moved));
    Ok(answer("Runs", parts))
}

/// Sources with their digests, the checkpoint, and how to verify.
pub fn evidence(asked: &Asked<'_>) -> Answer {
    let checkpoint = asked.view.checkpoint();
    let mut parts = vec![match checkpoint {
        "" => Part::Note("This case is not sealed: no checkpoint.".to_owned()),
        text => Part::Lines(text.to_owned()),
    }];
    parts.push(Part::Text(
        "Check it from a terminal, with a key that did not come with the case:".to_owned(),
    ));
    parts.push(Part::Lines(format!(
        "demarche verify {} --key {}.vkey",
        asked.case.dir.display(),
        asked.case.dir.display()
    )));
    let rows = asked.view.accounting.iter().map(|row| {
        vec![
            cell(row.source.to_string()),
            cell(&row.path),
            cell(&row.kind),
            cell(row.records.to_string()),
            cell(row.distinct.to_string()),
            cell(row.duplicates.to_string()),
            cell(row.rejected.to_string()),
            cell(&row.sha256),
        ]
    });
    let columns = vec![
        "source",
        "path",
        "kind",
        "records",
        "distinct",
        "duplicates",
        "rejected",
        "SHA-256",
    ];
    parts.extend(paged(asked, ("Sources", "evidence"), columns, rows));
    let claims = asked.view.claims.iter().map(|claim| {
        let places: Vec<String> = claim
            .records
            .iter()
            .take(6)
            .map(ToString::to_string)
            .collect();
        vec![
            cell(&claim.id),
            cell(&claim.sentence),
            cell(places.join(" ")),
        ]
    });
    parts.push(Part::Heading("Claims and their records".to_owned()));
    let claims: Vec<_> = claims.take(ROWS_OF_PAGE).collect();
    parts.push(Part::Table(Table {
        title: "Claims".to_owned(),
        columns: vec!["claim", "sentence", "records"],
        rows: claims,
    }));
    answer("Evidence", parts)
}

/// The most bytes of a record shown.
const RECORD_MOST: u64 = 256 * 1024;

/// One record as it lies in its source, where the source is still there and not packed.
///
/// # Errors
/// None: what cannot be shown is said.
pub fn record(asked: &Asked<'_>, source: &str, leaf: &str) -> Result<Answer> {
    let view = &asked.view;
    let exposures = view
        .exposures
        .iter()
        .map(|row| (&row.source, &row.leaf, &row.offset, &row.length));
    let timeline = view
        .timeline
        .iter()
        .map(|row| (&row.source, &row.leaf, &row.offset, &row.length));
    let found = exposures
        .chain(timeline)
        .find(|(at, number, ..)| *at == source && *number == leaf);
    let row = view
        .accounting
        .iter()
        .find(|row| row.source.to_string() == source);
    let mut parts = Vec::new();
    match (found, row) {
        (Some((_, _, offset, length)), Some(row)) => {
            parts.push(Part::Text(format!(
                "Source {source} ({}), leaf {leaf}: {length} bytes from byte {offset} of the decoded source, whose SHA-256 was {}.",
                row.path, row.sha256
            )));
            let text = bytes(&row.path, row.bytes == row.decoded_bytes, (offset, length));
            parts.push(match text {
                Some(text) => Part::Lines(text),
                None => Part::Note("The source is packed, has moved or has changed its size: its bytes are not shown here.".to_owned()),
            });
        }
        _ => parts.push(Part::Note(
            "No listed session cites this record.".to_owned(),
        )),
    }
    Ok(answer(&format!("Record {source}/{leaf}"), parts))
}

fn bytes(path: &str, is_plain: bool, (offset, length): (&str, &str)) -> Option<String> {
    let (offset, length): (u64, u64) = (offset.parse().ok()?, length.parse().ok()?);
    let path = Path::new(path);
    if !is_plain || !path.is_file() {
        return None;
    }
    let mut file = std::fs::File::open(path).ok()?;
    file.seek(SeekFrom::Start(offset)).ok()?;
    let mut bytes = Vec::new();
    file.take(length.min(RECORD_MOST))
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A question in SQL, and its answer.
#[cfg(feature = "sql")]
pub fn sql(asked: &Asked<'_>) -> Answer {
    const ROWS_MOST: usize = 1_000;
    let question = asked.field("q").to_owned();
    let form = Form {
        changes: false,
        action: format!("{}/sql", asked.at),
        fields: vec![Field::Lines("q", "question", question.clone())],
        button: "Ask".to_owned(),
    };
    let mut parts = vec![
        Part::Text("Tables: sources, records, events, items, accounts, sessions, findings, exposures, actions, gaps. Only reading statements are accepted.".to_owned()),
        Part::Form(form),
    ];
    if !question.is_empty() {
        match demarche_store::sql::ask(&asked.case.dir.join("store"), &question) {
            Ok(answer) => {
                let n = answer.rows.len();
                let columns = answer.columns.iter().map(cell).collect();
                let rows = answer.rows.into_iter().take(ROWS_MOST);
                let rows = rows.map(|row| {
                    row.into_iter()
                        .map(|value| cell(value.unwrap_or_default()))
                        .collect()
                });
                parts.push(Part::Text(format!(
                    "{n} rows; at most {ROWS_MOST} are shown."
                )));
                parts.push(Part::Table(Table {
                    title: "Answer".to_owned(),
                    columns: Vec::new(),
                    rows: std::iter::once(columns).chain(rows).collect(),
                }));
            }
            Err(refusal) => parts.push(Part::Note(format!("Not answered: {refusal}"))),
        }
    }
    answer("SQL", parts)
}
