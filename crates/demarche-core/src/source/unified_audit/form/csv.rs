//! Rows whose one cell is the record: portal, search command, graph query, Splunk.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::event::sink::Sink;
use crate::record::csv::cells;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::Value;
use crate::record::problem::ProblemKind;
use crate::source::Fate;
use crate::source::moments;
use crate::source::unified_audit::keys::{Fields, trimmed};
use crate::source::unified_audit::record::{Wrapper, read as read_record, reject};

/// Whether rows are a Splunk re-export (semantics §1.9).
pub fn fits_splunk(_: &str, header: &Header) -> bool {
    has(header, &["auditdata", "_raw"])
}

/// Whether rows are those of a graph query.
pub fn fits_graph(_: &str, header: &Header) -> bool {
    has(header, &["auditdata", "auditlogrecordtype"])
}

/// Whether rows are those of the search command.
pub fn fits_search(_: &str, header: &Header) -> bool {
    has(header, &["auditdata", "resultindex"])
}

/// Whether rows are those of the portal, or any rows with the record in a cell.
pub fn fits_portal(_: &str, header: &Header) -> bool {
    has(header, &["auditdata"])
}

/// Whether a header has all of these columns; asked of every row, so nothing is allocated.
pub fn has(header: &Header, names: &[&str]) -> bool {
    let held = |name: &&str| {
        header
            .columns
            .iter()
            .any(|column| bare(column).eq_ignore_ascii_case(name))
    };
    !header.columns.is_empty() && names.iter().all(held)
}

/// A column's name, without a byte order mark and the zone that portals append
/// (`TimeGenerated [UTC]`).
pub fn bare(column: &str) -> &str {
    let column = column.trim_start_matches('\u{feff}');
    column.split(" [").next().unwrap_or(column).trim()
}

/// What a column of the wrapper holds; the order of columns is never relied on.
enum Column {
    Data,
    Id,
    Time,
    User,
    Operation,
    Count,
    Session,
    Raw,
    Other,
}

impl Column {
    fn of(name: &str) -> Column {
        let name = bare(name);
        let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is(&["AuditData"]) {
            Column::Data
        } else if is(&["Identity", "RecordId", "id"]) {
            Column::Id
        } else if is(&["CreationDate", "createdDateTime"]) {
            Column::Time
        } else if is(&["UserIds", "UserId", "userPrincipalName"]) {
            Column::User
        } else if is(&["Operations", "Operation"]) {
            Column::Operation
        } else if is(&["ResultCount"]) {
            Column::Count
        } else if is(&["RunspaceId"]) {
            Column::Session
        } else if is(&["_raw"]) {
            Column::Raw
        } else {
            Column::Other
        }
    }
}

/// The cells of a row that are read.
#[derive(Default)]
struct Row<'a> {
    data: Text<'a>,
    raw: Text<'a>,
    wrapper: Wrapper<'a>,
}

/// Reads one row.
///
/// # Shape
/// The record in its cell is what is read; the wrapper's own columns stand in only where the
/// record lacks a value. A row whose cell is empty or cut short is rejected; its facts are
/// salvaged from the row's other columns, and from the original line where Splunk kept it.
pub fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut row = row_of(record);
    if row.wrapper.result.is_empty() {
        row.wrapper.result_session = Cow::Borrowed("");
    }
    if row.data.is_empty() {
        return salvage(record, &mut row, sink);
    }
    read_record(record.place, &row.data, &row.wrapper, sink)
}

fn row_of<'a>(record: &Delivered<'a>) -> Row<'a> {
    let mut row = Row::default();
    cells(record.text, |at, cell| {
        let Some(name) = record.header.columns.get(at) else {
            return;
        };
        let wrapper = &mut row.wrapper;
        let slot = match Column::of(name) {
            Column::Data => &mut row.data,
            Column::Id => &mut wrapper.id,
            Column::User => &mut wrapper.user,
            Column::Operation => &mut wrapper.operation,
            Column::Count => &mut wrapper.result,
            Column::Session => &mut wrapper.result_session,
            Column::Raw => &mut row.raw,
            Column::Time => {
                wrapper.time = wrapper.time.or(moments::parse(&cell));
                return;
            }
            Column::Other => return,
        };
        if slot.is_empty() {
            *slot = trimmed(cell);
        }
    });
    row
}

/// Rejects a row without a record, and keeps what its other columns say.
fn salvage(record: &Delivered<'_>, row: &mut Row<'_>, sink: &mut dyn Sink) -> Fate {
    let mut line = String::new();
    cells(&row.raw, |_, cell| {
        if line.is_empty() && cell.starts_with('{') {
            line = cell.into_owned();
        }
    });
    if !line.is_empty() {
        row.wrapper.salvaged_from = "_raw";
    }
    let (fields, _) = Fields::of(Value::of(&line));
    let found = (ProblemKind::Truncated, "AuditData is empty");
    reject(record.place, &fields, &row.wrapper, found, sink)
}
