//! What listed sessions put in place, matched with what is on record as removed.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::exposure::action::{Action, Open, need_of};
use crate::exposure::removed::{About, Removal, Removed};
use crate::vocab::digest::content_id;
use crate::vocab::moment::Moment;
use crate::vocab::remedy::Need;

/// The most facts kept of one thing; further ones stay in the records.
const FACTS_MOST: usize = 1000;

/// Something put in place, and its removal where one is on record.
#[derive(Clone, Debug)]
pub struct Put {
    /// What was put in place.
    pub open: Open,
    /// What it is about.
    pub about: About,
    /// The last record that put it in place: only a removal after it closes it.
    pub last: Moment,
    /// When it was removed.
    pub removed: Option<Moment>,
}

/// What makes acts of one session one thing in place.
type Key = (String, Need, Vec<String>);

/// Gathers acts that put something in place: several records of one thing are one.
#[derive(Clone, Debug, Default)]
pub struct InPlace {
    puts: BTreeMap<Key, Put>,
}

impl InPlace {
    /// Adds an act that was done; one that failed, or gave the right to nothing, left nothing.
    pub fn add(&mut self, action: &Action, about: About) {
        let done = action.is_done() && !gives_nothing(action);
        let Some(need) = need_of(action.kind).filter(|_| done) else {
            return;
        };
        let key = (action.session.clone(), need, parts(need, action, &about));
        let put = Put {
            open: open(action, need),
            about,
            last: action.at,
            removed: None,
        };
        insert(&mut self.puts, key, put);
    }

    /// Everything put in place, each with its removal where one is on record: hostile sessions
    /// first, then in order of need, time and record.
    pub fn settle(self, removed: &Removed) -> Vec<Put> {
        let applications = self.applications();
        let mut puts: BTreeMap<Key, Put> = BTreeMap::new();
        for ((session, need, mut parts), put) in self.puts {
            if let Some(part) = parts.first_mut()
                && let Some(application) = applications.get(part)
            {
                part.clone_from(application);
            }
            insert(&mut puts, (session, need, parts), put);
        }
        let mut puts: Vec<Put> = puts.into_values().collect();
        for put in &mut puts {
            let removal: Option<&Removal> = removed.closing(put.open.need, &put.about, put.last);
            put.removed = removal.map(|removal| removal.at);
        }
        puts.sort_by_key(|put| {
            let open = &put.open;
            (
                Reverse(open.verdict),
                open.need.rank(),
                open.since,
                open.place,
            )
        });
        puts
    }

    /// Application ids by the service principals that records name beside them.
    fn applications(&self) -> BTreeMap<String, String> {
        let mut applications = BTreeMap::new();
        for put in self.puts.values() {
            let fact = |name: &str| put.open.fact(name).map(str::to_lowercase);
            if let (Some(application), Some(principal)) = (fact("app_id"), fact("principal_id")) {
                applications.insert(principal_part(&principal), application);
            }
        }
        applications
    }
}

fn insert(puts: &mut BTreeMap<Key, Put>, key: Key, put: Put) {
    match puts.get_mut(&key) {
        Some(known) => known.unite(put),
        None => {
            puts.insert(key, put);
        }
    }
}

/// Whether a grant takes every right away, as a default that is set to `None` does.
fn gives_nothing(action: &Action) -> bool {
    let mut rights = action.facts_of("right").peekable();
    rights.peek().is_some() && rights.all(|right| right.trim().eq_ignore_ascii_case("none"))
}

/// What tells one thing in place from another: an application by its id, anything else by the
/// names and accounts it is about.
fn parts(need: Need, action: &Action, about: &About) -> Vec<String> {
    let first = |name: &str| action.facts_of(name).next().map(str::to_lowercase);
    if matches!(need, Need::Consent | Need::Application | Need::Secret) {
        let application = first("app_id")
            .or_else(|| first("principal_id").map(|id| principal_part(&id)))
            .unwrap_or_else(|| action.object.to_lowercase());
        let mut parts = vec![application];
        if need == Need::Secret {
            parts.extend(action.facts_of("key_id").map(str::to_lowercase));
        }
        return parts;
    }
    let sets = [&about.objects, &about.short_names, &about.targets];
    let names = sets.into_iter().flatten().cloned();
    std::iter::once(about.store.clone()).chain(names).collect()
}

fn principal_part(id: &str) -> String {
    format!("principal:{id}")
}

impl Put {
    /// Takes in another record of the same thing; the earliest stays its leaf.
    fn unite(&mut self, mut other: Put) {
        if (other.open.since, other.open.place) < (self.open.since, self.open.place) {
            std::mem::swap(&mut self.open, &mut other.open);
        }
        for fact in other.open.facts {
            if self.open.facts.len() < FACTS_MOST && !self.open.facts.contains(&fact) {
                self.open.facts.push(fact);
            }
        }
        self.about.objects.extend(other.about.objects);
        self.about.short_names.extend(other.about.short_names);
        self.about.targets.extend(other.about.targets);
        self.about.applications.extend(other.about.applications);
        self.about.keys.extend(other.about.keys);
        self.last = self.last.max(other.last);
    }
}

