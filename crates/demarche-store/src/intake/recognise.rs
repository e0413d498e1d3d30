//! Finds framing and form of a source from its first records.

use demarche_core::record::cut::{Cutter, RECORD_BYTES_MAX, SpanKind};
use demarche_core::record::frame::{AnyCutter, Frame};
use demarche_core::record::text::Encoding;
use demarche_core::source::{Form, recognise};

use crate::intake::text::record_text;

/// How many first records are shown to the sources.
const RECORDS_MAX: usize = 64;

/// Characters looked at to see which framings a source admits.
const HEAD_BYTES: usize = 64 << 10;

/// A source that some reader knows.
pub(crate) struct Known {
    pub encoding: Encoding,
    pub frame: Frame,
    pub cutter: AnyCutter,
    pub form: &'static Form,
}

/// What the first bytes of a source tell.
pub(crate) enum Decision {
    Known(Known),
    /// No source knows it.
    Unknown,
    /// Not one whole record is at hand yet.
    More,
}

/// Looks at the first bytes of a source; `last` says that there are no others.
pub(crate) fn decide(window: &[u8], last: bool) -> Decision {
    let encoding = Encoding::of(window);
    let (head, _) = encoding.text(&window[..window.len().min(HEAD_BYTES)]);
    let mut waits = false;
    for frame in Frame::ALL.into_iter().filter(|frame| frame.admits(&head)) {
        let mut cutter = frame.cutter(encoding);
        match first_form(&mut cutter, (frame, encoding), window, last) {
            Some(Some(form)) => {
                return Decision::Known(Known {
                    encoding,
                    frame,
                    cutter: frame.cutter(encoding),
                    form,
                });
            }
            Some(None) => {}
            None => waits = true,
        }
    }
    if waits && !last && window.len() <= RECORD_BYTES_MAX {
        Decision::More
    } else {
        Decision::Unknown
    }
}

/// The form of the first record that has one; `None` where there was no record to look at.
fn first_form(
    cutter: &mut AnyCutter,
    (frame, encoding): (Frame, Encoding),
    window: &[u8],
    last: bool,
) -> Option<Option<&'static Form>> {
    let (mut from, mut n_records) = (0, 0);
    let mut known = Vec::new();
    loop {
        let mut spans = Vec::new();
        cutter.cut(&window[from..], last, &mut spans);
        for span in &spans {
            let bytes = &window[from..from + span.length];
            from += span.length;
            if span.kind != SpanKind::Record {
                continue;
            }
            n_records += 1;
            let (text, _) = encoding.text(bytes);
            let text = record_text(frame, &text);
            known.extend(recognise(&text, cutter.header()));
            if n_records == RECORDS_MAX || (frame != Frame::JsonAmidText && !known.is_empty()) {
                return Some(most(&known, n_records, frame));
            }
        }
        if spans.is_empty() || from == window.len() {
            return (n_records > 0).then(|| most(&known, n_records, frame));
        }
    }
}

/// The first form met. Amid text, records must be the most of it: a document that quotes a few
/// is no log.
fn most(known: &[&'static Form], n_records: usize, frame: Frame) -> Option<&'static Form> {
    let quoted = frame == Frame::JsonAmidText && known.len() * 2 < n_records;
    known.first().filter(|_| !quoted).copied()
}
