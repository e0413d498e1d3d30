//! Listed sessions, and one with its every event beside the owner's ordinary days.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::phrase;
use demarche_store::scan::Seen;

use crate::error::Result;
use crate::examine::sources::store_error;
use crate::render::figure::{day_text, reach};
use crate::render::words;
use crate::serve::exposures::{filtered, pager};
use crate::serve::http::encoded;
use crate::serve::page::{Field, Form, Part, Table, Total, cell, link, number, time, who, word};
use crate::serve::site::{Answer, Asked};
use crate::serve::tables::record_link;
use crate::view::listed::Wanted;
use crate::view::{Finding, Placed, Session, TimelineRow};

/// The most values of one line, and records of one finding.
const VALUES_SHOWN: usize = 20;
const RECORDS_SHOWN: usize = 12;

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
    let sheet = asked.sheet();
    let shown = wanted.iter().skip(sheet.0 as usize).take(sheet.1 as usize);
    let rows = shown.map(|row| {
        vec![
            link(
                &row.id,
                format!("{}/session/{}", asked.at, encoded(&row.id)),
            ),
            word(&row.verdict),
            who(&row.account),
            time(&row.first),
            time(&row.last),
            number(row.events),
            cell(words::why(row.row, &row.reason)),
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
        empty: "No listed session is like that. A session that is not listed is not cleared.",
    };
    let n_other = phrase::grouped(asked.view.ordinary_sessions);
    let mut parts = vec![
        Part::Form(form),
        Part::Note(format!(
            "{n_other} further sessions are not listed: nothing on record raised them, and they are not cleared."
        )),
    ];
    let all = format!("{}/sessions", asked.at);
    let n = wanted.len() as u64;
    let of = (phrase::grouped(n), asked.view.sessions.len() as u64);
    parts.extend(filtered(asked, of, (&["verdict", "q"], &all)));
    parts.push(Part::Table(table));
    let base = format!(
        "{}/sessions?verdict={}&q={}",
        asked.at,
        encoded(verdict),
        encoded(asked.field("q"))
    );
    parts.extend(pager(&base, asked.page(), n));
    Answer {
        title: "Sessions".to_owned(),
        parts,
        again: 0,
    }
}

/// One session.
///
/// # Errors
/// Those of the disk.
pub fn one(asked: &Asked<'_>, id: &str) -> Result<Answer> {
    let Some(row) = asked.view.sessions.iter().find(|row| row.id == id) else {
        return Ok(Answer {
            title: "No such session".to_owned(),
            ..Answer::default()
        });
    };
    let mut parts = vec![
        Part::Lead(format!(
            "{}, by {} (basis: {}).",
            phrase::capital(&row.verdict),
            words::why(row.row, &row.reason),
            row.basis
        )),
        Part::Totals(totals(asked, row)),
        Part::Text(format!(
            "{} to {}, held together by {}. Named in records: {}.",
            words::time(&row.first),
            words::time(&row.last),
            words::tie(&row.tie),
            row.exposure.certain.words(),
        )),
    ];
    parts.push(Part::Table(from(row)));
    parts.extend(settles(asked, row));
    parts.extend(presumed(row));
    for finding in asked
        .view
        .findings
        .iter()
        .filter(|finding| finding.session == id)
    {
        parts.extend(found(asked, finding));
    }
    parts.extend(events(asked, row)?);
    // What the judged files say stands, whether the store beside them can be read or not.
    match days(asked, row) {
        Ok(days) => parts.extend(days),
        Err(error) => parts.push(Part::Note(format!(
            "The account's days beside it cannot be shown. {error}"
        ))),
    }
    Ok(Answer {
        title: match row.account.is_empty() {
            true => format!("Session {id}: no account on record"),
            false => format!("Session {id} of {}", row.account),
        },
        parts,
        again: 0,
    })
}

/// Counts of a session, each leading to what it counts.
fn totals(asked: &Asked<'_>, row: &Session) -> Vec<Total> {
    let of = |page: &str| format!("{}/{page}?session={}", asked.at, encoded(&row.id));
    let tables = &asked.read.tables;
    let (n_exposures, n_acts) = (
        tables.exposures.len_of(&row.id),
        tables.actions.len_of(&row.id),
    );
    let total = |n: u64, of: &str, href: String| Total {
        n: phrase::grouped(n),
        of: match n {
            1 => of.to_owned(),
            _ => format!("{of}s"),
        },
        href,
    };
    vec![
        total(row.events, "event", "#events".to_owned()),
        total(n_exposures, "exposure", of("exposures")),
        total(n_acts, "act", of("actions")),
        Total {
            n: phrase::grouped(row.exposure.unknowable.len() as u64),
            of: match row.exposure.unknowable.len() {
                1 => "gap over it".to_owned(),
                _ => "gaps over it".to_owned(),
            },
            href: of("gaps"),
        },
        Total {
            n: "all".to_owned(),
            of: match row.account.is_empty() {
                true => "sessions without an account".to_owned(),
                false => format!("sessions of {}", row.account),
            },
            href: format!("{}/sessions?q={}", asked.at, encoded(&row.account)),
        },
    ]
}

/// From where, with what, and by which ids.
fn from(row: &Session) -> Table {
    let applications: Vec<String> = row
        .applications
        .iter()
        .map(|pair| words::application(pair).into_owned())
        .collect();
    let lists = [
        ("addresses", &row.addresses),
        ("clients", &row.clients),
        ("applications", &applications),
        ("countries", &row.countries),
        ("stores", &row.stores),
        ("session ids", &row.session_ids),
        ("token ids", &row.token_ids),
    ];
    let shown = |values: &[String]| {
        let more = values.len().saturating_sub(VALUES_SHOWN);
        let shown = values[..values.len().min(VALUES_SHOWN)].join(", ");
        match more {
            0 => shown,
            n => format!(
                "{shown} and {} more, in brief.json",
                phrase::grouped(n as u64)
            ),
        }
    };
    let rows = lists
        .into_iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| vec![word(name), cell(shown(values))]);
    Table {
        title: "From where, with what".to_owned(),
        columns: vec!["of the session", "on record"],
        rows: rows.collect(),
        empty: "No address, client or id is on record.",
    }
}

