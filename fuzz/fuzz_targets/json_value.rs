//! Members and elements of any text are slices of it.
#![no_main]

use demarche_core::record::json::Value;
use libfuzzer_sys::fuzz_target;

fn walk(value: Value<'_>, text: &str, depth: usize) {
    let range = text.as_bytes().as_ptr_range();
    let raw = value.raw().as_bytes().as_ptr_range();
    let inside = raw.start >= range.start && raw.end <= range.end;
    // A slice that cannot be found again is `null`, which lies nowhere in the text.
    assert!(inside || value.raw() == "null" || value.raw().is_empty());
    let _ = (value.kind(), value.text(), value.integer(), value.boolean());
    if depth < 16 {
        let _ = value.members(|_, member| walk(member, text, depth + 1));
        let _ = value.elements(|element| walk(element, text, depth + 1));
    }
}

fuzz_target!(|text: &str| walk(Value::of(text), text, 0));
