//! The plain tables of a case: accounts, acts, open things, gaps, runs, evidence, SQL.

use std::collections::BTreeMap;

use demarche_core::brief::phrase;

use crate::error::Result;
use crate::examine::case::sorted_entries;
use crate::render::words;
use crate::serve::exposures::{counted, filtered, pager, searched};
use crate::serve::http::encoded;
use crate::serve::page::{
    Cell, Field, Form, Part, Table, beginning, cell, link, number, time, who, word,
};
use crate::serve::site::{Answer, Asked};
use crate::view::listed::Wanted;
use crate::view::{Action, Change, Claim, Gap, Open, Placed};

fn answer(title: &str, parts: Vec<Part>) -> Answer {
    Answer {
        title: title.to_owned(),
        parts,
        again: 0,
    }
}

/// One page of a table that is held, with links to the others.
fn paged<T>(
    asked: &Asked<'_>,
    (title, page): (&str, &str),
    (columns, empty): (Vec<&'static str>, &'static str),
    (rows, cells): (&[T], impl Fn(&T) -> Vec<Cell>),
) -> Vec<Part> {
    let sheet = asked.sheet();
    let rows_shown = rows.iter().skip(sheet.0 as usize).take(sheet.1 as usize);
    let shown = rows_shown.map(cells).collect();
    leafed(
        asked,
        (title, page),
        (columns, empty),
        (shown, rows.len() as u64),
    )
}

/// A page of a table, with links to the others.
fn leafed(
    asked: &Asked<'_>,
    (title, page): (&str, &str),
    (columns, empty): (Vec<&'static str>, &'static str),
    (rows, n): (Vec<Vec<Cell>>, u64),
) -> Vec<Part> {
    let table = Table {
        title: title.to_owned(),
        columns,
        rows,
        empty,
    };
    let fields = asked.request.query.iter();
    let question: Vec<String> = fields
        .filter(|(name, _)| *name != "page")
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    let mut parts = vec![Part::Table(table)];
    let base = format!("{}/{page}?{}", asked.at, question.join("&"));
    parts.extend(pager(&base, asked.page(), n));
    parts
}

/// What acts and open things are filtered by.
const FILTERS: [&str; 3] = ["verdict", "session", "q"];

/// A form that filters a table by verdict, session and words, and what it is filtered by.
fn sieve(asked: &Asked<'_>, page: &str, n: (String, u64)) -> Vec<Part> {
    let value = |name: &str| asked.field(name).to_owned();
    let all = format!("{}/{page}", asked.at);
    let verdicts = vec!["", "hostile", "suspect"];
    let form = Form {
        changes: false,
        action: all.clone(),
        fields: vec![
            Field::Choice("verdict", "verdict", value("verdict"), verdicts),
            Field::Line("session", "session", value("session")),
            Field::Line("q", "any word", value("q")),
        ],
        button: "Filter".to_owned(),
    };
    let mut parts = vec![Part::Form(form)];
    parts.extend(filtered(asked, n, (&FILTERS, &all)));
    parts
}

/// Whether a row is asked for: by verdict, session and words.
fn is_wanted(asked: &Asked<'_>, verdict: &str, session: &str, texts: &[&str]) -> bool {
    let is = |name: &str, value: &str| {
        let wanted = asked.field(name);
        wanted.is_empty() || wanted.eq_ignore_ascii_case(value)
    };
    let words = asked.field("q").to_lowercase();
    is("verdict", verdict)
        && is("session", session)
        && (words.is_empty()
            || texts
                .iter()
                .any(|text| text.to_lowercase().contains(&words)))
}

/// An id that leads nowhere, in one line.
fn id(text: &str) -> Cell {
    link(text, "")
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
    let rows: Vec<(&str, [u64; 4])> = sums.into_iter().collect();
    let cells = |(account, sums): &(&str, [u64; 4])| {
        let sessions = format!("{}/sessions?q={}", asked.at, encoded(account));
        let name = match *account {
            "" => "no account on record",
            account => account,
        };
        let mut cells = vec![link(name, sessions)];
        cells.extend(sums.map(number));
        cells
    };
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
        (columns, "No session is listed, so no account is."),
        (&rows, cells),
    ));
    answer("Accounts", parts)
}

