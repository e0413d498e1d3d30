//! Cells of any row: in order, and never more text than the row has.
#![no_main]

use demarche_core::record::csv::cells;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|row: &str| {
    let (mut next, mut n_bytes) = (0, 0);
    cells(row, |column, cell| {
        assert_eq!(column, next, "columns come in order");
        next += 1;
        n_bytes += cell.len();
    });
    assert!(next >= 1, "a row has a cell");
    assert!(n_bytes <= row.len(), "no text from nowhere");
});
