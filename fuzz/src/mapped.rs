//! Mappings of each layout, and any bytes read by them.

use std::sync::Arc;

use demarche_core::event::sink::Kept;
use demarche_core::record::cut::{Cutter, SpanKind};
use demarche_core::record::delivered::Delivered;
use demarche_core::record::frame::Frame;
use demarche_core::record::text::Encoding;
use demarche_core::source::{Fate, mapped};
use demarche_core::vocab::card::{Card, Stream};
use demarche_core::vocab::given::{Assumed, Given};
use demarche_core::vocab::mapping::{Clock, Layout, Mapping, Pattern, Role, Rule, TimeForm};
use demarche_core::vocab::place::Place;

const CARD: Card = Card {
    name: "mapped",
    title: "a log described by its user",
    spec: "",
    streams: &[Stream::ItemAccess],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "",
    realm: "",
    needed_for: "",
    cannot_tell: &[],
    splits: false,
    relays: &[],
};

fn mapping(layout: Layout, form: TimeForm) -> Arc<Mapping> {
    let fields = [
        "time", "user", "ip", "a.token", "uid", "folder", "rows", "action",
    ];
    let when = |text: &str| vec![(7, vec![text.to_owned()])];
    let rule = |when, kind, stream| Rule {
        when,
        kind,
        outcome: "succeeded",
        stream,
    };
    Arc::new(Mapping {
        card: &CARD,
        layout,
        fields: fields.map(str::to_owned).to_vec(),
        clock: Clock {
            field: 0,
            form,
            assumed: Assumed::parse("year=2024,zone=+01:00").unwrap_or_default(),
        },
        roles: vec![
            (Role::Account, 1),
            (Role::Address, 2),
            (Role::Token, 3),
            (Role::Item, 4),
            (Role::Container, 5),
            (Role::Rows, 6),
        ],
        domain: "example.org".to_owned(),
        rules: vec![
            rule(when("issue"), "token-issued", Stream::Issuance),
            rule(when("rows"), "rows-read", Stream::Rows),
            rule(Vec::new(), "items-read", Stream::ItemAccess),
        ],
    })
}

/// Reads bytes by mappings of each layout; the first byte tells the form of the time.
pub fn read(input: &[u8]) {
    let Some((first, bytes)) = input.split_first() else {
        return;
    };
    let form = match first % 3 {
        0 => TimeForm::Text,
        1 => TimeForm::EpochSeconds,
        _ => TimeForm::EpochMillis,
    };
    let text = String::from_utf8_lossy(bytes);
    let expression = r"^(?<time>[^|]*)\|(?<user>[^|]*)\|(?<ip>[^|]*)\|(?<uid>\d*)(?<folder>.*?)(?<action>\w*)(?<rows>\d*)$";
    let pattern = Pattern::of(expression).expect("an expression of ours");
    for (frame, layout) in [
        (Frame::Json, Layout::Json),
        (Frame::Csv, Layout::Csv),
        (Frame::Lines, Layout::Lines(pattern)),
    ] {
        read_by(frame, &mapping(layout, form), &text);
    }
}

fn read_by(frame: Frame, mapping: &Arc<Mapping>, text: &str) {
    let form = mapped::form("mapping/any", &CARD);
    let mut cutter = frame.cutter(Encoding::Utf8);
    cutter.given(&Given {
        mapping: Some(mapping.clone()),
        ..Given::default()
    });
    let (mut spans, mut from) = (Vec::new(), 0);
    cutter.cut(text.as_bytes(), true, &mut spans);
    for span in spans {
        let record = text
            .get(from..from + span.length)
            .unwrap_or_default()
            .trim();
        from += span.length;
        if span.kind != SpanKind::Record || !(form.fits)(record, cutter.header()) {
            continue;
        }
        let mut kept = Kept::default();
        let delivered = Delivered {
            place: Place::default(),
            text: record,
            header: cutter.header(),
        };
        let fate = (form.read)(&delivered, &mut kept);
        assert!(fate == Fate::Read || !kept.problems.is_empty());
        assert!(kept.events.len() <= 1, "one event a record at the most");
    }
}
