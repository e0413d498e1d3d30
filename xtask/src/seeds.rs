//! Examines simulated tenants of many seeds and holds the briefs against the truth.
//!
//! Two things must hold for every seed: what is called certain in a hostile session is true, and
//! a tenant that nobody entered has no hostile session. What was missed is counted and printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::metadata::{cargo, output};

/// What brief and truth say together about one tenant.
#[derive(Debug, Default, PartialEq, Eq)]
struct Comparison {
    /// Items called certain in hostile sessions that the truth does not know.
    wrong: BTreeSet<(String, String)>,
    /// Items of the truth, as far as their records arrived whole.
    n_items: usize,
    /// Of these, certain in hostile sessions, and certain in hostile or suspect ones.
    n_certain: (usize, usize),
    /// Accounts of the truth, and how many of them have a hostile, or any listed session.
    n_accounts: usize,
    n_found: (usize, usize),
    /// Accounts with a hostile session that no intruder used.
    accused: BTreeSet<String>,
    /// Accounts with a suspect session that no intruder used.
    suspected: BTreeSet<String>,
}

/// Runs the seeds 1 to `n_seeds` with each of the shapes; `none` is a clean tenant.
pub fn measure(root: &Path, n_seeds: &str, shapes: &str) -> Outcome {
    let wrong = |error: std::num::ParseIntError| vec![format!("{n_seeds}: {error}")];
    let n_seeds: u64 = n_seeds.parse().map_err(wrong)?;
    let folder = root.join("example").join("seeds");
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for shape in shapes.split(',') {
        let mut sum = Sum::default();
        for seed in 1..=n_seeds {
            let comparison = examine(root, &folder, (seed, shape)).map_err(|error| vec![error])?;
            faults.extend(complaints(&comparison, &format!("seed {seed}, {shape}")));
            sum.add(&comparison);
        }
        lines.push(sum.line(shape));
    }
    fs::remove_dir_all(&folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    if faults.is_empty() {
        Ok(lines)
    } else {
        lines.extend(faults);
        Err(lines)
    }
}

/// Sums over seeds.
#[derive(Default)]
struct Sum {
    n_tenants: usize,
    n_items: usize,
    n_certain: (usize, usize),
    n_accounts: usize,
    n_found: (usize, usize),
    n_accused: usize,
    n_suspected: usize,
}

impl Sum {
    fn add(&mut self, comparison: &Comparison) {
        self.n_tenants += 1;
        self.n_items += comparison.n_items;
        self.n_certain.0 += comparison.n_certain.0;
        self.n_certain.1 += comparison.n_certain.1;
        self.n_accounts += comparison.n_accounts;
        self.n_found.0 += comparison.n_found.0;
        self.n_found.1 += comparison.n_found.1;
        self.n_accused += comparison.accused.len();
        self.n_suspected += comparison.suspected.len();
    }

    fn line(&self, shape: &str) -> String {
        format!(
            "{shape}: {} tenants; accounts entered {}, found hostile {}, listed {}; items {}, certain {}, certain in listed {}; others accused {}, suspected {}",
            self.n_tenants,
            self.n_accounts,
            self.n_found.0,
            self.n_found.1,
            self.n_items,
            self.n_certain.0,
            self.n_certain.1,
            self.n_accused,
            self.n_suspected
        )
    }
}

fn complaints(comparison: &Comparison, name: &str) -> Vec<String> {
    let wrong = comparison
        .wrong
        .iter()
        .map(|(store, item)| format!("{name}: {item} of {store} is not true"));
    let accused = comparison
        .accused
        .iter()
        .map(|account| format!("{name}: {account} is accused"));
    wrong.chain(accused).collect()
}

/// Simulates and examines one tenant. Odd seeds have linkable ids, even ones are older exports.
fn examine(root: &Path, folder: &Path, what: (u64, &str)) -> Result<Comparison, String> {
    let (seed, shape) = what;
    let (logs, case) = (folder.join("logs"), folder.join("case"));
    for old in [&logs, &case] {
        if old.exists() {
            fs::remove_dir_all(old).map_err(|error| format!("{}: {error}", old.display()))?;
        }
    }
    let ids = if seed % 2 == 1 { "linkable" } else { "none" };
    let mut simulate = program(root);
    simulate.args([
        "simulate",
        "--seed",
        &seed.to_string(),
        "--ids",
        ids,
        "--shape",
        shape,
    ]);
    simulate
        .args(["--people", "12", "--days", "32", "--out"])
        .arg(&logs);
    if seed % 3 == 0 {
        simulate.args(["--twin", "rollout"]);
    }
    output(&mut simulate)?;
    let truth = json(&logs.join("truth.json"))?;
    fs::remove_file(logs.join("truth.json")).map_err(|error| error.to_string())?;
    let mut examine = program(root);
    output(examine.arg("examine").arg(&logs).arg("--case").arg(&case))?;
    let brief = json(&case.join("brief.json"))?;
    let exposure =
        fs::read_to_string(case.join("exposure.csv")).map_err(|error| error.to_string())?;
    Ok(compare(&truth, &brief, &table(&exposure)))
}

fn program(root: &Path) -> std::process::Command {
    let mut command = cargo(root);
    let build = [
        "run",
        "--quiet",
        "--release",
        "--locked",
        "--no-default-features",
        "-p",
        "demarche",
        "--",
    ];
    command.args(build);
    // Keys of cases that are thrown away do not belong among the user's own.
    command.env("DEMARCHE_CONFIG", root.join("example/config"));
    command
}

pub fn json(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// A row of a CSV, by column name.
pub type Row = BTreeMap<String, String>;

/// Reads a CSV (RFC 4180 §2).
pub fn table(text: &str) -> Vec<Row> {
    let mut lines = rows(text).into_iter();
    let head = lines.next().unwrap_or_default();
    lines
        .map(|line| head.iter().cloned().zip(line).collect())
        .collect()
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut out, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                out.push(std::mem::take(&mut row));
            }
            _ => cell.push(c),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        out.push(row);
    }
    out
}