/// Where a suspect session is settled.
fn settles(asked: &Asked<'_>, row: &Session) -> Option<Part> {
    let groups = asked.view.suspects.iter();
    let of = groups
        .filter(|group| group.sessions.contains(&row.id))
        .map(|group| {
            let href = format!("{}/settle?cause={}", asked.at, encoded(&group.cause));
            (format!("Settle: {}", group.about), href)
        });
    let links: Vec<_> = of.collect();
    (!links.is_empty()).then_some(Part::Links(links))
}

/// The most presumed things of one session shown.
const PRESUMED_SHOWN: usize = 200;

/// What must be presumed of a session.
fn presumed(row: &Session) -> Vec<Part> {
    if row.exposure.presumed.is_empty() {
        return Vec::new();
    }
    let shown = row.exposure.presumed.iter().take(PRESUMED_SHOWN);
    let rows = shown.map(|presumed| {
        vec![
            cell(&presumed.store),
            cell(&presumed.container),
            time(&presumed.from),
            time(&presumed.to),
            cell(
                presumed
                    .items
                    .map_or("not known".to_owned(), phrase::grouped),
            ),
            cell(&presumed.why),
        ]
    });
    let mut parts = vec![
        Part::Heading("What must be presumed".to_owned()),
        Part::Table(Table {
            title: "What must be presumed".to_owned(),
            columns: vec!["store", "container", "from, UTC", "to, UTC", "items", "why"],
            rows: rows.collect(),
            empty: "",
        }),
    ];
    let more = row.exposure.presumed.len().saturating_sub(PRESUMED_SHOWN);
    if more > 0 {
        let more = phrase::grouped(more as u64);
        parts.push(Part::Text(format!("{more} more stand in brief.json.")));
    }
    parts
}

/// A finding with its tests and the records that bear it.
fn found(asked: &Asked<'_>, finding: &Finding) -> Vec<Part> {
    let title = format!(
        "{}: {} (row {})",
        phrase::capital(&words::said(&finding.kind).replace('-', " ")),
        words::said(&finding.verdict),
        finding.row
    );
    let tests = finding
        .tests
        .iter()
        .map(|test| vec![cell(&test.name), word(&test.result), cell(&test.why)]);
    let mut parts = vec![Part::Heading(title), Part::Text(finding.sentence.clone())];
    if !finding.tests.is_empty() {
        parts.push(Part::Table(Table {
            title: format!("Tests of {} {}", finding.kind, finding.id),
            columns: vec!["test", "result", "why"],
            rows: tests.collect(),
            empty: "",
        }));
    }
    let records = finding.records.iter().take(RECORDS_SHOWN).map(|place| {
        let href = format!("{}/record/{}/{}", asked.at, place.source, place.leaf);
        (format!("Record {place}"), href)
    });
    let records: Vec<_> = records.collect();
    if !records.is_empty() {
        parts.push(Part::Links(records));
    }
    let more = finding.records.len().saturating_sub(RECORDS_SHOWN);
    if more > 0 {
        let more = words::counted(more as u64, "further record");
        parts.push(Part::Text(format!("In brief.json: {more}.")));
    }
    parts
}

