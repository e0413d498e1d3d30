//! Every cutter: spans tile any bytes, and do not depend on where windows end.
#![no_main]

use demarche_core::record::frame::Frame;
use demarche_core::record::text::Encoding;
use demarche_fuzz::tile;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((step, bytes)) = bytes.split_first() else {
        return;
    };
    for frame in Frame::ALL {
        for encoding in [Encoding::Utf8, Encoding::Utf16Low, Encoding::Utf16High] {
            let whole = tile(frame, encoding, bytes, bytes.len().max(1));
            let windows = tile(frame, encoding, bytes, usize::from(*step) + 1);
            assert_eq!(whole, windows, "{frame:?} {encoding:?}");
        }
    }
});
