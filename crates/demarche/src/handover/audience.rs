//! Whom a brief is written for, and what they are not shown.
//!
//! Invariant: what is left out is counted, and the count stands on page one.

use std::collections::BTreeSet;

use crate::error::{Error, Result};

/// A reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Whoever works on the case: everything.
    Internal,
    /// Counsel.
    Counsel,
    /// A regulator.
    Regulator,
    /// One person whose account or mailbox was reached, lower case.
    Person(String),
}

/// What may be shown outside although it is left out otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Allowed {
    /// Subjects and names of attachments.
    Subjects,
    /// Addresses of persons whom the case is not about.
    Addresses,
}

impl Audience {
    /// Reads `internal`, `counsel`, `regulator` or `person=ACCOUNT`.
    ///
    /// # Errors
    /// A usage error that shows the forms.
    pub fn read(text: &str) -> Result<Audience> {
        match text.split_once('=') {
            None if text == "internal" => Ok(Audience::Internal),
            None if text == "counsel" => Ok(Audience::Counsel),
            None if text == "regulator" => Ok(Audience::Regulator),
            Some(("person", account)) if !account.trim().is_empty() => {
                Ok(Audience::Person(account.trim().to_lowercase()))
            }
            _ => Err(
                Error::usage(format!("--for {text}: nobody is known by that"))
                    .hint("one of internal, counsel, regulator, person=ACCOUNT"),
            ),
        }
    }

    /// The name of the folder its brief is written into.
    pub fn folder(&self) -> String {
        match self {
            Audience::Internal => "internal".to_owned(),
            Audience::Counsel => "counsel".to_owned(),
            Audience::Regulator => "regulator".to_owned(),
            Audience::Person(account) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
                let name: String = account
                    .chars()
                    .take(80)
                    .map(|c| if plain(c) { c } else { '_' })
                    .collect();
                format!("person-{name}")
            }
        }
    }

    /// How the page names its reader.
    pub fn words(&self) -> String {
        match self {
            Audience::Internal => "internal use".to_owned(),
            Audience::Counsel => "counsel".to_owned(),
            Audience::Regulator => "a regulator".to_owned(),
            Audience::Person(account) => account.clone(),
        }
    }

    /// Whether something of this kind is shown.
    pub fn may_see(&self, kind: Allowed, allowed: &BTreeSet<Allowed>) -> bool {
        *self == Audience::Internal || allowed.contains(&kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_told_apart() {
        let person = Audience::read("person=Ana@Example.org").unwrap();
        assert_eq!(person, Audience::Person("ana@example.org".to_owned()));
        assert_eq!(person.folder(), "person-ana_example.org");
        assert!(Audience::read("everybody").is_err() && Audience::read("person=").is_err());
        let none = BTreeSet::new();
        assert!(Audience::Internal.may_see(Allowed::Subjects, &none));
        assert!(!Audience::Counsel.may_see(Allowed::Subjects, &none));
    }
}
