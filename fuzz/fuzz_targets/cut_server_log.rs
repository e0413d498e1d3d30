//! Spans of any bytes cut as a server's log: they tile, whatever the windows.
#![no_main]

use demarche_core::record::cut_server_log::ServerLogCutter;
use demarche_core::record::tile::Tiler;
use demarche_fuzz::tiling;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| tiling::hold(input, |bound| {
    Tiler::new(ServerLogCutter::bounded(bound))
}));
