//! Reads any bytes as a snapshot of settings, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["state-snapshot"], bytes));
