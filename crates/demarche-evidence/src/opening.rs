//! Openings: one span shown whole, in part, or by header, with its path.
//!
//! A reader of an opening needs the seal entry of the source and nothing else: no key, no parser.

use serde_json::{Map, Value};

use crate::entry::SealedSource;
use crate::hash::Digest;
use crate::key::Salt;
use crate::leaf::{self, FILLER_BYTES_MAX, Kind, Leaf, Mode};
use crate::proof::{self, HASHES_MAX, ProofError};
use crate::split::{self, Template};
use crate::text;

/// Name and version of the form.
const FORMAT: &str = "demarche-opening/1";

/// Longest opening read.
pub const OPENING_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Longest text of a source's id.
const SOURCE_BYTES_MAX: usize = 4096;

/// Why an opening shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// Not of the form.
    #[error("not an opening: {0}")]
    Malformed(&'static str),
    /// It is of another source or entry than the seal.
    #[error("opening is of source {found}, expected {expected}")]
    OtherSource {
        /// The source of the seal.
        expected: String,
        /// The source of the opening.
        found: String,
    },
    /// The bytes cannot be that span.
    #[error("opening does not add up: {0}")]
    DoesNotAddUp(&'static str),
    /// The path does not lead to the sealed root: something in the opening is not what was sealed.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// What is shown of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing but kind, place and length.
    Header(Mode, Digest),
    /// All bytes.
    Whole {
        /// Their salt.
        salt: Salt,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// A split record: its template, and some of its values.
    Split {
        /// The template's salt.
        salt: Salt,
        /// The template.
        template: Vec<u8>,
        /// The values, shown or withheld.
        values: Vec<Shown>,
    },
}

/// One value of a split record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Shown.
    Value {
        /// Its salt.
        salt: Salt,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Withheld: its salted digest.
    Withheld(Digest),
}

/// One span with its path to the source's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Which source.
    pub source: String,
    /// Leaf index in its tree.
    pub leaf: u64,
    /// Entry of the case log that sealed the source.
    pub entry: u64,
    /// What the span holds.
    pub kind: Kind,
    /// Where it starts in the decoded source.
    pub offset: u64,
    /// How long it is.
    pub length: u64,
    /// What is shown of it.
    pub content: Content,
    /// Path to the root, the leaf's sibling first.
    pub path: Vec<Digest>,
}

/// A piece of what is shown, in the order of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Bytes of the record.
    Bytes(&'a [u8]),
    /// A value that is withheld.
    Withheld,
}

impl Opening {
    /// Checks the opening against the seal of its source.
    ///
    /// # Errors
    /// If anything in it is not what was sealed.
    pub fn check(&self, sealed: &SealedSource) -> Result<(), OpeningError> {
        if self.source != sealed.source {
            let (expected, found) = (sealed.source.clone(), self.source.clone());
            return Err(OpeningError::OtherSource { expected, found });
        }
        let end = self.offset.checked_add(self.length);
        if self.length == 0 || end.is_none_or(|end| end > sealed.decoded_size) {
            return Err(OpeningError::DoesNotAddUp(
                "span beyond the end of the source",
            ));
        }
        if self.kind == Kind::Filler && self.length > FILLER_BYTES_MAX {
            return Err(OpeningError::DoesNotAddUp("filler above 64 KiB"));
        }
        let (mode, commitment) = self.commitment()?;
        let leaf = Leaf {
            kind: self.kind,
            mode,
            offset: self.offset,
            length: self.length,
            commitment,
        };
        let (leaf, root) = (leaf.hash(), &sealed.root);
        proof::check_inclusion(self.leaf, sealed.spans, &leaf, &self.path, root)?;
        Ok(())
    }

    /// How many values are withheld.
    pub fn n_withheld(&self) -> usize {
        self.pieces()
            .iter()
            .filter(|piece| **piece == Piece::Withheld)
            .count()
    }

    /// What is shown, in the order of the record; a header shows nothing.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        match &self.content {
            Content::Header(..) => Vec::new(),
            Content::Whole { bytes, .. } => vec![Piece::Bytes(bytes)],
            Content::Split {
                template, values, ..
            } => {
                let Some(template) = Template::parse(template) else {
                    return Vec::new();
                };
                let mut values = values.iter();
                let mut pieces = Vec::new();
                for bytes in template.pieces() {
                    pieces.push(Piece::Bytes(bytes));
                    match values.next() {
                        Some(Shown::Value { bytes, .. }) => pieces.push(Piece::Bytes(bytes)),
                        Some(Shown::Withheld(_)) => pieces.push(Piece::Withheld),
                        None => {}
                    }
                }
                pieces
            }
        }
    }

    /// The commitment that the content leads to.
    ///
    /// # Errors
    /// If what is shown does not add up.
    pub fn commitment(&self) -> Result<(Mode, Digest), OpeningError> {
        let wrong_length = OpeningError::DoesNotAddUp("bytes are not as long as the span");
        match &self.content {
            Content::Header(mode, commitment) => Ok((*mode, *commitment)),
            Content::Whole { salt, bytes } if bytes.len() as u64 == self.length => {
                Ok((Mode::Whole, leaf::commit_whole(salt, bytes)))
            }
            Content::Whole { .. } => Err(wrong_length),
            Content::Split {
                salt,
                template,
                values,
            } => {
                let parsed = Template::parse(template);
                let parsed = parsed.ok_or(OpeningError::DoesNotAddUp("template"))?;
                if parsed.positions.len() != values.len() {
                    return Err(OpeningError::DoesNotAddUp("number of values"));
                }
                let mut shown = parsed.body.len() as u64;
                let mut withheld = 0u64;
                let mut digests = Vec::with_capacity(values.len());
                for value in values {
                    match value {
                        Shown::Value { salt, bytes } => {
                            shown += bytes.len() as u64;
                            digests.push(split::value_digest(salt, bytes));
                        }
                        Shown::Withheld(digest) => {
                            withheld += 1;
                            digests.push(*digest);
                        }
                    }
                }
                // A value has at least one byte, so what is withheld has at least one each.
                let fits = match withheld {
                    0 => shown == self.length,
                    n => shown.saturating_add(n) <= self.length,
                };
                if !fits {
                    return Err(wrong_length);
                }
                let template = split::template_digest(salt, template);
                Ok((Mode::Split, split::commitment(&template, &digests)))
            }
        }
    }

    /// Writes the opening as JSON, a newline at its end.
    pub fn to_json(&self) -> String {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
        put("format", FORMAT.into());
        put("source", self.source.clone().into());
        put("leaf", self.leaf.into());
        put("entry", self.entry.into());
        put(
            "kind",
            if self.kind == Kind::Record {
                "record"
            } else {
                "filler"
            }
            .into(),
        );
        put("offset", self.offset.into());
        put("length", self.length.into());
        match &self.content {
            Content::Header(mode, commitment) => {
                put(
                    "mode",
                    if *mode == Mode::Whole {
                        "whole"
                    } else {
                        "split"
                    }
                    .into(),
                );
                put("commitment", commitment.to_base64().into());
            }
            Content::Whole { salt, bytes } => {
                put("mode", "whole".into());
                put("salt", text::to_base64(salt).into());
                put("bytes", text::to_base64(bytes).into());
            }
            Content::Split {
                salt,
                template,
                values,
            } => {
                put("mode", "split".into());
                put("salt", text::to_base64(salt).into());
                put("template", text::to_base64(template).into());
                put("values", values.iter().map(Shown::to_json).collect());
            }
        }
        put(
            "path",
            self.path
                .iter()
                .map(|hash| Value::from(hash.to_base64()))
                .collect(),
        );
        format!("{:#}\n", Value::Object(object))
    }

    /// Reads an opening. Nothing is checked yet.
    ///
    /// # Errors
    /// If it is not of the form; a field too many is refused like one too few.
    pub fn parse(bytes: &[u8]) -> Result<Opening, OpeningError> {
        if bytes.len() > OPENING_BYTES_MAX {
            return Err(OpeningError::Malformed("too long"));
        }
        let fields: Fields =
            serde_json::from_slice(bytes).map_err(|_| OpeningError::Malformed("JSON"))?;
        fields
            .opening()
            .ok_or(OpeningError::Malformed("a field is missing or wrong"))
    }
}

