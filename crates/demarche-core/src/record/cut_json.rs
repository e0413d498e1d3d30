//! Cuts JSON: lines, concatenated documents, arrays, and wrappers around arrays of records.

use crate::record::cut::{Cutter, KEPT_BACK, RECORD_BYTES_MAX, Span, SpanKind, push};
use crate::record::delivered::{Header, folded};
use crate::record::json::{Value, ValueKind};
use crate::record::json_scan::{self, Scan, Step};

/// Arrays and wrappers within one another, at most; deeper ones are records.
const DEPTH_MAX: usize = 8;

/// Among how many first members of an object the one is sought that makes it a wrapper ...
const WRAPPER_MEMBERS_MAX: usize = 8;

/// ... and within how many bytes.
const WRAPPER_BYTES_MAX: usize = 4 << 10;

/// The most a list of column names may weigh.
const COLUMNS_BYTES_MAX: usize = 1 << 20;

/// White space behind a record that still belongs to it, at most.
const TAIL_BYTES_MAX: usize = 256;

/// A record is an object (or a row, or a string that holds an object) that stands alone, in an
/// array, or in the array of a wrapper (`value`, `records`, `events`, `hits`, `items`, `entries`, `tables`). Its
/// separator and line end belong to it. Anything else between records that is no punctuation is
/// a record too, up to the end of its line, so that its reader rejects it and it is counted.
///
/// # Gaps
/// A record cut short would swallow its successors: see [`crate::record::json_scan`].
pub struct JsonCutter {
    record_bytes_max: usize,
    layers: Vec<Layer>,
    header: Header,
    state: State,
    overlong: bool,
}

/// A container whose inside is cut further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    /// Elements are candidates for records.
    List,
    /// Elements are tables: objects with `columns` and `rows`.
    Tables,
    /// Elements are rows: arrays that are records.
    Rows,
    /// An object around a list.
    Wrapper,
    /// One table.
    Table,
}

/// What the cutter is amid.
enum State {
    Between,
    Record(Scan),
    /// A member of a wrapper that holds no records.
    Skip(Scan),
    /// Such a member that is a number or a word.
    SkipWord,
    /// A run of text that is no JSON.
    Stray(usize),
}

impl Default for JsonCutter {
    fn default() -> JsonCutter {
        JsonCutter::bounded(RECORD_BYTES_MAX)
    }
}

impl Cutter for JsonCutter {
    fn cut(&mut self, window: &[u8], last: bool, spans: &mut Vec<Span>) {
        let mut from = 0;
        while from < window.len() {
            let used = self.step(&window[from..], last, spans);
            if used == 0 {
                return;
            }
            from += used;
        }
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn header_mut(&mut self) -> &mut Header {
        &mut self.header
    }
}

impl JsonCutter {
    /// A cutter that gives up records longer than so many bytes.
    pub fn bounded(record_bytes_max: usize) -> JsonCutter {
        JsonCutter {
            record_bytes_max,
            layers: Vec::new(),
            header: Header::default(),
            state: State::Between,
            overlong: false,
        }
    }

    /// Goes one step; returns the bytes it used, 0 where it needs more (or must stop here).
    fn step(&mut self, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => self.between(rest, last, spans),
            State::Record(scan) => self.record(scan, rest, last, spans),
            State::Skip(scan) => self.skip(scan, rest, last, spans),
            State::SkipWord => self.skip_word(rest, last, spans),
            State::Stray(at) => self.stray(at, rest, last, spans),
        }
    }

    fn between(&mut self, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let quiet = match quiet(rest, last) {
            Some(quiet) => quiet,
            None => return 0,
        };
        push(spans, SpanKind::Filler, quiet);
        if quiet > 0 {
            return quiet;
        }
        match (rest[0], self.layers.last()) {
            (b']' | b'}', _) => {
                self.layers.pop();
                push(spans, SpanKind::Filler, 1);
                1
            }
            (b'"', Some(Layer::Wrapper | Layer::Table)) => self.member(rest, last, spans),
            (b'{', Some(Layer::Tables)) => self.enter(Layer::Table, 1, spans),
            (b'{', None | Some(Layer::List)) => self.object(rest, last, spans),
            (b'[', None | Some(Layer::List)) if self.layers.len() < DEPTH_MAX => {
                self.enter(Layer::List, 1, spans)
            }
            (b'{' | b'[', Some(Layer::Wrapper | Layer::Table)) => {
                self.state = State::Skip(Scan::default());
                self.step(rest, last, spans)
            }
            (b'{' | b'[' | b'"', _) => {
                self.state = State::Record(Scan::default());
                self.step(rest, last, spans)
            }
            _ => self.stray(0, rest, last, spans),
        }
    }

    fn enter(&mut self, layer: Layer, used: usize, spans: &mut Vec<Span>) -> usize {
        self.layers.push(layer);
        push(spans, SpanKind::Filler, used);
        used
    }

