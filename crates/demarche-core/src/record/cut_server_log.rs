//! Cuts logs whose records run over several lines: tabs, numbered parts, earlier lines.

use std::collections::{BTreeMap, VecDeque};

use crate::record::cut::{Cutter, KEPT_BACK, RECORD_BYTES_MAX, Span, SpanKind, push};
use crate::record::delivered::Header;

/// Lines that are looked ahead for the next part of a record that a system log took apart.
const LINES_AHEAD: usize = 16;

/// Processes whose opening lines are kept, at most; the longest kept is dropped.
const PROCESSES_MOST: usize = 4096;

/// The most one opening line may weigh to be kept, in bytes.
const OPENING_BYTES_MAX: usize = 1 << 10;

/// Opening lines kept of one process, at most.
const OPENINGS_MOST: usize = 4;

/// A record is a line and the lines that go on with it: those that begin with a tab, and the
/// numbered parts `[7-2]`, `[7-3]` of a line `[7-1]` of the same process, with lines of others
/// that a system log wrote between them.
///
/// # Shape
/// Each call cuts one span, so that the header is that record's own: it carries the opening
/// lines of the record's process (its connection), which later lines do not repeat.
pub struct ServerLogCutter {
    record_bytes_max: usize,
    header: Header,
    openings: BTreeMap<Vec<u8>, Vec<String>>,
    oldest: VecDeque<Vec<u8>>,
    begun: bool,
    overlong: bool,
}

impl Default for ServerLogCutter {
    fn default() -> ServerLogCutter {
        ServerLogCutter::bounded(RECORD_BYTES_MAX)
    }
}

impl Cutter for ServerLogCutter {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let mut from = 0;
        if !self.begun {
            if window.len() < 3 && !last {
                return;
            }
            self.begun = true;
            if window.starts_with(b"\xEF\xBB\xBF") {
                from = 3;
                push(spans, SpanKind::Filler, 3);
            }
        }
        // Up to one record: the header is its own.
        while from < window.len() {
            let rest = &window[from..];
            let (kind, used) = match self.next(rest, last) {
                Some(next) => next,
                None => return,
            };
            push(spans, kind, used);
            from += used;
            if kind == SpanKind::Record {
                return;
            }
        }
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn header_mut(&mut self) -> &mut Header {
        &mut self.header
    }
}

impl ServerLogCutter {
    /// A cutter that gives up records longer than so many bytes.
    pub fn bounded(record_bytes_max: usize) -> ServerLogCutter {
        ServerLogCutter {
            record_bytes_max,
            header: Header::default(),
            openings: BTreeMap::new(),
            oldest: VecDeque::new(),
            begun: false,
            overlong: false,
        }
    }

    /// What comes next and how long it is; `None` where more bytes must tell.
    fn next(&mut self, rest: &[u8], last: bool) -> Option<(SpanKind, usize)> {
        let found = if self.overlong {
            line_end(rest, 0, last).ok_or(Wait::TooLong)
        } else {
            record_end(rest, last, self.record_bytes_max)
        };
        match found {
            Ok(end) => Some((self.end_record(&rest[..end]), end)),
            Err(Wait::More) => None,
            Err(Wait::TooLong) => {
                self.overlong = true;
                let used = rest.len().saturating_sub(KEPT_BACK);
                (used > 0).then_some((SpanKind::Overlong { ends: false }, used))
            }
        }
    }

    fn end_record(&mut self, record: &[u8]) -> SpanKind {
        let overlong = std::mem::take(&mut self.overlong);
        if overlong || record.len() > self.record_bytes_max {
            SpanKind::Overlong { ends: true }
        } else if record.iter().all(u8::is_ascii_whitespace) {
            SpanKind::Filler
        } else {
            self.take_openings(record);
            SpanKind::Record
        }
    }

    /// Keeps the line that opens a process's work, and hands the kept ones on.
    fn take_openings(&mut self, record: &[u8]) {
        self.header.earlier.clear();
        let line = record.split(|byte| *byte == b'\n').next().unwrap_or(record);
        let Some(process) = process_of(line) else {
            return;
        };
        let holds = |text: &[u8]| memchr::memmem::find(line, text).is_some();
        if holds(b": connection received: ") || holds(b":  connection received: ") {
            self.openings.remove(process);
            self.open(process, line);
        } else if holds(b":  connection auth") {
            self.open(process, line);
        }
        if let Some(lines) = self.openings.get(process) {
            self.header.earlier.clone_from(lines);
        }
        if holds(b":  disconnection: ") {
            self.openings.remove(process);
        }
    }

