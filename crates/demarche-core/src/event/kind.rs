//! The kinds of event, and how one ended.

/// What a record says happened.
///
/// Names are ours; the operation's name as delivered is kept beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A credential was presented: see [`Outcome`] for what came of it.
    SignIn,
    /// A token was issued without a person: refresh, service, managed identity, issuer's row.
    TokenIssued,
    /// Sessions or tokens of an account were revoked.
    SessionsRevoked,
    /// Named items were opened or fetched.
    ItemsRead,
    /// A container was synchronised; its items are not named.
    FolderSynced,
    /// An attachment was fetched.
    AttachmentRead,
    /// A message left in the account's name.
    MessageSent,
    /// An item was made (draft, import, calendar).
    ItemCreated,
    /// An item was changed.
    ItemUpdated,
    /// Items were moved or copied.
    ItemsMoved,
    /// Items were deleted, softly or for good.
    ItemsDeleted,
    /// A search was made; its text is in the details.
    Searched,
    /// Content was exported by an administrator's tool.
    ContentExported,
    /// A rule of one mailbox was made, changed or switched on.
    RuleSet,
    /// A rule of one mailbox was removed or switched off.
    RuleRemoved,
    /// Forwarding of a whole mailbox was set.
    ForwardingSet,
    /// Forwarding of a whole mailbox was removed.
    ForwardingRemoved,
    /// A rule over all mail was made, changed or switched on.
    TransportRuleSet,
    /// A rule over all mail was removed or switched off.
    TransportRuleRemoved,
    /// Someone was given access to a mailbox or folder.
    MailboxGranted,
    /// Access to a mailbox or folder was taken away.
    MailboxGrantRemoved,
    /// A way in was opened or closed: protocol, remote domain, add-in, impersonation.
    AccessPathChanged,
    /// Auditing was switched off or narrowed.
    AuditDisabled,
    /// Auditing was switched on or widened.
    AuditEnabled,
    /// A mailbox was put in place or changed otherwise.
    MailboxChanged,
    /// A person or administrator let an application in.
    Consented,
    /// A permission was given to an application or account.
    PermissionGranted,
    /// A permission or consent was taken back.
    PermissionRemoved,
    /// An application or its service principal was added.
    ApplicationAdded,
    /// An application was changed otherwise.
    ApplicationChanged,
    /// An application or its service principal was removed.
    ApplicationRemoved,
    /// A secret or certificate was added to an application.
    SecretAdded,
    /// A secret or certificate was removed from an application.
    SecretRemoved,
    /// Federation or authentication of a domain was changed.
    FederationChanged,
    /// A role was given.
    RoleGranted,
    /// A role was taken away.
    RoleRemoved,
    /// A policy on sign-in or access was changed.
    PolicyChanged,
    /// A second factor was registered, changed or reset.
    FactorChanged,
    /// A second factor was removed or switched off.
    FactorRemoved,
    /// A device was registered.
    DeviceAdded,
    /// A password was set or reset.
    PasswordChanged,
    /// An account was added.
    AccountAdded,
    /// An account was disabled or deleted.
    AccountRemoved,
    /// An account or group was changed otherwise.
    AccountChanged,
    /// A file was opened or fetched in the service.
    FileRead,
    /// A preview of a file was rendered.
    FilePreviewed,
    /// A file's content left the service to a client.
    FileDownloaded,
    /// A file was written to a device by a sync client.
    FileSynced,
    /// A file was copied or moved within the service.
    FileMoved,
    /// A file was made or changed.
    FileChanged,
    /// A file was deleted.
    FileDeleted,
    /// A link or share was made or widened.
    Shared,
    /// A link or share was removed.
    ShareRemoved,
    /// A link was used.
    LinkUsed,
    /// A site, list or folder was browsed; not content.
    Browsed,
    /// Site or list permissions were changed.
    SiteGranted,
    /// Chat messages were fetched through an interface for programs.
    ChatRead,
    /// A chat message was sent, changed or deleted.
    ChatChanged,
    /// An assistant answered from named resources.
    AssistantRead,
    /// A request to an interface for programs.
    ApiRequest,
    /// The provider raised an alert.
    AlertRaised,
    /// Rows of a table were returned.
    RowsRead,
    /// A collector or exporter spoke of its own run.
    CollectorNote,
    /// Something stood at the moment of a snapshot, whoever put it there and whenever.
    Standing,
    /// Anything else; counted by its operation's name.
    #[default]
    Other,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It was done.
    Succeeded,
    /// It failed for a reason that says nothing about the secret.
    Failed,
    /// The password was wrong.
    WrongPassword,
    /// The account or address was locked out.
    Locked,
    /// The password was right, and the sign-in was stopped all the same (row 14).
    Stopped,
    /// A step on the way, neither success nor failure (row 14).
    Interrupted,
    /// The record does not say.
    #[default]
    Unknown,
}

