//! Entries of stderr and syslog: whatever prefix the server was told to write.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::record::cut_csv::begins_with_time;
use crate::record::delivered::Header;
use crate::record::json::Value;
use crate::source::log_line::{self, Stamp};
use crate::source::postgresql::audit;
use crate::source::postgresql::entry::{Entry, host_of};
use crate::source::postgresql::time::{NoTime, parse};
use crate::vocab::moment::{Moment, SECOND};

/// Words that an entry's message stands behind.
const SEVERITIES: [&str; 13] = [
    "LOG",
    "ERROR",
    "FATAL",
    "PANIC",
    "WARNING",
    "NOTICE",
    "INFO",
    "DETAIL",
    "HINT",
    "STATEMENT",
    "CONTEXT",
    "QUERY",
    "LOCATION",
];

/// How many of them begin an entry; the others go on with one.
const N_ENTRIES: usize = 7;

/// The longest prefix before a severity.
const PREFIX_BYTES_MAX: usize = 1 << 10;

/// Whether a record is of such a log: a time, a prefix, a severity.
pub fn fits(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    split(first).is_some()
}

/// The server's own line within `… {"message":"<time> stderr F <line>", …}`.
pub fn collected(text: &str) -> Option<String> {
    let object = Value::of(&text[text.find("{\"message\":\"")?..]);
    let message = object.member("message")?.text();
    let line = message
        .split_once(" stderr F ")
        .map_or(message.as_ref(), |(_, line)| line);
    Some(line.to_owned())
}

/// One line taken apart.
struct Line<'a> {
    at: Result<Moment, NoTime>,
    prefix: &'a str,
    /// The place of the severity in [`SEVERITIES`].
    severity: usize,
    message: &'a str,
}

/// A message whose parts are being put together.
struct Gathered<'a> {
    /// Process and number of the line, where a system log numbered it.
    key: Option<(&'a str, &'a str)>,
    first: Line<'a>,
    message: String,
}

/// The entries of a record: one, or several where a system log mixed their parts.
pub fn entries<'a>(text: &'a str, header: &Header) -> Vec<Entry<'a>> {
    let mut whole: Vec<Gathered<'a>> = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix('\t') {
            if let Some(last) = whole.last_mut() {
                last.message.push('\n');
                last.message.push_str(rest);
            }
            continue;
        }
        let part = part_of(line);
        if let Some((key, number, rest)) = part
            && number > 1
            && let Some(known) = whole.iter_mut().find(|known| known.key == Some(key))
        {
            join(&mut known.message, rest);
            continue;
        }
        if let Some(first) = split(line) {
            whole.push(Gathered {
                key: part.map(|(key, _, _)| key),
                message: first.message.to_owned(),
                first,
            });
        }
    }
    // Opening lines are those of the first line's process.
    let earlier: &[String] = if whole.len() > 1 {
        &[]
    } else {
        &header.earlier
    };
    let begun = whole
        .into_iter()
        .filter(|known| known.first.severity < N_ENTRIES);
    begun
        .map(|known| entry_of(known.first, known.message, header, earlier))
        .collect()
}

/// Joins a further part: on a line of its own where the server broke the line, else as it stands.
fn join(message: &mut String, rest: &str) {
    let own = rest
        .strip_prefix("#011")
        .or_else(|| rest.strip_prefix('\t'));
    match own {
        Some(own) => {
            message.push('\n');
            message.push_str(own);
        }
        // A detail, a hint or the statement of an error: no part of the message.
        None if marker(rest).is_some_and(|(_, severity)| severity >= N_ENTRIES) => {}
        None => message.push_str(rest),
    }
}

/// Process and number of a numbered part, which part it is, and what follows.
fn part_of(line: &str) -> Option<((&str, &str), u32, &str)> {
    let head = line.get(..line.len().min(256)).unwrap_or(line);
    let (at, rest) = match head.find("]: [") {
        Some(at) => {
            let rest = &line[at + 4..];
            (at, behind_word(rest).unwrap_or(rest))
        }
        None => {
            let at = head.find("] [")?;
            (at, behind_word(&line[at + 3..])?)
        }
    };
    let before = &line[..at];
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    let process = &before[before.len() - digits..];
    let (inner, rest) = rest.split_once(']')?;
    let (number, part) = inner.split_once('-')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if process.is_empty() || !is_number(number) || !is_number(part) {
        return None;
    }
    Some((
        (process, number),
        part.parse().ok()?,
        rest.strip_prefix(' ').unwrap_or(rest),
    ))
}

