//! One simulated tenant: written, examined, and held against its truth, as one row.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use serde_json::{Value, json};

use crate::metadata::output;
use crate::report::compare::{Case, compare};
use crate::report::plan::Plan;
use crate::seeds::{json as read, table};

/// Simulates and examines the tenant of a seed.
pub fn examine(program: &Path, folder: &Path, seed: u64) -> Result<Value, String> {
    let plan = Plan::of(seed);
    let room = Room::new(folder, seed)?;
    let mut simulate = Command::new(program);
    simulate
        .args(plan.arguments())
        .arg("--out")
        .arg(room.logs());
    output(&mut simulate)?;
    let truth = read(&room.logs().join("truth.json"))?;
    fs::remove_file(room.logs().join("truth.json")).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let mut examine = Command::new(program);
    examine
        .arg("examine")
        .arg(room.logs())
        .arg("--case")
        .arg(room.case());
    let keys = room.0.join("keys");
    examine.env("XDG_CONFIG_HOME", &keys).env("HOME", &keys);
    output(&mut examine)?;
    let seconds = start.elapsed().as_secs_f64();
    let csv = |name: &str| {
        let text = fs::read_to_string(room.case().join(name));
        text.map(|text| table(&text))
            .map_err(|error| format!("{name}: {error}"))
    };
    let case = Case {
        brief: read(&room.case().join("brief.json"))?,
        exposure: csv("exposure.csv")?,
        timeline: csv("timeline.csv")?,
        truth,
    };
    let mut row = compare(&case)?;
    row["seed"] = json!(seed);
    row["shape"] = json!(plan.shape);
    row["ids"] = json!(plan.ids);
    row["twins"] = json!(plan.twins);
    row["damage"] = json!(plan.damage);
    row["sign_in_form"] = json!(plan.sign_in_form);
    row["accounts"] = json!(plan.people);
    row["days"] = json!(plan.days);
    row["seconds"] = json!((seconds * 1000.0).round() / 1000.0);
    Ok(row)
}

/// What must not be in any row, one line each.
pub fn complaints(row: &Value) -> Vec<String> {
    let name = format!(
        "seed {}, {} {} {} {}",
        row["seed"], row["shape"], row["ids"], row["twins"], row["damage"]
    );
    let each = |key: &str, what: &str| -> Vec<String> {
        let all = row[key].as_array().into_iter().flatten();
        all.map(|one| format!("{name}: {what} {one}")).collect()
    };
    let mut out = each("wrong_items", "called certain and not true:");
    out.extend(each("false_hostile", "ordinary and called hostile:"));
    if row["shape"] == "none" {
        out.extend(each("false_groups", "clean and suspect:"));
    }
    let sessions = row["sessions"].as_array().into_iter().flatten();
    let missed = sessions.filter(|session| {
        let rank = |key: &str| rank(session[key].as_str().unwrap_or_default());
        rank("found") < rank("warranted")
    });
    out.extend(missed.map(|session| {
        format!(
            "{name}: warranted {} ({}), found {}: {}",
            session["warranted"], session["why"], session["found"], session["account"]
        )
    }));
    out
}

/// Order of verdicts.
pub fn rank(verdict: &str) -> u8 {
    match verdict {
        "hostile" => 2,
        "suspect" => 1,
        _ => 0,
    }
}

/// A folder for one tenant, gone when it is dropped.
struct Room(PathBuf);

impl Room {
    fn new(folder: &Path, seed: u64) -> Result<Room, String> {
        let path = folder.join(format!("seed-{seed}"));
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        fs::create_dir_all(path.join("keys"))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Room(path))
    }

    fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    fn case(&self) -> PathBuf {
        self.0.join("case")
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next run of the seed.
        let _ = fs::remove_dir_all(&self.0);
    }
}