    /// An object where records may be: a wrapper if one of its first members says so.
    fn object(&mut self, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let head = &rest[..rest.len().min(WRAPPER_BYTES_MAX)];
        match is_wrapper(head) {
            None if head.len() < WRAPPER_BYTES_MAX && !last => 0,
            Some(true) if self.layers.len() + 2 < DEPTH_MAX => self.enter(Layer::Wrapper, 1, spans),
            _ => {
                self.state = State::Record(Scan::default());
                self.step(rest, last, spans)
            }
        }
    }

    /// A member of a wrapper: entered, taken for column names, or skipped.
    fn member(&mut self, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let head = &rest[..rest.len().min(WRAPPER_BYTES_MAX)];
        let Some((key, value)) = json_scan::key(head) else {
            if head.len() < WRAPPER_BYTES_MAX && !last {
                return 0;
            }
            self.state = State::Skip(Scan::default());
            return self.step(rest, last, spans);
        };
        let in_table = self.layers.last() == Some(&Layer::Table);
        match (key, head[value]) {
            ("rows", b'[') if in_table => self.enter(Layer::Rows, value + 1, spans),
            ("columns", b'[') if in_table => self.columns(rest, value, last, spans),
            ("tables", b'[') if !in_table => self.enter(Layer::Tables, value + 1, spans),
            (name, b'[') if !in_table && holds_records(name) => {
                self.enter(Layer::List, value + 1, spans)
            }
            ("hits", b'{') if !in_table && self.layers.len() < DEPTH_MAX => {
                self.enter(Layer::Wrapper, value + 1, spans)
            }
            _ => {
                // The key goes at once; its value is skipped at the next step.
                push(spans, SpanKind::Filler, value);
                self.state = State::Skip(Scan::default());
                value
            }
        }
    }

    /// Reads the names of a table's columns. Records cut before it stand under other names, so
    /// the cut ends there first.
    fn columns(&mut self, rest: &[u8], value: usize, last: bool, spans: &mut Vec<Span>) -> usize {
        if spans.iter().any(|span| span.kind == SpanKind::Record) {
            return 0;
        }
        let mut scan = Scan::default();
        match scan.step(&rest[value..], last) {
            Step::More if !last && rest.len() < COLUMNS_BYTES_MAX => 0,
            Step::Ends(length) => {
                let (text, _) =
                    crate::record::text::Encoding::Utf8.text(&rest[value..value + length]);
                self.header.columns = column_names(&text);
                push(spans, SpanKind::Filler, value + length);
                value + length
            }
            _ => {
                push(spans, SpanKind::Filler, value);
                self.state = State::Skip(Scan::default());
                value
            }
        }
    }

    fn record(&mut self, mut scan: Scan, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let step = match scan.ended {
            Some(end) => Step::Ends(end),
            None => scan.step(rest, last),
        };
        if step == Step::More && !last {
            return self.keep_or_give_up(scan, rest.len(), spans);
        }
        let (end, whole) = match step {
            Step::Ends(end) => (end, true),
            Step::Broken(at) => (at, false),
            Step::More => (rest.len(), false),
        };
        let bounded = self.overlong || end <= self.record_bytes_max;
        if let (Some(restart), false) = (self.restart(&scan), whole && bounded) {
            push(spans, SpanKind::Record, restart);
            return restart;
        }
        let length = if whole {
            tail(rest, end, last)
        } else {
            Some(end)
        };
        let Some(length) = length else {
            scan.ended = Some(end);
            self.state = State::Record(scan);
            return 0;
        };
        self.end_record(end, length, spans)
    }

    /// Where to go on if this record is broken; not beyond the bound, so that the cut does not
    /// depend on how much was at hand.
    fn restart(&self, scan: &Scan) -> Option<usize> {
        scan.restart
            .filter(|at| !self.overlong && *at <= self.record_bytes_max)
    }

    fn end_record(&mut self, end: usize, length: usize, spans: &mut Vec<Span>) -> usize {
        let overlong = std::mem::take(&mut self.overlong) || end > self.record_bytes_max;
        let kind = if overlong {
            SpanKind::Overlong { ends: true }
        } else {
            SpanKind::Record
        };
        push(spans, kind, length);
        length
    }

    /// Waits for more of a record, unless it has grown too long.
    fn keep_or_give_up(&mut self, mut scan: Scan, length: usize, spans: &mut Vec<Span>) -> usize {
        if !self.overlong && length <= self.record_bytes_max + 1 {
            self.state = State::Record(scan);
            return 0;
        }
        if let Some(restart) = self.restart(&scan) {
            push(spans, SpanKind::Record, restart);
            return restart;
        }
        self.overlong = true;
        let used = scan.at.saturating_sub(KEPT_BACK);
        scan.forget(used);
        push(spans, SpanKind::Overlong { ends: false }, used);
        self.state = State::Record(scan);
        used
    }

