//! A folder and the built program, for tests of whole commands.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A temporary folder that goes with the test, and the program in it.
pub struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    pub fn new() -> Bench {
        Bench {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file of the folder.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The program with these arguments, run in the folder, to be started by the caller.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
        command
            .args(arguments)
            .current_dir(self.dir.path())
            .env("DEMARCHE_CONFIG", self.dir.path().join("config"))
            .env("NO_COLOR", "1");
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.program(arguments).output().unwrap())
    }
}

/// What a run printed and ended with.
pub struct Ran(Output);

impl Ran {
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// Asserts the exit code, showing what was said when it is another.
    pub fn ends_with(self, code: i32) -> Ran {
        assert_eq!(
            self.code(),
            code,
            "stdout:\n{}\nstderr:\n{}",
            self.out(),
            self.err()
        );
        self
    }
}

/// The folder of an anchor case.
pub fn anchor(letter: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases/anchor")
        .join(letter);
    path.to_str().unwrap().to_owned()
}

/// A file of a case as JSON.
pub fn json(path: &Path) -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Every file below a folder with its bytes, by its path below it.
pub fn files(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                all.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    all
}

/// Every file of a case that the same inputs give again byte for byte: not `evidence/`, and the
/// briefs without their proofs.
pub fn outputs(case: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut all = files(case);
    all.retain(|name, _| !name.starts_with("evidence/"));
    for (name, bytes) in &mut all {
        let cut = |from: &str, to: &str| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let (before, rest) = text.rsplit_once(from).unwrap();
            let after = rest.split_once(to).unwrap().1;
            [before, after].concat().into_bytes()
        };
        if name.ends_with("brief.json") {
            *bytes = cut(",\n  \"proof\": ", "\n  }\n");
        } else if name.ends_with("brief.html") {
            *bytes = cut("<!-- proof -->", "<!-- /proof -->");
        }
    }
    all
}

/// One record of mail read, in the shape of a bare audit record.
pub fn read_record(n: u32, account: &str, address: &str) -> String {
    format!(
        concat!(
            r#"{{"CreationTime":"2026-03-{day:02}T{hour:02}:15:00","Id":"00000000-0000-4000-8000-{n:012}","#,
            r#""Operation":"MailItemsAccessed","OrganizationId":"11111111-0000-4000-8000-000000000000","#,
            r#""RecordType":50,"UserKey":"100320010000{n:04}","UserType":0,"Version":1,"Workload":"Exchange","#,
            r#""UserId":"{account}","ClientIPAddress":"{address}","ClientInfoString":"Client=OWA;Mozilla/5.0;","#,
            r#""MailboxGuid":"22222222-0000-4000-8000-000000000000","MailboxOwnerUPN":"{account}","LogonType":0,"#,
            r#""SessionId":"33333333-0000-4000-8000-00000000000{session}","#,
            r#""OperationProperties":[{{"Name":"MailAccessType","Value":"Bind"}},{{"Name":"IsThrottled","Value":"False"}}],"#,
            r#""Folders":[{{"Id":"F1","Path":"\\Inbox","FolderItems":[{{"InternetMessageId":"<m{n}@example.org>"}}]}}],"#,
            r#""OperationCount":1}}"#
        ),
        day = 1 + n % 28,
        hour = n % 24,
        n = n,
        account = account,
        address = address,
        session = n % 10
    )
}

/// Many such records, one a line.
pub fn read_records(n_records: u32) -> String {
    let record = |n| read_record(n, "mia@example.org", "203.0.113.9") + "\n";
    (0..n_records).map(record).collect()
}
