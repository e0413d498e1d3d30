//! Makes a pack: some records, whole or in part, with all an outsider needs.
//!
//! Invariants: everything that leaves is looked through for what is withheld before anything is
//! appended to the log; no key of a source and no plain hash of a file goes into a pack.

pub mod choose;
pub mod custody;
pub mod leak;
pub mod page;
pub mod withhold;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use demarche_evidence::anchor::Anchor;
use demarche_evidence::container::{self, Contents};
use demarche_evidence::entry;
use demarche_evidence::pack::Draft as Pack;
use serde_json::Value;

use crate::disclose::choose::Chosen;
use crate::disclose::custody::Scope;
use crate::disclose::withhold::Shown;
use crate::error::{Error, OnFile, Result};
use crate::evidence::entries::kind;
use crate::evidence::key::CaseKey;
use crate::evidence::layout::Evidence;
use crate::evidence::lock::Lock;
use crate::evidence::log::{Draft, Log};
use crate::evidence::told::Told;

/// Who acts in the entries of `disclose`.
const ACTOR: &str = "demarche disclose";

/// The most records listed in an entry; of more, their number and root.
const LISTED_MAX: usize = 2_000;

/// What is to be disclosed.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The case.
    pub case: PathBuf,
    /// Claims or findings, by id or by their number.
    pub claims: Vec<String>,
    /// Records, by source and leaf.
    pub leaves: Vec<(String, u64)>,
    /// Names of fields to withhold.
    pub withhold: Vec<String>,
    /// The file to write.
    pub out: PathBuf,
    /// The mark of the Traffic Light Protocol, as in `AMBER+STRICT`.
    pub tlp: String,
    /// For whom, and for what.
    pub recipient: String,
    /// For what.
    pub purpose: String,
    /// The file of the case key, where the user names one.
    pub key_file: Option<PathBuf>,
    /// Where sources are now, for records that were not kept.
    pub spool: PathBuf,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Made {
    /// Records in it.
    pub n_records: usize,
    /// Values withheld.
    pub n_withheld: usize,
    /// How many records were cut after intake.
    pub n_cut: usize,
    /// The entry that vouches for the pages.
    pub entry: u64,
    /// The checkpoint's size.
    pub size: u64,
}

/// Makes the pack, and an entry that says so.
///
/// # Errors
/// Claims, records or fields that are not there; a withheld value that would still be shown.
pub fn disclose(wish: &Wish) -> Result<Made> {
    if wish.out.exists() {
        return Err(Error::usage(format!("{} exists", wish.out.display()))
            .hint("a pack is never written over another one"));
    }
    let _lock = Lock::take(&wish.case)?;
    let evidence = Evidence::of(&wish.case);
    let key = CaseKey::of_case(&evidence, wish.key_file.as_deref())?;
    let told = Told::read(&evidence, &key)?;
    let mut chosen = Chosen::of(&told, wish)?;
    let openings = choose::openings(&evidence, &told, &chosen, &wish.spool)?;
    let mut log = Log::open(&evidence, &key)?;
    let (shown, sought) = withhold::all(openings, &wish.withhold, log.size())?;
    let cuts: Vec<Draft> = shown.iter().filter_map(cut_entry).collect();
    let export = log.size() + cuts.len() as u64;
    if !wish.withhold.is_empty() {
        // Ids and sentences derive from names: with anything withheld they stay concealed.
        chosen.conceal();
    }
    let head = page::Head::of(wish, &log)?;
    let pack = pages(&head, &told, &chosen, &shown)?;
    refuse_leak(&pack, &told, &chosen, &sought)?;
    let mut drafts = cuts;
    drafts.push(export_entry(wish, &pack, &shown));
    let (first, appended) = log.append(ACTOR, &drafts)?;
    let mut entries = existing(&told, &chosen)?;
    entries.extend((first..).zip(appended));
    let info = bag_info(wish);
    let contents = pack.finish(log.case_log(), &entries, &info);
    let contents = contents.map_err(crate::evidence::log::error)?;
    write(&wish.out, &contents)?;
    Ok(Made {
        n_records: shown.len(),
        n_withheld: shown.iter().map(|record| record.n_withheld).sum(),
        n_cut: shown.iter().filter(|record| record.cut.is_some()).count(),
        entry: export,
        size: log.size(),
    })
}

/// The entry that binds a cut made now.
fn cut_entry(shown: &Shown) -> Option<Draft> {
    let cut = shown.cut.as_ref()?;
    let (_, commitment) = cut.commitment().ok()?;
    let draft = Draft::of(kind::RECORD_CUT)
        .with("source", cut.source.clone())
        .with("leaf", cut.leaf)
        .with("commitment", commitment.to_string())
        .with("sealed_by", shown.opening.entry);
    Some(draft)
}

