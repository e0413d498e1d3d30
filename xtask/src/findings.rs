//! `docs/findings.md`, written from the files of the room `finding`, and held against them.
//!
//! Each finding's file says in its own comment what it assumes and which innocent explanations it
//! tests; each named explanation must be a test in the code, and each pattern have a page.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::tidy::rust_files;

const PAGE: &str = "docs/findings.md";
const ROOM: &str = "crates/demarche-core/src/finding";

/// One finding, as its file tells it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Finding {
    path: String,
    /// The first line of the comment.
    title: String,
    /// Kind, row and techniques of each pattern.
    patterns: Vec<(String, String, Vec<String>)>,
    assumptions: Vec<String>,
    /// Name and meaning.
    innocent: Vec<(String, String)>,
}

/// Writes the page, or with `check` says where it is not what the files tell.
pub fn page(root: &Path, check: bool) -> Outcome {
    let (mut findings, mut faults) = (Vec::new(), Vec::new());
    for path in rust_files(root, ROOM) {
        let text =
            fs::read_to_string(root.join(&path)).map_err(|e| vec![format!("{path}: {e}")])?;
        let Some(finding) = read(&path, &text) else {
            continue;
        };
        faults.extend(complaints(&finding, &text));
        findings.push(finding);
    }
    findings.sort_by(|a, b| (row_of(a), &a.path).cmp(&(row_of(b), &b.path)));
    let written = written(&findings);
    let known = fs::read_to_string(root.join(PAGE)).unwrap_or_default();
    if check && known != written {
        faults.push(format!(
            "{PAGE} is not what the files tell: run `cargo xtask findings`"
        ));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if !check {
        fs::write(root.join(PAGE), written).map_err(|e| vec![format!("{PAGE}: {e}")])?;
    }
    Ok(vec![format!(
        "findings: {} files told in {PAGE}",
        findings.len()
    )])
}

fn row_of(finding: &Finding) -> u32 {
    let first = finding.patterns.first();
    first.and_then(|(_, row, _)| row.parse().ok()).unwrap_or(0)
}

/// What a file tells; `None` where it has no pattern.
fn read(path: &str, text: &str) -> Option<Finding> {
    let mut finding = Finding {
        path: path.to_owned(),
        patterns: patterns(text),
        ..Finding::default()
    };
    if finding.patterns.is_empty() {
        return None;
    }
    let mut section = "";
    let mut entries: Vec<(&str, String)> = Vec::new();
    for line in text.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.trim();
        if finding.title.is_empty() {
            line.clone_into(&mut finding.title);
        } else if let Some(name) = line.strip_prefix("# ") {
            section = name;
        } else if let Some(entry) = line.strip_prefix("- ") {
            entries.push((section, entry.to_owned()));
        } else if let Some((_, entry)) = entries.last_mut().filter(|_| !line.is_empty()) {
            entry.push(' ');
            entry.push_str(line);
        }
    }
    for (section, entry) in entries {
        match section {
            "Assumptions" => finding.assumptions.push(entry),
            "Innocent explanations" => {
                let (name, meaning) = entry.split_once("`: ").unwrap_or((&entry, ""));
                let name = name.trim_start_matches('`').to_owned();
                finding.innocent.push((name, meaning.to_owned()));
            }
            _ => {}
        }
    }
    Some(finding)
}

/// The patterns of a file: kind, row, techniques.
fn patterns(text: &str) -> Vec<(String, String, Vec<String>)> {
    let bodies = text.split(": Pattern = Pattern {").skip(1);
    bodies
        .filter_map(|body| {
            let body = body.split("};").next()?;
            let kind = between(body, "kind: \"", "\"")?;
            let row = between(body, "Row(", ")")?;
            let techniques = between(body, "techniques: &[", "]")?;
            let techniques = techniques.split(',').map(|id| id.trim().trim_matches('"'));
            let techniques = techniques.filter(|id| !id.is_empty()).map(str::to_owned);
            Some((kind.to_owned(), row.to_owned(), techniques.collect()))
        })
        .collect()
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to)?.0)
}

