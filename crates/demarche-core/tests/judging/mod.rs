//! The four passes over small inputs, in memory: what the program does through the store.

mod anchor;
mod large_set;
mod simulated;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use demarche_core::coverage::chart::Chart;
use demarche_core::coverage::facts::{SourceFacts, Stated};
use demarche_core::coverage::ledger::Coverage;
use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::finding::account::{Judged, Means, judge};
use demarche_core::finding::pivot::Pivot;
use demarche_core::record::delivered::Delivered;
use demarche_core::session::fold::{Assigned, Fold};
use demarche_core::session::session::Session;
use demarche_core::source::known;
use demarche_core::source::{Form, recognise};
use demarche_core::tenant::facts::Facts;
use demarche_core::tenant::learner::Learner;
use demarche_core::tenant::lists::{Lists, Toolkit};
use demarche_core::vocab::address::Block;
use demarche_core::vocab::grade::Verdict;
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::reading::each_record;

/// Events of some files, without copies, and what intake counted.
#[derive(Default)]
pub struct Logs {
    pub events: Vec<Event<'static>>,
    pub sources: Vec<SourceFacts>,
}

impl Logs {
    pub fn open(paths: &[PathBuf]) -> Logs {
        let mut logs = Logs::default();
        let mut seen = BTreeSet::new();
        for (place, path) in paths.iter().enumerate() {
            let number = SourceNumber(u32::try_from(place).unwrap() + 1);
            logs.read(path, number, &mut seen);
        }
        logs.events
            .sort_by_key(|event| (event.at, event.place.source, event.place.leaf));
        logs
    }

    fn read(&mut self, path: &Path, number: SourceNumber, seen: &mut BTreeSet<String>) {
        let (name, text) = text_of(path);
        let mut facts = SourceFacts {
            number,
            path: name.clone(),
            ..SourceFacts::default()
        };
        let mut form: Option<&'static Form> = None;
        each_record(&name, &text, &mut |text, header| {
            let place = Place {
                source: number,
                leaf: facts.records,
                ..Place::default()
            };
            facts.records += 1;
            if !form.is_some_and(|form| (form.fits)(text, header)) {
                form = recognise(text, header);
            }
            let Some(form) = form else { return };
            facts.card = Some(form.card);
            facts.form = form.name.to_owned();
            let mut kept = Kept::default();
            (form.read)(
                &Delivered {
                    place,
                    text,
                    header,
                },
                &mut kept,
            );
            if !kept.problems.is_empty() && kept.events.iter().all(|e| e.marks.salvaged) {
                facts.rejected += 1;
                return;
            }
            for event in kept.events {
                let id = format!("{} {}", form.card.name, event.record_id);
                if event.record_id.is_empty() || seen.insert(id) {
                    facts.distinct += 1;
                    self.events.push(event);
                } else {
                    facts.duplicates += 1;
                }
            }
        });
        self.sources.push(facts);
    }
}

fn text_of(path: &Path) -> (String, String) {
    let mut bytes = fs::read(path).unwrap();
    let mut name = path.file_name().unwrap().to_string_lossy().into_owned();
    if let Some(inner) = name.strip_suffix(".gz") {
        let mut out = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice())
            .read_to_end(&mut out)
            .unwrap();
        (bytes, name) = (out, inner.to_owned());
    }
    let text = String::from_utf8_lossy(&bytes)
        .trim_start_matches('\u{feff}')
        .to_owned();
    (name, text)
}

/// The lists the program hands in.
pub fn lists(sources: &[SourceFacts]) -> Lists {
    let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
    let relays = sources.iter().filter_map(|source| source.card);
    Lists {
        version: known::VERSION.to_owned(),
        relays: relays
            .flat_map(|card| card.relays)
            .filter_map(|block| Block::parse(block))
            .collect(),
        publishers: owned(known::PUBLISHERS),
        toolkits: known::TOOLKITS
            .iter()
            .map(|(name, scopes)| Toolkit {
                name: (*name).to_owned(),
                scopes: owned(scopes),
            })
            .collect(),
        content_scopes: owned(known::CONTENT_SCOPES),
        plain_scopes: owned(known::PLAIN_SCOPES),
        own_applications: known::OWN_APPLICATIONS
            .iter()
            .map(|(id, _)| (*id).to_owned())
            .collect(),
        ..Lists::default()
    }
}

