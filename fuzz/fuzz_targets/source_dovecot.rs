//! Reads any bytes as the log of a mail server, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["dovecot"], bytes));
