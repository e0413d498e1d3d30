//! The short summary on the terminal: reads without colour, at 80 columns.

use anstyle::{AnsiColor, Style};
use demarche_core::brief::brief::Brief;
use demarche_core::brief::phrase::count;

use crate::terminal::escape::shown;

/// Width that lines are folded at.
const WIDTH: usize = 78;

/// The summary, with styles that the stream may strip.
pub fn summary(brief: &Brief, case: &std::path::Path) -> String {
    let mut out = String::new();
    let bold = Style::new().bold();
    for limit in &brief.method.limits {
        out.push_str(&format!("LIMITED: {}\n", shown(limit)));
    }
    for answer in &brief.page_one {
        out.push_str(&format!("{bold}{}{bold:#}\n", shown(answer.title)));
        for sentence in &answer.sentences {
            fold(&mut out, &shown(sentence));
        }
    }
    // A field that never had a value is a slip of the pen until someone has looked at it.
    let mapped = brief.method.notes.iter();
    for note in mapped.filter(|note| note.starts_with("Mapping ")) {
        fold(&mut out, &shown(note));
    }
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let yellow = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    for session in brief.sessions.iter().take(10) {
        let word = session.verdict.word();
        let style = if word == "hostile" { red } else { yellow };
        out.push_str(&format!(
            "  {style}{word:<8}{style:#} {}  {}  row {}  {}\n",
            session.id,
            session.first,
            session.row,
            shown(&session.account)
        ));
    }
    if brief.sessions.len() > 10 {
        out.push_str(&format!(
            "  and {} more listed sessions\n",
            brief.sessions.len() - 10
        ));
    }
    let records: u64 = brief.accounting.iter().map(|row| row.records).sum();
    let rejected: u64 = brief.accounting.iter().map(|row| row.rejected).sum();
    out.push_str(&format!(
        "{} in {}, {rejected} rejected, {}\n",
        count(records, "record", "records"),
        count(brief.accounting.len() as u64, "source", "sources"),
        count(brief.gaps.len() as u64, "gap", "gaps")
    ));
    out.push_str(&format!("open: {}\n", case.join("brief.html").display()));
    let key = crate::evidence::layout::verifier_key(case);
    out.push_str(&format!("key to check it with: {}\n", key.display()));
    out
}

/// Appends a sentence, folded at the width and indented.
pub fn fold(out: &mut String, sentence: &str) {
    let mut width = 0;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if width == 0 {
            out.push_str("  ");
            width = 2;
        } else if width + 1 + length > WIDTH {
            out.push_str("\n    ");
            width = 4;
        } else {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}
