//! The evidence of one run: what its entries say, and their one append.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use demarche_core::brief::brief::Brief;
use demarche_core::brief::proof::Proof;
use demarche_core::vocab::place::Place;
use demarche_evidence::entry::{Cite, SealedSource};
use demarche_evidence::hash::{self, Digest};
use demarche_store::intake::source::Source;
use serde_json::{Map, Value, json};

use crate::error::{OnFile, Result};
use crate::evidence::entries::{CITES_MAX, kind};
use crate::evidence::kept::{Keeper, Leaves};
use crate::evidence::key::CaseKey;
use crate::evidence::layout::{self, Evidence};
use crate::evidence::log::{Draft, Log, put};
use crate::evidence::outputs;
use crate::evidence::sealing::{Sealed, Seals};
use crate::evidence::step;
use crate::evidence::told::Told;
use crate::examine::acquisition::Acquisitions;
use crate::examine::case::Work;
use crate::mapping::MappingFile;
use crate::options::Options;
use crate::render;

/// Who acts in the entries of `examine`.
const ACTOR: &str = "demarche examine";

/// The evidence of a run under way.
pub struct Run {
    case: PathBuf,
    key: CaseKey,
    /// What the log says so far.
    pub told: Told,
}

/// What a run has come to.
pub struct Outcome<'a> {
    /// Its brief, without proof.
    pub brief: &'a Brief,
    /// Its sources, in order of their numbers.
    pub sources: &'a [Source],
    /// Its options.
    pub options: &'a Options,
    /// How its sources were acquired.
    pub acquisitions: &'a Acquisitions,
    /// The mapping files that say how logs are read.
    pub mappings: &'a [MappingFile],
}

impl Run {
    /// Begins: finds or makes the key, reads what the log says, takes it over into the new folder.
    ///
    /// # Errors
    /// A key that is not there, a log that does not hold, and errors of the disk.
    pub fn begin(work: &Work, key_file: Option<&Path>) -> Result<(Run, Seals)> {
        let case = work.partial.clone();
        if !work.grows {
            let key = CaseKey::of_new_case(key_file)?;
            let told = Told::default();
            return Ok((
                Run {
                    case: case.clone(),
                    key,
                    told,
                },
                Seals::new(&case, BTreeMap::new()),
            ));
        }
        let earlier = Evidence::of(&work.dir);
        let key = CaseKey::of_case(&earlier, key_file)?;
        let told = Told::read(&earlier, &key)?;
        let seals = told.seals(&earlier)?;
        let own = Evidence::of(&case);
        for (from, to) in [
            (earlier.log(), own.log()),
            (earlier.concealed(), own.concealed()),
            (earlier.files(), own.files()),
            (earlier.records(), own.records()),
        ] {
            if from.is_dir() {
                crate::examine::case::copy_tree(&from, &to)?;
            }
        }
        Ok((
            Run {
                case: case.clone(),
                key,
                told,
            },
            Seals::new(&case, seals),
        ))
    }

    /// Keeps cited records and appends every entry of the run at once: this is the commit.
    ///
    /// All other outputs of the run are on disk when this is called.
    ///
    /// # Errors
    /// A source that changed since it was sealed, a log that cannot go on, errors of the disk.
    pub fn seal(&mut self, outcome: &Outcome<'_>, sealed: &[Sealed]) -> Result<Proof> {
        let evidence = Evidence::of(&self.case);
        self.key.keep()?;
        step::passed();
        let mut log = Log::open(&evidence, &self.key)?;
        let first = log.size();
        let mut drafts = Vec::new();
        if first == 0 {
            let vkey = log.verifier_key().to_string();
            let open = Draft::of(kind::CASE_OPEN).with("case", self.key.id());
            drafts.push(open.with("vkey", vkey).with("suite", "ro-sha256-1"));
        }
        let seals = self.of_sources(outcome.sources, sealed, first, &mut drafts);
        self.of_acquisitions(outcome, &evidence, &mut drafts)?;
        of_method(outcome, &evidence, &mut drafts)?;
        drafts.push(analysis(outcome, &self.case, first)?);
        self.of_assertions(outcome.brief, &mut drafts);
        let keeper = Keeper {
            evidence: &evidence,
            sources: outcome.sources,
            seals: &seals,
            spool: &self.case,
        };
        keeper.keep(&cited(outcome.brief))?;
        log.append(ACTOR, &drafts)?;
        crate::evidence::proof::of(log.checkpoint(), &self.key)
    }

