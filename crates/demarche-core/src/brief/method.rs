//! How it was judged: versions, options, lists, limits, the table.

/// One row of the verdict table as it was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Its number.
    pub row: u8,
    /// The evidence, in words.
    pub evidence: String,
    /// What it amounts to alone.
    pub alone: String,
    /// What makes it hostile.
    pub hostile_with: String,
}

/// A determination as it was applied, and what it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Determination {
    /// Who decided, when and why, in words.
    pub text: String,
    /// Sessions it changed.
    pub sessions: Vec<String>,
    /// What the records bear out against it, a session each, in words.
    pub conflicts: Vec<String>,
    /// How many of these sessions were judged as it states all the same.
    pub n_against: u64,
}

/// What was handed to the run, so that another can repeat it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Method {
    /// Version of the program.
    pub version: String,
    /// The number of the run of this case, from 1.
    pub run: u32,
    /// Options that bear on the result, as given.
    pub options: Vec<(String, String)>,
    /// Limits on findings and exposure; printed on every page.
    pub limits: Vec<String>,
    /// Lists and rules with their dates or digests.
    pub lists: Vec<(String, String)>,
    /// The verdict table.
    pub table: Vec<TableRow>,
    /// Determinations applied.
    pub determinations: Vec<Determination>,
    /// Sentences on what the run could not judge, and why.
    pub notes: Vec<String>,
    /// Operations kept as `other`, with how often each occurred.
    pub other_operations: Vec<(String, u64)>,
}
