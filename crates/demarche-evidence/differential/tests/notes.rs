//! Signed notes against `signed_note`: each reads what the other signs, and both refuse alike.

use demarche_evidence::note::{Algorithm, Note, VerifierKey};
use demarche_evidence::sign::Signer;
use signed_note::{Note as TheirNote, StandardSigner, StandardVerifier, VerifierList};

const TEXT: &str = "example.org/log\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn signer() -> Signer {
    Signer::new("example.org/log", Algorithm::Ed25519, &[9; 32]).unwrap()
}

fn verifiers(vkey: &str) -> VerifierList {
    VerifierList::new(vec![Box::new(StandardVerifier::new(vkey).unwrap())])
}

#[test]
fn they_verify_what_we_sign_and_we_what_they_sign() {
    let ours = signer();
    let vkey = ours.verifier_key().to_string();
    let note = Note {
        text: TEXT.into(),
        signatures: vec![ours.sign(TEXT).unwrap()],
    }
    .to_string();
    let read = TheirNote::from_bytes(note.as_bytes()).unwrap();
    assert_eq!(read.verify(&verifiers(&vkey)).unwrap().0.len(), 1);
    let theirs = StandardSigner::new(&ours.secret_text()).unwrap();
    let mut written = TheirNote::new(TEXT.as_bytes(), &[]).unwrap();
    written.add_sigs(&[&theirs]).unwrap();
    assert_eq!(written.to_bytes(), note.as_bytes());
    let key = VerifierKey::parse(&vkey).unwrap();
    assert_eq!(
        Note::parse(&written.to_bytes())
            .unwrap()
            .verify(&[key])
            .unwrap()
            .len(),
        1
    );
}

/// Every bit of a note flipped: who accepts, accepts the same text.
#[test]
fn flipped_notes_are_judged_alike() {
    let ours = signer();
    let vkey = ours.verifier_key().to_string();
    let keys = [ours.verifier_key().clone()];
    let note = Note {
        text: TEXT.into(),
        signatures: vec![ours.sign(TEXT).unwrap()],
    }
    .to_string();
    for at in 0..note.len() {
        for bit in 0..8 {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let we = Note::parse(&bytes).is_ok_and(|note| note.verify(&keys).is_ok());
            let they = TheirNote::from_bytes(&bytes)
                .is_ok_and(|note| note.verify(&verifiers(&vkey)).is_ok());
            assert_eq!(we, they, "byte {at} bit {bit}");
        }
    }
}
