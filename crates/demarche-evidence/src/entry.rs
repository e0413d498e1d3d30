//! Entries of a case log: canonical JSON objects with time, actor, tool and salt.
//!
//! The bytes are the truth: a verifier hashes them as stored and never writes them again. An entry
//! carries 16 random bytes, so that its hash tells nothing to who has not seen it.

use serde_json::{Map, Value};

use crate::hash::Digest;
use crate::text;
use crate::tile::ENTRY_BYTES_MAX;

/// The largest integer that canonical JSON keeps exact (RFC 8785 §3.2.2.3).
const INTEGER_MAX: u64 = (1 << 53) - 1;

/// Why an entry cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Too long for an entry bundle.
    #[error("entry of {0} bytes, expected at most 65535")]
    TooLong(usize),
    /// Not a canonical JSON object.
    #[error("entry is not a canonical JSON object: {0}")]
    NotCanonical(&'static str),
    /// A field is missing or not of its type.
    #[error("entry field {0} is missing or wrong")]
    Field(&'static str),
}

/// What every entry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    /// Type of the entry, as `source.sealed`.
    pub kind: String,
    /// Time the writer claims, UTC, RFC 3339.
    pub time: String,
    /// Who acted.
    pub actor: String,
    /// Version of the tool.
    pub tool_version: String,
    /// SHA-256 of the tool's own file, or `unknown`.
    pub tool_build: String,
    /// 16 random bytes.
    pub salt: [u8; 16],
}

/// An entry as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What every entry has.
    pub common: Common,
    /// The whole object.
    pub object: Map<String, Value>,
}

impl Common {
    /// Writes the bytes of an entry with these fields and those of its type.
    ///
    /// # Errors
    /// If it gets too long, or a number in it has no exact canonical form.
    pub fn write(&self, fields: Map<String, Value>) -> Result<Vec<u8>, EntryError> {
        let mut object = fields;
        let text = |value: &str| Value::String(value.to_owned());
        let mut tool = Map::new();
        tool.insert("version".into(), text(&self.tool_version));
        tool.insert("build".into(), text(&self.tool_build));
        object.insert("type".into(), text(&self.kind));
        object.insert("time".into(), text(&self.time));
        object.insert("actor".into(), text(&self.actor));
        object.insert("tool".into(), Value::Object(tool));
        object.insert("salt".into(), Value::String(text::to_base64(&self.salt)));
        let bytes = canonical(&Value::Object(object))?;
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong(bytes.len()));
        }
        Entry::parse(&bytes)?;
        Ok(bytes)
    }
}

impl Entry {
    /// Reads an entry.
    ///
    /// # Errors
    /// If it is not in its one canonical form (which also rules out a key given twice), or lacks a
    /// common field.
    pub fn parse(bytes: &[u8]) -> Result<Entry, EntryError> {
        if bytes.len() > ENTRY_BYTES_MAX {
            return Err(EntryError::TooLong(bytes.len()));
        }
        let value: Value =
            serde_json::from_slice(bytes).map_err(|_| EntryError::NotCanonical("not JSON"))?;
        if canonical(&value)? != bytes {
            return Err(EntryError::NotCanonical("written otherwise"));
        }
        let Value::Object(object) = value else {
            return Err(EntryError::NotCanonical("not an object"));
        };
        let field = |name| text_of(&object, name).map(str::to_owned);
        let tool = object.get("tool").and_then(Value::as_object);
        let tool = tool.ok_or(EntryError::Field("tool"))?;
        let salt = text::base64(text_of(&object, "salt")?, 16).unwrap_or_default();
        let common = Common {
            kind: field("type")?,
            time: field("time")?,
            actor: field("actor")?,
            tool_version: text_of(tool, "version")?.to_owned(),
            tool_build: text_of(tool, "build")?.to_owned(),
            salt: salt.try_into().map_err(|_| EntryError::Field("salt"))?,
        };
        Ok(Entry { common, object })
    }
}

/// What `source.sealed` says of a source, enough to check any of its records against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSource {
    /// Which source.
    pub source: String,
    /// Size of its tree.
    pub spans: u64,
    /// Spans that are records.
    pub records: u64,
    /// Bytes in filler.
    pub filler_bytes: u64,
    /// Bytes of the decoded source.
    pub decoded_size: u64,
    /// Salted commitment to its SHA-256 (see [`crate::key::SourceKey::decoded_commitment`]).
    pub decoded_commitment: Digest,
    /// Root of its tree.
    pub root: Digest,
    /// Commitment to its key.
    pub k_commitment: Digest,
}