/// What follows `RED] [`: a platform's drain names the database in capitals before the part.
fn behind_word(rest: &str) -> Option<&str> {
    let (word, rest) = rest.split_once("] [")?;
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
    let named = !word.is_empty() && word.len() < 64 && word.bytes().all(is_capital);
    named.then_some(rest)
}

/// Time, prefix, severity and message of a line.
fn split(line: &str) -> Option<Line<'_>> {
    let (place, severity) = marker(line)?;
    let (at, prefix) = timed(&line[..place])?;
    let message = line[place + SEVERITIES[severity].len() + 1..].trim_start();
    let first = Line {
        at,
        prefix,
        severity,
        message,
    };
    Some(refused_name(line, &first).unwrap_or(first))
}

/// The first severity of a line: where it begins, and which it is.
fn marker(line: &str) -> Option<(usize, usize)> {
    let head = line.get(..line.len().min(PREFIX_BYTES_MAX)).unwrap_or(line);
    let found = SEVERITIES
        .iter()
        .enumerate()
        .filter_map(|(severity, word)| {
            let place = head.match_indices(word).map(|(at, _)| at).find(|at| {
                let before = head[..*at].chars().next_back();
                let after = &line[at + word.len()..];
                before.is_none_or(|c| matches!(c, ' ' | ':' | ']' | '>')) && after.starts_with(": ")
            })?;
            Some((place, severity))
        });
    found.min()
}

/// A refused client's name stands in the prefix, unescaped, and again at the end, in quotes: one
/// that pretends to be an entry is found out by that (log_line_prefix `%u`).
fn refused_name<'a>(line: &'a str, first: &Line<'a>) -> Option<Line<'a>> {
    if audit::parse(first.message).is_some() {
        return None;
    }
    let inner = line.trim_end().strip_suffix('"')?;
    let (before, name) = inner.rsplit_once(" user \"")?;
    let (place, word) = ["FATAL:  ", "FATAL: "]
        .iter()
        .find_map(|word| before.rfind(word).map(|at| (at, *word)))?;
    let hides = marker(name).is_some() && line[..place].contains(name);
    let (at, prefix) = timed(&line[..place])?;
    hides.then(|| Line {
        at,
        prefix,
        severity: 2,
        message: line[place + word.len()..].trim_start(),
    })
}

/// The time of a line, and the rest of its prefix.
fn timed(prefix: &str) -> Option<(Result<Moment, NoTime>, &str)> {
    if let Some(found) = own_time(prefix) {
        return Some(found);
    }
    let (stamp, rest) = log_line::stamped(prefix)?;
    // Behind the system log's own time and program the server may write its own.
    let inner = part_of(rest).map_or(rest, |(_, _, rest)| rest);
    if let Some((at, _)) = inner.split("]: ").last().and_then(own_time) {
        return Some((at, rest));
    }
    if let Some((at, _)) = own_time(inner) {
        return Some((at, rest));
    }
    let at = match stamp {
        Stamp::Stated(at) => Ok(at),
        Stamp::NoZone(local) => Err(NoTime::Zone(local)),
        Stamp::NoYear { .. } => Err(NoTime::Stamp(stamp)),
    };
    Some((at, rest))
}

/// `2026-11-22 11:54:01.722 UTC`, up to the space or colon behind it.
fn own_time(text: &str) -> Option<(Result<Moment, NoTime>, &str)> {
    if !begins_with_time(text.as_bytes()) || text.as_bytes().get(10) == Some(&b'T') {
        return None;
    }
    let clock = text.get(11..)?;
    let end = 11 + clock.find(' ').unwrap_or(clock.len());
    let rest = text.get(end + 1..).unwrap_or("");
    let zone = rest.find([' ', ':', ',', '[']).unwrap_or(rest.len());
    let is_zone = (1..=6).contains(&zone)
        && rest[..zone]
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'+' || b == b'-');
    let end = if is_zone { end + 1 + zone } else { end };
    Some((parse(&text[..end]), &text[end..]))
}

