//! How sure: grades of exposure, verdicts on sessions, ties of use.

/// How an exposure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// A record names the item, in a session tied to the intruder.
    Certain,
    /// A record covers the item without naming it.
    Presumed,
    /// Nothing on record can tell.
    Unknowable,
}

impl Grade {
    /// The word printed for this grade.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Certain => "certain",
            Grade::Presumed => "presumed",
            Grade::Unknowable => "unknowable",
        }
    }
}

/// What the verdict table makes of a session. Ordered: a later one weighs more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing in the table raises it. Ordinary is *not cleared*.
    #[default]
    Ordinary,
    /// Stated evidence asks for a human's determination.
    Suspect,
    /// Stated evidence ties it to the intruder.
    Hostile,
}

impl Verdict {
    /// The word printed for this verdict.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ordinary => "ordinary",
            Verdict::Suspect => "suspect",
            Verdict::Hostile => "hostile",
        }
    }
}

/// What ties an event to its session, strongest first (semantics §6.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tie {
    /// The same token id.
    Token,
    /// The same session id, within one sub-session.
    Session,
    /// The same application pair.
    App,
    /// The same address only: caps the grade at presumed.
    Address,
    /// Nearness in time only: caps the grade at presumed.
    #[default]
    Time,
}

impl Tie {
    /// The word printed for this tie.
    pub fn word(self) -> &'static str {
        match self {
            Tie::Token => "token",
            Tie::Session => "session",
            Tie::App => "app",
            Tie::Address => "address",
            Tie::Time => "time",
        }
    }

    /// Whether a listed item under this tie may be called certain (design.md, contract).
    pub fn bears_certain(self) -> bool {
        matches!(self, Tie::Token | Tie::Session | Tie::App)
    }
}
