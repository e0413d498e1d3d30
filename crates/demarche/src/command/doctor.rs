//! `demarche doctor`: what these logs can answer, what is missing, until when.

use std::path::{Path, PathBuf};

use clap::Args;
use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{SourceFacts, Stated};
use demarche_core::coverage::gap::Gap;
use demarche_core::coverage::ledger::Coverage;
use demarche_core::coverage::missing::{CaseShape, Missing, missing};
use demarche_core::event::event::Event;
use demarche_core::vocab::moment::Moment;
use demarche_store::intake::sealing::Unsealed;
use demarche_store::settle::Learn;
use serde_json::json;

use crate::error::{Error, OnFile, Result};
use crate::examine::sources;
use crate::options;
use crate::render;
use crate::terminal::escape::shown;

/// Say what these logs can and cannot answer, and which export is missing.
///
/// Run it before any examination: the sources that a case like this needs and that are not here,
/// why they matter, how to export them, and the date on which they expire, soonest first.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Files, folders and archives, or a case folder.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The earliest time the case asks about; without it, where the logs begin.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// A licence, as in `unified-audit=E5`: what is not stated is assumed, and marked so.
    #[arg(long, value_name = "SOURCE=LICENCE")]
    licence: Vec<String>,
    /// Year and zone of logs that do not state them, as in `dovecot:year=2024,zone=+01:00`.
    #[arg(long, value_name = "SOURCE:year=…,zone=…")]
    assume: Vec<String>,
    /// Mapping file for a log nobody coded for; repeat for more.
    #[arg(long, value_name = "FILE")]
    mapping: Vec<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Print no progress.
    #[arg(long, short)]
    quiet: bool,
}

/// Looks and prints.
///
/// # Errors
/// Paths that are not there, times that are none, a disk that is full.
pub fn run(arguments: Arguments) -> Result<u8> {
    let since = arguments
        .since
        .as_deref()
        .map(|text| options::moment(text, "--since"))
        .transpose()?;
    let stated = Stated {
        licences: options::licences(&arguments.licence)?,
        exported: None,
        ..Stated::default()
    };
    let (facts, coverage) = look(&arguments, &stated)?;
    let shape = CaseShape {
        sources: &facts,
        cards: &demarche_core::source::cards(),
        stated: &stated,
        since: since.or(coverage.first),
        now: Some(now()),
    };
    let missing = missing(&coverage, &shape);
    let text = if arguments.json {
        as_json(&facts, &coverage, &missing)
    } else {
        as_text(&facts, &coverage, &missing)
    };
    anstream::print!("{text}");
    Ok(0)
}

/// The one clock of this command: what has expired depends on today.
fn now() -> Moment {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Moment::from_micros(since_epoch.map_or(0, |time| {
        i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
    }))
}

/// Learns nothing but which source speaks for what.
#[derive(Default)]
struct ChartAlone(Chart);

impl Learn for ChartAlone {
    fn event(&mut self, event: &Event<'_>) {
        self.0.learn(event);
    }

    fn join(&mut self, later: ChartAlone) {
        self.0.merge(later.0);
    }
}

/// Takes the logs in without keeping anything.
fn look(arguments: &Arguments, stated: &Stated) -> Result<(Vec<SourceFacts>, Coverage)> {
    let paths = paths_of(&arguments.paths)?;
    let folder = std::env::temp_dir().join(format!("demarche-doctor-{}", std::process::id()));
    std::fs::create_dir_all(&folder).on("make", &folder)?;
    let mut told = options::told_of_sources(&arguments.assume)?;
    let mappings = crate::mapping::read_all(&arguments.mapping)?;
    told.mapped = mappings
        .into_iter()
        .filter_map(|file| file.mapped)
        .collect();
    let how = sources::How {
        case: None,
        quiet: arguments.quiet,
        watch: None,
        told: &told,
    };
    let taken = sources::take(
        &paths,
        how,
        &folder,
        &mut Unsealed::default(),
        &ChartAlone::default,
    );
    let removed = std::fs::remove_dir_all(&folder).on("remove", &folder);
    let (taken, ChartAlone(chart)) = taken?;
    removed?;
    let facts: Vec<SourceFacts> = taken.sources.iter().map(sources::facts).collect();
    let coverage = chart.close(&facts, stated);
    Ok((facts, coverage))
}

