//! A table that stays on disk: its index held, its rows read.
//!
//! Invariant: what is held grows with the rows by a few dozen bytes each, whatever they say.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::error::{Error, OnFile, Result};
use crate::view::read::other_form;
use crate::view::rows::{self, Records};

/// The most rows of one block.
const BLOCK_ROWS: u8 = 64;

/// A table of listed rows on disk.
#[derive(Debug)]
pub struct Listed {
    path: PathBuf,
    /// Where each wanted column stands in the file.
    pub(super) columns: Vec<usize>,
    /// Names of the wanted columns.
    names: &'static [&'static str],
    /// The head of the file, with its line end.
    head: String,
    pub(super) blocks: Vec<Block>,
    /// Bytes of the file, and when it was written: a verdict may change and not its length.
    end: u64,
    written: Option<SystemTime>,
    n_rows: u64,
    /// Verdict and grade, as blocks name them.
    kinds: Vec<[String; 2]>,
    /// Blocks of each session, in order.
    of_session: BTreeMap<String, Vec<u32>>,
    /// Source, leaf and block of each row, sorted.
    cited: Vec<(u32, u64, u32)>,
}

/// Rows that follow each other, of one session, verdict and grade.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    pub from: u64,
    pub first: u64,
    pub n: u8,
    kind: u16,
}

/// Which rows are asked for; an empty text asks for all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Their verdict.
    pub verdict: String,
    /// Their grade.
    pub grade: String,
    /// Their session.
    pub session: String,
    /// Words in a column, or in any where none is named.
    pub words: Vec<(Option<&'static str>, String)>,
}

/// Where the columns stand that the index needs.
struct Keys {
    verdict: Option<usize>,
    grade: Option<usize>,
    session: Option<usize>,
    source: Option<usize>,
    leaf: Option<usize>,
}

