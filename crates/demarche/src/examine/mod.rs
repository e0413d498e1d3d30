//! The examination: four passes from bytes to a brief (ARCHITECTURE.md).

pub mod acquisition;
pub mod again;
pub mod case;
pub mod determinations;
pub mod earlier;
pub mod explaining;
pub mod judged_tables;
pub mod judging;
pub mod lists;
pub mod manifest;
pub mod method;
pub mod outputs;
pub mod sources;
pub mod upstream;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use demarche_core::brief::accounting::Accounting;
use demarche_core::brief::attempts::attempts;
use demarche_core::brief::brief::Brief;
use demarche_core::brief::changes::{self, Earlier};
use demarche_core::brief::clock::Told;
use demarche_core::brief::write::{Inputs, write};
use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{Issuer, SourceFacts, Stated};
use demarche_core::event::event::Event;
use demarche_core::event::kind::Kind;
use demarche_core::exposure::removed::Removed;
use demarche_core::finding::issuer_log;
use demarche_core::record::problem::Problem;
use demarche_core::source;
use demarche_core::tenant::facts::Facts;
use demarche_core::tenant::learner::Learner;
use demarche_store::intake::source::Source;
use demarche_store::intake::watch::Watch;
use demarche_store::scan::Store;
use demarche_store::settle::Learn;

use crate::error::Result;
use crate::evidence::proof;
use crate::evidence::run::{Outcome, Run, write_key_beside};
use crate::evidence::sealing::Seals;
use crate::examine::acquisition::Acquisitions;
use crate::examine::case::Work;
use crate::examine::judging::Bench;
use crate::examine::manifest::Manifest;
use crate::examine::sources::How;
use crate::examine::upstream::Upstream;
use crate::mapping::{self, MappingFile};
use crate::options::Options;
use crate::rules;
use crate::rules::run::{Lookout, Ran};

/// The most operations that are kept by name although nothing is made of them.
const OTHER_OPERATIONS_MOST: usize = 10_000;

/// What is learned while the kept events pass once, in no promised order.
#[derive(Default)]
struct Learned {
    learner: Learner,
    chart: Chart,
    removed: Removed,
    other_operations: BTreeMap<String, u64>,
    upstream: Upstream,
}

impl Learned {
    fn new() -> Learned {
        Learned {
            learner: Learner::new(lists::lists()),
            ..Learned::default()
        }
    }
}

impl Learn for Learned {
    fn event(&mut self, event: &Event<'_>) {
        self.learner.learn(event);
        self.chart.learn(event);
        self.removed.learn(event);
        self.upstream.learn(event);
        if event.kind == Kind::Other {
            if let Some(n) = self.other_operations.get_mut(event.operation.as_ref()) {
                *n += 1;
            } else if self.other_operations.len() < OTHER_OPERATIONS_MOST {
                self.other_operations
                    .insert(event.operation.clone().into_owned(), 1);
            }
        }
    }

    fn join(&mut self, later: Learned) {
        // Whoever adds something to learn is told here by the compiler.
        let Learned {
            learner,
            chart,
            removed,
            other_operations,
            upstream,
        } = later;
        self.learner.merge(learner);
        self.chart.merge(chart);
        self.removed.merge(removed);
        self.upstream.join(upstream);
        for (operation, n) in other_operations {
            if let Some(sum) = self.other_operations.get_mut(&operation) {
                *sum += n;
            } else if self.other_operations.len() < OTHER_OPERATIONS_MOST {
                self.other_operations.insert(operation, n);
            }
        }
    }
}

/// What a run is made of before anything is judged.
struct Prepared {
    sources: Vec<Source>,
    problems: Vec<Problem>,
    learned: Learned,
    earlier: Option<Earlier>,
    paths: Vec<PathBuf>,
    mappings: Vec<MappingFile>,
    ran: Option<Ran>,
    acquisitions: Acquisitions,
}

impl Prepared {
    /// The number of the run, from 1.
    fn run(&self) -> u32 {
        self.earlier.as_ref().map_or(1, |earlier| earlier.run + 1)
    }

    /// The sources as the chart of coverage wants them.
    fn source_facts(&self) -> Vec<SourceFacts> {
        let facts = |source: &Source| {
            let stated = self.acquisitions.of(source);
            SourceFacts {
                acquired: stated.is_some_and(|stated| stated.speaks_for_absence()),
                ..sources::facts(source)
            }
        };
        self.sources.iter().map(facts).collect()
    }
}

