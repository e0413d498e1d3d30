//! Records and files that could not be read, differ, or lost fields (G10, K17).

use crate::coverage::chart::Closing;
use crate::coverage::facts::SourceFacts;
use crate::coverage::gap::{Gap, GapKind};
use crate::vocab::moment::{MINUTE, Moment};
use crate::vocab::number::grouped;

/// The most records that get a gap of their own; the rest share one.
const OWN_GAP_MOST: usize = 64;

/// Gaps of records and files that are there and do not speak.
pub fn gaps(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    for facts in closing.sources {
        if facts.card.is_none() {
            unknown(facts, gaps);
            continue;
        }
        rejected(closing, facts, gaps);
        if let Some(n) = closing.chart.untimed.get(&facts.number) {
            let effect = format!(
                "{} events of {} state no year or no zone, and nothing told what to assume (--assume): they are kept in the order of the file, in no session, and nothing is judged by them.",
                grouped(*n),
                facts.path
            );
            gaps.push(about(facts, GapKind::NoTime, effect));
        }
        if facts.conflicting > 0 {
            let effect = format!(
                "{} of {} records of {} differ from another copy of the same record: both are kept and shown, their items are united and counted once.",
                grouped(facts.conflicting),
                grouped(facts.distinct),
                facts.path
            );
            gaps.push(about(facts, GapKind::Conflict, effect));
        }
        if facts.lossy {
            let effect = format!(
                "{} was exported in a form that loses fields: what it lists is a lower bound, and ids may be missing from it.",
                facts.path
            );
            gaps.push(about(facts, GapKind::Lossy, effect));
        }
    }
}

fn about(facts: &SourceFacts, kind: GapKind, effect: String) -> Gap {
    Gap {
        source: Some(facts.number),
        card: card_name(facts),
        effect,
        ..Gap::of(kind)
    }
    .identified(&facts.path)
}

fn card_name(facts: &SourceFacts) -> &'static str {
    facts.card.map_or("", |card| card.name)
}

/// Fewer bytes than any record of any known kind has.
const RECORD_BYTES_LEAST: u64 = 8;

fn unknown(facts: &SourceFacts, gaps: &mut Vec<Gap>) {
    if facts.decoded_bytes > 0 {
        // As collectors leave where a question had no answer: `[]`, `{}`, a mark and a line end.
        let effect = if facts.decoded_bytes < RECORD_BYTES_LEAST {
            format!(
                "{} holds no record: an export that came back empty, of a kind that it does not say.",
                facts.path
            )
        } else {
            format!(
                "{} is of no kind known here: it was counted and not read, and what it may hold is missing from every answer.",
                facts.path
            )
        };
        gaps.push(about(facts, GapKind::UnknownFile, effect));
    }
}

fn rejected(closing: &Closing<'_>, facts: &SourceFacts, gaps: &mut Vec<Gap>) {
    let salvaged: Vec<_> = closing
        .chart
        .salvaged
        .iter()
        .filter(|salvaged| salvaged.source == facts.number)
        .take(OWN_GAP_MOST)
        .collect();
    for record in &salvaged {
        let who = if record.account.is_empty() {
            "an account not named"
        } else {
            &record.account
        };
        gaps.push(
            Gap {
                source: Some(facts.number),
                card: card_name(facts),
                account: record.account.clone(),
                operation: record.operation.clone(),
                from: Some(record.at),
                to: Some(Moment {
                    micros: record.at.micros.saturating_add(MINUTE),
                    ..record.at
                }),
                effect: format!(
                    "A record of {who} at {} is empty or cut short: its wrapper says {:?}, what it listed is lost.",
                    record.at, record.operation
                ),
                ..Gap::of(GapKind::Rejected)
            }
            .identified(&facts.path),
        );
    }
    let rest = facts.rejected.saturating_sub(salvaged.len() as u64);
    if rest > 0 {
        let effect = format!(
            "{} of {} records of {} could not be read, and nothing says of whom or when they speak.",
            grouped(rest),
            grouped(facts.records),
            facts.path
        );
        gaps.push(about(facts, GapKind::Rejected, effect));
    }
}
