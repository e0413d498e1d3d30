//! Words for people: counts, times, and the closed words of a case.

use std::borrow::Cow;

use demarche_core::brief::phrase;
use demarche_core::vocab::moment::Moment;

/// So many of a thing, as every sentence counts: `no events`, `1 event`, `2,000 events`.
pub fn counted(n: u64, thing: &str) -> String {
    phrase::count(n, thing, &format!("{thing}s"))
}

/// Rows that a page does not show, and the verb of where they stand: `2,000 further rows stand`.
pub fn further_rows(n: usize) -> String {
    let n = n as u64;
    let rows = counted(n, "further row");
    format!("{rows} {}", phrase::verb(n, "stands", "stand"))
}

/// A closed word of a file as people say it: `not_tested` is `not tested`.
pub fn said(word: &str) -> Cow<'_, str> {
    match word {
        "app" => Cow::Borrowed("application"),
        word if word.contains('_') => Cow::Owned(word.replace('_', " ")),
        word => Cow::Borrowed(word),
    }
}

/// What ties the events of a session, as the glossary says it.
pub fn tie(word: &str) -> &str {
    match word {
        "token" => "one token",
        "session" => "one session id",
        "app" => "one application",
        "address" => "one address and client",
        "time" => "time alone",
        other => other,
    }
}

/// An application and the client it came through, as a case writes them: `A|B`, `A` or `|B`.
pub fn application(pair: &str) -> Cow<'_, str> {
    match pair.split_once('|') {
        Some(("", client)) => Cow::Borrowed(client),
        Some((application, "")) => Cow::Borrowed(application),
        Some((application, client)) => Cow::Owned(format!("{application} through {client}")),
        None => Cow::Borrowed(pair),
    }
}

/// The row that decided and why, once: many reasons begin with their row.
pub fn why(row: u64, reason: &str) -> String {
    match reason.starts_with(&format!("row {row}:")) {
        true => reason.to_owned(),
        false => format!("row {row}: {reason}"),
    }
}

/// A time in the one form of the brief; a text that is no time as it is.
#[cfg_attr(
    not(feature = "serve"),
    allow(dead_code, reason = "the local pages alone say it")
)]
pub fn time(text: &str) -> Cow<'_, str> {
    match Moment::parse_iso(text) {
        Some(moment) => Cow::Owned(moment.to_string()),
        None => Cow::Borrowed(text),
    }
}

/// The class of a cell: `long` where a word of it is too long for a column and may be broken.
pub fn set(text: &str) -> &'static str {
    const WORD_MOST: usize = 44;
    let mut words = text.split_whitespace();
    match words.any(|word| word.chars().count() > WORD_MOST) {
        true => "long",
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use demarche_core::brief::phrase::{capital, grouped};

    use super::*;

    #[test]
    fn counts_words_and_times_read_well() {
        assert_eq!(counted(1, "event"), "1 event");
        assert_eq!(counted(0, "event"), "no events");
        assert_eq!(counted(2_000, "event"), "2,000 events");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(said("not_tested"), "not tested");
        assert_eq!(time("2023-05-12T00:22:18+00:00"), "2023-05-12T00:22:18Z");
        assert_eq!(time("later"), "later");
        assert_eq!(application("|b"), "b");
        assert_eq!(application("a|b"), "a through b");
        assert_eq!(why(2, "row 2: x"), "row 2: x");
        assert_eq!(why(1, "as told"), "row 1: as told");
        assert_eq!(capital("hostile"), "Hostile");
    }
}
