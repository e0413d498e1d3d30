//! A few seeds again, held against numbers that may only get better.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::report::sum::{Sum, share};
use crate::report::tenant;

/// Examines the seeds of `bench/floor.toml` and holds the numbers against it.
pub fn check(root: &Path, program: &Path) -> Outcome {
    let path = root.join("bench/floor.toml");
    let text =
        fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let floor: toml::Table = text
        .parse()
        .map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let seeds = seeds(&floor).map_err(|fault| vec![format!("{}: {fault}", path.display())])?;
    let folder = super::target(root).join("report-check");
    fs::create_dir_all(&folder).map_err(|error| vec![format!("{}: {error}", folder.display())])?;
    let mut rows = Vec::new();
    for seed in seeds {
        rows.push(
            tenant::examine(program, &folder, seed)
                .map_err(|error| vec![format!("seed {seed}: {error}")])?,
        );
    }
    let sum = Sum::of(&rows);
    let told: Vec<String> = rows.iter().flat_map(tenant::complaints).collect();
    let (lines, faults) = held(&floor, &measured(&sum));
    if faults.is_empty() {
        Ok(lines)
    } else {
        Err(faults.into_iter().chain(told).collect())
    }
}

/// The seeds of the floor, each with why it is there: those that once failed stay.
fn seeds(floor: &toml::Table) -> Result<Vec<u64>, String> {
    let listed = floor.get("seed").and_then(toml::Value::as_array);
    let read = |one: &toml::Value| {
        let why = one.get("why").and_then(toml::Value::as_str);
        let number = one.get("number").and_then(toml::Value::as_integer);
        match (number, why) {
            (Some(number), Some(_)) => Ok(number.unsigned_abs()),
            _ => Err(format!("a seed needs `number` and `why`: {one}")),
        }
    };
    listed.into_iter().flatten().map(read).collect()
}

/// Which way a number may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It may not rise.
    AtMost,
    /// It may not fall.
    AtLeast,
}

fn measured(sum: &Sum) -> Vec<(&'static str, Way, f64)> {
    let all = sum.all();
    let n = |name: &str| sum.of_name(name) as f64;
    vec![
        ("wrong_items", Way::AtMost, n("wrong_items")),
        ("false_hostile", Way::AtMost, n("false_hostile")),
        ("clean_groups", Way::AtMost, n("clean_groups")),
        (
            "gap_hours_named_in_undamaged_logs",
            Way::AtMost,
            n("gap_named_whole") / 3600.0,
        ),
        (
            "warranted_hostile_found",
            Way::AtLeast,
            all.warranted.1 as f64,
        ),
        ("warranted_listed_found", Way::AtLeast, all.flagged.1 as f64),
        (
            "items_certain_share",
            Way::AtLeast,
            share(all.items.1, all.items.0),
        ),
    ]
}

/// The lines to print, and what is worse than the floor says.
fn held(floor: &toml::Table, measured: &[(&str, Way, f64)]) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for (name, way, number) in measured {
        let value = floor.get(*name);
        let limit = value.and_then(|value| {
            value
                .as_float()
                .or_else(|| value.as_integer().map(|n| n as f64))
        });
        let Some(limit) = limit else {
            faults.push(format!(
                "bench/floor.toml: no number {name}, measured {number}"
            ));
            continue;
        };
        let slack = 1e-9;
        let (word, worse, better) = match way {
            Way::AtMost => ("at most", *number > limit + slack, *number < limit - slack),
            Way::AtLeast => ("at least", *number < limit - slack, *number > limit + slack),
        };
        if worse {
            faults.push(format!(
                "{name}: {number}, and the floor says {word} {limit}"
            ));
        } else if better {
            lines.push(format!("report: {name} {number}, better than the floor's {limit}: set it in bench/floor.toml"));
        } else {
            lines.push(format!("report: {name} {number}"));
        }
    }
    (lines, faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_says_why_it_is_there() {
        let parse = |text: &str| text.parse::<toml::Table>().unwrap();
        let good = parse("[[seed]]\nnumber = 7\nwhy = \"it failed\"");
        assert_eq!(seeds(&good), Ok(vec![7]));
        assert!(seeds(&parse("[[seed]]\nnumber = 7")).is_err());
    }

    #[test]
    fn what_got_worse_fails_and_what_got_better_is_told() {
        let floor: toml::Table = "found = 10\nwrong = 0\nshare = 0.5".parse().unwrap();
        let (lines, faults) = held(
            &floor,
            &[
                ("found", Way::AtLeast, 12.0),
                ("wrong", Way::AtMost, 0.0),
                ("share", Way::AtLeast, 0.4),
            ],
        );
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains("better"));
        assert_eq!(faults, ["share: 0.4, and the floor says at least 0.5"]);
        assert_eq!(held(&floor, &[("other", Way::AtMost, 1.0)]).1.len(), 1);
    }
}
