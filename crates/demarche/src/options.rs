//! Options of `examine`, as typed and as checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use demarche_core::vocab::given::Assumed;
use demarche_core::vocab::moment::Moment;
use demarche_store::intake::told::Told;

use crate::acquired::Acquired;
use crate::addresses::AddressLists;
use crate::error::{Error, OnFile, Result};
use crate::mapping::{self, MappingFile};
use crate::rules::{self, RuleFile};

/// When `examine` ends with another code than 0 although it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum FailOn {
    /// End with 10 if any session is hostile.
    Hostile,
    /// End with 11 if there is any gap.
    Gaps,
}

/// The options of `examine` as typed.
#[derive(Args, Clone, Debug)]
pub struct RawOptions {
    /// Files, folders and archives to examine: exported audit and sign-in logs.
    #[arg(required_unless_present = "add", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Folder for the case; must not exist unless --add or --clobber is given.
    #[arg(long, value_name = "DIR")]
    pub case: PathBuf,
    /// Add the paths to the existing case and judge everything again as its next run.
    #[arg(long, conflicts_with = "clobber")]
    pub add: bool,
    /// Replace an existing case that is not signed: a signed one grows with --add, or stays.
    #[arg(long)]
    pub clobber: bool,
    /// Copy the sources into the case.
    #[arg(long)]
    pub keep_sources: bool,
    /// With --add: where to look, by hash, for earlier sources that have moved.
    #[arg(long, value_name = "DIR")]
    pub sources: Option<PathBuf>,
    /// TOML file that states how the sources were acquired (see demarche acquired).
    #[arg(long, value_name = "FILE")]
    pub acquired: Option<PathBuf>,
    /// Secret key that signs the case's log; made there by a first run if it is not there.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// TOML file of determinations and expectations. A case that grows keeps what it was
    /// determined by where none is given; a file that is given replaces it all.
    #[arg(long, value_name = "FILE")]
    pub determinations: Option<PathBuf>,
    /// Shorthand for a hostile determination, as in `app=…`, `address=…`, `session=…`, `account=…`.
    #[arg(long, value_name = "KEY=VALUE")]
    pub hostile: Vec<String>,
    /// Shorthand for an ordinary determination.
    #[arg(long, value_name = "KEY=VALUE")]
    pub ordinary: Vec<String>,
    /// Confirm determinations that reach more than one account by an address alone.
    #[arg(long)]
    pub yes: bool,
    /// File of accounts that matter most, one a line: they come first in the brief.
    #[arg(long, value_name = "FILE")]
    pub protect: Option<PathBuf>,
    /// Who was told when, as in `counsel=2026-03-02T09:00Z`; repeat for more.
    #[arg(long, value_name = "WHO=TIME")]
    pub told: Vec<String>,
    /// When the intruder was shut out, as far as you know.
    #[arg(long, value_name = "TIME")]
    pub contained: Option<String>,
    /// Limit findings and exposure to events from this time on.
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Limit findings and exposure to events before this time.
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// Limit findings and exposure to this account; repeat for more.
    #[arg(long, value_name = "ACCOUNT")]
    pub account: Vec<String>,
    /// When the logs were exported, where it is known: decides retention and the fresh tail.
    #[arg(long, value_name = "TIME")]
    pub exported: Option<String>,
    /// A licence, as in `unified-audit=E5`: what is not stated is assumed, and marked so.
    #[arg(long, value_name = "SOURCE=LICENCE")]
    pub licence: Vec<String>,
    /// Year and zone of logs that do not state them, as in `dovecot:year=2024,zone=+01:00`; a file
    /// name may stand in place of the source.
    #[arg(long, value_name = "SOURCE:year=…,zone=…")]
    pub assume: Vec<String>,
    /// A kind of source whose records are sealed value by value, as in `unified-audit`, so that what
    /// a disclosure withholds was bound at intake; costs time. Repeat for more.
    #[arg(long, value_name = "SOURCE")]
    pub split: Vec<String>,
    /// Mapping file for a log nobody coded for, or with what is stated of a token issuer; repeat
    /// for more.
    #[arg(long, value_name = "FILE")]
    pub mapping: Vec<PathBuf>,
    /// Folder of public detection rules (Sigma), run over every record; repeat for more.
    #[arg(long, value_name = "DIR")]
    pub rules: Vec<PathBuf>,
    /// List of hosting networks and anonymisers: one address or block a line, then what it is.
    #[arg(long, value_name = "FILE")]
    pub hosting: Vec<PathBuf>,
    /// List of addresses held to be intruders': one a line, then what is said of it.
    #[arg(long, value_name = "FILE")]
    pub threats: Vec<PathBuf>,
    /// Database of countries or network operators in MaxMind's format (.mmdb), for records that
    /// state none; repeat for more.
    #[arg(long, value_name = "FILE")]
    pub whereabouts: Vec<PathBuf>,
    /// End with 10 if any session is hostile, with 11 if there are gaps.
    #[arg(long, value_enum)]
    pub fail_on: Vec<FailOn>,
    /// Print the brief as JSON on standard output instead of the summary.
    #[arg(long)]
    pub json: bool,
    /// Print no progress.
    #[arg(long, short)]
    pub quiet: bool,
}