fn entry_of<'a>(line: Line<'a>, message: String, header: &Header, earlier: &[String]) -> Entry<'a> {
    let mut entry = Entry {
        at: line.at,
        severity: Cow::Borrowed(SEVERITIES[line.severity]),
        ..Entry::default()
    };
    if let Err(NoTime::Stamp(stamp)) = &entry.at {
        entry.at = stamp
            .moment(&header.given.assumed)
            .ok_or(NoTime::Zone(Moment::default()));
    }
    put_prefix(line.prefix, &mut entry);
    put_code(message, &mut entry);
    for line in earlier {
        put_earlier(line, &mut entry);
    }
    entry
}

/// A verbose server writes the SQLSTATE before the message.
fn put_code(message: String, entry: &mut Entry<'_>) {
    let code = message.get(..5).filter(|code| {
        message[5..].starts_with(": ")
            && code
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && code.bytes().any(|b| b.is_ascii_digit())
    });
    match code.map(str::to_owned) {
        Some(code) => {
            entry.message = Cow::Owned(message[7..].to_owned());
            entry.code = Cow::Owned(code);
        }
        None => entry.message = Cow::Owned(message),
    }
}

/// What the line that opened the process says, where this one does not.
fn put_earlier(line: &str, entry: &mut Entry<'_>) {
    let Some(line) = split(line) else {
        return;
    };
    if let Some(rest) = line.message.strip_prefix("connection received: host=") {
        let host = rest.split(" port=").next().unwrap_or(rest);
        if entry.address.is_empty() {
            entry.address = host_of(host);
        }
        // The server's id of a session is its start and its process number, in hex.
        if let (true, Ok(at), Ok(process)) = (
            entry.session.is_empty(),
            &line.at,
            entry.process.parse::<u32>(),
        ) {
            entry.session = Cow::Owned(format!("{:x}.{process:x}", at.micros.div_euclid(SECOND)));
        }
    } else if let Some(rest) = line.message.strip_prefix("connection authenticated: ") {
        let method = rest
            .rsplit_once(" method=")
            .map_or("", |(_, method)| method);
        entry.method = Cow::Owned(method.split(' ').next().unwrap_or("").to_owned());
    } else if let Some(rest) = line.message.strip_prefix("connection authorized: user=") {
        let (user, rest) = rest.split_once(" database=").unwrap_or((rest, ""));
        let (database, rest) = rest.split_once(" application_name=").unwrap_or((rest, ""));
        let application = rest.split(" SSL enabled (").next().unwrap_or("");
        let put = |slot: &mut Text<'_>, value: &str| {
            if slot.is_empty() || slot == "[unknown]" {
                *slot = Cow::Owned(value.to_owned());
            }
        };
        put(&mut entry.user, user);
        put(
            &mut entry.database,
            database.split(" SSL enabled (").next().unwrap_or(""),
        );
        put(&mut entry.application, application);
    }
}

/// Names by which prefixes label their fields.
const LABELS: [(&str, u8); 14] = [
    ("application_name=", b'a'),
    ("appli=", b'a'),
    ("app=", b'a'),
    ("client=", b'c'),
    ("remote=", b'c'),
    ("host=", b'c'),
    ("database=", b'd'),
    ("dbname=", b'd'),
    ("db=", b'd'),
    ("user=", b'u'),
    ("usr=", b'u'),
    ("session=", b's'),
    ("sess=", b's'),
    ("pid=", b'p'),
];

fn put_prefix<'a>(prefix: &'a str, entry: &mut Entry<'a>) {
    let labels = labels_of(prefix);
    for (place, (at, length, what)) in labels.iter().enumerate() {
        let end = labels
            .get(place + 1)
            .map_or(prefix.len(), |(next, _, _)| *next);
        let value = prefix[at + length..end]
            .trim_end_matches([' ', ',', ';', '|', ':'])
            .trim();
        // A client's name may hold a label: then nobody knows whose value is whose.
        if labels.iter().filter(|(_, _, other)| other == what).count() > 1 {
            continue;
        }
        match what {
            b'a' => entry.application = Cow::Borrowed(value),
            b'c' => entry.address = host_of(value.split('(').next().unwrap_or(value)),
            b'd' => entry.database = Cow::Borrowed(value),
            b'u' => entry.user = Cow::Borrowed(value),
            b's' => entry.session = Cow::Borrowed(value),
            _ => entry.process = Cow::Borrowed(value),
        }
    }
    let bare = &prefix[..labels.first().map_or(prefix.len(), |(at, _, _)| *at)];
    put_brackets(bare, entry);
    put_tokens(bare, entry);
}

