//! Finds rows of a table on disk: by index, by words within a bound.

use std::io::Write;
use std::iter::Peekable;

use memchr::memmem::Finder;

use crate::error::{Error, Result};
use crate::view::listed::{Listed, Wanted};
use crate::view::rows::Records;

/// Bytes read in one go.
const CHUNK: u64 = 256 * 1024;
/// What one search may cost: a byte looked through costs one, one taken apart costs more.
const COST_MOST: u64 = 192 << 20;
/// What a byte costs that is taken apart into cells.
const APART: u64 = 8;
/// What one reading costs beside its bytes.
const READING: u64 = 8 * 1024;

/// What a search came to.
#[derive(Debug, Default)]
pub struct Found {
    /// The rows of the page, in the table's columns.
    pub rows: Vec<Vec<String>>,
    /// How many rows are like that, as far as was searched.
    pub n: u64,
    /// The row to search on from, where the bound was reached.
    pub rest: Option<u64>,
}

/// A page of rows: how many before it, and how many on it.
pub type Sheet = (u64, u64);

/// The words of a question, and how to look for them before a record is taken apart.
struct Words<'w> {
    /// Column among the wanted ones, and lower-case words.
    all: Vec<(Option<usize>, String)>,
    /// Finds the longest of them in bytes of lower-case letters; none where that could miss.
    quick: Option<Finder<'w>>,
    /// Whether a record that has the longest is a record asked for.
    is_enough: bool,
}

impl Listed {
    /// The rows asked for: those of one page, and how many there are from a row on.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn find(&self, wanted: &Wanted, from: u64, sheet: Sheet) -> Result<Found> {
        self.find_within(wanted, from, (sheet, COST_MOST))
    }

    fn find_within(
        &self,
        wanted: &Wanted,
        from: u64,
        (sheet, most): (Sheet, u64),
    ) -> Result<Found> {
        if wanted.words.iter().all(|(_, words)| words.is_empty()) {
            return self.by_index(wanted, from, sheet);
        }
        let longest = longest(wanted);
        let words = self.words(wanted, &longest);
        let mut found = Found::default();
        let mut cost = 0;
        let mut blocks = self.candidates(wanted, from).peekable();
        let mut file = self.file()?;
        while let Some(first) = blocks.next() {
            let text = self.text(&mut file, self.chunk(first, &mut blocks))?;
            cost += READING + text.len() as u64;
            cost += APART
                * self.sift(&text, &words, &mut |record| {
                    if (sheet.0..sheet.0 + sheet.1).contains(&found.n) {
                        found.rows.push(self.cells(record));
                    }
                    found.n += 1;
                    Ok(())
                })?;
            if cost >= most {
                found.rest = blocks.peek().map(|next| self.blocks[*next].first);
                break;
            }
        }
        Ok(found)
    }

    /// Rows by verdict, grade and session alone: counted by the index, read where they are shown.
    fn by_index(&self, wanted: &Wanted, from: u64, sheet: Sheet) -> Result<Found> {
        let mut found = Found::default();
        let mut file = None;
        for at in self.candidates(wanted, from) {
            let block = self.blocks[at];
            let (first, end) = (found.n, found.n + u64::from(block.n));
            found.n = end;
            if end <= sheet.0 || first >= sheet.0 + sheet.1 {
                continue;
            }
            let file = match &mut file {
                Some(file) => file,
                None => file.insert(self.file()?),
            };
            let text = self.text(file, (block.from, self.end_of(at)))?;
            let records = Records::of(&text).zip(first..);
            let shown = records.filter(|(_, n)| (sheet.0..sheet.0 + sheet.1).contains(n));
            found
                .rows
                .extend(shown.map(|(record, _)| self.cells(record)));
        }
        Ok(found)
    }

    /// Writes every record asked for, as it stands in the file, behind the file's head.
    ///
    /// # Errors
    /// Those of the disk and of the writer.
    pub fn copy(&self, wanted: &Wanted, out: &mut dyn Write) -> Result<()> {
        let failed = |cause: std::io::Error| Error::run("cannot write the rows").because(&cause);
        let mut file = self.file()?;
        out.write_all(self.head().as_bytes()).map_err(failed)?;
        let longest = longest(wanted);
        let words = self.words(wanted, &longest);
        let mut blocks = self.candidates(wanted, 0).peekable();
        while let Some(first) = blocks.next() {
            let text = self.text(&mut file, self.chunk(first, &mut blocks))?;
            self.sift(&text, &words, &mut |record| {
                out.write_all(record.as_bytes()).map_err(failed)
            })?;
        }
        Ok(())
    }

    /// From where to where a block and those behind it are read in one go.
    fn chunk(
        &self,
        first: usize,
        blocks: &mut Peekable<impl Iterator<Item = usize>>,
    ) -> (u64, u64) {
        let start = self.blocks[first].from;
        let mut end = self.end_of(first);
        while let Some(next) =
            blocks.next_if(|next| self.blocks[*next].from == end && end - start < CHUNK)
        {
            end = self.end_of(next);
        }
        (start, end)
    }

    fn words<'w>(&self, wanted: &Wanted, longest: &'w str) -> Words<'w> {
        let given = wanted.words.iter().filter(|(_, words)| !words.is_empty());
        let all: Vec<(Option<usize>, String)> = given
            .map(|(name, words)| {
                (
                    name.and_then(|name| self.column(name)),
                    words.to_lowercase(),
                )
            })
            .collect();
        // A quote is written twice, and lower-case letters of other alphabets have other lengths.
        let is_plain = longest.is_ascii() && !longest.contains('"');
        let in_any = all.iter().all(|(column, _)| column.is_none());
        let within = !longest.contains([',', '\'', '\n', '\r']);
        Words {
            is_enough: is_plain && within && in_any && all.len() == 1,
            quick: is_plain.then(|| Finder::new(longest)),
            all,
        }
    }

    /// Hands over the records of a text that have the words; returns the bytes taken apart.
    fn sift(
        &self,
        text: &str,
        words: &Words<'_>,
        each: &mut dyn FnMut(&str) -> Result<()>,
    ) -> Result<u64> {
        let quick = words.quick.as_ref().filter(|_| !is_folded_to_plain(text));
        let lower = match quick {
            Some(finder) => {
                let lower = text.to_ascii_lowercase();
                if finder.find(lower.as_bytes()).is_none() {
                    return Ok(0);
                }
                lower
            }
            None => String::new(),
        };
        let (mut at, mut apart) = (0, 0);
        for record in Records::of(text) {
            let range = at..at + record.len();
            at = range.end;
            if let Some(finder) = quick {
                let bytes = lower.as_bytes().get(range).unwrap_or_default();
                if finder.find(bytes).is_none() {
                    continue;
                }
            }
            if !words.is_enough || quick.is_none() {
                apart += record.len() as u64;
                if !self.has(record, words) {
                    continue;
                }
            }
            each(record)?;
        }
        Ok(apart)
    }

    fn has(&self, record: &str, words: &Words<'_>) -> bool {
        let cells = self.cells(record);
        let has = |cell: &String, words: &str| cell.to_lowercase().contains(words);
        words.all.iter().all(|(column, words)| match column {
            Some(column) => cells.get(*column).is_some_and(|cell| has(cell, words)),
            None => cells.iter().any(|cell| has(cell, words)),
        })
    }
}

