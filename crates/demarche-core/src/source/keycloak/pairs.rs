//! `name=value, name="value"` as the event listener writes them, and a crafted one noticed.

use std::borrow::Cow;

use crate::event::event::Text;

/// Calls `each` with every pair of a line, in order.
///
/// # Shape
/// Values in quotes end at a quote that a comma and a space, or the end, follow; values without at
/// a comma and a space that a name and `=` follow: addresses and agents hold commas.
pub fn each<'a>(mut text: &'a str, mut each: impl FnMut(&'a str, Text<'a>)) {
    while !text.is_empty() {
        let Some((name, rest)) = text.split_once('=') else {
            return;
        };
        let (value, after) = match rest.strip_prefix('"') {
            Some(inner) => quoted(inner),
            None => bare(rest),
        };
        each(name.trim(), value);
        text = after;
    }
}

fn quoted(inner: &str) -> (Text<'_>, &str) {
    for (at, _) in inner.match_indices('"') {
        let after = &inner[at + 1..];
        if let Some(next) = after.strip_prefix(", ") {
            return (unescaped(&inner[..at]), next);
        }
        if after.trim().is_empty() {
            return (unescaped(&inner[..at]), "");
        }
    }
    (Cow::Borrowed(inner.trim_end()), "")
}

fn unescaped(text: &str) -> Text<'_> {
    if text.contains("\\\"") {
        Cow::Owned(text.replace("\\\"", "\""))
    } else {
        Cow::Borrowed(text)
    }
}

fn bare(text: &str) -> (Text<'_>, &str) {
    for (at, _) in text.match_indices(", ") {
        let next = &text[at + 2..];
        let name = next.split_once('=').map_or("", |(name, _)| name);
        if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return (Cow::Borrowed(&text[..at]), next);
        }
    }
    (Cow::Borrowed(text.trim_end()), "")
}