impl Shown {
    /// The value's own object.
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        match self {
            Shown::Value { salt, bytes } => {
                object.insert("salt".into(), text::to_base64(salt).into());
                object.insert("bytes".into(), text::to_base64(bytes).into());
            }
            Shown::Withheld(digest) => {
                object.insert("digest".into(), digest.to_base64().into());
            }
        }
        Value::Object(object)
    }
}

/// An opening as JSON has it. Keys given twice and unknown keys are refused by serde.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    format: String,
    source: String,
    leaf: u64,
    entry: u64,
    kind: String,
    mode: String,
    offset: u64,
    length: u64,
    commitment: Option<String>,
    salt: Option<String>,
    bytes: Option<String>,
    template: Option<String>,
    values: Option<Vec<ValueFields>>,
    path: Vec<String>,
}

/// One value as JSON has it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueFields {
    salt: Option<String>,
    bytes: Option<String>,
    digest: Option<String>,
}

impl Fields {
    /// The opening these fields make, if they make one.
    fn opening(self) -> Option<Opening> {
        if self.format != FORMAT || self.source.len() > SOURCE_BYTES_MAX {
            return None;
        }
        let kind = match self.kind.as_str() {
            "record" => Kind::Record,
            "filler" => Kind::Filler,
            _ => return None,
        };
        if self.path.len() > HASHES_MAX {
            return None;
        }
        let path = self
            .path
            .iter()
            .map(|hash| Digest::from_base64(hash))
            .collect::<Option<_>>()?;
        let content = match (self.mode.as_str(), self.commitment, self.salt, self.bytes) {
            (mode, Some(digest), None, None)
                if self.template.is_none() && self.values.is_none() =>
            {
                let mode = match mode {
                    "whole" => Mode::Whole,
                    "split" => Mode::Split,
                    _ => return None,
                };
                Content::Header(mode, Digest::from_base64(&digest)?)
            }
            ("whole", None, Some(salt), Some(bytes))
                if self.template.is_none() && self.values.is_none() =>
            {
                Content::Whole {
                    salt: salt_of(&salt)?,
                    bytes: bytes_of(&bytes)?,
                }
            }
            ("split", None, Some(salt), None) => Content::Split {
                salt: salt_of(&salt)?,
                template: bytes_of(&self.template?)?,
                values: self
                    .values?
                    .iter()
                    .map(ValueFields::shown)
                    .collect::<Option<_>>()?,
            },
            _ => return None,
        };
        let Fields {
            source,
            leaf,
            entry,
            offset,
            length,
            ..
        } = self;
        Some(Opening {
            source,
            leaf,
            entry,
            kind,
            offset,
            length,
            content,
            path,
        })
    }
}

impl ValueFields {
    /// The value these fields make, if they make one.
    fn shown(&self) -> Option<Shown> {
        match (&self.salt, &self.bytes, &self.digest) {
            (Some(salt), Some(bytes), None) => Some(Shown::Value {
                salt: salt_of(salt)?,
                bytes: bytes_of(bytes)?,
            }),
            (None, None, Some(digest)) => Some(Shown::Withheld(Digest::from_base64(digest)?)),
            _ => None,
        }
    }
}

/// A salt from its base64.
fn salt_of(text: &str) -> Option<Salt> {
    text::base64(text, 16)?.try_into().ok()
}

/// Bytes from their base64.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    text::base64(text, OPENING_BYTES_MAX)
}
