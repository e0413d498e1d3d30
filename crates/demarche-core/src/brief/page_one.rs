//! Page one in plain words: it never accuses on silence and never reassures on it.

use std::collections::BTreeSet;

use crate::brief::accessed::Totals;
use crate::brief::brief::{Answer, Brief};
use crate::brief::entered::SessionRow;
use crate::brief::phrase::{capital, count, grouped, list, verb};
use crate::brief::unknown::still_to_be_had;
use crate::coverage::gap::GapKind;
use crate::vocab::grade::Verdict;

/// The most sentences of one answer on page one; the rest is in its section.
const SENTENCES_MOST: usize = 12;

/// The most attempts told on page one.
const ATTEMPTS_MOST: usize = 3;

/// The answers of page one, in order.
pub fn answers(brief: &Brief) -> Vec<Answer> {
    vec![
        answer(
            "entered",
            "Who was entered, and since when?",
            entered(brief),
        ),
        answer("accessed", "What was accessed?", accessed(brief)),
        answer("open", "What is still in place?", open(brief)),
        answer("cut_off", "How is it cut off, in order?", cut_off(brief)),
        answer("warn", "Who else must be warned?", warn(brief)),
        answer(
            "unknown",
            "What cannot be known, and what can still be had?",
            unknown(brief),
        ),
        answer("unlisted", "What about everything else?", unlisted(brief)),
    ]
}

fn answer(question: &'static str, title: &'static str, sentences: Vec<String>) -> Answer {
    Answer {
        question,
        title,
        sentences,
    }
}

fn of(brief: &Brief, verdict: Verdict) -> Vec<&SessionRow> {
    let rows = brief.sessions.iter();
    rows.filter(|row| row.verdict == verdict).collect()
}

/// Accounts of sessions, protected ones first, each once.
fn accounts(rows: &[&SessionRow]) -> Vec<String> {
    let distinct: BTreeSet<(bool, &str)> = rows
        .iter()
        .map(|row| (!row.protected, row.account.as_str()))
        .collect();
    distinct
        .into_iter()
        .map(|(other, account)| match other {
            true => account.to_owned(),
            false => format!("{account} (protected)"),
        })
        .collect()
}

fn names(accounts: &[String]) -> String {
    let names: Vec<&str> = accounts.iter().map(String::as_str).collect();
    list(&names)
}

fn entered(brief: &Brief) -> Vec<String> {
    let (hostile, suspect) = (of(brief, Verdict::Hostile), of(brief, Verdict::Suspect));
    let mut sentences = Vec::new();
    // Where it got in: wrong passwords before that are attempts.
    let entry = brief.clock.first_entry.as_ref().map(|mark| mark.at);
    let first = entry.or_else(|| hostile.iter().map(|row| row.first).min());
    let last = hostile.iter().map(|row| row.last).max();
    match (first, last) {
        (Some(first), Some(last)) => {
            let n = hostile.len() as u64;
            let accounts = accounts(&hostile);
            sentences.push(format!(
                "{} of {} {} hostile: stated evidence ties {} to someone who should not have been there.",
                capital(&count(n, "session", "sessions")),
                names(&accounts),
                verb(n, "is", "are"),
                verb(n, "it", "them"),
            ));
            sentences.push(format!(
                "On record this reaches from {first} to {last}; use before or after may have left no record here."
            ));
        }
        _ => sentences.push(
            "No session on record meets the conditions for being called hostile; that is not a finding that nobody entered.".to_owned(),
        ),
    }
    let shown = brief.attempts.iter().take(ATTEMPTS_MOST);
    sentences.extend(shown.map(|attempt| attempt.sentence.clone()));
    if brief.attempts.len() > ATTEMPTS_MOST {
        let rest = (brief.attempts.len() - ATTEMPTS_MOST) as u64;
        sentences.push(format!(
            "{} under attempts.",
            capital(&count(rest, "further attempt", "further attempts"))
        ));
    }
    if !suspect.is_empty() {
        let n = suspect.len() as u64;
        let groups = brief.suspects.len() as u64;
        sentences.push(format!(
            "{} of {} {} suspect and {} a determination by a person: {} to ask after.",
            capital(&count(n, "session", "sessions")),
            names(&accounts(&suspect)),
            verb(n, "is", "are"),
            verb(n, "needs", "need"),
            count(groups, "cause", "causes"),
        ));
    }
    sentences
}

