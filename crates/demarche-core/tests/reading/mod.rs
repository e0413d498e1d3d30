//! Cuts the small files of cases and writes what readers make of them as text.

use demarche_core::event::event::Event;
use demarche_core::event::sink::Kept;
use demarche_core::record::csv::cells;
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::record::json::{Value, ValueKind};
use demarche_core::source::{Fate, recognise};
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

/// Cuts a file into records: by rows where its name ends in `.csv`, by lines where it ends in
/// `.txt`, else by documents.
pub fn each_record(name: &str, body: &str, each: &mut dyn FnMut(&str, &Header)) {
    let mut header = Header {
        name: name.to_owned(),
        ..Header::default()
    };
    if name.ends_with(".csv") {
        let mut rows = csv_rows(body).into_iter();
        cells(rows.next().unwrap_or(""), |_, cell| {
            header.columns.push(cell.into_owned());
        });
        rows.for_each(|row| each(row, &header));
    } else if name.ends_with(".txt") {
        body.lines().for_each(|line| each(line, &header));
    } else {
        for document in documents(body) {
            unwrap(document, &header, each);
        }
    }
}

/// Rows of a CSV text: line ends within quotes belong to the row.
fn csv_rows(text: &str) -> Vec<&str> {
    let (mut rows, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                rows.push(&text[start..=at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < text.len() {
        rows.push(&text[start..]);
    }
    rows
}

/// The JSON documents of a text, one behind the other; a line that is none is one all the same.
fn documents(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = document_end(rest).unwrap_or_else(|| rest.find('\n').unwrap_or(rest.len()));
        out.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    out
}

fn document_end(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn unwrap(text: &str, header: &Header, each: &mut dyn FnMut(&str, &Header)) {
    let value = Value::of(text);
    if value.kind() == ValueKind::Array {
        let _ = value.elements(|element| each(element.raw(), header));
        return;
    }
    if let Some(tables) = value.member("tables") {
        let _ = tables.elements(|table| unwrap_table(table, header, each));
        return;
    }
    for wrapper in ["value", "records", "events"] {
        if let Some(list) = value
            .member(wrapper)
            .filter(|v| v.kind() == ValueKind::Array)
        {
            let _ = list.elements(|element| each(element.raw(), header));
            return;
        }
    }
    each(text, header);
}

fn unwrap_table(table: Value<'_>, header: &Header, each: &mut dyn FnMut(&str, &Header)) {
    let mut header = header.clone();
    if let Some(columns) = table.member("columns") {
        let _ = columns.elements(|column| {
            let name = column.member("name").map(Value::text);
            header.columns.push(name.unwrap_or_default().into_owned());
        });
    }
    if let Some(rows) = table.member("rows") {
        let _ = rows.elements(|row| each(row.raw(), &header));
    }
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
        line("item", &parts.join(" | "));
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