impl Listed {
    /// Reads a table once, hands over its rows in the order of the columns, and keeps the index.
    ///
    /// # Errors
    /// Those of the disk, and a table that lacks a column.
    pub fn open(
        path: PathBuf,
        names: &'static [&'static str],
        each: &mut dyn FnMut(&[&str]),
    ) -> Result<Listed> {
        let mut lines = Lines::open(&path)?;
        let head = lines.next(&path)?.unwrap_or_default().to_owned();
        let mut columns = Vec::new();
        for (name, place) in names.iter().zip(rows::places(&head, names)) {
            let Some(place) = place else {
                let mut error = other_form(&path);
                error.causes.push(format!("it has no column {name}"));
                return Err(error);
            };
            columns.push(place);
        }
        let mut listed = Listed {
            columns,
            names,
            head,
            blocks: Vec::new(),
            end: 0,
            written: lines.written,
            n_rows: 0,
            kinds: Vec::new(),
            of_session: BTreeMap::new(),
            cited: Vec::new(),
            path: path.clone(),
        };
        listed.index(&mut lines, each)?;
        listed.cited.sort_unstable();
        listed.end = lines.at;
        Ok(listed)
    }

    fn index(&mut self, lines: &mut Lines, each: &mut dyn FnMut(&[&str])) -> Result<()> {
        let place = |name| self.names.iter().position(|column| *column == name);
        let keys = Keys {
            verdict: place("verdict"),
            grade: place("grade"),
            session: place("session"),
            source: place("source"),
            leaf: place("leaf"),
        };
        let path = self.path.clone();
        let mut session = String::new();
        loop {
            let from = lines.at;
            let Some(record) = lines.next(&path)? else {
                return Ok(());
            };
            let all = rows::cells(record);
            let cells: Vec<&str> = self
                .columns
                .iter()
                .map(|place| all.get(*place).map_or("", AsRef::as_ref))
                .collect();
            self.add(from, (&cells, &keys), &mut session)?;
            each(&cells);
        }
    }

    /// Adds a row to the index.
    fn add(
        &mut self,
        from: u64,
        (cells, keys): (&[&str], &Keys),
        before: &mut String,
    ) -> Result<()> {
        let cell =
            |place: Option<usize>| place.and_then(|at| cells.get(at)).map_or("", |cell| *cell);
        let kind = self.kind([cell(keys.verdict), cell(keys.grade)])?;
        let session = cell(keys.session);
        let goes_on = self
            .blocks
            .last()
            .is_some_and(|block| block.kind == kind && block.n < BLOCK_ROWS && *before == session);
        if !goes_on {
            let number = u32::try_from(self.blocks.len()).map_err(|_| other_form(&self.path))?;
            match self.of_session.get_mut(session) {
                Some(blocks) => blocks.push(number),
                None => {
                    self.of_session.insert(session.to_owned(), vec![number]);
                }
            }
            session.clone_into(before);
            self.blocks.push(Block {
                from,
                first: self.n_rows,
                n: 0,
                kind,
            });
        }
        if let Some(block) = self.blocks.last_mut() {
            block.n += 1;
        }
        self.n_rows += 1;
        let number = (self.blocks.len() - 1) as u32;
        if let (Ok(source), Ok(leaf)) = (cell(keys.source).parse(), cell(keys.leaf).parse()) {
            self.cited.push((source, leaf, number));
        }
        Ok(())
    }

    /// The number of a verdict and grade. There are few: a file of many is not ours.
    fn kind(&mut self, kind: [&str; 2]) -> Result<u16> {
        const KINDS_MOST: usize = 256;
        let known = self.kinds.iter().position(|known| *known == kind);
        let at = known.unwrap_or(self.kinds.len());
        if at >= KINDS_MOST {
            return Err(other_form(&self.path));
        }
        if known.is_none() {
            self.kinds.push(kind.map(str::to_owned));
        }
        Ok(at as u16)
    }

    /// Rows of the table.
    pub fn len(&self) -> u64 {
        self.n_rows
    }

    /// Rows of a session.
    pub fn len_of(&self, session: &str) -> u64 {
        self.len_like(&Wanted {
            session: session.to_owned(),
            ..Wanted::default()
        })
    }

    /// Rows by verdict, grade and session, whatever their words.
    pub fn len_like(&self, wanted: &Wanted) -> u64 {
        let blocks = self.candidates(wanted, 0);
        blocks.map(|at| u64::from(self.blocks[at].n)).sum()
    }

    /// The head of the file.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// Where a column stands among the wanted ones.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|column| *column == name)
    }

    /// The blocks that may hold rows asked for, in order, from a row on.
    pub(super) fn candidates<'l>(
        &'l self,
        wanted: &Wanted,
        from: u64,
    ) -> Box<dyn Iterator<Item = usize> + 'l> {
        let is = |asked: &str, text: &str| asked.is_empty() || asked.eq_ignore_ascii_case(text);
        let kinds = self.kinds.iter();
        let kinds: Vec<bool> = kinds
            .map(|[verdict, grade]| is(&wanted.verdict, verdict) && is(&wanted.grade, grade))
            .collect();
        let fits = move |at: &usize| {
            let block = self.blocks.get(*at);
            block.is_some_and(|block| {
                block.first + u64::from(block.n) > from
                    && kinds.get(usize::from(block.kind)).copied().unwrap_or(false)
            })
        };
        if wanted.session.is_empty() {
            return Box::new((0..self.blocks.len()).filter(fits));
        }
        let session = wanted.session.trim();
        let blocks = self
            .of_session
            .get(session)
            .or_else(|| self.of_session.get(&session.to_ascii_uppercase()));
        let blocks = blocks.map_or(&[][..], Vec::as_slice);
        Box::new(blocks.iter().map(|at| *at as usize).filter(fits))
    }

    /// The byte behind a block.
    pub(super) fn end_of(&self, at: usize) -> u64 {
        self.blocks.get(at + 1).map_or(self.end, |next| next.from)
    }

    /// The file, as it was when the index was made.
    ///
    /// # Errors
    /// Those of the disk, and a file that was written anew.
    pub(super) fn file(&self) -> Result<File> {
        let file = File::open(&self.path).on("read", &self.path)?;
        let now = file.metadata().on("read", &self.path)?;
        if now.len() != self.end || now.modified().ok() != self.written {
            return Err(self.changed());
        }
        Ok(file)
    }

    /// What is said of a file that was written anew.
    pub(super) fn changed(&self) -> Error {
        Error::run(format!(
            "{} was written anew meanwhile",
            self.path.display()
        ))
        .hint("ask for the page again")
    }

    /// The text of some blocks that follow each other.
    pub(super) fn text(&self, file: &mut File, (from, to): (u64, u64)) -> Result<String> {
        file.seek(SeekFrom::Start(from)).on("read", &self.path)?;
        let mut bytes = Vec::with_capacity(to.saturating_sub(from) as usize);
        let read = file.take(to.saturating_sub(from)).read_to_end(&mut bytes);
        read.on("read", &self.path)?;
        String::from_utf8(bytes).map_err(|_| self.changed())
    }

    /// The wanted cells of a record.
    pub(super) fn cells(&self, record: &str) -> Vec<String> {
        let mut all = rows::cells(record);
        let cells = self.columns.iter().map(|place| {
            let cell = all.get_mut(*place).map(std::mem::take);
            cell.unwrap_or_default().into_owned()
        });
        cells.collect()
    }

    /// The rows that cite a record.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn citing(&self, source: u32, leaf: u64) -> Result<Citing> {
        /// A record names items of few sessions; more rows say little more.
        const BLOCKS_MOST: usize = 64;
        let from = self
            .cited
            .partition_point(|row| (row.0, row.1) < (source, leaf));
        let rows = self.cited.iter().skip(from);
        let mut blocks: Vec<usize> = rows
            .take_while(|row| (row.0, row.1) == (source, leaf))
            .map(|row| row.2 as usize)
            .collect();
        blocks.dedup();
        let is_all = blocks.len() <= BLOCKS_MOST;
        blocks.truncate(BLOCKS_MOST);
        let (Some(a), Some(b)) = (self.column("source"), self.column("leaf")) else {
            return Ok(Citing::default());
        };
        let (source, leaf) = (source.to_string(), leaf.to_string());
        let (mut file, mut found) = (self.file()?, Vec::new());
        for at in blocks {
            let Some(block) = self.blocks.get(at) else {
                continue;
            };
            let text = self.text(&mut file, (block.from, self.end_of(at)))?;
            let rows = Records::of(&text).map(|record| self.cells(record));
            found.extend(rows.filter(|row| row[a] == source && row[b] == leaf));
        }
        Ok(Citing {
            rows: found,
            is_all,
        })
    }
}

