//! What to look for elsewhere: ids, addresses, clients of listed sessions.

use std::collections::BTreeMap;

use crate::exposure::action::Action;
use crate::exposure::measure::Listed;
use crate::session::session::Session;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// What an indicator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorKind {
    /// A network address.
    Address,
    /// A token id.
    Token,
    /// A session id.
    Session,
    /// An application pair.
    Application,
    /// A user agent or program.
    Client,
    /// A device id.
    Device,
    /// An address mail was forwarded or copied to.
    Forward,
    /// Name of a rule.
    Rule,
}

impl IndicatorKind {
    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            IndicatorKind::Address => "address",
            IndicatorKind::Token => "token",
            IndicatorKind::Session => "session",
            IndicatorKind::Application => "application",
            IndicatorKind::Client => "client",
            IndicatorKind::Device => "device",
            IndicatorKind::Forward => "forward",
            IndicatorKind::Rule => "rule",
        }
    }
}

/// One row of `indicators.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// Its value as on record.
    pub value: String,
    /// The weightiest verdict of its sessions.
    pub verdict: Verdict,
    /// Sessions it was seen in.
    pub sessions: Vec<String>,
    /// First event of them.
    pub first: Moment,
    /// Last event of them.
    pub last: Moment,
    /// What it cannot tell: shared with the owner, a relay of the provider.
    pub note: String,
}

/// What to look for elsewhere, in order of kind and value.
pub fn indicators(listed: &[Listed], actions: &[Action]) -> Vec<Indicator> {
    let mut found: BTreeMap<(IndicatorKind, String), Indicator> = BTreeMap::new();
    for listed in listed {
        let session = &listed.session;
        let lists = [
            (IndicatorKind::Address, &session.addresses),
            (IndicatorKind::Token, &session.tokens),
            (IndicatorKind::Session, &session.session_ids),
            (IndicatorKind::Application, &session.applications),
            (IndicatorKind::Client, &session.agents),
            (IndicatorKind::Device, &session.devices),
        ];
        for (kind, seen) in lists {
            for value in &seen.values {
                let note = note(kind, session);
                add(&mut found, (kind, value), listed, note);
            }
        }
    }
    let of_session: BTreeMap<&str, &Listed> = listed
        .iter()
        .map(|listed| (listed.session.id.as_str(), listed))
        .collect();
    for action in actions {
        let Some(listed) = of_session.get(action.session.as_str()) else {
            continue;
        };
        let copies = ["forwards_to", "blind_copies_to"];
        for value in copies.iter().flat_map(|name| action.facts_of(name)) {
            add(&mut found, (IndicatorKind::Forward, value), listed, "");
        }
        let rules = action.facts_of("name").filter(|_| action.is_rule());
        for value in rules {
            add(&mut found, (IndicatorKind::Rule, value), listed, "");
        }
    }
    found.into_values().collect()
}

fn note(kind: IndicatorKind, session: &Session) -> &'static str {
    match kind {
        IndicatorKind::Address if session.relayed => {
            "among the session's addresses are relays of the provider: they neither accuse nor clear"
        }
        IndicatorKind::Address | IndicatorKind::Client => {
            "alone it ties nothing: others may share it"
        }
        IndicatorKind::Session if session.shared => "the owner used the same session id",
        _ => "",
    }
}

fn add(
    found: &mut BTreeMap<(IndicatorKind, String), Indicator>,
    (kind, value): (IndicatorKind, &str),
    listed: &Listed,
    note: &str,
) {
    let (session, verdict) = (&listed.session, listed.judgement.verdict);
    let known = found
        .entry((kind, value.to_owned()))
        .or_insert_with(|| Indicator {
            kind,
            value: value.to_owned(),
            verdict,
            sessions: Vec::new(),
            first: session.first,
            last: session.last,
            note: note.to_owned(),
        });
    known.verdict = known.verdict.max(verdict);
    known.first = known.first.min(session.first);
    known.last = known.last.max(session.last);
    if let Err(at) = known.sessions.binary_search(&session.id) {
        known.sessions.insert(at, session.id.clone());
    }
}
