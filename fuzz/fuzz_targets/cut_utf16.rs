//! Spans of any bytes cut as UTF-16: they tile, whatever the windows.
#![no_main]

use demarche_core::record::cut::Cutter;
use demarche_core::record::cut_csv::CsvCutter;
use demarche_core::record::cut_json::JsonCutter;
use demarche_core::record::cut_utf16::Utf16Cutter;
use demarche_core::record::text::Encoding;
use demarche_core::record::tile::Tiler;
use demarche_fuzz::tiling;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let low = input.len() % 2 == 0;
    tiling::hold(input, |bound| {
        let plain: Box<dyn Cutter + Send> = if low {
            Box::new(JsonCutter::bounded(bound))
        } else {
            Box::new(CsvCutter::bounded(bound))
        };
        let encoding = if low {
            Encoding::Utf16Low
        } else {
            Encoding::Utf16High
        };
        Tiler::new(Utf16Cutter::new(plain, encoding))
    });
});
