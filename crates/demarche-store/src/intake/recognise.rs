//! Finds framing and form of a source from its first records.

use std::sync::Arc;

use demarche_core::record::cut::{Cutter, RECORD_BYTES_MAX, SpanKind};
use demarche_core::record::delivered::Header;
use demarche_core::record::frame::{AnyCutter, Frame};
use demarche_core::record::json::Value;
use demarche_core::record::text::Encoding;
use demarche_core::source::{Form, recognise};
use demarche_core::vocab::mapping::{Layout, Mapping};

use crate::intake::text::record_text;
use crate::intake::told::{Mapped, names};

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
    /// The user's description, where one has it.
    pub mapping: Option<Arc<Mapping>>,
}

/// What the first bytes of a source tell.
pub(crate) enum Decision {
    Known(Known),
    /// No source knows it.
    Unknown,
    /// Not one whole record is at hand yet.
    More,
}

/// Looks at the first bytes of a source: whether one of the user's own descriptions takes it.
pub(crate) fn decide_mapped(
    window: &[u8],
    last: bool,
    name: &str,
    mapped: &[Mapped],
) -> Option<Decision> {
    let mut waits = false;
    for mapped in mapped {
        let named = mapped.files.iter().any(|pattern| names(pattern, name));
        if !named && !mapped.files.is_empty() {
            continue;
        }
        match takes(mapped, window, last) {
            Some(Some(frame)) => return Some(known(mapped, frame, Encoding::of(window))),
            Some(None) => {}
            None => waits = true,
        }
    }
    (waits && !last && window.len() <= RECORD_BYTES_MAX).then_some(Decision::More)
}

fn known(mapped: &Mapped, frame: Frame, encoding: Encoding) -> Decision {
    Decision::Known(Known {
        encoding,
        frame,
        cutter: frame.cutter(encoding),
        form: mapped.form,
        mapping: Some(mapped.mapping.clone()),
    })
}

/// The framing in which a description takes a source: whose first records have its keys, or, for
/// lines, one of which its expression matches. `None` where no record is at hand yet.
fn takes(mapped: &Mapped, window: &[u8], last: bool) -> Option<Option<Frame>> {
    let encoding = Encoding::of(window);
    let (head, _) = encoding.text(&window[..window.len().min(HEAD_BYTES)]);
    let frames: &[Frame] = match mapped.mapping.layout {
        Layout::Json => &[Frame::Json, Frame::JsonAmidText],
        Layout::Csv => &[Frame::Csv],
        Layout::Lines(_) => &[Frame::Lines],
    };
    let mut waits = false;
    for frame in frames.iter().copied().filter(|frame| frame.admits(&head)) {
        let mut cutter = frame.cutter(encoding);
        let (mut from, mut n_records) = (0, 0);
        let mut spans = Vec::new();
        cutter.cut(window, last, &mut spans);
        for span in spans {
            let bytes = &window[from..from + span.length];
            from += span.length;
            if span.kind != SpanKind::Record || n_records == RECORDS_MAX {
                continue;
            }
            n_records += 1;
            let (text, _) = encoding.text(bytes);
            let text = record_text(frame, &text);
            if has_keys(&text, cutter.header(), mapped) {
                return Some(Some(frame));
            }
        }
        waits |= n_records == 0;
    }
    if waits { None } else { Some(None) }
}

fn has_keys(text: &str, header: &Header, mapped: &Mapped) -> bool {
    match &mapped.mapping.layout {
        Layout::Lines(pattern) => !mapped.files.is_empty() || pattern.taken(text, &[]).is_some(),
        Layout::Csv => mapped
            .keys
            .iter()
            .all(|key| header.columns.iter().any(|column| column.trim() == key)),
        Layout::Json => {
            let mut met = vec![false; mapped.keys.len()];
            let whole = Value::of(text).members(|key, _| {
                for (at, wanted) in mapped.keys.iter().enumerate() {
                    met[at] |= wanted == key;
                }
            });
            whole.is_ok() && met.iter().all(|met| *met)
        }
    }
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
                    mapping: None,
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