/// Labels of a prefix in order: place, length, what they name.
fn labels_of(prefix: &str) -> Vec<(usize, usize, u8)> {
    let mut labels: Vec<(usize, usize, u8)> = Vec::new();
    for (label, what) in LABELS {
        for (at, _) in prefix.match_indices(label) {
            let before = prefix[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_') {
                labels.push((at, label.len(), what));
            }
        }
    }
    labels.sort_unstable();
    labels
}

/// `[30817]`, `[30817-3]`, `app[postgres.4882]`.
fn put_brackets<'a>(bare: &'a str, entry: &mut Entry<'a>) {
    let mut pair = None;
    for piece in bare.split('[').skip(1).take(12) {
        let Some((inner, _)) = piece.split_once(']') else {
            continue;
        };
        let number = inner.rsplit('.').next().unwrap_or(inner);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if digits(number) && number.len() <= 10 && entry.process.is_empty() {
            entry.process = Cow::Borrowed(number);
        } else if let Some((process, line)) = inner.split_once('-')
            && digits(process)
            && digits(line)
        {
            pair = pair.or(Some((process, line)));
        }
    }
    if let (true, Some((process, line))) = (entry.process.is_empty(), pair) {
        entry.process = Cow::Borrowed(process);
        entry.line = Cow::Borrowed(line);
    }
}

/// `user@database`, `host(port)`, a bare address, the server's session id.
fn put_tokens<'a>(bare: &'a str, entry: &mut Entry<'a>) {
    for token in bare.split([' ', ',', '|']) {
        if entry.address.is_empty() && token.parse::<std::net::IpAddr>().is_ok() {
            entry.address = Cow::Borrowed(token);
        }
        if let Some((before, after)) = token.split_once('(')
            && after
                .split(')')
                .next()
                .is_some_and(|port| port.parse::<u16>().is_ok())
            && entry.address.is_empty()
        {
            entry.address = Cow::Borrowed(before.strip_prefix(':').unwrap_or(before));
        }
        if is_session(token) && entry.session.is_empty() {
            entry.session = Cow::Borrowed(token);
        }
        let names = token
            .split(':')
            .find(|piece| piece.contains('@') && !piece.contains('='));
        if let (true, Some((user, database))) = (
            entry.user.is_empty(),
            names.and_then(|names| names.rsplit_once('@')),
        ) {
            entry.user = Cow::Borrowed(user);
            entry.database = Cow::Borrowed(database);
        }
    }
}

/// `6b02d7d9.7861` (`%c`).
fn is_session(token: &str) -> bool {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    token.split_once('.').is_some_and(|(start, process)| {
        start.len() == 8 && hex(start) && (1..=7).contains(&process.len()) && hex(process)
    })
}

#[cfg(test)]
mod tests {
    use super::entries;
    use crate::record::delivered::Header;

    fn told(text: &str, earlier: &[&str]) -> String {
        let header = Header {
            earlier: earlier.iter().map(|line| (*line).to_owned()).collect(),
            ..Header::default()
        };
        let told: Vec<String> = entries(text, &header)
            .iter()
            .map(|e| {
                let at = e.at.as_ref().map_or("-".to_owned(), ToString::to_string);
                format!(
                    "{at}|{}|{}|{}|{}|{}|{}|{}|{}",
                    e.process,
                    e.user,
                    e.database,
                    e.address,
                    e.session,
                    e.application,
                    e.severity,
                    e.message
                )
            })
            .collect();
        told.join("\n")
    }

