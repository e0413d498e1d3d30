//! Tests of the cutters: every input is tiled, whatever the windows.

use proptest::prelude::*;

use crate::record::cut::{Cutter, FILLER_BYTES_MAX, Span, SpanKind};
use crate::record::cut_csv::CsvCutter;
use crate::record::cut_json::JsonCutter;
use crate::record::cut_lines::LinesCutter;
use crate::record::cut_utf16::Utf16Cutter;
use crate::record::text::Encoding;
use crate::record::tile::Tiler;

const SMALL: usize = 48;

fn cutter(which: usize, record_bytes_max: usize) -> Tiler<Box<dyn Cutter + Send>> {
    let plain = |which| -> Box<dyn Cutter + Send> {
        match which {
            0 => Box::new(JsonCutter::bounded(record_bytes_max)),
            1 => Box::new(CsvCutter::bounded(record_bytes_max)),
            _ => Box::new(LinesCutter::bounded(record_bytes_max)),
        }
    };
    Tiler::new(match which / 3 {
        0 => plain(which),
        1 => Box::new(Utf16Cutter::new(plain(which % 3), Encoding::Utf16Low)),
        _ => Box::new(Utf16Cutter::new(plain(which % 3), Encoding::Utf16High)),
    })
}

/// Cuts in windows that grow by `steps` bytes, over and over.
fn cut(mut cutter: impl Cutter, bytes: &[u8], steps: &[usize]) -> Vec<Span> {
    let (mut all, mut from, mut to, mut turn) = (Vec::new(), 0, 0, 0);
    loop {
        let last = to == bytes.len();
        let mut spans = Vec::new();
        cutter.cut(&bytes[from..to], last, &mut spans);
        from += spans.iter().map(|span| span.length).sum::<usize>();
        let stopped = last && from < bytes.len() && !spans.is_empty();
        all.extend(spans);
        if stopped {
            continue;
        }
        if last {
            assert_eq!(from, bytes.len(), "the window must be used up");
            return all;
        }
        to = (to + steps[turn % steps.len()]).min(bytes.len());
        turn += 1;
    }
}

fn hold(which: usize, bytes: &[u8], steps: &[usize], record_bytes_max: usize) {
    let whole = cut(
        cutter(which, record_bytes_max),
        bytes,
        &[bytes.len().max(1)],
    );
    assert_eq!(whole.iter().map(|s| s.length).sum::<usize>(), bytes.len());
    for span in &whole {
        assert!(span.length > 0);
        assert!(span.kind == SpanKind::Record || span.length <= FILLER_BYTES_MAX);
    }
    let parts = cut(cutter(which, record_bytes_max), bytes, steps);
    assert_eq!(whole, parts, "{which} {:?}", String::from_utf8_lossy(bytes));
}