    /// Entries of sources seen for the first time; returns all seals with their entries.
    fn of_sources(
        &self,
        sources: &[Source],
        sealed: &[Sealed],
        first: u64,
        drafts: &mut Vec<Draft>,
    ) -> BTreeMap<u32, (u64, SealedSource)> {
        let mut seals = BTreeMap::new();
        let new = |source: &Source| !self.told.sealed.contains_key(&source.number.0.to_string());
        for source in sources.iter().filter(|source| new(source)) {
            drafts.push(received(source));
        }
        for (source, sealed) in sources.iter().zip(sealed) {
            let (number, seal) = (source.number.0, sealed.seal.clone());
            let entry = match self.told.sealed.get(&number.to_string()) {
                Some((entry, _)) => *entry,
                None => {
                    drafts.push(seal_of(source, sealed));
                    first + drafts.len() as u64 - 1
                }
            };
            seals.insert(number, (entry, seal));
        }
        seals
    }

    /// Entries of how sources were acquired, where it was not said before.
    fn of_acquisitions(
        &self,
        outcome: &Outcome<'_>,
        evidence: &Evidence,
        drafts: &mut Vec<Draft>,
    ) -> Result<()> {
        let file = match outcome.acquisitions.file() {
            Some(text) => Some(seal_file(evidence, text.as_bytes())?),
            None => None,
        };
        for source in outcome.sources {
            let Some(stated) = outcome.acquisitions.of(source) else {
                continue;
            };
            let statement = stated.to_json();
            let number = source.number.0.to_string();
            let known = self
                .told
                .of(kind::ACQUISITION_STATED)
                .any(|(index, entry)| {
                    entry.object.get("source").and_then(Value::as_str) == Some(&number)
                        && self.told.value(index, "statement") == Some(&statement)
                });
            if known {
                continue;
            }
            let file = file.filter(|_| stated.is_of_file());
            let draft = Draft::of(kind::ACQUISITION_STATED)
                .with("source", number)
                .with("by", stated.by.word())
                .concealing("statement", statement)
                .concealing("file", file.map(|digest| digest.to_string()));
            drafts.push(draft);
        }
        Ok(())
    }

    /// Withdraws what this run no longer says so, and asserts what is new.
    fn of_assertions(&self, brief: &Brief, drafts: &mut Vec<Draft>) {
        let run = brief.method.run;
        let findings = brief.findings.iter().map(|finding| {
            let said = json!({
                "id": finding.id, "kind": finding.kind, "session": finding.session,
                "account": finding.account, "row": finding.row.0,
                "verdict": finding.standing.word(), "sentence": finding.sentence,
            });
            (said, cites(&finding.records))
        });
        let claims = brief.claims.iter().map(|claim| {
            let said = json!({
                "id": claim.id(), "kind": claim.kind().word(), "session": claim.session(),
                "sentence": claim.sentence(), "absence": claim.absence(),
            });
            (said, cites(claim.places()))
        });
        let (asserted, withdrawn) = (kind::FINDING_ASSERTED, kind::FINDING_WITHDRAWN);
        self.moved((asserted, withdrawn), run, findings.collect(), drafts);
        let (asserted, withdrawn) = (kind::CLAIM_ASSERTED, kind::CLAIM_WITHDRAWN);
        self.moved((asserted, withdrawn), run, claims.collect(), drafts);
    }

