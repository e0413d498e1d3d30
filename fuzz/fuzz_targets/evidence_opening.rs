//! An opening that is read means the same when written and read again.
#![no_main]

use demarche_evidence::opening::Opening;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(opening) = Opening::parse(bytes) {
        let again = Opening::parse(opening.to_json().as_bytes());
        assert_eq!(again.as_ref(), Ok(&opening));
        assert!(opening.n_withheld() <= opening.pieces().len());
    }
});
