//! An entry that is read is in its one canonical form.
#![no_main]

use demarche_evidence::entry::{self, Cite, Entry, SealedSource};
use demarche_evidence::verify::entries;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = Entry::parse(bytes) {
        let again = entry::canonical(&Value::Object(read.object.clone()));
        assert_eq!(again.as_deref(), Ok(bytes), "one entry, one form");
        let _ = (SealedSource::read(&read), Cite::read(&read));
        let checked = entries::check([(0, bytes)], true);
        assert_eq!(checked.entries.len(), 1);
    }
});
