//! Prints the accounting of the sources under some paths, and why records were rejected.

use std::collections::BTreeMap;
use std::path::PathBuf;

use demarche_core::event::event::Event;
use demarche_store::intake::progress::Silent;
use demarche_store::intake::sealing::Unsealed;
use demarche_store::intake::source::Source;
use demarche_store::intake::{Bounds, Options, take};
use demarche_store::settle::{Learn, settle};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if paths.is_empty() {
        return Err("usage: account PATH...".into());
    }
    let work = tempfile::tempdir()?;
    let options = Options {
        work: work.path().to_owned(),
        skip: Vec::new(),
        copy_key: [7; 16],
        bounds: Bounds::default(),
        told: Default::default(),
        watch: None,
    };
    let taken = take(&paths, &options, &mut Unsealed::default(), &Silent)?;
    let settled = settle(&taken, &Kinds::default);
    let sources = match &settled {
        Ok((settled, _)) => &settled.sources,
        Err(error) => {
            println!("not settled: {error}");
            &taken.sources
        }
    };
    println!(
        "{:>3} {:<30} {:>10} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8}  first .. last  name",
        "src",
        "forms",
        "decoded",
        "spans",
        "records",
        "distinct",
        "duplic.",
        "conflict",
        "reject",
        "filler"
    );
    for source in sources {
        line(source);
    }
    let mut why: BTreeMap<(u32, &str, &str), u64> = BTreeMap::new();
    for problem in &taken.problems {
        let key = (
            problem.place.source.0,
            problem.kind.word(),
            problem.text.as_str(),
        );
        *why.entry(key).or_default() += 1;
    }
    for ((source, kind, text), n) in why {
        println!("problem: source {source}: {n} x {kind}: {text}");
    }
    if let (true, Ok((_, Kinds(kinds)))) = (std::env::var_os("ACCOUNT_EVENTS").is_some(), &settled)
    {
        for ((kind, operation), n) in kinds {
            println!("event: {n:>8} {kind} {operation}");
        }
    }
    Ok(())
}

/// How many events there are of each kind and operation.
#[derive(Default)]
struct Kinds(BTreeMap<(&'static str, String), u64>);

impl Learn for Kinds {
    fn event(&mut self, event: &Event<'_>) {
        let key = (event.kind.word(), event.operation.to_string());
        *self.0.entry(key).or_default() += 1;
    }

    fn join(&mut self, later: Kinds) {
        for (key, n) in later.0 {
            *self.0.entry(key).or_default() += n;
        }
    }
}

fn line(source: &Source) {
    let forms: Vec<String> = source
        .forms
        .iter()
        .map(|(name, n)| format!("{name}:{n}"))
        .collect();
    let forms = if forms.is_empty() {
        "unknown".to_owned()
    } else {
        forms.join(",")
    };
    let time = |moment: Option<_>| {
        moment.map_or(
            String::from("-"),
            |m: demarche_core::vocab::moment::Moment| m.to_string(),
        )
    };
    println!(
        "{:>3} {:<30} {:>10} {:>9} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8}  {} .. {}  {}{}",
        source.number.0,
        forms,
        source.decoded_bytes,
        source.spans,
        source.records,
        source.distinct,
        source.duplicates,
        source.conflicting,
        source.rejected,
        source.filler_bytes,
        time(source.first),
        time(source.last),
        source.name,
        if source.problem.is_empty() {
            String::new()
        } else {
            format!("  ({})", source.problem)
        },
    );
}
