//! Listed sessions, and one with its every event beside the owner's ordinary days.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::vocab::moment::DAY;
use demarche_store::scan::Store;

use crate::error::Result;
use crate::examine::sources::store_error;
use crate::render::figure::day_text;
use crate::serve::exposures::{ROWS_OF_PAGE, pager};
use crate::serve::http::encoded;
use crate::serve::page::{Field, Form, Part, Table, cell, link};
use crate::serve::site::{Answer, Asked};
use crate::serve::tables::record_link;
use crate::view::{Placed, Session};

/// The form that filters.
fn filter(asked: &Asked<'_>) -> Form {
    let verdict = asked.field("verdict");
    Form {
        changes: false,
        action: format!("{}/sessions", asked.at),
        fields: vec![
            Field::Choice(
                "verdict",
                "verdict",
                verdict.to_owned(),
                vec!["", "hostile", "suspect"],
            ),
            Field::Line("q", "account, address or id", asked.field("q").to_owned()),
        ],
        button: "Filter".to_owned(),
    }
}

/// Whether a session has these words in its account, id, addresses or clients.
fn has(row: &Session, words: &str) -> bool {
    let lists = row.addresses.iter().chain(&row.clients);
    let mut all = lists.chain([&row.account, &row.id]);
    words.is_empty() || all.any(|text| text.to_lowercase().contains(words))
}

/// All listed sessions, filtered.
pub fn all(asked: &Asked<'_>) -> Answer {
    let (verdict, words) = (asked.field("verdict"), asked.field("q").to_lowercase());
    let form = filter(asked);
    let wanted: Vec<&Session> = asked
        .view
        .sessions
        .iter()
        .filter(|row| (verdict.is_empty() || row.verdict == verdict) && has(row, &words))
        .collect();
    let page: usize = asked.field("page").parse().unwrap_or(0);
    let shown = wanted.iter().skip(page * ROWS_OF_PAGE).take(ROWS_OF_PAGE);
    let rows = shown.map(|row| {
        vec![
            link(
                &row.id,
                format!("{}/session/{}", asked.at, encoded(&row.id)),
            ),
            cell(&row.verdict),
            cell(&row.account),
            cell(&row.first),
            cell(&row.last),
            cell(row.events.to_string()),
            cell(format!("row {}: {}", row.row, row.reason)),
            cell(row.exposure.certain.words()),
        ]
    });
    let table = Table {
        title: "Sessions".to_owned(),
        columns: vec![
            "session",
            "verdict",
            "account",
            "first, UTC",
            "last, UTC",
            "events",
            "why",
            "named in records",
        ],
        rows: rows.collect(),
    };
    let n_other = asked.view.ordinary_sessions;
    let mut parts = vec![
        Part::Form(form),
        Part::Note(format!(
            "{n_other} further sessions are not listed: nothing on record raised them, and they are not cleared."
        )),
        Part::Table(table),
    ];
    let base = format!(
        "{}/sessions?verdict={}&q={}",
        asked.at,
        encoded(verdict),
        encoded(asked.field("q"))
    );
    parts.extend(pager(&base, page, wanted.len()));
    Answer {
        title: "Sessions".to_owned(),
        parts,
        again: 0,
    }
}

/// One session.
///
/// # Errors
/// Those of the store.
pub fn one(asked: &Asked<'_>, id: &str) -> Result<Answer> {
    let Some(row) = asked.view.sessions.iter().find(|row| row.id == id) else {
        return Ok(Answer {
            title: "No such session".to_owned(),
            ..Answer::default()
        });
    };
    let mut parts = vec![
        Part::Lead(format!(
            "{}: row {}, basis {}. {}",
            row.verdict, row.row, row.basis, row.reason
        )),
        Part::Text(format!(
            "{} to {}, {} events, tied by {}. Named in records: {}. {} gaps lie over it.",
            row.first,
            row.last,
            row.events,
            row.tie,
            row.exposure.certain.words(),
            row.exposure.unknowable.len()
        )),
    ];
    for finding in asked
        .view
        .findings
        .iter()
        .filter(|finding| finding.session == id)
    {
        parts.push(Part::Heading(format!(
            "{}: {} (row {})",
            finding.kind, finding.verdict, finding.row
        )));
        parts.push(Part::Text(finding.sentence.clone()));
        let tests = finding
            .tests
            .iter()
            .map(|test| vec![cell(&test.name), cell(&test.result), cell(&test.why)]);
        parts.push(Part::Table(Table {
            title: format!("Tests of {} {}", finding.kind, finding.id),
            columns: vec!["test", "result", "why"],
            rows: tests.collect(),
        }));
    }
    parts.extend(events(asked, row));
    parts.extend(days(asked, row)?);
    Ok(Answer {
        title: format!("Session {id} of {}", row.account),
        parts,
        again: 0,
    })
}

