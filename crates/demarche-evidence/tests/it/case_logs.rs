//! Case logs: appending, interrupted writes, altered files, rollback and fork.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use demarche_evidence::case_log::{CaseLog, LogError};
use demarche_evidence::checkpoint;
use demarche_evidence::directory::{Directory, Locked};
use demarche_evidence::entry::{Cite, Common, Entry, EntryError, SealedSource, concealed, reveals};
use demarche_evidence::hash;
use demarche_evidence::key::SourceKey;
use demarche_evidence::leaf::Kind;
use demarche_evidence::note::{Algorithm, Note};
use demarche_evidence::policy::Policy;
use demarche_evidence::proof::{check_consistency, check_inclusion};
use demarche_evidence::seal::{Seal, Sealer};
use demarche_evidence::sign::Signer;
use demarche_evidence::tile::{Files, FilesMut};
use demarche_evidence::verify::{Outcome, entries, log};

const ORIGIN: &str = "example.org/demarche/c0ffee";

pub type Memory = BTreeMap<String, Vec<u8>>;

pub fn signer() -> Signer {
    Signer::new(ORIGIN, Algorithm::Ed25519, &[11; 32]).unwrap()
}

fn policy() -> Policy {
    Policy::of_logs(vec![signer().verifier_key().clone()])
}

/// An entry that differs from every other.
pub fn entry(number: u64) -> Vec<u8> {
    let mut fields = serde_json::Map::new();
    fields.insert("n".into(), number.into());
    common("test", number).write(fields).unwrap()
}

pub fn common(kind: &str, number: u64) -> Common {
    Common {
        kind: kind.into(),
        time: "2026-01-02T03:04:05Z".into(),
        actor: "tester".into(),
        tool_version: "0".into(),
        tool_build: "unknown".into(),
        salt: hash::sha256(&number.to_be_bytes()).0[..16]
            .try_into()
            .unwrap(),
    }
}

/// Files that outlive the log that writes them, as a disk does.
#[derive(Clone, Default)]
struct Disk {
    files: Rc<RefCell<Memory>>,
    /// Every checkpoint anybody tried to write, on disk or not.
    signed: Rc<RefCell<Vec<Vec<u8>>>>,
    /// Writes left before the process dies; it dies before the write or after it.
    writes_left: Rc<RefCell<Option<(usize, bool)>>>,
}

impl Files for Disk {
    fn read(&self, path: &str, bytes_max: usize) -> io::Result<Option<Vec<u8>>> {
        self.files.borrow().read(path, bytes_max)
    }
}

impl FilesMut for Disk {
    fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        if path == "checkpoint" {
            self.signed.borrow_mut().push(bytes.to_vec());
        }
        let mut left = self.writes_left.borrow_mut();
        match left.as_mut() {
            Some((0, after)) => {
                if *after {
                    self.files.borrow_mut().write(path, bytes)?;
                }
                return Err(io::Error::other("killed"));
            }
            Some((n, _)) => *n -= 1,
            None => {}
        }
        self.files.borrow_mut().write(path, bytes)
    }
}

#[test]
fn appended_entries_are_provable_and_verify() {
    let mut log = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    assert_eq!(log.size(), 0);
    for n in 0..600u64 {
        assert_eq!(log.append(&[entry(n)]).unwrap(), n);
    }
    let head = checkpoint::open(log.checkpoint(), &[log.verifier_key().clone()])
        .unwrap()
        .checkpoint;
    for n in [0, 255, 256, 599] {
        let leaf = hash::leaf(&entry(n));
        check_inclusion(n, 600, &leaf, &log.inclusion(n).unwrap(), &head.root).unwrap();
    }
    assert!(log.inclusion(600).is_err());
    assert!(log.consistency(0).is_err());
    assert!(log.consistency(601).is_err());
}