    fn open(&mut self, process: &[u8], line: &[u8]) {
        if line.len() > OPENING_BYTES_MAX {
            return;
        }
        if !self.openings.contains_key(process) {
            self.oldest.push_back(process.to_vec());
        }
        let lines = self.openings.entry(process.to_vec()).or_default();
        if lines.len() < OPENINGS_MOST {
            lines.push(String::from_utf8_lossy(line).into_owned());
        }
        while self.oldest.len() > PROCESSES_MOST {
            if let Some(oldest) = self.oldest.pop_front() {
                self.openings.remove(&oldest);
            }
        }
    }
}

/// Why the end of a record is not known.
enum Wait {
    /// More bytes must tell.
    More,
    /// It is longer than a record may be.
    TooLong,
}

/// Where the record that a window begins with ends.
///
/// A record that has grown beyond the bound ends with the line in which it did.
fn record_end(window: &[u8], last: bool, bound: usize) -> Result<usize, Wait> {
    let wait = || {
        if window.len() > bound + 1 {
            Wait::TooLong
        } else {
            Wait::More
        }
    };
    let mut end = line_end(window, 0, last).ok_or_else(wait)?;
    let first = &window[..end];
    if first.iter().all(u8::is_ascii_whitespace) {
        return Ok(end);
    }
    let mut part = part_of(first);
    while end <= bound && (end < window.len() || !last) {
        if window.get(end).ok_or(Wait::More)? == &b'\t' {
            end = line_end(window, end, last).ok_or_else(wait)?;
            continue;
        }
        let Some((process, number, at)) = part else {
            return Ok(end);
        };
        let wanted = (process, number, at.saturating_add(1));
        match next_part(window, (end, last), wanted, bound) {
            Ahead::There(after) => (end, part) = (after, Some(wanted)),
            Ahead::Nowhere => return Ok(end),
            Ahead::Unseen => return Err(Wait::More),
        }
    }
    Ok(end)
}

/// Where the next part of a record lies.
enum Ahead {
    /// Its line ends here.
    There(usize),
    /// Not within the lines ahead.
    Nowhere,
    /// More bytes must tell.
    Unseen,
}

/// Looks for the line of a part within the lines ahead, and within a bound of bytes.
fn next_part(
    window: &[u8],
    (from, last): (usize, bool),
    wanted: (&[u8], &[u8], u32),
    bound: usize,
) -> Ahead {
    let mut at = from;
    for _ in 0..LINES_AHEAD {
        if at >= window.len() && last {
            return Ahead::Nowhere;
        }
        let end = line_end(window, at, last);
        // Beyond the bound it is not looked for, however much of it is at hand.
        if end.unwrap_or(window.len()) - from > bound {
            return Ahead::Nowhere;
        }
        let Some(end) = end else {
            return Ahead::Unseen;
        };
        if part_of(&window[at..end]) == Some(wanted) {
            return Ahead::There(end);
        }
        at = end;
    }
    Ahead::Nowhere
}

fn line_end(window: &[u8], from: usize, last: bool) -> Option<usize> {
    match memchr::memchr(b'\n', window.get(from..)?) {
        Some(at) => Some(from + at + 1),
        None => last.then_some(window.len()),
    }
}

/// Process, number and part of a line of a system log: `… server[30817]: [3-1] …`, or of a
/// platform's drain: `… app[server.30817]: [RED] [3-1] …`.
///
/// Only a line that states them right behind its program is one of parts.
fn part_of(line: &[u8]) -> Option<(&[u8], &[u8], u32)> {
    let head = &line[..line.len().min(256)];
    let (open, rest) = match memchr::memmem::find(head, b"]: [") {
        Some(open) => {
            let rest = &line[open + 4..];
            (open, behind_word(rest).unwrap_or(rest))
        }
        None => {
            let open = memchr::memmem::find(head, b"] [")?;
            (open, behind_word(&line[open + 3..])?)
        }
    };
    let process = number_before(line, open)?;
    let close = memchr::memchr(b']', &rest[..rest.len().min(24)])?;
    let dash = memchr::memchr(b'-', &rest[..close])?;
    let (number, part) = (&rest[..dash], &rest[dash + 1..close]);
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    if !digits(number) || !digits(part) || part.len() > 6 {
        return None;
    }
    let part = part
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((process, number, part))
}