/// Text made of what the cutters look at, so that odd cases are common.
fn shards() -> impl Strategy<Value = Vec<u8>> {
    let shard = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        "\\\"",
        "\n",
        "\r\n",
        ",",
        ":",
        " ",
        "x",
        "é",
        "𝄞",
        "1",
        "{\"a\":1}",
        "{\"a\":\"b\"}\n",
        "[{\"a\":[1,2]},\n",
        "{\"value\":[",
        "{\"hits\":{\"hits\":[",
        "{\"tables\":[{\"columns\":[{\"name\":\"A\"}],\"rows\":[[1],[2]]}]}",
        "\"a\":",
        "\n{\"a\":",
        "a,b\n",
        "\"a\",\"b\"\n",
        "\"a\n\"\"b\"\"\",",
        "\n\"",
        "\u{FEFF}",
        "\0",
        "#TYPE x\n",
        "long long long long long long long long long text ",
    ]);
    prop::collection::vec(shard, 0..40).prop_map(|shards| shards.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn cuts_do_not_depend_on_windows(
        text in shards(),
        steps in prop::collection::vec(1_usize..30, 1..6),
        which in 0_usize..3,
    ) {
        hold(which, &text, &steps, SMALL);
        hold(which, &text, &steps, 1 << 20);
    }

    #[test]
    fn cuts_of_utf16_do_not_depend_on_windows(
        text in shards(),
        steps in prop::collection::vec(1_usize..30, 1..6),
        which in 3_usize..9,
        odd in any::<bool>(),
    ) {
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut bytes: Vec<u8> = text
            .encode_utf16()
            .flat_map(|unit| if which < 6 { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect();
        if odd {
            bytes.push(7);
        }
        hold(which, &bytes, &steps, SMALL);
        hold(which, &bytes, &steps, 1 << 20);
    }

    #[test]
    fn any_bytes_are_tiled(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        steps in prop::collection::vec(1_usize..60, 1..4),
        which in 0_usize..9,
    ) {
        hold(which, &bytes, &steps, SMALL);
    }
}

/// The records of a text, with what is joined to them.
fn records(which: usize, text: &str) -> Vec<String> {
    let mut from = 0;
    let mut out = Vec::new();
    for span in cut(cutter(which, 1 << 20), text.as_bytes(), &[7]) {
        if span.kind == SpanKind::Record {
            out.push(
                text[from..from + span.length]
                    .trim_end()
                    .trim_end_matches(',')
                    .to_owned(),
            );
        }
        from += span.length;
    }
    out
}

#[test]
fn json_comes_in_many_frames() {
    let expect = [r#"{"a":1}"#, r#"{"b":[{"c":"}\n"}]}"#];
    for text in [
        "{\"a\":1}\n{\"b\":[{\"c\":\"}\\n\"}]}\n",
        "{\"a\":1}{\"b\":[{\"c\":\"}\\n\"}]}",
        "\u{FEFF}[\n  {\"a\":1},\n  {\"b\":[{\"c\":\"}\\n\"}]}\n]\n",
        "[{\"a\":1}]\n[{\"b\":[{\"c\":\"}\\n\"}]}]",
        r#"{"@odata.context":"x","value":[{"a":1},{"b":[{"c":"}\n"}]}],"@odata.nextLink":"y"}"#,
        r#"{"took":3,"_shards":{"n":1},"hits":{"total":{"value":2},"hits":[{"a":1},{"b":[{"c":"}\n"}]}]}}"#,
        "{\"Records\":[{\"a\":1}]}\n{\"events\": [ {\"b\":[{\"c\":\"}\\n\"}]} ] }",
        "{\"a\":1}\n\n\u{FEFF}{\"b\":[{\"c\":\"}\\n\"}]}",
    ] {
        assert_eq!(records(0, text), expect, "{text}");
    }
}

#[test]
fn tables_give_rows_under_their_columns() {
    let text = r#"{"tables":[{"name":"P","columns":[{"name":"A","type":"string"},{"name":"B"}],"rows":[["x",1],["y",[2]]]}]}"#;
    let mut cutter = cutter(0, 1 << 20);
    let mut spans = Vec::new();
    cutter.cut(text.as_bytes(), true, &mut spans);
    assert_eq!(cutter.header().columns, ["A", "B"]);
    assert_eq!(records(0, text), [r#"["x",1]"#, r#"["y",[2]]"#]);
}

#[test]
fn a_record_cut_short_costs_itself_alone() {
    let good = r#"{"a":"b"}"#;
    for broken in [
        r#"{"a":"b"#,
        r#"{"a":"b","#,
        r#"{"a":[1"#,
        r#"{"a":{"b":1}"#,
        r#"{"a":"b\"#,
        r#"{"a":[{"b":1},"#,
        r#"{"a":"#,
    ] {
        let text = format!("{good}\n{broken}\n{good}\n{good}\n");
        assert_eq!(
            records(0, &text),
            [good, broken.trim_end_matches(','), good, good],
            "{broken}"
        );
    }
    let text = "h,i\n\"a\",\"b\"\n\"c\",\"{\"\"d\"\"\n\"e\",\"f\"\n\"g\",\"i\"\n";
    assert_eq!(
        records(1, text),
        [
            "\"a\",\"b\"",
            "\"c\",\"{\"\"d\"\"",
            "\"e\",\"f\"",
            "\"g\",\"i\""
        ]
    );
}

#[test]
fn text_amid_json_is_a_record_to_be_rejected() {
    assert_eq!(
        records(0, "WARNING: x, y\n{\"a\":1}\n"),
        ["WARNING: x, y", "{\"a\":1}"]
    );
}

#[test]
fn rows_hold_line_ends_and_headers_are_filler() {
    let text = "\u{FEFF}#TYPE X\r\na,\"b\"\r\n1,\"2\r\n3\"\"\"\r\n\r\na,\"b\"\r\n4,\n";
    assert_eq!(records(1, text), ["1,\"2\r\n3\"\"\"", "4"]);
    let mut cutter = cutter(1, 1 << 20);
    cutter.cut(text.as_bytes(), true, &mut Vec::new());
    assert_eq!(cutter.header().columns, ["a", "b"]);
}
