//! Type and function names use the words of GLOSSARY.md.

use std::collections::BTreeMap;

use super::Fault;
use super::files::File;
use super::rooms::cells;
use crate::scan::{name_words, word_at_start};

/// Endings that say nothing about what a type is.
const EMPTY_ENDINGS: &[&str] = &[
    "manager", "handler", "util", "utils", "helper", "data", "info",
];

/// The words not to use, with the word to use instead, and what may stand all the same.
pub struct Glossary {
    instead: BTreeMap<String, String>,
    exceptions: Vec<String>,
}

impl Glossary {
    /// Reads the tables "Say | Meaning | Do not say" and "Word or type | Why it may stand".
    pub fn parse(glossary: &str) -> Result<Self, String> {
        let mut instead = BTreeMap::new();
        for row in rows(glossary, "| Say |") {
            let row: Vec<&str> = row;
            let [say, _, avoid] = row[..] else {
                return Err(format!(
                    "GLOSSARY.md: a row of the words has not three cells: {row:?}"
                ));
            };
            // Words of two parts ("blank space") cannot stand in a name as such.
            for word in avoid
                .split(',')
                .map(str::trim)
                .filter(|word| !word.contains(' ') && *word != "-")
            {
                instead
                    .entry(word.to_lowercase())
                    .or_insert_with(|| say.to_owned());
            }
        }
        let exceptions = rows(glossary, "| Word or type |");
        let exceptions = exceptions
            .into_iter()
            .filter_map(|row| row.first().map(|word| (*word).to_owned()));
        let exceptions: Vec<String> = exceptions.collect();
        if instead.is_empty() || exceptions.is_empty() {
            return Err(
                "GLOSSARY.md: the table of words or the table of exceptions was not found"
                    .to_owned(),
            );
        }
        Ok(Self {
            instead,
            exceptions,
        })
    }

    /// What to say instead of a type's name, if it needs another.
    fn objection(&self, name: &str) -> Option<String> {
        if self.exceptions.iter().any(|exception| exception == name) {
            return None;
        }
        let words = name_words(name);
        let last = words.last()?;
        if EMPTY_ENDINGS.contains(&last.as_str()) {
            return Some(format!(
                "{name}: the ending {last:?} says nothing; name the thing itself"
            ));
        }
        let excepted = |word: &String| {
            self.exceptions
                .iter()
                .any(|exception| exception.eq_ignore_ascii_case(word))
        };
        let word = words
            .iter()
            .find(|word| self.instead.contains_key(*word) && !excepted(word))?;
        let say = &self.instead[word];
        Some(format!(
            "{name}: say {say:?}, not {word:?} (GLOSSARY.md; or list it among the exceptions with its reason)"
        ))
    }
}

/// The rows below the header that starts so, as cells.
fn rows<'a>(text: &'a str, header: &str) -> Vec<Vec<&'a str>> {
    let table = text
        .lines()
        .skip_while(|line| !line.starts_with(header))
        .skip(2);
    table
        .take_while(|line| line.starts_with('|'))
        .map(|line| cells(line).collect())
        .collect()
}

/// Whether code ends within `impl Trait for Type`, where the trait chose the name.
fn is_of_foreign_trait(code: &str) -> bool {
    let block = code.lines().rev().find(|line| line.starts_with("impl"));
    block.is_some_and(|line| line.contains(" for "))
}

/// Checks the names of types, and functions that begin with `get_`.
pub fn check(file: &File, glossary: &Glossary) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (at, name) in file.scan.type_names() {
        if let Some(objection) = glossary.objection(name) {
            faults.push(Fault::new(
                &file.path,
                file.scan.line(at),
                "word",
                objection,
            ));
        }
    }
    for at in file.scan.places("fn") {
        let name = word_at_start(file.scan.code[at + 2..].trim_start());
        if name.starts_with("get_") && !is_of_foreign_trait(&file.scan.code[..at]) {
            let text = format!("{name}: a function that gives a thing is named for the thing");
            faults.push(Fault::new(&file.path, file.scan.line(at), "word", text));
        }
    }
    faults
}
