//! Judged tables of the store: what `demarche sql` asks beside events and items.

use std::path::Path;

use demarche_core::brief::brief::Brief;
use demarche_core::tenant::facts::Facts;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;
use demarche_store::tables::{self, Column};

use crate::error::Result;
use crate::examine::sources::store_error;

fn text<T>(rows: &[T], cell: impl Fn(&T) -> String) -> Column {
    Column::Text(rows.iter().map(cell).collect())
}

fn number<T>(rows: &[T], cell: impl Fn(&T) -> u64) -> Column {
    Column::Number(rows.iter().map(cell).collect())
}

fn time<T>(rows: &[T], cell: impl Fn(&T) -> Option<Moment>) -> Column {
    Column::Time(
        rows.iter()
            .map(|row| cell(row).map(|moment| moment.micros))
            .collect(),
    )
}

/// The columns of a place.
fn placed<T>(rows: &[T], place: impl Fn(&T) -> Place) -> Vec<(&'static str, Column)> {
    vec![
        ("source", number(rows, |row| u64::from(place(row).source.0))),
        ("leaf", number(rows, |row| place(row).leaf)),
        ("offset", number(rows, |row| place(row).offset)),
        ("length", number(rows, |row| place(row).length)),
    ]
}

/// Writes the judged tables into `store/`.
///
/// # Errors
/// Those of the disk.
pub fn write(store: &Path, brief: &Brief, facts: &Facts) -> Result<()> {
    let all = [
        ("sources", sources(brief)),
        ("accounts", accounts(brief, facts)),
        ("sessions", sessions(brief)),
        ("findings", findings(brief)),
        ("exposures", exposures(brief)),
        ("actions", actions(brief)),
        ("gaps", gaps(brief)),
    ];
    for (name, columns) in all {
        tables::write(&store.join(format!("{name}.parquet")), columns).map_err(store_error)?;
    }
    Ok(())
}

