//! What snapshots show in place, and whether anything on record put it there.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::exposure::action::{Action, Open, need_of};
use crate::exposure::removed::About;
use crate::vocab::digest::content_id;
use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;
use crate::vocab::remedy::Need;

/// The most things and makings kept; the earliest by place and time are.
const KEPT_MOST: usize = 16_384;

/// One thing that stood when a snapshot was taken.
#[derive(Clone, Debug)]
struct Stood {
    at: Moment,
    action: Action,
    about: About,
}

/// What stood, and what was made on record, tenant-wide; learned in any order.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    stood: BTreeMap<Place, (Need, Kind, Stood)>,
    made: BTreeMap<Need, BTreeSet<About>>,
}

impl Standing {
    /// Learns one event: a snapshot's row, or an act that put something in place.
    pub fn learn(&mut self, event: &Event<'_>) {
        if event.kind == Kind::Standing {
            self.learn_state(event);
            return;
        }
        let done = matches!(event.outcome, Outcome::Succeeded | Outcome::Unknown);
        let Some(need) = need_of(event.kind).filter(|need| done && is_told(*need)) else {
            return;
        };
        let made = self.made.entry(need).or_default();
        made.insert(About::of(event));
        if made.len() > KEPT_MOST {
            made.pop_last();
        }
    }

    fn learn_state(&mut self, event: &Event<'_>) {
        let kind = Kind::from_word(event.detail(words::STANDS));
        let need = kind.and_then(need_of).filter(|need| is_told(*need));
        let (Some(kind), Some(need)) = (kind, need) else {
            return;
        };
        if !matters(need, event) {
            return;
        }
        let stood = Stood {
            at: event.at,
            action: Action::of(event, "", Verdict::Ordinary, Tie::Time),
            about: About::of(event),
        };
        self.stood.insert(event.place, (need, kind, stood));
        if self.stood.len() > KEPT_MOST {
            self.stood.pop_last();
        }
    }

    /// Takes in what was learned of other events.
    pub fn merge(&mut self, other: Standing) {
        let Standing { stood, made } = other;
        self.stood.extend(stood);
        while self.stood.len() > KEPT_MOST {
            self.stood.pop_last();
        }
        for (need, made) in made {
            let mine = self.made.entry(need).or_default();
            mine.extend(made);
            while mine.len() > KEPT_MOST {
                mine.pop_last();
            }
        }
    }

    /// When a snapshot shows in place what was put there, the latest such moment.
    pub fn shown(&self, need: Need, about: &About) -> Option<Moment> {
        let same = self
            .stood
            .values()
            .filter(|(of, _, stood)| *of == need && stood.about.names_same(about));
        same.map(|(_, _, stood)| stood.at).max()
    }

    /// What stood and nothing on record put there: it was in place before these logs begin.
    pub fn before_visibility(&self) -> Vec<Open> {
        let unmade = self.stood.values().filter(|(need, _, stood)| {
            let made = self.made.get(need);
            !made.is_some_and(|made| made.iter().any(|about| about.names_same(&stood.about)))
        });
        unmade
            .map(|(need, kind, stood)| open(*need, *kind, stood))
            .collect()
    }
}

/// Kinds of things that snapshots are compared for.
fn is_told(need: Need) -> bool {
    matches!(
        need,
        Need::Rule
            | Need::Forwarding
            | Need::TransportRule
            | Need::MailboxGrant
            | Need::Consent
            | Need::Federation
    )
}

/// Whether a standing thing copies, hides or opens something: a tidy rule does not.
fn matters(need: Need, event: &Event<'_>) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| !event.detail(name).is_empty());
    if event.detail(words::ENABLED) == "false" {
        return false;
    }
    match need {
        Need::Rule => {
            any(&[words::FORWARDS_TO, words::DELETES])
                || (any(&[words::MOVES_TO]) && any(&[words::MARKS_READ]))
        }
        Need::TransportRule => any(&[
            words::FORWARDS_TO,
            words::BLIND_COPIES_TO,
            words::DELETES,
            words::PARAMETER,
        ]),
        Need::Forwarding => any(&[words::FORWARDS_TO]),
        Need::MailboxGrant => any(&[words::TRUSTEE]),
        Need::Consent => event.detail(words::REACH) == "tenant" || any(&[words::TARGET]),
        _ => true,
    }
}

fn open(need: Need, kind: Kind, stood: &Stood) -> Open {
    let action = &stood.action;
    let at = stood.at.to_string();
    let parts = [
        "",
        need.word(),
        &action.object,
        &action.store,
        &action.operation,
        &at,
    ];
    Open {
        id: content_id('O', &parts),
        session: String::new(),
        verdict: Verdict::Ordinary,
        need,
        kind,
        operation: action.operation.clone(),
        account: String::new(),
        store: action.store.clone(),
        object: action.object.clone(),
        facts: action.facts.clone(),
        since: stood.at,
        place: action.place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: Kind, leaf: u64, details: &[(&'static str, &'static str)]) -> Event<'static> {
        let mut event = Event {
            kind,
            at: Moment::from_micros(leaf as i64),
            outcome: Outcome::Succeeded,
            ..Event::default()
        };
        event.place.leaf = leaf;
        event.store.name = "ana@example.org".into();
        event.details = details
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect();
        event
    }

    fn rule(leaf: u64, name: &'static str) -> Event<'static> {
        event(
            Kind::Standing,
            leaf,
            &[
                (words::STANDS, "rule-set"),
                (words::NAME, name),
                (words::FORWARDS_TO, "x@y.example"),
            ],
        )
    }

    #[test]
    fn a_rule_that_nothing_made_was_there_before() {
        let mut standing = Standing::default();
        standing.learn(&rule(7, "old"));
        standing.learn(&rule(8, "new"));
        standing.learn(&event(Kind::RuleSet, 3, &[(words::NAME, "new")]));
        let before = standing.before_visibility();
        assert_eq!(before.len(), 1);
        assert_eq!((before[0].place.leaf, before[0].need), (7, Need::Rule));
        let about = About::of(&event(Kind::RuleSet, 3, &[(words::NAME, "new")]));
        assert_eq!(
            standing.shown(Need::Rule, &about),
            Some(Moment::from_micros(8))
        );
        assert_eq!(standing.shown(Need::Forwarding, &about), None);
    }

    #[test]
    fn a_tidy_rule_one_that_is_off_and_one_in_another_mailbox_are_not_it() {
        let mut standing = Standing::default();
        let tidy = [
            (words::STANDS, "rule-set"),
            (words::NAME, "tidy"),
            (words::MOVES_TO, "News"),
        ];
        standing.learn(&event(Kind::Standing, 1, &tidy));
        let off = [
            (words::STANDS, "rule-set"),
            (words::NAME, "off"),
            (words::FORWARDS_TO, "x@y.example"),
            (words::ENABLED, "false"),
        ];
        standing.learn(&event(Kind::Standing, 2, &off));
        assert!(standing.before_visibility().is_empty());
        standing.learn(&rule(3, "same"));
        let mut elsewhere = event(Kind::RuleSet, 4, &[(words::NAME, "same")]);
        elsewhere.store.name = "bo@example.org".into();
        standing.learn(&elsewhere);
        assert_eq!(standing.before_visibility().len(), 1);
    }
}