fn events(asked: &Asked<'_>, session: &Session) -> Result<Vec<Part>> {
    let wanted = Wanted {
        session: session.id.clone(),
        ..Wanted::default()
    };
    let found = asked.read.tables.timeline.find(&wanted, 0, asked.sheet())?;
    let rows = found.rows.into_iter().map(|row| {
        let row = TimelineRow::of(row.into_iter());
        vec![
            time(&row.datetime),
            word(&row.timestamp_desc),
            cell(&row.message),
            cell(&row.address),
            cell(&row.client),
            cell(&row.store),
            word(&row.outcome),
            record_link(asked, &row.source, &row.leaf, row.place()),
        ]
    });
    let mut parts = vec![
        Part::Anchor(
            "events".to_owned(),
            format!("Its events: {}", phrase::grouped(found.n)),
        ),
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
            empty: "",
        }),
    ];
    let base = format!("{}/session/{}?", asked.at, encoded(&session.id));
    parts.extend(pager(&base, asked.page(), found.n));
    Ok(parts)
}

/// What the account did on one day.
#[derive(Default)]
struct Day {
    events: u64,
    /// How many of them the rest was read from.
    shown: u64,
    kinds: BTreeMap<String, u64>,
    addresses: BTreeSet<String>,
    clients: BTreeSet<String>,
    /// The agent seen last: most rows name the one before them again.
    agent: String,
}

impl Day {
    /// Counts what was seen.
    fn note(&mut self, seen: Seen<'_>) {
        let row = match seen {
            Seen::Events { all, shown } => {
                self.events += all;
                self.shown += shown;
                return;
            }
            Seen::Row(row) => row,
        };
        match self.kinds.get_mut(row.kind) {
            Some(n) => *n += 1,
            None => {
                self.kinds.insert(row.kind.to_owned(), 1);
            }
        }
        note(&mut self.addresses, row.address);
        if self.clients.is_empty() || self.agent != row.agent {
            note(&mut self.clients, &reach::client(row.agent));
            row.agent.clone_into(&mut self.agent);
        }
    }

    /// The kinds of events, and of how many of them where not of all.
    fn kinds(&self) -> String {
        let kinds = self.kinds.iter();
        let kinds: Vec<String> = kinds
            .map(|(kind, n)| format!("{kind} {}", phrase::grouped(*n)))
            .collect();
        let kinds = kinds.join(", ");
        match self.shown < self.events {
            true => format!("of the first {}: {kinds}", phrase::grouped(self.shown)),
            false => kinds,
        }
    }
}

/// The most days shown before and behind the session.
const DAYS_MOST: i64 = 21;
/// The most days shown of all: those of a session of years are its last ones.
const DAYS_SHOWN: i64 = 3 * DAYS_MOST;
/// The most values of one cell.
const VALUES_MOST: usize = 6;
/// The most events of one day that kinds, addresses and clients are read from, of a busy account.
const EVENTS_OF_DAY: usize = 2_000;

/// The account's days around the session, from every event of its own in the store.
fn days(asked: &Asked<'_>, session: &Session) -> Result<Vec<Part>> {
    let store = asked.read.days(&asked.case.dir)?;
    let account = session.account.as_str();
    let wanted = account.to_lowercase();
    let keys: Vec<&str> = store
        .identities()
        .filter(|key| {
            let behind = key.strip_suffix(wanted.as_str());
            behind.is_some_and(|kind| kind.is_empty() || kind.ends_with(':'))
        })
        .collect();
    let day = |text: &str| crate::render::figure::day_of(text).unwrap_or_default();
    let (first, last) = (day(&session.first), day(&session.last));
    let until = last + DAYS_MOST + 1;
    let from = (first - DAYS_MOST).max(until - DAYS_SHOWN);
    let mut days: BTreeMap<i64, Day> = BTreeMap::new();
    store
        .glance(&keys, from..until, EVENTS_OF_DAY, &mut |day, seen| {
            days.entry(day).or_default().note(seen);
        })
        .map_err(store_error)?;
    let rows = days.iter().map(|(at, day)| {
        let mark = if (first..=last).contains(at) {
            "this session"
        } else {
            ""
        };
        vec![
            word(&day_text(*at)),
            word(mark),
            number(day.events),
            cell(day.kinds()),
            cell(listed(&day.addresses)),
            cell(listed(&day.clients)),
        ]
    });
    let name = match account {
        "" => "events without an account",
        account => account,
    };
    Ok(vec![
        Part::Heading(format!("Beside it: the days of {name}")),
        Part::Text(format!(
            "Every event of the account by day, from {} to {}, whoever acted in its name. Of days with very many events the count is of all, and kinds, addresses and clients are of the first ones.",
            day_text(from),
            day_text(until - 1)
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
            empty: "",
        }),
    ])
}

fn note(values: &mut BTreeSet<String>, value: &str) {
    if !value.is_empty() && values.len() <= VALUES_MOST && !values.contains(value) {
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
