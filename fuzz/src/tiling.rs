//! What every cutter must hold to: spans tile, whatever the windows.

use demarche_core::record::cut::{Cutter, FILLER_BYTES_MAX, Span, SpanKind};

/// Cuts at once and in windows of a size that the first byte tells, and compares.
pub fn hold<C: Cutter>(input: &[u8], make: impl Fn(usize) -> C) {
    let Some((first, bytes)) = input.split_first() else {
        return;
    };
    for record_bytes_max in [64, 1 << 20] {
        let whole = cut(make(record_bytes_max), bytes, bytes.len().max(1));
        let parts = cut(make(record_bytes_max), bytes, usize::from(*first) + 1);
        assert_eq!(whole, parts, "cuts do not depend on windows");
        let sum: usize = whole.iter().map(|span| span.length).sum();
        assert_eq!(sum, bytes.len(), "spans tile the input");
        for span in whole {
            assert!(span.length > 0, "no span is empty");
            assert!(span.kind == SpanKind::Record || span.length <= FILLER_BYTES_MAX);
        }
    }
}

fn cut(mut cutter: impl Cutter, bytes: &[u8], step: usize) -> Vec<Span> {
    let (mut all, mut from, mut to) = (Vec::new(), 0, 0);
    loop {
        let last = to == bytes.len();
        let mut spans = Vec::new();
        cutter.cut(&bytes[from..to], last, &mut spans);
        from += spans.iter().map(|span| span.length).sum::<usize>();
        let goes_on = last && from < bytes.len();
        assert!(!goes_on || !spans.is_empty(), "the cutter goes on");
        all.extend(spans);
        if last && !goes_on {
            return all;
        }
        to = (to + step).min(bytes.len());
    }
}
