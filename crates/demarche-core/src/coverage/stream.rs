//! Streams absent, late, without ids, or never logged (G5, G11, K6, K12).

use std::collections::BTreeMap;

use crate::coverage::chart::{Closing, Slice};
use crate::coverage::facts::SourceFacts;
use crate::coverage::gap::{Gap, GapKind};
use crate::vocab::card::{Card, Stream};
use crate::vocab::moment::{DAY, Moment};
use crate::vocab::number::grouped;

/// How long a stream may lag behind its source's first record before that is a gap.
const LATE_MICROS_MIN: i64 = 7 * DAY;

/// Streams that a case about stolen access cannot do without, and what their absence does.
pub const NEEDED: &[(Stream, &str)] = &[
    (
        Stream::ItemAccess,
        "which messages were read in any mailbox cannot be known",
    ),
    (
        Stream::Directory,
        "consents, applications, roles and credentials put in place cannot be seen",
    ),
    (
        Stream::SignInInteractive,
        "who signed in, from where and how, is known only in summary or not at all",
    ),
    (
        Stream::SignInNonInteractive,
        "whether a token was issued without a person cannot be said, and access without issuance cannot be told from missing records",
    ),
    (
        Stream::SignInService,
        "sign-ins of applications cannot be seen, and access by an application cannot be tied to its issuance",
    ),
    (
        Stream::Api,
        "requests to interfaces for programs cannot be seen",
    ),
];

/// Streams whose events are tied to sessions by ids.
const TIED: &[Stream] = &[
    Stream::ItemAccess,
    Stream::Mailbox,
    Stream::File,
    Stream::Chat,
    Stream::Api,
    Stream::SignInInteractive,
    Stream::SignInNonInteractive,
    Stream::SignInService,
];

/// Gaps of whole streams.
pub fn gaps(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    let groups = closing.by_card();
    if groups.is_empty() {
        return;
    }
    for group in groups.values() {
        let Some(card) = group.first().and_then(|facts| facts.card) else {
            continue;
        };
        let streams = united(closing, group);
        absent(card, &streams, gaps);
        late(card, &streams, gaps);
        without_ids(card, &streams, gaps);
        for text in card.cannot_tell {
            gaps.push(
                Gap {
                    effect: (*text).to_owned(),
                    ..Gap::of(GapKind::NeverLogged)
                }
                .about_card(card)
                .identified(&format!("{} {text}", card.name)),
            );
        }
    }
    nobody(closing, gaps);
}

/// A stream over all sources of a group.
#[derive(Clone, Copy, Debug)]
struct United {
    n_tied: u64,
    n_token_ids: u64,
    n_session_ids: u64,
    first: Moment,
}

fn united(closing: &Closing<'_>, group: &[&SourceFacts]) -> BTreeMap<Stream, United> {
    let mut streams: BTreeMap<Stream, United> = BTreeMap::new();
    for (stream, slice) in closing.slices(group) {
        let Slice {
            n_tied,
            n_token_ids,
            n_session_ids,
            first,
            ..
        } = slice;
        let sum = streams.entry(stream).or_insert(United {
            n_tied: 0,
            n_token_ids: 0,
            n_session_ids: 0,
            first: *first,
        });
        sum.n_tied += n_tied;
        sum.n_token_ids += n_token_ids;
        sum.n_session_ids += n_session_ids;
        sum.first = sum.first.min(*first);
    }
    streams
}

/// Streams that the kind of source may carry and does not (G5).
fn absent(card: &'static Card, streams: &BTreeMap<Stream, United>, gaps: &mut Vec<Gap>) {
    for stream in card.streams {
        let filtered = gaps.iter().any(|gap| {
            gap.kind == GapKind::FilteredExport
                && gap.card == card.name
                && gap.stream == Some(*stream)
        });
        let no_use = matches!(stream, Stream::Other | Stream::Collector | Stream::State);
        if filtered || no_use || streams.contains_key(stream) {
            continue;
        }
        let effect = format!(
            "No {} record is in {}: not used, not licensed, not audited or not exported, and which of these cannot be told{}.",
            stream.word(),
            card.title,
            consequence(*stream)
        );
        gaps.push(
            Gap {
                stream: Some(*stream),
                effect,
                card: card.name,
                ..Gap::of(GapKind::AbsentStream)
            }
            .identified(card.name),
        );
    }
}

fn consequence(stream: Stream) -> String {
    NEEDED
        .iter()
        .find(|(needed, _)| *needed == stream)
        .map(|(_, text)| format!("; {text}"))
        .unwrap_or_default()
}

/// Streams that begin long after the first record of their source (K6).
fn late(card: &'static Card, streams: &BTreeMap<Stream, United>, gaps: &mut Vec<Gap>) {
    let Some(begin) = streams.values().map(|stream| stream.first).min() else {
        return;
    };
    for access in [Stream::ItemAccess, Stream::File, Stream::Rows] {
        let Some(stream) = streams.get(&access) else {
            continue;
        };
        if stream.first.micros.saturating_sub(begin.micros) < LATE_MICROS_MIN {
            continue;
        }
        let effect = format!(
            "{} records begin at {}, other records of {} at {begin}: reads in between may not have been audited, and that none is on record says nothing.",
            access.word(),
            stream.first,
            card.title
        );
        gaps.push(
            Gap {
                stream: Some(access),
                from: Some(begin),
                to: Some(stream.first),
                effect,
                card: card.name,
                ..Gap::of(GapKind::AbsentStream)
            }
            .identified(card.name),
        );
    }
}

/// Streams without token or session ids (G11).
fn without_ids(card: &'static Card, streams: &BTreeMap<Stream, United>, gaps: &mut Vec<Gap>) {
    for (stream, sum) in streams {
        if !TIED.contains(stream) {
            continue;
        }
        // An attempt that came to nothing was issued nothing, and cannot lack an id.
        let n = sum.n_tied;
        let (token, session) = (sum.n_token_ids.min(n), sum.n_session_ids.min(n));
        if token == n && session == n {
            continue;
        }
        let effect = format!(
            "Of {} {} records of {} that did not fail, {} carry a token id and {} a session id: the rest can be tied to a sign-in by application, address or time only, and whether a token was issued for them cannot be said.",
            grouped(n),
            stream.word(),
            card.title,
            grouped(token),
            grouped(session)
        );
        gaps.push(
            Gap {
                stream: Some(*stream),
                effect,
                card: card.name,
                ..Gap::of(GapKind::NoIds)
            }
            .identified(card.name),
        );
    }
}

/// Needed streams that no source here may carry.
fn nobody(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    for (stream, text) in NEEDED {
        let carried = closing
            .sources
            .iter()
            .any(|facts| facts.card.is_some_and(|card| card.streams.contains(stream)));
        if carried {
            continue;
        }
        gaps.push(
            Gap {
                stream: Some(*stream),
                effect: format!(
                    "No source of {} records was handed in: {text}.",
                    stream.word()
                ),
                ..Gap::of(GapKind::AbsentStream)
            }
            .identified("nobody"),
        );
    }
}
