//! Reads Rust text well enough for checks: comments, strings, functions, tests.
//!
//! Not a parser. It knows where code is code, and counts braces. Nothing here fails on text that
//! does not compile; rustc says so better.

use std::ops::Range;

/// One file, once as written and once with comments and literals blanked out.
pub struct Scan {
    /// Same length and line breaks as the text, with spaces for comments, strings and characters.
    pub code: String,
    /// Where test code lies: bodies under `#[cfg(test)]` or `#[test]`.
    tests: Vec<Range<usize>>,
    line_starts: Vec<usize>,
}

/// A function with a body.
pub struct Function {
    /// Its name, without the type that it belongs to.
    pub name: String,
    /// The line it begins on, from 1.
    pub line: usize,
    /// Lines from `fn` to its closing brace.
    pub n_lines: usize,
    /// Whether it lies in test code.
    pub in_test: bool,
}

impl Scan {
    /// Reads one file's text.
    pub fn new(text: &str) -> Self {
        let code = blank(text);
        let tests = test_ranges(&code);
        let mut line_starts = vec![0];
        line_starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
        Self {
            code,
            tests,
            line_starts,
        }
    }

    /// The line of a byte position, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    /// Whether a byte position lies in test code.
    pub fn in_test(&self, at: usize) -> bool {
        self.tests.iter().any(|range| range.contains(&at))
    }

    /// Positions where `pattern` stands in code and is not part of a longer word.
    pub fn places(&self, pattern: &str) -> Vec<usize> {
        places(&self.code, pattern)
    }

    /// Names of modules in files of their own that are compiled for tests only.
    pub fn test_modules(&self) -> Vec<&str> {
        let declared = self.places("mod").into_iter().filter_map(|at| {
            let rest = self.code[at + "mod".len()..].trim_start();
            let name = word_at_start(rest);
            let own_file = rest[name.len()..].trim_start().starts_with(';');
            let attributes = self.code[..at]
                .rsplit([';', '}'])
                .next()
                .unwrap_or_default();
            (own_file && attributes.contains("#[cfg(test)]")).then_some(name)
        });
        declared.collect()
    }

    /// Every function with a body, in order.
    pub fn functions(&self) -> Vec<Function> {
        self.places("fn")
            .into_iter()
            .filter_map(|at| self.function(at))
            .collect()
    }

    fn function(&self, at: usize) -> Option<Function> {
        let rest = &self.code[at + 2..];
        let name = word_at_start(rest.trim_start());
        if name.is_empty() {
            return None; // a function pointer type
        }
        let open = at + 2 + body_start(rest)?;
        let close = matching_brace(&self.code, open);
        let (line, last) = (self.line(at), self.line(close));
        Some(Function {
            name: name.to_owned(),
            line,
            n_lines: last + 1 - line,
            in_test: self.in_test(at),
        })
    }

    /// Names after `struct`, `enum`, `trait`, `union` and `type`, with their position.
    pub fn type_names(&self) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for keyword in ["struct", "enum", "trait", "union", "type"] {
            for at in self.places(keyword) {
                let after = &self.code[at + keyword.len()..];
                let name = word_at_start(after.trim_start());
                if name.starts_with(|c: char| c.is_ascii_uppercase()) {
                    found.push((at, name));
                }
            }
        }
        found.sort_unstable();
        found
    }
}

/// Whether a character can be part of a name.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that a text begins with, possibly empty.
pub fn word_at_start(text: &str) -> &str {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    &text[..end]
}

fn places(code: &str, pattern: &str) -> Vec<usize> {
    let starts_word = pattern.starts_with(is_word);
    let ends_word = pattern.ends_with(is_word);
    code.match_indices(pattern)
        .map(|(at, _)| at)
        .filter(|at| !(starts_word && code[..*at].ends_with(is_word)))
        .filter(|at| !(ends_word && code[*at + pattern.len()..].starts_with(is_word)))
        .collect()
}

