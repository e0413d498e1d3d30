//! What the directory and the sign-ins tell of one application.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::event::Event;
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::words;
use crate::tenant::span::Span;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One consent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Consent {
    /// When.
    pub at: Moment,
    /// The record.
    pub place: Place,
    /// Hash of the identifiers of who consented; the account once closed.
    pub by: u64,
    /// Whether it reaches the whole tenant.
    pub tenant_wide: bool,
    /// Scopes, in lower case and order.
    pub scopes: BTreeSet<String>,
}

/// What is on record of one application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Display names it had, in order.
    pub names: BTreeSet<String>,
    /// Consents and permission grants to it, earliest first.
    pub consents: BTreeSet<Consent>,
    /// Directory events about it: added, changed, consent, assignment, secret.
    pub directory: Span,
    /// Secrets added.
    pub secrets: BTreeSet<(Moment, Place)>,
    /// Sign-ins through it.
    pub sign_ins: Span,
    /// Sign-ins of its own, without a person.
    pub own_sign_ins: Span,
    /// Whether an inventory of the directory shows it.
    pub in_inventory: bool,
    /// The first sign-in of either kind that worked.
    pub first_use: Option<Moment>,
}

impl Application {
    /// The most names, consents and secrets kept.
    pub const MOST: usize = 256;

    /// Whether any trace of it is on record that does not depend on content being read.
    pub fn has_trace(&self) -> bool {
        self.in_inventory || self.directory.n + self.sign_ins.n + self.own_sign_ins.n > 0
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: Application) {
        self.names.extend(other.names);
        self.consents.extend(other.consents);
        self.secrets.extend(other.secrets);
        self.directory.merge(&other.directory);
        self.sign_ins.merge(&other.sign_ins);
        self.own_sign_ins.merge(&other.own_sign_ins);
        self.in_inventory |= other.in_inventory;
        self.first_use = match (self.first_use, other.first_use) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.bound();
    }

    fn bound(&mut self) {
        while self.names.len() > Application::MOST {
            self.names.pop_last();
        }
        while self.consents.len() > Application::MOST {
            self.consents.pop_last();
        }
        while self.secrets.len() > Application::MOST {
            self.secrets.pop_last();
        }
    }
}

/// All applications, by lower-case id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applications {
    by_id: BTreeMap<String, Application>,
    /// Object id of a service principal -> application id, where one record has both.
    principals: BTreeMap<String, String>,
}

/// The id a directory event about an application goes by: application id, else the service
/// principal's, else the object where that is one id (not a list of a resource's names).
pub fn subject_of<'a>(app_id: &'a str, principal: &'a str, object: &'a str) -> &'a str {
    let plain = |id: &str| !id.is_empty() && !id.contains(['/', ';', ' ']);
    [app_id, principal, object]
        .into_iter()
        .map(str::trim)
        .find(|id| plain(id))
        .unwrap_or_default()
}

fn is_about_application(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Consented
            | Kind::PermissionGranted
            | Kind::PermissionRemoved
            | Kind::ApplicationAdded
            | Kind::ApplicationChanged
            | Kind::ApplicationRemoved
            | Kind::SecretAdded
            | Kind::SecretRemoved
    )
}

impl Applications {
    /// Learns one event: what it says of an application, if anything.
    pub fn learn(&mut self, event: &Event<'_>, by: u64) {
        if is_about_application(event.kind) {
            self.learn_directory(event, by);
        }
        let id = event.application.actor();
        let presented = matches!(event.kind, Kind::SignIn | Kind::TokenIssued);
        if id.is_empty() || !presented || event.outcome == Outcome::Failed {
            return;
        }
        let application = self.by_id.entry(id.to_lowercase()).or_default();
        if matches!(event.outcome, Outcome::Succeeded | Outcome::Unknown) {
            let first = application.first_use.unwrap_or(event.at);
            application.first_use = Some(first.min(event.at));
        }
        if event.actor_kind == ActorKind::Application {
            application.own_sign_ins.add(event.at);
        } else {
            application.sign_ins.add(event.at);
        }
        if !event.application.name.is_empty() {
            application.names.insert(event.application.name.to_string());
        }
        application.bound();
    }

