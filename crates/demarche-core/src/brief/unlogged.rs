//! What page one says of gaps: the weightiest kinds in plain words, each counted.

use std::collections::BTreeSet;

use crate::brief::brief::Brief;
use crate::brief::phrase::{capital, count, day, list, list_of, verb};
use crate::brief::unknown::GapRow;
use crate::coverage::gap::GapKind;
use crate::coverage::missing::Missing;
use crate::vocab::card::Stream;

/// Kinds of gap in the order in which page one tells them.
const TOLD_FIRST: [GapKind; 10] = [
    GapKind::AuditDisabled,
    GapKind::Throttled,
    GapKind::StoreNotAudited,
    GapKind::RowCap,
    GapKind::MissingRows,
    GapKind::CollectorWindow,
    GapKind::FilteredExport,
    GapKind::Rejected,
    GapKind::SilentHours,
    GapKind::AbsentStream,
];

/// The most kinds that page one tells.
const KINDS_MOST: usize = 4;

/// The most missing sources that page one names.
const MISSING_MOST: usize = 5;

/// What cannot be known, and which of it can still be had until when.
pub fn sentences(brief: &Brief) -> Vec<String> {
    let n = brief.gaps.len() as u64;
    let mut sentences = vec![format!(
        "{} in what these logs can say {} listed.",
        capital(&count(n, "gap", "gaps")),
        verb(n, "is", "are")
    )];
    let told = TOLD_FIRST.iter().filter_map(|kind| {
        let of_kind: Vec<&GapRow> = brief
            .gaps
            .iter()
            .filter(|row| row.gap.kind == *kind)
            .collect();
        (!of_kind.is_empty()).then(|| told(*kind, &of_kind))
    });
    sentences.extend(told.take(KINDS_MOST));
    let before = brief
        .gaps
        .iter()
        .filter(|row| row.gap.kind == GapKind::Retention);
    if let Some(to) = before.filter_map(|row| row.gap.to).min() {
        sentences.push(format!("Before {} these logs show nothing.", day(to)));
    }
    sentences.extend(still(&brief.missing));
    sentences
}

/// All gaps of a kind in one sentence.
fn told(kind: GapKind, rows: &[&GapRow]) -> String {
    let n = rows.len() as u64;
    let times = count(n, "time", "times");
    let span = rows.iter().filter_map(|row| row.gap.from).min();
    let since = span.map_or(String::new(), |from| format!(", first on {}", day(from)));
    let of = |one: &str, many: &str| capital(&count(n, one, many));
    match kind {
        GapKind::AuditDisabled => format!(
            "Auditing was switched off or narrowed ({times}{since}): what was done then left no record."
        ),
        GapKind::Throttled => format!(
            "Recording of reads was suspended, or may have been ({times}{since}): more may have been read."
        ),
        GapKind::StoreNotAudited => format!(
            "{} no reading on record while others do: whether {} read cannot be known.",
            of("mailbox has", "mailboxes have"),
            verb(n, "it was", "they were")
        ),
        GapKind::RowCap | GapKind::MissingRows => format!(
            "{} cut off at a limit of rows: what came after is not here.",
            of("export is", "exports are")
        ),
        GapKind::CollectorWindow => format!(
            "{} skipped or cut short by whoever collected the logs{since}.",
            of("window was", "windows were")
        ),
        GapKind::FilteredExport => format!(
            "{} filtered: what the filter left out is not here.",
            of("export was", "exports were")
        ),
        GapKind::Rejected => format!(
            "{} empty or cut short{since}: what {} is lost.",
            of("record is", "records are"),
            verb(n, "it listed", "they listed")
        ),
        GapKind::SilentHours => format!(
            "{} without any record where one would expect some{since}: whether nothing was done or records are missing cannot be told.",
            of("stretch of time is", "stretches of time are")
        ),
        GapKind::AbsentStream => absent(rows),
        other => format!("{} ({}{since}).", capital(other.word()), times),
    }
}

/// Streams of which there is nothing.
fn absent(rows: &[&GapRow]) -> String {
    let streams: BTreeSet<Stream> = rows.iter().filter_map(|row| row.gap.stream).collect();
    let words: BTreeSet<&str> = streams.iter().map(|stream| plain(*stream)).collect();
    let words: Vec<&str> = words.into_iter().collect();
    format!(
        "Of {} there is no record at all in what was handed in.",
        list(&words)
    )
}

/// A stream as somebody outside the trade calls it.
fn plain(stream: Stream) -> &'static str {
    match stream {
        Stream::ItemAccess => "mail read",
        Stream::Mailbox => "acts in mailboxes",
        Stream::MailAdmin => "administration of mail",
        Stream::File => "files and sites",
        Stream::Chat => "chats",
        Stream::Directory => "changes of accounts and applications",
        Stream::SignInInteractive
        | Stream::SignInNonInteractive
        | Stream::SignInService
        | Stream::SignInManaged
        | Stream::SignInProvider
        | Stream::SignInSummary => "some or all kinds of sign-in",
        Stream::Api => "requests by programs",
        Stream::Alert => "alerts",
        Stream::Collector => "the collector's own run",
        Stream::Rows => "database rows",
        Stream::Issuance => "tokens issued",
        _ => "other use",
    }
}

/// Sources still to be had, soonest to expire first, and those past it.
fn still(missing: &[Missing]) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let named: Vec<String> = missing
        .iter()
        .map(|missing| match (missing.expires, missing.expired) {
            (_, true) => format!("{} (past its retention)", missing.title),
            (Some(at), _) if missing.assumed => {
                format!("{} (until {}, licence assumed)", missing.title, day(at))
            }
            (Some(at), _) => format!("{} (until {})", missing.title, day(at)),
            (None, _) => missing.title.to_string(),
        })
        .collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    Some(format!(
        "Still to be had, where the date named has not passed, soonest first: {}; the way to export each stands under Still to be had.",
        list_of(&named, MISSING_MOST)
    ))
}