    /// Entries for what moved between what stands and what this run says.
    fn moved(
        &self,
        (asserted, withdrawn): (&'static str, &'static str),
        run: u32,
        now: Vec<(Value, Vec<Cite>)>,
        drafts: &mut Vec<Draft>,
    ) {
        let standing = self.told.standing(asserted, withdrawn);
        let said = |id: &str| now.iter().find(|(said, _)| said["id"] == id);
        for (id, before) in &standing {
            let why = match said(id) {
                Some((said, cites)) if *said == before.said && *cites == before.cites => continue,
                Some(_) => "changed",
                None => "gone",
            };
            let draft = Draft::of(withdrawn).with("run", run);
            drafts.push(draft.with("asserted", before.entry).with("why", why));
        }
        for (said, cites) in &now {
            let id = said["id"].as_str().unwrap_or_default();
            let before = standing.get(id);
            if before.is_some_and(|it| it.said == *said && it.cites == *cites) {
                continue;
            }
            let parts: Vec<&[Cite]> = if cites.is_empty() {
                vec![&[]]
            } else {
                cites.chunks(CITES_MAX).collect()
            };
            for (part, cites) in parts.iter().enumerate() {
                let draft = Draft::of(asserted)
                    .with("run", run)
                    .with("part", part)
                    .with("parts", parts.len())
                    .with("cites", Cite::list(cites))
                    .concealing("said", said.clone());
                drafts.push(draft);
            }
        }
    }
}

/// The leaves that findings and claims cite.
fn cited(brief: &Brief) -> Leaves {
    let mut leaves = Leaves::new();
    let findings = brief.findings.iter().flat_map(|finding| &finding.records);
    let claims = brief.claims.iter().flat_map(|claim| claim.places());
    for place in findings.chain(claims) {
        leaves.entry(place.source.0).or_default().insert(place.leaf);
    }
    leaves
}

fn cites(places: &[Place]) -> Vec<Cite> {
    let cite = |place: &Place| Cite {
        source: place.source.0.to_string(),
        leaf: place.leaf,
    };
    let mut cites: Vec<Cite> = places.iter().map(cite).collect();
    cites.sort();
    cites.dedup();
    cites
}

fn received(source: &Source) -> Draft {
    Draft::of(kind::SOURCE_RECEIVED)
        .with("source", source.number.0.to_string())
        .with("bytes", source.bytes)
        .concealing("name", source.name.clone())
        .concealing("path", source.path.clone())
        .concealing("sha256", Digest(source.digests.file_sha256).to_string())
}

fn seal_of(source: &Source, sealed: &Sealed) -> Draft {
    let time = |at: Option<demarche_core::vocab::moment::Moment>| at.map(|at| at.to_string());
    let known = source.card.map_or("unknown", |card| card.name);
    Draft::of(kind::SOURCE_SEALED)
        .with_all(sealed.seal.fields())
        .with("kind", known)
        .with("rejected", source.rejected)
        .with("first", time(source.first))
        .with("last", time(source.last))
        .with("list_sha256", sealed.list_sha256.to_string())
        .concealing("problem", source.problem.clone())
}

/// Entries of lists, determinations and coverage.
fn of_method(outcome: &Outcome<'_>, evidence: &Evidence, drafts: &mut Vec<Draft>) -> Result<()> {
    let (brief, options) = (outcome.brief, outcome.options);
    let run = brief.method.run;
    for (name, version, sha256) in rule_sets(brief) {
        let draft = Draft::of(kind::RULESET_LOADED)
            .with("run", run)
            .with("name", name);
        let sha256 = sha256.to_string();
        drafts.push(draft.with("version", version).with("sha256", sha256));
    }
    for (name, text) in handed_in(outcome) {
        let digest = seal_file(evidence, text.as_bytes())?.to_string();
        let draft = Draft::of(kind::RULESET_LOADED)
            .with("run", run)
            .with("name", name);
        drafts.push(draft.concealing("file", digest));
    }
    let file = match &options.determinations {
        Some((_, text)) => Some(seal_file(evidence, text.as_bytes())?.to_string()),
        None => None,
    };
    if file.is_some() || !options.shorthand.is_empty() {
        let shorthand = options.shorthand.iter().map(|(hostile, key, value)| {
            let verdict = if *hostile { "hostile" } else { "ordinary" };
            json!([verdict, key, value])
        });
        let draft = Draft::of(kind::DETERMINATIONS_LOADED)
            .with("run", run)
            .with("n", brief.method.determinations.len())
            .concealing("file", file)
            .concealing("shorthand", shorthand.collect::<Vec<_>>());
        drafts.push(draft);
    }
    let gaps = brief.gaps.iter().map(|row| render::json::gap(&row.gap));
    let draft = Draft::of(kind::COVERAGE_DECLARED)
        .with("run", run)
        .with("gaps", brief.gaps.len())
        .with("missing", brief.missing.len())
        .concealing("declared", gaps.collect::<Vec<_>>());
    drafts.push(draft);
    Ok(())
}