fn events(asked: &Asked<'_>, session: &Session) -> Vec<Part> {
    let all: Vec<_> = asked
        .view
        .timeline
        .iter()
        .filter(|row| row.session == session.id)
        .collect();
    let page: usize = asked.field("page").parse().unwrap_or(0);
    let shown = all.iter().skip(page * ROWS_OF_PAGE).take(ROWS_OF_PAGE);
    let rows = shown.map(|row| {
        vec![
            cell(&row.datetime),
            cell(&row.timestamp_desc),
            cell(&row.message),
            cell(&row.address),
            cell(&row.client),
            cell(&row.store),
            cell(&row.outcome),
            record_link(asked, &row.source, &row.leaf, row.place()),
        ]
    });
    let mut parts = vec![
        Part::Heading(format!("Its events: {}", all.len())),
        Part::Table(Table {
            title: "Events of the session".to_owned(),
            columns: vec![
                "time, UTC",
                "kind",
                "what",
                "address",
                "client",
                "store",
                "outcome",
                "record",
            ],
            rows: rows.collect(),
        }),
    ];
    let base = format!("{}/session/{}?", asked.at, encoded(&session.id));
    parts.extend(pager(&base, page, all.len()));
    parts
}

/// What the account did on one day.
#[derive(Default)]
struct Day {
    events: u64,
    kinds: BTreeMap<&'static str, u64>,
    addresses: BTreeSet<String>,
    clients: BTreeSet<String>,
}

/// The most days shown before and behind the session.
const DAYS_MOST: i64 = 21;
/// The most values of one cell.
const VALUES_MOST: usize = 6;

/// The account's days around the session, from every event of its own in the store.
fn days(asked: &Asked<'_>, session: &Session) -> Result<Vec<Part>> {
    let store = Store::open(&asked.case.dir).map_err(store_error)?;
    let account = session.account.as_str();
    let wanted = account.to_lowercase();
    let keys: Vec<&str> = store
        .identities()
        .iter()
        .map(String::as_str)
        .filter(|key| *key == wanted || key.ends_with(&format!(":{wanted}")))
        .collect();
    let day = |text: &str| crate::render::figure::day_of(text).unwrap_or_default();
    let (first, last) = (day(&session.first), day(&session.last));
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    store
        .replay(&keys, &mut |event| {
            let at = event.at.micros.div_euclid(DAY);
            if at < first - DAYS_MOST || at > last + DAYS_MOST {
                return;
            }
            let day = days.entry(at).or_default();
            day.events += 1;
            *day.kinds.entry(event.kind.word()).or_default() += 1;
            note(&mut day.addresses, event.address.as_ref());
            note(
                &mut day.clients,
                &crate::render::figure::reach::client(&event.client.agent),
            );
        })
        .map_err(store_error)?;
    let rows = days.iter().map(|(at, day)| {
        let mark = if (first..=last).contains(at) {
            "this session"
        } else {
            ""
        };
        let kinds: Vec<String> = day
            .kinds
            .iter()
            .map(|(kind, n)| format!("{kind} {n}"))
            .collect();
        vec![
            cell(day_text(*at)),
            cell(mark),
            cell(day.events.to_string()),
            cell(kinds.join(", ")),
            cell(listed(&day.addresses)),
            cell(listed(&day.clients)),
        ]
    });
    Ok(vec![
        Part::Heading(format!("Beside it: the days of {account}")),
        Part::Text(format!(
            "Every event of the account by day, {DAYS_MOST} days before to {DAYS_MOST} days behind, whoever acted in its name."
        )),
        Part::Table(Table {
            title: "Days of the account".to_owned(),
            columns: vec![
                "day, UTC",
                "session",
                "events",
                "kinds",
                "addresses",
                "clients",
            ],
            rows: rows.collect(),
        }),
    ])
}

fn note(values: &mut BTreeSet<String>, value: &str) {
    if !value.is_empty() && values.len() <= VALUES_MOST {
        values.insert(value.to_owned());
    }
}

fn listed(values: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = values
        .iter()
        .take(VALUES_MOST)
        .map(String::as_str)
        .collect();
    match values.len() > VALUES_MOST {
        true => format!("{} and more", shown.join(", ")),
        false => shown.join(", "),
    }
}
