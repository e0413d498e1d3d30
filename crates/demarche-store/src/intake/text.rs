//! A record's text as readers are handed it, without what framing added.

use std::borrow::Cow;

use demarche_core::record::frame::Frame;
use demarche_core::record::json::Value;

/// Drops line ends and separators; opens a JSON string that holds a record.
pub(crate) fn record_text(frame: Frame, text: &str) -> Cow<'_, str> {
    match frame {
        Frame::Csv | Frame::BareCsv => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Frame::Lines | Frame::ServerLog => Cow::Borrowed(text.trim_end_matches(['\r', '\n'])),
        Frame::Json | Frame::JsonAmidText => {
            let text = trimmed(text);
            if text.starts_with('"') {
                return match Value::of(text).text() {
                    Cow::Borrowed(inner) => Cow::Borrowed(inner.trim()),
                    Cow::Owned(inner) => Cow::Owned(inner.trim().to_owned()),
                };
            }
            Cow::Borrowed(text)
        }
    }
}

fn trimmed(text: &str) -> &str {
    let blank = |character: char| character.is_whitespace() || character == '\0';
    let text = text.trim_matches(blank);
    text.strip_suffix(',')
        .unwrap_or(text)
        .trim_end_matches(blank)
}
