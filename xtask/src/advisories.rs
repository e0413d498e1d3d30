//! Known advisories against Cargo.lock, from a copy of the RustSec database.
//!
//! Without a copy nothing is checked, and the line that is printed says so: never a false green.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use semver::{Version, VersionReq};
use toml::{Table, Value};

use crate::Outcome;
use crate::metadata::output;

const LIST: &str = "xtask/advisories.toml";
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// One advisory, as far as it decides.
#[derive(Debug, PartialEq, Eq)]
struct Advisory {
    id: String,
    crate_name: String,
    title: String,
    /// `unmaintained`, `unsound`, `notice`; empty for a vulnerability.
    informational: String,
    /// Versions that are not affected: patched or never so.
    safe: Vec<VersionReq>,
}

/// Checks the lock file; says plainly where it could not.
pub fn check(root: &Path) -> Outcome {
    let (folder, age) = match database(root) {
        Ok(found) => found,
        Err(why) => return Ok(vec![format!("advisories: NOT CHECKED: {why}")]),
    };
    let (advisories, n_unread) = read_all(&folder);
    if advisories.is_empty() {
        return Ok(vec![format!(
            "advisories: NOT CHECKED: no advisory in {}",
            folder.display()
        )]);
    }
    let read = |name: &str| {
        fs::read_to_string(root.join(name)).map_err(|error| vec![format!("{name}: {error}")])
    };
    let locked = locked(&read("Cargo.lock")?).map_err(|error| vec![error])?;
    let ignored = ignored(&read(LIST)?).map_err(|error| vec![error])?;
    judge(&advisories, &locked, &ignored).map(|mut notes| {
        let unread = if n_unread == 0 { String::new() } else { format!("; {n_unread} entries could not be read") };
        notes.push(format!(
            "advisories: {} packages against {} advisories (database of {age}{unread}): none applies",
            locked.len(),
            advisories.len(),
        ));
        notes
    })
}

/// What applies and is not ignored fails; what only says that a crate is unmaintained is a note.
fn judge(advisories: &[Advisory], locked: &[(String, Version)], ignored: &[String]) -> Outcome {
    let (mut notes, mut faults, mut met) = (Vec::new(), Vec::new(), Vec::new());
    for advisory in advisories {
        for (name, version) in locked
            .iter()
            .filter(|(name, version)| advisory.applies(name, version))
        {
            let Advisory {
                id,
                title,
                informational,
                ..
            } = advisory;
            met.push(id);
            let line = format!("{name} {version}: {id} {title} {informational}");
            match informational.as_str() {
                _ if ignored.contains(id) => {
                    notes.push(format!("advisories: ignored with reason: {line}"))
                }
                "unmaintained" | "notice" => notes.push(format!("advisories: note: {line}")),
                _ => faults.push(format!(
                    "{line}; update it, or list it in {LIST} with a reason"
                )),
            }
        }
    }
    let idle = ignored.iter().filter(|id| !met.contains(id));
    faults.extend(idle.map(|id| format!("{LIST}: {id} applies to nothing; remove it")));
    if faults.is_empty() {
        Ok(notes)
    } else {
        Err(faults)
    }
}

impl Advisory {
    fn applies(&self, name: &str, version: &Version) -> bool {
        self.crate_name == name && !self.safe.iter().any(|range| range.matches(version))
    }

    /// Reads the fenced TOML at the head of an advisory; none for one that was withdrawn.
    fn parse(text: &str) -> Result<Option<Self>, String> {
        let head = text
            .split_once("```toml")
            .and_then(|(_, rest)| rest.split_once("```"));
        let head = head.map_or(text, |(head, _)| head);
        let table: Table = head.parse().map_err(|error| format!("{error}"))?;
        let advisory = table.get("advisory").ok_or("no table advisory")?;
        let text_of = |key: &str| {
            advisory
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        if advisory.get("withdrawn").is_some() {
            return Ok(None);
        }
        let mut safe = Vec::new();
        for key in ["patched", "unaffected"] {
            let ranges = table
                .get("versions")
                .and_then(|versions| versions.get(key))
                .and_then(Value::as_array);
            for range in ranges.into_iter().flatten() {
                let range = range.as_str().ok_or("a version range is no text")?;
                safe.push(VersionReq::parse(range).map_err(|error| format!("{range}: {error}"))?);
            }
        }
        let title = text
            .lines()
            .find_map(|line| line.strip_prefix("# "))
            .unwrap_or_default()
            .to_owned();
        let (id, crate_name) = (text_of("id"), text_of("package"));
        Ok(Some(Self {
            id,
            crate_name,
            title,
            informational: text_of("informational"),
            safe,
        }))
    }
}

/// The folder of the database and the day of its newest commit.
fn database(root: &Path) -> Result<(PathBuf, String), String> {
    if let Some(folder) = std::env::var_os("DEMARCHE_ADVISORY_DB").map(PathBuf::from) {
        let age = age(&folder);
        return if folder.is_dir() {
            Ok((folder, age))
        } else {
            Err(format!(
                "DEMARCHE_ADVISORY_DB: no folder {}",
                folder.display()
            ))
        };
    }
    let cache =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let folder = cache.join("advisory-db");
    let git = || {
        let mut git = Command::new("git");
        // Give up on a dead line instead of holding CI; ask nobody for a password.
        git.env("GIT_TERMINAL_PROMPT", "0").args([
            "-c",
            "http.lowSpeedLimit=1000",
            "-c",
            "http.lowSpeedTime=30",
        ]);
        git
    };
    if !folder.join("crates").is_dir() {
        output(
            git()
                .args(["clone", "--quiet", "--depth", "1", DATABASE])
                .arg(&folder),
        )
        .map_err(|error| format!("the database could not be had: {error}"))?;
    } else if let Err(error) = output(
        git()
            .arg("-C")
            .arg(&folder)
            .args(["pull", "--quiet", "--depth", "1"]),
    ) {
        return Ok((
            folder.clone(),
            format!("{}, NOT RENEWED: {error}", age(&folder)),
        ));
    }
    let age = age(&folder);
    Ok((folder, age))
}

fn age(folder: &Path) -> String {
    let day = output(
        Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["log", "-1", "--format=%cs"]),
    );
    day.map_or_else(|_| "unknown date".to_owned(), |day| day.trim().to_owned())
}