type Columns = Vec<(&'static str, Column)>;

fn sources(brief: &Brief) -> Columns {
    let rows = &brief.accounting;
    vec![
        ("source", number(rows, |row| u64::from(row.source.0))),
        ("path", text(rows, |row| row.path.clone())),
        ("kind", text(rows, |row| row.kind.clone())),
        ("bytes", number(rows, |row| row.bytes)),
        ("decoded_bytes", number(rows, |row| row.decoded_bytes)),
        ("sha256", text(rows, |row| row.sha256.clone())),
        ("spans", number(rows, |row| row.spans)),
        ("records", number(rows, |row| row.records)),
        ("distinct", number(rows, |row| row.distinct)),
        ("duplicates", number(rows, |row| row.duplicates)),
        ("rejected", number(rows, |row| row.rejected)),
        ("conflicting", number(rows, |row| row.conflicting)),
        ("filler_bytes", number(rows, |row| row.filler_bytes)),
        ("first", time(rows, |row| row.first)),
        ("last", time(rows, |row| row.last)),
    ]
}

/// Accounts with the identity keys that name them, one row a key.
fn accounts(brief: &Brief, facts: &Facts) -> Columns {
    let mut rows = Vec::new();
    for (account, keys) in facts.accounts() {
        let listed = brief
            .sessions
            .iter()
            .filter(|session| session.account == account)
            .count();
        rows.extend(
            keys.into_iter()
                .map(|key| (account.to_owned(), key.to_owned(), listed as u64)),
        );
    }
    vec![
        ("account", text(&rows, |row| row.0.clone())),
        ("identity", text(&rows, |row| row.1.clone())),
        ("listed_sessions", number(&rows, |row| row.2)),
    ]
}

fn sessions(brief: &Brief) -> Columns {
    let rows = &brief.sessions;
    vec![
        ("session", text(rows, |row| row.id.clone())),
        ("account", text(rows, |row| row.account.clone())),
        ("verdict", text(rows, |row| row.verdict.word().to_owned())),
        ("row", number(rows, |row| u64::from(row.row))),
        ("basis", text(rows, |row| row.basis.clone())),
        ("tie", text(rows, |row| row.tie.word().to_owned())),
        ("first", time(rows, |row| Some(row.first))),
        ("last", time(rows, |row| Some(row.last))),
        ("events", number(rows, |row| row.n_events)),
        ("addresses", text(rows, |row| row.addresses.join(" "))),
        ("applications", text(rows, |row| row.applications.join(" "))),
        (
            "messages_certain",
            number(rows, |row| row.exposure.certain.messages),
        ),
        (
            "files_certain",
            number(rows, |row| row.exposure.certain.files),
        ),
        ("reason", text(rows, |row| row.reason.clone())),
    ]
}

fn findings(brief: &Brief) -> Columns {
    let rows = &brief.findings;
    vec![
        ("finding", text(rows, |row| row.id.clone())),
        ("kind", text(rows, |row| row.kind.to_owned())),
        ("row", number(rows, |row| u64::from(row.row.0))),
        ("account", text(rows, |row| row.account.clone())),
        ("session", text(rows, |row| row.session.clone())),
        ("verdict", text(rows, |row| row.standing.word().to_owned())),
        ("cause", text(rows, |row| row.cause.clone())),
        ("sentence", text(rows, |row| row.sentence.clone())),
        ("records", number(rows, |row| row.records.len() as u64)),
    ]
}

fn exposures(brief: &Brief) -> Columns {
    let rows = &brief.exposures;
    let mut columns = vec![
        ("session", text(rows, |row| row.session.clone())),
        ("tie", text(rows, |row| row.tie.word().to_owned())),
        ("account", text(rows, |row| row.account.clone())),
        ("store", text(rows, |row| row.store.clone())),
        ("container", text(rows, |row| row.container.clone())),
        ("item", text(rows, |row| row.item.clone())),
        ("rows", number(rows, |row| row.rows)),
        ("grade", text(rows, |row| row.grade.word().to_owned())),
        ("first", time(rows, |row| Some(row.first))),
        ("last", time(rows, |row| Some(row.last))),
    ];
    columns.extend(placed(rows, |row| row.place));
    columns
}

fn actions(brief: &Brief) -> Columns {
    let rows = &brief.actions;
    let mut columns = vec![
        ("session", text(rows, |row| row.session.clone())),
        ("verdict", text(rows, |row| row.verdict.word().to_owned())),
        ("time", time(rows, |row| Some(row.at))),
        ("kind", text(rows, |row| row.kind.word().to_owned())),
        ("operation", text(rows, |row| row.operation.clone())),
        ("account", text(rows, |row| row.account.clone())),
        ("store", text(rows, |row| row.store.clone())),
        ("object", text(rows, |row| row.object.clone())),
        ("recipients", text(rows, |row| row.recipients.join(" "))),
        ("facts", text(rows, |row| row.facts.join("; "))),
    ];
    columns.extend(placed(rows, |row| row.place));
    columns
}

fn gaps(brief: &Brief) -> Columns {
    let rows = &brief.gaps;
    vec![
        ("gap", text(rows, |row| row.gap.id.clone())),
        ("kind", text(rows, |row| row.gap.kind.word().to_owned())),
        (
            "source",
            number(rows, |row| {
                row.gap.source.map_or(0, |source| u64::from(source.0))
            }),
        ),
        (
            "stream",
            text(rows, |row| {
                row.gap.stream.map_or("", |stream| stream.word()).to_owned()
            }),
        ),
        ("account", text(rows, |row| row.gap.account.clone())),
        ("store", text(rows, |row| row.gap.store.clone())),
        ("operation", text(rows, |row| row.gap.operation.clone())),
        ("from", time(rows, |row| row.gap.from)),
        ("to", time(rows, |row| row.gap.to)),
        ("effect", text(rows, |row| row.gap.effect.clone())),
    ]
}
