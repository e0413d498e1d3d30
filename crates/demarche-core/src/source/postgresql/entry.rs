//! One entry of a server log, whatever form it was written in.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::record::csv::cells;
use crate::record::json::{Malformed, Value};
use crate::source::postgresql::time::{NoTime, parse};
use crate::vocab::moment::Moment;

/// One entry: fields of csvlog by their names in the documentation; empty means absent.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When it was logged.
    pub at: Result<Moment, NoTime>,
    /// Role.
    pub user: Text<'a>,
    /// Database.
    pub database: Text<'a>,
    /// Address of the client, without its port.
    pub address: Text<'a>,
    /// Number of the server process.
    pub process: Text<'a>,
    /// The server's id of the session: start and process number.
    pub session: Text<'a>,
    /// Number of the line within the session.
    pub line: Text<'a>,
    /// What the client calls itself.
    pub application: Text<'a>,
    /// `LOG`, `ERROR`, `FATAL` …
    pub severity: Text<'a>,
    /// SQLSTATE.
    pub code: Text<'a>,
    /// The message.
    pub message: Text<'a>,
    /// How the client proved who it is, where an earlier line said so.
    pub method: Text<'a>,
}

impl Default for Entry<'_> {
    fn default() -> Self {
        Entry {
            at: Err(NoTime::Absent),
            user: Cow::Borrowed(""),
            database: Cow::Borrowed(""),
            address: Cow::Borrowed(""),
            process: Cow::Borrowed(""),
            session: Cow::Borrowed(""),
            line: Cow::Borrowed(""),
            application: Cow::Borrowed(""),
            severity: Cow::Borrowed(""),
            code: Cow::Borrowed(""),
            message: Cow::Borrowed(""),
            method: Cow::Borrowed(""),
        }
    }
}

/// Columns of csvlog up to the application's name, which version 9.0 added.
const COLUMNS_LEAST: usize = 22;

impl<'a> Entry<'a> {
    /// An entry of csvlog (PostgreSQL documentation §20.8.4); `None` for a row of too few cells.
    pub fn of_csv(row: &'a str) -> Option<Entry<'a>> {
        let mut entry = Entry::default();
        let mut n_cells = 0;
        cells(row, |column, cell| {
            n_cells += 1;
            match column {
                0 => entry.at = parse(&cell),
                1 => entry.user = cell,
                2 => entry.database = cell,
                3 => entry.process = cell,
                4 => entry.address = host_of(&cell),
                5 => entry.session = cell,
                6 => entry.line = cell,
                11 => entry.severity = cell,
                12 => entry.code = cell,
                13 => entry.message = cell,
                22 => entry.application = cell,
                _ => {}
            }
        });
        (n_cells >= COLUMNS_LEAST).then_some(entry)
    }

    /// An entry of jsonlog (§20.8.5), or of a cluster operator that names csvlog's columns.
    ///
    /// # Errors
    /// [`Malformed`] where the text is no whole object.
    pub fn of_json(value: Value<'a>) -> Result<Entry<'a>, Malformed> {
        let mut entry = Entry::default();
        value.members(|key, value| {
            let text = value.text();
            match key {
                "timestamp" | "log_time" => entry.at = parse(&text),
                "user" | "user_name" => entry.user = text,
                "dbname" | "database_name" => entry.database = text,
                "pid" | "process_id" => entry.process = text,
                "remote_host" if text != "[local]" => entry.address = text,
                "connection_from" => entry.address = host_of(&text),
                "session_id" => entry.session = text,
                "line_num" | "session_line_num" => entry.line = text,
                "error_severity" => entry.severity = text,
                "state_code" | "sql_state_code" => entry.code = text,
                "message" => entry.message = text,
                "application_name" => entry.application = text,
                _ => {}
            }
        })?;
        Ok(entry)
    }
}

/// The host of `127.0.0.1:58769`, `::1:16790` or `host`; empty for a local socket.
pub fn host_of(text: &str) -> Text<'static> {
    let text = text.trim();
    if text.is_empty() || text.starts_with("[local]") || text == "[unknown]" {
        return Cow::Borrowed("");
    }
    let host = match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && is_port(port) && is_host(host) => host,
        _ => text,
    };
    Cow::Owned(host.to_owned())
}

fn is_port(text: &str) -> bool {
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether what stands before the last colon is a host by itself: a name, or a whole address.
fn is_host(text: &str) -> bool {
    !text.contains(':') || text.parse::<std::net::Ipv6Addr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn hosts_lose_their_ports() {
        for (text, expect) in [
            ("127.0.0.1:58769", "127.0.0.1"),
            ("::1:16790", "::1"),
            ("2001:db8::7:5432", "2001:db8::7"),
            ("[local]", ""),
            ("10.0.0.7", "10.0.0.7"),
            ("db.example", "db.example"),
        ] {
            assert_eq!(host_of(text), expect, "{text}");
        }
    }
}
