//! What was done in listed sessions that is no exposure, and what remains of it.

use crate::event::event::Event;
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;
use crate::vocab::remedy::Need;

/// One act of a listed session: a row of `actions.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What tied the record to the session.
    pub tie: Tie,
    /// When.
    pub at: Moment,
    /// What.
    pub kind: Kind,
    /// What came of it.
    pub outcome: Outcome,
    /// The operation's name as delivered.
    pub operation: String,
    /// Who acted.
    pub account: String,
    /// The store it was done in; empty where it was in none.
    pub store: String,
    /// The object acted on: rule, application, account, message.
    pub object: String,
    /// Ids of messages or files it names.
    pub items: Vec<String>,
    /// Recipients of a message sent, in the order of the record.
    pub recipients: Vec<String>,
    /// The number of recipients the record states, where it states one.
    pub n_recipients_stated: Option<u64>,
    /// Other facts in words, `name=value`.
    pub facts: Vec<String>,
    /// The record.
    pub place: Place,
}

/// Something put in place in a listed session and not on record as removed: a row of `open.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// `O-…`, from session, need, object and record.
    pub id: String,
    /// The session.
    pub session: String,
    /// What the verdict table makes of the session.
    pub verdict: Verdict,
    /// What it takes to close it.
    pub need: Need,
    /// What kind of act put it in place.
    pub kind: Kind,
    /// The operation's name as delivered.
    pub operation: String,
    /// Who put it in place.
    pub account: String,
    /// The store it bears on; empty where on none.
    pub store: String,
    /// The object: rule, application, account, grant.
    pub object: String,
    /// Facts that matter to closing it: forwarding address, trustee, scope, `name=value`.
    pub facts: Vec<String>,
    /// When it was put in place.
    pub since: Moment,
    /// The record.
    pub place: Place,
}

impl Open {
    /// The first value of a named fact.
    pub fn fact(&self, name: &str) -> Option<&str> {
        let mut values = self
            .facts
            .iter()
            .filter_map(|fact| fact.strip_prefix(name)?.strip_prefix('='));
        values.next()
    }

    /// What a person calls the object, with its id behind it where it has both.
    pub fn label(&self) -> String {
        let of_application = matches!(
            self.need,
            Need::Consent | Need::Application | Need::Secret | Need::ApplicationHostile
        );
        let id = match self.fact("app_id") {
            Some(id) if of_application => id,
            _ => &self.object,
        };
        match self.fact("name") {
            Some(name) if of_application && name != id => format!("\"{name}\" ({id})"),
            _ if id.is_empty() => String::new(),
            _ => format!("\"{id}\""),
        }
    }

    /// To whom mail is copied by it, where the record says.
    pub fn copies_mail_to(&self) -> Vec<&str> {
        let prefixes = ["forwards_to=", "blind_copies_to="];
        self.facts
            .iter()
            .filter_map(|fact| prefixes.iter().find_map(|prefix| fact.strip_prefix(prefix)))
            .collect()
    }
}

/// The most facts, items and recipients kept of one act; further ones stay in the record.
const KEPT_MOST: usize = 1000;

/// The longest value of a fact, in characters.
const VALUE_MOST: usize = 1000;

/// Whether an event of this kind is an act that `actions.csv` lists.
///
/// Sign-ins, reads and browsing are not acts: they are in the timeline, reads in the exposure.
pub fn is_act(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::SignIn
            | Kind::TokenIssued
            | Kind::ItemsRead
            | Kind::FolderSynced
            | Kind::AttachmentRead
            | Kind::FileRead
            | Kind::FilePreviewed
            | Kind::FileDownloaded
            | Kind::FileSynced
            | Kind::LinkUsed
            | Kind::Browsed
            | Kind::ChatRead
            | Kind::AssistantRead
            | Kind::ApiRequest
            | Kind::AlertRaised
            | Kind::RowsRead
            | Kind::CollectorNote
            | Kind::Standing
            | Kind::Other
    )
}

/// What an act leaves in place; `None` where it leaves nothing that must be closed.
pub fn need_of(kind: Kind) -> Option<Need> {
    Some(match kind {
        Kind::RuleSet => Need::Rule,
        Kind::ForwardingSet => Need::Forwarding,
        Kind::TransportRuleSet => Need::TransportRule,
        Kind::MailboxGranted => Need::MailboxGrant,
        Kind::AccessPathChanged => Need::AccessPath,
        Kind::AuditDisabled => Need::Audit,
        Kind::Consented | Kind::PermissionGranted => Need::Consent,
        Kind::ApplicationAdded => Need::Application,
        Kind::SecretAdded => Need::Secret,
        Kind::FederationChanged => Need::Federation,
        Kind::RoleGranted => Need::Role,
        Kind::FactorChanged | Kind::FactorRemoved => Need::Factor,
        Kind::DeviceAdded => Need::Device,
        Kind::AccountAdded => Need::Account,
        Kind::PolicyChanged => Need::Policy,
        Kind::Shared => Need::Share,
        Kind::SiteGranted => Need::SiteGrant,
        _ => return None,
    })
}

impl Action {
    /// Whether a message left.
    pub fn is_send(&self) -> bool {
        self.kind == Kind::MessageSent
    }

    /// Whether it made or changed a rule.
    pub fn is_rule(&self) -> bool {
        matches!(self.kind, Kind::RuleSet | Kind::TransportRuleSet)
    }

    /// The values of a named fact, in the order of the record.
    pub fn facts_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.facts
            .iter()
            .filter_map(move |fact| fact.strip_prefix(name)?.strip_prefix('='))
    }

    /// Whether it was done, or nothing says that it was not.
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Succeeded | Outcome::Unknown)
    }

    /// The act an event is.
    pub fn of(event: &Event<'_>, session: &str, verdict: Verdict, tie: Tie) -> Action {
        let ids = event.items.iter().map(|item| {
            [&item.id, &item.immutable_id, &item.native_id]
                .into_iter()
                .find(|id| !id.is_empty())
                .map_or(String::new(), |id| id.to_string())
        });
        let mut items: Vec<String> = ids.filter(|id| !id.is_empty()).take(KEPT_MOST).collect();
        if items.is_empty() {
            items.extend(event.details_of(words::MESSAGE_ID).map(str::to_owned));
        }
        let recipients = event.details_of(words::RECIPIENT).take(KEPT_MOST);
        Action {
            session: session.to_owned(),
            verdict,
            tie,
            at: event.at,
            kind: event.kind,
            outcome: event.outcome,
            operation: event.operation.to_string(),
            account: event.actor.key(),
            store: event.store.key(),
            object: event.object.to_string(),
            items,
            recipients: recipients.map(|r| r.trim().to_lowercase()).collect(),
            n_recipients_stated: event.detail(words::RECIPIENT_COUNT).trim().parse().ok(),
            facts: facts(event),
            place: event.place,
        }
    }
}

/// The details of an event that are no recipients, as `name=value`, in the order of the record.
fn facts(event: &Event<'_>) -> Vec<String> {
    let told_apart = [
        words::RECIPIENT,
        words::RECIPIENT_COUNT,
        words::RESULT_COUNT,
        words::RESULT_SESSION,
        words::ORGANISATION,
    ];
    event
        .details
        .iter()
        .filter(|(name, value)| !told_apart.contains(&name.as_ref()) && !value.is_empty())
        .take(KEPT_MOST)
        .map(|(name, value)| format!("{name}={}", one_line(value)))
        .collect()
}

/// A value on one line, cut where it is long: the record has the rest.
fn one_line(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<&str>>().join(" ");
    match line.char_indices().nth(VALUE_MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