fn accessed(brief: &Brief) -> Vec<String> {
    let mut sentences = Vec::new();
    for totals in brief.totals.iter().filter(|totals| totals.n_sessions > 0) {
        sentences.extend(total(totals));
    }
    if sentences.is_empty() {
        sentences.push(
            "No session is listed, so no exposure was measured; what sessions that are not listed reached was not judged.".to_owned(),
        );
    }
    sentences
}

fn total(totals: &Totals) -> Vec<String> {
    let (whose, condition) = match totals.verdict {
        Verdict::Hostile => ("hostile", ""),
        _ => ("suspect", "if these sessions were hostile, "),
    };
    let mut sentences = Vec::new();
    let stores: Vec<&str> = totals.stores.iter().map(String::as_str).collect();
    sentences.push(match totals.certain.is_empty() {
        true => format!(
            "In the {whose} sessions no record names an item that was accessed; that is not a finding that none was."
        ),
        false => capital(&format!(
            "{condition}{} accessed in the {whose} sessions, each named by a record, in {}.",
            totals.certain.words(),
            list(&stores)
        )),
    });
    let mut presumed = totals.presumed.parts();
    if totals.presumed_containers > 0 {
        let n = totals.presumed_containers;
        presumed.push(count(n, "whole container", "whole containers"));
    }
    if totals.presumed_stores > 0 {
        let n = totals.presumed_stores;
        presumed.push(count(
            n,
            "whole store for a time",
            "whole stores for a time",
        ));
    }
    if totals.copying_rules > 0 {
        let rules = count(
            totals.copying_rules,
            "rule or forwarding",
            "rules or forwardings",
        );
        presumed.push(format!("mail copied by {rules}"));
    }
    if totals.counted_unlisted > 0 {
        let n = totals.counted_unlisted;
        presumed.push(format!("at least {} not named", count(n, "item", "items")));
    }
    if !presumed.is_empty() {
        let parts: Vec<&str> = presumed.iter().map(String::as_str).collect();
        sentences.push(capital(&format!(
            "{condition}{} must be presumed accessed besides; nothing of that is added to what records name.",
            list(&parts)
        )));
    }
    if totals.n_sessions_unknowable > 0 {
        let session = format!("{whose} session");
        sentences.push(format!(
            "Gaps in the logs lie over {} of {}: whether more was accessed there cannot be known.",
            grouped(totals.n_sessions_unknowable),
            count(totals.n_sessions, &session, &format!("{session}s")),
        ));
    }
    sentences
}

fn capped(mut sentences: Vec<String>, section: &str) -> Vec<String> {
    if sentences.len() > SENTENCES_MOST {
        let rest = (sentences.len() - SENTENCES_MOST) as u64;
        sentences.truncate(SENTENCES_MOST);
        sentences.push(format!(
            "And {} under {section}.",
            count(rest, "more", "more")
        ));
    }
    sentences
}

fn open(brief: &Brief) -> Vec<String> {
    if brief.open.is_empty() {
        return vec![match brief.sessions.is_empty() {
            true => "No session is listed, so nothing was looked for that one put in place.".to_owned(),
            false => "Nothing is on record that a listed session put in place and nobody removed; what left no record cannot be excluded.".to_owned(),
        }];
    }
    // What hostile sessions left behind is told; what suspect ones did may be their owner's.
    let (hostile, suspect): (Vec<_>, Vec<_>) = brief
        .open
        .iter()
        .partition(|row| row.open.verdict == Verdict::Hostile);
    let mut sentences = Vec::new();
    if !hostile.is_empty() {
        let n = hostile.len() as u64;
        sentences.push(format!(
            "{} put in place in hostile sessions {} not on record as removed.",
            capital(&count(n, "thing", "things")),
            verb(n, "is", "are")
        ));
        sentences.extend(hostile.iter().map(|row| row.sentence.clone()));
    }
    let mut sentences = capped(sentences, "what is still in place");
    if !suspect.is_empty() {
        let n = suspect.len() as u64;
        sentences.push(format!(
            "{} put in place in suspect sessions {} not on record as removed either; whether {} should be is for a determination.",
            capital(&count(n, "thing", "things")),
            verb(n, "is", "are"),
            verb(n, "it", "they"),
        ));
    }
    sentences
}