/// All advisories below `crates/`, and how many could not be read.
fn read_all(folder: &Path) -> (Vec<Advisory>, usize) {
    let entries = |path: &Path| {
        fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let (mut advisories, mut n_unread) = (Vec::new(), 0);
    for path in
        entries(&folder.join("crates")).flat_map(|folder| entries(&folder).collect::<Vec<_>>())
    {
        let text = fs::read_to_string(&path).map_err(|error| error.to_string());
        match text.and_then(|text| Advisory::parse(&text)) {
            Ok(advisory) => advisories.extend(advisory),
            Err(_) => n_unread += 1,
        }
    }
    advisories.sort_by(|a, b| a.id.cmp(&b.id));
    (advisories, n_unread)
}

/// Names and versions of all packages from a registry.
fn locked(text: &str) -> Result<Vec<(String, Version)>, String> {
    let table: Table = text
        .parse()
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    let packages = table
        .get("package")
        .and_then(Value::as_array)
        .ok_or("Cargo.lock: no packages")?;
    let mut locked = Vec::new();
    for package in packages
        .iter()
        .filter(|package| package.get("source").is_some())
    {
        let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
        let version = Version::parse(text("version"))
            .map_err(|error| format!("Cargo.lock: {}: {error}", text("name")))?;
        locked.push((text("name").to_owned(), version));
    }
    Ok(locked)
}

/// Ids that are ignored; each needs a reason and the day it was last looked at.
fn ignored(text: &str) -> Result<Vec<String>, String> {
    let table: Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let mut ids = Vec::new();
    for entry in table
        .get("ignore")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        if ["id", "why", "reviewed"]
            .iter()
            .any(|key| text(key).is_empty())
        {
            return Err(format!("{LIST}: every entry needs id, why and reviewed"));
        }
        ids.push(text("id").to_owned());
    }
    Ok(ids)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"leaky\"\ndate = \"2026-01-01\"\n\
        [versions]\npatched = [\">= 1.2.3\"]\nunaffected = [\"< 1.0.0\"]\n```\n\n# Leaks\n\nText.\n";

    fn locked_at(version: &str) -> Vec<(String, Version)> {
        vec![("leaky".to_owned(), Version::parse(version).unwrap())]
    }

    #[test]
    fn only_affected_versions_fail() {
        let advisories = vec![Advisory::parse(TEXT).unwrap().unwrap()];
        for (version, fails) in [
            ("0.9.9", false),
            ("1.0.0", true),
            ("1.2.2", true),
            ("1.2.3", false),
            ("1.2.3-rc.1", true),
        ] {
            assert_eq!(
                judge(&advisories, &locked_at(version), &[]).is_err(),
                fails,
                "{version}"
            );
        }
        assert!(
            judge(
                &advisories,
                &[("other".to_owned(), Version::new(1, 0, 0))],
                &[]
            )
            .is_ok()
        );
    }

    #[test]
    fn an_ignored_one_is_shown_and_an_idle_one_fails() {
        let advisories = vec![Advisory::parse(TEXT).unwrap().unwrap()];
        let ignored = vec!["RUSTSEC-2026-0001".to_owned()];
        let notes = judge(&advisories, &locked_at("1.0.0"), &ignored).unwrap();
        assert_eq!(
            notes,
            ["advisories: ignored with reason: leaky 1.0.0: RUSTSEC-2026-0001 Leaks "]
        );
        assert!(
            judge(&advisories, &locked_at("1.2.3"), &ignored).unwrap_err()[0]
                .contains("applies to nothing")
        );
    }

    #[test]
    fn unmaintained_is_a_note_and_withdrawn_is_none() {
        let text = TEXT.replace("date =", "informational = \"unmaintained\"\ndate =");
        let advisories = vec![Advisory::parse(&text).unwrap().unwrap()];
        assert!(judge(&advisories, &locked_at("1.0.0"), &[]).unwrap()[0].contains("note: leaky"));
        let text = TEXT.replace("date =", "withdrawn = \"2026-02-01\"\ndate =");
        assert_eq!(Advisory::parse(&text).unwrap(), None);
    }

    #[test]
    fn an_entry_needs_its_reason() {
        assert!(ignored("[[ignore]]\nid = \"RUSTSEC-2026-0001\"\n").is_err());
        let list = "[[ignore]]\nid = \"A\"\nwhy = \"not reached\"\nreviewed = \"2026-11-22\"\n";
        assert_eq!(ignored(list).unwrap(), ["A"]);
    }
}
