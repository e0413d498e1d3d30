//! JSON without a tree: members and elements as borrowed slices.
//!
//! The one file that knows the JSON library. Values are slices of the record's text that were
//! checked once; nothing is built for members nobody asks for.

use std::borrow::Cow;

use sonic_rs::LazyValue;

use crate::record::json_walk::{self, Walked};

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
pub struct Value<'a> {
    raw: &'a str,
    /// Whether it is known to be a string without escapes.
    plain: bool,
}

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
        Value::unread(text.trim())
    }

    /// The value of a text that begins and ends with it.
    pub(crate) fn unread(raw: &'a str) -> Value<'a> {
        Value { raw, plain: false }
    }

    /// The value of a string that is known to have no escapes in it.
    pub(crate) fn without_escapes(raw: &'a str) -> Value<'a> {
        Value { raw, plain: true }
    }

    /// Its JSON text.
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// What it is, by its first byte.
    pub fn kind(self) -> ValueKind {
        match self.raw.as_bytes().first() {
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
            ValueKind::Text if self.plain => Cow::Borrowed(inner(self.raw)),
            ValueKind::Text => unescaped(self.raw),
            ValueKind::Boolean | ValueKind::Number => Cow::Borrowed(self.raw),
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
        not_too_deep(self.raw)?;
        let mut n_walked = 0;
        let walked = json_walk::members(self.raw, &mut |key, value| {
            n_walked += 1;
            each(key, value);
        });
        if walked == Walked::Whole {
            return Ok(());
        }
        for (place, member) in sonic_rs::to_object_iter(self.raw).enumerate() {
            let (key, value) = member.map_err(|error| malformed(&error, self.raw))?;
            if place >= n_walked {
                each(&key, Value::unread(slice_of(self.raw, &value)));
            }
        }
        Ok(())
    }

    /// Calls `each` with every element of an array, in order.
    ///
    /// # Errors
    /// [`Malformed`] where the text is no array; elements before the fault were handed over.
    pub fn elements(self, mut each: impl FnMut(Value<'a>)) -> Result<(), Malformed> {
        not_too_deep(self.raw)?;
        let mut n_walked = 0;
        let walked = json_walk::elements(self.raw, &mut |value| {
            n_walked += 1;
            each(value);
        });
        if walked == Walked::Whole {
            return Ok(());
        }
        for (place, element) in sonic_rs::to_array_iter(self.raw).enumerate() {
            let value = element.map_err(|error| malformed(&error, self.raw))?;
            if place >= n_walked {
                each(Value::unread(slice_of(self.raw, &value)));
            }
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

/// What stands between the quotes of a string.
fn inner(raw: &str) -> &str {
    raw.strip_prefix('"')
        .and_then(|r| r.strip_suffix('"'))
        .unwrap_or("")
}

fn unescaped(raw: &str) -> Cow<'_, str> {
    let inner = inner(raw);
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
    use proptest::prelude::*;
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

    /// Texts of JSON, sound and broken.
    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            "null",
            "true",
            "false",
            "0",
            "-1.5e3",
            "12",
            "\"\"",
            "\"a\"",
            "\"a\\\"b\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud83d\"",
            "\"é and more than sixteen bytes\"",
            "01",
            "1.",
            "tru",
            "\"tab\t\"",
            "\"\\x\"",
            "[",
            "}",
            "",
        ])
        .prop_map(str::to_owned);
        let key = prop::sample::select(vec![
            "\"a\"",
            "\"b c\"",
            "\"\\n\"",
            "\"A long key of a record\"",
            "a",
            "",
        ]);
        let gap = prop::sample::select(vec!["", "", "", " ", "\n\t", "x"]);
        leaf.prop_recursive(4, 32, 5, move |inner| {
            let member = (key.clone(), gap.clone(), inner.clone(), gap.clone());
            let member = member.prop_map(|(key, before, value, after)| {
                format!("{before}{key}{after}:{before}{value}{after}")
            });
            prop_oneof![
                prop::collection::vec(member, 0..5)
                    .prop_map(|members| format!("{{{}}}", members.join(","))),
                prop::collection::vec(inner, 0..5)
                    .prop_map(|elements| format!("[{}]", elements.join(" ,"))),
            ]
        })
    }

    /// What the library alone makes of a text.
    fn by_the_library(text: &str) -> (Vec<String>, Option<Malformed>) {
        let mut seen = Vec::new();
        for member in sonic_rs::to_object_iter(text) {
            match member {
                Ok((key, value)) => seen.push(format!("{key}={}", slice_of(text, &value))),
                Err(error) => return (seen, Some(malformed(&error, text))),
            }
        }
        (seen, None)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_quick_walk_sees_what_the_library_sees(text in any_json(), cut in 0_usize..400) {
            let cut = (0..=cut.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
            for text in [text.as_str(), &text[..cut.unwrap_or(0)]] {
                let value = Value::of(text);
                let mut seen = Vec::new();
                let fault = value
                    .members(|key, value| seen.push(format!("{key}={}", value.raw())))
                    .err();
                prop_assert_eq!((seen, fault), by_the_library(value.raw()));
                let mut elements = Vec::new();
                let fault = value.elements(|value| elements.push(value.raw().to_owned())).err();
                let mut expected = (Vec::new(), None);
                for element in sonic_rs::to_array_iter(value.raw()) {
                    match element {
                        Ok(element) => expected.0.push(slice_of(value.raw(), &element).to_owned()),
                        Err(error) => {
                            expected.1 = Some(malformed(&error, value.raw()));
                            break;
                        }
                    }
                }
                prop_assert_eq!((elements, fault), expected);
            }
        }

        #[test]
        fn texts_do_not_depend_on_the_walk(inner in "[a-z\\\\\"/bnu0-9é ]{0,40}") {
            let text = format!("{{\"a\":\"{inner}\"}}");
            let whole = sonic_rs::to_object_iter(text.as_str()).next();
            let Some(Ok((_, value))) = whole else { return Ok(()) };
            let raw = slice_of(&text, &value);
            prop_assert_eq!(Value::of(&text).member("a").map(Value::text), Some(unescaped(raw)));
        }
    }
}
