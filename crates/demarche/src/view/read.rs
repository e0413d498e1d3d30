//! Reads a case folder into a view.

use std::path::Path;

use crate::error::{Error, OnFile, Result};
use crate::view::rows::rows;
use crate::view::{Action, Exposure, Indicator, TimelineRow, View};

/// Reads the brief of a case and the tables beside it.
///
/// # Errors
/// A folder that is no case, and files that are not what this program writes.
pub fn case(dir: &Path, name: &str) -> Result<View> {
    let mut view = brief(dir, name)?;
    let table = |name: &str| text(&dir.join(name));
    view.exposures = rows(&table("exposure.csv")?, Exposure::COLUMNS, |cells| {
        Exposure::of(cells.into_iter())
    });
    view.actions = rows(&table("actions.csv")?, Action::COLUMNS, |cells| {
        Action::of(cells.into_iter())
    });
    view.timeline = rows(&table("timeline.csv")?, TimelineRow::COLUMNS, |cells| {
        TimelineRow::of(cells.into_iter())
    });
    view.indicators = rows(&table("indicators.csv")?, Indicator::COLUMNS, |cells| {
        Indicator::of(cells.into_iter())
    });
    Ok(view)
}

/// Reads the brief of a case without its tables.
///
/// # Errors
/// A folder that is no case, and a brief that is not what this program writes.
pub fn brief(dir: &Path, name: &str) -> Result<View> {
    let path = dir.join("brief.json");
    if !path.is_file() {
        return Err(Error::run(format!("no case at {}", dir.display()))
            .hint("give the folder that demarche examine wrote with --case"));
    }
    let mut view: View = serde_json::from_str(&text(&path)?).map_err(|cause| {
        Error::run(format!("{} is not readable", path.display())).because(&cause)
    })?;
    view.case = name.to_owned();
    Ok(view)
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).on("read", path)
}
