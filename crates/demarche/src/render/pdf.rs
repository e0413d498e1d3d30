//! `brief.pdf`: the brief as a tagged PDF, written without a browser (ISO 32000-1).
//!
//! The fonts are those every reader of PDF has (§9.6.2.2), so nothing is embedded and the same
//! case gives the same bytes. A letter that they lack is shown as its code point, in words.

mod draw;
mod file;
mod layout;
mod metrics;

use crate::render::document::document;
use crate::render::look::Look;
use crate::view::View;

/// The file.
pub fn file(view: &View, look: &Look) -> Vec<u8> {
    let blocks = document(view, look);
    let pages = layout::pages(&blocks);
    file::bytes(&pages, &format!("Brief: {}", view.case), &look.marking)
}
