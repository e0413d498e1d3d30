//! A log described by its user: where it names what, as a value.

use crate::vocab::card::{Card, Stream};
use crate::vocab::given::Assumed;

/// A source described by its user in a mapping file.
///
/// # Shape
/// `fields` are the names of keys, columns or groups that the description uses, each once; the
/// other members point into it. A key within an object is written with dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Its card: name, title and streams come from the file.
    pub card: &'static Card,
    /// How records lie in the log.
    pub layout: Layout,
    /// Every field used.
    pub fields: Vec<String>,
    /// Where the time stands, and in what form.
    pub clock: Clock,
    /// What fields say of the event.
    pub roles: Vec<(Role, usize)>,
    /// Behind an account's name without one, after an `@`.
    pub domain: String,
    /// What records are, the first rule that fits; a record that fits none is passed over.
    pub rules: Vec<Rule>,
}

/// How records lie in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One JSON object each.
    Json,
    /// Rows under a header.
    Csv,
    /// Lines, taken apart by an expression with named groups.
    Lines(Pattern),
}

/// A regular expression; compared by its text.
#[derive(Clone, Debug)]
pub struct Pattern(regex::Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Pattern) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// The most memory a compiled expression may take, in bytes.
    pub const BYTES_MAX: usize = 1 << 20;

    /// Compiles an expression; it matches in time linear in the line, whatever the line.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn of(text: &str) -> Result<Pattern, String> {
        let built = regex::RegexBuilder::new(text)
            .size_limit(Pattern::BYTES_MAX)
            .dfa_size_limit(Pattern::BYTES_MAX)
            .nest_limit(64)
            .build();
        built.map(Pattern).map_err(|fault| fault.to_string())
    }

    /// The names of its groups.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.0.capture_names().flatten()
    }

    /// What the groups of these names hold in a line; `None` where it does not match.
    pub fn taken<'a>(&self, line: &'a str, names: &[String]) -> Option<Vec<&'a str>> {
        let found = self.0.captures(line)?;
        let group = |name: &String| found.name(name).map_or("", |group| group.as_str());
        Some(names.iter().map(group).collect())
    }
}

/// Where the time stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The field.
    pub field: usize,
    /// Its form.
    pub form: TimeForm,
    /// What to assume where it states no year or zone.
    pub assumed: Assumed,
}

/// The form of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeForm {
    /// A date with its clock, by numbers or by the month's name.
    Text,
    /// Seconds since 1970.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
}

/// What a field says of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Name of the account.
    Account,
    /// A stable id of the account.
    AccountId,
    /// The address it came from.
    Address,
    /// What the client sent of itself.
    Agent,
    /// The application.
    Client,
    /// Folder, library or schema.table.
    Container,
    /// Two-letter country.
    Country,
    /// Device id.
    Device,
    /// Error code.
    Error,
    /// How the credential was presented.
    Grant,
    /// What was reached: message, file, row key.
    Item,
    /// What was acted on: rule, account, application.
    Object,
    /// The operation's name.
    Operation,
    /// The record's own id.
    RecordId,
    /// Rows returned.
    Rows,
    /// Session id.
    Session,
    /// Whose store was entered.
    Store,
    /// Subject or file name.
    Title,
    /// Token id.
    Token,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 19] = [
        Role::Account,
        Role::AccountId,
        Role::Address,
        Role::Agent,
        Role::Client,
        Role::Container,
        Role::Country,
        Role::Device,
        Role::Error,
        Role::Grant,
        Role::Item,
        Role::Object,
        Role::Operation,
        Role::RecordId,
        Role::Rows,
        Role::Session,
        Role::Store,
        Role::Title,
        Role::Token,
    ];

    /// The word of this role in a mapping file.
    pub fn word(self) -> &'static str {
        match self {
            Role::Account => "account",
            Role::AccountId => "account_id",
            Role::Address => "address",
            Role::Agent => "agent",
            Role::Client => "client",
            Role::Container => "container",
            Role::Country => "country",
            Role::Device => "device",
            Role::Error => "error",
            Role::Grant => "grant",
            Role::Item => "item",
            Role::Object => "object",
            Role::Operation => "operation",
            Role::RecordId => "record_id",
            Role::Rows => "rows",
            Role::Session => "session",
            Role::Store => "store",
            Role::Title => "title",
            Role::Token => "token",
        }
    }
}

/// What some records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Fields and the values of which each must have one; empty for every record.
    pub when: Vec<(usize, Vec<String>)>,
    /// The kind of event, by its word.
    pub kind: &'static str,
    /// What came of it, by its word.
    pub outcome: &'static str,
    /// The stream it belongs to.
    pub stream: Stream,
}
