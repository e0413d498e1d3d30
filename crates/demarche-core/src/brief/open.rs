//! What was put in place and is not on record as removed.

use crate::brief::phrase::{capital, list};
use crate::exposure::action::Open;
use crate::session::session::who;
use crate::vocab::grade::Verdict;
use crate::vocab::remedy::Need;

/// One thing still open, with the sentence that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRow {
    /// What it is.
    pub open: Open,
    /// What it is, in words.
    pub sentence: String,
}

impl OpenRow {
    /// The row of something still open.
    pub fn of(open: Open) -> OpenRow {
        let sentence = sentence(&open);
        OpenRow { open, sentence }
    }

    /// The row of something that a snapshot shows and nothing on record made.
    pub fn before(open: Open) -> OpenRow {
        let sentence = before(&open);
        OpenRow { open, sentence }
    }
}

/// What was put in place, in words.
pub fn what(need: Need) -> &'static str {
    match need {
        Need::Rule => "a rule of one mailbox",
        Need::Forwarding => "forwarding of a whole mailbox",
        Need::TransportRule => "a rule over all mail",
        Need::MailboxGrant => "access to a mailbox",
        Need::AccessPath => "a way in",
        Need::Audit => "auditing switched off or narrowed",
        Need::Consent => "a permission of an application",
        Need::Secret => "a secret or certificate of an application",
        Need::Application | Need::ApplicationHostile => "an application",
        Need::Federation => "a change of federation or authentication",
        Need::Role => "a role",
        Need::Factor => "a change of second factors",
        Need::Device => "a device",
        Need::Account => "an account",
        Need::Policy => "a change of policy",
        Need::Share => "a link or share",
        Need::SiteGrant => "a permission of a site",
        Need::AccountEntered | Need::ServiceEntered | Need::PasswordKnown => "a known password",
    }
}

/// What stood before these logs begin, in one sentence.
fn before(open: &Open) -> String {
    let at = match open.since.is_stated() {
        true => format!("at {}", open.since),
        false => "at a time its snapshot does not state".to_owned(),
    };
    format!(
        "{}: in place {at}, and nothing on record put it there: it was made before these logs begin, or where they are silent.",
        capital(&subject(open))
    )
}

/// What is still in place, in one sentence that does not say more than is on record.
fn sentence(open: &Open) -> String {
    let subject = capital(&subject(open));
    let hostile = match open.verdict {
        Verdict::Hostile => "hostile",
        _ => "suspect",
    };
    format!(
        "{subject}: put in place by {} at {} in {hostile} session {}, and not on record as removed.",
        who(&open.account),
        open.since,
        open.session
    )
}

/// What it is, which, where, and whom it copies mail to.
fn subject(open: &Open) -> String {
    let what = what(open.need);
    let object = match (open.object.is_empty(), open.store.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(", in {}", open.store),
        (false, true) => format!(", {}", open.label()),
        (false, false) => format!(", {} in {}", open.label(), open.store),
    };
    let copies = open.copies_mail_to();
    let copies = match copies.is_empty() {
        true => String::new(),
        false => format!(", copying mail to {}", list(&copies)),
    };
    format!("{what}{object}{copies}")
}
