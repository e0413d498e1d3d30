//! Cells of one CSV row, RFC 4180, borrowed where no quote was doubled.

use std::borrow::Cow;

/// Calls `each` with the place and text of every cell of a row.
///
/// # Shape
/// `row` is one logical row: quoted cells may hold separators, quotes (doubled) and line ends.
/// A final line end is dropped. A quote in the middle of a bare cell is kept as it is.
pub fn cells<'a>(row: &'a str, mut each: impl FnMut(usize, Cow<'a, str>)) {
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    let (mut rest, mut column) = (row, 0);
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted),
            None => bare_cell(rest),
        };
        each(column, cell);
        match after {
            Some(after) => rest = after,
            None => return,
        }
        column += 1;
    }
}

/// Reads up to the comma; `None` after the last cell.
fn bare_cell(text: &str) -> (Cow<'_, str>, Option<&str>) {
    match memchr::memchr(b',', text.as_bytes()) {
        Some(at) => (Cow::Borrowed(&text[..at]), Some(&text[at + 1..])),
        None => (Cow::Borrowed(text), None),
    }
}

/// Reads behind an opening quote up to the closing one.
fn quoted_cell(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let bytes = text.as_bytes();
    let (mut from, mut doubled) = (0, false);
    loop {
        let Some(at) = memchr::memchr(b'"', &bytes[from..]).map(|at| from + at) else {
            return (unquoted(text, doubled), None);
        };
        if bytes.get(at + 1) == Some(&b'"') {
            doubled = true;
            from = at + 2;
            continue;
        }
        let cell = unquoted(&text[..at], doubled);
        // Bytes between the closing quote and the comma belong to no cell; tolerated as others do.
        let after = memchr::memchr(b',', &bytes[at + 1..]).map(|comma| &text[at + 2 + comma..]);
        return (cell, after);
    }
}

fn unquoted(text: &str, doubled: bool) -> Cow<'_, str> {
    if doubled {
        Cow::Owned(text.replace("\"\"", "\""))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::cells;

    fn read(row: &str) -> Vec<String> {
        let mut out = Vec::new();
        cells(row, |_, cell| out.push(cell.into_owned()));
        out
    }

    #[test]
    fn reads_quotes_line_ends_and_empty_cells() {
        assert_eq!(
            read("a,,\"b \"\"c\"\"\",\"d\r\ne,f\"\r\n"),
            ["a", "", "b \"c\"", "d\r\ne,f"]
        );
        assert_eq!(read(""), [""]);
        assert_eq!(read("\"open"), ["open"]);
        assert_eq!(read("a,"), ["a", ""]);
    }
}
