//! Simulated tenants beside their truth, where `DEMARCHE_SIMULATED` names a folder of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::event::kind::Kind;
use demarche_core::record::json::Value;
use demarche_core::vocab::grade::Verdict;

use super::{Examined, Logs, examine};

type Items = BTreeSet<(String, String)>;

struct Truth {
    shape: String,
    items: Items,
    accounts: BTreeSet<String>,
}

fn truth_of(folder: &Path) -> Truth {
    let text = fs::read_to_string(folder.join("truth.json")).unwrap();
    let value = Value::of(&text);
    let options = value.member("options").unwrap();
    let mut truth = Truth {
        shape: options.member("shape").unwrap().text().into_owned(),
        items: Items::new(),
        accounts: BTreeSet::new(),
    };
    let _ = value.member("sessions").unwrap().elements(|session| {
        if session.member("verdict").unwrap().text() != "hostile" {
            return;
        }
        let account = session.member("account").unwrap().text().to_lowercase();
        truth.accounts.insert(account);
        let _ = session.member("items").unwrap().elements(|item| {
            let mailbox = item.member("mailbox").unwrap().text().to_lowercase();
            let id = item.member("item").unwrap().text().into_owned();
            truth.items.insert((mailbox, id));
        });
    });
    truth
}

/// Items named in sessions of a verdict, by ties that bear "certain".
fn items_of(examined: &Examined, verdict: Verdict) -> Items {
    let ids: BTreeSet<&str> = examined
        .listed(verdict)
        .iter()
        .map(|(session, _)| session.id.as_str())
        .collect();
    let mut items = Items::new();
    for (at, event) in examined.events.iter().enumerate() {
        let Some((session, to)) = examined.assigned.get(&(event.place, at)) else {
            continue;
        };
        let reads = matches!(
            event.kind,
            Kind::ItemsRead | Kind::FileDownloaded | Kind::FileRead | Kind::AttachmentRead
        );
        if !reads || !to.tie.bears_certain() || !ids.contains(session.as_str()) {
            continue;
        }
        for item in &event.items {
            items.insert((event.store.name.to_lowercase(), item.id.to_string()));
        }
    }
    items
}

#[test]
fn simulated_tenants_are_judged_as_their_truth_says() {
    let Some(folder) = std::env::var_os("DEMARCHE_SIMULATED").map(PathBuf::from) else {
        println!("skipped: DEMARCHE_SIMULATED names no folder of simulated tenants");
        return;
    };
    let mut folders: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("truth.json").is_file())
        .collect();
    folders.sort();
    let mut faults = Vec::new();
    for folder in folders {
        faults.extend(check(&folder));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn check(folder: &Path) -> Option<String> {
    let truth = truth_of(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("truth.json"))
        .collect();
    paths.sort();
    let examined = examine(Logs::open(&paths));
    let hostile = items_of(&examined, Verdict::Hostile);
    let suspect = items_of(&examined, Verdict::Suspect);
    let wrong = hostile.difference(&truth.items).count();
    let missed: Items = truth.items.difference(&hostile).cloned().collect();
    let unlisted = missed.difference(&suspect).count();
    let accounts: BTreeSet<String> = examined
        .listed(Verdict::Hostile)
        .iter()
        .map(|(session, _)| session.account.clone())
        .collect();
    let innocent: Vec<&String> = accounts.difference(&truth.accounts).collect();
    let mut rows: BTreeMap<(&str, u8), usize> = BTreeMap::new();
    for judged in &examined.judged {
        let judgement = &judged.judgement;
        if judgement.verdict > Verdict::Ordinary {
            *rows
                .entry((judgement.verdict.word(), judgement.row.0))
                .or_default() += 1;
        }
    }
    println!(
        "{} {}: sessions {}, truth {} items {} accounts; certain {} wrong {wrong} missed {} unlisted {unlisted}; innocent {innocent:?}; rows {rows:?}",
        folder.file_name().unwrap().to_string_lossy(),
        truth.shape,
        examined.sessions.len(),
        truth.items.len(),
        truth.accounts.len(),
        hostile.len(),
        missed.len(),
    );
    if std::env::var_os("SHOW").is_some() {
        println!("{}", examined.text());
    }
    (wrong > 0 || !innocent.is_empty()).then(|| {
        format!(
            "{}: {wrong} items wrongly certain, {innocent:?}",
            folder.display()
        )
    })
}
