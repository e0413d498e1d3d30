//! Checkpoints, cosignatures and travelling proofs: every altered part is noticed.

use demarche_evidence::checkpoint::{self, Checkpoint, CheckpointError};
use demarche_evidence::hash::{self, Digest};
use demarche_evidence::note::{Algorithm, Note, NoteError, VerifierKey};
use demarche_evidence::prove;
use demarche_evidence::sign::Signer;
use demarche_evidence::tlog_proof::{TlogProof, TlogProofError};
use demarche_evidence::tree;

const ORIGIN: &str = "example.org/demarche/7f3a";

fn log() -> Signer {
    Signer::new(ORIGIN, Algorithm::Ed25519, &[1; 32]).unwrap()
}

fn witness() -> Signer {
    Signer::new("witness.example/w1", Algorithm::Cosignature, &[2; 32]).unwrap()
}

fn keys() -> Vec<VerifierKey> {
    vec![
        log().verifier_key().clone(),
        witness().verifier_key().clone(),
    ]
}

fn text(size: u64, root: Digest) -> String {
    Checkpoint {
        origin: ORIGIN.into(),
        size,
        root,
        extensions: vec![],
    }
    .text()
}

/// A signed and cosigned checkpoint.
fn signed(text: &str) -> String {
    let signatures = vec![
        log().sign(text).unwrap(),
        witness().cosign(text, 1_679_315_147).unwrap(),
    ];
    Note {
        text: text.to_owned(),
        signatures,
    }
    .to_string()
}

fn good() -> String {
    signed(&text(77, hash::leaf(b"root")))
}

#[test]
fn honest_checkpoint_opens_with_log_and_witness() {
    let opened = checkpoint::open(good().as_bytes(), &keys()).unwrap();
    assert_eq!(opened.checkpoint.size, 77);
    assert_eq!(
        opened.cosigned,
        [(witness().verifier_key().clone(), 1_679_315_147)]
    );
    assert_eq!(opened.note.to_string(), good());
    let log_only = checkpoint::open(good().as_bytes(), &keys()[..1]).unwrap();
    assert!(log_only.cosigned.is_empty());
}

#[test]
fn every_flipped_bit_of_a_checkpoint_is_noticed() {
    let good = good().into_bytes();
    let honest = checkpoint::open(&good, &keys()).unwrap();
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut flipped = good.clone();
            flipped[at] ^= 1 << bit;
            // A flip in a name or id makes that signature unknown, which is all it may do.
            if let Ok(opened) = checkpoint::open(&flipped, &keys()) {
                assert_eq!(opened.checkpoint, honest.checkpoint, "byte {at} bit {bit}");
                assert!(opened.cosigned.is_empty(), "byte {at} bit {bit}");
            }
        }
    }
}

#[test]
fn changed_size_origin_and_root_fail() {
    let good = good();
    let root = hash::leaf(b"root").to_base64();
    let other = hash::leaf(b"other").to_base64();
    for (from, to) in [
        ("\n77\n", "\n78\n"),
        (ORIGIN, "example.org/demarche/7f3b"),
        (&root, &other),
    ] {
        let altered = good.replacen(from, to, 1);
        assert_ne!(altered, good);
        assert!(
            checkpoint::open(altered.as_bytes(), &keys()).is_err(),
            "{from}"
        );
    }
}

#[test]
fn log_line_removed_and_witness_kept_fails() {
    let mut note = Note::parse(good().as_bytes()).unwrap();
    note.signatures.remove(0);
    let refused = checkpoint::open(note.to_string().as_bytes(), &keys());
    assert_eq!(refused, Err(CheckpointError::NotByLog(ORIGIN.into())));
}

#[test]
fn only_a_witness_key_given_fails() {
    let refused = checkpoint::open(good().as_bytes(), &keys()[1..]);
    assert_eq!(refused, Err(CheckpointError::NotByLog(ORIGIN.into())));
}

#[test]
fn key_of_another_origin_does_not_stand_for_the_log() {
    let other = Signer::new("example.org/other", Algorithm::Ed25519, &[3; 32]).unwrap();
    let text = text(1, hash::leaf(b""));
    let note = Note {
        signatures: vec![other.sign(&text).unwrap()],
        text,
    };
    let keys = [other.verifier_key().clone()];
    let refused = checkpoint::open(note.to_string().as_bytes(), &keys);
    assert_eq!(refused, Err(CheckpointError::NotByLog(ORIGIN.into())));
}

#[test]
fn changed_cosignature_time_fails() {
    let mut note = Note::parse(good().as_bytes()).unwrap();
    note.signatures[1].payload[7] ^= 1;
    let refused = checkpoint::open(note.to_string().as_bytes(), &keys());
    let bad = NoteError::BadSignature("witness.example/w1".into());
    assert_eq!(refused, Err(CheckpointError::Note(bad)));
}

#[test]
fn cosignature_does_not_move_to_another_checkpoint() {
    let one = Note::parse(good().as_bytes()).unwrap();
    let mut two = Note::parse(signed(&text(78, hash::leaf(b"root"))).as_bytes()).unwrap();
    two.signatures[1] = one.signatures[1].clone();
    assert!(checkpoint::open(two.to_string().as_bytes(), &keys()).is_err());
}

