//! Trust policies: quorums that are met, missed, or badly written.

use demarche_evidence::checkpoint::{Checkpoint, CheckpointError};
use demarche_evidence::hash;
use demarche_evidence::note::{Algorithm, Note, NoteError};
use demarche_evidence::policy::{Policy, PolicyError};
use demarche_evidence::sign::Signer;

fn log() -> Signer {
    Signer::new("example.org/log", Algorithm::Ed25519, &[1; 32]).unwrap()
}

fn witness(number: u8) -> Signer {
    let name = format!("witness.example/{number}");
    Signer::new(&name, Algorithm::Cosignature, &[100 + number; 32]).unwrap()
}

/// A checkpoint cosigned by these witnesses.
fn cosigned(witnesses: &[u8]) -> Vec<u8> {
    let origin = "example.org/log".to_owned();
    let checkpoint = Checkpoint {
        origin,
        size: 1,
        root: hash::leaf(b""),
        extensions: vec![],
    };
    let text = checkpoint.text();
    let mut signatures = vec![log().sign(&text).unwrap()];
    signatures.extend(
        witnesses
            .iter()
            .map(|n| witness(*n).cosign(&text, 9).unwrap()),
    );
    Note { text, signatures }.to_string().into_bytes()
}

fn lines(rest: &str) -> String {
    let mut text = format!("# who is trusted\n\nlog {}\n", log().verifier_key());
    for number in 1..=6 {
        text.push_str(&format!(
            "\twitness  W{number} {}  https://w.example\n",
            witness(number).verifier_key()
        ));
    }
    text + rest
}

#[test]
fn two_levels_of_groups_count_as_written() {
    let policy = lines("group X 2 W1 W2 W3\ngroup Y any W4 W5 W6\ngroup Z all X Y\nquorum Z\n");
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    for met in [&[1, 2, 4][..], &[1, 3, 6], &[1, 2, 3, 4, 5, 6]] {
        assert_eq!(
            policy.open(&cosigned(met)).unwrap().cosigned.len(),
            met.len()
        );
    }
    for missed in [&[][..], &[1, 4], &[1, 2, 3], &[4, 5, 6], &[1, 1, 4]] {
        assert_eq!(
            policy.open(&cosigned(missed)),
            Err(PolicyError::QuorumNotMet),
            "{missed:?}"
        );
    }
}

#[test]
fn quorum_none_needs_the_log_only() {
    let policy = Policy::parse(lines("quorum none\n").as_bytes()).unwrap();
    policy.open(&cosigned(&[])).unwrap();
    let given = Policy::of_logs(vec![log().verifier_key().clone()]);
    given.open(&cosigned(&[1])).unwrap();
    let none = Policy::parse(b"quorum none").unwrap();
    let refused = none.open(&cosigned(&[]));
    let unknown = CheckpointError::Note(NoteError::NoKnownKey);
    assert_eq!(refused, Err(PolicyError::Checkpoint(unknown)));
}

#[test]
fn single_witness_may_be_the_quorum() {
    let policy = Policy::parse(lines("quorum W2\n").as_bytes()).unwrap();
    policy.open(&cosigned(&[2])).unwrap();
    assert_eq!(policy.open(&cosigned(&[1])), Err(PolicyError::QuorumNotMet));
}

#[test]
fn badly_written_policies_are_refused() {
    let log_line = format!("log {}\n", log().verifier_key());
    let twice = format!("witness V {}\n", witness(1).verifier_key());
    let wrong = [
        String::new(),
        "quorum none\nquorum none\n".into(),
        "quorum W1\n".into(),
        lines("quorum none none\n"),
        lines("group G any W9\nquorum G\n"),
        lines("quorum G\ngroup G any W1\n"),
        lines("group G 0 W1\nquorum G\n"),
        lines("group G 2 W1\nquorum G\n"),
        lines("group G 01 W1\nquorum G\n"),
        lines("group G any\nquorum G\n"),
        lines("group G any W1 W1\nquorum G\n"),
        lines("group G any W1\ngroup H any W1\nquorum G\n"),
        lines("group none any W1\nquorum none\n"),
        lines("group W1 any W1\nquorum none\n"),
        lines("group G any none\nquorum G\n"),
        lines("something else\nquorum none\n"),
        lines("quorum none\r\n"),
        lines(&format!("{log_line}quorum none\n")),
        lines(&format!("{twice}quorum none\n")),
        format!("log {}\nquorum none\n", witness(1).verifier_key()),
        format!("witness W {}\nquorum none\n", log().verifier_key()),
        "log nonsense\nquorum none\n".into(),
    ];
    for wrong in wrong {
        assert!(Policy::parse(wrong.as_bytes()).is_err(), "{wrong}");
    }
}
