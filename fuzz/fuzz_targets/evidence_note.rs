//! A note that is read writes itself again; no key means no verdict.
#![no_main]

use demarche_evidence::checkpoint::{self, Checkpoint};
use demarche_evidence::note::{Note, Signature, VerifierKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes, "one note, one form");
        assert!(note.verify(&[]).is_err(), "nothing is signed by nobody");
        if let Ok(head) = Checkpoint::parse(&note.text) {
            assert_eq!(head.text(), note.text, "one checkpoint, one form");
        }
    }
    assert!(checkpoint::open(bytes, &[]).is_err());
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(key) = VerifierKey::parse(text) {
            assert_eq!(key.to_string(), text, "one key, one form");
        }
        if let Ok(signature) = Signature::parse(text) {
            assert_eq!(signature.to_string(), format!("{text}\n"));
        }
    }
});
