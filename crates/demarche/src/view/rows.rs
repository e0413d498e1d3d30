//! Reads the CSV tables of a case back, value for value.

use std::borrow::Cow;

use crate::render::csv::unguarded;

/// The rows of a table, each with its cells in the order of the columns asked for.
///
/// A column that the table lacks gives empty cells. Cells lose the apostrophe that guards a
/// spreadsheet, so that a value is what the log says.
pub fn rows<T>(text: &str, columns: &[&str], make: impl Fn(Vec<String>) -> T) -> Vec<T> {
    let mut records = Records::of(text);
    let Some(header) = records.next() else {
        return Vec::new();
    };
    let places = places(header, columns);
    records
        .map(|record| {
            let mut all = cells(record);
            let wanted = places.iter().map(|place| {
                let cell = place.and_then(|place| all.get_mut(place));
                cell.map(std::mem::take).unwrap_or_default().into_owned()
            });
            make(wanted.collect())
        })
        .collect()
}

/// Where each column stands in a table with this head.
pub fn places(header: &str, columns: &[&str]) -> Vec<Option<usize>> {
    let header = cells(header);
    columns
        .iter()
        .map(|column| header.iter().position(|name| name == column))
        .collect()
}

/// The first of these columns that the table's head lacks.
pub fn missing<'c>(text: &str, columns: &[&'c str]) -> Option<&'c str> {
    let places = places(Records::of(text).next().unwrap_or_default(), columns);
    let mut columns = columns.iter().zip(places);
    columns
        .find(|(_, place)| place.is_none())
        .map(|(column, _)| *column)
}

/// The records of a CSV text, each with its line end: RFC 4180, line feed or both line ends.
pub struct Records<'a> {
    rest: &'a str,
}

impl<'a> Records<'a> {
    /// The records of a text.
    pub fn of(text: &'a str) -> Records<'a> {
        Records {
            rest: text.strip_prefix('\u{feff}').unwrap_or(text),
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let (mut end, mut n_quotes) = (0, 0);
        while end < bytes.len() {
            let line = &bytes[end..];
            let line = &line[..memchr::memchr(b'\n', line).map_or(line.len(), |at| at + 1)];
            end += line.len();
            n_quotes += quotes(line);
            if n_quotes % 2 == 0 {
                break;
            }
        }
        let (record, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(record)
    }
}

/// How many quotes there are; a record is at its end where they are even.
pub fn quotes(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'"').count()
}

/// The cells of one record.
pub fn cells(record: &str) -> Vec<Cow<'_, str>> {
    let record = record.strip_suffix('\n').unwrap_or(record);
    let record = record.strip_suffix('\r').unwrap_or(record);
    let (mut cells, mut rest) = (Vec::with_capacity(20), Some(record));
    while let Some(text) = rest {
        let (cell, behind) = first_cell(text);
        cells.push(match cell {
            Cow::Borrowed(cell) => Cow::Borrowed(unguarded(cell)),
            Cow::Owned(cell) => Cow::Owned(unguarded(&cell).to_owned()),
        });
        rest = behind;
    }
    cells
}

/// The first cell of a record, and what stands behind its comma.
fn first_cell(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let bytes = text.as_bytes();
    if let Some(inner) = text.strip_prefix('"') {
        // Nearly every quoted cell holds no quote.
        if let Some(end) = memchr::memchr(b'"', inner.as_bytes()) {
            match inner.as_bytes().get(end + 1) {
                None => return (Cow::Borrowed(&inner[..end]), None),
                Some(b',') => return (Cow::Borrowed(&inner[..end]), Some(&inner[end + 2..])),
                Some(_) => {}
            }
        }
    } else {
        match memchr::memchr2(b',', b'"', bytes) {
            None => return (Cow::Borrowed(text), None),
            Some(end) if bytes[end] == b',' => {
                return (Cow::Borrowed(&text[..end]), Some(&text[end + 1..]));
            }
            Some(_) => {}
        }
    }
    let (mut cell, mut is_quoted) = (String::new(), false);
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        match (letter, is_quoted) {
            ('"', true) if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                letters.next();
                cell.push('"');
            }
            ('"', _) => is_quoted = !is_quoted,
            (',', false) => return (Cow::Owned(cell), Some(&text[place + 1..])),
            (letter, _) => cell.push(letter),
        }
    }
    (Cow::Owned(cell), None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::csv::Table;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cells in prop::collection::vec("[-=+@'\"a,\n\r\t ＝]{0,6}", 2..3)) {
            let mut out = Vec::new();
            let mut table = Table::begin(&mut out, &["a", "b"]).unwrap();
            table.row(&cells).unwrap();
            table.end().unwrap();
            let text = String::from_utf8(out).unwrap();
            let read = rows(&text, &["a", "b"], |cells| cells);
            prop_assert_eq!(read, vec![cells]);
        }
    }

    #[test]
    fn columns_are_found_by_name() {
        let read = rows("b,a\n1,2\r\n3\n", &["a", "c", "b"], |cells| cells.join("|"));
        assert_eq!(read, ["2||1", "||3"]);
    }
}
