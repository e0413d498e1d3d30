//! The forms in which PostgreSQL writes its log.

use crate::record::cut_csv::begins_with_time;
use crate::record::json::Value;
use crate::source::Form;
use crate::source::postgresql::card::CARD;
use crate::source::postgresql::{line, read};
use crate::source::row::{is_object, names_of};

/// Rows of csvlog, which have no header.
pub const CSVLOG: Form = Form {
    name: "postgresql/csvlog",
    card: &CARD,
    lossy: false,
    fits: |text, header| header.columns.is_empty() && begins_row(text),
    read: read::read_csv,
};

/// Objects of jsonlog.
pub const JSONLOG: Form = Form {
    name: "postgresql/jsonlog",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &["timestamp", "pid", "errorseverity", "sessionstart"];
        is_object(text) && names_of(text, header, NAMES) & 0b111 == 0b111
    },
    read: read::read_json,
};

/// Objects of a cluster operator around entries that name csvlog's columns.
pub const WRAPPED: Form = Form {
    name: "postgresql/wrapped-json",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const OUTER: &[&str] = &["logger", "record"];
        const INNER: &[&str] = &["logtime", "processid", "errorseverity"];
        if !is_object(text) || names_of(text, header, OUTER) != 0b11 {
            return false;
        }
        let record = Value::of(text).member("record");
        record.is_some_and(|record| names_of(record.raw(), header, INNER) == 0b111)
    },
    read: read::read_wrapped,
};

/// Lines of stderr and syslog, whatever their prefix.
pub const LINES: Form = Form {
    name: "postgresql/lines",
    card: &CARD,
    lossy: false,
    fits: |text, header| header.columns.is_empty() && line::fits(text),
    read: read::read_lines,
};

/// Lines that a platform's collector put into an object behind a system log's head.
pub const COLLECTED: Form = Form {
    name: "postgresql/collected-lines",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        header.columns.is_empty() && line::collected(text).is_some_and(|inner| line::fits(&inner))
    },
    read: read::read_collected,
};

/// A time, its zone, then the cells of user, database and process number.
fn begins_row(text: &str) -> bool {
    // The server parts date and time with a blank; other programs' rows have a T there.
    if !begins_with_time(text.as_bytes()) || text.as_bytes().get(10) != Some(&b' ') {
        return false;
    }
    let mut n_cells = 0;
    let mut quoted = false;
    let mut process = (0, 0);
    for (at, byte) in text.bytes().enumerate().take(512) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                n_cells += 1;
                match n_cells {
                    3 => process.0 = at + 1,
                    4 => process.1 = at,
                    _ => {}
                }
            }
            _ => {}
        }
        if n_cells == 4 {
            break;
        }
    }
    let number = text.get(process.0..process.1).unwrap_or("");
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}
