//! One page as parts; the one template escapes every text of them.

use askama::Template;

use demarche_core::brief::phrase;

use crate::error::{Error, Result};
use crate::render::words;

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Part {
    /// A heading of the page's parts.
    Heading(String),
    /// A heading that links lead to: its name, and what it says.
    Anchor(String, String),
    /// A paragraph.
    Text(String),
    /// A paragraph that says what a table is filtered by, and where all of it stands.
    Filtered(String, String),
    /// A paragraph that leads.
    Lead(String),
    /// A paragraph in a frame.
    Note(String),
    /// Numbers that lead to what they count.
    Totals(Vec<Total>),
    /// Links, one beside the other.
    Links(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
    /// A figure of our own drawing: its title and the drawing.
    Figure(String, String),
    /// Lines as they are.
    Lines(String),
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What it is of.
    pub title: String,
    /// Its columns.
    pub columns: Vec<&'static str>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said where there are none; empty for the common words.
    pub empty: &'static str,
}

impl Table {
    /// How a column is set: as its first cell is.
    pub fn class(&self, column: &usize) -> &'static str {
        let first = self.rows.first().and_then(|row| row.get(*column));
        match first.map_or("", |cell| cell.class) {
            "n" => "n",
            _ => "",
        }
    }
}

/// A cell: text, where it leads, and how it is set.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads; empty for nowhere.
    pub href: String,
    /// How it is set: a class of the style.
    pub class: &'static str,
}

/// A number that leads to what it counts.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// The number, or a few words.
    pub n: String,
    /// What it counts.
    pub of: String,
    /// The page of what it counts.
    pub href: String,
}

/// A form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Whether it changes something: then it is posted.
    pub changes: bool,
    /// Where it is sent.
    pub action: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// What its button says.
    pub button: String,
}

/// A field of a form.
#[derive(Clone, Debug)]
pub enum Field {
    /// A line of text: name, label, value.
    Line(&'static str, &'static str, String),
    /// Several lines of text.
    #[cfg_attr(
        not(feature = "sql"),
        allow(dead_code, reason = "the SQL box alone asks for them")
    )]
    Lines(&'static str, &'static str, String),
    /// One of several: name, label, value, choices.
    Choice(&'static str, &'static str, String, Vec<&'static str>),
    /// A line of text that must be filled in: name, label.
    Needed(&'static str, &'static str),
    /// One of several that must be chosen: name, label, choices.
    NeededChoice(&'static str, &'static str, Vec<&'static str>),
    /// Sent and not shown.
    Hidden(&'static str, String),
}

/// A cell that leads nowhere.
pub fn cell(text: impl Into<String>) -> Cell {
    /// A text of more letters asks for a broad column, also on a telephone.
    const NARROW_MOST: usize = 48;
    let text = text.into();
    let class = match words::set(&text) {
        "" if text.chars().count() > NARROW_MOST => "wordy",
        class => class,
    };
    Cell {
        class,
        href: String::new(),
        text,
    }
}

/// A cell that names an account, or says that no record does.
pub fn who(account: &str) -> Cell {
    match account {
        "" => cell("no account on record"),
        account => cell(account),
    }
}

/// A cell of a text that may be long: its beginning, and where the rest stands.
pub fn beginning(text: &str, rest: &str) -> Cell {
    const LETTERS_MOST: usize = 240;
    match text.char_indices().nth(LETTERS_MOST) {
        Some((end, _)) => cell(format!("{}… (all of it in {rest})", &text[..end])),
        None => cell(text),
    }
}

/// A cell that leads somewhere; an id or a name, in one line.
pub fn link(text: impl Into<String>, href: impl Into<String>) -> Cell {
    Cell {
        href: href.into(),
        class: "id",
        text: text.into(),
    }
}

/// A closed word of a case's files, as people say it.
pub fn word(text: &str) -> Cell {
    Cell {
        text: words::said(text).into_owned(),
        href: String::new(),
        class: match text {
            "hostile" => "t hostile",
            "suspect" => "t suspect",
            _ => "t",
        },
    }
}

/// A time in the one form of the brief.
pub fn time(text: &str) -> Cell {
    Cell {
        text: words::time(text).into_owned(),
        href: String::new(),
        class: "t",
    }
}

/// A number.
pub fn number(n: u64) -> Cell {
    Cell {
        text: phrase::grouped(n),
        href: String::new(),
        class: "n",
    }
}

/// A page of the site.
#[derive(Template)]
#[template(path = "serve.html")]
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// The site's root: `/TOKEN`.
    pub root: &'a str,
    /// Links to the pages of its case, and whether it is one of them.
    pub nav: Vec<(String, String, bool)>,
    /// Limits of the case, on every page.
    pub limits: &'a [String],
    /// Seconds after which it is asked for again; 0 for never.
    pub again: u32,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Hatching of figures.
    pub patterns: &'static str,
}

impl Page<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// A bug in the template.
    pub fn html(&self) -> Result<String> {
        self.render()
            .map_err(|cause| Error::run("cannot write the page").because(&cause))
    }
}

/// Filters of the template: every log value passes one of them.
mod filters {
    use crate::terminal::escape;

    /// One line of text, made harmless; HTML is escaped behind it.
    #[askama::filter_fn]
    pub fn shown(text: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(escape::shown(&text.to_string()).into_owned())
    }

    /// Several lines, each made harmless.
    #[askama::filter_fn]
    pub fn shown_lines(
        text: impl std::fmt::Display,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(escape::lines_shown(&text.to_string()))
    }
}