impl SealedSource {
    /// The fields of the entry; the caller adds decoder, cut rule, rejects and times.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("source", self.source.clone().into());
        put("suite", "ro-sha256-1".into());
        put("spans", self.spans.into());
        put("records", self.records.into());
        put("filler_bytes", self.filler_bytes.into());
        put("decoded_size", self.decoded_size.into());
        put(
            "decoded_commitment",
            self.decoded_commitment.to_string().into(),
        );
        put("root", self.root.to_string().into());
        put("k_commitment", self.k_commitment.to_string().into());
        fields
    }

    /// Reads them back; `None` for an entry of another type.
    ///
    /// # Errors
    /// If a field is missing or wrong.
    pub fn read(entry: &Entry) -> Result<Option<SealedSource>, EntryError> {
        if entry.common.kind != "source.sealed" {
            return Ok(None);
        }
        let object = &entry.object;
        if text_of(object, "suite")? != "ro-sha256-1" {
            return Err(EntryError::Field("suite"));
        }
        Ok(Some(SealedSource {
            source: text_of(object, "source")?.to_owned(),
            spans: number_of(object, "spans")?,
            records: number_of(object, "records")?,
            filler_bytes: number_of(object, "filler_bytes")?,
            decoded_size: number_of(object, "decoded_size")?,
            decoded_commitment: digest_of(object, "decoded_commitment")?,
            root: digest_of(object, "root")?,
            k_commitment: digest_of(object, "k_commitment")?,
        }))
    }
}

/// A record an entry cites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cite {
    /// Which source.
    pub source: String,
    /// Leaf index in it.
    pub leaf: u64,
}

impl Cite {
    /// The value of a `cites` field.
    pub fn list(cites: &[Cite]) -> Value {
        let pair = |cite: &Cite| Value::Array(vec![cite.source.clone().into(), cite.leaf.into()]);
        Value::Array(cites.iter().map(pair).collect())
    }

    /// Reads the `cites` of an entry: pairs of source and leaf.
    ///
    /// # Errors
    /// If the field is there and is no such list.
    pub fn read(entry: &Entry) -> Result<Vec<Cite>, EntryError> {
        let wrong = EntryError::Field("cites");
        let Some(cites) = entry.object.get("cites") else {
            return Ok(Vec::new());
        };
        let pairs = cites.as_array().ok_or(wrong.clone())?;
        let pair = |value: &Value| {
            let [source, leaf] = value.as_array()?.as_slice() else {
                return None;
            };
            Some(Cite {
                source: source.as_str()?.to_owned(),
                leaf: leaf.as_u64()?,
            })
        };
        pairs
            .iter()
            .map(|value| pair(value).ok_or(wrong.clone()))
            .collect()
    }
}

/// What stands in an entry for a value that must be able to stay hidden: names, file names, the
/// plain hash of a source. It is `{"salted": hex}` of `SHA-256(0x15 || salt || canonical value)`.
///
/// Keep value and salt (16 random bytes of its own) outside the log; who is shown both checks them
/// with [`reveals`].
///
/// # Errors
/// If a number in the value has no exact form.
pub fn concealed(salt: &[u8; 16], value: &Value) -> Result<Value, EntryError> {
    let mut prefix = [0x15; 17];
    prefix[1..].copy_from_slice(salt);
    let mut hasher = crate::hash::Hasher::new();
    hasher.update(&prefix);
    hasher.update(&canonical(value)?);
    let mut object = Map::new();
    object.insert("salted".into(), hasher.finish().to_string().into());
    Ok(Value::Object(object))
}

/// Whether a value and its salt are what an entry's field stands for.
pub fn reveals(field: &Value, salt: &[u8; 16], value: &Value) -> bool {
    concealed(salt, value).is_ok_and(|expected| expected == *field)
}

/// Bytes of a value in the one form RFC 8785 gives it.
///
/// # Errors
/// If a number in it has no exact form.
pub fn canonical(value: &Value) -> Result<Vec<u8>, EntryError> {
    if !is_exact(value) {
        return Err(EntryError::NotCanonical(
            "number beyond 2^53 - 1 or not whole",
        ));
    }
    serde_json_canonicalizer::to_vec(value).map_err(|_| EntryError::NotCanonical("not writable"))
}

/// Whether all numbers are whole and exact in any reader.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => number <= INTEGER_MAX,
            (None, Some(number)) => number.unsigned_abs() <= INTEGER_MAX,
            (None, None) => false,
        },
        Value::Array(items) => items.iter().all(is_exact),
        Value::Object(fields) => fields.values().all(is_exact),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

/// A text field.
fn text_of<'a>(object: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, EntryError> {
    object
        .get(name)
        .and_then(Value::as_str)
        .ok_or(EntryError::Field(name))
}

/// A whole number field.
fn number_of(object: &Map<String, Value>, name: &'static str) -> Result<u64, EntryError> {
    object
        .get(name)
        .and_then(Value::as_u64)
        .ok_or(EntryError::Field(name))
}

/// A digest field, in hexadecimal.
fn digest_of(object: &Map<String, Value>, name: &'static str) -> Result<Digest, EntryError> {
    Digest::from_hex(text_of(object, name)?).ok_or(EntryError::Field(name))
}
