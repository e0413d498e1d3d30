//! Reads any bytes as alerts of the provider, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["entra-risk"], bytes));
