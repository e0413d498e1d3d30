//! What a source says of itself: spec, delay, retention, limits, blind spots.

/// One kind of record stream, the unit in which coverage is charted.
///
/// # Gaps
/// A source may carry several streams (a unified export has mail, file and directory records).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Items of mailboxes read or synchronised.
    ItemAccess,
    /// Other actions in mailboxes: sends, deletes, client rules.
    Mailbox,
    /// Administration of mail: rules, forwarding, permissions.
    MailAdmin,
    /// Files and sites.
    File,
    /// Chats and channels.
    Chat,
    /// The directory: consents, applications, roles, credentials.
    Directory,
    /// Interactive sign-ins with all fields.
    SignInInteractive,
    /// Sign-ins on a user's behalf without the user.
    SignInNonInteractive,
    /// Sign-ins of applications.
    SignInService,
    /// Sign-ins of managed identities.
    SignInManaged,
    /// Sign-ins of the provider's own services.
    SignInProvider,
    /// Sign-ins as a unified export summarises them: few fields, never a ledger of issuance.
    SignInSummary,
    /// Requests to an interface for programs.
    Api,
    /// Alerts the provider raised.
    Alert,
    /// What a collector says of its own run.
    Collector,
    /// Database sessions and rows.
    Rows,
    /// Tokens an issuer minted, one row per token.
    Issuance,
    /// What stood at a moment: a snapshot, not a log. It has no hours and is silent about none.
    State,
    /// Anything else.
    #[default]
    Other,
}

impl Stream {
    /// All streams, in the order they are printed.
    pub const ALL: [Stream; 19] = [
        Stream::ItemAccess,
        Stream::Mailbox,
        Stream::MailAdmin,
        Stream::File,
        Stream::Chat,
        Stream::Directory,
        Stream::SignInInteractive,
        Stream::SignInNonInteractive,
        Stream::SignInService,
        Stream::SignInManaged,
        Stream::SignInProvider,
        Stream::SignInSummary,
        Stream::Api,
        Stream::Alert,
        Stream::Collector,
        Stream::Rows,
        Stream::Issuance,
        Stream::State,
        Stream::Other,
    ];

    /// The word of this stream in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Stream::ItemAccess => "item-access",
            Stream::Mailbox => "mailbox",
            Stream::MailAdmin => "mail-admin",
            Stream::File => "file",
            Stream::Chat => "chat",
            Stream::Directory => "directory",
            Stream::SignInInteractive => "sign-in-interactive",
            Stream::SignInNonInteractive => "sign-in-non-interactive",
            Stream::SignInService => "sign-in-service",
            Stream::SignInManaged => "sign-in-managed",
            Stream::SignInProvider => "sign-in-provider",
            Stream::SignInSummary => "sign-in-summary",
            Stream::Api => "api",
            Stream::Alert => "alert",
            Stream::Collector => "collector",
            Stream::Rows => "rows",
            Stream::Issuance => "issuance",
            Stream::State => "state",
            Stream::Other => "other",
        }
    }

    /// The stream of a word, as [`Stream::word`] writes it.
    pub fn from_word(word: &str) -> Option<Stream> {
        Stream::ALL.into_iter().find(|stream| stream.word() == word)
    }
}

/// What a source says of itself. Cards travel as data: no room imports a source to read one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// Name of the source in tables, as in `unified-audit`.
    pub name: &'static str,
    /// What a person calls it.
    pub title: &'static str,
    /// The specification or page the reader was made from.
    pub spec: &'static str,
    /// The streams it may carry.
    pub streams: &'static [Stream],
    /// Usual time until a record can be fetched, at the most, in minutes.
    pub delay_minutes_max: u32,
    /// How long the provider keeps records, in days, with the licence that decides.
    pub retention: &'static [Retention],
    /// Row counts at which exports are silently cut.
    pub row_caps: &'static [u64],
    /// How to export it: the command or the way through the portal.
    pub export: &'static str,
    /// Whose logs it is one of, so that a case with one of them is told of the others; empty for
    /// logs that stand alone.
    pub realm: &'static str,
    /// Why a case like this needs it, in one sentence; empty where none does.
    pub needed_for: &'static str,
    /// What it cannot tell, one sentence each.
    pub cannot_tell: &'static [&'static str],
    /// Whether its records are sealed value by value, so that one can be withheld later and the
    /// choice was bound at intake; costs several times the hashing, so only short logs ask for it.
    pub splits: bool,
    /// Networks of the provider's own relays, in CIDR form: they neither add nor subtract.
    pub relays: &'static [&'static str],
}

/// How long records are kept under a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The licence or switch that decides.
    pub licence: &'static str,
    /// Days kept.
    pub days: u32,
    /// Whether this is what a run assumes when nothing states the licence.
    pub assumed: bool,
}
