//! Puts blocks onto pages: lines broken by width, tables in columns with their head repeated.

use crate::render::document::{Block, Table};
use crate::render::figure::drawing::{Drawing, WIDTH};
use crate::render::pdf::metrics::{Font, printable, width};
use crate::render::words;

/// A4, in points.
pub const PAGE: (f32, f32) = (595.0, 842.0);
/// Its left margin.
pub const LEFT: f32 = 45.0;
const RIGHT: f32 = 550.0;
const TOP: f32 = 796.0;
const BOTTOM: f32 = 52.0;
/// Size of the text of tables, and the height of its lines.
const ROW_SIZE: f32 = 7.5;
const ROW_HEIGHT: f32 = 9.2;
/// Points of one unit of a figure.
pub const SCALE: f32 = (RIGHT - LEFT) / WIDTH as f32;

/// What a piece is, for readers that cannot see it (ISO 32000-1, §14.8.4).
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// A heading of a level.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A table; rows are its pieces.
    Table,
    /// A row of a table; cells are its pieces.
    Row,
    /// The head of a column.
    Head,
    /// A cell.
    Cell,
    /// A figure: what it says in words, and its box on the page.
    Figure(String, [f32; 4]),
}

/// A piece of the document and the piece it is part of.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What it is.
    pub role: Role,
    /// What it is part of; none: of the document.
    pub within: Option<usize>,
}

/// A line of text on a page.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its left end.
    pub x: f32,
    /// Its base line.
    pub y: f32,
    /// Its font.
    pub font: Font,
    /// Its size.
    pub size: f32,
    /// Its letters.
    pub text: String,
    /// Which piece of the document it belongs to.
    pub piece: usize,
}

/// A figure on a page.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Its shapes.
    pub drawing: Drawing,
    /// Its upper edge.
    pub top: f32,
    /// Which piece of the document it is.
    pub piece: usize,
}

/// A page: lines of text, figures and rules.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Text.
    pub lines: Vec<Line>,
    /// Figures.
    pub figures: Vec<Placed>,
    /// Rules from x to x at y.
    pub rules: Vec<(f32, f32, f32)>,
    /// Bars at x from y to y.
    pub bars: Vec<(f32, f32, f32)>,
}

/// A heading that the list of contents leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What it says.
    pub text: String,
    /// Its page, from 0.
    pub page: usize,
    /// Its upper edge.
    pub top: f32,
}

/// Pages and every piece on them.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// The pages.
    pub pages: Vec<Page>,
    /// Pieces by number.
    pub pieces: Vec<Piece>,
    /// The list of contents.
    pub contents: Vec<Entry>,
}

struct Setter {
    out: Pages,
    y: f32,
    on_page_one: bool,
    /// Size of the text of page one, and the room below each of its paragraphs.
    page_one: (f32, f32),
}

/// Sizes of page one, the largest first: it is one page, as large as fits.
const PAGE_ONE: [(f32, f32); 5] = [(9.5, 3.0), (9.0, 2.2), (8.5, 1.4), (8.0, 1.0), (7.5, 0.6)];

/// Sets a document.
pub fn pages(blocks: &[Block]) -> Pages {
    let end = blocks
        .iter()
        .position(|block| matches!(block, Block::PageEnd))
        .unwrap_or(0);
    let (page_one, rest) = blocks.split_at(end);
    let mut setter = Setter::new(PAGE_ONE[0]);
    for size in PAGE_ONE {
        setter = Setter::new(size);
        page_one.iter().for_each(|block| setter.block(block));
        if setter.out.pages.len() == 1 {
            break;
        }
    }
    for (place, block) in rest.iter().enumerate() {
        setter.keep(block, rest.get(place + 1));
        setter.block(block);
    }
    setter.out
}

impl Setter {
    fn new(page_one: (f32, f32)) -> Setter {
        Setter {
            out: Pages {
                pages: vec![Page::default()],
                ..Pages::default()
            },
            y: TOP,
            on_page_one: true,
            page_one,
        }
    }

    fn block(&mut self, block: &Block) {
        let (size, gap) = match self.on_page_one {
            true => self.page_one,
            false => (9.5, 4.0),
        };
        match block {
            Block::Heading(1, text) => {
                self.paragraph(text, (Font::Bold, 16.0), (LEFT, 4.0), Role::Heading(1))
            }
            Block::Heading(2, text) => self.heading(text),
            Block::Heading(level, text) => {
                self.y -= 6.0;
                self.room(44.0);
                self.paragraph(text, (Font::Bold, 9.5), (LEFT, 2.0), Role::Heading(*level));
            }
            Block::Text(text) => {
                self.paragraph(text, (Font::Plain, size), (LEFT, gap), Role::Paragraph)
            }
            Block::Lead(text) => {
                self.paragraph(text, (Font::Bold, size + 1.2), (LEFT, gap), Role::Paragraph)
            }
            Block::Note(text) => self.note(text, (size, gap)),
            Block::Command(text) => {
                for line in text.lines() {
                    self.paragraph(
                        line,
                        (Font::Fixed, 8.0),
                        (LEFT + 12.0, 3.0),
                        Role::Paragraph,
                    );
                }
            }
            Block::Table(table) => self.table(table),
            Block::Figure(drawing, read) => self.figure(drawing, read),
            Block::PageEnd => {
                self.on_page_one = false;
                self.page();
            }
        }
    }

