//! Reads any bytes as a database server's log, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["postgresql"], bytes));