/// Examines the paths and writes the case.
///
/// # Errors
/// Whatever keeps the case from being written; nothing that stands in a log.
pub fn examine(options: &Options) -> Result<Brief> {
    let mut stated = determinations::stated(options)?;
    let key_file = options.key_file.as_deref();
    let work = Work::begin(&options.case, options.existing, key_file)?;
    let options = &with_kept(options, &work, &mut stated)?;
    let (mut run, mut seals) = Run::begin(&work, key_file)?;
    let mut prepared = prepare(&work, options, &mut seals)?;
    prepared.acquisitions = Acquisitions::gather(options, &run.told, &prepared.sources)?;
    let store = Store::open(&work.partial).map_err(sources::store_error)?;
    let (mut brief, facts) = judge(&store, &mut prepared, options, &stated)?;
    if let Some(earlier) = &prepared.earlier {
        brief.changes = changes::between(earlier, &brief);
        work.keep_earlier_run()?;
    }
    write_case(&work, options, &brief, &facts, &prepared)?;
    let outcome = Outcome {
        brief: &brief,
        sources: &prepared.sources,
        options,
        acquisitions: &prepared.acquisitions,
        mappings: &prepared.mappings,
    };
    work.signs();
    brief.proof = run.seal(&outcome, &seals.sealed)?;
    proof::fill(&work.partial, &case::name_of(&work.dir), &brief.proof)?;
    write_key_beside(&work.dir, &brief.proof)?;
    work.finish()?;
    Ok(brief)
}

/// The options, with the rules and lists of the case that grows before its own, and with its
/// determinations where no others are given: what an owner answered stays answered.
fn with_kept(
    options: &Options,
    work: &Work,
    stated: &mut determinations::Stated,
) -> Result<Options> {
    let mut options = options.clone();
    if work.grows {
        if options.determinations.is_none() {
            *stated = with_determined(&mut options, work)?;
        }
        options.rules = rules::join(rules::kept(&work.dir)?, &options.rules);
        options.addresses = options.addresses.with_kept(&work.dir)?;
    }
    Ok(options)
}

/// What the case was determined by, and what the options add. What was confirmed once was confirmed
/// for the accounts of then: what reaches far now has to be confirmed now.
fn with_determined(options: &mut Options, work: &Work) -> Result<determinations::Stated> {
    let (file, mut shorthand) = determinations::kept(&work.dir)?;
    let added = options.shorthand.iter();
    let added: Vec<_> = added
        .filter(|entry| !shorthand.contains(entry))
        .cloned()
        .collect();
    let mut stated = determinations::from_parts(file.as_ref(), &shorthand, options.confirmed)?;
    let new = determinations::from_parts(None, &added, options.confirmed)?;
    stated.determinations.extend(new.determinations);
    shorthand.extend(added);
    (options.determinations, options.shorthand) = (file, shorthand);
    Ok(stated)
}

/// First pass: every byte taken in, accounted for, stored and learned from.
fn prepare(work: &Work, options: &Options, seals: &mut Seals) -> Result<Prepared> {
    let (files, paths, earlier) = if work.grows {
        let manifest = manifest::read(&work.dir)?;
        let files = manifest.grown(options, &work.dir)?;
        let earlier = earlier::read(&work.dir)?;
        (
            files,
            manifest.paths_with(options),
            Some((manifest, earlier)),
        )
    } else {
        (options.paths.clone(), options.paths.clone(), None)
    };
    let mappings = mappings(work, options)?;
    let mut told = options.told_of_sources.clone();
    told.mapped = mappings
        .iter()
        .filter_map(|file| file.mapped.clone())
        .collect();
    let lookout = Lookout::of(&options.rules, &options.addresses);
    let watch = lookout.clone().map(|lookout| lookout as Arc<dyn Watch>);
    let how = How {
        quiet: options.quiet,
        case: Some(&work.dir),
        told: &told,
        watch: watch.as_ref(),
    };
    let (taken, mut learned) = sources::take(&files, how, &work.partial, seals, &Learned::new)?;
    drop(watch);
    let ran = lookout.and_then(Arc::into_inner);
    let ran = ran.and_then(|lookout| lookout.close(&taken.sources));
    options.addresses.tell(learned.learner.lists_mut());
    if let Some(ran) = &ran {
        ran.tell(learned.learner.lists_mut());
    }
    if let Some((manifest, _)) = &earlier {
        manifest.check_unchanged(&taken.sources)?;
    }
    Ok(Prepared {
        sources: taken.sources,
        problems: taken.problems,
        earlier: earlier.map(|(_, earlier)| earlier),
        learned,
        paths,
        mappings,
        ran,
        acquisitions: Acquisitions::default(),
    })
}

/// The mapping files of the case that grows, then those of the command line.
fn mappings(work: &Work, options: &Options) -> Result<Vec<MappingFile>> {
    let mut mappings = Vec::new();
    if work.grows {
        mappings = mapping::kept(&work.dir)?;
    }
    for file in &options.mappings {
        mapping::add(&mut mappings, file.clone())?;
    }
    Ok(mappings)
}

/// What operators state of their issuers' logs.
pub fn issuers(mappings: &[MappingFile]) -> Vec<Issuer> {
    let stated = mappings.iter().filter_map(|file| file.issuer.clone());
    stated.collect()
}

