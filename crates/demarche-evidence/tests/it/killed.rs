//! A second process: locked out while it lives, killed while it writes.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use demarche_evidence::case_log::CaseLog;
use demarche_evidence::directory::{Directory, Locked};
use demarche_evidence::policy::Policy;
use demarche_evidence::verify::{Outcome, log};

use crate::case_logs::{Folder, entry, signer};

/// Names the folder a child process writes to; unset in the process that runs the tests.
const FOLDER: &str = "DEMARCHE_EVIDENCE_CHILD";

/// Runs only as a child: appends without end, and prints its checkpoint after each entry.
#[test]
fn child_appends_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let mut log =
        CaseLog::open(Locked::create(Path::new(&folder)).unwrap(), signer(), &[]).unwrap();
    loop {
        let next = log.size();
        println!("size {next}");
        log.append(&[entry(next)]).unwrap();
    }
}

/// Starts the child and waits until it has printed some sizes.
fn child(folder: &Path, n_sizes: usize) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "killed::child_appends_until_it_is_killed",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let sizes = lines
        .map_while(Result::ok)
        .filter(|line| line.contains("size "));
    assert_eq!(
        sizes.take(n_sizes).count(),
        n_sizes,
        "the child ended early"
    );
    child
}

#[test]
fn killed_process_leaves_a_log_that_recovers_and_a_lock_that_is_free() {
    let folder = Folder::new("killed");
    let policy = Policy::of_logs(vec![signer().verifier_key().clone()]);
    let mut checkpoints: Vec<Vec<u8>> = Vec::new();
    for round in 1..=6 {
        let mut child = child(&folder.0, round);
        let refused = Locked::create(&folder.0).unwrap_err();
        assert_eq!(
            refused.kind(),
            ErrorKind::WouldBlock,
            "while the child lives"
        );
        child.kill().unwrap();
        child.wait().unwrap();
        let locked = Locked::create(&folder.0).unwrap();
        let log = CaseLog::open(locked, signer(), &checkpoints).unwrap();
        checkpoints.push(log.checkpoint().to_vec());
        let directory = Directory::open(&folder.0).unwrap();
        let checked = log::check(&directory, &policy, &checkpoints);
        assert_eq!(
            checked.faults.outcome(),
            Outcome::Holds,
            "{:?}",
            checked.faults
        );
        for (at, bytes) in checked.entries.iter().enumerate() {
            assert_eq!(*bytes, entry(at as u64), "nothing lost, nothing twice");
        }
    }
}
