//! What the tests share: a work folder, records as text, the whole way.

use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::event::event::Event;
use demarche_store::intake::progress::Silent;
use demarche_store::intake::sealing::Unsealed;
use demarche_store::intake::{Bounds, Options, Taken, take};
use demarche_store::settle::{Learn, Settled, settle};

/// A folder with logs in it and a case beside it; both vanish at the end.
pub struct House {
    pub folder: tempfile::TempDir,
    pub bounds: Bounds,
}

impl House {
    pub fn new() -> House {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("logs")).unwrap();
        fs::create_dir(folder.path().join("case")).unwrap();
        House {
            folder,
            bounds: Bounds::default(),
        }
    }

    pub fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    pub fn case(&self) -> PathBuf {
        self.folder.path().join("case")
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.logs().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn options(&self) -> Options {
        Options {
            work: self.case(),
            skip: vec![self.case()],
            copy_key: [3; 16],
            bounds: self.bounds,
            told: Default::default(),
            watch: None,
        }
    }

    pub fn take_paths(&self, paths: &[PathBuf]) -> Taken {
        take(paths, &self.options(), &mut Unsealed::default(), &Silent).unwrap()
    }

    pub fn take(&self) -> Taken {
        self.take_paths(&[self.logs()])
    }

    pub fn settle(&self) -> (Settled, Vec<Event<'static>>) {
        self.settle_paths(&[self.logs()])
    }

    pub fn settle_paths(&self, paths: &[PathBuf]) -> (Settled, Vec<Event<'static>>) {
        let taken = self.take_paths(paths);
        let (settled, Events(events)) = settle(&taken, &Events::default).unwrap();
        (settled, events)
    }

    /// All bytes of the store, file by file.
    pub fn store_bytes(&self) -> Vec<(String, Vec<u8>)> {
        files_of(&self.case().join("store"))
    }
}

/// Every event that was kept, in the order of the store's files.
#[derive(Default)]
struct Events(Vec<Event<'static>>);

impl Learn for Events {
    fn event(&mut self, event: &Event<'_>) {
        self.0.push(event.clone().into_owned());
    }

    fn join(&mut self, later: Events) {
        self.0.extend(later.0);
    }
}

pub fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    all.sort();
    all
}

/// One audit record of a mailbox item that was read, as a bare JSON line.
pub fn record(id: u32, user: &str, second: u32) -> String {
    record_from(id, user, second, "203.0.113.9")
}

/// The same, from an address.
pub fn record_from(id: u32, user: &str, second: u32, address: &str) -> String {
    format!(
        concat!(
            r#"{{"CreationTime":"2026-03-02T08:{:02}:{:02}","Id":"00000000-0000-4000-8000-{:012}","#,
            r#""Operation":"MailItemsAccessed","OrganizationId":"0873ee4d-0000-4000-8000-000000000000","#,
            r#""RecordType":50,"ResultStatus":"Succeeded","UserKey":"10032001ABCDEF01","UserType":0,"#,
            r#""Version":1,"Workload":"Exchange","UserId":"{}","ClientIPAddress":"{}","#,
            r#""ClientInfoString":"Client=OWA;Action=ViaProxy","MailboxGuid":"b7a1c0de-0000-4000-8000-000000000000","#,
            r#""MailboxOwnerUPN":"{}","OperationCount":1,"OperationProperties":[{{"Name":"MailAccessType","Value":"Bind"}}],"#,
            r#""Folders":[{{"FolderItems":[{{"InternetMessageId":"<m{}@example.org>"}}],"Id":"LgAA","Path":"\\Inbox"}}]}}"#
        ),
        second / 60 % 60,
        second % 60,
        id,
        user,
        address,
        user,
        id
    )
}

/// Many records as JSON lines.
pub fn lines(ids: impl Iterator<Item = u32>) -> String {
    ids.map(|id| record(id, &format!("user{}@example.org", id % 7), id) + "\n")
        .collect()
}