/// The options of `examine` after checks: no later code sees raw ones.
#[derive(Clone, Debug)]
pub struct Options {
    /// Paths in command-line order.
    pub paths: Vec<PathBuf>,
    /// The case folder.
    pub case: PathBuf,
    /// What to do about a case that exists.
    pub existing: Existing,
    /// Whether to copy the sources into the case.
    pub keep_sources: bool,
    /// Where to look for moved sources.
    pub sources: Option<PathBuf>,
    /// What is stated of how sources were acquired, and the text that states it.
    pub acquired: Option<(Acquired, String)>,
    /// The file of the case key, where the user names one.
    pub key_file: Option<PathBuf>,
    /// Text and path of the determinations file.
    pub determinations: Option<(PathBuf, String)>,
    /// Shorthand determinations, hostile ones first: (hostile, key, value).
    pub shorthand: Vec<(bool, String, String)>,
    /// Whether far-reaching determinations are confirmed.
    pub confirmed: bool,
    /// Accounts that come first, lower case.
    pub protect: BTreeSet<String>,
    /// Who was told when.
    pub told: Vec<(String, Moment)>,
    /// When the intruder was shut out.
    pub contained: Option<Moment>,
    /// Limit of findings and exposure.
    pub from: Option<Moment>,
    /// Limit of findings and exposure.
    pub to: Option<Moment>,
    /// Limit to these accounts, lower case; empty for all.
    pub accounts: BTreeSet<String>,
    /// When the logs were exported.
    pub exported: Option<Moment>,
    /// Licences stated, by name of source.
    pub licences: BTreeMap<String, String>,
    /// What is told about the sources because their bytes do not say it.
    pub told_of_sources: Told,
    /// Mapping files, checked.
    pub mappings: Vec<MappingFile>,
    /// Public rules, as text.
    pub rules: Vec<RuleFile>,
    /// What was handed in about addresses.
    pub addresses: AddressLists,
    /// When to end with another code than 0.
    pub fail_on: BTreeSet<FailOn>,
    /// Whether to print JSON.
    pub json: bool,
    /// Whether to stay silent on the way.
    pub quiet: bool,
}

/// What to do about a case folder that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse.
    Refuse,
    /// Add to it.
    Add,
    /// Replace it.
    Replace,
}

impl RawOptions {
    /// Options with nothing given but paths and the case.
    pub fn of(paths: Vec<PathBuf>, case: PathBuf) -> RawOptions {
        RawOptions {
            paths,
            case,
            add: false,
            clobber: false,
            keep_sources: false,
            sources: None,
            acquired: None,
            key_file: None,
            determinations: None,
            hostile: Vec::new(),
            ordinary: Vec::new(),
            yes: false,
            protect: None,
            told: Vec::new(),
            contained: None,
            from: None,
            to: None,
            account: Vec::new(),
            exported: None,
            licence: Vec::new(),
            assume: Vec::new(),
            split: Vec::new(),
            mapping: Vec::new(),
            rules: Vec::new(),
            hosting: Vec::new(),
            threats: Vec::new(),
            whereabouts: Vec::new(),
            fail_on: Vec::new(),
            json: false,
            quiet: false,
        }
    }

    /// Checks everything that can be checked before the first byte of a log is read.
    ///
    /// # Errors
    /// Usage errors that name the option, and errors of the files that options name.
    pub fn checked(self) -> Result<Options> {
        let mut shorthand = Vec::new();
        for (hostile, texts) in [(true, &self.hostile), (false, &self.ordinary)] {
            for text in texts {
                let (key, value) = pair(text, if hostile { "--hostile" } else { "--ordinary" })?;
                shorthand.push((hostile, key, value));
            }
        }
        let told = self
            .told
            .iter()
            .map(|text| {
                let (who, when) = pair(text, "--told")?;
                Ok((who, moment(&when, "--told")?))
            })
            .collect::<Result<_>>()?;
        let (from, to) = (time(&self.from, "--from")?, time(&self.to, "--to")?);
        if from.is_some() && to.is_some() && from >= to {
            return Err(Error::usage("--from is not before --to")
                .hint("both are UTC unless they carry an offset"));
        }
        Ok(Options {
            existing: match (self.add, self.clobber) {
                (true, _) => Existing::Add,
                (_, true) => Existing::Replace,
                _ => Existing::Refuse,
            },
            determinations: self.determinations.map(read_text).transpose()?,
            acquired: self
                .acquired
                .map(|path| crate::acquired::file::read(&path))
                .transpose()?,
            key_file: self.key_file,
            protect: self
                .protect
                .map_or_else(|| Ok(BTreeSet::new()), read_lines)?,
            contained: time(&self.contained, "--contained")?,
            exported: time(&self.exported, "--exported")?,
            accounts: self
                .account
                .iter()
                .map(|a| a.trim().to_lowercase())
                .collect(),
            licences: licences(&self.licence)?,
            told_of_sources: Told {
                splits: splits(self.split)?,
                ..told_of_sources(&self.assume)?
            },
            mappings: mapping::read_all(&self.mapping)?,
            rules: rules::read_all(&self.rules)?,
            addresses: AddressLists::read(&self.hosting, &self.threats, &self.whereabouts)?,
            fail_on: self.fail_on.into_iter().collect(),
            paths: self.paths,
            case: self.case,
            keep_sources: self.keep_sources,
            sources: self.sources,
            confirmed: self.yes,
            json: self.json,
            quiet: self.quiet,
            shorthand,
            told,
            from,
            to,
        })
    }
}

