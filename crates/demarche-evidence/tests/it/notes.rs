//! Signed notes: what is read, what is refused, and which keys count.

use demarche_evidence::note::{Algorithm, Note, NoteError, Signature, VerifierKey};
use demarche_evidence::sign::Signer;

fn signer(name: &str, seed: u8) -> Signer {
    Signer::new(name, Algorithm::Ed25519, &[seed; 32]).unwrap()
}

fn note(text: &str, signers: &[&Signer]) -> Note {
    let signatures = signers
        .iter()
        .map(|signer| signer.sign(text).unwrap())
        .collect();
    Note {
        text: text.to_owned(),
        signatures,
    }
}

fn keys(signers: &[&Signer]) -> Vec<VerifierKey> {
    signers
        .iter()
        .map(|signer| signer.verifier_key().clone())
        .collect()
}

/// The example of golang.org/x/mod/sumdb/note, which nobody here signed.
#[test]
fn example_of_the_go_package_verifies() {
    let vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let bytes = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\
        \n\
        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key = VerifierKey::parse(vkey).unwrap();
    assert_eq!(key.to_string(), vkey);
    let note = Note::parse(bytes.as_bytes()).unwrap();
    assert_eq!(note.to_string(), bytes);
    assert_eq!(note.verify(std::slice::from_ref(&key)).unwrap().len(), 1);
    let altered = bytes.replace("problem is", "problem iz");
    let altered = Note::parse(altered.as_bytes()).unwrap();
    assert_eq!(
        altered.verify(&[key]),
        Err(NoteError::BadSignature("PeterNeumann".into()))
    );
}

#[test]
fn text_ends_at_the_last_blank_line() {
    let one = signer("example.com/log", 1);
    let text = "first\n\n— looks like a signature AAAA\n\nlast\n";
    let written = note(text, &[&one]).to_string();
    let read = Note::parse(written.as_bytes()).unwrap();
    assert_eq!(read.text, text);
    assert_eq!(read.verify(&keys(&[&one])).unwrap().len(), 1);
}

#[test]
fn malformed_notes_are_refused() {
    let good = note("text\n", &[&signer("a", 1)]).to_string();
    Note::parse(good.as_bytes()).unwrap();
    let wrong = [
        String::new(),
        "\n".into(),
        "\n\n".into(),
        "text\n".into(),
        "text\n\n".into(),
        good.trim_end().to_owned(),
        good.replace("\n\n", "\n"),
        good.replace("text", "te\rxt"),
        good.replace("text", "te\0xt"),
        good.replace('\n', "\r\n"),
        good.replace('—', "-"),
        good.replace("— a ", "—  a "),
        good.replace("— a ", "— "),
        good.replace("— a ", "— a+b "),
        good.replace("— a ", "— a\u{2003}b "),
        format!("{good}trailing"),
        format!("{good}trailing\n"),
        format!("{good}\n"),
        good.replace('=', ""),
    ];
    for wrong in wrong {
        assert!(Note::parse(wrong.as_bytes()).is_err(), "{wrong:?}");
    }
    assert!(Note::parse(b"\xff\n\n\xe2\x80\x94 a AAAAAAAA\n").is_err());
}