/// The texts that the user handed in to judge by: all rules as one, lists, mappings.
fn handed_in<'a>(outcome: &Outcome<'a>) -> Vec<(&'static str, Cow<'a, str>)> {
    let options = outcome.options;
    let rules = options.rules.iter().map(|file| file.text.as_str());
    let rules: Vec<&str> = rules.collect();
    let lists = &options.addresses;
    let texts = [
        ("public rules", Cow::Owned(rules.join("\n---\n"))),
        (
            "hosting networks",
            Cow::Borrowed(lists.hosting.text.as_str()),
        ),
        ("threats", Cow::Borrowed(lists.threats.text.as_str())),
    ];
    let mappings = outcome.mappings.iter();
    let mappings = mappings.map(|file| ("mapping", Cow::Borrowed(file.text.as_str())));
    let given = texts.into_iter().filter(|(_, text)| !text.is_empty());
    given.chain(mappings).collect()
}

/// What judged besides the program: the verdict table and the lists, by name, version and digest.
fn rule_sets(brief: &Brief) -> Vec<(String, String, Digest)> {
    let mut table = String::new();
    for row in &brief.method.table {
        let cells = [&row.evidence, &row.alone, &row.hostile_with];
        table.push_str(&format!("{}\t{cells:?}\n", row.row));
    }
    let version = brief.method.version.clone();
    let mut sets = vec![(
        "verdict table".to_owned(),
        version,
        hash::sha256(table.as_bytes()),
    )];
    // Built in: what this version prints of its lists stands for them.
    let built_in = format!("{:?}", crate::examine::lists::lists());
    let lists = brief.method.lists.iter();
    sets.extend(lists.map(|(name, version)| {
        (
            name.clone(),
            version.clone(),
            hash::sha256(built_in.as_bytes()),
        )
    }));
    sets
}

fn analysis(outcome: &Outcome<'_>, case: &Path, log_size: u64) -> Result<Draft> {
    let brief = outcome.brief;
    let outputs: Map<String, Value> = outputs::digests(case)?
        .into_iter()
        .map(|(path, digest)| (path, digest.to_string().into()))
        .collect();
    let options: Vec<Value> = brief
        .method
        .options
        .iter()
        .map(|(name, value)| json!([name, value]))
        .collect();
    Ok(Draft::of(kind::ANALYSIS_RUN)
        .with("run", brief.method.run)
        .with("sources", outcome.sources.len())
        .with("log_size", log_size)
        .concealing("options", options)
        .concealing("outputs", outputs))
}

/// Keeps a file under the digest of its bytes.
fn seal_file(evidence: &Evidence, bytes: &[u8]) -> Result<Digest> {
    let digest = hash::sha256(bytes);
    put(&evidence.file(&digest), bytes)?;
    step::passed();
    Ok(digest)
}

/// Writes the verifier key beside a case; another one that lies there is not replaced.
///
/// # Errors
/// Another key there, and errors of the disk.
pub fn write_key_beside(case: &Path, proof: &Proof) -> Result<()> {
    let path = layout::verifier_key(case);
    let before = crate::evidence::told::key_beside(case)?;
    if before.as_deref() == Some(&proof.verifier_key) {
        return Ok(());
    }
    put(&path, format!("{}\n", proof.verifier_key).as_bytes())?;
    std::fs::metadata(&path).on("read", &path).map(|_| ())
}