/// Tiles must come out the same whether entries arrive one by one or all at once.
#[test]
fn one_by_one_equals_all_at_once() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    let mut roots = vec![];
    for n in 0..520u64 {
        log.append(&[entry(n)]).unwrap();
        let key = [log.verifier_key().clone()];
        roots.push(
            checkpoint::open(log.checkpoint(), &key)
                .unwrap()
                .checkpoint
                .root,
        );
    }
    for (old, root) in roots.iter().enumerate() {
        let path = log.consistency(old as u64 + 1).unwrap();
        check_consistency((old as u64 + 1, root), (520, &roots[519]), &path).unwrap();
    }
    let once = Disk::default();
    let all: Vec<_> = (0..520).map(entry).collect();
    CaseLog::open(once.clone(), signer(), &[])
        .unwrap()
        .append(&all)
        .unwrap();
    for (path, bytes) in once.files.borrow().iter() {
        assert_eq!(disk.files.borrow().get(path), Some(bytes), "{path}");
    }
    let checked = log::check(&*disk.files.borrow(), &policy(), &[]);
    assert_eq!(
        checked.faults.outcome(),
        Outcome::Holds,
        "{:?}",
        checked.faults
    );
    assert_eq!(checked.entries.len(), 520);
}

/// Kills the process at every write, before and after it, and opens the log again.
#[test]
fn killed_at_every_write_recovers_and_never_signs_two_roots() {
    for start in [0u64, 254, 255, 510] {
        for batch in [1u64, 3, 260] {
            for after in [false, true] {
                kill_at_each_write(start, batch, after);
            }
        }
    }
}

fn kill_at_each_write(start: u64, batch: u64, after: bool) {
    let before: Vec<_> = (0..start).map(entry).collect();
    let added: Vec<_> = (start..start + batch).map(entry).collect();
    for kill_at in 0.. {
        let disk = Disk::default();
        CaseLog::open(disk.clone(), signer(), &[])
            .unwrap()
            .append(&before)
            .unwrap();
        let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
        *disk.writes_left.borrow_mut() = Some((kill_at, after));
        let done = log.append(&added).is_ok();
        if !done {
            assert!(matches!(log.append(&added), Err(LogError::Failed)));
        }
        *disk.writes_left.borrow_mut() = None;
        let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
        assert!(start <= log.size() && log.size() <= start + batch);
        // Different entries now: had a root been signed for this size, it would be another one.
        log.append(&[entry(1_000_000), entry(1_000_001)]).unwrap();
        let mut roots = BTreeMap::new();
        for bytes in disk.signed.borrow().iter() {
            let key = [log.verifier_key().clone()];
            let head = checkpoint::open(bytes, &key).unwrap().checkpoint;
            let root = *roots.entry(head.size).or_insert(head.root);
            assert_eq!(
                root, head.root,
                "two roots at {} (start {start}, kill {kill_at})",
                head.size
            );
        }
        let all = disk.signed.borrow().clone();
        let checked = log::check(&*disk.files.borrow(), &policy(), &all);
        assert_eq!(
            checked.faults.outcome(),
            Outcome::Holds,
            "{:?}",
            checked.faults
        );
        if done {
            return;
        }
    }
}

#[test]
fn disk_full_leaves_a_log_that_opens() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    log.append(&[entry(0)]).unwrap();
    *disk.writes_left.borrow_mut() = Some((0, false));
    assert!(matches!(log.append(&[entry(1)]), Err(LogError::Io(_))));
    assert!(matches!(log.append(&[entry(1)]), Err(LogError::Failed)));
    *disk.writes_left.borrow_mut() = None;
    assert_eq!(CaseLog::open(disk, signer(), &[]).unwrap().size(), 1);
}

#[test]
fn entry_above_65535_bytes_is_refused() {
    let mut log = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    let refused = log.append(&[vec![b'x'; 65_536]]);
    assert!(matches!(
        refused,
        Err(LogError::Entry(EntryError::TooLong(65_536)))
    ));
    log.append(&[vec![b'x'; 65_535]]).unwrap();
    let mut fields = serde_json::Map::new();
    fields.insert("text".into(), "x".repeat(65_400).into());
    assert!(matches!(
        common("test", 1).write(fields),
        Err(EntryError::TooLong(_))
    ));
}

