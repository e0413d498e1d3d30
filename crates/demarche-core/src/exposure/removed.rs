//! Learns, in any order, what is on record as removed or contained, tenant-wide.

use std::collections::BTreeSet;

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::exposure::standing::Standing;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;
use crate::vocab::remedy::Need;

/// The most removals kept; earlier ones are kept, so that what stays open is rather too much.
const REMOVALS_MOST: usize = 65_536;

/// What an act is about: the names by which a removal can be matched to what it removes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// The store it bears on, lower case; empty where on none.
    pub store: String,
    /// The object's whole name or address, lower case.
    pub objects: BTreeSet<String>,
    /// Ids of the application or its service principal, lower case.
    pub applications: BTreeSet<String>,
    /// Ids of keys and secrets, lower case.
    pub keys: BTreeSet<String>,
    /// Last parts of objects that are paths, and their plain names; lower case.
    pub short_names: BTreeSet<String>,
    /// Accounts it is about: trustee, target; lower case.
    pub targets: BTreeSet<String>,
}

impl About {
    /// What an event is about.
    pub fn of(event: &Event<'_>) -> About {
        let (mut objects, mut short_names) = (BTreeSet::new(), BTreeSet::new());
        add_name(&mut objects, &event.object);
        let last = event.object.rsplit_once('\\').map_or("", |(_, last)| last);
        add_name(&mut short_names, last);
        for value in event.details_of(words::NAME) {
            add_name(&mut short_names, value);
        }
        let named = |words: &[&str]| {
            let mut names = BTreeSet::new();
            for value in words.iter().flat_map(|word| event.details_of(word)) {
                add_name(&mut names, value);
            }
            names
        };
        About {
            store: event.store.key(),
            objects,
            short_names,
            applications: named(&[words::APP_ID, words::PRINCIPAL_ID]),
            keys: named(&[words::KEY_ID]),
            targets: named(&[words::TRUSTEE, words::TARGET]),
        }
    }

    /// Whether both name one object: by its whole name or id, or by a short name in one store.
    fn meets(&self, other: &About) -> bool {
        let short = || {
            !self.short_names.is_disjoint(&other.short_names)
                || !self.short_names.is_disjoint(&other.objects)
                || !self.objects.is_disjoint(&other.short_names)
        };
        !self.objects.is_disjoint(&other.objects) || (self.same_store(other) && short())
    }

    /// Whether a state and an act that made it name one thing: one object of one store, one
    /// application, or the same forwarding or permission of one store.
    pub fn names_same(&self, other: &About) -> bool {
        let nameless = self.objects.is_empty() && self.short_names.is_empty();
        let one_store = !self.store.is_empty() && self.same_store(other);
        (self.same_store(other) && self.meets(other))
            || self.same_application(other)
            || (nameless && one_store && self.shares_targets(other))
    }

    /// Whether both are about one application, by an id that both name; never by the resource
    /// it was let in to, nor by a name that another application may bear.
    fn same_application(&self, other: &About) -> bool {
        !self.applications.is_disjoint(&other.applications)
            || !self.applications.is_disjoint(&other.objects)
            || !self.objects.is_disjoint(&other.applications)
    }

    /// Whether both are about one key: by its id where both name one, else by their object.
    fn same_key(&self, other: &About) -> bool {
        if self.keys.is_empty() || other.keys.is_empty() {
            return self.same_application(other) || !self.objects.is_disjoint(&other.objects);
        }
        !self.keys.is_disjoint(&other.keys)
    }

    /// Whether no different stores are named; an alias is the first part of a name.
    fn same_store(&self, other: &About) -> bool {
        let (mine, theirs) = (self.store.as_str(), other.store.as_str());
        let alias = |name: &str, alias: &str| {
            name.split_once('@')
                .is_some_and(|(local, _)| local == alias)
        };
        mine.is_empty()
            || theirs.is_empty()
            || mine == theirs
            || alias(mine, theirs)
            || alias(theirs, mine)
    }

    /// Whether both are about the same accounts, where both name some.
    fn shares_targets(&self, other: &About) -> bool {
        self.targets.is_empty()
            || other.targets.is_empty()
            || !self.targets.is_disjoint(&other.targets)
    }
}

/// A name, trimmed and in lower case; empty ones are absent.
fn add_name(names: &mut BTreeSet<String>, value: &str) {
    let value = value.trim().to_lowercase();
    if !value.is_empty() {
        names.insert(value);
    }
}

/// One removal or containment on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removal {
    /// When.
    pub at: Moment,
    /// The record.
    pub place: Place,
    /// What kind.
    pub kind: Kind,
    /// Who did it.
    pub account: String,
    /// What it is about.
    pub about: About,
}

impl Removal {
    /// What kind of removal, as tables name it.
    pub fn word(&self) -> &'static str {
        self.kind.word()
    }
}