/// What was done in listed sessions that is no exposure.
///
/// # Errors
/// Those of the disk.
pub fn actions(asked: &Asked<'_>) -> Result<Answer> {
    let table = &asked.read.tables.actions;
    let wanted = Wanted {
        verdict: asked.field("verdict").to_owned(),
        session: asked.field("session").to_owned(),
        words: vec![(None, asked.field("q").to_owned())],
        ..Wanted::default()
    };
    let found = table.find(&wanted, asked.from(), asked.sheet())?;
    let mut parts = sieve(asked, "actions", (counted(asked, &found), table.len()));
    parts.extend(searched(asked, &found, (&FILTERS, "actions")));
    let rows = found.rows.into_iter().map(|row| {
        let row = Action::of(row.into_iter());
        vec![
            time(&row.time),
            session(asked, &row.session),
            word(&row.verdict),
            word(&row.kind),
            word(&row.outcome),
            who(&row.account),
            beginning(&row.object, "actions.csv"),
            beginning(&told(&row), "actions.csv"),
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
        "recipients and facts",
        "record",
    ];
    // Nothing is said to be on no record before every row was looked at.
    let empty = match found.rest.is_some() || asked.from() > 0 || found.n > 0 {
        true => "No act like that stands on this page.",
        false => {
            "No act is like that: nothing sent, deleted or put in place in such a session is on record."
        }
    };
    let rows = (rows.collect(), found.n);
    parts.extend(leafed(asked, ("Acts", "actions"), (columns, empty), rows));
    Ok(answer("Acts", parts))
}

/// To whom, and what else is on record of an act.
fn told(row: &Action) -> String {
    match (row.recipients.is_empty(), row.facts.is_empty()) {
        (true, _) => row.facts.clone(),
        (false, true) => format!("to {}", row.recipients),
        (false, false) => format!("to {}; {}", row.recipients, row.facts),
    }
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
    let all = &asked.view.open;
    let wanted: Vec<_> = all
        .iter()
        .filter(|row| is_wanted(asked, &row.verdict, &row.session, &[&row.sentence]))
        .collect();
    let n = (phrase::grouped(wanted.len() as u64), all.len() as u64);
    let mut parts = sieve(asked, "open", n);
    let cells = |row: &&Open| {
        let (source, leaf) = (row.record.source.to_string(), row.record.leaf.to_string());
        vec![
            word(&row.verdict),
            cell(&row.sentence),
            time(&row.since),
            session(asked, &row.session),
            record_link(asked, &source, &leaf, row.record.to_string()),
        ]
    };
    let columns = vec!["verdict", "what", "since, UTC", "session", "record"];
    let empty = "Nothing like that is on record as put in place and not removed.";
    parts.extend(paged(
        asked,
        ("Still in place", "open"),
        (columns, empty),
        (&wanted, cells),
    ));
    answer("Still in place", parts)
}

/// Gaps, and what can still be had.
pub fn gaps(asked: &Asked<'_>) -> Answer {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let of = asked.field("session");
    let wanted: Vec<_> = asked
        .view
        .gaps
        .iter()
        .filter(|gap| of.is_empty() || gap.sessions.iter().any(|id| id == of))
        .collect();
    let all = format!("{}/gaps", asked.at);
    let n = phrase::grouped(wanted.len() as u64);
    let n = (n, asked.view.gaps.len() as u64);
    let mut parts = filtered(asked, n, (&["session"], &all));
    let cells = |gap: &&Gap| {
        vec![
            id(&gap.id),
            word(&gap.kind),
            time(&text(&gap.from)),
            time(&text(&gap.to)),
            cell(&gap.effect),
            number(gap.sessions.len() as u64),
        ]
    };
    let columns = vec![
        "gap",
        "kind",
        "from, UTC",
        "to, UTC",
        "effect",
        "listed sessions under it",
    ];
    let empty = "No gap is known. That does not show that the logs are complete.";
    let rows = (&wanted[..], cells);
    parts.extend(paged(asked, ("Gaps", "gaps"), (columns, empty), rows));
    let missing = asked.view.missing.iter().map(|missing| {
        let until = if missing.expired {
            "past its retention".to_owned()
        } else {
            text(&missing.expires).chars().take(10).collect()
        };
        let assumed = if missing.assumed {
            ", licence assumed"
        } else {
            ""
        };
        vec![
            cell(format!("{until}{assumed}")),
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
        empty: "No further export is known that would answer more.",
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
    if changes.since_run == 0 {
        parts.push(Part::Text(
            "This is the first run: there is none before it that it could differ from.".to_owned(),
        ));
        return Ok(answer("Runs", parts));
    }
    parts.push(Part::Table(Table {
        title: "Earlier runs".to_owned(),
        columns: vec!["run", "its brief"],
        rows,
        empty: "None: the case was judged once.",
    }));
    parts.push(Part::Heading(format!(
        "What moved since run {}",
        changes.since_run
    )));
    parts.extend(changes.sentences.iter().cloned().map(Part::Text));
    let moved = |change: &Change| {
        vec![
            word(&change.movement),
            word(&change.thing),
            moved_id(asked, &change.id),
            cell(&change.before),
            cell(&change.after),
            cell(change.by.join(", ")),
        ]
    };
    let columns = vec!["moved", "what", "id", "before", "after", "by"];
    let empty =
        "Nothing moved: no session, finding, claim or gap was added, raised, lowered or withdrawn.";
    parts.extend(paged(
        asked,
        ("What moved", "runs"),
        (columns, empty),
        (&changes.changes, moved),
    ));
    Ok(answer("Runs", parts))
}

/// An id that moved; that of a listed session leads to it.
fn moved_id(asked: &Asked<'_>, moved: &str) -> Cell {
    match asked.view.sessions.iter().any(|row| row.id == moved) {
        true => session(asked, moved),
        false => id(moved),
    }
}

/// Sources with their digests, the checkpoint, and how to verify.
pub fn evidence(asked: &Asked<'_>) -> Answer {
    let checkpoint = asked.view.checkpoint();
    let mut parts = match checkpoint {
        "" => vec![Part::Note(
            "This case is not sealed: no checkpoint.".to_owned(),
        )],
        text => vec![
            Part::Text("The checkpoint of the case's log: its name, how many entries it has, the root of their hashes, and the signature over all three.".to_owned()),
            Part::Lines(text.to_owned()),
        ],
    };
    if !checkpoint.is_empty() {
        parts.push(Part::Text("Checking now uses the key beside this case: it shows whether a byte was altered, not who made the case. Every source is read again, which takes as long as taking it in.".to_owned()));
        parts.push(Part::Form(Form {
            changes: true,
            action: format!("{}/verify", asked.at),
            fields: Vec::new(),
            button: "Verify now".to_owned(),
        }));
    }
    parts.push(Part::Text(
        "Check it from a terminal, with a key that did not come with the case:".to_owned(),
    ));
    parts.push(Part::Lines(format!(
        "demarche verify {} --key {}.vkey",
        asked.case.dir.display(),
        asked.case.dir.display()
    )));
    parts.extend(sources(asked));
    parts.push(Part::Heading(format!(
        "Claims and their records: {}",
        phrase::grouped(asked.view.claims.len() as u64)
    )));
    parts.push(Part::Text(
        "A record leads to its bytes and the path that joins them to the sealed log.".to_owned(),
    ));
    parts.extend(claims(asked));
    answer("Evidence", parts)
}

/// The most sources listed.
const SOURCES_MOST: usize = 200;

/// Sources as they were taken in.
fn sources(asked: &Asked<'_>) -> Vec<Part> {
    let rows = asked.view.accounting.iter().map(|row| {
        vec![
            number(row.source),
            cell(&row.path),
            word(&row.kind),
            number(row.records),
            number(row.distinct),
            number(row.duplicates),
            number(row.rejected),
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
    let n = rows.len();
    let mut parts = vec![Part::Heading(format!(
        "Sources: {}",
        phrase::grouped(n as u64)
    ))];
    parts.push(Part::Table(Table {
        title: "Sources".to_owned(),
        columns,
        rows: rows.take(SOURCES_MOST).collect(),
        empty: "No source was taken in.",
    }));
    if n > SOURCES_MOST {
        let more = words::counted((n - SOURCES_MOST) as u64, "further source");
        parts.push(Part::Text(format!("In brief.json: {more}.")));
    }
    parts
}

/// Claims, each with the first record that bears it.
fn claims(asked: &Asked<'_>) -> Vec<Part> {
    let cells = |claim: &Claim| {
        let more = claim.records.len().saturating_sub(1);
        let record = claim.records.first().map_or_else(Cell::default, |place| {
            let (source, leaf) = (place.source.to_string(), place.leaf.to_string());
            record_link(asked, &source, &leaf, place.to_string())
        });
        vec![
            id(&claim.id),
            word(&claim.kind),
            cell(&claim.sentence),
            record,
            number(more as u64),
        ]
    };
    let columns = vec![
        "claim",
        "kind",
        "sentence",
        "first record",
        "further records",
    ];
    let empty = "The case states no claim.";
    let rows = (&asked.view.claims[..], cells);
    paged(asked, ("Claims", "evidence"), (columns, empty), rows)
}
