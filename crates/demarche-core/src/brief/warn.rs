//! Who else must be warned: recipients of mail sent in hostile sessions.

use std::collections::{BTreeMap, BTreeSet};

use crate::exposure::action::Action;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Address as on record, lower case; empty where a send names no recipient.
    pub address: String,
    /// Sessions that sent to it.
    pub sessions: Vec<String>,
    /// In whose name.
    pub senders: Vec<String>,
    /// Messages sent to it.
    pub n_messages: u64,
    /// First of them.
    pub first: Moment,
    /// Last of them.
    pub last: Moment,
    /// Their records.
    pub places: Vec<Place>,
}

/// Sends of hostile sessions whose recipients are not on record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unnamed {
    /// Messages.
    pub n_messages: u64,
    /// In whose name.
    pub senders: Vec<String>,
    /// Their records.
    pub places: Vec<Place>,
}

/// Recipients of messages sent in hostile sessions, in order of address, and sends without any.
///
/// A send that failed warned nobody and is left out; a send names its recipients as on record.
pub fn recipients(actions: &[Action]) -> (Vec<Recipient>, Unnamed) {
    let sent = actions.iter().filter(|action| {
        action.is_send() && action.is_done() && action.verdict == Verdict::Hostile
    });
    let mut named: BTreeMap<&str, Recipient> = BTreeMap::new();
    let mut unnamed = Unnamed::default();
    for action in sent {
        if action.recipients.is_empty() {
            unnamed.n_messages += 1;
            add(&mut unnamed.senders, &action.account);
            unnamed.places.push(action.place);
        }
        let distinct: BTreeSet<&str> = action.recipients.iter().map(String::as_str).collect();
        for address in distinct {
            let known = named.entry(address).or_insert_with(|| Recipient {
                address: address.to_owned(),
                sessions: Vec::new(),
                senders: Vec::new(),
                n_messages: 0,
                first: action.at,
                last: action.at,
                places: Vec::new(),
            });
            known.n_messages += 1;
            known.first = known.first.min(action.at);
            known.last = known.last.max(action.at);
            add(&mut known.sessions, &action.session);
            add(&mut known.senders, &action.account);
            known.places.push(action.place);
        }
    }
    (named.into_values().collect(), unnamed)
}

fn add(names: &mut Vec<String>, name: &str) {
    if let Err(at) = names.binary_search_by(|known| known.as_str().cmp(name)) {
        names.insert(at, name.to_owned());
    }
}