/// Whether a text has one of the two letters of no plain alphabet whose lower-case letters begin with
/// a plain one: the sign of kelvin, and I with a dot (Unicode, SpecialCasing.txt).
fn is_folded_to_plain(text: &str) -> bool {
    let has = |letter: &str| memchr::memmem::find(text.as_bytes(), letter.as_bytes()).is_some();
    has("\u{212A}") || has("\u{130}")
}

/// The longest of the words, in lower-case letters.
fn longest(wanted: &Wanted) -> String {
    let words = wanted.words.iter().map(|(_, words)| words);
    let longest = words.max_by_key(|words| words.len());
    longest
        .map(|words| words.to_lowercase())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::csv::Table;
    use crate::view::Exposure;

    /// A table of rows made of few words, and the rows.
    fn table(dir: &std::path::Path, drawn: &[(u8, u8, String)]) -> (Listed, Vec<Exposure>) {
        let mut out = Vec::new();
        let mut table = Table::begin(&mut out, Exposure::COLUMNS).unwrap();
        let mut rows = Vec::new();
        for (n, (session, kind, item)) in drawn.iter().enumerate() {
            let row = Exposure {
                session: format!("S-{session}"),
                verdict: ["hostile", "suspect"][usize::from(kind % 2)].to_owned(),
                grade: ["certain", "presumed"][usize::from(kind / 2)].to_owned(),
                item: item.clone(),
                source: "1".to_owned(),
                leaf: (n / 2).to_string(),
                ..Exposure::default()
            };
            table.row(&row.cells()).unwrap();
            rows.push(row);
        }
        table.end().unwrap();
        let path = dir.join("exposure.csv");
        std::fs::write(&path, out).unwrap();
        let mut n = 0;
        let listed = Listed::open(path, Exposure::COLUMNS, &mut |cells| {
            assert_eq!(cells, rows[n].cells());
            n += 1;
        });
        (listed.unwrap(), rows)
    }

    fn is_wanted(row: &Exposure, wanted: &Wanted) -> bool {
        let is = |asked: &str, text: &str| asked.is_empty() || asked == text;
        is(&wanted.verdict, &row.verdict)
            && is(&wanted.grade, &row.grade)
            && is(&wanted.session, &row.session)
            && wanted.words.iter().all(|(column, words)| match column {
                Some(_) => row.item.to_lowercase().contains(words),
                None => row
                    .cells()
                    .iter()
                    .any(|cell| cell.to_lowercase().contains(words)),
            })
    }

    fn of(rows: Vec<Vec<String>>) -> Vec<Exposure> {
        let rows = rows.into_iter();
        rows.map(|row| Exposure::of(row.into_iter())).collect()
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_a_look_at_every_row_finds(
            drawn in prop::collection::vec((0_u8..3, 0_u8..4, "[aBk\u{212A}\u{130}é\",\n'=]{0,4}"), 1..200),
            verdict in prop::sample::select(vec!["", "hostile", "suspect"]),
            grade in prop::sample::select(vec!["", "certain"]),
            session in prop::sample::select(vec!["", "S-1", "S-9"]),
            words in "[abkié\",\n'=]{0,2}",
            column in prop::sample::select(vec![None, Some("item")]),
            (skip, most) in (0_u64..30, prop::sample::select(vec![1_u64, COST_MOST])),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let (listed, rows) = table(dir.path(), &drawn);
            let wanted = Wanted {
                verdict: verdict.to_owned(),
                grade: grade.to_owned(),
                session: session.to_owned(),
                words: vec![(column, words)],
            };
            let expected: Vec<Exposure> = rows.iter().filter(|row| is_wanted(row, &wanted)).cloned().collect();
            // Searched on from where the bound was reached, all is found, and once.
            let (mut n, mut from, mut found) = (0, Some(0), Vec::new());
            while let Some(row) = from {
                let part = listed.find_within(&wanted, row, ((0, 1_000), most)).unwrap();
                prop_assert_eq!(part.n, part.rows.len() as u64);
                n += part.n;
                found.extend(of(part.rows));
                from = part.rest;
            }
            prop_assert_eq!(n, expected.len() as u64);
            prop_assert_eq!(&found, &expected);
            let page = listed.find(&wanted, 0, (skip, 10)).unwrap();
            let of_page: Vec<Exposure> = expected.iter().skip(skip as usize).take(10).cloned().collect();
            prop_assert_eq!(of(page.rows), of_page);
            let mut copied = Vec::new();
            listed.copy(&wanted, &mut copied).unwrap();
            let copied = String::from_utf8(copied).unwrap();
            let copied = crate::view::rows::rows(&copied, Exposure::COLUMNS, |cells| Exposure::of(cells.into_iter()));
            prop_assert_eq!(&copied, &expected);
            let citing = listed.citing(1, 0).unwrap();
            prop_assert!(citing.is_all);
            let citing = of(citing.rows);
            prop_assert_eq!(citing, rows.iter().take(2).cloned().collect::<Vec<_>>());
            prop_assert_eq!(listed.len_of("S-1"), rows.iter().filter(|row| row.session == "S-1").count() as u64);
        }
    }

    #[test]
    fn rows_of_a_record_that_are_not_read_are_told_of() {
        let dir = tempfile::tempdir().unwrap();
        let row = Exposure {
            item: "x".repeat(2_000),
            source: "1".to_owned(),
            leaf: "0".to_owned(),
            ..Exposure::default()
        };
        let mut out = Vec::new();
        let mut table = Table::begin(&mut out, Exposure::COLUMNS).unwrap();
        for _ in 0..20_000 {
            table.row(&row.cells()).unwrap();
        }
        table.end().unwrap();
        let path = dir.path().join("exposure.csv");
        std::fs::write(&path, out).unwrap();
        let listed = Listed::open(path, Exposure::COLUMNS, &mut |_| {}).unwrap();
        let citing = listed.citing(1, 0).unwrap();
        assert!(!citing.is_all && citing.rows.len() < 20_000);
    }

    #[test]
    fn a_table_written_anew_is_said_to_be() {
        let dir = tempfile::tempdir().unwrap();
        let (listed, _) = table(dir.path(), &[(1, 0, "a".to_owned())]);
        std::fs::write(dir.path().join("exposure.csv"), "session\n").unwrap();
        let error = listed.find(&Wanted::default(), 0, (0, 1)).unwrap_err();
        assert!(error.to_string().contains("written anew"), "{error}");
    }
}
