//! The CSV files of a case, in the columns of the contract.

use std::io::{Result, Write};

use demarche_core::brief::brief::Brief;
use demarche_core::exposure::exposure::Caveat;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;

use crate::render::csv::Table;

/// Places as four cells: source, leaf, offset, length.
const PLACE: [&str; 4] = ["source", "leaf", "offset", "length"];

fn place(place: &Place) -> [String; 4] {
    [
        place.source.0.to_string(),
        place.leaf.to_string(),
        place.offset.to_string(),
        place.length.to_string(),
    ]
}

fn maybe(moment: &Option<Moment>) -> String {
    moment.map(|moment| moment.to_string()).unwrap_or_default()
}

fn table<W: Write>(out: W, columns: &[&str], with_place: bool) -> Result<Table<W>> {
    let mut all = columns.to_vec();
    if with_place {
        all.extend(PLACE);
    }
    Table::begin(out, &all)
}

/// `exposure.csv`: one row per session and item or container.
///
/// # Errors
/// Those of the writer, here and below.
pub fn exposure(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "session",
        "verdict",
        "basis",
        "tie",
        "account",
        "store",
        "container",
        "item",
        "rows",
        "grade",
        "caveats",
        "first",
        "last",
    ];
    let sessions: std::collections::BTreeMap<&str, (&str, &str)> = brief
        .sessions
        .iter()
        .map(|row| (row.id.as_str(), (row.verdict.word(), row.basis.as_str())))
        .collect();
    let mut rows = table(out, &columns, true)?;
    for exposure in &brief.exposures {
        let (verdict, basis) = sessions
            .get(exposure.session.as_str())
            .copied()
            .unwrap_or_default();
        let caveats: Vec<String> = exposure
            .caveats
            .iter()
            .map(|caveat| Caveat::word(*caveat))
            .collect();
        let mut cells = vec![
            exposure.session.clone(),
            verdict.to_owned(),
            basis.to_owned(),
            exposure.tie.word().to_owned(),
            exposure.account.clone(),
            exposure.store.clone(),
            exposure.container.clone(),
            exposure.item.clone(),
            exposure.rows.to_string(),
            exposure.grade.word().to_owned(),
            caveats.join(" "),
            exposure.first.to_string(),
            exposure.last.to_string(),
        ];
        cells.extend(place(&exposure.place));
        rows.row(&cells)?;
    }
    rows.end()
}

/// `actions.csv`: what was done in listed sessions that is no exposure.
///
/// # Errors
/// Those of the writer.
pub fn actions(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "session",
        "verdict",
        "tie",
        "time",
        "kind",
        "outcome",
        "operation",
        "account",
        "store",
        "object",
        "items",
        "recipients",
        "recipients_stated",
        "facts",
    ];
    let mut rows = table(out, &columns, true)?;
    for action in &brief.actions {
        let mut cells = vec![
            action.session.clone(),
            action.verdict.word().to_owned(),
            action.tie.word().to_owned(),
            action.at.to_string(),
            action.kind.word().to_owned(),
            action.outcome.word().to_owned(),
            action.operation.clone(),
            action.account.clone(),
            action.store.clone(),
            action.object.clone(),
            action.items.join(" "),
            action.recipients.join(" "),
            action
                .n_recipients_stated
                .map(|n| n.to_string())
                .unwrap_or_default(),
            action.facts.join("; "),
        ];
        cells.extend(place(&action.place));
        rows.row(&cells)?;
    }
    rows.end()
}

/// `open.csv`: put in place and not on record as removed.
///
/// # Errors
/// Those of the writer.
pub fn open(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "id",
        "session",
        "verdict",
        "need",
        "kind",
        "operation",
        "account",
        "store",
        "object",
        "since",
        "facts",
        "sentence",
    ];
    let mut rows = table(out, &columns, true)?;
    for row in brief.open.iter().chain(&brief.standing) {
        let open = &row.open;
        let mut cells = vec![
            open.id.clone(),
            open.session.clone(),
            open.verdict.word().to_owned(),
            open.need.word().to_owned(),
            open.kind.word().to_owned(),
            open.operation.clone(),
            open.account.clone(),
            open.store.clone(),
            open.object.clone(),
            open.since.to_string(),
            open.facts.join("; "),
            row.sentence.clone(),
        ];
        cells.extend(place(&open.place));
        rows.row(&cells)?;
    }
    rows.end()
}

/// `gaps.csv`: every gap.
///
/// # Errors
/// Those of the writer.
pub fn gaps(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "id",
        "kind",
        "source",
        "stream",
        "account",
        "store",
        "operation",
        "from",
        "to",
        "sessions",
        "effect",
    ];
    let mut rows = table(out, &columns, false)?;
    for row in &brief.gaps {
        let gap = &row.gap;
        rows.row(&[
            gap.id.clone(),
            gap.kind.word().to_owned(),
            gap.source
                .map(|source| source.0.to_string())
                .unwrap_or_default(),
            gap.stream
                .map(|stream| stream.word().to_owned())
                .unwrap_or_default(),
            gap.account.clone(),
            gap.store.clone(),
            gap.operation.clone(),
            maybe(&gap.from),
            maybe(&gap.to),
            row.sessions.join(" "),
            gap.effect.clone(),
        ])?;
    }
    rows.end()
}

/// `timeline.csv`: events of listed sessions, with the three columns Timesketch asks for first.
///
/// # Errors
/// Those of the writer.
pub fn timeline(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "datetime",
        "timestamp_desc",
        "message",
        "timestamp",
        "session",
        "verdict",
        "tie",
        "account",
        "store",
        "address",
        "client",
        "operation",
        "outcome",
    ];
    let mut rows = table(out, &columns, true)?;
    for row in &brief.timeline {
        let mut cells = vec![
            row.at.to_string().replace('Z', "+00:00"),
            row.described.to_owned(),
            row.message.clone(),
            row.at.micros.to_string(),
            row.session.clone(),
            row.verdict.word().to_owned(),
            row.tie.word().to_owned(),
            row.account.clone(),
            row.store.clone(),
            row.address.clone(),
            row.client.clone(),
            row.operation.clone(),
            row.outcome.to_owned(),
        ];
        cells.extend(place(&row.place));
        rows.row(&cells)?;
    }
    rows.end()
}

/// `indicators.csv`: what to look for elsewhere.
///
/// # Errors
/// Those of the writer.
pub fn indicators(brief: &Brief, out: impl Write) -> Result<()> {
    let columns = [
        "kind", "value", "verdict", "first", "last", "sessions", "note",
    ];
    let mut rows = table(out, &columns, false)?;
    for indicator in &brief.indicators {
        rows.row(&[
            indicator.kind.word().to_owned(),
            indicator.value.clone(),
            indicator.verdict.word().to_owned(),
            indicator.first.to_string(),
            indicator.last.to_string(),
            indicator.sessions.join(" "),
            indicator.note.clone(),
        ])?;
    }
    rows.end()
}