/// What follows `RED] [`, the name of a database in capitals.
fn behind_word(rest: &[u8]) -> Option<&[u8]> {
    let close = memchr::memchr(b']', &rest[..rest.len().min(64)])?;
    let word = rest[..close].iter();
    let is_capital = |byte: &u8| byte.is_ascii_uppercase() || *byte == b'_';
    let named = close > 0 && word.clone().all(is_capital);
    named.then(|| rest[close..].strip_prefix(b"] ["))?
}

/// The digits right before a place.
fn number_before(line: &[u8], end: usize) -> Option<&[u8]> {
    let digits = line[..end]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    (digits > 0).then(|| &line[end - digits..end])
}

/// The number of the process that wrote a line: the first number in brackets.
fn process_of(line: &[u8]) -> Option<&[u8]> {
    let head = &line[..line.len().min(512)];
    memchr::memchr_iter(b']', head).find_map(|close| {
        let number = number_before(head, close)?;
        let before = head.get((close - number.len()).checked_sub(1)?)?;
        matches!(before, b'[' | b'.').then_some(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(SpanKind, String, Vec<String>)> {
        let (mut cutter, mut out, mut from) = (ServerLogCutter::default(), Vec::new(), 0);
        while from < text.len() {
            let mut spans = Vec::new();
            cutter.cut(&text.as_bytes()[from..], true, &mut spans);
            for span in spans {
                let piece = text[from..from + span.length].to_owned();
                out.push((span.kind, piece, cutter.header().earlier.clone()));
                from += span.length;
            }
        }
        out
    }

    #[test]
    fn lines_that_go_on_belong_to_their_record() {
        let text = "a [1] LOG:  x\n\ty\n\t\n\tz\n\nb [2] LOG:  w\n";
        let pieces: Vec<String> = cut(text).into_iter().map(|(_, piece, _)| piece).collect();
        assert_eq!(
            pieces,
            ["a [1] LOG:  x\n\ty\n\t\n\tz\n", "\n", "b [2] LOG:  w\n"]
        );
    }

    #[test]
    fn parts_are_found_behind_other_lines() {
        let text = "h p[1]: [3-1] a\nh p[2]: [9-1] q\nh p[1]: [3-2] b\nh p[1]: [4-1] c\n";
        let pieces: Vec<String> = cut(text).into_iter().map(|(_, piece, _)| piece).collect();
        assert_eq!(pieces.len(), 2);
        assert!(pieces[0].ends_with("[3-2] b\n"), "{pieces:?}");
    }

    #[test]
    fn parts_of_a_drain_are_found_behind_the_name_of_the_database() {
        let text = "t app[postgres.1]: [RED] [3-1] a\nt app[postgres.2]: [RED] [3-1] q\nt app[postgres.1]: [RED] [3-2] b\nt d.x app[postgres.5] [BLUE] [9-1] c\nt d.x app[postgres.5] [BLUE] [9-2] d\nt [5] [3-1] e\n";
        let pieces: Vec<String> = cut(text).into_iter().map(|(_, piece, _)| piece).collect();
        assert_eq!(pieces.len(), 3, "{pieces:?}");
        assert!(pieces[0].ends_with("[3-2] b\n"), "{pieces:?}");
        assert!(pieces[1].ends_with("[9-2] d\n"), "{pieces:?}");
    }

    #[test]
    fn opening_lines_are_carried_until_the_process_ends() {
        let text = "t [7] LOG:  connection received: host=h\nt [7] u@d LOG:  AUDIT: x\nt [8] LOG:  y\nt [7] LOG:  disconnection: z\nt [7] LOG:  later\n";
        let earlier: Vec<usize> = cut(text)
            .into_iter()
            .map(|(_, _, lines)| lines.len())
            .collect();
        assert_eq!(earlier, [1, 1, 0, 1, 0]);
    }
}
