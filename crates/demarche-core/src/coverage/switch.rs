//! Blackouts: from where auditing was switched off to where it was switched on (G7).

use std::collections::BTreeMap;

use crate::coverage::chart::{Closing, Switch};
use crate::coverage::gap::{Gap, GapKind};

/// One gap per blackout of each scope; one that was never ended has no end.
pub fn gaps(closing: &Closing<'_>, gaps: &mut Vec<Gap>) {
    let mut scopes: BTreeMap<(&str, &str), Vec<&Switch>> = BTreeMap::new();
    for switch in &closing.chart.switches {
        scopes
            .entry((&switch.store, &switch.account))
            .or_default()
            .push(switch);
    }
    for switches in scopes.values_mut() {
        switches.sort_by_key(|switch| (switch.at, switch.place));
        let mut off: Option<&Switch> = None;
        for switch in switches.iter() {
            match (switch.off, off) {
                (true, None) => off = Some(switch),
                (false, Some(begun)) => {
                    gaps.push(blackout(closing, begun, Some(switch)));
                    off = None;
                }
                (true, Some(_)) | (false, None) => {}
            }
        }
        if let Some(begun) = off {
            gaps.push(blackout(closing, begun, None));
        }
    }
}

fn blackout(closing: &Closing<'_>, begun: &Switch, ended: Option<&Switch>) -> Gap {
    let card = closing
        .facts(begun.place.source)
        .and_then(|facts| facts.card)
        .map_or("", |card| card.name);
    let whose = match (begun.store.as_str(), begun.account.as_str()) {
        ("", "") => "for everything".to_owned(),
        ("", account) => format!("for what {account} does"),
        (store, _) => format!("for the store {store}"),
    };
    let until = match ended {
        Some(switch) => format!("until {}", switch.at),
        None => "and is not on record as switched on again".to_owned(),
    };
    Gap {
        source: Some(begun.place.source),
        card,
        account: begun.account.clone(),
        store: begun.store.clone(),
        from: Some(begun.at),
        to: ended.map(|switch| switch.at),
        effect: format!(
            "Auditing was switched off or narrowed {whose} at {} {until}: what was done in that time leaves no record, or less of one.",
            begun.at
        ),
        ..Gap::of(GapKind::AuditDisabled)
    }
    .identified(&begun.operation)
}
