//! What cuts an intruder off, as data of the source that knows the commands.

/// What a remedy is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// An account was used by someone who should not have been.
    AccountEntered,
    /// A service's own account was used by someone who should not have.
    ServiceEntered,
    /// An account's password is known to someone who should not know it.
    PasswordKnown,
    /// An application acts for the intruder.
    ApplicationHostile,
    /// A rule of one mailbox was put in place.
    Rule,
    /// Forwarding of a whole mailbox was put in place.
    Forwarding,
    /// A rule over all mail was put in place.
    TransportRule,
    /// Someone was given access to a mailbox.
    MailboxGrant,
    /// A way in was opened: protocol, remote domain, add-in, impersonation.
    AccessPath,
    /// Auditing was switched off or narrowed.
    Audit,
    /// A consent or permission was given to an application.
    Consent,
    /// A secret or certificate was added to an application.
    Secret,
    /// An application was added.
    Application,
    /// Federation or authentication of a domain was changed.
    Federation,
    /// A role was given.
    Role,
    /// A second factor was registered or changed.
    Factor,
    /// A device was registered.
    Device,
    /// An account was added.
    Account,
    /// A policy on sign-in or access was changed.
    Policy,
    /// A link or share was made or widened.
    Share,
    /// Permissions of a site were changed.
    SiteGrant,
}

impl Need {
    /// All needs, in the order in which they are met: what lets in again comes first.
    pub const ALL: [Need; 21] = [
        Need::ApplicationHostile,
        Need::Account,
        Need::Federation,
        Need::Secret,
        Need::Consent,
        Need::Application,
        Need::AccountEntered,
        Need::ServiceEntered,
        Need::PasswordKnown,
        Need::Factor,
        Need::Device,
        Need::Role,
        Need::Audit,
        Need::TransportRule,
        Need::Forwarding,
        Need::Rule,
        Need::MailboxGrant,
        Need::SiteGrant,
        Need::AccessPath,
        Need::Share,
        Need::Policy,
    ];

    /// The word of this need in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Need::AccountEntered => "account-entered",
            Need::ServiceEntered => "service-entered",
            Need::PasswordKnown => "password-known",
            Need::ApplicationHostile => "application-hostile",
            Need::Rule => "rule",
            Need::Forwarding => "forwarding",
            Need::TransportRule => "transport-rule",
            Need::MailboxGrant => "mailbox-grant",
            Need::AccessPath => "access-path",
            Need::Audit => "audit",
            Need::Consent => "consent",
            Need::Secret => "secret",
            Need::Application => "application",
            Need::Federation => "federation",
            Need::Role => "role",
            Need::Factor => "factor",
            Need::Device => "device",
            Need::Account => "account",
            Need::Policy => "policy",
            Need::Share => "share",
            Need::SiteGrant => "site-grant",
        }
    }

    /// Where it stands in the order of cutting off.
    pub fn rank(self) -> usize {
        Need::ALL
            .iter()
            .position(|need| *need == self)
            .unwrap_or(Need::ALL.len())
    }
}

/// One step that meets a need.
///
/// # Shape
/// `{account}`, `{store}`, `{object}`, `{application}`, `{key}`, `{trustee}`, `{right}` and `{id}`
/// in `command` stand for values that are quoted for the shell the command is for; a value that
/// cannot be quoted is left as its mark, for a person to fill in. A statement (they are separated
/// by `; `) whose value is on no record is left out: those before it find the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What it meets.
    pub need: Need,
    /// What to do, in plain words.
    pub action: &'static str,
    /// The exact command, or the way through the portal. Nothing executes it.
    pub command: &'static str,
    /// What to watch for: what it breaks, what it does not undo.
    pub note: &'static str,
}
