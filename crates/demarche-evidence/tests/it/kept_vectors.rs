//! The logs and packs under `vectors/`: made once, read for ever.
//!
//! `UPDATE_VECTORS=1` writes those that are not there; it changes none that is.

use std::fs;
use std::path::{Path, PathBuf};

use demarche_evidence::case_log::CaseLog;
use demarche_evidence::container;
use demarche_evidence::directory::Directory;
use demarche_evidence::note::VerifierKey;
use demarche_evidence::policy::Policy;
use demarche_evidence::verify::{Outcome, log, pack};

use crate::case_logs::{entry, signer};
use crate::packs::{honest, with_manifests};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// Writes a file that is not there yet.
fn keep(path: &Path, bytes: &[u8]) {
    if std::env::var_os("UPDATE_VECTORS").is_some() && !path.exists() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// Makes the vectors anew; what is kept already stays.
fn make() {
    let root = root();
    if std::env::var_os("UPDATE_VECTORS").is_none() || root.join("log").exists() {
        return;
    }
    keep(
        &root.join("vkey"),
        format!("{}\n", signer().verifier_key()).as_bytes(),
    );
    let folder = root.join("log");
    let mut log = CaseLog::open(Directory::create(&folder).unwrap(), signer(), &[]).unwrap();
    for n in 0..6 {
        keep(&root.join(format!("checkpoints/{n}")), log.checkpoint());
        log.append(&[entry(n)]).unwrap();
    }
    keep(&root.join("checkpoints/6"), log.checkpoint());
    let mut forked = CaseLog::open(std::collections::BTreeMap::new(), signer(), &[]).unwrap();
    forked
        .append(&(10..14).map(entry).collect::<Vec<_>>())
        .unwrap();
    keep(&root.join("checkpoints/fork-4"), forked.checkpoint());
    forked
        .append(&(14..18).map(entry).collect::<Vec<_>>())
        .unwrap();
    keep(&root.join("checkpoints/later-8"), forked.checkpoint());
    let good = honest();
    let archive = |files| container::write("pack", &files).unwrap();
    keep(&root.join("packs/honest.zip"), &archive(good.clone()));
    let mut page = good.clone();
    page.insert(
        "data/README.txt".into(),
        b"This proves everything.\n".to_vec(),
    );
    keep(
        &root.join("packs/page-exchanged.zip"),
        &archive(with_manifests(&page)),
    );
    let mut value = good.clone();
    let text = String::from_utf8(value["data/records/1/4.json"].clone()).unwrap();
    let text = text.replacen("\"offset\": ", "\"offset\": 1", 1);
    value.insert("data/records/1/4.json".into(), text.into());
    keep(
        &root.join("packs/record-moved.zip"),
        &archive(with_manifests(&value)),
    );
    let mut entry = good;
    entry.remove("data/log/entries/000002.json");
    keep(&root.join("packs/entry-missing.zip"), &archive(entry));
}

#[test]
fn kept_log_and_packs_come_out_as_expected() {
    make();
    let root = root();
    let vkey = fs::read_to_string(root.join("vkey")).unwrap();
    let policy = Policy::of_logs(vec![VerifierKey::parse(vkey.trim_end()).unwrap()]);
    let expected = fs::read_to_string(root.join("expect.txt")).unwrap();
    let mut n_cases = 0;
    for line in expected
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let mut words = line.split_whitespace();
        let (path, code) = (words.next().unwrap(), words.next().unwrap());
        let outcome = if path.ends_with(".zip") {
            let archive = fs::read(root.join(path)).unwrap();
            let (_, files) = container::read(&archive).unwrap();
            pack::check(&files, &policy).faults.outcome()
        } else {
            let given = fs::read(root.join(path)).unwrap();
            log::check(
                &Directory::open(&root.join("log")).unwrap(),
                &policy,
                &[given],
            )
            .faults
            .outcome()
        };
        assert_eq!(outcome.exit_code().to_string(), code, "{line}");
        n_cases += 1;
    }
    assert!(n_cases >= 12, "{n_cases}");
    assert_eq!(Outcome::Holds.exit_code(), 0);
}