#[test]
fn altered_log_is_refused_by_the_writer() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    log.append(&(0..5).map(entry).collect::<Vec<_>>()).unwrap();
    let good = disk.files.borrow().clone();
    let reopen = |change: &dyn Fn(&mut Memory)| {
        let mut files = good.clone();
        change(&mut files);
        CaseLog::open(files, signer(), &[]).map(|log| log.size())
    };
    assert_eq!(reopen(&|_| ()).unwrap(), 5);
    assert!(reopen(&|files| files.get_mut("tile/entries/000.p/5").unwrap()[9] ^= 1).is_err());
    assert!(reopen(&|files| drop(files.remove("tile/entries/000.p/5"))).is_err());
    assert!(reopen(&|files| files.get_mut("checkpoint").unwrap()[ORIGIN.len() + 1] ^= 1).is_err());
    let other = Signer::new(ORIGIN, Algorithm::Ed25519, &[12; 32]).unwrap();
    assert!(CaseLog::open(good.clone(), other, &[]).is_err());
    let stray = reopen(&|files| {
        let mut bundle = files["tile/entries/000.p/5"].clone();
        bundle[9] ^= 1;
        assert!(demarche_evidence::tile::push_entry(&mut bundle, b"x"));
        files.insert("tile/entries/000.p/6".into(), bundle);
    });
    assert!(stray.is_err(), "a bundle that does not continue the log");
}

#[test]
fn log_restored_from_an_older_copy_is_not_signed_again() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    log.append(&[entry(0), entry(1)]).unwrap();
    let copy = disk.files.borrow().clone();
    log.append(&[entry(2)]).unwrap();
    let last = log.checkpoint().to_vec();
    let refused = CaseLog::open(copy.clone(), signer(), std::slice::from_ref(&last))
        .err()
        .unwrap();
    assert!(
        refused
            .to_string()
            .contains("rolled back to 2 entries, 3 are known"),
        "{refused}"
    );
    let mut forked = CaseLog::open(copy, signer(), &[]).unwrap();
    forked.append(&[entry(77)]).unwrap();
    let refused = CaseLog::open(disk.clone(), signer(), &[forked.checkpoint().to_vec()]);
    assert!(refused.err().unwrap().to_string().contains("fork"));
    CaseLog::open(disk, signer(), &[last]).unwrap();
}

#[test]
fn rollback_and_fork_are_named_by_the_verifier() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    log.append(&[entry(0), entry(1)]).unwrap();
    let old = disk.files.borrow().clone();
    let two = log.checkpoint().to_vec();
    log.append(&[entry(2)]).unwrap();
    let three = log.checkpoint().to_vec();
    let honest = log::check(
        &*disk.files.borrow(),
        &policy(),
        &[two.clone(), three.clone()],
    );
    assert_eq!(honest.faults.outcome(), Outcome::Holds);
    let rolled = log::check(&old, &policy(), std::slice::from_ref(&three));
    assert_eq!(rolled.faults.outcome(), Outcome::Altered);
    assert!(
        rolled
            .faults
            .iter()
            .any(|fault| fault.what.starts_with("rollback"))
    );
    let mut forked = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    forked.append(&[entry(7), entry(8)]).unwrap();
    let other = [forked.checkpoint().to_vec()];
    let found = log::check(&*disk.files.borrow(), &policy(), &other);
    assert_eq!(found.faults.outcome(), Outcome::Altered);
    assert!(
        found
            .faults
            .iter()
            .any(|fault| fault.what.starts_with("fork"))
    );
}

