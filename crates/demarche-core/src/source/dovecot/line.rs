//! One line of the log of Dovecot: time, process, who, level, message.

use crate::source::log_line::{Stamp, stamped, system_line};

/// A line, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Its time.
    pub stamp: Stamp,
    /// The process that wrote it, as in `imap-login`.
    pub process: &'a str,
    /// Whose process it is, empty where it serves all.
    pub user: &'a str,
    /// The connection's id, empty where the prefix has none.
    pub session: &'a str,
    /// What it says, its level taken off.
    pub message: &'a str,
}

/// Processes that write lines, as the configuration names them.
const PROCESSES: [&str; 35] = [
    "aggregator",
    "anvil",
    "auth",
    "auth-worker",
    "config",
    "dict",
    "dict-async",
    "director",
    "dns-client",
    "doveadm",
    "dsync-local",
    "dsync-server",
    "imap",
    "imap-hibernate",
    "imap-login",
    "imap-urlauth",
    "imap-urlauth-login",
    "indexer",
    "indexer-worker",
    "ipc",
    "lda",
    "lmtp",
    "log",
    "managesieve",
    "managesieve-login",
    "master",
    "old-stats",
    "pop3",
    "pop3-login",
    "quota-status",
    "replicator",
    "stats",
    "submission",
    "submission-login",
    "welcome",
];

const LEVELS: [&str; 7] = [
    "Debug: ",
    "Info: ",
    "Warning: ",
    "Error: ",
    "Fatal: ",
    "Panic: ",
    "Notice: ",
];

/// Takes a line apart; `None` for what no process of this server wrote.
pub fn of(text: &str) -> Option<Line<'_>> {
    let text = text.trim_end();
    let (stamp, rest) = stamped(text)?;
    written(stamp, rest).or_else(|| {
        let line = system_line(text).filter(|line| line.program == "dovecot")?;
        written(line.stamp, line.message)
    })
}

/// `process[(who)[<pid>][<session>]]: [Level: ]message`.
fn written(stamp: Stamp, text: &str) -> Option<Line<'_>> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
    let (process, rest) = text.split_at(end);
    if !PROCESSES.contains(&process) {
        return None;
    }
    let (who, rest) = match rest.strip_prefix('(') {
        Some(inner) => who_of(inner)?,
        None => (
            ("", ""),
            rest.strip_prefix(": ").or_else(|| rest.strip_prefix(':'))?,
        ),
    };
    let level = LEVELS.iter().find_map(|level| rest.strip_prefix(level));
    Some(Line {
        stamp,
        process,
        user: who.0,
        session: who.1,
        message: level.unwrap_or(rest),
    })
}

/// `user)<pid><session>: rest`, the two in brackets optional: a name may hold brackets, so the
/// first place where all of it fits is taken.
fn who_of(inner: &str) -> Option<((&str, &str), &str)> {
    for (at, _) in inner.match_indices(')') {
        let mut rest = &inner[at + 1..];
        let mut session = "";
        for _ in 0..2 {
            if let Some((value, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                session = value;
                rest = after;
            }
        }
        if let Some(message) = rest.strip_prefix(": ") {
            let is_number = session.bytes().all(|b| b.is_ascii_digit());
            let user = &inner[..at];
            // Workers have their process id where others have a user.
            let user = if user.bytes().all(|b| b.is_ascii_digit()) {
                ""
            } else {
                user
            };
            return Some(((user, if is_number { "" } else { session }), message));
        }
    }
    None
}