/// Everything removed or contained in the whole tenant, whoever did it.
#[derive(Clone, Debug, Default)]
pub struct Removed {
    removals: BTreeSet<Removal>,
    /// What snapshots show in place, whoever put it there.
    pub standing: Standing,
}

impl Removed {
    /// Learns one event; anything but a removal or containment that was done is passed over.
    pub fn learn(&mut self, event: &Event<'_>) {
        self.standing.learn(event);
        let wanted = matches!(
            event.kind,
            Kind::RuleRemoved
                | Kind::ForwardingRemoved
                | Kind::TransportRuleRemoved
                | Kind::MailboxGrantRemoved
                | Kind::AuditEnabled
                | Kind::PermissionRemoved
                | Kind::ApplicationRemoved
                | Kind::SecretRemoved
                | Kind::RoleRemoved
                | Kind::FactorRemoved
                | Kind::AccountRemoved
                | Kind::ShareRemoved
                | Kind::SessionsRevoked
                | Kind::PasswordChanged
        );
        let done = matches!(event.outcome, Outcome::Succeeded | Outcome::Unknown);
        if !wanted || !done || event.marks.salvaged {
            return;
        }
        self.removals.insert(Removal {
            at: event.at,
            place: event.place,
            kind: event.kind,
            account: event.actor.key(),
            about: About::of(event),
        });
        if self.removals.len() > REMOVALS_MOST {
            self.removals.pop_last();
        }
    }

    /// Takes in what was learned of other events; where both know one place, the other's stays.
    pub fn merge(&mut self, other: Removed) {
        let Removed { removals, standing } = other;
        self.standing.merge(standing);
        self.removals.extend(removals);
        while self.removals.len() > REMOVALS_MOST {
            self.removals.pop_last();
        }
    }

    /// The first removal on record of what was put in place, at or after it was.
    pub fn closing(&self, need: Need, about: &About, since: Moment) -> Option<&Removal> {
        self.removals
            .iter()
            .find(|removal| removal.at >= since && closes(need, about, removal))
    }

    /// Containment of an account on record from a time on, earliest first: revocations, new
    /// passwords, the account's own removal.
    pub fn contained<'a>(
        &'a self,
        account: &'a str,
        since: Moment,
    ) -> impl Iterator<Item = &'a Removal> {
        let kinds = [
            Kind::SessionsRevoked,
            Kind::PasswordChanged,
            Kind::AccountRemoved,
        ];
        self.removals.iter().filter(move |removal| {
            removal.at >= since
                && kinds.contains(&removal.kind)
                && (removal.about.targets.contains(account)
                    || removal.about.objects.contains(account))
        })
    }
}

/// Whether a removal closes what was put in place.
fn closes(need: Need, about: &About, removal: &Removal) -> bool {
    let kind = removal.kind;
    let same = about.meets(&removal.about);
    let same_account = !about.targets.is_disjoint(&removal.about.targets)
        || !about.targets.is_disjoint(&removal.about.objects)
        || !about.objects.is_disjoint(&removal.about.targets);
    let whole = !about.objects.is_disjoint(&removal.about.objects);
    let application_gone =
        kind == Kind::ApplicationRemoved && (about.same_application(&removal.about) || whole);
    match need {
        Need::Rule => kind == Kind::RuleRemoved && same,
        Need::TransportRule => kind == Kind::TransportRuleRemoved && same,
        Need::Forwarding => {
            let same_store = !about.store.is_empty() && about.same_store(&removal.about);
            kind == Kind::ForwardingRemoved && (same || same_store)
        }
        Need::MailboxGrant => {
            let same_store = !about.store.is_empty() && about.same_store(&removal.about);
            kind == Kind::MailboxGrantRemoved
                && (same || same_store)
                && about.shares_targets(&removal.about)
        }
        Need::Audit => kind == Kind::AuditEnabled && about.store == removal.about.store,
        Need::Consent => {
            application_gone
                || (kind == Kind::PermissionRemoved
                    && about.same_application(&removal.about)
                    && about.shares_targets(&removal.about))
        }
        Need::Secret => {
            application_gone || (kind == Kind::SecretRemoved && about.same_key(&removal.about))
        }
        Need::Application | Need::ApplicationHostile => application_gone,
        Need::Role => {
            (kind == Kind::RoleRemoved || kind == Kind::AccountRemoved) && (same || same_account)
        }
        Need::Account => kind == Kind::AccountRemoved && (same || same_account),
        Need::Factor => kind == Kind::FactorRemoved && (same || same_account),
        Need::Share => kind == Kind::ShareRemoved && same,
        Need::AccountEntered
        | Need::ServiceEntered
        | Need::PasswordKnown
        | Need::AccessPath
        | Need::Federation
        | Need::Device
        | Need::Policy
        | Need::SiteGrant => false,
    }
}
