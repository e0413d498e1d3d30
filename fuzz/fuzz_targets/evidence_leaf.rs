//! A leaf that decodes encodes to the same bytes.
#![no_main]

use demarche_evidence::leaf::Leaf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(leaf) = Leaf::decode(bytes) {
        assert_eq!(leaf.encode().as_slice(), bytes, "one leaf, one form");
    }
});
