//! How a run judged: options, limits, lists, determinations and the table, for the brief.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::method::{Determination, Method, TableRow};
use demarche_core::finding::determination::Expected;
use demarche_core::finding::table::TABLE;
use demarche_core::source::known;
use demarche_core::vocab::moment::Moment;

use crate::examine::determinations::Stated;
use crate::examine::judging::Outcome;
use crate::options::Options;

/// The method of a run.
pub fn method(
    options: &Options,
    stated: &Stated,
    outcome: &Outcome,
    run: u32,
    other_operations: BTreeMap<String, u64>,
) -> Method {
    let mut other_operations: Vec<(String, u64)> = other_operations.into_iter().collect();
    other_operations.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    Method {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        run,
        options: given(options),
        limits: limits(options),
        lists: vec![(
            "publishers, scopes, toolkits, applications".to_owned(),
            known::VERSION.to_owned(),
        )],
        table: TABLE
            .iter()
            .map(|(row, evidence, alone, hostile_with)| TableRow {
                row: *row,
                evidence: (*evidence).to_owned(),
                alone: (*alone).to_owned(),
                hostile_with: (*hostile_with).to_owned(),
            })
            .collect(),
        determinations: determinations(stated, outcome),
        notes: notes(),
        other_operations,
    }
}

/// Options that bear on the result, as given.
fn given(options: &Options) -> Vec<(String, String)> {
    let mut given = Vec::new();
    let mut note = |name: &str, value: String| given.push((name.to_owned(), value));
    let times = [
        ("from", options.from),
        ("to", options.to),
        ("exported", options.exported),
        ("contained", options.contained),
    ];
    for (name, time) in times {
        if let Some(time) = time {
            note(name, time.to_string());
        }
    }
    for account in &options.accounts {
        note("account", account.clone());
    }
    for account in &options.protect {
        note("protect", account.clone());
    }
    for (who, at) in &options.told {
        note("told", format!("{who}={at}"));
    }
    for (source, assumed) in &options.told_of_sources.assumed {
        note("assume", format!("{source}: {assumed}"));
    }
    for source in &options.told_of_sources.splits {
        note("split", source.clone());
    }
    for file in &options.mappings {
        note("mapping", file.path.display().to_string());
    }
    let addresses = &options.addresses;
    let counts = [
        ("rules", options.rules.len()),
        ("hosting", addresses.hosting.blocks.len()),
        ("threats", addresses.threats.blocks.len()),
    ];
    for (name, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
        note(name, n.to_string());
    }
    for database in &addresses.databases {
        note("whereabouts", database.path.display().to_string());
    }
    for (hostile, key, value) in &options.shorthand {
        let name = if *hostile { "hostile" } else { "ordinary" };
        note(name, format!("{key}={value}"));
    }
    for (source, licence) in &options.licences {
        note("licence", format!("{source}={licence}"));
    }
    given
}

/// Limits in words: they limit findings and exposure, never intake, accounting or baseline.
fn limits(options: &Options) -> Vec<String> {
    let mut limits = Vec::new();
    let end =
        |time: Option<Moment>, none: &str| time.map_or(none.to_owned(), |time| time.to_string());
    if options.from.is_some() || options.to.is_some() {
        limits.push(format!(
            "findings and exposure only from {} to {}",
            end(options.from, "the first record"),
            end(options.to, "the last record")
        ));
    }
    if !options.accounts.is_empty() {
        let accounts: Vec<&str> = options.accounts.iter().map(String::as_str).collect();
        limits.push(format!(
            "findings and exposure only of {}",
            accounts.join(", ")
        ));
    }
    limits
}

fn determinations(stated: &Stated, outcome: &Outcome) -> Vec<Determination> {
    // A session that two entries speak of is counted with the first.
    let mut counted = BTreeSet::new();
    let listed = outcome.listed.iter();
    let listed: BTreeSet<&str> = listed.map(|listed| listed.session.id.as_str()).collect();
    let determined = stated
        .determinations
        .iter()
        .enumerate()
        .map(|(place, entry)| Determination {
            text: format!(
                "{} by {}{}: {} ({})",
                entry.verdict.word(),
                entry.by,
                if entry.when.is_empty() {
                    String::new()
                } else {
                    format!(", {}", entry.when)
                },
                entry.why,
                entry.source
            ),
            sessions: outcome.changed(place),
            conflicts: outcome
                .conflicts
                .iter()
                .filter(|conflict| conflict.source == entry.source)
                .map(|conflict| format!("{}: {}", conflict.session, conflict.why))
                .collect(),
            n_against: outcome
                .conflicts
                .iter()
                .filter(|conflict| conflict.source == entry.source && conflict.applied)
                .filter(|conflict| counted.insert(conflict.session.as_str()))
                .count() as u64,
        });
    let expected = stated
        .expected
        .iter()
        .enumerate()
        .map(|(place, entry)| Determination {
            text: expected_text(entry),
            sessions: outcome.expected_changed(place),
            conflicts: Vec::new(),
            n_against: outcome
                .expected_changed(place)
                .iter()
                .filter(|session| !listed.contains(session.as_str()))
                .count() as u64,
        });
    determined.chain(expected).collect()
}

/// What the owner confirmed, in words.
fn expected_text(entry: &Expected) -> String {
    let networks: Vec<String> = entry.networks.iter().map(ToString::to_string).collect();
    let lists = [
        ("networks", &networks),
        ("programs", &entry.programs),
        ("applications", &entry.applications),
    ];
    let parts: Vec<String> = lists
        .iter()
        .filter(|(_, values)| !values.is_empty())
        .map(|(name, values)| format!("{name} {}", values.join(", ")))
        .collect();
    let whose = match entry.account.is_empty() {
        true => String::new(),
        false => format!(" of {}", entry.account),
    };
    format!(
        "expected{whose} ({}), by {}: {} ({})",
        parts.join("; "),
        entry.by,
        entry.why,
        entry.source
    )
}

/// What every reader must know of the method.
fn notes() -> Vec<String> {
    [
        "Every session is judged by the table below; the row that decided is printed with it. \
         Absence of a record is never a sign.",
        "Addresses of the provider and its relays neither incriminate nor clear. No list of \
         anonymisers, hosting networks or countries is part of this version: what would need one \
         and was handed none says so.",
        "Hostility passes one hop: by token, by session id within its part, by application under \
         row 7; never by address or mailbox alone.",
    ]
    .map(str::to_owned)
    .to_vec()
}
