//! `bench/report.json` and `bench/report.md`: the numbers, with what was run.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::json;

use crate::Outcome;
use crate::metadata::output;
use crate::report::sum::{Shape, Sum, share};

/// Writes both files.
pub fn write(root: &Path, sum: &Sum) -> Outcome {
    if sum.of_name("tenants") == 0 {
        return Err(vec![
            "report: no rows; run `cargo xtask report run 1 520` first".to_owned(),
        ]);
    }
    let commit = output(std::process::Command::new("git").current_dir(root).args([
        "rev-parse",
        "--short",
        "HEAD",
    ]));
    let commit = commit
        .map(|text| text.trim().to_owned())
        .unwrap_or_default();
    let mut value = sum.json();
    value["commit"] = json!(commit);
    value["command"] = json!("cargo xtask report run 1 N && cargo xtask report sum");
    let put = |name: &str, text: &str| {
        let path = root.join("bench").join(name);
        fs::write(&path, text).map_err(|error| vec![format!("{}: {error}", path.display())])
    };
    put("report.json", &format!("{value:#}\n"))?;
    let page = page(sum, &commit);
    put("report.md", &page)?;
    Ok(page.lines().map(str::to_owned).collect())
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    format!("{:.2} %", share(part, whole) * 100.0)
}

fn page(sum: &Sum, commit: &str) -> String {
    let n = |name: &str| sum.of_name(name);
    let mut out = String::from("# The report\n\n");
    let _ = writeln!(
        out,
        "{} simulated tenants ({} clean), {} records, {} ordinary sessions as examine folds them ({} log-ins by truth). Commit {commit}.",
        n("tenants"),
        n("clean_tenants"),
        n("records"),
        n("ordinary_sessions"),
        n("logins")
    );
    out.push_str("Made by `cargo xtask report run 1 N`, then `cargo xtask report sum`; a row can be made again from its seed.\n\n");
    out.push_str("| What | Number | Wanted |\n| --- | --- | --- |\n");
    let rows = accused_rows(sum)
        .into_iter()
        .chain(found_rows(sum))
        .chain(gap_rows(sum));
    for [what, number, wanted] in rows {
        let _ = writeln!(out, "| {what} | {number} | {wanted} |");
    }
    out.push_str("\nBy shape and kind of ids. *Missed*: hostile in truth and not listed at all. *Warranted*: what the delivered logs and the verdict table permit anyone to say, from the truth alone.\n\n");
    out.push_str("| Shape | Ids | Tenants | Sessions | Warranted hostile | found | Warranted listed | found | Found hostile | Listed | Missed |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    for ((shape, ids), of) in sum.shapes.iter().filter(|((shape, _), _)| shape != "none") {
        let _ = writeln!(out, "{}", shape_line(shape, ids, of));
    }
    let _ = writeln!(
        out,
        "\nSuspect groups per 100 accounts and 30 days in clean tenants, by innocent twin (tenants): {}; by accounts: {}.",
        rates(sum.twins.iter()),
        rates(sum.sizes.iter())
    );
    let damage: Vec<String> = sum
        .damage
        .iter()
        .map(|(kind, (all, named))| format!("{kind} {}", of(named / 3600, all / 3600)))
        .collect();
    let _ = writeln!(
        out,
        "\nDamaged hours that are named, by kind: {}.",
        damage.join("; ")
    );
    let _ = writeln!(
        out,
        "\nRows of the verdict table behind suspect groups in clean tenants: {}.",
        suspects(sum)
    );
    out
}

/// Groups per 100 accounts and 30 days, by name, with the number of tenants.
fn rates<'a, Name: std::fmt::Display + 'a>(
    of: impl Iterator<Item = (Name, &'a (u64, u64, u64))>,
) -> String {
    let each: Vec<String> = of
        .map(|(name, (n, days, groups))| format!("{name} {:.1} ({n})", share(groups * 3000, *days)))
        .collect();
    each.join(", ")
}

/// A row of the page: what, the number, what is wanted.
type Line = [String; 3];

fn line(what: &str, number: String, wanted: &str) -> Line {
    [what.to_owned(), number, wanted.to_owned()]
}

/// Part of whole, and the share in percent.
fn of(part: u64, whole: u64) -> String {
    format!("{part} of {whole} = {}", percent(part, whole))
}

fn accused_rows(sum: &Sum) -> Vec<Line> {
    let n = |name: &str| sum.of_name(name);
    vec![
        line(
            "items called certain in hostile sessions that no intruder read",
            format!("{} of {}", n("wrong_items"), n("certain_items")),
            "0",
        ),
        line(
            "ordinary sessions called hostile",
            format!(
                "{} of {}; 95 % upper bound 1 in {:.0} (1 in {:.0} log-ins)",
                n("false_hostile"),
                n("ordinary_sessions"),
                1.0 / sum.accused95(),
                1.0 / sum.accused95_of_logins()
            ),
            "bound below 1 in 100,000",
        ),
        line(
            "clean tenants with a hostile session",
            format!("{} of {}", n("clean_accused"), n("clean_tenants")),
            "0 of at least 300",
        ),
        line(
            "suspect groups per 100 accounts and 30 days, clean tenants",
            format!("{:.2}", sum.groups()),
            "at most 1",
        ),
        line(
            "suspect groups of entered tenants with an intruder's hand in them",
            percent(
                n("entered_groups") - n("entered_false_groups"),
                n("entered_groups"),
            ),
            "-",
        ),
    ]
}

fn found_rows(sum: &Sum) -> Vec<Line> {
    let all = sum.all();
    vec![
        line(
            "warranted-hostile sessions found hostile",
            of(all.warranted.1, all.warranted.0),
            "at least 99 %",
        ),
        line(
            "warranted-listed sessions listed",
            of(all.flagged.1, all.flagged.0),
            "-",
        ),
        line(
            "warranted hostile, of hostile in truth",
            of(all.warranted.0, all.hostile),
            "what logs permit",
        ),
        line(
            "items of listed sessions in undamaged logs that are certain",
            of(all.items.1, all.items.0),
            "at least 99 %",
        ),
    ]
}

fn gap_rows(sum: &Sum) -> Vec<Line> {
    let n = |name: &str| sum.of_name(name);
    let hours = |name: &str| n(name) as f64 / 3600.0;
    vec![
        line(
            "gap hours named / truly damaged, damaged logs",
            format!(
                "{:.0} / {:.0} = {:.2}",
                hours("gap_named"),
                hours("gap_damaged"),
                share(n("gap_named"), n("gap_damaged"))
            ),
            "at most 1.5",
        ),
        line(
            "truly damaged hours that are named",
            percent(n("gap_both"), n("gap_damaged")),
            "-",
        ),
        line(
            "gap hours named in undamaged logs",
            format!("{:.0}", hours("gap_named_whole")),
            "0",
        ),
        line(
            "items presumed in hostile sessions / read and named by no whole record",
            format!("{} / {}", n("presumed"), n("unlogged")),
            "-",
        ),
    ]
}

fn shape_line(shape: &str, ids: &str, of: &Shape) -> String {
    format!(
        "| {shape} | {ids} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        of.tenants,
        of.hostile,
        of.warranted.0,
        of.warranted.1,
        of.flagged.0,
        of.flagged.1,
        of.found.0,
        of.found.1,
        of.found.2
    )
}

fn suspects(sum: &Sum) -> String {
    let each: Vec<String> = sum
        .suspect_rows
        .iter()
        .map(|(rows, n)| format!("{rows}: {n}"))
        .collect();
    if each.is_empty() {
        "none".to_owned()
    } else {
        each.join(", ")
    }
}
