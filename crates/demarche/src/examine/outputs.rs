//! The files of a case, written from its brief.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use demarche_core::brief::brief::Brief;

use crate::error::{OnFile, Result};
use crate::render;

/// Writes every file of the case that derives from the brief; `rejects.jsonl` is intake's, and
/// `brief.html` waits for the proof ([`page`]).
///
/// # Errors
/// Those of the disk.
pub fn write(dir: &Path, brief: &Brief) -> Result<()> {
    type Writer = fn(&Brief, BufWriter<File>) -> std::io::Result<()>;
    let tables: [(&str, Writer); 6] = [
        ("exposure.csv", |brief, out| {
            render::tables::exposure(brief, out)
        }),
        ("actions.csv", |brief, out| {
            render::tables::actions(brief, out)
        }),
        ("open.csv", |brief, out| render::tables::open(brief, out)),
        ("gaps.csv", |brief, out| render::tables::gaps(brief, out)),
        ("timeline.csv", |brief, out| {
            render::tables::timeline(brief, out)
        }),
        ("indicators.csv", |brief, out| {
            render::tables::indicators(brief, out)
        }),
    ];
    for (name, writer) in tables {
        let path = dir.join(name);
        let file = File::create(&path).on("make", &path)?;
        writer(brief, BufWriter::new(file)).on("write", &path)?;
    }
    text(
        &dir.join("brief.json"),
        &format!("{:#}\n", render::json::brief(brief)),
    )?;
    text(
        &dir.join("changes.json"),
        &format!("{:#}\n", render::json::changes(&brief.changes)),
    )
}

/// Writes `brief.html` from the files beside it.
///
/// # Errors
/// Those of the disk.
pub fn page(dir: &Path, case: &str) -> Result<()> {
    let view = crate::view::read::case(dir, case)?;
    let page = render::html::page(&view, &render::look::Look::default())?;
    text(&dir.join("brief.html"), &page)
}

/// Writes one file of text.
///
/// # Errors
/// Those of the disk.
pub fn text(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).on("write", path)
}
