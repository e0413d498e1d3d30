//! Writes JSON straight into bytes: no tree, escaping only where needed.

use crate::simulate::calendar;
use crate::simulate::guid::Guid;

/// Bytes that grow by JSON values. Keys are ours and never need escaping.
#[derive(Debug, Default)]
pub struct Json {
    /// What was written so far.
    pub bytes: Vec<u8>,
}

impl Json {
    /// Puts a comma where the value before asks for one.
    fn separate(&mut self) {
        if !matches!(self.bytes.last(), None | Some(b'{' | b'[' | b':')) {
            self.bytes.push(b',');
        }
    }

    /// Opens an object that stands alone, whatever was written before.
    pub fn start(&mut self) {
        self.bytes.push(b'{');
    }

    /// Writes a key; the value must follow.
    pub fn key(&mut self, key: &str) {
        self.separate();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    /// Opens an object under a key.
    pub fn object(&mut self, key: &str) {
        self.key(key);
        self.bytes.push(b'{');
    }

    /// Opens an object inside an array.
    pub fn object_item(&mut self) {
        self.separate();
        self.bytes.push(b'{');
    }

    /// Closes an object.
    pub fn end_object(&mut self) {
        self.bytes.push(b'}');
    }

    /// Opens an array under a key.
    pub fn array(&mut self, key: &str) {
        self.key(key);
        self.bytes.push(b'[');
    }

    /// Closes an array.
    pub fn end_array(&mut self) {
        self.bytes.push(b']');
    }

    /// Writes a text under a key.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quote(&mut self.bytes, value.as_bytes());
    }

    /// Writes a text inside an array.
    pub fn text_item(&mut self, value: &str) {
        self.separate();
        quote(&mut self.bytes, value.as_bytes());
    }

    /// Writes an identifier under a key.
    pub fn guid(&mut self, key: &str, value: Guid) {
        self.key(key);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(&value.text());
        self.bytes.push(b'"');
    }

    /// Writes a token identifier in its short form under a key.
    pub fn token(&mut self, key: &str, value: Guid) {
        self.key(key);
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(&value.token_text());
        self.bytes.push(b'"');
    }

    /// Writes a whole number under a key.
    pub fn number(&mut self, key: &str, value: i64) {
        self.key(key);
        number(&mut self.bytes, value);
    }

    /// Writes a truth value under a key.
    pub fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        self.bytes
            .extend_from_slice(if value { b"true" } else { b"false" });
    }

    /// Writes a moment without a zone under a key.
    pub fn time(&mut self, key: &str, at: i64) {
        self.key(key);
        self.bytes.push(b'"');
        calendar::write_plain(&mut self.bytes, at);
        self.bytes.push(b'"');
    }

    /// Writes a moment with `Z` under a key.
    pub fn time_utc(&mut self, key: &str, at: i64) {
        self.key(key);
        self.bytes.push(b'"');
        calendar::write_plain(&mut self.bytes, at);
        self.bytes.extend_from_slice(b"Z\"");
    }

    /// Writes `{"Name":…,"Value":…}`, the pair that audit records are full of, inside an array.
    pub fn pair(&mut self, name: &str, value: &str) {
        self.object_item();
        self.text("Name", name);
        self.text("Value", value);
        self.end_object();
    }

    /// Writes `{"Name":…,"NewValue":…,"OldValue":…}` inside an array.
    pub fn change(&mut self, name: &str, new: &str, old: &str) {
        self.object_item();
        self.text("Name", name);
        self.text("NewValue", new);
        self.text("OldValue", old);
        self.end_object();
    }
}

/// Appends a whole number.
pub fn number(out: &mut Vec<u8>, value: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(&digits[at..]);
}

/// Appends a JSON string with its quotes (RFC 8259 §7).
pub fn quote(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    let mut from = 0;
    for (i, &byte) in text.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&text[from..i]);
        from = i + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&text[from..]);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_is_written_is_json_and_reads_back() {
        let mut json = Json::default();
        json.start();
        json.text("a", "q\"\\\r\n\u{1}é");
        json.number("b", i64::MIN);
        json.array("c");
        json.pair("n", "v");
        json.text_item("x");
        json.end_array();
        json.flag("d", true);
        json.end_object();
        let read: serde_json::Value = serde_json::from_slice(&json.bytes).unwrap();
        assert_eq!(read["a"], "q\"\\\r\n\u{1}é");
        assert_eq!(read["b"], i64::MIN);
        assert_eq!(read["c"][0]["Name"], "n");
        assert_eq!(read["c"][1], "x");
    }
}
