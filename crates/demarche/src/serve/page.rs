//! One page as parts; the one template escapes every text of them.

use askama::Template;

use crate::error::{Error, Result};

/// A part of a page.
#[derive(Clone, Debug)]
pub enum Part {
    /// A heading of the page's parts.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph that leads.
    Lead(String),
    /// A paragraph in a frame.
    Note(String),
    /// Links, one beside the other.
    Links(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
    /// A figure of our own drawing.
    Figure(String),
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
}

/// A cell: text, and where it leads.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Where it leads; empty for nowhere.
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
    /// Sent and not shown.
    Hidden(&'static str, String),
}

/// A cell that leads nowhere.
pub fn cell(text: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        href: String::new(),
    }
}

/// A cell that leads somewhere.
pub fn link(text: impl Into<String>, href: impl Into<String>) -> Cell {
    Cell {
        text: text.into(),
        href: href.into(),
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
    /// Links to the pages of its case.
    pub nav: Vec<(String, String)>,
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
