//! Cuts the small files of cases and writes what readers make of them as text.

use demarche_core::event::event::Event;
use demarche_core::event::item::ItemKind;
use demarche_core::event::sink::Kept;
use demarche_core::record::cut::{Cutter, SpanKind};
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::record::frame::Frame;
use demarche_core::record::json::Value;
use demarche_core::record::text::Encoding;
use demarche_core::source::{Fate, recognise};
use demarche_core::vocab::given::{Assumed, Given};
use demarche_core::vocab::place::Place;

/// Reads a file of a case: every record by the form that fits it.
pub fn read_section(name: &str, body: &str) -> String {
    let mut out = format!("file {name}\n");
    let mut leaf = 0;
    each_record(name, body, &mut |text, header| {
        out.push_str(&read_record(text, header, leaf));
        leaf += 1;
    });
    out
}

/// Cuts a file into records with the project's own cutters: by the first framing in which a
/// record is of a known form, else by the first that its text admits.
pub fn each_record(name: &str, body: &str, each: &mut dyn FnMut(&str, &Header)) {
    let admitted: Vec<Frame> = Frame::ALL
        .into_iter()
        .filter(|frame| frame.admits(body))
        .collect();
    let known = admitted.iter().find(|frame| {
        let mut known = false;
        cut(**frame, name, body, &mut |text, header| {
            known |= recognise(text, header).is_some();
        });
        known
    });
    if let Some(frame) = known.or(admitted.first()) {
        cut(*frame, name, body, each);
    }
}

fn cut(frame: Frame, name: &str, body: &str, each: &mut dyn FnMut(&str, &Header)) {
    let mut cutter = frame.cutter(Encoding::Utf8);
    // A section may say what is to be assumed behind the file's name: `mail.log year=2024`.
    let (name, assumed) = name.split_once(' ').unwrap_or((name, ""));
    cutter.named(name);
    cutter.given(&Given {
        assumed: Assumed::parse(assumed).unwrap_or_default(),
        mapping: None,
    });
    let mut from = 0;
    while from < body.len() {
        let mut spans = Vec::new();
        cutter.cut(&body.as_bytes()[from..], true, &mut spans);
        assert!(!spans.is_empty(), "a cutter goes on to the end");
        for span in spans {
            let text = &body[from..from + span.length];
            from += span.length;
            if span.kind == SpanKind::Record {
                each(&record_text(frame, text), cutter.header());
            }
        }
    }
}

/// A record without what framing added, as intake hands it over.
fn record_text(frame: Frame, text: &str) -> String {
    let text = match frame {
        Frame::Csv | Frame::BareCsv | Frame::ServerLog | Frame::Lines => {
            text.trim_end_matches(['\r', '\n'])
        }
        Frame::Json | Frame::JsonAmidText => text.trim(),
    };
    let text = match frame {
        Frame::Json | Frame::JsonAmidText => text.strip_suffix(',').unwrap_or(text).trim(),
        Frame::Csv | Frame::BareCsv | Frame::ServerLog | Frame::Lines => text,
    };
    if text.starts_with('"') && frame == Frame::Json {
        return Value::of(text).text().trim().to_owned();
    }
    text.to_owned()
}

/// Reads one record by the form that fits it.
pub fn read_record(text: &str, header: &Header, leaf: u64) -> String {
    let Some(form) = recognise(text, header) else {
        return format!("record {leaf} unknown\n");
    };
    let place = Place {
        leaf,
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
    let fate = if fate == Fate::Read {
        "read"
    } else {
        "rejected"
    };
    let mut out = format!("record {leaf} {} {fate}\n", form.name);
    for event in &kept.events {
        assert_eq!(event.place, place, "an event lies where its record lies");
        out.push_str(&event_text(event));
    }
    for problem in &kept.problems {
        assert_eq!(problem.place, place, "a problem lies where its record lies");
        out.push_str(&format!(
            "  problem {}: {}\n",
            problem.kind.word(),
            problem.text
        ));
        for (name, value) in &problem.salvaged {
            out.push_str(&format!("    {name} {value}\n"));
        }
    }
    out
}

/// An event as text: what it is on one line, then a line for all that it states.
pub fn event_text(event: &Event<'_>) -> String {
    let mut out = format!(
        "  event {} {} {} {:?}\n",
        event.kind.word(),
        event.outcome.word(),
        event.at,
        event.at.precision
    );
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("    {name} {}\n", value.escape_debug()));
        }
    };
    line("stream", event.stream.word());
    line("operation", &event.operation);
    line("record_id", &event.record_id);
    line("error", &event.error);
    line("actor", &identity(&event.actor));
    line("actor_kind", event.actor_kind.word());
    line("store", &identity(&event.store));
    line("store_id", &event.store_id);
    line("address", &event.address);
    if event.network_number != 0 {
        line("network", &event.network_number.to_string());
    }
    line("country", &event.country);
    line("agent", &event.client.agent);
    line("program", &event.client.program);
    line("device", &event.client.device);
    line("platform", &event.client.platform);
    line("grant", &event.client.grant);
    line("front", &event.application.front);
    line("caller", &event.application.caller);
    line("resource", &event.application.resource);
    line("application", &event.application.name);
    line("token", &event.ties.token);
    line("session", &event.ties.session);
    if let Some(issued) = event.ties.token_issued {
        line("token_issued", &issued.to_string());
    }
    line("correlation", &event.ties.correlation);
    line("object", &event.object);
    rest_text(event, &mut line);
    out
}

fn rest_text(event: &Event<'_>, line: &mut dyn FnMut(&str, &str)) {
    if event.throttled != Default::default() {
        line("throttled", event.throttled.word());
    }
    if let Some(counted) = event.items_counted {
        line("items_counted", &counted.to_string());
    }
    let marks = [
        (event.marks.background, "background"),
        (event.marks.relay, "relay"),
        (event.marks.lossy, "lossy"),
        (event.marks.grouped, "grouped"),
        (event.marks.salvaged, "salvaged"),
        (event.marks.external, "external"),
        (event.marks.peer, "peer"),
    ];
    let marks: Vec<&str> = marks
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, word)| *word)
        .collect();
    line("marks", &marks.join(" "));
    for (name, value) in &event.details {
        line(&format!("detail {name}"), value);
    }
    for item in &event.items {
        let size = item
            .size_bytes
            .map_or(String::new(), |size| size.to_string());
        let parts = [
            item.kind.word(),
            &item.container,
            &item.id,
            &item.immutable_id,
            &item.native_id,
            &item.title,
            &size,
        ];
        let rows = match item.kind {
            ItemKind::Rows => format!(" | rows {}", item.rows),
            _ => String::new(),
        };
        line("item", &format!("{}{rows}", parts.join(" | ")));
    }
}

fn identity(identity: &demarche_core::event::event::Identity<'_>) -> String {
    let parts = [
        ("", &identity.name),
        ("object ", &identity.object),
        ("legacy ", &identity.legacy),
        ("sid ", &identity.sid),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}{value}"))
        .collect();
    said.join(", ")
}
