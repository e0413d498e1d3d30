//! A policy without keys opens nothing, whatever it says.
#![no_main]

use demarche_evidence::policy::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(policy) = Policy::parse(bytes) {
        let n_keys = policy.keys().len();
        assert!(policy.logs().len() <= n_keys && n_keys <= bytes.len());
        assert!(policy.open(bytes).is_err(), "a policy is no checkpoint");
    }
});
