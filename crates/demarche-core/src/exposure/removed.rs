//! Learns, in any order, what is on record as removed or contained, tenant-wide.

use std::collections::BTreeSet;

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
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
    /// Names and ids of the object: rule, application, key; lower case.
    pub objects: BTreeSet<String>,
    /// Accounts it is about: trustee, target; lower case.
    pub targets: BTreeSet<String>,
}

impl About {
    /// What an event is about.
    pub fn of(event: &Event<'_>) -> About {
        let mut objects = BTreeSet::new();
        add_names(&mut objects, &event.object);
        for word in [
            words::NAME,
            words::APP_ID,
            words::PRINCIPAL_ID,
            words::KEY_ID,
        ] {
            for value in event.details_of(word) {
                add_names(&mut objects, value);
            }
        }
        let mut targets = BTreeSet::new();
        for word in [words::TRUSTEE, words::TARGET] {
            for value in event.details_of(word) {
                add_names(&mut targets, value);
            }
        }
        About {
            store: event.store.key(),
            objects,
            targets,
        }
    }

    /// Whether both name a common object or account, and no different stores.
    fn meets(&self, other: &About) -> bool {
        let stores_differ =
            !self.store.is_empty() && !other.store.is_empty() && self.store != other.store;
        !stores_differ && !self.objects.is_disjoint(&other.objects)
    }

    /// Whether both are about the same accounts, where both name some.
    fn shares_targets(&self, other: &About) -> bool {
        self.targets.is_empty()
            || other.targets.is_empty()
            || !self.targets.is_disjoint(&other.targets)
    }
}

/// A name, and where it is a path its last part, lower case.
fn add_names(names: &mut BTreeSet<String>, value: &str) {
    let value = value.trim().to_lowercase();
    if value.is_empty() {
        return;
    }
    if let Some((_, last)) = value.rsplit_once('\\')
        && !last.is_empty()
    {
        names.insert(last.to_owned());
    }
    names.insert(value);
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
}

impl Removed {
    /// Learns one event; anything but a removal or containment that was done is passed over.
    pub fn learn(&mut self, event: &Event<'_>) {
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
    let application_gone = kind == Kind::ApplicationRemoved && same;
    match need {
        Need::Rule => kind == Kind::RuleRemoved && same,
        Need::TransportRule => kind == Kind::TransportRuleRemoved && same,
        Need::Forwarding => {
            let same_store = !about.store.is_empty() && about.store == removal.about.store;
            kind == Kind::ForwardingRemoved && (same || same_store)
        }
        Need::MailboxGrant => {
            let same_store = !about.store.is_empty() && about.store == removal.about.store;
            kind == Kind::MailboxGrantRemoved
                && (same || same_store)
                && about.shares_targets(&removal.about)
        }
        Need::Audit => kind == Kind::AuditEnabled && about.store == removal.about.store,
        Need::Consent => {
            application_gone
                || (kind == Kind::PermissionRemoved && same && about.shares_targets(&removal.about))
        }
        Need::Secret => application_gone || (kind == Kind::SecretRemoved && same),
        Need::Application | Need::ApplicationHostile => application_gone,
        Need::Role => {
            (kind == Kind::RoleRemoved || kind == Kind::AccountRemoved) && (same || same_account)
        }
        Need::Account => kind == Kind::AccountRemoved && (same || same_account),
        Need::Factor => kind == Kind::FactorRemoved && (same || same_account),
        Need::Share => kind == Kind::ShareRemoved && same,
        Need::AccountEntered
        | Need::PasswordKnown
        | Need::AccessPath
        | Need::Federation
        | Need::Device
        | Need::Policy
        | Need::SiteGrant => false,
    }
}