/// Second to fourth pass, and the brief.
fn judge(
    store: &Store,
    prepared: &mut Prepared,
    options: &Options,
    stated: &determinations::Stated,
) -> Result<(Brief, Facts)> {
    let mut learned = std::mem::take(&mut prepared.learned);
    prepared.learned.upstream = std::mem::take(&mut learned.upstream);
    let source_facts = prepared.source_facts();
    let licences = Stated {
        licences: options.licences.clone(),
        exported: options.exported,
        issuers: issuers(&prepared.mappings),
    };
    let facts = learned.learner.close();
    let mut coverage = learned.chart.close(&source_facts, &licences);
    let unlisted = prepared.learned.upstream.gaps(&prepared.sources);
    coverage.gaps.extend(unlisted);
    let coverage = issuer_log::charted(coverage, &facts);
    let bench = Bench {
        store,
        facts: &facts,
        coverage: &coverage,
        stated,
        options,
    };
    let mut outcome = bench.judge()?;
    let (measured, timeline) = bench.measure(&outcome, &learned.removed)?;
    let mut method = method::method(
        options,
        stated,
        &outcome,
        prepared.run(),
        learned.other_operations,
    );
    method.notes.extend(said_of_handed_in(prepared, options));
    method.limits.extend(limits(prepared, options, &facts));
    let brief = write(Inputs {
        accounting: accounting(prepared),
        sources: &source_facts,
        cards: &source::cards(),
        remedies: source::remedies::ALL,
        listed: &outcome.listed,
        ordinary_sessions: outcome.ordinary_sessions,
        findings: std::mem::take(&mut outcome.findings),
        coverage: &coverage,
        attempts: attempts(&outcome.unlisted),
        measured,
        removed: &learned.removed,
        timeline,
        protect: &options.protect.iter().cloned().collect::<Vec<_>>(),
        told: options
            .told
            .iter()
            .map(|(who, at)| Told {
                who: who.clone(),
                at: *at,
            })
            .collect(),
        contained: options.contained,
        stated: &licences,
        now: options.exported,
        method,
    });
    Ok((brief, facts))
}

/// What keeps the answers small, printed on every page: no log at all, an account on no record.
fn limits(prepared: &Prepared, options: &Options, facts: &Facts) -> Vec<String> {
    let known = facts.accounts();
    let named = |account: &&String| !known.contains_key(account.as_str());
    let unnamed = options.accounts.iter().filter(named);
    let none = sources::no_log(&prepared.sources).into_iter();
    none.chain(unnamed.map(|account| format!("no record names the account {account}")))
        .collect()
}

/// What the method says of mappings, lists and rules that the user handed in.
fn said_of_handed_in(prepared: &Prepared, options: &Options) -> Vec<String> {
    let mut said = mapping::report::sentences(&prepared.mappings, &prepared.sources);
    said.extend(options.addresses.sentences());
    said.extend(prepared.ran.iter().flat_map(rules::report::sentences));
    let told = &options.told_of_sources;
    said.extend(mapping::report::unmatched(told, &prepared.sources));
    said
}

fn accounting(prepared: &Prepared) -> Vec<Accounting> {
    let upstream = prepared.learned.upstream.told(&prepared.sources);
    let rows: Vec<Accounting> = prepared
        .sources
        .iter()
        .zip(upstream)
        .map(|(source, upstream)| Accounting {
            upstream,
            acquisition: prepared
                .acquisitions
                .of(source)
                .map(|stated| stated.printed()),
            ..sources::accounting(source, &prepared.problems)
        })
        .collect();
    for row in &rows {
        assert!(
            row.adds_up(),
            "the accounting of source {} adds up",
            row.source.0
        );
    }
    rows
}

/// Writes every file of the case into its partial folder.
fn write_case(
    work: &Work,
    options: &Options,
    brief: &Brief,
    facts: &Facts,
    prepared: &Prepared,
) -> Result<()> {
    outputs::write(&work.partial, brief)?;
    let store = work.partial.join("store");
    judged_tables::write(&store, brief, facts)?;
    earlier::write(&store, brief)?;
    mapping::keep(&work.partial, &prepared.mappings)?;
    rules::keep(&work.partial, &options.rules)?;
    options.addresses.keep(&work.partial)?;
    if let Some(ran) = &prepared.ran {
        rules::report::write(&work.partial, ran)?;
    }
    if let Some((_, text)) = &options.determinations {
        outputs::text(&work.partial.join("determinations.toml"), text)?;
    }
    if options.keep_sources {
        sources::keep(&prepared.sources, &work.partial)?;
    }
    let options = brief.method.options.clone();
    Manifest::new(
        prepared.run(),
        prepared.paths.clone(),
        options,
        &prepared.sources,
    )
    .write(&work.partial)
}