/// Splits a name at `_` and at capitals: `MailboxGrant2` gives `mailbox`, `grant2`.
pub fn name_words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            previous_lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (c.is_uppercase() && previous_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        previous_lower = !c.is_uppercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The position of a signature's `{`, or none where it ends in `;` instead.
fn body_start(signature: &str) -> Option<usize> {
    let mut depth = 0i32;
    for (at, c) in signature.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The position of the brace that closes the one at `open`, or the last byte.
fn matching_brace(code: &str, open: usize) -> usize {
    let mut depth = 0i32;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

fn test_ranges(code: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    if code.trim_start().starts_with("#![cfg(test)]") {
        ranges.push(0..code.len());
    }
    for mark in ["#[cfg(test)]", "#[test]", "#[cfg(all(test"] {
        for (at, _) in code.match_indices(mark) {
            let Some(open) = code[at + mark.len()..].find(['{', ';']) else {
                continue;
            };
            let open = at + mark.len() + open;
            if code.as_bytes().get(open) == Some(&b'{') {
                ranges.push(at..matching_brace(code, open) + 1);
            }
        }
    }
    ranges
}

/// Replaces comments, strings and character literals by spaces; keeps length and line breaks.
pub fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes.get(at + 1) == Some(&b'/') => line_end(bytes, at),
            b'/' if bytes.get(at + 1) == Some(&b'*') => block_comment_end(bytes, at),
            b'"' => string_end(bytes, at),
            b'r' | b'b' | b'c' if !follows_word(bytes, at) => prefixed_end(bytes, at),
            b'\'' => character_end(bytes, at),
            _ => at,
        };
        for byte in &mut out[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    // Only whole literals and comments were replaced, byte by byte, so this is UTF-8 still.
    String::from_utf8_lossy(&out).into_owned()
}

fn follows_word(bytes: &[u8], at: usize) -> bool {
    at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_')
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|b| *b == b'\n')
        .map_or(bytes.len(), |n| at + n)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `b'…'`, `c"…"`; `at` itself where none begins.
fn prefixed_end(bytes: &[u8], at: usize) -> usize {
    let mut next = at;
    while next < at + 2 && matches!(bytes.get(next), Some(b'r' | b'b' | b'c')) {
        next += 1;
    }
    let raw = bytes[at..next].contains(&b'r');
    let n_hashes = bytes[next..]
        .iter()
        .take_while(|b| raw && **b == b'#')
        .count();
    match bytes.get(next + n_hashes) {
        Some(b'"') if raw => raw_string_end(bytes, next + n_hashes, n_hashes),
        Some(b'"') => string_end(bytes, next),
        Some(b'\'') if !raw => character_end(bytes, next),
        _ => at,
    }
}

fn raw_string_end(bytes: &[u8], quote: usize, n_hashes: usize) -> usize {
    let mut at = quote + 1;
    while at < bytes.len() {
        let closes = bytes[at] == b'"'
            && bytes[at + 1..]
                .iter()
                .take(n_hashes)
                .filter(|b| **b == b'#')
                .count()
                == n_hashes;
        if closes {
            return at + 1 + n_hashes;
        }
        at += 1;
    }
    bytes.len()
}

/// The end of a character literal, or `quote` itself where a lifetime begins.
fn character_end(bytes: &[u8], quote: usize) -> usize {
    if bytes.get(quote + 1) == Some(&b'\\') {
        let from = (quote + 3).min(bytes.len());
        return bytes[from..]
            .iter()
            .position(|b| *b == b'\'')
            .map_or(quote, |n| from + n + 1);
    }
    // One character of at most four bytes, then a quote; `'a` of a lifetime has none there.
    let first = bytes.get(quote + 1).copied().unwrap_or(0);
    let n_bytes = match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    };
    match bytes.get(quote + 1 + n_bytes) {
        Some(b'\'') => quote + 2 + n_bytes,
        _ => quote,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_nothing_moves() {
        let text =
            "let a = \"{ // no\"; /* { /* } */ */ b('{', '\\'', 'x) r#\"\"}\"# b'}' // }\n'a: é";
        let code = blank(text);
        assert_eq!(code.len(), text.len());
        assert!(!code.contains(['{', '}']), "{code}");
        assert!(code.contains("let a =") && code.contains("'a: é") && code.contains("'x)"));
    }

    #[test]
    fn text_that_never_ends_is_harmless() {
        for text in [
            "\"abc",
            "/* /* */",
            "r##\"x\"#",
            "'\\",
            "b'",
            "fn f( {",
            "#[test]",
            "'\\u",
        ] {
            let scan = Scan::new(text);
            assert_eq!(scan.code.len(), text.len(), "{text}");
            scan.functions();
        }
    }

    #[test]
    fn functions_are_measured_from_signature_to_brace() {
        let scan = Scan::new(
            "fn a<const N: usize>(x: [u8; 3])\nwhere\n    X: Y,\n{\n    \"}\"\n}\ntrait T { fn none(&self); }\ntype F = fn(u8);\n",
        );
        let functions = scan.functions();
        let seen: Vec<_> = functions
            .iter()
            .map(|f| (f.name.as_str(), f.line, f.n_lines))
            .collect();
        assert_eq!(seen, [("a", 1, 6)]);
    }

    #[test]
    fn test_code_is_known() {
        let scan = Scan::new(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod far;\nfn d() {}\n",
        );
        let in_test: Vec<_> = scan.functions().iter().map(|f| f.in_test).collect();
        assert_eq!(in_test, [false, true, false, false]);
    }

    #[test]
    fn modules_of_tests_are_known() {
        let scan = Scan::new(
            "mod a;\n#[cfg(test)]\nmod b;\nmod c;\n#[cfg(test)]\npub mod d { }\n#[cfg(test)]\n#[allow(x)]\nmod e;",
        );
        assert_eq!(scan.test_modules(), ["b", "e"]);
    }

    #[test]
    fn words_of_a_name() {
        assert_eq!(name_words("MailboxGrant2"), ["mailbox", "grant2"]);
        assert_eq!(name_words("unified_audit"), ["unified", "audit"]);
        assert_eq!(name_words("Office365"), ["office365"]);
        assert_eq!(name_words("HTTPCode"), ["httpcode"]);
    }

    #[test]
    fn a_pattern_is_a_whole_word() {
        let scan =
            Scan::new("expect(1); unexpected(2); std::fs; std::fsx; my_std::fs; a.expect(3)");
        assert_eq!(scan.places("expect(").len(), 2);
        assert_eq!(scan.places("std::fs").len(), 1);
    }

    #[test]
    fn types_are_named() {
        let scan = Scan::new(
            "pub struct Record<'a>; enum Verdict {} trait Sink {} impl X { type Item = u8; } let r#type = 1;",
        );
        let names: Vec<_> = scan
            .type_names()
            .into_iter()
            .map(|(_, name)| name)
            .collect();
        assert_eq!(names, ["Record", "Verdict", "Sink", "Item"]);
    }
}