#[test]
fn every_flipped_bit_and_every_removed_file_is_noticed() {
    let disk = Disk::default();
    let mut log = CaseLog::open(disk.clone(), signer(), &[]).unwrap();
    for n in 0..4 {
        log.append(&[entry(n)]).unwrap();
    }
    let good = disk.files.borrow().clone();
    let unknown = "cannot decide: checkpoint: no signature is by a key that was given";
    for (path, bytes) in &good {
        let mut removed = good.clone();
        removed.remove(path);
        let outcome = log::check(&removed, &policy(), &[]).faults.outcome();
        // Tiles of sizes the log has outgrown may go; they say nothing the others do not.
        let outgrown = !path.ends_with('4') && path != "checkpoint";
        let expected = if outgrown {
            Outcome::Holds
        } else {
            Outcome::CannotDecide
        };
        assert_eq!(outcome, expected, "{path}");
        for at in (0..bytes.len()).step_by(3) {
            let mut flipped = good.clone();
            flipped.get_mut(path).unwrap()[at] ^= 1 << (at % 8);
            let checked = log::check(&flipped, &policy(), &[]);
            // A flip in the name or id of the one signature makes its key unknown: no decision.
            let first = checked
                .faults
                .iter()
                .next()
                .map(ToString::to_string)
                .unwrap_or_default();
            let by_nobody = path == "checkpoint"
                && (first == unknown || first.contains("no signature by a log key named"));
            let altered = checked.faults.outcome() == Outcome::Altered;
            assert!(
                altered || by_nobody,
                "{path} byte {at}: {:?}",
                checked.faults
            );
        }
    }
}

#[test]
fn file_that_does_not_belong_is_noticed() {
    let mut log = CaseLog::open(Disk::default(), signer(), &[]).unwrap();
    log.append(&[entry(0)]).unwrap();
    let disk = Disk::default();
    CaseLog::open(disk.clone(), signer(), &[])
        .unwrap()
        .append(&[entry(0)])
        .unwrap();
    for (path, expected) in [
        ("note.txt", Outcome::Altered),
        ("tile/0/0", Outcome::Altered),
        ("tile/entries/../000", Outcome::Altered),
        ("tile/0/000.p/0", Outcome::Altered),
        ("tile/0/000.p/1.new", Outcome::Holds),
        ("lock", Outcome::Holds),
    ] {
        let mut files = disk.files.borrow().clone();
        files.insert(path.into(), vec![]);
        assert_eq!(
            log::check(&files, &policy(), &[]).faults.outcome(),
            expected,
            "{path}"
        );
    }
}

#[test]
fn extension_line_in_our_log_is_altered() {
    let disk = Disk::default();
    CaseLog::open(disk.clone(), signer(), &[])
        .unwrap()
        .append(&[entry(0)])
        .unwrap();
    let mut files = disk.files.borrow().clone();
    let mut note = Note::parse(&files["checkpoint"]).unwrap();
    note.text.push_str("more\n");
    note.signatures = vec![signer().sign(&note.text).unwrap()];
    files.insert("checkpoint".into(), note.to_string().into_bytes());
    assert_eq!(
        log::check(&files, &policy(), &[]).faults.outcome(),
        Outcome::Altered
    );
}

#[test]
fn unknown_key_is_no_decision_and_no_alarm() {
    let disk = Disk::default();
    CaseLog::open(disk.clone(), signer(), &[])
        .unwrap()
        .append(&[entry(0)])
        .unwrap();
    let other = Signer::new(ORIGIN, Algorithm::Ed25519, &[12; 32]).unwrap();
    let stranger = Policy::of_logs(vec![other.verifier_key().clone()]);
    for policy in [stranger, Policy::of_logs(vec![])] {
        let checked = log::check(&*disk.files.borrow(), &policy, &[]);
        assert_eq!(checked.faults.outcome(), Outcome::CannotDecide);
        assert_eq!(checked.faults.outcome().exit_code(), 3);
    }
}