    fn skip(&mut self, mut scan: Scan, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        if scan == Scan::default() && !matches!(rest[0], b'{' | b'[' | b'"') {
            return self.skip_word(rest, last, spans);
        }
        let used = match scan.step(rest, last) {
            Step::Ends(end) | Step::Broken(end) => end,
            Step::More => {
                let used = scan.at;
                scan.forget(used);
                self.state = State::Skip(scan);
                used
            }
        };
        push(spans, SpanKind::Filler, used);
        used
    }

    /// A number or word: up to what may follow it.
    fn skip_word(&mut self, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b'\n');
        let used = match rest.iter().position(ends) {
            Some(0) => return self.between(rest, last, spans),
            Some(end) => end,
            None => {
                self.state = State::SkipWord;
                rest.len()
            }
        };
        push(spans, SpanKind::Filler, used);
        used
    }

    fn stray(&mut self, at: usize, rest: &[u8], last: bool, spans: &mut Vec<Span>) -> usize {
        let listed = !self.layers.is_empty();
        let ends = |byte: &u8| *byte == b'\n' || (listed && matches!(byte, b',' | b']' | b'}'));
        // The first byte is no end: either it is no punctuation, or it was kept back.
        let from = at.max(1);
        let found = rest.get(from..).and_then(|more| more.iter().position(ends));
        match found {
            Some(end) => self.end_record(from + end, from + end, spans),
            None if last => self.end_record(rest.len(), rest.len(), spans),
            None if self.overlong || rest.len() > self.record_bytes_max + 1 => {
                self.overlong = true;
                let used = rest.len().saturating_sub(KEPT_BACK);
                push(spans, SpanKind::Overlong { ends: false }, used);
                self.state = State::Stray(rest.len() - used);
                used
            }
            None => {
                self.state = State::Stray(rest.len());
                0
            }
        }
    }
}

/// Bytes between records at the start of `rest`; `None` where more bytes decide.
fn quiet(rest: &[u8], last: bool) -> Option<usize> {
    const MARK: &[u8] = b"\xEF\xBB\xBF";
    let separator = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | 0);
    let blank = rest.iter().take_while(|byte| separator(byte)).count();
    if blank > 0 {
        return Some(blank);
    }
    if rest.starts_with(MARK) {
        return Some(MARK.len());
    }
    (last || !MARK.starts_with(rest)).then_some(0)
}

/// Where a record's separator and line end stop; `None` where more bytes decide.
fn tail(rest: &[u8], end: usize, last: bool) -> Option<usize> {
    let bound = rest.len().min(end + TAIL_BYTES_MAX);
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r');
    let (mut at, mut comma, mut line) = (end, false, false);
    while at < bound {
        match rest[at] {
            b',' if !comma && !line => comma = true,
            b'\n' if !line => line = true,
            b'\r' if line => return Some(at),
            byte if blank(byte) => {}
            _ => return Some(at),
        }
        at += 1;
    }
    (last || at == end + TAIL_BYTES_MAX).then_some(at)
}

fn holds_records(name: &str) -> bool {
    ["value", "records", "events", "hits", "items", "entries"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether an object is a wrapper: one of its members is a known list of objects or tables.
/// `None` where the head ends before that is sure.
fn is_wrapper(head: &[u8]) -> Option<bool> {
    let (mut at, mut n_members) = (1, 0);
    while n_members < WRAPPER_MEMBERS_MAX {
        at += blank(&head[at..])?;
        match head[at] {
            b'}' => return Some(false),
            b',' => {
                at += 1;
                continue;
            }
            b'"' => {}
            _ => return Some(false),
        }
        let (key, value) = json_scan::key(&head[at..])?;
        let value = at + value;
        // What somebody did is a record, whatever lists it has.
        if key == "actor" && head[value] == b'{' {
            return Some(false);
        }
        if leads_to_records(key, &head[value..])? {
            return Some(true);
        }
        at = value + json_scan::value(&head[value..])?;
        n_members += 1;
    }
    Some(false)
}

fn leads_to_records(key: &str, value: &[u8]) -> Option<bool> {
    if key == "hits" && value[0] == b'{' {
        return Some(true);
    }
    if value[0] != b'[' || !(key == "tables" || holds_records(key)) {
        return Some(false);
    }
    let inside = 1 + blank(&value[1..])?;
    Some(matches!(value[inside], b'{' | b']'))
}

/// Bytes of white space; `None` where nothing follows it.
fn blank(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| !byte.is_ascii_whitespace())
}

/// Names out of `[{"name":"A","type":"string"},…]` or `["A",…]`.
fn column_names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let _ = Value::of(text).elements(|column| {
        let name = match column.kind() {
            ValueKind::Object => {
                let mut found = String::new();
                let _ = column.members(|key, value| {
                    if folded(key) == "name" {
                        found = value.text().into_owned();
                    }
                });
                found
            }
            _ => column.text().into_owned(),
        };
        names.push(name);
    });
    names
}