/// What is missing: assumptions, explanations, or a test of an explanation's name.
fn complaints(finding: &Finding, text: &str) -> Vec<String> {
    let path = &finding.path;
    let mut faults = Vec::new();
    if finding.assumptions.is_empty() {
        faults.push(format!(
            "{path}: a finding says what it assumes (# Assumptions)"
        ));
    }
    if finding.innocent.is_empty() {
        faults.push(format!("{path}: a finding names innocent explanations"));
    }
    // Engines that several findings share carry tests of their own.
    let shared = ["setting", "volume", "odd"].map(|name| format!("/{name}/"));
    let shares = shared.iter().any(|folder| path.contains(folder)) || path.contains("token_replay");
    for (name, _) in &finding.innocent {
        let tested = text.contains(&format!("\"{name}\""));
        if !tested && !shares {
            faults.push(format!("{path}: no test is named {name:?}"));
        }
    }
    for (kind, _, techniques) in &finding.patterns {
        if techniques.is_empty() {
            faults.push(format!("{path}: {kind} names no ATT&CK technique"));
        }
    }
    faults
}

fn written(findings: &[Finding]) -> String {
    let mut out = String::from(
        "# Findings\n\nWritten by `cargo xtask findings` from the files of `crates/demarche-core/src/finding`; not by hand.\n\
         What each finding amounts to, alone and with others, is decided by the verdict table alone. \
         A finding holds only where every test of it that can be made excludes its innocent explanation; \
         a test that holds, or that cannot be made, makes it \"cannot be said\".\n",
    );
    let mut row = 0;
    for finding in findings {
        if row_of(finding) != row {
            row = row_of(finding);
            out.push_str(&format!("\n## Row {row}\n"));
        }
        let title = finding
            .title
            .split_once(": ")
            .map_or("", |(_, title)| title);
        let title = title.trim_end_matches('.');
        let kinds: Vec<String> = finding
            .patterns
            .iter()
            .map(|(kind, _, _)| format!("`{kind}`"))
            .collect();
        out.push_str(&format!(
            "\n### {}\n\n{}.\n",
            kinds.join(", "),
            capital(title)
        ));
        let mut techniques: Vec<&str> = Vec::new();
        for id in finding.patterns.iter().flat_map(|(_, _, ids)| ids) {
            if !techniques.contains(&id.as_str()) {
                techniques.push(id);
            }
        }
        out.push_str(&format!("ATT&CK: {}.\n", techniques.join(", ")));
        out.push_str("\nIt assumes:\n\n");
        for text in &finding.assumptions {
            out.push_str(&format!("- {text}\n"));
        }
        out.push_str("\nInnocent explanations it tests:\n\n");
        for (name, meaning) in &finding.innocent {
            out.push_str(&format!("- **{name}**: {meaning}\n"));
        }
    }
    out
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "//! Row 5: an odd thing.\n//!\n//! # Assumptions\n//! - one,\n//!   in two lines\n//!\n\
        //! # Innocent explanations\n//! - `a habit`: seen before.\n\nuse x;\n\
        pub const PATTERN: Pattern = Pattern {\n    kind: \"odd\",\n    row: Row(5),\n    techniques: &[\"T1\", \"T2\"],\n};\n";

    #[test]
    fn a_file_tells_its_finding() {
        let finding = read("a/odd.rs", FILE).expect("it has a pattern");
        assert_eq!(finding.assumptions, ["one, in two lines"]);
        assert_eq!(
            finding.innocent,
            [("a habit".to_owned(), "seen before.".to_owned())]
        );
        assert_eq!(finding.patterns[0].2, ["T1", "T2"]);
        let faults = complaints(&finding, FILE);
        assert_eq!(faults, ["a/odd.rs: no test is named \"a habit\""]);
        assert!(complaints(&finding, &format!("{FILE} test(\"a habit\")")).is_empty());
        assert!(read("a/odd.rs", "//! Nothing.").is_none());
    }
}