#[test]
fn reordered_entries_change_the_root() {
    let (one, two) = (Disk::default(), Disk::default());
    CaseLog::open(one.clone(), signer(), &[])
        .unwrap()
        .append(&[entry(0), entry(1)])
        .unwrap();
    CaseLog::open(two.clone(), signer(), &[])
        .unwrap()
        .append(&[entry(1), entry(0)])
        .unwrap();
    let mut files = one.files.borrow().clone();
    let path = "tile/entries/000.p/2";
    files.insert(path.into(), two.files.borrow()[path].clone());
    assert_eq!(
        log::check(&files, &policy(), &[]).faults.outcome(),
        Outcome::Altered
    );
}

fn seal() -> (SourceKey, Seal) {
    let key = SourceKey::new([5; 32]);
    let mut sealer = Sealer::new(&key);
    sealer.span(Kind::Record, 0, b"one\n").unwrap();
    sealer.span(Kind::Record, 4, b"two\n").unwrap();
    (key, sealer.finish().unwrap())
}

fn sealed_entry(number: u64) -> Vec<u8> {
    let (key, seal) = seal();
    let sealed = SealedSource::new("1", &seal, key.decoded_commitment(&seal.decoded_sha256));
    common("source.sealed", number)
        .write(sealed.fields())
        .unwrap()
}

fn finding(number: u64, source: &str, leaf: u64) -> Vec<u8> {
    let mut fields = serde_json::Map::new();
    fields.insert(
        "cites".into(),
        Cite::list(&[Cite {
            source: source.into(),
            leaf,
        }]),
    );
    common("finding.asserted", number).write(fields).unwrap()
}

fn outcome_of(all: &[Vec<u8>]) -> Outcome {
    let numbered = (0..).zip(all.iter().map(Vec::as_slice));
    entries::check(numbered, true).faults.outcome()
}

#[test]
fn finding_may_cite_only_what_was_sealed_before() {
    assert_eq!(
        outcome_of(&[sealed_entry(0), finding(1, "1", 1)]),
        Outcome::Holds
    );
    assert_eq!(
        outcome_of(&[finding(1, "1", 1), sealed_entry(0)]),
        Outcome::Altered
    );
    assert_eq!(
        outcome_of(&[sealed_entry(0), finding(1, "2", 1)]),
        Outcome::Altered
    );
    assert_eq!(
        outcome_of(&[sealed_entry(0), finding(1, "1", 2)]),
        Outcome::Altered
    );
    assert_eq!(
        outcome_of(&[sealed_entry(0), sealed_entry(1)]),
        Outcome::Altered
    );
}

#[test]
fn same_entry_twice_is_noticed() {
    assert_eq!(outcome_of(&[entry(0), entry(1)]), Outcome::Holds);
    assert_eq!(
        outcome_of(&[entry(0), entry(1), entry(0)]),
        Outcome::Altered
    );
}

#[test]
fn sealed_source_is_read_back_without_its_plain_hash() {
    let (_, seal) = seal();
    let bytes = sealed_entry(0);
    let entry = Entry::parse(&bytes).unwrap();
    let read = SealedSource::read(&entry).unwrap().unwrap();
    assert_eq!((read.spans, read.records, read.decoded_size), (2, 2, 8));
    assert_eq!(read.root, seal.root);
    let text = String::from_utf8(bytes).unwrap();
    assert!(!text.contains(&seal.decoded_sha256.to_string()));
}

#[test]
fn concealed_value_is_revealed_by_its_salt_only() {
    let person = serde_json::json!({"name": "Ana Example", "title": "administrator"});
    let field = concealed(&[7; 16], &person).unwrap();
    assert!(reveals(&field, &[7; 16], &person));
    assert!(!reveals(&field, &[8; 16], &person));
    let other = serde_json::json!({"name": "Ana Example", "title": "visitor"});
    assert!(!reveals(&field, &[7; 16], &other));
    assert!(!field.to_string().contains("Ana"));
    let mut fields = serde_json::Map::new();
    fields.insert("person".into(), field);
    common("source.received", 1).write(fields).unwrap();
}

