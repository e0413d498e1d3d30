//! Puts blocks onto pages: lines broken by width, tables in columns with their head repeated.

use crate::render::document::{Block, Table};
use crate::render::pdf::metrics::{Font, printable, width};

/// A4, in points, with its margins.
pub const PAGE: (f32, f32) = (595.0, 842.0);
const LEFT: f32 = 45.0;
const RIGHT: f32 = 550.0;
const TOP: f32 = 796.0;
const BOTTOM: f32 = 52.0;

/// What a piece of text is, for readers that cannot see it (ISO 32000-1, §14.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading of a level.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A row of a table.
    Row,
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

/// A page: lines of text, and rules.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Text.
    pub lines: Vec<Line>,
    /// Rules from x to x at y.
    pub rules: Vec<(f32, f32, f32)>,
}

/// Pages and the role of every piece.
#[derive(Clone, Debug, Default)]
pub struct Pages {
    /// The pages.
    pub pages: Vec<Page>,
    /// Roles by number of piece.
    pub roles: Vec<Role>,
}

struct Setter {
    out: Pages,
    y: f32,
    on_page_one: bool,
}

/// Sets a document.
pub fn pages(blocks: &[Block]) -> Pages {
    let mut setter = Setter {
        out: Pages {
            pages: vec![Page::default()],
            roles: Vec::new(),
        },
        y: TOP,
        on_page_one: true,
    };
    for block in blocks {
        setter.block(block);
    }
    setter.out
}

impl Setter {
    fn block(&mut self, block: &Block) {
        // Page one is set tighter, so that it stays one page.
        let (size, gap) = if self.on_page_one {
            (8.5, 1.4)
        } else {
            (9.5, 4.0)
        };
        match block {
            Block::Heading(1, text) => {
                self.paragraph(text, (Font::Bold, 16.0), (LEFT, 4.0), Role::Heading(1))
            }
            Block::Heading(2, text) => {
                self.y -= if self.on_page_one { 3.0 } else { 10.0 };
                self.room(46.0);
                self.paragraph(text, (Font::Bold, 11.0), (LEFT, 2.0), Role::Heading(2));
                self.rule();
            }
            Block::Heading(level, text) => {
                self.y -= 4.0;
                self.room(40.0);
                self.paragraph(text, (Font::Bold, 9.5), (LEFT, 2.0), Role::Heading(*level));
            }
            Block::Text(text) => {
                self.paragraph(text, (Font::Plain, size), (LEFT, gap), Role::Paragraph)
            }
            Block::Lead(text) => {
                self.paragraph(text, (Font::Bold, 10.0), (LEFT, gap), Role::Paragraph)
            }
            Block::Note(text) => self.paragraph(
                text,
                (Font::Bold, size),
                (LEFT + 12.0, gap),
                Role::Paragraph,
            ),
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
            Block::PageEnd => {
                self.on_page_one = false;
                self.page();
            }
        }
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

    fn rule(&mut self) {
        let y = self.y + 1.0;
        if let Some(page) = self.out.pages.last_mut() {
            page.rules.push((LEFT, RIGHT, y));
        }
        self.y -= 2.0;
    }

    fn piece(&mut self, role: Role) -> usize {
        self.out.roles.push(role);
        self.out.roles.len() - 1
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
        let piece = self.piece(role);
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
        let shares: u32 = table.columns.iter().map(|(_, share)| share).sum();
        let unit = (RIGHT - LEFT) / shares.max(1) as f32;
        let mut columns = Vec::new();
        let mut x = LEFT;
        for (_, share) in &table.columns {
            columns.push((x, unit * *share as f32 - 6.0));
            x += unit * *share as f32;
        }
        let head: Vec<String> = table
            .columns
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect();
        self.room(40.0);
        self.row(&head, &columns, Font::Bold);
        for row in &table.rows {
            let n_pages = self.out.pages.len();
            let lines = cells(row, &columns, Font::Plain);
            let most = lines.iter().map(Vec::len).max().unwrap_or(0);
            self.room((most.min(12) as f32) * 9.2 + 4.0);
            if self.out.pages.len() > n_pages {
                self.row(&head, &columns, Font::Bold);
            }
            self.row(row, &columns, Font::Plain);
        }
        if table.n_more > 0 {
            let text = format!(
                "{} further rows stand in the tables beside this file.",
                table.n_more
            );
            self.paragraph(&text, (Font::Plain, 8.5), (LEFT, 3.0), Role::Paragraph);
        }
        self.y -= 4.0;
    }

    fn row(&mut self, row: &[String], columns: &[(f32, f32)], font: Font) {
        const SIZE: f32 = 7.5;
        const HEIGHT: f32 = 9.2;
        let piece = self.piece(Role::Row);
        let lines = cells(row, columns, font);
        let most = lines.iter().map(Vec::len).max().unwrap_or(0);
        for place in 0..most {
            self.room(HEIGHT);
            self.y -= HEIGHT;
            let y = self.y;
            for (cell, (x, _)) in lines.iter().zip(columns) {
                if let Some(text) = cell.get(place) {
                    let (x, text) = (*x, text.clone());
                    self.line(Line {
                        x,
                        y,
                        font,
                        size: SIZE,
                        text,
                        piece,
                    });
                }
            }
        }
        self.y -= 3.0;
        let y = self.y + 1.0;
        if let Some(page) = self.out.pages.last_mut() {
            page.rules.push((LEFT, RIGHT, y));
        }
    }
}

fn cells(row: &[String], columns: &[(f32, f32)], font: Font) -> Vec<Vec<String>> {
    row.iter()
        .zip(columns)
        .map(|(cell, (_, room))| broken(cell, (font, 7.5), *room))
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
