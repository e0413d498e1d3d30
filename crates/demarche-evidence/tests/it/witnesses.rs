//! Witnesses: what they sign once, what they refuse, and what they remember.

use demarche_evidence::case_log::CaseLog;
use demarche_evidence::checkpoint::{self, Checkpoint};
use demarche_evidence::hash;
use demarche_evidence::note::{Algorithm, Note, VerifierKey};
use demarche_evidence::sign::Signer;
use demarche_evidence::tile::FilesMut as _;
use demarche_evidence::witness::{Request, Witness, WitnessError, parse_answer};

use crate::case_logs::{Memory, entry, signer};

fn cosigner() -> Signer {
    Signer::new("witness.example/w1", Algorithm::Cosignature, &[21; 32]).unwrap()
}

/// A log of `n` entries that begin at a number.
fn log(first: u64, n: u64) -> CaseLog<Memory> {
    let mut log = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    log.append(&(first..first + n).map(entry).collect::<Vec<_>>())
        .unwrap();
    log
}

fn request(log: &CaseLog<Memory>, old: u64) -> Request {
    let path = if old == 0 {
        vec![]
    } else {
        log.consistency(old).unwrap()
    };
    Request {
        old,
        path,
        checkpoint: log.checkpoint().to_vec(),
    }
}

/// State and memory of a witness.
#[derive(Clone, Default)]
struct Disk {
    state: Memory,
    memory: Memory,
}

impl Disk {
    fn sign(&mut self, request: &[u8]) -> Result<demarche_evidence::note::Signature, WitnessError> {
        let (signer, logs) = (
            cosigner(),
            [crate::case_logs::signer().verifier_key().clone()],
        );
        let (state, memory) = (self.state.clone(), self.memory.clone());
        let mut witness = Witness {
            signer: &signer,
            logs: &logs,
            state,
            memory,
        };
        let answer = witness.sign(request, 1_700_000_000);
        (self.state, self.memory) = (witness.state, witness.memory);
        answer
    }

    fn status(&mut self, request: &Request) -> u16 {
        self.sign(&request.to_bytes())
            .map_or_else(|error| error.status(), |_| 200)
    }
}

#[test]
fn growing_log_is_cosigned_and_the_line_fits_it() {
    let mut disk = Disk::default();
    let mut log = log(0, 3);
    let signature = disk.sign(&request(&log, 0).to_bytes()).unwrap();
    let answer = parse_answer(signature.to_string().as_bytes()).unwrap();
    let keys = [cosigner().verifier_key().clone()];
    log.add_signatures(&answer, &keys).unwrap();
    let both: Vec<VerifierKey> = [&keys[..], &[log.verifier_key().clone()]].concat();
    let opened = checkpoint::open(log.checkpoint(), &both).unwrap();
    assert_eq!(opened.cosigned.len(), 1);
    assert_eq!(opened.cosigned_after(1_700_000_000).count(), 0);
    assert_eq!(
        opened.cosigned_after(1_600_000_000).count(),
        1,
        "in the future of that clock"
    );
    log.append(&[entry(3), entry(4)]).unwrap();
    disk.sign(&request(&log, 3).to_bytes()).unwrap();
    disk.sign(&request(&log, 5).to_bytes()).unwrap();
}

#[test]
fn requests_are_read_back_and_strict() {
    let log = log(0, 9);
    let good = request(&log, 4);
    assert_eq!(Request::parse(&good.to_bytes()).unwrap(), good);
    let text = String::from_utf8(good.to_bytes()).unwrap();
    let hash = good.path[0].to_base64();
    let wrong = [
        String::new(),
        text.replace("old 4", "old 04"),
        text.replace("old 4", "new 4"),
        text.replace("old 4", "old 4 "),
        text.replace("old 4\n", ""),
        text.replace(&hash, &hash[..43]),
        text.replace(&hash, &format!("{hash} ")),
        text.replace(
            "old 4\n",
            &format!("old 4\n{}", format!("{hash}\n").repeat(63)),
        ),
        text.split("\n\n").next().unwrap().to_owned(),
    ];
    for wrong in wrong {
        assert_eq!(
            Request::parse(wrong.as_bytes()).err().map(|e| e.status()),
            Some(400),
            "{wrong}"
        );
    }
}

#[test]
fn old_larger_than_new_is_400() {
    let mut disk = Disk::default();
    let mut asked = request(&log(0, 3), 0);
    asked.old = 4;
    assert_eq!(disk.status(&asked), 400);
}

#[test]
fn old_that_is_not_the_latest_is_409_with_the_size() {
    let mut disk = Disk::default();
    let mut log = log(0, 3);
    disk.sign(&request(&log, 0).to_bytes()).unwrap();
    log.append(&[entry(3)]).unwrap();
    for old in [0, 1, 2, 4] {
        let error = disk.sign(&request(&log, old).to_bytes()).unwrap_err();
        assert_eq!(
            (error.status(), error.body().as_str()),
            (409, "3\n"),
            "{old}"
        );
    }
}