#[test]
fn non_canonical_base64_in_a_signature_is_refused() {
    let good = note("text\n", &[&signer("a", 1)]).signatures[0].to_string();
    let line = good.trim_end();
    Signature::parse(line).unwrap();
    // 68 bytes leave four unused bits in the last digit before the padding.
    let (head, last) = line.strip_suffix('=').unwrap().split_at(line.len() - 2);
    let next = char::from(last.as_bytes()[0] + 1);
    assert!(Signature::parse(&format!("{head}{next}=")).is_err());
    for wrong in [
        format!("{line}="),
        format!("{line} "),
        line.replace('=', ""),
    ] {
        assert!(Signature::parse(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn unknown_extra_signatures_are_accepted() {
    let (known, other) = (signer("known", 1), signer("other", 2));
    let mut note = note("text\n", &[&other, &known]);
    let junk = Signature {
        name: "junk".into(),
        id: 7,
        payload: vec![1; 5000],
    };
    note.signatures.insert(0, junk);
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read.verify(&keys(&[&known])).unwrap().len(), 1);
}

#[test]
fn known_key_with_a_bad_signature_rejects_the_whole_note() {
    let (one, two) = (signer("one", 1), signer("two", 2));
    let mut note = note("text\n", &[&one, &two]);
    note.signatures[1].payload[3] ^= 1;
    assert_eq!(note.verify(&keys(&[&one])).unwrap().len(), 1);
    let both = keys(&[&one, &two]);
    let refused = note.verify(&both);
    assert_eq!(refused, Err(NoteError::BadSignature("two".into())));
}

#[test]
fn note_without_a_known_signature_is_refused() {
    let (one, two) = (signer("one", 1), signer("two", 2));
    let note = note("text\n", &[&one]);
    assert_eq!(note.verify(&keys(&[&two])), Err(NoteError::NoKnownKey));
    assert_eq!(note.verify(&[]), Err(NoteError::NoKnownKey));
    let same_name = signer("one", 9);
    assert_eq!(
        note.verify(&keys(&[&same_name])),
        Err(NoteError::NoKnownKey)
    );
}

#[test]
fn seventeenth_signature_and_5_kb_line_are_read() {
    let one = signer("one", 1);
    let mut note = note("text\n", &[&one]);
    for id in 0..16 {
        note.signatures.push(Signature {
            name: "other".into(),
            id,
            payload: vec![0; 5000],
        });
    }
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read.signatures.len(), 17);
    assert_eq!(read.verify(&keys(&[&one])).unwrap().len(), 1);
    for id in 16..80 {
        note.signatures.push(Signature {
            name: "other".into(),
            id,
            payload: vec![0; 8],
        });
    }
    assert!(
        Note::parse(note.to_string().as_bytes()).is_err(),
        "more than 64"
    );
    let huge = vec![b'x'; 300_000];
    assert!(Note::parse(&huge).is_err());
}

#[test]
fn key_id_collision_with_another_key_fails_closed() {
    let one = signer("one", 1);
    let mut note = note("text\n", &[&signer("one", 2)]);
    note.signatures[0].id = one.verifier_key().id();
    let known = keys(&[&one]);
    let refused = note.verify(&known);
    assert_eq!(refused, Err(NoteError::BadSignature("one".into())));
}

#[test]
fn wrong_verifier_keys_are_refused() {
    let good = signer("one", 1).verifier_key().to_string();
    assert_eq!(VerifierKey::parse(&good).unwrap().to_string(), good);
    let (name, rest) = good.split_once('+').unwrap();
    let (id, key) = rest.split_once('+').unwrap();
    let wrong = [
        String::new(),
        format!("{name}+{key}"),
        format!("+{id}+{key}"),
        format!("two+{id}+{key}"),
        format!("{name}+00000000+{key}"),
        format!("{name}+{}+{key}", id.to_uppercase() + "A"),
        format!("{name}+{id}+{}", key.replace("AY", "BY")),
        format!("{name}+{id}+{key} "),
        format!("{name}+{id}+{key}AAAA"),
    ];
    for wrong in wrong {
        assert!(VerifierKey::parse(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn small_order_and_non_canonical_points_are_refused() {
    let refuse = |bytes: [u8; 32]| {
        assert!(
            VerifierKey::new("a", Algorithm::Ed25519, &bytes).is_err(),
            "{bytes:02x?}"
        );
    };
    let mut one = [0; 32];
    one[0] = 1;
    refuse(one); // the neutral element
    refuse([0; 32]); // a point of order 4
    let mut above_p = [0xff; 32];
    above_p[31] = 0x7f;
    refuse(above_p);
    above_p[0] = 0xee; // p + 1: the neutral element, not canonical
    refuse(above_p);
}

#[test]
fn secret_keys_are_read_back() {
    for algorithm in [Algorithm::Ed25519, Algorithm::Cosignature] {
        let signer = Signer::new("example.com/key", algorithm, &[5; 32]).unwrap();
        let read = Signer::parse(&format!("{}\n", signer.secret_text())).unwrap();
        assert_eq!(read.verifier_key(), signer.verifier_key());
    }
    let secret = signer("one", 1).secret_text();
    assert!(Signer::parse(&secret.replace("one", "two")).is_err());
    assert!(Signer::parse(&secret["PRIVATE+".len()..]).is_err());
}

#[test]
fn keys_sign_only_what_their_type_signs() {
    let log = signer("log", 1);
    let witness = Signer::new("log", Algorithm::Cosignature, &[1; 32]).unwrap();
    assert!(log.cosign("text\n", 1).is_err());
    assert!(witness.sign("text\n").is_err());
    assert!(log.sign("no newline").is_err());
    assert!(log.sign("carriage\r\n").is_err());
    assert!(witness.cosign("text\n", u64::MAX).is_err());
    assert_ne!(log.verifier_key().id(), witness.verifier_key().id());
}