fn compare(truth: &Value, brief: &Value, exposure: &[Row]) -> Comparison {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
    let hidden = |item: &Value| item["removed"] == true || item["truncated"] == true;
    // An insider uses what is theirs: nothing of it may be called hostile.
    let sessions = || {
        let sessions = truth["sessions"].as_array().into_iter().flatten();
        sessions.filter(|session| session["verdict"] == "hostile")
    };
    let items = || sessions().flat_map(|session| session["items"].as_array().into_iter().flatten());
    let pair = |item: &Value| {
        (
            text(&item["mailbox"]),
            item["item"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let all: BTreeSet<(String, String)> = items().map(pair).collect();
    let whole: BTreeSet<(String, String)> =
        items().filter(|item| !hidden(item)).map(pair).collect();
    let entered: BTreeSet<String> = sessions()
        .map(|session| text(&session["account"]))
        .collect();
    let listed = |verdict: &str| -> BTreeSet<String> {
        let listed = brief["sessions"].as_array().into_iter().flatten();
        listed
            .filter(|session| session["verdict"] == verdict)
            .map(|session| text(&session["account"]))
            .collect()
    };
    let certain = |verdicts: &[&str]| -> BTreeSet<(String, String)> {
        let of = |row: &Row, name: &str| row.get(name).cloned().unwrap_or_default();
        exposure
            .iter()
            .filter(|row| {
                of(row, "grade") == "certain" && verdicts.contains(&of(row, "verdict").as_str())
            })
            .map(|row| (of(row, "store").to_lowercase(), of(row, "item")))
            .collect()
    };
    let (hostile, suspect) = (listed("hostile"), listed("suspect"));
    let both: BTreeSet<String> = hostile.union(&suspect).cloned().collect();
    let in_hostile = certain(&["hostile"]);
    Comparison {
        wrong: in_hostile.difference(&all).cloned().collect(),
        n_items: whole.len(),
        n_certain: (
            in_hostile.intersection(&whole).count(),
            certain(&["hostile", "suspect"])
                .intersection(&whole)
                .count(),
        ),
        n_accounts: entered.len(),
        n_found: (
            hostile.intersection(&entered).count(),
            both.intersection(&entered).count(),
        ),
        accused: hostile.difference(&entered).cloned().collect(),
        suspected: suspect.difference(&entered).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_brief_is_held_against_the_truth() {
        let truth = json!({"sessions": [{"account": "a@x.example", "verdict": "hostile", "items": [
            {"mailbox": "a@x.example", "item": "<1@x>", "record": "r1"},
            {"mailbox": "a@x.example", "item": "<2@x>", "record": "r2", "removed": true},
            {"mailbox": "a@x.example", "item": "<3@x>", "record": "r3"},
        ]}]});
        let brief = json!({"sessions": [
            {"account": "A@x.example", "verdict": "hostile"},
            {"account": "b@x.example", "verdict": "hostile"},
            {"account": "c@x.example", "verdict": "suspect"},
        ]});
        let exposure = "verdict,store,item,grade\r\n\
            hostile,A@x.example,<1@x>,certain\r\n\
            hostile,a@x.example,\"<9,\"\"q@x>\",certain\r\n\
            suspect,a@x.example,<3@x>,certain\r\n\
            hostile,a@x.example,,presumed\r\n";
        let comparison = compare(&truth, &brief, &table(exposure));
        assert_eq!(
            comparison.wrong,
            BTreeSet::from([("a@x.example".to_owned(), "<9,\"q@x>".to_owned())])
        );
        assert_eq!((comparison.n_items, comparison.n_certain), (2, (1, 2)));
        assert_eq!((comparison.n_accounts, comparison.n_found), (1, (1, 1)));
        assert_eq!(
            comparison.accused,
            BTreeSet::from(["b@x.example".to_owned()])
        );
        assert_eq!(
            comparison.suspected,
            BTreeSet::from(["c@x.example".to_owned()])
        );
        assert_eq!(complaints(&comparison, "seed 1").len(), 2);
    }

    #[test]
    fn a_clean_brief_of_a_clean_tenant_has_nothing_to_complain_of() {
        let (truth, brief) = (json!({"sessions": []}), json!({"sessions": []}));
        let comparison = compare(&truth, &brief, &table("verdict,store,item,grade\r\n"));
        assert_eq!(comparison, Comparison::default());
    }
}