#[test]
fn inconsistent_growth_is_422() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    let forked = log(50, 5);
    assert_eq!(disk.status(&request(&forked, 3)), 422);
    let mut honest = request(&log(0, 5), 3);
    assert_eq!(disk.clone().status(&honest), 200);
    honest.path.pop();
    assert_eq!(disk.status(&honest), 422);
    let proof_from_nothing = Request {
        old: 0,
        path: vec![hash::EMPTY_ROOT],
        ..request(&log(0, 1), 0)
    };
    assert_eq!(Disk::default().status(&proof_from_nothing), 422);
}

#[test]
fn same_size_with_another_root_is_422() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    assert_eq!(disk.status(&request(&log(50, 3), 3)), 422);
    assert_eq!(disk.status(&request(&log(0, 3), 3)), 200);
}

#[test]
fn unknown_origin_is_404_and_wrong_signature_is_403() {
    let mut disk = Disk::default();
    let other = Signer::new("example.org/other", Algorithm::Ed25519, &[1; 32]).unwrap();
    let files = Memory::new();
    let mut unknown = CaseLog::open(files, other, &[]).unwrap();
    unknown.append(&[entry(0)]).unwrap();
    assert_eq!(disk.status(&request(&unknown, 0)), 404);
    let mut forged = request(&log(0, 3), 0);
    let mut note = Note::parse(&forged.checkpoint).unwrap();
    note.signatures[0].payload[9] ^= 1;
    forged.checkpoint = note.to_string().into_bytes();
    assert_eq!(disk.status(&forged), 403);
    note.signatures[0].name = "nobody".into();
    forged.checkpoint = note.to_string().into_bytes();
    assert_eq!(disk.status(&forged), 403);
    assert!(
        disk.state.is_empty() && disk.memory.is_empty(),
        "nothing refused is remembered"
    );
}

/// Two requests that both started from 3: whichever comes second is refused.
#[test]
fn race_of_two_requests_rolls_nothing_back() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    let (shorter, longer) = (request(&log(0, 4), 3), request(&log(0, 6), 3));
    assert_eq!(disk.status(&longer), 200);
    assert_eq!(disk.status(&shorter), 409);
    let latest = String::from_utf8(disk.state.values().next().unwrap().clone()).unwrap();
    assert!(latest.starts_with("6\n"));
}

#[test]
fn state_restored_from_a_backup_signs_nothing_older() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    let backup = disk.state.clone();
    disk.sign(&request(&log(0, 6), 3).to_bytes()).unwrap();
    disk.state = backup;
    for asked in [
        request(&log(0, 3), 3),
        request(&log(0, 4), 3),
        request(&log(0, 9), 3),
    ] {
        let refused = disk.sign(&asked.to_bytes()).unwrap_err();
        assert!(
            matches!(
                refused,
                WitnessError::StateRolledBack {
                    state: 3,
                    memory: 6
                }
            ),
            "{refused}"
        );
    }
    disk.state.clear();
    assert_eq!(disk.status(&request(&log(50, 2), 0)), 500);
}

/// Killed between its two writes, a witness takes the same request again and no other.
#[test]
fn crash_between_memory_and_state_is_repaired_by_the_same_request_only() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    let before = disk.state.clone();
    let asked = request(&log(0, 5), 3);
    disk.sign(&asked.to_bytes()).unwrap();
    disk.state = before;
    assert_eq!(disk.status(&request(&log(0, 4), 3)), 500);
    assert_eq!(disk.status(&asked), 200);
    assert_eq!(disk.state, disk.memory);
}

#[test]
fn malformed_state_is_refused() {
    let mut disk = Disk::default();
    disk.sign(&request(&log(0, 3), 0).to_bytes()).unwrap();
    let path = disk.state.keys().next().unwrap().clone();
    for wrong in ["", "3\n", "03\nAAAA\n", "junk"] {
        let mut broken = disk.clone();
        broken.state.write(&path, wrong.as_bytes()).unwrap();
        assert_eq!(broken.status(&request(&log(0, 4), 3)), 500, "{wrong:?}");
    }
}

#[test]
fn empty_log_is_cosigned_with_the_empty_root_only() {
    let mut disk = Disk::default();
    let empty = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    assert_eq!(disk.status(&request(&empty, 0)), 200);
    assert_eq!(disk.status(&request(&log(0, 3), 0)), 200);
    let origin = "example.org/demarche/c0ffee".to_owned();
    let text = Checkpoint {
        origin,
        size: 0,
        root: hash::leaf(b""),
        extensions: vec![],
    }
    .text();
    let wrong = Note {
        signatures: vec![signer().sign(&text).unwrap()],
        text,
    };
    let checkpoint = wrong.to_string().into_bytes();
    assert_ne!(
        Disk::default().status(&Request {
            old: 0,
            path: vec![],
            checkpoint
        }),
        200
    );
}

#[test]
fn answers_are_strict() {
    let line = request(&log(0, 1), 0);
    let good = Disk::default().sign(&line.to_bytes()).unwrap().to_string();
    assert_eq!(parse_answer(good.as_bytes()).unwrap().len(), 1);
    assert_eq!(
        parse_answer(format!("{good}{good}").as_bytes())
            .unwrap()
            .len(),
        2
    );
    for wrong in [
        String::new(),
        "\n".into(),
        good.trim_end().into(),
        format!("x{good}"),
        format!("{good}\n"),
    ] {
        assert!(parse_answer(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}
