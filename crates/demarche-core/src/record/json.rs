//! JSON without a tree: members and elements as borrowed slices.
//!
//! The one file that knows the JSON library. Values are slices of the record's text that were
//! checked once; nothing is built for members nobody asks for.

use std::borrow::Cow;

use sonic_rs::LazyValue;

/// Why a text is no JSON, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Byte at which it was noticed.
    pub offset: usize,
    /// Whether the text ended before the value did.
    pub truncated: bool,
}

/// One value, still a slice of the text.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a>(&'a str);

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    Text,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl<'a> Value<'a> {
    /// The value of a text that was not yet looked at; white space around it is dropped.
    pub fn of(text: &'a str) -> Value<'a> {
        Value(text.trim())
    }

    /// Its JSON text.
    pub fn raw(self) -> &'a str {
        self.0
    }

    /// What it is, by its first byte.
    pub fn kind(self) -> ValueKind {
        match self.0.as_bytes().first() {
            Some(b'{') => ValueKind::Object,
            Some(b'[') => ValueKind::Array,
            Some(b'"') => ValueKind::Text,
            Some(b't' | b'f') => ValueKind::Boolean,
            Some(b'n') | None => ValueKind::Null,
            Some(_) => ValueKind::Number,
        }
    }

    /// Its text: strings unescaped, numbers and booleans as written; empty for anything else.
    pub fn text(self) -> Cow<'a, str> {
        match self.kind() {
            ValueKind::Text => unescaped(self.0),
            ValueKind::Boolean | ValueKind::Number => Cow::Borrowed(self.0),
            ValueKind::Null | ValueKind::Array | ValueKind::Object => Cow::Borrowed(""),
        }
    }

    /// Its whole number, also from a string (`"RecordType":"50"`).
    pub fn integer(self) -> Option<i64> {
        self.text().trim().parse().ok()
    }

    /// Its truth, also from a string (`"False"`).
    pub fn boolean(self) -> Option<bool> {
        let text = self.text();
        let text = text.trim();
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            None
        }
    }

    /// Calls `each` with key and value of every member of an object, in order; names may repeat.
    ///
    /// # Errors
    /// [`Malformed`] where the text is no object; members before the fault were handed over.
    pub fn members(self, mut each: impl FnMut(&str, Value<'a>)) -> Result<(), Malformed> {
        not_too_deep(self.0)?;
        for member in sonic_rs::to_object_iter(self.0) {
            let (key, value) = member.map_err(|error| malformed(&error, self.0))?;
            each(&key, Value(slice_of(self.0, &value)));
        }
        Ok(())
    }

    /// Calls `each` with every element of an array, in order.
    ///
    /// # Errors
    /// [`Malformed`] where the text is no array; elements before the fault were handed over.
    pub fn elements(self, mut each: impl FnMut(Value<'a>)) -> Result<(), Malformed> {
        not_too_deep(self.0)?;
        for element in sonic_rs::to_array_iter(self.0) {
            let value = element.map_err(|error| malformed(&error, self.0))?;
            each(Value(slice_of(self.0, &value)));
        }
        Ok(())
    }

    /// The first member of a name, exactly as written.
    pub fn member(self, name: &str) -> Option<Value<'a>> {
        let mut found = None;
        let _ = self.members(|key, value| {
            if found.is_none() && key == name {
                found = Some(value);
            }
        });
        found
    }
}

/// How deep values may nest. The library skips nested values by recursion: a hostile text of a
/// few kilobytes of brackets would end the run by exhausting the stack.
const DEPTH_MAX: usize = 512;

/// Refuses a text that nests deeper than [`DEPTH_MAX`]; one pass, and hardly one for most texts.
fn not_too_deep(text: &str) -> Result<(), Malformed> {
    let bytes = text.as_bytes();
    // So few opening brackets cannot nest deeper, wherever they stand.
    if bytes.len() <= DEPTH_MAX || memchr::memchr2_iter(b'[', b'{', bytes).count() <= DEPTH_MAX {
        return Ok(());
    }
    let (mut depth, mut quoted, mut at) = (0_usize, false, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => depth += 1,
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH_MAX {
            return Err(Malformed {
                offset: at,
                truncated: false,
            });
        }
        at += 1;
    }
    Ok(())
}

