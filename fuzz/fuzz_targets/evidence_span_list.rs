//! A list of spans that is read writes itself again, and splits no record wrongly.
#![no_main]

use demarche_evidence::span_list::{Span, Spans};
use demarche_evidence::split::{self, Template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let read: Result<Vec<Span>, _> = Spans::new(bytes).collect();
    if let Ok(spans) = read {
        let mut again = Vec::new();
        spans.iter().for_each(|span| span.write(&mut again));
        assert_eq!(again, bytes, "one list, one form");
        for span in spans {
            let Some(cut) = split::cut(bytes, &span.values) else {
                continue;
            };
            let template = Template::parse(&cut.template).expect("what is cut is a template");
            let mut whole = Vec::new();
            for (at, piece) in template.pieces().into_iter().enumerate() {
                whole.extend_from_slice(piece);
                whole.extend_from_slice(cut.values.get(at).copied().unwrap_or_default());
            }
            assert_eq!(whole, bytes, "cut and joined is the same");
        }
    }
    if let Some(template) = Template::parse(bytes) {
        let pieces: Vec<u8> = template.pieces().concat();
        assert_eq!(pieces, template.body);
    }
});
