//! An archive that is read writes itself again; without keys no pack holds.
#![no_main]

use demarche_evidence::container;
use demarche_evidence::policy::Policy;
use demarche_evidence::verify::{Outcome, pack};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((folder, files)) = container::read(bytes) {
        assert_eq!(
            container::write(&folder, &files).as_deref(),
            Ok(bytes),
            "one archive, one form"
        );
        assert!(files.keys().all(|path| container::is_safe(path)));
        let checked = pack::check(&files, &Policy::of_logs(vec![]));
        assert_ne!(checked.faults.outcome(), Outcome::Holds);
    }
});
