//! The values of a record, each with its path and its range of bytes.
//!
//! JSON scalars, the cells of a CSV row with the JSON inside them, and the words of a text line. Any
//! doubt gives nothing: a record whose values cannot be told apart is shown whole or not at all.

use std::ops::Range;

/// The deepest nesting read.
const DEPTH_MAX: u32 = 64;

/// One value of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Names from the outside in, as in `Folders.Path`; a cell is `column:3`.
    pub path: String,
    /// Where its bytes lie in the record, quotes included.
    pub range: Range<usize>,
    /// What it says, without quotes and escapes.
    pub text: String,
}

impl Field {
    /// Whether somebody who names a field means this one: by its whole path or its last parts.
    pub fn is_named(&self, name: &str) -> bool {
        let (path, name) = (self.path.to_lowercase(), name.to_lowercase());
        path == name || path.ends_with(&format!(".{name}"))
    }
}

/// The values of a record in every reading it admits, the strictest first; in each they stand in
/// order and none overlap.
pub fn readings(record: &[u8]) -> Vec<Vec<Field>> {
    let Some(text) = plain(record) else {
        return Vec::new();
    };
    let start = text.len() - text.trim_start().len();
    if text[start..].starts_with('{') {
        return object(text, start).into_iter().collect();
    }
    row(text).into_iter().chain(line(text)).collect()
}

/// The values of a line of text: what stands behind `name=`, and every other word.
pub fn of_line(record: &[u8]) -> Option<Vec<Field>> {
    let text = plain(record)?;
    match object(text, text.len() - text.trim_start().len()) {
        Some(fields) => Some(fields),
        None => line(text),
    }
}

/// Text that can be searched: UTF-16 reads as UTF-8 with zeros between, and its values would be
/// looked for in vain.
fn plain(record: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(record).ok();
    text.filter(|text| !text.contains('\0'))
}

/// The scalars of a JSON object.
fn object(text: &str, start: usize) -> Option<Vec<Field>> {
    text[start..].strip_prefix('{')?;
    let mut scan = Scan::of(text, start);
    scan.value("", 0)?;
    scan.ended().then_some(scan.found)
}