fn cut_off(brief: &Brief) -> Vec<String> {
    let steps: Vec<String> = brief
        .cut_off
        .iter()
        .map(|step| {
            let first = match (step.hostile, step.sessions.is_empty()) {
                (true, _) => "",
                (false, false) => " (once determined to be hostile)",
                (false, true) => " (unless it was the owner)",
            };
            let done = match step.on_record.is_empty() {
                true => String::new(),
                false => format!(" On record already: {}.", step.on_record),
            };
            format!(
                "{}. {}: {}{first}.{done}",
                step.number,
                step.action,
                step.about.trim_end_matches('.')
            )
        })
        .collect();
    if steps.is_empty() {
        return vec!["No step follows from what is on record.".to_owned()];
    }
    let mut sentences = vec![
        "Export the sources named as missing before you change anything; nothing here is executed by this program.".to_owned(),
    ];
    sentences.extend(steps);
    capped(sentences, "how to cut it off")
}

fn warn(brief: &Brief) -> Vec<String> {
    let mut sentences = Vec::new();
    let n = brief.warn.len() as u64;
    if n > 0 {
        let addresses: Vec<&str> = brief.warn.iter().map(|to| to.address.as_str()).collect();
        sentences.push(format!(
            "{} of messages sent in hostile sessions: {}.",
            capital(&count(n, "recipient", "recipients")),
            list(&addresses)
        ));
    }
    let unnamed = brief.warn_unnamed.n_messages;
    if unnamed > 0 {
        let senders: Vec<&str> = brief
            .warn_unnamed
            .senders
            .iter()
            .map(String::as_str)
            .collect();
        sentences.push(format!(
            "{} sent in hostile sessions in the name of {} {} no recipient on record: find {} with a message trace or in the sent items.",
            capital(&count(unnamed, "message", "messages")),
            list(&senders),
            verb(unnamed, "has", "have"),
            verb(unnamed, "it", "them"),
        ));
    }
    if sentences.is_empty() {
        sentences.push(
            "No message sent in a hostile session is on record; messages that left no record cannot be excluded.".to_owned(),
        );
    }
    sentences
}

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

fn unknown(brief: &Brief) -> Vec<String> {
    let n = brief.gaps.len() as u64;
    let mut sentences = vec![format!(
        "{} in what these logs can say {} listed.",
        capital(&count(n, "gap", "gaps")),
        verb(n, "is", "are")
    )];
    for kind in TOLD_FIRST {
        let mut of_kind: Vec<_> = brief
            .gaps
            .iter()
            .filter(|row| row.gap.kind == kind)
            .collect();
        // Those over listed sessions first; of streams, item access first.
        of_kind.sort_by_key(|row| (row.sessions.is_empty(), row.gap.stream, row.gap.from));
        match of_kind[..] {
            [] => {}
            [one] => sentences.push(one.gap.effect.clone()),
            [first, ..] => {
                let rest = of_kind.len() as u64 - 1;
                sentences.push(format!(
                    "{} And {} of this kind.",
                    first.gap.effect,
                    count(rest, "more", "more")
                ));
            }
        }
    }
    sentences.extend(brief.missing.iter().take(6).map(|missing| {
        let until = still_to_be_had(missing);
        format!("Missing: {until}")
    }));
    sentences
}

fn unlisted(brief: &Brief) -> Vec<String> {
    let n = brief.ordinary_sessions;
    vec![
        format!(
            "{} {} not listed: nothing on record raised {}.",
            capital(&count(n, "session", "sessions")),
            verb(n, "is", "are"),
            verb(n, "it", "them")
        ),
        "A session that is not listed is not cleared, and silence of these logs is no proof that nothing happened.".to_owned(),
    ]
}