/// Everything of the pack but its entries.
fn pages(head: &page::Head, told: &Told, chosen: &Chosen, shown: &[Shown]) -> Result<Pack> {
    let mut pack = Pack::new();
    for record in shown {
        pack.opening(&record.opening);
        if let Some(cut) = &record.cut {
            pack.cut(cut);
        }
    }
    for asserted in &chosen.asserted {
        for index in asserted.entries.iter().filter(|_| !asserted.said.is_null()) {
            let Some(it) = told.reveals.get(index).and_then(|all| all.0.get("said")) else {
                continue;
            };
            let fields = [("said".to_owned(), (it.salt, it.value.clone()))].into();
            let revealed = pack.reveal(*index, &fields);
            revealed.map_err(|cause| Error::run("cannot reveal a sentence").because(&cause))?;
        }
    }
    let sources: BTreeSet<String> = shown.iter().map(|it| it.opening.source.clone()).collect();
    let scope = Scope {
        told,
        sources: Some(&sources),
        leaves: true,
    };
    let mut add = |path: &str, bytes: Vec<u8>| {
        let added = pack.page(path, bytes);
        added.map_err(|cause| Error::run("cannot add a page to the pack").because(&cause))
    };
    add("README.txt", page::readme(head).into_bytes())?;
    add("report.html", page::html(head, chosen, shown).into_bytes())?;
    add("custody.csv", custody::table(&scope)?)?;
    let form = custody::certificate(&head.origin, head.size, &head.root);
    add("certificate-902.txt", form.into_bytes())?;
    add("coverage.json", page::coverage(told).into_bytes())?;
    add("policy.txt", page::policy(head).into_bytes())?;
    for (index, entry) in told.of(kind::CHECKPOINT_ANCHORED) {
        if let Some(anchor) = Anchor::of(entry) {
            add(&format!("timestamps/{index:06}.tsr"), anchor.token)?;
            add(
                &format!("timestamps/{index:06}.checkpoint"),
                anchor.checkpoint,
            )?;
        }
    }
    Ok(pack)
}

/// Refuses a pack in which a withheld value could be found.
fn refuse_leak(pack: &Pack, told: &Told, chosen: &Chosen, sought: &[String]) -> Result<()> {
    let mut files: Contents = pack.pages().clone();
    for (index, bytes) in existing(told, chosen)? {
        files.insert(format!("entry {index}"), bytes);
    }
    // What every pack has is not about anybody: the script, and the form with its blanks.
    files.remove("data/verify/verify_pack.py");
    match leak::found(&files, sought) {
        None => Ok(()),
        Some(path) => Err(Error::run(format!(
            "nothing was disclosed: {path} would show a value that is to be withheld"
        ))
        .hint("withhold the field that names it too, or leave out that record or claim")),
    }
}

/// The entries of the log that the pack needs, as they are stored.
fn existing(told: &Told, chosen: &Chosen) -> Result<Vec<(u64, Vec<u8>)>> {
    let wanted = told.entries.iter();
    let wanted = wanted.filter(|(index, _)| chosen.entries.contains(index));
    let bytes = wanted.map(|(index, entry)| {
        let bytes = entry::canonical(&Value::Object(entry.object.clone()));
        let bytes = bytes.map_err(|cause| Error::run("an entry cannot be read").because(&cause));
        Ok((*index, bytes?))
    });
    bytes.collect()
}

/// The entry that says what was disclosed, and vouches for the pages.
fn export_entry(wish: &Wish, pack: &Pack, shown: &[Shown]) -> Draft {
    let mut places: Vec<(String, u64)> = shown
        .iter()
        .map(|record| (record.opening.source.clone(), record.opening.leaf))
        .collect();
    places.sort();
    let hashes = places
        .iter()
        .map(|(source, leaf)| demarche_evidence::hash::leaf(format!("{source}/{leaf}").as_bytes()));
    let root = demarche_evidence::tree::root(hashes);
    let n_withheld: usize = shown.iter().map(|record| record.n_withheld).sum();
    let mut draft = Draft::of(kind::EXPORT_MADE)
        .with("content", pack.content().to_string())
        .with("tlp", format!("TLP:{}", wish.tlp))
        .with("records", places.len())
        .with("records_root", root.to_string())
        .with("withheld", n_withheld)
        .concealing("recipient", wish.recipient.clone())
        .concealing("purpose", wish.purpose.clone())
        .concealing("claims", wish.claims.clone());
    if places.len() <= LISTED_MAX {
        let listed = places
            .iter()
            .map(|(source, leaf)| format!("{source}/{leaf}"));
        draft = draft.with("disclosed", listed.collect::<Vec<_>>());
    }
    draft
}

fn bag_info(wish: &Wish) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (label.to_owned(), value);
    vec![
        line("TLP", format!("TLP:{}", wish.tlp)),
        line(
            "Bag-Software-Agent",
            format!("demarche {}", env!("CARGO_PKG_VERSION")),
        ),
        line(
            "External-Description",
            "Records of a case with their proofs; read data/README.txt".to_owned(),
        ),
    ]
}

/// Writes the pack as one zip, which must not be there yet.
fn write(out: &Path, contents: &Contents) -> Result<()> {
    use std::io::Write as _;
    let folder = out.file_stem().unwrap_or_default().to_string_lossy();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let folder: String = folder.chars().filter(|letter| plain(*letter)).collect();
    let folder = if folder.is_empty() { "pack" } else { &folder };
    let archive = container::write(folder, contents)
        .map_err(|cause| Error::run("cannot make the pack").because(&cause))?;
    let mut file = std::fs::File::create_new(out).on("make", out)?;
    file.write_all(&archive)
        .and_then(|()| file.sync_all())
        .on("write", out)
}