/// A reader of JSON that keeps ranges.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Field>,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str, at: usize) -> Scan<'a> {
        Scan {
            text,
            at,
            found: Vec::new(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        self.space();
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// Whether nothing but white space and a comma is left.
    fn ended(&mut self) -> bool {
        self.text[self.at..]
            .chars()
            .all(|letter| letter.is_whitespace() || letter == ',')
    }

    fn value(&mut self, path: &str, depth: u32) -> Option<()> {
        self.space();
        if depth > DEPTH_MAX {
            return None;
        }
        match self.peek()? {
            b'{' => self.members(path, depth, b'}'),
            b'[' => self.members(path, depth, b']'),
            b'"' => {
                let (range, text) = self.string()?;
                self.found.push(Field {
                    path: path.to_owned(),
                    range,
                    text,
                });
                Some(())
            }
            _ => self.word(path),
        }
    }

    /// The members of an object or array.
    fn members(&mut self, path: &str, depth: u32, end: u8) -> Option<()> {
        self.at += 1;
        self.space();
        if self.peek()? == end {
            self.at += 1;
            return Some(());
        }
        loop {
            if end == b'}' {
                self.space();
                let (_, key) = self.string()?;
                self.take(b':')?;
                let inner = if path.is_empty() {
                    key
                } else {
                    format!("{path}.{key}")
                };
                self.value(&inner, depth + 1)?;
            } else {
                self.value(path, depth + 1)?;
            }
            self.space();
            match self.peek()? {
                b',' => self.at += 1,
                byte if byte == end => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// A string: its range with quotes, and what it says.
    fn string(&mut self) -> Option<(Range<usize>, String)> {
        let from = self.at;
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let range = from..self.at;
        let text = sonic_rs::from_str(self.text.get(range.clone())?).ok()?;
        Some((range, text))
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self, path: &str) -> Option<()> {
        let from = self.at;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        while self.peek().is_some_and(is_word) {
            self.at += 1;
        }
        let text = self.text.get(from..self.at)?;
        sonic_rs::from_str::<sonic_rs::Value>(text).ok()?;
        self.found.push(Field {
            path: path.to_owned(),
            range: from..self.at,
            text: text.to_owned(),
        });
        Some(())
    }
}

/// The cells of a CSV row, and the values of JSON inside them.
fn row(text: &str) -> Option<Vec<Field>> {
    let end = text.trim_end_matches(['\r', '\n']).len();
    let mut found = Vec::new();
    let (mut at, mut column) = (0, 1);
    while at <= end {
        let (next, cell) = cell(text, at, end)?;
        found.extend(cell.fields(column));
        (at, column) = (next + 1, column + 1);
    }
    (column > 2).then_some(found)
}

/// A cell: what it says, and where each of its bytes comes from.
struct Cell {
    range: Range<usize>,
    text: String,
    /// Where each byte of the text lies in the row, and where the cell's inside ends.
    places: Vec<usize>,
}

/// Reads the cell at a place; gives where it ends.
fn cell(text: &str, from: usize, end: usize) -> Option<(usize, Cell)> {
    let bytes = text.as_bytes();
    let (mut inner, mut places, mut at) = (Vec::new(), Vec::new(), from);
    let is_quoted = bytes.get(from) == Some(&b'"') && from < end;
    if is_quoted {
        at += 1;
        loop {
            match (bytes.get(at)?, bytes.get(at + 1)) {
                (b'"', Some(b'"')) if at + 1 < end => {
                    inner.push(b'"');
                    places.push(at);
                    at += 2;
                }
                (b'"', _) => break,
                (byte, _) => {
                    inner.push(*byte);
                    places.push(at);
                    at += 1;
                }
            }
        }
        places.push(at);
        at += 1;
    } else {
        while at < end && bytes.get(at) != Some(&b',') {
            inner.push(*bytes.get(at)?);
            places.push(at);
            at += 1;
        }
        places.push(at);
    }
    let stops = at == end || bytes.get(at) == Some(&b',');
    let text = String::from_utf8(inner).ok().filter(|_| stops)?;
    let range = from..at;
    Some((
        at,
        Cell {
            range,
            text,
            places,
        },
    ))
}

impl Cell {
    /// The values inside, or the cell as one value.
    fn fields(self, column: usize) -> Vec<Field> {
        if self.text.starts_with('{') {
            let mut scan = Scan::of(&self.text, 0);
            if scan.value("", 0).is_some() && scan.ended() {
                let moved = |field: Field| {
                    let from = self.places.get(field.range.start)?;
                    let to = self.places.get(field.range.end)?;
                    Some(Field {
                        range: *from..*to,
                        ..field
                    })
                };
                let found = scan.found.into_iter().map(moved);
                if let Some(found) = found.collect::<Option<Vec<_>>>() {
                    return found;
                }
            }
        }
        if self.range.is_empty() {
            return Vec::new();
        }
        vec![Field {
            path: format!("column:{column}"),
            range: self.range,
            text: self.text,
        }]
    }
}

/// Letters between the words of a line.
const BETWEEN: [char; 3] = [' ', ',', ';'];

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || BETWEEN.contains(&letter)
}

/// The words of a line: a word that is `name=value` goes by that name, another by its number.
fn line(text: &str) -> Option<Vec<Field>> {
    let mut found = Vec::new();
    let (mut at, mut number) = (0, 0);
    while let Some(word) = text[at..].find(|letter| !is_between(letter)) {
        let from = at + word;
        number += 1;
        let (path, range) = match named(text, from) {
            Some((name, range)) => (name.to_owned(), range),
            None => {
                let length = text[from..].find(is_between);
                let end = length.map_or(text.len(), |length| from + length);
                (format!("word:{number}"), from..end)
            }
        };
        at = range.end.max(from + 1);
        // What closes a value is no word.
        if range.end > range.start {
            found.push(Field {
                text: text[range.clone()].to_owned(),
                path,
                range,
            });
        }
        while !text.is_char_boundary(at) {
            at += 1;
        }
        if text[at..].starts_with(['>', '"', '\'']) {
            at += 1;
        }
    }
    (!found.is_empty()).then_some(found)
}

/// A word that is `name=value`; the value may stand in quotes or angle brackets, with any words
/// inside.
fn named(text: &str, from: usize) -> Option<(&str, Range<usize>)> {
    let rest = &text[from..];
    let length = rest.find(|letter: char| !letter.is_alphanumeric() && !"_-.".contains(letter))?;
    let name = &rest[..length];
    let value = rest[length..].strip_prefix('=').filter(|_| length > 0)?;
    let start = from + length + 1;
    let close = match value.chars().next()? {
        '<' => Some('>'),
        quote @ ('"' | '\'') => Some(quote),
        _ => None,
    };
    if let Some(inside) = close.and_then(|close| value[1..].find(close)) {
        return Some((name, start + 1..start + 1 + inside));
    }
    let length = value.find(is_between).unwrap_or(value.len());
    Some((name, start..start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Vec<Vec<Field>> = Vec::new();

    fn shown(record: &str) -> Vec<(String, String, String)> {
        let found = readings(record.as_bytes()).remove(0);
        let one = |field: Field| {
            let raw = record[field.range.clone()].to_owned();
            (field.path, raw, field.text)
        };
        found.into_iter().map(one).collect()
    }

    fn triple(path: &str, raw: &str, text: &str) -> (String, String, String) {
        (path.to_owned(), raw.to_owned(), text.to_owned())
    }

    #[test]
    fn json_values_have_their_ranges() {
        let record = "{\"a\": \"x\\\"y\", \"b\":{\"c\":[1, null,{\"d\":\"\"}]}, \"e\":true}\n";
        let expected = [
            triple("a", "\"x\\\"y\"", "x\"y"),
            triple("b.c", "1", "1"),
            triple("b.c", "null", "null"),
            triple("b.c.d", "\"\"", ""),
            triple("e", "true", "true"),
        ];
        assert_eq!(shown(record), expected);
        for wrong in ["{\"a\":}", "{\"a\" 1}", "{\"a\":1} x", "{\"a\":\"", "{"] {
            assert_eq!(readings(wrong.as_bytes()), NONE, "{wrong}");
        }
        let deep = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        assert_eq!(readings(deep.as_bytes()), NONE);
    }

    #[test]
    fn values_inside_a_cell_have_their_ranges_in_the_row() {
        let record = "7,\"{\"\"UserId\"\":\"\"ana@example.org\"\",\"\"n\"\":3}\",,plain\r\n";
        let expected = [
            triple("column:1", "7", "7"),
            triple("UserId", "\"\"ana@example.org\"\"", "ana@example.org"),
            triple("n", "3", "3"),
            triple("column:4", "plain", "plain"),
        ];
        assert_eq!(shown(record), expected);
        assert_eq!(readings(b"a,\xff\n"), NONE);
        assert_eq!(readings(b"a\0,\0b\0,\0c\0\n\0"), NONE);
    }

    #[test]
    fn words_of_a_line_have_their_ranges() {
        let record = "Mar  1 09:00 host imap: Login: user=<ana@example.org>, rip=203.0.113.9, id=\"a b\", n=, e=<>, ünder=ä; x\n";
        let found = of_line(record.as_bytes()).unwrap();
        let all: Vec<(&str, &str)> = found
            .iter()
            .map(|field| (field.path.as_str(), field.text.as_str()))
            .collect();
        assert_eq!(
            all,
            [
                ("word:1", "Mar"),
                ("word:2", "1"),
                ("word:3", "09:00"),
                ("word:4", "host"),
                ("word:5", "imap:"),
                ("word:6", "Login:"),
                ("user", "ana@example.org"),
                ("rip", "203.0.113.9"),
                ("id", "a b"),
                ("ünder", "ä"),
                ("word:13", "x"),
            ]
        );
        for field in &found {
            assert_eq!(&record[field.range.clone()], field.text);
        }
        assert!(found.is_sorted_by_key(|field| field.range.start));
        // A line with commas is a row too, and then a line.
        assert_eq!(readings(record.as_bytes()).len(), 2);
        assert_eq!(readings(b"one line of text\n")[0].len(), 4);
        assert_eq!(of_line(b" \n"), None);
        assert_eq!(of_line(b"{\"a\":1}\n").unwrap()[0].path, "a");
        for hostile in [
            "=",
            "a=",
            "a=<",
            "a=\"",
            "<>",
            "a=>",
            "=<>=",
            "a='b",
            "\u{2028}=x",
        ] {
            for field in of_line(hostile.as_bytes()).unwrap_or_default() {
                assert_eq!(&hostile[field.range.clone()], field.text, "{hostile}");
            }
        }
    }

    #[test]
    fn fields_are_named_by_path_or_end() {
        let field = Field {
            path: "Folders.FolderItems.InternetMessageId".to_owned(),
            range: 0..1,
            text: String::new(),
        };
        assert!(field.is_named("internetmessageid"));
        assert!(field.is_named("FolderItems.InternetMessageId"));
        assert!(!field.is_named("MessageId"));
    }
}
