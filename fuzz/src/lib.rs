//! What the targets share: cuts any bytes and reads them by a source's forms.

pub mod mapped;
pub mod tiling;

use demarche_core::event::sink::Kept;
use demarche_core::record::cut::{Cutter, FILLER_BYTES_MAX, Span, SpanKind};
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::record::frame::Frame;
use demarche_core::record::text::Encoding;
use demarche_core::source::{Fate, Form, LIST};
use demarche_core::vocab::place::Place;

/// Reads bytes as a file of the source with these cards, in every framing that they admit.
pub fn read_source(cards: &[&str], bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let forms: Vec<&Form> = LIST
        .iter()
        .filter(|form| cards.contains(&form.card.name))
        .collect();
    assert!(!forms.is_empty(), "no form has these cards: {cards:?}");
    for frame in Frame::ALL.into_iter().filter(|frame| frame.admits(&text)) {
        let mut cutter = frame.cutter(Encoding::Utf8);
        let mut from = 0;
        while from < text.len() {
            let mut spans = Vec::new();
            cutter.cut(&text.as_bytes()[from..], true, &mut spans);
            assert!(!spans.is_empty(), "a cutter goes on to the end");
            for span in spans {
                let record = text.get(from..from + span.length).unwrap_or_default();
                from += span.length;
                if span.kind == SpanKind::Record {
                    let record = record.trim().trim_end_matches(',');
                    forms
                        .iter()
                        .for_each(|form| read(form, record, cutter.header()));
                }
            }
        }
    }
}

/// Reads one record by one form, if it fits, and holds the reader to what it promises.
fn read(form: &Form, text: &str, header: &Header) {
    if !(form.fits)(text, header) {
        return;
    }
    let place = Place {
        leaf: 7,
        offset: 11,
        length: text.len() as u64,
        ..Place::default()
    };
    let mut kept = Kept::default();
    let fate = (form.read)(
        &Delivered {
            place,
            text,
            header,
        },
        &mut kept,
    );
    assert!(
        fate == Fate::Read || !kept.problems.is_empty(),
        "{}: rejected without a problem",
        form.name
    );
    assert!(
        kept.events.iter().all(|event| event.place == place),
        "{}: an event of another place",
        form.name
    );
}

/// Cuts bytes window by window, each longer by `step`; holds the spans to tiling them.
pub fn tile(frame: Frame, encoding: Encoding, bytes: &[u8], step: usize) -> Vec<Span> {
    let mut cutter = frame.cutter(encoding);
    let (mut all, mut from, mut to) = (Vec::new(), 0, step.min(bytes.len()));
    loop {
        let last = to == bytes.len();
        // As intake does: a cutter may stop after a record whose header is its own.
        loop {
            let mut spans = Vec::new();
            cutter.cut(&bytes[from..to], last, &mut spans);
            from += spans.iter().map(|span| span.length).sum::<usize>();
            assert!(from <= to, "spans beyond the window");
            let stuck = spans.is_empty();
            all.extend(spans);
            if stuck || from == to {
                break;
            }
        }
        if last {
            break;
        }
        to = (to + step).min(bytes.len());
    }
    assert_eq!(from, bytes.len(), "spans tile the source to its end");
    assert!(all.iter().all(|span| span.length > 0), "no span is empty");
    let filler = all.iter().filter(|span| span.kind == SpanKind::Filler);
    assert!(
        filler
            .into_iter()
            .all(|span| span.length <= FILLER_BYTES_MAX),
        "filler has a limit"
    );
    all
}
