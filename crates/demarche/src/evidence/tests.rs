//! Runs of `examine` killed between any two writes of evidence; rollback, fork, two at once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::Parser as _;
use demarche_evidence::directory::Directory;
use demarche_evidence::note::VerifierKey;
use demarche_evidence::policy::Policy;
use demarche_evidence::verify::{Outcome, entries, log};

use crate::Program;
use crate::evidence::key::CONFIG;
use crate::evidence::layout::Evidence;
use crate::evidence::lock::Lock;
use crate::evidence::step::{KILL_AFTER, KILLED};
use crate::examine::case::copy_tree;

/// Carries the arguments of a child process, one a line; unset in the process that runs the tests.
const CHILD: &str = "DEMARCHE_TEST_CHILD";

/// Runs only as a child: one command, as the program would.
#[test]
fn child_runs_one_command() {
    let Ok(arguments) = std::env::var(CHILD) else {
        return;
    };
    let line = std::iter::once("demarche").chain(arguments.lines());
    let code = match Program::parse_from(line).command.run() {
        Ok(code) => code,
        Err(error) => {
            // The parent reads it from here.
            std::io::Write::write_all(&mut std::io::stderr(), error.to_string().as_bytes())
                .unwrap();
            error.exit_code()
        }
    };
    std::process::exit(code.into());
}

/// A folder with logs, a case and keys.
struct House {
    dir: tempfile::TempDir,
}