#[test]
fn sizes_have_one_spelling() {
    let root = hash::leaf(b"root").to_base64();
    for size in [
        "077",
        "+77",
        "77 ",
        " 77",
        "",
        "-1",
        "0x4d",
        "18446744073709551616",
        "7_7",
    ] {
        let text = format!("{ORIGIN}\n{size}\n{root}\n");
        assert!(Checkpoint::parse(&text).is_err(), "{size:?}");
        let by_log = Note {
            signatures: vec![log().sign(&text).unwrap()],
            text,
        };
        assert!(
            checkpoint::open(by_log.to_string().as_bytes(), &keys()).is_err(),
            "{size:?}"
        );
    }
    let largest = format!("{ORIGIN}\n{}\n{root}\n", u64::MAX);
    assert_eq!(Checkpoint::parse(&largest).unwrap().text(), largest);
}

#[test]
fn checkpoint_lines_are_strict() {
    let root = hash::leaf(b"root").to_base64();
    let wrong = [
        String::new(),
        "\n".into(),
        format!("{ORIGIN}\n"),
        format!("{ORIGIN}\n1\n"),
        format!("{ORIGIN}\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("{ORIGIN}\n1\n{root}\n\n"),
        format!("{ORIGIN}\n1\n{}\n", &root[..40]),
        format!("{ORIGIN}\n1\n{root}AAAA\n"),
        format!("{ORIGIN}\n0\n{root}\n"),
    ];
    for wrong in wrong {
        assert!(Checkpoint::parse(&wrong).is_err(), "{wrong:?}");
    }
    let empty = text(0, hash::EMPTY_ROOT);
    assert_eq!(Checkpoint::parse(&empty).unwrap().size, 0);
}

#[test]
fn extension_line_is_read_and_shown() {
    let text = format!("{}extension 1\n", text(5, hash::leaf(b"root")));
    let opened = checkpoint::open(signed(&text).as_bytes(), &keys()).unwrap();
    assert_eq!(opened.checkpoint.extensions, ["extension 1"]);
    assert_eq!(opened.checkpoint.text(), text);
}

/// A log of 77 entries, and the proof of one.
fn travelling() -> (Vec<Digest>, TlogProof) {
    let leaves: Vec<Digest> = (0..77u64).map(|i| hash::leaf(&i.to_be_bytes())).collect();
    let checkpoint = signed(&text(77, tree::root(leaves.iter().copied()))).into_bytes();
    let path = prove::inclusion(&mut leaves.as_slice(), 42, 77).unwrap();
    (
        leaves,
        TlogProof {
            extra: None,
            index: 42,
            path,
            checkpoint,
        },
    )
}

#[test]
fn travelling_proof_is_read_back_and_checked() {
    let (leaves, mut proof) = travelling();
    for extra in [None, Some(vec![]), Some(vec![7; 100])] {
        proof.extra = extra;
        let read = TlogProof::parse(&proof.to_bytes()).unwrap();
        assert_eq!(read, proof);
        assert_eq!(
            read.check(&leaves[42], &keys()).unwrap().checkpoint.size,
            77
        );
    }
}

#[test]
fn travelling_proof_of_another_entry_fails() {
    let (leaves, proof) = travelling();
    for wrong in [0, 41, 43, 76] {
        assert!(matches!(
            proof.check(&leaves[wrong], &keys()),
            Err(TlogProofError::Proof(_))
        ));
    }
    for index in [41, 43, 77, u64::MAX] {
        let moved = TlogProof {
            index,
            ..proof.clone()
        };
        assert!(matches!(
            moved.check(&leaves[42], &keys()),
            Err(TlogProofError::Proof(_))
        ));
    }
    let refused = proof.check(&leaves[42], &[]);
    assert!(matches!(refused, Err(TlogProofError::Checkpoint(_))));
}

#[test]
fn travelling_proof_lines_are_strict() {
    let (_, proof) = travelling();
    let good = String::from_utf8(proof.to_bytes()).unwrap();
    let hash = proof.path[0].to_base64();
    let many = format!("index 42\n{}", format!("{hash}\n").repeat(60));
    let wrong = [
        good.replace("proof@v1", "proof@v2"),
        good.replace("index 42", "index 042"),
        good.replace("index 42", "index -42"),
        good.replace("index 42", "index 42 "),
        good.replace("index 42\n", ""),
        good.replace("index 42", "extra AAAA\nextra AAAA\nindex 42"),
        good.replace("index 42", "extra A\nindex 42"),
        good.replace("index 42", "index 42\nextra AAAA"),
        good.replace(&hash, &hash[..40]),
        good.replace(&hash, &format!("{hash} ")),
        good.replace(&hash, &format!("{hash}\r")),
        good.replace("index 42\n", &many),
        good.split("\n\n").next().unwrap().to_owned(),
    ];
    for wrong in wrong {
        assert_ne!(wrong, good);
        assert!(TlogProof::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
}
