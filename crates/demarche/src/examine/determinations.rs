//! Determinations and expectations from TOML and from the command line.

use std::path::{Path, PathBuf};

use demarche_core::finding::determination::{Determination, Expected};
use demarche_core::vocab::address::Block;
use demarche_core::vocab::grade::Verdict;
use demarche_core::vocab::moment::Moment;
use serde::Deserialize;

use crate::error::{Error, OnFile, Result};
use crate::examine::manifest;
use crate::options::Options;

/// What was determined and expected, as values.
#[derive(Clone, Debug, Default)]
pub struct Stated {
    /// In the order of the file, then of the command line.
    pub determinations: Vec<Determination>,
    /// In the order of the file.
    pub expected: Vec<Expected>,
}

/// The file as written; unknown keys are refused, so that a slip of the pen is not silence.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    determination: Vec<WrittenDetermination>,
    #[serde(default)]
    expected: Vec<WrittenExpected>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDetermination {
    verdict: String,
    account: Option<String>,
    address: Option<String>,
    app: Option<String>,
    session: Option<String>,
    from: Option<String>,
    to: Option<String>,
    by: String,
    when: String,
    why: String,
    #[serde(default)]
    source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExpected {
    #[serde(default)]
    networks: Vec<String>,
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    applications: Vec<String>,
    #[serde(default)]
    account: String,
    by: String,
    #[serde(default)]
    when: String,
    #[serde(default)]
    why: String,
}

/// Reads what the options state.
///
/// # Errors
/// Usage errors that name the entry and what it lacks.
pub fn stated(options: &Options) -> Result<Stated> {
    let file = options.determinations.as_ref();
    from_parts(file, &options.shorthand, options.confirmed)
}

/// A file of determinations: its path and text.
pub type File = (PathBuf, String);

/// A shorthand determination: hostile, key, value.
pub type Shorthand = (bool, String, String);

/// The name of a case's own copy of the file.
const KEPT: &str = "determinations.toml";

/// What a case was determined by: its own copy of the file, and the shorthand of its last run.
///
/// # Errors
/// Those of the disk, and a folder that is no case.
pub fn kept(dir: &Path) -> Result<(Option<File>, Vec<Shorthand>)> {
    let path = dir.join(KEPT);
    let file = match path.is_file() {
        true => {
            let text = std::fs::read_to_string(&path).on("read", &path)?;
            Some((PathBuf::from(KEPT), text))
        }
        false => None,
    };
    let options = manifest::read(dir)?.options;
    let shorthand = options.iter().filter_map(|(name, text)| {
        let is_hostile = match name.as_str() {
            "hostile" => true,
            "ordinary" => false,
            _ => return None,
        };
        let (key, value) = text.split_once('=')?;
        Some((is_hostile, key.to_owned(), value.to_owned()))
    });
    Ok((file, shorthand.collect()))
}

/// Reads a file and shorthand: (hostile, key, value).
///
/// # Errors
/// As [`stated`].
pub fn from_parts(file: Option<&File>, given: &[Shorthand], confirmed: bool) -> Result<Stated> {
    let mut stated = match file {
        Some((path, text)) => from_toml(path, text, confirmed)?,
        None => Stated::default(),
    };
    for (hostile, key, value) in given {
        stated
            .determinations
            .push(shorthand(*hostile, key, value, confirmed)?);
    }
    Ok(stated)
}

fn from_toml(path: &Path, text: &str, confirmed: bool) -> Result<Stated> {
    let name = path.display();
    let written: Written = toml::from_str(text).map_err(|cause| {
        Error::usage(format!("{name} is not a file of determinations"))
            .because(&cause)
            .hint("entries are [[determination]] with verdict, by, when, why and what they concern, and [[expected]]")
    })?;
    // Outputs name the case's own copy: by the path it was given, judging the case again, or
    // letting it grow, would come out otherwise. What is wrong with an entry names the file given.
    let mut stated = Stated::default();
    for (place, entry) in written.determination.into_iter().enumerate() {
        let at = format!("{name}, determination {}", place + 1);
        let mut determination = entry.checked(&at, confirmed)?;
        if determination.source == at {
            determination.source = format!("{KEPT}, determination {}", place + 1);
        }
        stated.determinations.push(determination);
    }
    for (place, entry) in written.expected.into_iter().enumerate() {
        let at = format!("{name}, expected {}", place + 1);
        let mut expected = entry.checked(&at)?;
        if expected.source == at {
            expected.source = format!("{KEPT}, expected {}", place + 1);
        }
        stated.expected.push(expected);
    }
    Ok(stated)
}

impl WrittenDetermination {
    fn checked(self, at: &str, confirmed: bool) -> Result<Determination> {
        let verdict = verdict(&self.verdict, at)?;
        for (name, text) in [("by", &self.by), ("when", &self.when), ("why", &self.why)] {
            if text.trim().is_empty() {
                return Err(Error::usage(format!("{at}: {name} is empty")).hint(
                    "a determination is named, dated and reasoned: it is printed in the brief",
                ));
            }
        }
        let determination = Determination {
            verdict,
            account: self.account.map(|account| account.trim().to_lowercase()),
            address: self
                .address
                .as_deref()
                .map(|text| block(text, at))
                .transpose()?,
            app: self.app.map(|app| app.trim().to_lowercase()),
            session: self.session.map(|session| session.trim().to_owned()),
            from: self
                .from
                .as_deref()
                .map(|text| moment(text, at))
                .transpose()?,
            to: self
                .to
                .as_deref()
                .map(|text| moment(text, at))
                .transpose()?,
            by: self.by,
            when: self.when,
            why: self.why,
            source: if self.source.is_empty() {
                at.to_owned()
            } else {
                self.source
            },
            confirmed,
        };
        scoped(determination, at)
    }
}

impl WrittenExpected {
    fn checked(self, at: &str) -> Result<Expected> {
        let lower = |texts: Vec<String>| {
            texts
                .into_iter()
                .map(|text| text.trim().to_lowercase())
                .collect()
        };
        Ok(Expected {
            networks: self
                .networks
                .iter()
                .map(|text| block(text, at))
                .collect::<Result<_>>()?,
            programs: lower(self.programs),
            applications: lower(self.applications),
            account: self.account.trim().to_lowercase(),
            by: self.by,
            why: if self.when.is_empty() {
                self.why
            } else {
                format!("{} ({})", self.why, self.when)
            },
            source: at.to_owned(),
        })
    }
}

fn shorthand(hostile: bool, key: &str, value: &str, confirmed: bool) -> Result<Determination> {
    let option = if hostile { "--hostile" } else { "--ordinary" };
    let at = format!("{option} {key}={value}");
    let mut determination = Determination {
        verdict: if hostile {
            Verdict::Hostile
        } else {
            Verdict::Ordinary
        },
        by: "the analyst, on the command line".to_owned(),
        why: "given on the command line without a reason".to_owned(),
        source: at.clone(),
        confirmed,
        ..Determination::default()
    };
    match key {
        "account" => determination.account = Some(value.to_lowercase()),
        "address" => determination.address = Some(block(value, &at)?),
        "app" => determination.app = Some(value.to_lowercase()),
        "session" | "token" => determination.session = Some(value.to_owned()),
        _ => {
            return Err(Error::usage(format!("{at}: no such key"))
                .hint("keys are account, address, app, session and token; a file says more: --determinations FILE"));
        }
    }
    Ok(determination)
}

fn scoped(determination: Determination, at: &str) -> Result<Determination> {
    if determination.has_scope() {
        return Ok(determination);
    }
    Err(Error::usage(format!("{at}: concerns nothing"))
        .hint("give at least one of account, address, app, session"))
}

fn verdict(text: &str, at: &str) -> Result<Verdict> {
    [Verdict::Hostile, Verdict::Suspect, Verdict::Ordinary]
        .into_iter()
        .find(|verdict| verdict.word() == text)
        .ok_or_else(|| {
            Error::usage(format!(
                "{at}: verdict {text:?} is none of hostile, suspect, ordinary"
            ))
        })
}

fn block(text: &str, at: &str) -> Result<Block> {
    Block::parse(text).ok_or_else(|| {
        Error::usage(format!(
            "{at}: {text:?} is no address or network, as in 203.0.113.0/24"
        ))
    })
}

fn moment(text: &str, at: &str) -> Result<Moment> {
    crate::options::moment(text, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Stated> {
        from_toml(Path::new("d.toml"), text, false)
    }

    #[test]
    fn a_determination_is_named_dated_reasoned_and_scoped() {
        let good = "[[determination]]\nverdict='hostile'\napp='AA'\nby='ana'\nwhen='2026-03-02'\nwhy='seen'\n";
        let stated = read(good).unwrap();
        assert_eq!(stated.determinations[0].app.as_deref(), Some("aa"));
        assert_eq!(
            stated.determinations[0].source,
            "determinations.toml, determination 1"
        );
        for (bad, expect) in [
            (good.replace("app='AA'\n", ""), "concerns nothing"),
            (good.replace("why='seen'", "why=' '"), "why is empty"),
            (good.replace("hostile", "guilty"), "none of hostile"),
            (
                good.replace("app=", "apps="),
                "not a file of determinations",
            ),
        ] {
            let error = read(&bad).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        }
    }
}
