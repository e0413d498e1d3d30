//! One exposure: an item or container reached in a listed session.

use crate::vocab::grade::{Grade, Tie};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// A caveat of semantics §6.4, by its number: `K1` is `Caveat(1)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caveat(pub u8);

/// What kind of thing was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reached {
    /// A message.
    Message,
    /// An attachment.
    Attachment,
    /// A file.
    File,
    /// Rows of a table.
    Rows,
    /// A container whose items are not named.
    Container,
}

/// One exposure, one row of `exposure.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The session.
    pub session: String,
    /// What tied the record to the session.
    pub tie: Tie,
    /// Who acted.
    pub account: String,
    /// Mailbox owner, site or database.
    pub store: String,
    /// Folder, library or schema.table.
    pub container: String,
    /// The item's id; empty for presumed containers.
    pub item: String,
    /// What kind of thing.
    pub reached: Reached,
    /// Rows returned; 1 elsewhere.
    pub rows: u64,
    /// Rows of these that another table of the same statement counts already: a join returns
    /// no more people than its largest table.
    pub rows_joined: u64,
    /// How sure.
    pub grade: Grade,
    /// Why it is presumed, where it is.
    pub why: String,
    /// Items known to be meant but not named (K9), where a record counts them.
    pub items_unlisted: u64,
    /// Caveats that belong to it.
    pub caveats: Vec<Caveat>,
    /// First record naming it.
    pub first: Moment,
    /// Last record naming it.
    pub last: Moment,
    /// The earliest record naming it.
    pub place: Place,
}

impl Exposure {
    /// Rows that no other table of the same statement counts.
    pub fn rows_alone(&self) -> u64 {
        self.rows.saturating_sub(self.rows_joined)
    }
}

impl Reached {
    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Reached::Message => "message",
            Reached::Attachment => "attachment",
            Reached::File => "file",
            Reached::Rows => "rows",
            Reached::Container => "container",
        }
    }
}
