//! What moved between two runs of a case, and what moved it.

/// How something moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Movement {
    /// It was not there before.
    Added,
    /// It weighs more than before.
    Raised,
    /// It weighs less than before.
    Lowered,
    /// It is no longer said.
    Withdrawn,
}

impl Movement {
    /// The word of this value in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Movement::Added => "added",
            Movement::Raised => "raised",
            Movement::Lowered => "lowered",
            Movement::Withdrawn => "withdrawn",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// How it moved.
    pub movement: Movement,
    /// What moved: `session`, `finding`, `exposure`, `gap`, `open`.
    pub thing: &'static str,
    /// Its id, or (session, store, container, item) of an exposure joined by `|`.
    pub id: String,
    /// What it was; empty where it was not there.
    pub before: String,
    /// What it is; empty where it is no longer.
    pub after: String,
    /// What moved it: sources or determinations that came in between.
    pub by: Vec<String>,
}

/// What moved since the run before; empty for the first run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The number of the run compared with; 0 for the first.
    pub since_run: u32,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// In words.
    pub sentences: Vec<String>,
}