/// Who acted, as far as the record says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// A person's account.
    Person,
    /// An application or service principal on its own behalf.
    Application,
    /// The provider's own system.
    System,
    /// The record does not say.
    #[default]
    Unknown,
}

/// In what capacity a store was entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capacity {
    /// As its owner (an application may look so too).
    Owner,
    /// As a delegate.
    Delegate,
    /// As an administrator.
    Administrator,
    /// As the provider's transport or service.
    Service,
    /// The record does not say.
    #[default]
    Unknown,
}

/// Three-valued: a missing value is never taken for "no".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// The record says yes.
    Yes,
    /// The record says no.
    No,
    /// The record does not say.
    #[default]
    Unsaid,
}

impl Kind {
    /// All kinds, in the order of the enumeration.
    pub const ALL: [Kind; 65] = [
        Kind::SignIn,
        Kind::TokenIssued,
        Kind::SessionsRevoked,
        Kind::ItemsRead,
        Kind::FolderSynced,
        Kind::AttachmentRead,
        Kind::MessageSent,
        Kind::ItemCreated,
        Kind::ItemUpdated,
        Kind::ItemsMoved,
        Kind::ItemsDeleted,
        Kind::Searched,
        Kind::ContentExported,
        Kind::RuleSet,
        Kind::RuleRemoved,
        Kind::ForwardingSet,
        Kind::ForwardingRemoved,
        Kind::TransportRuleSet,
        Kind::TransportRuleRemoved,
        Kind::MailboxGranted,
        Kind::MailboxGrantRemoved,
        Kind::AccessPathChanged,
        Kind::AuditDisabled,
        Kind::AuditEnabled,
        Kind::MailboxChanged,
        Kind::Consented,
        Kind::PermissionGranted,
        Kind::PermissionRemoved,
        Kind::ApplicationAdded,
        Kind::ApplicationChanged,
        Kind::ApplicationRemoved,
        Kind::SecretAdded,
        Kind::SecretRemoved,
        Kind::FederationChanged,
        Kind::RoleGranted,
        Kind::RoleRemoved,
        Kind::PolicyChanged,
        Kind::FactorChanged,
        Kind::FactorRemoved,
        Kind::DeviceAdded,
        Kind::PasswordChanged,
        Kind::AccountAdded,
        Kind::AccountRemoved,
        Kind::AccountChanged,
        Kind::FileRead,
        Kind::FilePreviewed,
        Kind::FileDownloaded,
        Kind::FileSynced,
        Kind::FileMoved,
        Kind::FileChanged,
        Kind::FileDeleted,
        Kind::Shared,
        Kind::ShareRemoved,
        Kind::LinkUsed,
        Kind::Browsed,
        Kind::SiteGranted,
        Kind::ChatRead,
        Kind::ChatChanged,
        Kind::AssistantRead,
        Kind::ApiRequest,
        Kind::AlertRaised,
        Kind::RowsRead,
        Kind::CollectorNote,
        Kind::Standing,
        Kind::Other,
    ];

    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Kind::SignIn => "sign-in",
            Kind::TokenIssued => "token-issued",
            Kind::SessionsRevoked => "sessions-revoked",
            Kind::ItemsRead => "items-read",
            Kind::FolderSynced => "folder-synced",
            Kind::AttachmentRead => "attachment-read",
            Kind::MessageSent => "message-sent",
            Kind::ItemCreated => "item-created",
            Kind::ItemUpdated => "item-updated",
            Kind::ItemsMoved => "items-moved",
            Kind::ItemsDeleted => "items-deleted",
            Kind::Searched => "searched",
            Kind::ContentExported => "content-exported",
            Kind::RuleSet => "rule-set",
            Kind::RuleRemoved => "rule-removed",
            Kind::ForwardingSet => "forwarding-set",
            Kind::ForwardingRemoved => "forwarding-removed",
            Kind::TransportRuleSet => "transport-rule-set",
            Kind::TransportRuleRemoved => "transport-rule-removed",
            Kind::MailboxGranted => "mailbox-granted",
            Kind::MailboxGrantRemoved => "mailbox-grant-removed",
            Kind::AccessPathChanged => "access-path-changed",
            Kind::AuditDisabled => "audit-disabled",
            Kind::AuditEnabled => "audit-enabled",
            Kind::MailboxChanged => "mailbox-changed",
            Kind::Consented => "consented",
            Kind::PermissionGranted => "permission-granted",
            Kind::PermissionRemoved => "permission-removed",
            Kind::ApplicationAdded => "application-added",
            Kind::ApplicationChanged => "application-changed",
            Kind::ApplicationRemoved => "application-removed",
            Kind::SecretAdded => "secret-added",
            Kind::SecretRemoved => "secret-removed",
            Kind::FederationChanged => "federation-changed",
            Kind::RoleGranted => "role-granted",
            Kind::RoleRemoved => "role-removed",
            Kind::PolicyChanged => "policy-changed",
            Kind::FactorChanged => "factor-changed",
            Kind::FactorRemoved => "factor-removed",
            Kind::DeviceAdded => "device-added",
            Kind::PasswordChanged => "password-changed",
            Kind::AccountAdded => "account-added",
            Kind::AccountRemoved => "account-removed",
            Kind::AccountChanged => "account-changed",
            Kind::FileRead => "file-read",
            Kind::FilePreviewed => "file-previewed",
            Kind::FileDownloaded => "file-downloaded",
            Kind::FileSynced => "file-synced",
            Kind::FileMoved => "file-moved",
            Kind::FileChanged => "file-changed",
            Kind::FileDeleted => "file-deleted",
            Kind::Shared => "shared",
            Kind::ShareRemoved => "share-removed",
            Kind::LinkUsed => "link-used",
            Kind::Browsed => "browsed",
            Kind::SiteGranted => "site-granted",
            Kind::ChatRead => "chat-read",
            Kind::ChatChanged => "chat-changed",
            Kind::AssistantRead => "assistant-read",
            Kind::ApiRequest => "api-request",
            Kind::AlertRaised => "alert-raised",
            Kind::RowsRead => "rows-read",
            Kind::CollectorNote => "collector-note",
            Kind::Standing => "standing",
            Kind::Other => "other",
        }
    }

    /// The kind of a word, as [`Kind::word`] writes it.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Outcome {
    /// All values, in the order of the enumeration.
    pub const ALL: [Outcome; 7] = [
        Outcome::Succeeded,
        Outcome::Failed,
        Outcome::WrongPassword,
        Outcome::Locked,
        Outcome::Stopped,
        Outcome::Interrupted,
        Outcome::Unknown,
    ];

    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Succeeded => "succeeded",
            Outcome::Failed => "failed",
            Outcome::WrongPassword => "wrong-password",
            Outcome::Locked => "locked",
            Outcome::Stopped => "stopped",
            Outcome::Interrupted => "interrupted",
            Outcome::Unknown => "unknown",
        }
    }

    /// The value of a word; the default for a word of no value.
    pub fn from_word(word: &str) -> Outcome {
        Outcome::ALL
            .into_iter()
            .find(|value| value.word() == word)
            .unwrap_or_default()
    }
}