/// The two sides of an option's value.
fn pair(text: &str, option: &str) -> Result<(String, String)> {
    let (form, example) = match option {
        "--told" => ("WHO=TIME", "counsel=2026-03-02T09:00Z"),
        "--licence" => ("SOURCE=LICENCE", "unified-audit=E5"),
        _ => ("KEY=VALUE", "account=ana@example.org"),
    };
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => {
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Error::usage(format!("{option} {text}: expected {form}"))
            .hint(format!("as in {option} {example}"))),
    }
}

fn time(text: &Option<String>, option: &str) -> Result<Option<Moment>> {
    text.as_deref().map(|text| moment(text, option)).transpose()
}

/// Reads a time given on the command line.
///
/// # Errors
/// A usage error that shows the form expected.
pub fn moment(text: &str, option: &str) -> Result<Moment> {
    Moment::parse_iso(text).ok_or_else(|| {
        Error::usage(format!(
            "{option} {text}: expected a time, as in 2026-03-02T09:00Z"
        ))
        .hint("times are UTC unless they carry an offset, as in +01:00")
    })
}

/// Licences stated on the command line, by name of source.
///
/// # Errors
/// A usage error that shows the form expected.
pub fn licences(texts: &[String]) -> Result<BTreeMap<String, String>> {
    let known: Vec<&str> = demarche_core::source::cards()
        .iter()
        .map(|card| card.name)
        .collect();
    let checked = |text: &String| {
        let (source, licence) = pair(text, "--licence")?;
        if known.contains(&source.as_str()) {
            return Ok((source, licence));
        }
        Err(
            Error::usage(format!("--licence {text}: no source is called {source:?}"))
                .hint(format!("sources are {}", known.join(", "))),
        )
    };
    texts.iter().map(checked).collect()
}

/// Kinds of sources that are to be split.
fn splits(names: Vec<String>) -> Result<Vec<String>> {
    let known: Vec<&str> = demarche_core::source::cards()
        .iter()
        .map(|card| card.name)
        .collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(names),
        Some(name) => Err(
            Error::usage(format!("--split {name}: no source is called so"))
                .hint(format!("sources are {}", known.join(", "))),
        ),
    }
}

/// What the command line tells about sources.
///
/// # Errors
/// A usage error that shows the form expected.
pub fn told_of_sources(assume: &[String]) -> Result<Told> {
    let assumed = assume.iter().map(|text| {
        let wrong = |why: String| {
            Error::usage(format!("--assume {text}: {why}"))
                .hint("the form is SOURCE:year=2024,zone=+01:00, where SOURCE is a kind of source, as in dovecot, or a file name, as in mail.log*")
        };
        let (source, said) = text
            .rsplit_once(":year=")
            .map(|(source, said)| (source, format!("year={said}")))
            .or_else(|| {
                let (source, said) = text.rsplit_once(":zone=")?;
                Some((source, format!("zone={said}")))
            })
            .ok_or_else(|| wrong("expected SOURCE:year=…,zone=…".to_owned()))?;
        let assumed = Assumed::parse(&said).map_err(wrong)?;
        Ok((source.trim().to_owned(), assumed))
    });
    Ok(Told {
        assumed: assumed.collect::<Result<_>>()?,
        mapped: Vec::new(),
        splits: Vec::new(),
    })
}

fn read_text(path: PathBuf) -> Result<(PathBuf, String)> {
    let text = std::fs::read_to_string(&path).on("read", &path)?;
    Ok((path, text))
}

fn read_lines(path: impl AsRef<Path>) -> Result<BTreeSet<String>> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path).on("read", path)?;
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or("").trim().to_lowercase());
    Ok(lines.filter(|line| !line.is_empty()).collect())
}