#[test]
fn entries_have_one_form() {
    let good = String::from_utf8(entry(7)).unwrap();
    Entry::parse(good.as_bytes()).unwrap();
    let wrong = [
        String::new(),
        "[]".into(),
        format!(" {good}"),
        format!("{good}\n"),
        good.replace(':', ": "),
        good.replace("\"n\":7", "\"n\":7.0"),
        good.replace("\"n\":7", "\"n\":7,\"n\":7"),
        good.replace("\"n\":7", "\"n\":9007199254740993"),
        good.replace("\"n\":7,", ""),
        good.replace("\"actor\":\"tester\",", ""),
        good.replace("==", ""),
        good.replace("tester", "te\\u0073ter"),
    ];
    for wrong in wrong
        .iter()
        .filter(|wrong| !wrong.contains("\"type\"") || *wrong != &good)
    {
        let read = Entry::parse(wrong.as_bytes());
        let without_number = !wrong.contains("\"n\"") && wrong.starts_with("{\"actor\"");
        assert!(read.is_err() || without_number, "{wrong}");
    }
}

#[test]
fn cosignature_joins_the_checkpoint_once_and_only_if_it_fits() {
    let witness = Signer::new("w.example", Algorithm::Cosignature, &[3; 32]).unwrap();
    let keys = [witness.verifier_key().clone()];
    let mut log = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    let before = Note::parse(log.checkpoint()).unwrap();
    log.append(&[entry(0)]).unwrap();
    let now = Note::parse(log.checkpoint()).unwrap();
    let good = witness.cosign(&now.text, 5).unwrap();
    log.add_signatures(&[good.clone(), good.clone()], &keys)
        .unwrap();
    assert_eq!(Note::parse(log.checkpoint()).unwrap().signatures.len(), 2);
    let stale = witness.cosign(&before.text, 5).unwrap();
    assert!(log.add_signatures(&[stale], &keys).is_err());
    assert!(log.add_signatures(&[good], &[]).is_err());
}

/// A folder of its own under the system's temporary one, removed at the end.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("demarche-evidence-{name}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn log_on_disk_is_locked_read_back_and_verified() {
    let folder = Folder::new("log");
    let locked = Locked::create(&folder.0).unwrap();
    let refused = Locked::create(&folder.0).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::WouldBlock);
    let mut log = CaseLog::open(locked, signer(), &[]).unwrap();
    for first in (0..300).step_by(100) {
        log.append(&(first..first + 100).map(entry).collect::<Vec<_>>())
            .unwrap();
    }
    drop(log);
    let log = CaseLog::open(Locked::create(&folder.0).unwrap(), signer(), &[]).unwrap();
    assert_eq!((log.size(), log.recovered()), (300, 0));
    let directory = Directory::open(&folder.0).unwrap();
    let checked = log::check(&directory, &policy(), &[log.checkpoint().to_vec()]);
    assert_eq!(
        checked.faults.outcome(),
        Outcome::Holds,
        "{:?}",
        checked.faults
    );
    assert_eq!(checked.entries[299], entry(299));
}

#[test]
fn directory_refuses_paths_that_leave_it() {
    let folder = Folder::new("paths");
    let mut directory = Directory::open(&folder.0).unwrap();
    for path in [
        "../x",
        "a/../../x",
        "/etc/x",
        "",
        "a\\b",
        "c:x",
        "a\0b",
        "./../x",
    ] {
        assert!(directory.write(path, b"x").is_err(), "{path:?}");
        assert!(directory.read(path, 1).is_err(), "{path:?}");
    }
    directory.write("a/b/c", b"x").unwrap();
    assert_eq!(directory.read("a/b/c", 1).unwrap(), Some(b"x".to_vec()));
    assert!(directory.read("a/b/c", 0).is_err());
    assert_eq!(directory.read("a/b/c/d", 1).unwrap(), None);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/etc", folder.0.join("link")).unwrap();
        assert!(directory.read("link/hostname", 1000).is_err());
    }
}
