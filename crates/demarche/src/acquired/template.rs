//! The template of `--acquired`: one entry a file, filled where a collector's log tells.

use std::path::Path;

use demarche_core::vocab::moment::Moment;

use crate::acquired::collector::{self, Collection};
use crate::acquired::{Acquired, Acquisition};
use crate::error::{OnFile, Result};
use crate::examine::case::sorted_entries;

/// Says at the head of the template what it is for.
const HEAD: &str = "\
# How these sources were acquired. Fill in what is known; leave empty what is not:
# it is then printed as \"not stated\", and absence from that source shows nothing.
# Times: 2026-03-02T09:00Z. filters = \"none\" states that nothing narrowed the question.
# An entry with a folder as its path speaks for every file below it that has no entry.
# Then: demarche examine PATH... --case DIR --acquired THIS-FILE
";

/// Writes the template for files and folders.
///
/// # Errors
/// Paths that are not there or cannot be read.
pub fn template(paths: &[std::path::PathBuf]) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        std::fs::metadata(path).on("read", path)?;
        gather(path, &mut files)?;
    }
    let mut collections = Vec::new();
    for file in files.iter().filter(|file| is_collector_log(file)) {
        let bytes = std::fs::read(file).on("read", file)?;
        collections.extend(collector::read(&bytes));
    }
    let mut out = HEAD.to_owned();
    for file in files.iter().filter(|file| !is_collector_log(file)) {
        let path = file.to_string_lossy();
        let told = collections.iter().find(|told| is_output_of(&path, told));
        out.push_str(&entry(&path, told));
    }
    Ok(out)
}

/// All files below a path, in order.
fn gather(path: &Path, files: &mut Vec<std::path::PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in sorted_entries(path)? {
            gather(&entry, files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

fn is_collector_log(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case(collector::NAME))
}

/// Whether a file lies in the folder that a collection wrote, or is the file it wrote.
fn is_output_of(path: &str, told: &Collection) -> bool {
    let entries = vec![Acquisition {
        path: told.output.clone(),
        ..Acquisition::default()
    }];
    let acquired = Acquired { entries };
    !told.output.is_empty() && acquired.of(path, "").is_some()
}

/// One entry of the template.
fn entry(path: &str, told: Option<&Collection>) -> String {
    let mut out = String::from("\n[[acquired]]\n");
    let mut line = |name: &str, value: &str| out.push_str(&format!("{name} = {}\n", quoted(value)));
    line("path", path);
    for name in ["who", "role", "contact", "when"] {
        line(name, "");
    }
    let time = |moment: Option<Moment>| moment.map_or(String::new(), |moment| moment.to_string());
    let told = told.cloned().unwrap_or_default();
    let is_told = !told.what.is_empty();
    let filters = match told.filters.as_slice() {
        [] if is_told => "none".to_owned(),
        filters => filters.join("; "),
    };
    line("tool", if is_told { collector::TOOL } else { "" });
    line("tool_version", "");
    line("window_from", &time(told.from));
    line("window_to", &time(told.to));
    line("filters", &filters);
    line("provider_sha256", "");
    line("storage", "");
    out.push_str("expected_records = 0\n");
    if is_told {
        out.push_str(&format!(
            "# from {}: {}, begun {} by its machine's clock, without a zone\n",
            collector::NAME,
            quoted(&told.what),
            quoted(&told.stamp)
        ));
    }
    if let Some(records) = told.records {
        // Counted over all files of the collection, so not to be held against one of them.
        out.push_str(&format!(
            "# it counted {records} records over all the files it wrote\n"
        ));
    }
    out
}

/// A TOML basic string; what a log says must not end it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acquired::file;

    #[test]
    fn template_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("Output/UnifiedAuditLog/20260302-081520");
        std::fs::create_dir_all(&output).unwrap();
        std::fs::write(output.join("UAL-1.csv"), "x").unwrap();
        std::fs::write(folder.path().join("odd\"name'.json"), "x").unwrap();
        let log = "2026-03-02 08:15:20: === Starting Unified Audit Log Collection ===\n2026-03-02 08:15:20: Start date: 2026-01-01 00:00:00\n2026-03-02 08:15:20: End date: 2026-03-01 00:00:00\n2026-03-02 08:15:20: Output Directory: Output\\UnifiedAuditLog\\20260302-081520\nTotal Records: 5\n";
        std::fs::write(folder.path().join("Output/LogFile.txt"), log).unwrap();
        let text = template(&[folder.path().to_owned()]).unwrap();
        let acquired = file::parse("template", &text).unwrap();
        assert_eq!(acquired.entries.len(), 2, "{text}");
        let csv = acquired.of(&output.join("UAL-1.csv").to_string_lossy(), "");
        let csv = csv.unwrap();
        assert_eq!(csv.tool, collector::TOOL);
        assert_eq!(csv.filters, "none");
        assert!(csv.window_to.is_some() && csv.who.is_empty(), "{text}");
        let odd = folder.path().join("odd\"name'.json");
        let other = acquired.of(&odd.to_string_lossy(), "").unwrap();
        assert_eq!(other.fields()[0].1, "not stated");
    }
}
