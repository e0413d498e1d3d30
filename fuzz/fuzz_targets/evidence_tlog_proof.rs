//! Proofs and witness requests that are read write themselves again.
#![no_main]

use demarche_evidence::hash::EMPTY_ROOT;
use demarche_evidence::tlog_proof::TlogProof;
use demarche_evidence::witness::{Request, parse_answer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_bytes(), bytes, "one proof, one form");
        assert!(proof.check(&EMPTY_ROOT, &[]).is_err(), "no key, no proof");
    }
    if let Ok(request) = Request::parse(bytes) {
        assert_eq!(request.to_bytes(), bytes, "one request, one form");
    }
    if let Ok(answer) = parse_answer(bytes) {
        let again: String = answer.iter().map(ToString::to_string).collect();
        assert_eq!(again.as_bytes(), bytes, "one answer, one form");
    }
});
