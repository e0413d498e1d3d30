//! Suspect groups, and the determination that settles one: preview, entry, judged again.
//!
//! Invariant: what is determined is named, reasoned and sealed by the same command a person
//! would type; these pages judge nothing themselves.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::{Arc, PoisonError};

use demarche_core::brief::phrase;

use crate::error::{Error, OnFile, Result};
use crate::examine::manifest;
use crate::render::words;
use crate::serve::exposures::pager;
use crate::serve::http::{Response, encoded};
use crate::serve::page::{Field, Form, Part, Table, cell, link, number, time, who};
use crate::serve::site::{Answer, Asked};
use crate::view::listed::Wanted;
use crate::view::{Session, SuspectGroup};

/// What judging again is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Judging {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// It is being judged.
    Busy,
    /// It came to its end, with what was said.
    Done(bool, String),
}

/// Suspects by cause.
pub fn groups(asked: &Asked<'_>) -> Answer {
    let (all, sheet) = (&asked.view.suspects, asked.sheet());
    let shown = all.iter().skip(sheet.0 as usize).take(sheet.1 as usize);
    let rows = shown.map(|group| {
        vec![
            link(
                "settle",
                format!("{}/settle?cause={}", asked.at, encoded(&group.cause)),
            ),
            cell(&group.about),
            number(group.sessions.len() as u64),
            time(&group.first),
            time(&group.last),
            cell(&group.question),
        ]
    });
    let mut parts = vec![
            Part::Text("One answer by the owner settles a group. What you determine is named, reasoned and stays in the case; it never hides what rows 2 to 10 bear out.".to_owned()),
            Part::Table(Table {
                title: "Suspects by cause".to_owned(),
                // What is done here stands first: on a telephone the last column is out of sight.
                columns: vec![
                    "settle",
                    "cause",
                    "sessions",
                    "first, UTC",
                    "last, UTC",
                    "ask",
                ],
                rows: rows.collect(),
                empty: "No session is suspect. A session that is not listed is not cleared.",
            }),
    ];
    let base = format!("{}/suspects?", asked.at);
    parts.extend(pager(&base, asked.page(), all.len() as u64));
    Answer {
        title: "Suspects by cause".to_owned(),
        parts,
        again: 0,
    }
}

/// The group that is asked for: by its cause, since places move when a case is judged again.
fn group<'a>(asked: &'a Asked<'_>, cause: &str) -> Option<&'a SuspectGroup> {
    asked
        .view
        .suspects
        .iter()
        .find(|group| group.cause == cause)
}

/// The form that makes a determination.
fn entry(asked: &Asked<'_>, group: &SuspectGroup) -> Form {
    Form {
        changes: true,
        action: format!("{}/settle", asked.at),
        fields: vec![
            Field::Hidden("cause", group.cause.clone()),
            Field::NeededChoice("verdict", "these sessions are", vec!["ordinary", "hostile"]),
            Field::Needed("by", "determined by (name, role)"),
            Field::Needed("why", "because (what the owner said, and when)"),
        ],
        button: "Determine, and judge again".to_owned(),
    }
}

/// The sessions of a group.
fn of_group<'a>(asked: &'a Asked<'_>, group: &SuspectGroup) -> Vec<&'a Session> {
    let ids: BTreeSet<&str> = group.sessions.iter().map(String::as_str).collect();
    let sessions = asked.view.sessions.iter();
    sessions
        .filter(|row| ids.contains(row.id.as_str()))
        .collect()
}

/// What either verdict does to the group, in words.
fn means(asked: &Asked<'_>, group: &SuspectGroup) -> String {
    let (mut n_certain, mut n_presumed, mut n_borne_out) = (0, 0, 0);
    for id in &group.sessions {
        let all = asked.read.tables.exposures.len_of(id);
        let certain = asked.read.tables.exposures.len_like(&Wanted {
            session: id.clone(),
            grade: "certain".to_owned(),
            ..Wanted::default()
        });
        n_certain += certain;
        n_presumed += all - certain;
    }
    for row in of_group(asked, group) {
        n_borne_out += u64::from((2..=10).contains(&row.row));
    }
    let n_sessions = group.sessions.len() as u64;
    let taken = match n_sessions {
        1 => "it".to_owned(),
        n => format!("all {}", phrase::grouped(n)),
    };
    format!(
        "Hostile moves {} of {} to the headline, with {} named by records and {} presumed. \
         Ordinary takes {taken} off the list, which clears nothing; what rows 2 to 10 bear out \
         against your answer, here in {}, is printed beside it under Method.",
        words::counted(n_sessions, "session"),
        words::counted(group.accounts.len() as u64, "account"),
        words::counted(n_certain, "row"),
        words::counted(n_presumed, "row"),
        words::counted(n_borne_out, "session"),
    )
}

