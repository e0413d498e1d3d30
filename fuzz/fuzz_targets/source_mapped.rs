//! Reads any bytes by mappings of each layout: JSON, CSV and an expression.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::mapped::read(bytes));
