//! `brief.md`: the brief as Markdown that no value of a log can bend.

use crate::render::document::{Block, Table, document};
use crate::render::look::Look;
use crate::render::words;
use crate::terminal::escape::{lines_shown, shown};
use crate::view::View;

/// The page.
pub fn page(view: &View, look: &Look) -> String {
    let mut out = String::new();
    if !look.marking.is_empty() {
        out.push_str(&format!("**{}**\n\n", plain(&look.marking)));
    }
    for block in document(view, look) {
        match block {
            Block::Heading(level, text) => {
                let marks = "#".repeat(usize::from(level));
                out.push_str(&format!("{marks} {}\n\n", plain(&text)));
            }
            Block::Text(text) => out.push_str(&format!("{}\n\n", plain(&text))),
            Block::Lead(text) => out.push_str(&format!("**{}**\n\n", plain(&text))),
            Block::Note(text) => out.push_str(&format!("> {}\n\n", plain(&text))),
            Block::Command(text) => out.push_str(&fenced(&text)),
            Block::Table(rows) => table(&mut out, &rows),
            // The figures stand in brief.html and brief.pdf; tables hold the same facts.
            Block::Figure(..) => {}
            Block::PageEnd => out.push_str("---\n\n"),
        }
    }
    if !look.marking.is_empty() {
        out.push_str(&format!("**{}**\n", plain(&look.marking)));
    }
    out
}

/// A command in a fence longer than any run of back ticks in it (CommonMark 0.31, §4.5).
fn fenced(text: &str) -> String {
    let text = lines_shown(text);
    let mut longest = 2;
    let mut run = 0;
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence}text\n{text}\n{fence}\n\n")
}

fn table(out: &mut String, table: &Table) {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    out.push_str(&format!("| {} |\n", names.join(" | ")));
    out.push_str(&format!("|{}\n", " --- |".repeat(names.len())));
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|cell| plain(cell)).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out.push('\n');
    if table.n_more > 0 {
        out.push_str(&format!(
            "{} in the tables beside this file.\n\n",
            words::further_rows(table.n_more)
        ));
    }
}

/// A text that means only itself: every mark of Markdown, HTML and automatic links is escaped
/// (CommonMark 0.31, §2.4; GFM §6.9).
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in shown(text).chars() {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!' | '$'
        ) {
            out.push('\\');
        }
        match letter {
            // A link of its own accord needs these: a joiner of no width is no letter of it.
            ':' if out.ends_with("http") || out.ends_with("https") || out.ends_with("ftp") => {
                out.push_str("\\:");
            }
            _ => out.push(letter),
        }
    }
    if out.starts_with(['-', '+', '=']) {
        out.insert(0, '\\');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_bends_the_page() {
        assert_eq!(plain("<script>|[x](y)"), "\\<script\\>\\|\\[x\\](y)");
        assert_eq!(plain("http://evil.example"), "http\\://evil.example");
        assert_eq!(plain("- item"), "\\- item");
        assert!(fenced("a ```` b").starts_with("`````text\n"));
    }
}
