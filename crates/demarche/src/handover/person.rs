//! The brief of one person: their name, what of theirs was reached.

use std::collections::BTreeSet;

use demarche_core::brief::phrase::{capital, count, verb};

use crate::view::{Answer, View};

/// Keeps of a view what is about one account; returns what was left out, one sentence each.
pub fn only(view: &mut View, account: &str) -> Vec<String> {
    let is = |text: &str| text.eq_ignore_ascii_case(account);
    let n_before = (
        view.sessions.len(),
        view.exposures.len(),
        view.actions.len(),
    );
    view.exposures
        .retain(|row| is(&row.account) || is(&row.store));
    let reached: BTreeSet<String> = view
        .exposures
        .iter()
        .map(|row| row.session.clone())
        .collect();
    view.sessions
        .retain(|row| is(&row.account) || reached.contains(&row.id));
    let kept: BTreeSet<String> = view.sessions.iter().map(|row| row.id.clone()).collect();
    view.actions
        .retain(|row| is(&row.account) || is(&row.store));
    view.timeline
        .retain(|row| is(&row.account) || is(&row.store));
    view.findings
        .retain(|row| is(&row.account) && kept.contains(&row.session));
    view.open.retain(|row| is(&row.account) || is(&row.store));
    let claimed = |session: &Option<String>| session.as_ref().is_some_and(|id| kept.contains(id));
    view.claims.retain(|row| claimed(&row.session));
    view.attempts
        .retain(|row| row.accounts.iter().any(|name| is(name)));
    view.gaps.retain(|row| {
        (row.account.is_empty() || is(&row.account)) && (row.store.is_empty() || is(&row.store))
    });
    for gap in &mut view.gaps {
        gap.sessions.retain(|id| kept.contains(id));
    }
    for session in &mut view.sessions {
        session.exposure.presumed.retain(|row| is(&row.store));
        session.stores.retain(|store| is(store));
    }
    clear_organisation(view);
    view.page_one = page_one(view, account);
    let left = [
        (
            n_before.0 - view.sessions.len(),
            "session of others",
            "sessions of others",
        ),
        (
            n_before.1 - view.exposures.len(),
            "item or container of others",
            "items or containers of others",
        ),
        (
            n_before.2 - view.actions.len(),
            "act of others",
            "acts of others",
        ),
    ];
    let left = left.into_iter().filter(|(n, _, _)| *n > 0);
    let mut sentences: Vec<String> = left
        .map(|(n, one, many)| format!("{}.", capital(&count(n as u64, one, many))))
        .collect();
    sentences.push(
        "Totals, steps, questions to others, times of the whole case and determinations, which are about the organisation.".to_owned(),
    );
    sentences
}

/// Parts of `brief.json` that are about the organisation as a whole.
pub const OF_THE_ORGANISATION: [&str; 6] =
    ["suspects", "totals", "cut_off", "warn", "changes", "clock"];

/// Clears what is about the organisation as a whole: that is for those who run it.
fn clear_organisation(view: &mut View) {
    view.suspects.clear();
    view.totals.clear();
    view.cut_off.clear();
    view.warn = Default::default();
    view.indicators.clear();
    view.changes = Default::default();
    view.clock = Default::default();
    view.method.determinations.clear();
    view.method.options.clear();
    view.method.other_operations.clear();
}

fn page_one(view: &View, account: &str) -> Vec<Answer> {
    let of = |verdict: &str| {
        view.sessions
            .iter()
            .filter(|row| row.verdict == verdict)
            .count() as u64
    };
    let named = |verdict: &str, grade: &str| {
        let rows = view.exposures.iter();
        let distinct: BTreeSet<(&str, &str, &str)> = rows
            .filter(|row| row.verdict == verdict && row.grade == grade)
            .map(|row| {
                (
                    row.store.as_str(),
                    row.container.as_str(),
                    row.item.as_str(),
                )
            })
            .collect();
        distinct.len() as u64
    };
    let mut entered = Vec::new();
    let mut accessed = Vec::new();
    for (verdict, meaning) in [
        (
            "hostile",
            "stated evidence ties them to someone who should not have been there",
        ),
        ("suspect", "whether they were the owner's is not settled"),
    ] {
        let n = of(verdict);
        if n == 0 {
            continue;
        }
        entered.push(format!(
            "{} in the name of {account}, or into what is theirs, {} {verdict}: {meaning}.",
            capital(&count(n, "session", "sessions")),
            verb(n, "is", "are")
        ));
        accessed.push(format!(
            "In the {verdict} sessions records name {} as accessed; {} must be presumed accessed besides.",
            count(named(verdict, "certain"), "item", "items"),
            count(named(verdict, "presumed"), "item or folder", "items or folders"),
        ));
    }
    if entered.is_empty() {
        entered.push(format!(
            "No listed session is in the name of {account} or reached what is theirs; that is not a finding that nobody did."
        ));
        accessed.push("What sessions that are not listed reached was not judged.".to_owned());
    }
    let answer = |question: &str, title: &str, sentences| Answer {
        question: question.to_owned(),
        title: title.to_owned(),
        sentences,
    };
    vec![
        answer("entered", "Was your account used by somebody else?", entered),
        answer("accessed", "What of yours was accessed?", accessed),
        answer(
            "unlisted",
            "What about everything else?",
            vec!["A session that is not listed is not cleared, and silence of these logs is no proof that nothing happened.".to_owned()],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{Exposure, Session};

    #[test]
    fn another_persons_rows_are_left_out_and_counted() {
        let session = |id: &str, account: &str| Session {
            id: id.to_owned(),
            account: account.to_owned(),
            verdict: "hostile".to_owned(),
            ..Session::default()
        };
        let row = |session: &str, account: &str, store: &str| Exposure {
            session: session.to_owned(),
            account: account.to_owned(),
            store: store.to_owned(),
            verdict: "hostile".to_owned(),
            grade: "certain".to_owned(),
            ..Exposure::default()
        };
        let mut view = View {
            sessions: vec![
                session("S-1", "ana@x.org"),
                session("S-2", "bo@x.org"),
                session("S-3", "cy@x.org"),
            ],
            exposures: vec![
                row("S-1", "ana@x.org", "ana@x.org"),
                row("S-2", "bo@x.org", "ana@x.org"),
                row("S-3", "cy@x.org", "cy@x.org"),
            ],
            ..View::default()
        };
        let left = only(&mut view, "Ana@x.org");
        let ids: Vec<&str> = view.sessions.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["S-1", "S-2"]);
        assert_eq!(left[0], "1 session of others.");
        assert!(view.page_one[1].sentences[0].contains("1 item as accessed"));
    }
}
