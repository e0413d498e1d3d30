//! Makes openings: of a whole record, some of its values, or its header.

use crate::hash::Digest;
use crate::key::SourceKey;
use crate::leaf::Leaf;
use crate::opening::{Content, Opening, Shown};
use crate::span_list::Span;
use crate::{source_tree, split};

/// A span of a source, with what is needed to open it.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Which source.
    pub source: &'a str,
    /// Entry of the case log that sealed it.
    pub entry: u64,
    /// Leaf index.
    pub leaf: u64,
    /// Where the span starts.
    pub offset: u64,
    /// Its kind, length and values.
    pub span: &'a Span,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Path to the root.
    pub path: &'a [Digest],
}

/// What to show of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Show<'a> {
    /// Everything. A whole span goes as it is, a split one with all its values.
    All,
    /// Everything but the values with these numbers, from 0. Needs a split record.
    Without(&'a [usize]),
    /// Kind, place and length only.
    Header,
}

/// Why a span cannot be opened as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscloseError {
    /// The bytes and values given are not a span.
    #[error("bytes and values do not make up the span")]
    NotTheSpan,
    /// A value is to be withheld from a record that was sealed whole.
    #[error("record was sealed whole, so no value of it can be withheld")]
    SealedWhole,
    /// There is no value of that number.
    #[error("record has no value number {0}")]
    NoSuchValue(usize),
}

/// Opens a span.
///
/// # Errors
/// If the bytes are not the span's, or a value cannot be withheld.
pub fn open(key: &SourceKey, place: &Place<'_>, show: &Show<'_>) -> Result<Opening, DiscloseError> {
    let salter = key.salter();
    let leaf = source_tree::leaf(&salter, place.leaf, place.offset, place.span, place.bytes);
    let leaf = leaf.ok_or(DiscloseError::NotTheSpan)?;
    let withheld: &[usize] = match show {
        Show::All => &[],
        Show::Without(numbers) => numbers,
        Show::Header => {
            return Ok(opening(
                place,
                Content::Header(leaf.mode, leaf.commitment),
                &leaf,
            ));
        }
    };
    let salt = salter.salt(place.leaf, 0);
    let Some(cut) = split::cut(place.bytes, &place.span.values) else {
        let content = Content::Whole {
            salt,
            bytes: place.bytes.to_vec(),
        };
        let nothing = withheld.is_empty();
        return if nothing {
            Ok(opening(place, content, &leaf))
        } else {
            Err(DiscloseError::SealedWhole)
        };
    };
    if let Some(number) = withheld.iter().find(|number| **number >= cut.values.len()) {
        return Err(DiscloseError::NoSuchValue(*number));
    }
    let mut values = Vec::with_capacity(cut.values.len());
    for ((slot, number), bytes) in (1u32..).zip(0usize..).zip(&cut.values) {
        let salt = salter.salt(place.leaf, slot);
        values.push(if withheld.contains(&number) {
            Shown::Withheld(split::value_digest(&salt, bytes))
        } else {
            Shown::Value {
                salt,
                bytes: bytes.to_vec(),
            }
        });
    }
    Ok(opening(
        place,
        Content::Split {
            salt,
            template: cut.template,
            values,
        },
        &leaf,
    ))
}

/// An opening of a place with this content.
fn opening(place: &Place<'_>, content: Content, leaf: &Leaf) -> Opening {
    Opening {
        source: place.source.to_owned(),
        leaf: place.leaf,
        entry: place.entry,
        kind: leaf.kind,
        offset: leaf.offset,
        length: leaf.length,
        content,
        path: place.path.to_vec(),
    }
}
