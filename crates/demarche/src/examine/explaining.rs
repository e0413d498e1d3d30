//! Judges a finished case again and explains one session of it.

use std::collections::BTreeSet;

use demarche_core::brief::explain::{self, Explanation};
use demarche_core::exposure::timeline::TimelineRow;
use demarche_core::finding::account::{self, Judged, Means};
use demarche_core::finding::pivot::Pivot;
use demarche_core::session::fold::Fold;
use demarche_core::session::session::Session;

use crate::error::Result;
use crate::examine::again::Again;
use crate::examine::sources::store_error;

/// The sessions of a name, explained: one for an id of the brief, and every part of a session id.
///
/// # Errors
/// Those of the store.
pub fn explain(again: &Again, name: &str) -> Result<Vec<Explanation>> {
    let (pivot, owners) = first_pass(again, name)?;
    let mut explained = Vec::new();
    for account in owners {
        of_account(again, &account, (name, &pivot), &mut explained)?;
    }
    Ok(explained)
}

fn means<'a>(again: &'a Again, pivot: &'a Pivot) -> Means<'a> {
    Means {
        facts: &again.facts,
        coverage: &again.coverage,
        expected: &again.stated.expected,
        determinations: &again.stated.determinations,
        pivot,
    }
}

fn is_called(session: &Session, name: &str) -> bool {
    session.id.eq_ignore_ascii_case(name)
        || session.session_ids.values.contains(name)
        || session.tokens.values.contains(name)
}

/// What hostile sessions used, and the accounts that have a session of this name.
fn first_pass(again: &Again, name: &str) -> Result<(Pivot, BTreeSet<String>)> {
    let (mut pivot, mut owners, none) = (Pivot::default(), BTreeSet::new(), Pivot::default());
    let accounts = again.facts.accounts();
    let names: Vec<&str> = accounts.keys().copied().collect();
    let keys: Vec<&[&str]> = accounts.values().map(Vec::as_slice).collect();
    let mut fold: Option<Fold<'_>> = None;
    let passed = again
        .store
        .accounts(&keys, &mut |place, event| match event {
            Some(event) => {
                fold.get_or_insert_with(|| Fold::new(names[place], &again.facts))
                    .event(event);
            }
            None => {
                let sessions = fold.take().map(Fold::finish).unwrap_or_default();
                if sessions.iter().any(|session| is_called(session, name)) {
                    owners.insert(names[place].to_owned());
                }
                let judged = account::judge(&sessions, &means(again, &none));
                pivot.note(&sessions, &judged, &again.facts);
            }
        });
    passed.map_err(store_error)?;
    Ok((pivot, owners))
}

fn of_account(
    again: &Again,
    account: &str,
    (name, pivot): (&str, &Pivot),
    explained: &mut Vec<Explanation>,
) -> Result<()> {
    let accounts = again.facts.accounts();
    let keys = accounts.get(account).map(Vec::as_slice).unwrap_or_default();
    let mut fold = Fold::new(account, &again.facts);
    let mut rows: Vec<(usize, TimelineRow)> = Vec::new();
    // The verdict of a row is told once for the whole session.
    let replayed = again.store.replay(keys, &mut |event| {
        if let Some(assigned) = fold.event(event) {
            let row = TimelineRow::of(event, "", Default::default(), assigned.tie);
            rows.push((assigned.session, row));
        }
    });
    replayed.map_err(store_error)?;
    let sessions = fold.finish();
    let judged: Vec<Judged> = account::judge(&sessions, &means(again, pivot));
    for (place, (session, judged)) in sessions.into_iter().zip(judged).enumerate() {
        if !is_called(&session, name) {
            continue;
        }
        let mine = rows.iter().filter(|(of, _)| *of == place);
        let events = mine.map(|(_, row)| TimelineRow {
            session: session.id.clone(),
            verdict: judged.judgement.verdict,
            ..row.clone()
        });
        let events = events.collect();
        explained.push(explain::explain(session, judged, events));
    }
    Ok(())
}