    /// Keeps a heading on the page of the figure or of the first row that it is of, and a step
    /// on that of its command.
    fn keep(&mut self, block: &Block, next: Option<&Block>) {
        match (block, next) {
            (Block::Heading(..), Some(Block::Figure(drawing, _))) => {
                self.room(drawing.height as f32 * SCALE + 70.0);
            }
            (Block::Heading(..), Some(Block::Table(table))) => {
                self.room(begin(table, &columns(table)) + 40.0);
            }
            (Block::Text(_), Some(Block::Command(_))) => self.room(44.0),
            _ => {}
        }
    }

    fn heading(&mut self, text: &str) {
        self.y -= if self.on_page_one { 4.0 } else { 12.0 };
        self.room(56.0);
        self.out.contents.push(Entry {
            text: text.to_owned(),
            page: self.out.pages.len() - 1,
            top: self.y,
        });
        self.paragraph(text, (Font::Bold, 11.0), (LEFT, 3.6), Role::Heading(2));
        self.rule(LEFT, RIGHT);
        self.y -= 2.0;
    }

    /// A paragraph beside a bar: what no reader may miss.
    fn note(&mut self, text: &str, (size, gap): (f32, f32)) {
        self.room(size * 1.28 + 8.0);
        self.y -= 4.0;
        let (font, from) = ((Font::Bold, size), LEFT + 10.0);
        let (page, top) = (self.out.pages.len(), self.y - 1.0);
        self.paragraph(text, font, (from, gap), Role::Paragraph);
        let same_page = page == self.out.pages.len();
        if let (Some(last), true) = (self.out.pages.last_mut(), same_page) {
            last.bars.push((LEFT + 2.0, top, self.y + gap - 2.5));
        }
    }

    /// A figure as wide as the text, and how it is read.
    fn figure(&mut self, drawing: &Drawing, read: &str) {
        let height = drawing.height as f32 * SCALE;
        self.room(height + 34.0);
        let top = self.y;
        self.y -= height;
        let role = Role::Figure(drawing.label.clone(), [LEFT, self.y, RIGHT, top]);
        let piece = self.piece(role, None);
        if let Some(page) = self.out.pages.last_mut() {
            let drawing = drawing.clone();
            page.figures.push(Placed {
                drawing,
                top,
                piece,
            });
        }
        self.y -= 2.0;
        self.paragraph(read, (Font::Plain, 8.0), (LEFT, 6.0), Role::Paragraph);
    }

    fn page(&mut self) {
        self.out.pages.push(Page::default());
        self.y = TOP;
    }

    /// Ends the page where so much does not fit any more.
    fn room(&mut self, height: f32) {
        if self.y - height < BOTTOM {
            self.page();
        }
    }

    fn rule(&mut self, from: f32, to: f32) {
        let y = self.y;
        if let Some(page) = self.out.pages.last_mut() {
            page.rules.push((from, to, y));
        }
    }

    fn piece(&mut self, role: Role, within: Option<usize>) -> usize {
        self.out.pieces.push(Piece { role, within });
        self.out.pieces.len() - 1
    }

    fn line(&mut self, line: Line) {
        if let Some(page) = self.out.pages.last_mut() {
            page.lines.push(line);
        }
    }

    fn paragraph(
        &mut self,
        text: &str,
        (font, size): (Font, f32),
        (x, gap): (f32, f32),
        role: Role,
    ) {
        let piece = self.piece(role, None);
        let height = size * 1.28;
        for text in broken(text, (font, size), RIGHT - x) {
            self.room(height);
            self.y -= height;
            let y = self.y;
            self.line(Line {
                x,
                y,
                font,
                size,
                text,
                piece,
            });
        }
        self.y -= gap;
    }

    fn table(&mut self, table: &Table) {
        let columns = columns(table);
        let within = self.piece(Role::Table, None);
        let head: Vec<String> = table
            .columns
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        self.room(begin(table, &columns));
        self.row(&head, &columns, (Font::Bold, within));
        for row in &table.rows {
            let n_pages = self.out.pages.len();
            self.room(high(row, &columns));
            if self.out.pages.len() > n_pages {
                self.row(&head, &columns, (Font::Bold, within));
            }
            self.row(row, &columns, (Font::Plain, within));
        }
        if table.n_more > 0 {
            let text = format!(
                "{} in the tables beside this file.",
                words::further_rows(table.n_more)
            );
            self.paragraph(&text, (Font::Plain, 8.5), (LEFT, 3.0), Role::Paragraph);
        }
        self.y -= 4.0;
    }