    /// Learns what a snapshot of the directory shows.
    pub fn learn_standing(&mut self, event: &Event<'_>) {
        let stands = Kind::from_word(event.detail(words::STANDS));
        let app_id = event.detail(words::APP_ID).to_lowercase();
        let principal = event.detail(words::PRINCIPAL_ID).to_lowercase();
        let id = subject_of(&app_id, &principal, "").to_owned();
        if id.is_empty() || !stands.is_some_and(is_about_application) {
            return;
        }
        if !app_id.is_empty() && !principal.is_empty() {
            let known = self
                .principals
                .entry(principal)
                .or_insert_with(|| app_id.clone());
            if app_id < *known {
                known.clone_from(&app_id);
            }
        }
        let application = self.by_id.entry(id).or_default();
        application.in_inventory = true;
        let name = event.detail(words::NAME);
        if !name.is_empty() {
            application.names.insert(name.to_owned());
        }
        application.bound();
    }

    fn learn_directory(&mut self, event: &Event<'_>, by: u64) {
        let principal = event.detail(words::PRINCIPAL_ID).to_lowercase();
        let app_id = event.detail(words::APP_ID);
        let id = subject_of(app_id, &principal, &event.object).to_lowercase();
        if !principal.is_empty() && !event.detail(words::APP_ID).is_empty() {
            let known = self
                .principals
                .entry(principal)
                .or_insert_with(|| id.clone());
            if id < *known {
                known.clone_from(&id);
            }
        }
        if id.is_empty() {
            return;
        }
        let application = self.by_id.entry(id).or_default();
        application.directory.add(event.at);
        let name = event.detail(words::NAME);
        if !name.is_empty() {
            application.names.insert(name.to_owned());
        }
        let done = !matches!(event.outcome, Outcome::Failed);
        if done && event.kind == Kind::SecretAdded {
            application.secrets.insert((event.at, event.place));
        }
        if done && matches!(event.kind, Kind::Consented | Kind::PermissionGranted) {
            application.consents.insert(consent_of(event, by));
        }
        application.bound();
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: Applications) {
        for (id, application) in other.by_id {
            self.by_id.entry(id).or_default().merge(application);
        }
        for (principal, id) in other.principals {
            let known = self
                .principals
                .entry(principal)
                .or_insert_with(|| id.clone());
            if id < *known {
                *known = id;
            }
        }
    }

    /// Joins what was learned under a service principal's object id to its application id.
    pub fn close(&mut self) {
        for (principal, id) in &self.principals {
            if principal == id {
                continue;
            }
            if let Some(application) = self.by_id.remove(principal) {
                self.by_id.entry(id.clone()).or_default().merge(application);
            }
        }
    }

    /// The application id that a directory event about an application means, in lower case.
    pub fn resolve(&self, app_id: &str, principal: &str, object: &str) -> String {
        let id = subject_of(app_id, principal, object).to_lowercase();
        self.principals.get(&id).cloned().unwrap_or(id)
    }

    /// What is on record of an application.
    pub fn find(&self, id: &str) -> Option<&Application> {
        self.by_id.get(&id.to_lowercase())
    }

    /// All applications, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Application)> {
        self.by_id
            .iter()
            .map(|(id, application)| (id.as_str(), application))
    }
}

fn consent_of(event: &Event<'_>, by: u64) -> Consent {
    Consent {
        at: event.at,
        place: event.place,
        by,
        tenant_wide: event.detail(words::REACH) == "tenant",
        scopes: scopes_of(event),
    }
}

/// The scopes an event names, in lower case.
pub fn scopes_of(event: &Event<'_>) -> BTreeSet<String> {
    event
        .details_of(words::SCOPE)
        .flat_map(str::split_whitespace)
        .map(str::to_lowercase)
        .take(Application::MOST)
        .collect()
}
