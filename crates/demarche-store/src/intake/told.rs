//! What a run is told about its sources because their bytes do not say it.

use std::sync::Arc;

use demarche_core::source::Form;
use demarche_core::vocab::given::{Assumed, Given};
use demarche_core::vocab::mapping::Mapping;

/// What a run is told about its sources.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Years and zones to assume, each for a kind of source or for files.
    pub assumed: Vec<(String, Assumed)>,
    /// Logs that the user describes; the first that takes a source has it.
    pub mapped: Vec<Mapped>,
    /// Kinds of sources whose records are sealed value by value though their card does not ask.
    pub splits: Vec<String>,
}

/// A log that the user describes, and the files it is.
#[derive(Clone, Debug)]
pub struct Mapped {
    /// Patterns of file names of which one must fit; empty for any.
    pub files: Vec<String>,
    /// Fields that the first records must all have; empty for any.
    pub keys: Vec<String>,
    /// The description.
    pub mapping: Arc<Mapping>,
    /// The form under which its records are counted.
    pub form: &'static Form,
}

impl Told {
    /// What is told of one source: by its kind first, then by its name, which knows better.
    ///
    /// `name` is the path as walked, `archive!member` for members; `card` the name of its kind.
    pub(crate) fn of(&self, name: &str, card: &str) -> Given {
        let mut assumed = Assumed::default();
        let by_kind = self.assumed.iter().filter(|(wanted, _)| wanted == card);
        let by_name = self
            .assumed
            .iter()
            .filter(|(wanted, _)| wanted != card && names(wanted, name));
        for (_, told) in by_kind.chain(by_name) {
            if told.year.is_some() {
                (assumed.year, assumed.over_new_year) = (told.year, told.over_new_year);
            }
            assumed.zone_micros = told.zone_micros.or(assumed.zone_micros);
        }
        Given {
            assumed,
            mapping: None,
        }
    }
}

/// Whether a pattern names a source: `*` stands for any run of characters, `?` for one. A pattern
/// without a folder is held to the last part of the name.
pub fn names(pattern: &str, name: &str) -> bool {
    let whole = pattern.contains(['/', '\\', '!']);
    let name = if whole {
        name
    } else {
        name.rsplit(['/', '\\', '!']).next().unwrap_or(name)
    };
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how much of the name it has taken: no recursion, so that
    // no pattern takes more than the product of both lengths.
    let mut star: Option<(usize, usize)> = None;
    while from < name.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(known) if *known == '?' || *known == name[from] => {
                (at, from) = (at + 1, from + 1);
            }
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    (at, from) = (place + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_files() {
        for (pattern, name, expect) in [
            ("mail.log*", "/var/log/mail.log.2.gz", true),
            ("mail.log", "/var/log/mail.log.2", false),
            ("*/old/*.log", "/x/old/mail.log", true),
            ("*a*b?", "xxaxxbaxbc", true),
            ("?", "", false),
            ("", "", true),
        ] {
            assert_eq!(names(pattern, name), expect, "{pattern} {name}");
        }
    }

    #[test]
    fn a_file_knows_better_than_its_kind() {
        let assumed = |text| Assumed::parse(text).unwrap();
        let told = Told {
            assumed: vec![
                ("mail.log.1".to_owned(), assumed("year=2023")),
                ("mail".to_owned(), assumed("year=2024,zone=+01:00")),
            ],
            mapped: Vec::new(),
            splits: Vec::new(),
        };
        let given = |name| told.of(name, "mail").assumed.to_string();
        assert_eq!(given("/v/mail.log.1"), "year 2023, zone +01:00");
        assert_eq!(given("/v/mail.log"), "year 2024, zone +01:00");
    }
}