    #[test]
    fn prefixes_of_many_servers_are_read() {
        for (text, expect) in [
            (
                "2021-02-14 01:34:02 CET [30291]: db=t,user=pg,app=a b,client=[local] LOG:  m",
                "2021-02-14T00:34:02Z|30291|pg|t|||a b|LOG|m",
            ),
            (
                "2020-03-11 20:40:50 UTC:192.168.1.201(50906):gilles@pgbench:[12795]:FATAL:  m",
                "2020-03-11T20:40:50Z|12795|gilles|pgbench|192.168.1.201|||FATAL|m",
            ),
            (
                "2021-09-28 09:22:18.536 UTC [147] 1.2.3.4 a@postgres FATAL:  m",
                "2021-09-28T09:22:18.536Z|147|a|postgres|1.2.3.4|||FATAL|m",
            ),
            (
                "2017-04-03 22:32:14.322 UTC [12975-1] [unknown]@[unknown] LOG:  m",
                "2017-04-03T22:32:14.322Z|12975|[unknown]|[unknown]||||LOG|m",
            ),
            (
                "2019-03-14T00:22:56+00:00 app[postgres.4882]: [GREEN] [15-1]  sql_error_code = 00000 LOG:  m",
                "2019-03-14T00:22:56Z|4882||||||LOG|m",
            ),
            (
                "2019-07-23 12:06:24.406 UTC [25] 5d36f830.19 LOG:  28P01: m",
                "2019-07-23T12:06:24.406Z|25||||5d36f830.19||LOG|m",
            ),
        ] {
            assert_eq!(told(text, &[]), expect, "{text}");
        }
    }

    #[test]
    fn what_the_connection_said_is_known_later() {
        let earlier = [
            "2026-11-22 11:54:01.809 UTC [30817] LOG:  connection received: host=10.0.0.7 port=58769",
            "2026-11-22 11:54:01.826 UTC [30817] a@d LOG:  connection authorized: user=a database=d application_name=psql SSL enabled (x)",
        ];
        assert_eq!(
            told("2026-11-22 11:54:02.000 UTC [30817] LOG:  m\n\tn", &earlier),
            "2026-11-22T11:54:02Z|30817|a|d|10.0.0.7|6b02d7d9.7861|psql|LOG|m\nn"
        );
    }

    #[test]
    fn parts_of_a_system_log_are_joined_by_process() {
        let text = "Feb 11 13:15:39 pc postgres[1]: [3-1] 2026-02-11 12:00:00.5 UTC u@d LOG:  AUDIT: \"a\nFeb 11 13:15:39 pc postgres[2]: [9-1] 2026-02-11 12:00:00.6 UTC v@d LOG:  other\nFeb 11 13:15:39 pc postgres[1]: [3-2] #011b\nFeb 11 13:15:39 pc postgres[1]: [3-3]  c\"";
        assert_eq!(
            told(text, &[]),
            "2026-02-11T12:00:00.5Z|1|u|d||||LOG|AUDIT: \"a\nb c\"\n2026-02-11T12:00:00.6Z|2|v|d||||LOG|other"
        );
    }

    #[test]
    fn parts_of_a_drain_are_joined_too() {
        let text = "2021-09-07T04:01:27+00:00 d.x app[postgres.5925] [AQUA] [921320-1]  sql_error_code = 00000 LOG:  statement: UPDATE a SET b =\n2021-09-07T04:01:27+00:00 d.x app[postgres.5925] [AQUA] [921320-2]   (select 1)";
        let told = told(text, &[]);
        assert!(
            told.ends_with("|LOG|statement: UPDATE a SET b =  (select 1)"),
            "{told}"
        );
        assert!(told.contains("|5925|"), "{told}");
    }

    #[test]
    fn a_name_that_pretends_to_be_an_entry_is_a_name() {
        let name = "LOG:  connection authorized: user=dba database=x";
        let text = format!(
            "2026-02-11 12:00:00.5 UTC [4] {name}@d FATAL:  password authentication failed for user \"{name}\""
        );
        let told = told(&text, &[]);
        assert!(
            told.contains("|FATAL|password authentication failed"),
            "{told}"
        );
        let cut_in =
            "2026-02-11 12:00:00.5 UTC [4] db=x,app=p,client=9.9.9.9,client=10.0.0.7 LOG:  m";
        assert!(!super::tests::told(cut_in, &[]).contains("9.9.9.9"));
    }
}
