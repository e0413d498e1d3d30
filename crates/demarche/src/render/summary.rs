//! The short summary on the terminal: reads without colour, at 80 columns.

use anstyle::{AnsiColor, Style};
use demarche_core::brief::brief::Brief;
use demarche_core::brief::phrase::{count, grouped};
use demarche_core::session::session::who;

use crate::terminal::escape::shown;

/// Width that lines are folded at.
pub const WIDTH: usize = 78;

/// The summary, with styles that the stream may strip.
pub fn summary(brief: &Brief, case: &std::path::Path) -> String {
    let mut out = String::new();
    let bold = Style::new().bold();
    for limit in &brief.method.limits {
        fold_under(&mut out, 0, &format!("LIMITED: {}", shown(limit)));
    }
    for answer in &brief.page_one {
        out.push_str(&format!("{bold}{}{bold:#}\n", shown(answer.title)));
        for sentence in &answer.sentences {
            fold(&mut out, &shown(sentence));
        }
    }
    if !brief.changes.sentences.is_empty() {
        out.push_str(&format!("{bold}What moved since the run before?{bold:#}\n"));
        for sentence in &brief.changes.sentences {
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
        let told = format!(" {}  {}  row {:<2}", session.id, session.first, session.row);
        let account = shown(who(&session.account));
        let fits = 10 + told.chars().count() + 2 + account.chars().count() <= WIDTH;
        let (told, between) = match fits {
            true => (told.as_str(), "  "),
            false => (told.trim_end(), "\n    "),
        };
        out.push_str(&format!(
            "  {style}{word:<8}{style:#}{told}{between}{account}\n"
        ));
    }
    if brief.sessions.len() > 10 {
        let more = brief.sessions.len() as u64 - 10;
        let more = count(more, "further listed session", "further listed sessions");
        out.push_str(&format!("  and {more}\n"));
    }
    let records: u64 = brief.accounting.iter().map(|row| row.records).sum();
    let rejected: u64 = brief.accounting.iter().map(|row| row.rejected).sum();
    out.push_str(&format!(
        "{} in {}, {} rejected, {}\n",
        count(records, "record", "records"),
        count(brief.accounting.len() as u64, "source", "sources"),
        grouped(rejected),
        count(brief.gaps.len() as u64, "gap", "gaps")
    ));
    out.push_str(&format!("open: {}\n", case.join("brief.html").display()));
    let key = crate::evidence::layout::verifier_key(case);
    out.push_str(&format!("key to check it with: {}\n", key.display()));
    out.push_str(&next(brief, case));
    out
}

/// What is done next, as commands to type.
fn next(brief: &Brief, case: &std::path::Path) -> String {
    let case = case.display();
    let mut out = String::new();
    if let Some(session) = brief.sessions.first() {
        out.push_str(&format!(
            "why a session is listed: demarche explain {case} --session {}\n",
            session.id
        ));
    }
    if cfg!(feature = "serve") {
        let settled = match brief.suspects.len() as u64 {
            0 => String::new(),
            n => format!(", {} to settle", count(n, "question", "questions")),
        };
        out.push_str(&format!("look closer{settled}: demarche serve {case}\n"));
    }
    out
}

/// Appends a sentence, folded at the width and indented.
pub fn fold(out: &mut String, sentence: &str) {
    fold_under(out, 2, sentence);
}

/// Appends a sentence, folded at the width and indented so far.
pub fn fold_under(out: &mut String, indent: usize, sentence: &str) {
    let mut width = 0;
    for word in sentence.split_whitespace() {
        let length = word.chars().count();
        if width == 0 {
            out.push_str(&" ".repeat(indent));
            width = indent;
        } else if width + 1 + length > WIDTH {
            out.push('\n');
            out.push_str(&" ".repeat(indent + 2));
            width = indent + 2;
        } else {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += length;
    }
    out.push('\n');
}

/// A text whose lines are folded where they are wider than the terminal, each under its own indent.
pub fn folded(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        match line.chars().count() > WIDTH {
            true => fold_under(&mut out, indent, line),
            false => out.push_str(&format!("{line}\n")),
        }
    }
    out.trim_end_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_without_room_are_folded() {
        let hint = "word ".repeat(20);
        let text = folded(&format!("error: a  b\n  hint: {hint}"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "error: a  b");
        assert!(lines[1].starts_with("  hint: word"), "{text}");
        assert!(lines[2].starts_with("    word"), "{text}");
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{text}");
    }
}
