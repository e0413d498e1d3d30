//! Which framings a source's first bytes admit, and their cutters.

use crate::record::cut::Cutter;
use crate::record::cut_csv::{CsvCutter, begins_with_time};
use crate::record::cut_json::JsonCutter;
use crate::record::cut_lines::LinesCutter;
use crate::record::cut_server_log::ServerLogCutter;
use crate::record::cut_utf16::Utf16Cutter;
use crate::record::text::Encoding;
use crate::record::tile::Tiler;

/// How records are framed in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frame {
    /// JSON from the first byte that is no white space.
    Json,
    /// Comma-separated rows without a header, each beginning with a time.
    BareCsv,
    /// Comma-separated rows under a header.
    Csv,
    /// Lines of a server's log that may go on with further lines.
    ServerLog,
    /// JSON behind lines of other text.
    JsonAmidText,
    /// Lines of text.
    Lines,
}

/// A cutter of any framing and encoding.
pub type AnyCutter = Tiler<Box<dyn Cutter + Send>>;

impl Frame {
    /// All framings, in the order in which they are tried.
    pub const ALL: [Frame; 6] = [
        Frame::Json,
        Frame::BareCsv,
        Frame::Csv,
        Frame::ServerLog,
        Frame::JsonAmidText,
        Frame::Lines,
    ];

    /// Whether a source that begins so may be framed so.
    pub fn admits(self, head: &str) -> bool {
        let head = head.trim_start_matches('\u{FEFF}').trim_start();
        match self {
            Frame::Json => begins_json(head),
            Frame::BareCsv => is_text(head) && head.lines().take(32).any(begins_bare_row),
            Frame::Csv => is_text(head) && head.lines().next().is_some_and(has_columns),
            Frame::ServerLog => is_text(head) && head.lines().take(64).any(states_severity),
            Frame::JsonAmidText => is_text(head) && head.lines().take(32).skip(1).any(begins_json),
            Frame::Lines => is_text(head),
        }
    }

    /// A cutter of this framing over an encoding.
    pub fn cutter(self, encoding: Encoding) -> AnyCutter {
        let plain: Box<dyn Cutter + Send> = match self {
            Frame::Json | Frame::JsonAmidText => Box::new(JsonCutter::default()),
            Frame::BareCsv => Box::new(CsvCutter::default().headless()),
            Frame::Csv => Box::new(CsvCutter::default()),
            Frame::ServerLog => Box::new(ServerLogCutter::default()),
            Frame::Lines => Box::new(LinesCutter::default()),
        };
        Tiler::new(match encoding {
            Encoding::Utf8 => plain,
            Encoding::Utf16Low | Encoding::Utf16High => Box::new(Utf16Cutter::new(plain, encoding)),
        })
    }
}

/// `{"`, `{}`, or an array of objects, arrays or strings.
fn begins_json(text: &str) -> bool {
    let mut bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    matches!(
        (bytes.next(), bytes.next()),
        (Some(b'{'), Some(b'"' | b'}') | None)
            | (Some(b'['), Some(b'{' | b'[' | b'"' | b']') | None)
    )
}

/// A row of at least two names; a type line may stand before the header.
fn has_columns(line: &str) -> bool {
    line.contains(',') || line.starts_with("#TYPE ")
}

/// A time, its zone, and a comma.
fn begins_bare_row(line: &str) -> bool {
    begins_with_time(line.as_bytes()) && line.bytes().skip(19).take(16).any(|byte| byte == b',')
}

/// A severity as servers write it between prefix and message.
fn states_severity(line: &str) -> bool {
    const WORDS: [&str; 5] = [
        "LOG:  ",
        "ERROR:  ",
        "FATAL:  ",
        "WARNING:  ",
        "STATEMENT:  ",
    ];
    WORDS.iter().any(|word| line.contains(word))
}

/// No zero byte, and hardly any byte that is no text.
fn is_text(head: &str) -> bool {
    let (mut n, mut n_strange) = (0_usize, 0_usize);
    for character in head.chars().take(4096) {
        n += 1;
        let control = character.is_control() && !matches!(character, '\n' | '\r' | '\t' | '\x1b');
        n_strange += usize::from(control || character == char::REPLACEMENT_CHARACTER);
        if character == '\0' {
            return false;
        }
    }
    n > 0 && n_strange * 20 <= n
}