    fn row(&mut self, row: &[String], columns: &[(f32, f32)], (font, table): (Font, usize)) {
        let within = self.piece(Role::Row, Some(table));
        let lines = cells(row, columns, font);
        let pieces: Vec<usize> = lines
            .iter()
            .map(|_| {
                let role = match font {
                    Font::Bold => Role::Head,
                    _ => Role::Cell,
                };
                self.piece(role, Some(within))
            })
            .collect();
        let most = lines.iter().map(Vec::len).max().unwrap_or(0);
        for place in 0..most {
            self.room(ROW_HEIGHT);
            self.y -= ROW_HEIGHT;
            let y = self.y;
            for ((cell, (x, _)), piece) in lines.iter().zip(columns).zip(&pieces) {
                if let Some(text) = cell.get(place) {
                    let (x, text, piece) = (*x, text.clone(), *piece);
                    self.line(Line {
                        x,
                        y,
                        font,
                        size: ROW_SIZE,
                        text,
                        piece,
                    });
                }
            }
        }
        self.y -= 3.0;
        self.rule(LEFT, RIGHT);
        self.y -= 1.0;
    }
}

/// Where each column begins and how wide its text may be: each as wide as its widest word
/// within reason, the rest shared out as the table asks.
fn columns(table: &Table) -> Vec<(f32, f32)> {
    const WORD_MOST: f32 = 104.0;
    const BETWEEN: f32 = 7.0;
    let word = |text: &str, font| {
        let text = printable(text);
        let words = text.split_whitespace();
        words
            .map(|word| width(word, font, ROW_SIZE))
            .fold(0.0, f32::max)
    };
    let least: Vec<f32> = table
        .columns
        .iter()
        .enumerate()
        .map(|(place, (name, _))| {
            let cells = table.rows.iter().filter_map(|row| row.get(place));
            let widest = cells
                .map(|cell| word(cell, Font::Plain))
                .fold(0.0, f32::max);
            widest.min(WORD_MOST).max(word(name, Font::Bold)) + BETWEEN
        })
        .collect();
    let all = RIGHT - LEFT;
    let shares: u32 = table.columns.iter().map(|(_, share)| share).sum();
    let wish = |place: usize| {
        let share = table.columns.get(place).map_or(1, |(_, share)| *share);
        (all * share as f32 / shares.max(1) as f32 - least[place]).max(0.0)
    };
    let (need, wishes) = (
        least.iter().sum::<f32>(),
        (0..least.len()).map(wish).sum::<f32>(),
    );
    let mut x = LEFT;
    let mut columns = Vec::new();
    for (place, least) in least.iter().enumerate() {
        let wide = match need <= all {
            true => least + (all - need) * wish(place) / wishes.max(0.1),
            false => least * all / need,
        };
        columns.push((x, wide - BETWEEN));
        x += wide;
    }
    columns
}

/// How much room a row asks for: very high ones go on on the next page.
fn high(row: &[String], columns: &[(f32, f32)]) -> f32 {
    let lines = cells(row, columns, Font::Plain);
    let most = lines.iter().map(Vec::len).max().unwrap_or(0);
    (most.min(12) as f32) * ROW_HEIGHT + 5.0
}

/// The height of a table's head and first row: a head alone at the foot of a page heads nothing.
fn begin(table: &Table, columns: &[(f32, f32)]) -> f32 {
    const HEAD: f32 = 2.0 * ROW_HEIGHT + 5.0;
    HEAD + table.rows.first().map_or(0.0, |row| high(row, columns))
}

fn cells(row: &[String], columns: &[(f32, f32)], font: Font) -> Vec<Vec<String>> {
    row.iter()
        .zip(columns)
        .map(|(cell, (_, room))| broken(cell, (font, ROW_SIZE), *room + 0.1))
        .collect()
}

/// A text in lines no wider than the room; a word that is wider is cut.
pub fn broken(text: &str, (font, size): (Font, f32), room: f32) -> Vec<String> {
    let text = printable(text);
    let fits = |text: &str| width(text, font, size) <= room;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let joined = match line.is_empty() {
            true => word.to_owned(),
            false => format!("{line} {word}"),
        };
        if fits(&joined) {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            line.push(letter);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::take(&mut line));
                line.push(letter);
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_their_room_and_lose_nothing() {
        let text = "a word and one-that-is-much-too-long-for-its-room";
        let lines = broken(text, (Font::Plain, 10.0), 60.0);
        assert!(
            lines
                .iter()
                .all(|line| width(line, Font::Plain, 10.0) <= 60.0),
            "{lines:?}"
        );
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&lines.concat()), letters(text));
    }

    #[test]
    fn a_long_table_goes_on_with_its_head() {
        let table = Table {
            title: "t".to_owned(),
            columns: vec![("name", 1), ("what", 2)],
            rows: vec![vec!["a".to_owned(), "b".to_owned()]; 200],
            n_more: 3,
        };
        let pages = pages(&[Block::PageEnd, Block::Table(table)]);
        assert!(pages.pages.len() > 2);
        for page in &pages.pages[1..] {
            assert_eq!(page.lines[0].text, "name");
            assert!(
                page.lines
                    .iter()
                    .all(|line| line.y >= BOTTOM - 1.0 && line.y <= TOP)
            );
        }
    }
}
