//! Reads the CSV tables of a case back, value for value.

use crate::render::csv::unguarded;

/// The rows of a table, each with its cells in the order of the columns asked for.
///
/// A column that the table lacks gives empty cells. Cells lose the apostrophe that guards a
/// spreadsheet, so that a value is what the log says.
pub fn rows<T>(text: &str, columns: &[&str], make: impl Fn(Vec<String>) -> T) -> Vec<T> {
    let mut records = Records { rest: text };
    let Some(header) = records.next() else {
        return Vec::new();
    };
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| header.iter().position(|name| name == column))
        .collect();
    records
        .map(|mut cells| {
            let wanted = places.iter().map(|place| {
                let cell = place.and_then(|place| cells.get_mut(place));
                cell.map(std::mem::take).unwrap_or_default()
            });
            make(wanted.collect())
        })
        .collect()
}

/// The first of these columns that the table's head lacks.
pub fn missing<'c>(text: &str, columns: &[&'c str]) -> Option<&'c str> {
    let head = Records::of(text).next().unwrap_or_default();
    let mut columns = columns.iter();
    columns
        .find(|column| !head.iter().any(|name| name == *column))
        .copied()
}

/// Every record of a CSV text with its cells: RFC 4180, line feed or both line ends.
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

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut letters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((place, letter)) = letters.next() {
            match (letter, quoted) {
                ('"', true) if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                    letters.next();
                    cell.push('"');
                }
                ('"', _) => quoted = !quoted,
                (',', false) => cells.push(std::mem::take(&mut cell)),
                ('\r', false) if letters.peek().is_some_and(|(_, next)| *next == '\n') => {}
                ('\n', false) => {
                    end = place + 1;
                    break;
                }
                (letter, _) => cell.push(letter),
            }
        }
        cells.push(cell);
        self.rest = &self.rest[end..];
        Some(
            cells
                .into_iter()
                .map(|cell| unguarded(&cell).to_owned())
                .collect(),
        )
    }
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