/// Rows that cite a record.
#[derive(Debug)]
pub struct Citing {
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// Whether they are all.
    pub is_all: bool,
}

impl Default for Citing {
    /// No row, of none.
    fn default() -> Citing {
        Citing {
            rows: Vec::new(),
            is_all: true,
        }
    }
}

/// The records of a file, one after the other.
struct Lines {
    reader: BufReader<File>,
    record: Vec<u8>,
    /// The byte behind the last record.
    at: u64,
    /// When the file was written.
    written: Option<SystemTime>,
}

impl Lines {
    fn open(path: &Path) -> Result<Lines> {
        let file = File::open(path).on("read", path)?;
        let written = file.metadata().on("read", path)?.modified().ok();
        Ok(Lines {
            written,
            reader: BufReader::with_capacity(1 << 20, file),
            record: Vec::new(),
            at: 0,
        })
    }

    fn next(&mut self, path: &Path) -> Result<Option<&str>> {
        self.record.clear();
        let mut n_quotes = 0;
        loop {
            let from = self.record.len();
            let read = self.reader.read_until(b'\n', &mut self.record);
            if read.on("read", path)? == 0 {
                break;
            }
            n_quotes += rows::quotes(&self.record[from..]);
            if n_quotes % 2 == 0 {
                break;
            }
        }
        self.at += self.record.len() as u64;
        if self.record.is_empty() {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.record).map_err(|_| other_form(path))?;
        Ok(Some(text))
    }
}