/// A case folder stands for the sources that it was made from.
fn paths_of(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for path in paths {
        if path.join("case.json").is_file() {
            all.extend(crate::examine::manifest::read(path)?.paths);
        } else {
            all.push(path.clone());
        }
    }
    for path in &all {
        if !Path::new(path).exists() {
            return Err(Error::run(format!("{} is not there", path.display()))
                .hint("give the paths of the logs themselves; a case does not keep its sources unless asked to"));
        }
    }
    Ok(all)
}

fn as_json(facts: &[SourceFacts], coverage: &Coverage, missing: &[Missing]) -> String {
    let value = json!({
        "sources": facts.iter().map(|source| json!({
            "source": source.number.0, "path": source.path, "kind": source.form,
            "records": source.records, "rejected": source.rejected,
            "cannot_tell": source.card.map(|card| card.cannot_tell).unwrap_or_default(),
        })).collect::<Vec<_>>(),
        "gaps": coverage.gaps.iter().map(render::json::gap).collect::<Vec<_>>(),
        "missing": missing.iter().map(render::json::missing).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn as_text(facts: &[SourceFacts], coverage: &Coverage, missing: &[Missing]) -> String {
    let mut out = String::from("Sources here\n");
    for source in facts {
        let kind = if source.form.is_empty() {
            "unknown"
        } else {
            &source.form
        };
        let told = format!("  {kind:<34} {:>9} records", source.records);
        let path = shown(&source.path);
        let fits = told.chars().count() + 2 + path.chars().count() <= render::summary::WIDTH;
        let between = if fits { "  " } else { "\n    " };
        out.push_str(&format!("{told}{between}{path}\n"));
    }
    let mut cards: Vec<_> = facts.iter().filter_map(|source| source.card).collect();
    cards.sort_by_key(|card| card.name);
    cards.dedup_by_key(|card| card.name);
    for card in cards {
        for sentence in card.cannot_tell {
            render::summary::fold(&mut out, &format!("{}: {sentence}", card.name));
        }
    }
    out.push_str("\nMissing, soonest to expire first\n");
    if missing.is_empty() {
        out.push_str("  nothing that a case like this asks for\n");
    }
    for source in missing {
        let until = match (source.expired, source.expires) {
            (true, _) => "past its retention".to_owned(),
            (false, Some(expires)) => format!("until {}", &expires.to_string()[..10]),
            (false, None) => "no date stated".to_owned(),
        };
        let assumed = if source.assumed {
            format!(" (licence assumed: {})", source.licence)
        } else {
            String::new()
        };
        render::summary::fold(
            &mut out,
            &format!("{until}{assumed}: {}. {}", source.title, source.why),
        );
        render::summary::fold_under(&mut out, 4, &format!("export: {}", source.export));
    }
    out.push_str(&format!(
        "\nGaps in what is here: {} (an examination adds those of the sessions it lists)\n",
        coverage.gaps.len()
    ));
    for kind in coverage.gaps.chunk_by(|a, b| a.kind == b.kind) {
        gaps_of_kind(&mut out, kind);
    }
    out
}

/// The most gaps of one kind that are told in full.
const GAPS_TOLD: usize = 3;

/// Gaps of one kind: the first in full, the others counted with their days.
fn gaps_of_kind(out: &mut String, gaps: &[Gap]) {
    for gap in gaps.iter().take(GAPS_TOLD) {
        let told = format!("{}: {}", gap.kind.word(), shown(&gap.effect));
        render::summary::fold(out, &told);
    }
    let more = &gaps[gaps.len().min(GAPS_TOLD)..];
    if let Some(first) = more.first() {
        let day = |gap: &Gap| gap.from.map(|at| at.to_string().chars().take(10).collect());
        let mut days: Vec<String> = more.iter().filter_map(day).collect();
        days.dedup();
        let days = match days.is_empty() {
            true => String::new(),
            false => format!(", from {}", days.join(", ")),
        };
        let told = format!(
            "{}: {} more of this kind{days}",
            first.kind.word(),
            more.len()
        );
        render::summary::fold(out, &told);
    }
}
