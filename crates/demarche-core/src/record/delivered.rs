//! A record as a reader is handed it: its text, its place, its container's header.

use crate::vocab::given::Given;
use crate::vocab::place::Place;

/// What a container says of all its records: names of columns, and its own name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Name of the file or archive member, without folders; empty where there is none.
    ///
    /// Never decides what a record is. It may tell what no column tells: which of two kinds of
    /// sign-in a portal's file holds (semantics §4.2, `isInteractive`).
    pub name: String,
    /// Column names in order; empty for containers without columns.
    pub columns: Vec<String>,
    /// Earlier lines of the record's own process, where the log says who connected only once.
    pub earlier: Vec<String>,
    /// What the run was told about the source, because its bytes do not say it.
    pub given: Given,
}

impl Header {
    /// The place of a column, compared after trim, collapsed spaces and lower case.
    pub fn column(&self, name: &str) -> Option<usize> {
        let wanted = folded(name);
        self.columns
            .iter()
            .position(|column| folded(column) == wanted)
    }
}

/// A column name or key as compared: trimmed, spaces collapsed, lower case.
pub fn folded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// One record as delivered.
///
/// # Shape
/// `text` is the record decoded to UTF-8 (borrowed from the source where it was UTF-8 already);
/// hashes and places are always of the bytes as they lie in the decoded source.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// Where it lies.
    pub place: Place,
    /// Its text.
    pub text: &'a str,
    /// Its container's header.
    pub header: &'a Header,
}