/// The slice of `text` that a lazy value covers.
fn slice_of<'a>(text: &'a str, value: &LazyValue<'a>) -> &'a str {
    // A lazy value borrows its raw text from the input. Its accessor hands out a shorter
    // lifetime, so the slice is found again by its address, which must lie within `text`.
    let raw = value.as_raw_str();
    let start = (raw.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    text.get(start..start.saturating_add(raw.len()))
        .unwrap_or("null")
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    let inner = raw
        .strip_prefix('"')
        .and_then(|r| r.strip_suffix('"'))
        .unwrap_or("");
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Cow::Borrowed(inner);
    }
    match sonic_rs::from_str::<String>(raw) {
        Ok(text) => Cow::Owned(text),
        // A lone surrogate: keep the text as it was written rather than lose the value.
        Err(_) => Cow::Borrowed(inner),
    }
}

fn malformed(error: &sonic_rs::Error, text: &str) -> Malformed {
    Malformed {
        offset: error.offset().min(text.len()),
        truncated: error.is_eof(),
    }
}

/// A text as a JSON string, quotes included.
pub fn quoted(text: &str) -> String {
    sonic_rs::to_string(text).unwrap_or_else(|_| String::from("\"\""))
}

/// Whether a text is one whole JSON value, checked to its end.
pub fn is_whole(text: &str) -> bool {
    sonic_rs::from_str::<sonic_rs::Value>(text).is_ok()
}

/// What a JSON value is according to the library, for the differential test.
#[cfg(test)]
fn library_kind(text: &str) -> Option<sonic_rs::JsonType> {
    use sonic_rs::JsonValueTrait;
    sonic_rs::get(text, sonic_rs::pointer![])
        .ok()
        .map(|value| value.get_type())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sonic_rs::JsonType;

    #[test]
    fn members_are_slices_of_the_text() {
        let text = r#" {"A":"x\"y","b":[1,{"c":null}],"A":"50","n":-1.5e3,"t":true} "#;
        let mut seen = Vec::new();
        Value::of(text)
            .members(|key, value| seen.push(format!("{key}={}", value.raw())))
            .unwrap();
        assert_eq!(
            seen,
            [
                r#"A="x\"y""#,
                r#"b=[1,{"c":null}]"#,
                r#"A="50""#,
                "n=-1.5e3",
                "t=true"
            ]
        );
        assert_eq!(Value::of(text).member("A").unwrap().text(), "x\"y");
        assert_eq!(Value::of(r#""50""#).integer(), Some(50));
        assert_eq!(Value::of(r#""False""#).boolean(), Some(false));
        assert_eq!(Value::of("null").text(), "");
    }

    #[test]
    fn a_truncated_object_is_malformed() {
        for text in [r#"{"A":1,"b":"#, r#"{"A":1"#, r#"{"A":"x"#, "", "{"] {
            assert!(Value::of(text).members(|_, _| ()).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_and_many_siblings_are_not() {
        for open in ["[", "{\"a\":", "[{\"a\":"] {
            let deep = open.repeat(200_000);
            let inside = format!("{{\"a\":{deep}");
            assert!(Value::of(&inside).members(|_, _| ()).is_err());
            assert!(Value::of(&deep).elements(|_| ()).is_err());
        }
        let wide = format!("[{}[]]", "[[1]],".repeat(5_000));
        let mut n = 0;
        Value::of(&wide).elements(|_| n += 1).unwrap();
        assert_eq!(n, 5_001);
        let quoted = format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(5_000));
        assert!(Value::of(&quoted).members(|_, _| ()).is_ok());
        let allowed = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        assert!(Value::of(&allowed).elements(|_| ()).is_ok());
    }

    #[test]
    fn kinds_agree_with_the_library() {
        for text in ["{}", "[]", "1", "true", "null", r#""x""#] {
            let ours = Value::of(text).kind();
            let theirs = library_kind(text);
            assert_eq!(
                theirs,
                Some(match ours {
                    ValueKind::Null => JsonType::Null,
                    ValueKind::Boolean => JsonType::Boolean,
                    ValueKind::Number => JsonType::Number,
                    ValueKind::Text => JsonType::String,
                    ValueKind::Array => JsonType::Array,
                    ValueKind::Object => JsonType::Object,
                })
            );
        }
    }
}