fn open(action: &Action, need: Need) -> Open {
    let at = action.at.to_string();
    // Records of a permission name the resource as their object; what is in place is the
    // application that was let in.
    let application = match need {
        Need::Consent | Need::Application => action.facts_of("app_id").next(),
        _ => None,
    };
    let object = application.unwrap_or(&action.object).to_owned();
    let parts = [
        action.session.as_str(),
        need.word(),
        &object,
        &action.store,
        &action.operation,
        &at,
    ];
    Open {
        id: content_id('O', &parts),
        session: action.session.clone(),
        verdict: action.verdict,
        need,
        kind: action.kind,
        operation: action.operation.clone(),
        account: action.account.clone(),
        store: action.store.clone(),
        object,
        facts: action.facts.clone(),
        since: action.at,
        place: action.place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::event::{Event, Identity};
    use crate::event::kind::Kind;
    use crate::event::words;
    use crate::vocab::grade::{Tie, Verdict};

    fn event(at: i64, kind: Kind, details: &[(&'static str, &'static str)]) -> Event<'static> {
        Event {
            at: Moment::from_micros(at),
            kind,
            actor: Identity {
                name: "ana@example.org".into(),
                ..Identity::default()
            },
            details: details
                .iter()
                .map(|(name, value)| ((*name).into(), (*value).into()))
                .collect(),
            ..Event::default()
        }
    }

    fn settled(puts: &[Event<'static>], removals: &[Event<'static>]) -> Vec<Put> {
        let (mut in_place, mut removed) = (InPlace::default(), Removed::default());
        for event in puts {
            let action = Action::of(event, "S-1", Verdict::Hostile, Tie::Session);
            in_place.add(&action, About::of(event));
        }
        removals.iter().for_each(|event| removed.learn(event));
        in_place.settle(&removed)
    }

    #[test]
    fn a_rule_made_again_after_its_removal_is_open() {
        let name = [(words::NAME, "invoices")];
        let rule = |at| event(at, Kind::RuleSet, &name);
        let removal = event(5, Kind::RuleRemoved, &name);
        let puts = settled(&[rule(1)], std::slice::from_ref(&removal));
        assert_eq!(puts[0].removed, Some(Moment::from_micros(5)));
        let puts = settled(&[rule(1), rule(9)], std::slice::from_ref(&removal));
        assert_eq!((puts.len(), puts[0].removed), (1, None));
        assert_eq!(puts[0].open.since, Moment::from_micros(1));
        let other = event(5, Kind::RuleRemoved, &[(words::NAME, "birthdays")]);
        assert_eq!(settled(&[rule(1)], &[other])[0].removed, None);
    }

    #[test]
    fn records_of_one_consent_are_one_thing() {
        let both = [(words::APP_ID, "A1"), (words::PRINCIPAL_ID, "P1")];
        let principal = [(words::PRINCIPAL_ID, "P1")];
        let puts = settled(
            &[
                event(2, Kind::PermissionGranted, &principal),
                event(1, Kind::Consented, &both),
                event(1, Kind::Consented, &[(words::APP_ID, "A2")]),
            ],
            &[event(3, Kind::PermissionRemoved, &principal)],
        );
        assert_eq!(puts.len(), 2);
        let removed: Vec<_> = puts.iter().map(|put| put.removed.is_some()).collect();
        assert_eq!(removed, [true, false]);
    }

    #[test]
    fn a_permission_taken_from_another_application_closes_nothing() {
        // Both were let in to one resource, which the records name as their object.
        let to_resource = |at, kind, application: &'static str| Event {
            object: "the-resource".into(),
            ..event(at, kind, &[(words::PRINCIPAL_ID, application)])
        };
        let puts = settled(
            &[to_resource(1, Kind::PermissionGranted, "P1")],
            &[to_resource(2, Kind::PermissionRemoved, "P2")],
        );
        assert_eq!(puts[0].removed, None);
    }

    #[test]
    fn a_grant_of_nothing_and_an_act_that_failed_leave_nothing() {
        let nothing = event(1, Kind::MailboxGranted, &[(words::RIGHT, "None")]);
        let mut failed = event(1, Kind::RuleSet, &[(words::NAME, "x")]);
        failed.outcome = crate::event::kind::Outcome::Failed;
        assert_eq!(settled(&[nothing, failed], &[]).len(), 0);
        let right = event(1, Kind::MailboxGranted, &[(words::RIGHT, "FullAccess")]);
        assert_eq!(settled(&[right], &[]).len(), 1);
    }
}
