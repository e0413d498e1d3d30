//! The reference pages of the book, generated from what they describe.

use std::path::{Path, PathBuf};

use demarche_core::exposure::exposure::Caveat;
use demarche_core::finding::table::TABLE;
use demarche_core::source;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A text as a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn head(title: &str, of: &str) -> String {
    format!(
        "# {title}\n\n<!-- Generated from {of} by the test `book`; UPDATE_EXPECT=1 writes it again. -->\n\n"
    )
}

fn rows() -> String {
    let mut out = head(
        "Reference: verdict rows",
        "crates/demarche-core/src/finding/table.rs",
    );
    out += "Every listed session prints the row that decided it. Absence is never a sign.\n\n";
    out += "| Row | Evidence | Alone | Becomes hostile with |\n| --- | --- | --- | --- |\n";
    for (row, evidence, alone, hostile_with) in TABLE {
        let cells = [evidence, alone, hostile_with].map(cell).join(" | ");
        out += &format!("| {row} | {cells} |\n");
    }
    out
}

fn caveats() -> String {
    let mut out = head(
        "Reference: caveats",
        "crates/demarche-core/src/exposure/exposure.rs",
    );
    out += "A caveat stands with the claims it belongs to, by its number.\n\n";
    out += "| Caveat | What it says |\n| --- | --- |\n";
    for caveat in Caveat::all() {
        out += &format!("| {} | {} |\n", caveat.word(), cell(caveat.text()));
    }
    out
}

fn sources() -> String {
    let mut out = head(
        "Reference: sources",
        "the cards of crates/demarche-core/src/source",
    );
    for card in source::cards() {
        out += &format!("## {} (`{}`)\n\n", card.title, card.name);
        if !card.needed_for.is_empty() {
            out += &format!(
                "Needed because {}.\n\n",
                card.needed_for.trim_end_matches('.')
            );
        }
        out += &format!("**How to export it.** {}\n\n", card.export);
        let kept = card.retention.iter().map(|kept| {
            let assumed = if kept.assumed {
                " (assumed where nothing is stated)"
            } else {
                ""
            };
            format!("{} days under {}{assumed}", kept.days, kept.licence)
        });
        let kept: Vec<String> = kept.collect();
        if !kept.is_empty() {
            out += &format!("**Kept.** {}.\n\n", kept.join("; "));
        }
        if card.delay_minutes_max > 0 {
            out += &format!("**Late by** up to {} minutes.\n\n", card.delay_minutes_max);
        }
        if !card.cannot_tell.is_empty() {
            out += "**It cannot tell:**\n\n";
            for text in card.cannot_tell {
                out += &format!("- {text}\n");
            }
            out.push('\n');
        }
        out += &format!("Made from: {}\n\n", card.spec);
    }
    out
}

/// Findings from their files: the first line, and the words above each `PATTERN`.
fn findings() -> String {
    let mut out = head(
        "Reference: findings",
        "the files of crates/demarche-core/src/finding",
    );
    out += "A finding is supported, cannot be said, or refuted. What it weighs is said by its [row](reference-rows.md).\n\n";
    let folder = root().join("crates/demarche-core/src/finding");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files.iter().filter(|file| file.is_file()) {
        let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().collect();
        let patterns = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.contains(": Pattern = Pattern {"));
        for (at, _) in patterns {
            let above = lines[..at]
                .iter()
                .rev()
                .take_while(|line| line.starts_with("///"));
            let mut words: Vec<&str> = above
                .map(|line| line.trim_start_matches("///").trim())
                .collect();
            words.reverse();
            let field = |name: &str| {
                let body = lines[at..].iter().take(6);
                let mut found = body.filter_map(|line| line.trim().strip_prefix(name));
                found
                    .next()
                    .unwrap_or_default()
                    .trim_matches([' ', ',', '"'])
                    .to_owned()
            };
            let row = field("row: Row(").trim_end_matches(')').to_owned();
            out += &format!(
                "## `{}`, row {row}\n\n{}\n\n",
                field("kind: "),
                words.join(" ")
            );
            let first = lines[0].trim_start_matches("//!").trim();
            out += &format!(
                "{first}\n\nATT&CK: {}\n\n",
                field("techniques: &").replace(['[', ']', '"'], "")
            );
        }
    }
    out
}

#[test]
fn the_reference_is_what_the_program_does() {
    let folder = root().join("docs/book/src");
    for (name, text) in [
        ("reference-rows.md", rows()),
        ("reference-caveats.md", caveats()),
        ("reference-sources.md", sources()),
        ("reference-findings.md", findings()),
    ] {
        let text = format!("{}\n", text.trim_end());
        let path = folder.join(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let there = std::fs::read_to_string(&path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            there == text,
            "docs/book/src/{name} is old: run this test with UPDATE_EXPECT=1"
        );
    }
}

#[test]
fn every_page_is_in_the_summary_and_every_link_leads_somewhere() {
    let folder = root().join("docs/book/src");
    let summary = std::fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name == "SUMMARY.md" || summary.contains(&format!("({name})")),
            "{name}"
        );
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| link.ends_with(".md")) {
            assert!(folder.join(link).is_file(), "{name} leads to {link}");
        }
    }
}