/// What a determination would change, and the form that makes it.
pub fn preview(asked: &Asked<'_>) -> Answer {
    let Some(group) = group(asked, asked.field("cause")) else {
        return Answer {
            title: "No such group".to_owned(),
            parts: vec![Part::Note(
                "The case has been judged again since: look at the groups anew.".to_owned(),
            )],
            again: 0,
        };
    };
    let all = of_group(asked, group);
    let sheet = asked.sheet();
    let shown = all.iter().skip(sheet.0 as usize).take(sheet.1 as usize);
    let rows = shown.map(|row| {
        vec![
            link(
                &row.id,
                format!("{}/session/{}", asked.at, encoded(&row.id)),
            ),
            who(&row.account),
            time(&row.first),
            time(&row.last),
            cell(&row.reason),
        ]
    });
    let form = entry(asked, group);
    let mut parts = vec![
        Part::Lead(group.question.clone()),
        Part::Text(means(asked, group)),
        Part::Table(Table {
            title: "Sessions it changes".to_owned(),
            columns: vec![
                "session",
                "account",
                "first, UTC",
                "last, UTC",
                "why suspect",
            ],
            rows: rows.collect(),
            empty: "",
        }),
    ];
    let base = format!("{}/settle?cause={}", asked.at, encoded(&group.cause));
    parts.extend(pager(&base, asked.page(), all.len() as u64));
    parts.push(Part::Form(form));
    Answer {
        title: format!("Settle: {}", group.about),
        parts,
        again: 0,
    }
}

/// Adds a determination and begins to judge the case again.
///
/// # Errors
/// Those of the disk, and a case that is being judged already.
pub fn settle(asked: &Asked<'_>) -> Result<Response> {
    let field = |name: &str| asked.request.form.get(name).map_or("", |text| text.trim());
    let (verdict, by, why) = (field("verdict"), field("by"), field("why"));
    if !matches!(verdict, "hostile" | "ordinary") || by.is_empty() || why.is_empty() {
        return Ok(Response::text(
            400,
            "a determination needs a verdict, a name and a reason: go back and fill them in",
        ));
    }
    let Some(group) = group(asked, field("cause")) else {
        return Ok(Response::text(
            404,
            "no such group: the case has been judged again since",
        ));
    };
    let mut judging = asked
        .case
        .judging
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if *judging != Judging::Busy {
        let text = determinations(asked, (verdict, by, why), group)?;
        // Only what has begun is busy: what could not begin may be asked for again.
        judge_again(asked, &text)?;
        *judging = Judging::Busy;
    }
    Ok(Response::see(&format!("{}/judging", asked.at)))
}

/// The case's determinations with one entry more for each session of the group.
fn determinations(
    asked: &Asked<'_>,
    (verdict, by, why): (&str, &str, &str),
    group: &SuspectGroup,
) -> Result<String> {
    let path = asked.case.dir.join("determinations.toml");
    let mut text = if path.is_file() {
        fs::read_to_string(&path).on("read", &path)?
    } else {
        String::new()
    };
    let when = jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    for session in &group.sessions {
        text.push_str(&format!(
            "\n[[determination]]\nverdict = {}\nsession = {}\nby = {}\nwhen = {}\nwhy = {}\n",
            quoted(verdict),
            quoted(session),
            quoted(by),
            quoted(&when),
            quoted(&format!("{why} (settles: {})", group.about))
        ));
    }
    Ok(text)
}

/// Judges the case again as its next run, by the command that a person would type.
fn judge_again(asked: &Asked<'_>, text: &str) -> Result<()> {
    let dir = &asked.case.dir;
    let file = dir.with_file_name(format!("{}.determinations.toml", asked.case.name));
    fs::write(&file, text).on("write", &file)?;
    let program = std::env::current_exe()
        .map_err(|cause| Error::run("cannot find this program").because(&cause))?;
    let mut command = Command::new(program);
    command
        .arg("examine")
        .arg("--case")
        .arg(dir)
        .arg("--add")
        .arg("--quiet")
        .arg("--yes");
    command.arg("--determinations").arg(&file);
    for (name, value) in manifest::read(dir)?.options {
        command.arg(format!("--{name}")).arg(value);
    }
    let judging = Arc::clone(&asked.case.judging);
    std::thread::spawn(move || {
        let said = match command.output() {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                Judging::Done(output.status.success(), text)
            }
            Err(cause) => Judging::Done(false, cause.to_string()),
        };
        *judging.lock().unwrap_or_else(PoisonError::into_inner) = said;
    });
    Ok(())
}

/// How far judging again has come.
pub fn state(asked: &Asked<'_>) -> Answer {
    let judging = asked
        .case
        .judging
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    let (text, again, said) = match judging {
        Judging::Idle => ("Nothing is being judged.".to_owned(), 0, String::new()),
        Judging::Busy => (
            "The case is being judged again.".to_owned(),
            2,
            String::new(),
        ),
        Judging::Done(true, said) => (
            format!(
                "The case was judged again: this is run {}.",
                asked.view.method.run
            ),
            0,
            said,
        ),
        Judging::Done(false, said) => (
            "The case was not judged again; it is as it was.".to_owned(),
            0,
            said,
        ),
    };
    let mut parts = vec![Part::Lead(text)];
    if !said.is_empty() {
        parts.push(Part::Lines(said));
    }
    parts.push(Part::Links(vec![
        ("What moved".to_owned(), format!("{}/runs", asked.at)),
        ("Page one".to_owned(), asked.at.clone()),
    ]));
    Answer {
        title: "Judged again".to_owned(),
        parts,
        again,
    }
}
