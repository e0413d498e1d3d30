//! Reads any bytes as what collectors say of their runs, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["collector-log"], bytes));
