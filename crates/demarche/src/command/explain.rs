//! `demarche explain`: why one session is what it is, row by row, test by test.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use demarche_core::brief::explain::{Answer, Explanation, RowAnswer};
use demarche_core::brief::phrase::count;
use demarche_core::finding::finding::Finding;
use demarche_core::vocab::place::Place;
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::examine::again;
use crate::examine::explaining::explain;
use crate::render::summary::fold;
use crate::terminal::escape::shown;

/// Say why a session is hostile, suspect or ordinary.
///
/// Every row of the verdict table with what it says of the session, every finding with its tests,
/// their results and records, the session's events in order, and what would change the verdict.
/// Sessions that the brief does not list can be asked about too, by their session or token id.
#[derive(Args, Debug)]
pub struct Arguments {
    /// The case folder.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The session: `S-…` as in the brief, or a session or token id of the logs.
    #[arg(long, value_name = "S")]
    session: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Judges the case again from its store and prints why.
///
/// # Errors
/// A folder that is no case; a session that is in no record.
pub fn run(arguments: Arguments) -> Result<u8> {
    let again = again::open(&arguments.dir)?;
    let explained = explain(&again, &arguments.session)?;
    if explained.is_empty() {
        return Err(Error::run(format!(
            "no session of this case is called {}",
            shown(&arguments.session)
        ))
        .hint("ids stand in sessions[] of brief.json; a session or token id of the logs will do as well"));
    }
    let text = if arguments.json {
        let values: Vec<Value> = explained.iter().map(as_json).collect();
        format!("{:#}\n", Value::Array(values))
    } else {
        explained.iter().map(as_text).collect::<Vec<_>>().join("\n")
    };
    anstream::print!("{text}");
    Ok(0)
}

fn as_text(why: &Explanation) -> String {
    let session = &why.session;
    let mut out = format!(
        "{} of {}: {} by row {}\n",
        session.id,
        shown(session.who()),
        why.judgement.verdict.word(),
        why.judgement.row.0
    );
    fold(&mut out, &shown(&why.judgement.reason));
    if why.by_rule != why.judgement {
        let text = format!("without determinations: {}", why.by_rule.reason);
        fold(&mut out, &shown(&text));
    }
    fold(
        &mut out,
        &format!(
            "{} from {} to {}, {}",
            count(session.n_events, "event", "events"),
            session.first,
            session.last,
            ties(why)
        ),
    );
    out.push_str("\nRows of the verdict table\n");
    for row in &why.rows {
        row_text(&mut out, row);
    }
    out.push_str("\nWhat would change it\n");
    for text in &why.changes {
        fold(&mut out, &shown(text));
    }
    out.push_str("\nEvents, in order\n");
    for event in &why.events {
        fold(
            &mut out,
            &shown(&format!(
                "{} {} {} [{}]",
                event.at, event.address, event.message, event.place
            )),
        );
    }
    out
}

/// What ties the events, each by its own record: an id that one of them carries is not the
/// others'.
fn ties(why: &Explanation) -> String {
    let mut ties: BTreeMap<&str, u64> = BTreeMap::new();
    for event in &why.events {
        *ties.entry(event.tie.word()).or_default() += 1;
    }
    match ties.len() {
        0 | 1 => format!("tied by {}", why.session.key.tie.word()),
        _ => {
            let parts = ties.iter().map(|(tie, n)| format!("{n} by {tie}"));
            format!("tied: {}", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

fn row_text(out: &mut String, row: &RowAnswer) {
    let answer = match row.answer {
        Answer::Decided => "decided",
        Answer::Holds => "holds; another row is stronger",
        Answer::Lead => "a lead, nothing by itself",
        Answer::CannotBeSaid => "cannot be said",
        Answer::Refuted => "refuted by a record",
        Answer::Nothing => "nothing on record",
    };
    let told = format!("{:>2}  {answer}: {}", row.row, row.evidence);
    fold(out, &told);
    for finding in &row.findings {
        finding_text(out, finding);
    }
}

fn finding_text(out: &mut String, finding: &Finding) {
    fold(
        out,
        &shown(&format!(
            "{} ({}): {}",
            finding.kind,
            finding.standing.word(),
            finding.sentence
        )),
    );
    for test in &finding.tests {
        let text = format!("- {}: {}: {}", test.name, test.result.word(), test.why);
        fold(out, &shown(&text));
    }
    let places: Vec<String> = finding.records.iter().map(Place::to_string).collect();
    fold(out, &format!("- records: {}", places.join(" ")));
}

fn as_json(why: &Explanation) -> Value {
    let session = &why.session;
    json!({
        "session": session.id, "account": session.account,
        "verdict": why.judgement.verdict.word(), "row": why.judgement.row.0,
        "basis": why.judgement.basis, "reason": why.judgement.reason,
        "by_rule": {"verdict": why.by_rule.verdict.word(), "row": why.by_rule.row.0, "reason": why.by_rule.reason},
        "tie": session.key.tie.word(), "events_counted": session.n_events,
        "first": session.first.to_string(), "last": session.last.to_string(),
        "rows": why.rows.iter().map(|row| json!({
            "row": row.row, "evidence": row.evidence, "answer": row.answer.word(),
            "findings": row.findings.iter().map(crate::render::json::finding).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "changes": why.changes,
        "events": why.events.iter().map(|event| json!({
            "at": event.at.to_string(), "kind": event.described, "message": event.message,
            "address": event.address, "client": event.client, "store": event.store,
            "outcome": event.outcome, "tie": event.tie.word(), "record": event.place.to_string(),
        })).collect::<Vec<_>>(),
    })
}
