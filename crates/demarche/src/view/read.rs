//! Reads a case folder into a view.

use std::path::Path;

use demarche_core::brief::brief::FORMAT;
use serde::Deserialize;

use crate::error::{Error, OnFile, Result};
use crate::view::rows::{missing, rows};
use crate::view::{Action, Exposure, Indicator, TimelineRow, View};

/// What every file that says its form begins with.
#[derive(Deserialize)]
struct Form {
    #[serde(default)]
    format: String,
}

/// The name of a case's folder, also of `.` and `..`.
pub fn name_of(dir: &Path) -> String {
    let whole = dir.canonicalize();
    let whole = whole.as_deref().unwrap_or(dir);
    let name = whole.file_name().unwrap_or(whole.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Reads the brief of a case and the tables beside it.
///
/// # Errors
/// A folder that is no case, and files that are not what this program writes.
pub fn case(dir: &Path, name: &str) -> Result<View> {
    let mut view = brief(dir, name)?;
    view.exposures = table(dir, "exposure.csv", Exposure::COLUMNS, Exposure::of)?;
    view.actions = table(dir, "actions.csv", Action::COLUMNS, Action::of)?;
    view.timeline = table(dir, "timeline.csv", TimelineRow::COLUMNS, TimelineRow::of)?;
    view.indicators = table(dir, "indicators.csv", Indicator::COLUMNS, Indicator::of)?;
    Ok(view)
}

/// Reads the brief of a case without its tables.
///
/// A brief of another form is refused: what it lacks would read as "nothing is on record".
///
/// # Errors
/// A folder that is no case, and a brief that is not what this program writes.
pub fn brief(dir: &Path, name: &str) -> Result<View> {
    let path = dir.join("brief.json");
    if !path.is_file() {
        return Err(Error::run(format!("no case at {}", dir.display()))
            .hint("give the folder that demarche examine wrote with --case"));
    }
    let written = text(&path)?;
    let mut view: View = match serde_json::from_str(&written) {
        Ok(view) => view,
        Err(cause) => {
            let form = serde_json::from_str(&written).map(|form: Form| form.format);
            // Another form lacks what this one needs: its name says more than what is missing.
            let other = form.ok().and_then(|form| refused(&path, &form));
            return Err(other.unwrap_or_else(|| other_form(&path).because(&cause)));
        }
    };
    if let Some(refused) = refused(&path, &view.format) {
        return Err(refused);
    }
    view.case = name.to_owned();
    Ok(view)
}

/// Why a brief of a form is not read; none for our own form.
fn refused(path: &Path, form: &str) -> Option<Error> {
    let said = match form {
        FORMAT => return None,
        "" => format!("it does not say its form; this program reads {FORMAT}"),
        other => format!("its form is {other}; this program reads {FORMAT}"),
    };
    let mut error = other_form(path);
    error.causes.push(said);
    Some(error)
}

/// The rows of a table of the case, every column of it present.
fn table<T>(
    dir: &Path,
    name: &str,
    columns: &[&str],
    make: impl Fn(std::vec::IntoIter<String>) -> T,
) -> Result<Vec<T>> {
    let path = dir.join(name);
    let written = text(&path)?;
    if let Some(column) = missing(&written, columns) {
        let mut error = other_form(&path);
        error.causes.push(format!("it has no column {column}"));
        return Err(error);
    }
    Ok(rows(&written, columns, |cells| make(cells.into_iter())))
}

/// A file that this version did not write, or that somebody changed.
pub fn other_form(path: &Path) -> Error {
    Error::run(format!(
        "{} is not in the form that this version writes",
        path.display()
    ))
    .hint(
        "another version wrote the case, or the file was changed: use that version, \
         or judge the case again with demarche examine --case DIR --add",
    )
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).on("read", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a case whose brief is this text.
    fn said(brief: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("brief.json"), brief).unwrap();
        case(dir.path(), "case").unwrap_err().to_string()
    }

    #[test]
    fn a_brief_of_another_form_is_never_read_as_an_empty_one() {
        assert!(said("{}").contains("does not say its form"));
        assert!(said(r#"{"format":"demarche-brief/0"}"#).contains("its form is demarche-brief/0"));
        let hollow = said(&format!(r#"{{"format":"{FORMAT}"}}"#));
        assert!(hollow.contains("missing field"), "{hollow}");
        assert!(hollow.contains("hint: another version wrote the case"));
    }

    #[test]
    fn a_table_without_a_column_is_no_table_of_a_case() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("t.csv"), "a,b\n1,2\n").unwrap();
        let read = |columns| table(dir.path(), "t.csv", columns, |cells| cells.len());
        assert_eq!(read(&["b", "a"]).unwrap(), [2]);
        let error = read(&["a", "c"]).unwrap_err().to_string();
        assert!(error.contains("it has no column c"), "{error}");
    }
}