/// One examination, to the verdicts.
pub struct Examined {
    pub events: Vec<Event<'static>>,
    pub facts: Facts,
    pub coverage: Coverage,
    pub sessions: Vec<Session>,
    pub judged: Vec<Judged>,
    pub pivot: Pivot,
    /// Place of each event -> its session and tie.
    pub assigned: BTreeMap<(Place, usize), (String, Assigned)>,
}

pub fn examine(logs: Logs) -> Examined {
    let (mut learner, mut chart) = (Learner::new(lists(&logs.sources)), Chart::default());
    for event in &logs.events {
        learner.learn(event);
        chart.learn(event);
    }
    let facts = learner.close();
    let coverage = chart.close(&logs.sources, &Stated::default());
    let mut pivot = Pivot::default();
    let mut results = (Vec::new(), Vec::new(), BTreeMap::new());
    for pass in 0..2 {
        let mut noted = Pivot::default();
        results = (Vec::new(), Vec::new(), BTreeMap::new());
        for account in facts.accounts().keys() {
            let (sessions, assigned) = fold(account, &facts, &logs.events);
            let means = Means {
                facts: &facts,
                coverage: &coverage,
                expected: &[],
                determinations: &[],
                pivot: &pivot,
            };
            let judged = judge(&sessions, &means);
            noted.note(&sessions, &judged, &facts);
            results.0.extend(sessions);
            results.1.extend(judged);
            results.2.extend(assigned);
        }
        if pass == 0 {
            pivot = noted;
        }
    }
    Examined {
        events: logs.events,
        facts,
        coverage,
        sessions: results.0,
        judged: results.1,
        pivot,
        assigned: results.2,
    }
}

type Places = BTreeMap<(Place, usize), (String, Assigned)>;

fn fold(account: &str, facts: &Facts, events: &[Event<'static>]) -> (Vec<Session>, Places) {
    let mut fold = Fold::new(account, facts);
    let mut assigned = Vec::new();
    for (at, event) in events.iter().enumerate() {
        if let Some(to) = fold.event(event) {
            assigned.push(((event.place, at), to));
        }
    }
    let sessions = fold.finish();
    let places = assigned
        .into_iter()
        .map(|(place, to)| (place, (sessions[to.session].id.clone(), to)))
        .collect();
    (sessions, places)
}

impl Examined {
    pub fn listed(&self, verdict: Verdict) -> Vec<(&Session, &Judged)> {
        self.sessions
            .iter()
            .zip(&self.judged)
            .filter(|(_, judged)| judged.judgement.verdict == verdict)
            .collect()
    }

    /// All listed sessions as text, for reading.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for verdict in [Verdict::Hostile, Verdict::Suspect] {
            for (session, judged) in self.listed(verdict) {
                out.push_str(&format!(
                    "{} {} {} {}..{} events {} reads {} {}\n  {:?} {:?}\n",
                    verdict.word(),
                    session.id,
                    session.account,
                    session.first,
                    session.last,
                    session.n_events,
                    session.n_reads,
                    judged.judgement.reason,
                    session.key,
                    session.addresses.values.iter().take(4).collect::<Vec<_>>(),
                ));
                for finding in &judged.findings {
                    out.push_str(&format!(
                        "    {} row {} {} {}\n",
                        finding.kind,
                        finding.row.0,
                        finding.standing.word(),
                        finding.sentence
                    ));
                    for test in &finding.tests {
                        out.push_str(&format!(
                            "      {} {}: {}\n",
                            test.name,
                            test.result.word(),
                            test.why
                        ));
                    }
                }
            }
        }
        out
    }
}