impl ActorKind {
    /// All values, in the order of the enumeration.
    pub const ALL: [ActorKind; 4] = [
        ActorKind::Person,
        ActorKind::Application,
        ActorKind::System,
        ActorKind::Unknown,
    ];

    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ActorKind::Person => "person",
            ActorKind::Application => "application",
            ActorKind::System => "system",
            ActorKind::Unknown => "unknown",
        }
    }

    /// The value of a word; the default for a word of no value.
    pub fn from_word(word: &str) -> ActorKind {
        ActorKind::ALL
            .into_iter()
            .find(|value| value.word() == word)
            .unwrap_or_default()
    }
}

impl Capacity {
    /// All values, in the order of the enumeration.
    pub const ALL: [Capacity; 5] = [
        Capacity::Owner,
        Capacity::Delegate,
        Capacity::Administrator,
        Capacity::Service,
        Capacity::Unknown,
    ];

    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Capacity::Owner => "owner",
            Capacity::Delegate => "delegate",
            Capacity::Administrator => "administrator",
            Capacity::Service => "service",
            Capacity::Unknown => "unknown",
        }
    }

    /// The value of a word; the default for a word of no value.
    pub fn from_word(word: &str) -> Capacity {
        Capacity::ALL
            .into_iter()
            .find(|value| value.word() == word)
            .unwrap_or_default()
    }
}

impl Told {
    /// All values, in the order of the enumeration.
    pub const ALL: [Told; 3] = [Told::Yes, Told::No, Told::Unsaid];

    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Told::Yes => "yes",
            Told::No => "no",
            Told::Unsaid => "unsaid",
        }
    }

    /// The value of a word; the default for a word of no value.
    pub fn from_word(word: &str) -> Told {
        Told::ALL
            .into_iter()
            .find(|value| value.word() == word)
            .unwrap_or_default()
    }
}
