//! Tile paths and entry bundles have one form each.
#![no_main]

use demarche_evidence::tile::{self, Named};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(named) = std::str::from_utf8(bytes).ok().and_then(tile::named) {
        let again = match named {
            Named::Tile(tile) => tile.to_string(),
            Named::Bundle(number, width) => tile::bundle_path(number, width),
        };
        assert_eq!(again.as_bytes(), bytes, "one path, one form");
    }
    let Some((width, bundle)) = bytes.split_first() else {
        return;
    };
    if let Some(entries) = tile::entries(bundle, u16::from(*width)) {
        let mut again = Vec::new();
        assert!(
            entries
                .iter()
                .all(|entry| tile::push_entry(&mut again, entry))
        );
        assert_eq!(again, bundle, "one bundle, one form");
    }
});