impl House {
    fn new() -> House {
        let house = House {
            dir: tempfile::tempdir().unwrap(),
        };
        for (name, range) in [("one.jsonl", 0..300), ("two.jsonl", 300..310)] {
            let records: String = range.map(record).collect();
            std::fs::write(house.path(name), records).unwrap();
        }
        house
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn case(&self) -> PathBuf {
        self.path("case")
    }

    fn run(&self, arguments: &[&str], kill_after: Option<u32>) -> Output {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args([
                "--exact",
                "evidence::tests::child_runs_one_command",
                "--nocapture",
            ])
            .current_dir(self.dir.path())
            .env(CONFIG, self.path("config"))
            .env(CHILD, arguments.join("\n"));
        if let Some(limit) = kill_after {
            child.env(KILL_AFTER, limit.to_string());
        }
        child.output().unwrap()
    }

    fn examine(&self, more: &[&str], kill_after: Option<u32>) -> Output {
        let hostile = [
            "--hostile",
            "account=mia@example.org",
            "--case",
            "case",
            "-q",
        ];
        self.run(&[&["examine"], more, &hostile].concat(), kill_after)
    }

    fn done(&self, more: &[&str]) {
        let output = self.examine(more, None);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }

    /// Checkpoints that were remembered beside keys.
    fn remembered(&self) -> BTreeSet<Vec<u8>> {
        let Ok(keys) = std::fs::read_dir(self.path("config/keys")) else {
            return BTreeSet::new();
        };
        let paths = keys.map(|entry| entry.unwrap().path());
        let checkpoints =
            paths.filter(|path| path.extension().is_some_and(|it| it == "checkpoint"));
        checkpoints
            .map(|path| std::fs::read(path).unwrap())
            .collect()
    }

    /// Checks the log of the case against its key and every checkpoint of it that was ever signed.
    fn holds_with(&self, signed: &BTreeSet<Vec<u8>>) {
        let text = std::fs::read_to_string(self.path("case.vkey")).unwrap();
        let key = VerifierKey::parse(text.trim_end()).unwrap();
        let origin = format!("{}\n", key.name());
        let own = signed
            .iter()
            .filter(|bytes| bytes.starts_with(origin.as_bytes()));
        let own: Vec<Vec<u8>> = own.cloned().collect();
        let files = Directory::open(&Evidence::of(&self.case()).log()).unwrap();
        let checked = log::check(&files, &Policy::of_logs(vec![key]), &own);
        assert_eq!(
            checked.faults.outcome(),
            Outcome::Holds,
            "{:?}",
            checked.faults
        );
        let numbered = (0..).zip(checked.entries.iter().map(Vec::as_slice));
        let faults = entries::check(numbered, true).faults;
        assert_eq!(faults.outcome(), Outcome::Holds, "{faults:?}");
    }
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One record of mail read, in the shape of a bare audit record.
fn record(n: u32) -> String {
    format!(
        concat!(
            r#"{{"CreationTime":"2026-03-{day:02}T08:{minute:02}:00","Id":"00000000-0000-4000-8000-{n:012}","#,
            r#""Operation":"MailItemsAccessed","OrganizationId":"11111111-0000-4000-8000-000000000000","#,
            r#""RecordType":50,"UserKey":"1003200100000001","UserType":0,"Version":1,"Workload":"Exchange","#,
            r#""UserId":"mia@example.org","ClientIPAddress":"203.0.113.9","ClientInfoString":"Client=OWA;Mozilla/5.0;","#,
            r#""MailboxGuid":"22222222-0000-4000-8000-000000000000","MailboxOwnerUPN":"mia@example.org","LogonType":0,"#,
            r#""OperationProperties":[{{"Name":"MailAccessType","Value":"Bind"}},{{"Name":"IsThrottled","Value":"False"}}],"#,
            r#""Folders":[{{"Id":"F1","Path":"\\Inbox","FolderItems":[{{"InternetMessageId":"<m{n}@example.org>"}}]}}],"#,
            r#""OperationCount":1}}"#,
            "\n"
        ),
        day = 1 + n / 150,
        minute = n % 60,
        n = n
    )
}

#[test]
fn a_first_run_killed_at_any_step_is_made_again() {
    let house = House::new();
    let mut signed = BTreeSet::new();
    let mut n_killed = 0;
    loop {
        let output = house.examine(&["one.jsonl"], Some(n_killed));
        signed.extend(house.remembered());
        if output.status.code() != Some(KILLED) {
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
            break;
        }
        n_killed += 1;
        if house.case().exists() {
            // Killed behind the rename: the case is whole.
            house.holds_with(&signed);
            std::fs::remove_dir_all(house.case()).unwrap();
        }
    }
    assert!(n_killed >= 12, "only {n_killed} steps");
    house.holds_with(&signed);
    assert!(!house.path("case.partial").exists());
}

#[test]
fn an_added_run_killed_at_any_step_is_finished_or_made_again_and_never_signed_twice() {
    let house = House::new();
    house.done(&["one.jsonl"]);
    let before = house.path("before");
    copy_tree(&house.case(), &before).unwrap();
    let key_before = house.path("config-before");
    copy_tree(&house.path("config"), &key_before).unwrap();
    let (mut n_killed, mut n_finished) = (0, 0);
    loop {
        let output = house.examine(&["two.jsonl", "--add"], Some(n_killed));
        let mut signed = house.remembered();
        if output.status.code() != Some(KILLED) {
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
            break;
        }
        n_killed += 1;
        let again = house.examine(&["two.jsonl", "--add"], None);
        assert_eq!(
            again.status.code(),
            Some(0),
            "after step {n_killed}: {}",
            err(&again)
        );
        n_finished += u32::from(err(&again).contains("finished first"));
        signed.extend(house.remembered());
        house.holds_with(&signed);
        for (from, to) in [(&before, house.case()), (&key_before, house.path("config"))] {
            std::fs::remove_dir_all(&to).unwrap();
            copy_tree(from, &to).unwrap();
        }
    }
    assert!(
        n_killed >= 12 && n_finished >= 3,
        "{n_killed} steps, {n_finished} finished"
    );
}

#[test]
fn a_case_that_was_rolled_back_is_not_signed_again() {
    let house = House::new();
    house.done(&["one.jsonl"]);
    copy_tree(&house.case(), &house.path("backup")).unwrap();
    house.done(&["two.jsonl", "--add"]);
    std::fs::remove_dir_all(house.case()).unwrap();
    copy_tree(&house.path("backup"), &house.case()).unwrap();
    let refused = house.examine(&["two.jsonl", "--add"], None);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("was rolled back"),
        "{}",
        err(&refused)
    );
}

#[test]
fn a_second_process_is_refused_in_one_line() {
    let house = House::new();
    let lock = Lock::take(&house.case()).unwrap();
    let refused = house.examine(&["one.jsonl"], None);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).starts_with("error: another run is working on case"),
        "{}",
        err(&refused)
    );
    drop(lock);
    house.done(&["one.jsonl"]);
}

#[test]
fn a_log_that_was_altered_is_not_added_to() {
    let house = House::new();
    house.done(&["one.jsonl"]);
    let folder = Evidence::of(&house.case()).log().join("tile/entries");
    let bundle = first_file(&folder);
    let mut bytes = std::fs::read(&bundle).unwrap();
    let last = bytes.len() - 20;
    bytes[last] ^= 1;
    std::fs::write(&bundle, bytes).unwrap();
    let refused = house.examine(&["two.jsonl", "--add"], None);
    assert_eq!(refused.status.code(), Some(1));
    assert!(err(&refused).contains("does not hold"), "{}", err(&refused));
}

/// The first file below a folder.
fn first_file(folder: &Path) -> PathBuf {
    let entry = crate::examine::case::sorted_entries(folder)
        .unwrap()
        .remove(0);
    if entry.is_dir() {
        first_file(&entry)
    } else {
        entry
    }
}
