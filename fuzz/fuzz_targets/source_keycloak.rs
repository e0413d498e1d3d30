//! Reads any bytes as the events of a token issuer, in every form of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| demarche_fuzz::read_source(&["keycloak"], bytes));
