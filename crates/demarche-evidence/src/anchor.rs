//! What an entry `checkpoint.anchored` holds: an earlier checkpoint, and a token over it.
//!
//! The checkpoint stands there whole, since the one in the log goes on; so the entry can be checked
//! by itself, also in a pack. Checking the token is for `timestamp`, a feature.

use serde_json::{Map, Value};

use crate::entry::Entry;
use crate::note::NOTE_BYTES_MAX;
use crate::text;

/// Type of the entry.
pub const KIND: &str = "checkpoint.anchored";

/// How it was anchored: a time stamp of RFC 3161.
const METHOD: &str = "rfc3161";

/// The longest token kept; an entry holds 64 KiB.
pub const TOKEN_BYTES_MAX: usize = 32 * 1024;

/// A checkpoint and the token over its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The checkpoint file as it was stamped, log signature and cosignatures included.
    pub checkpoint: Vec<u8>,
    /// The authority's response.
    pub token: Vec<u8>,
    /// The nonce of the request, where it is known, in hexadecimal.
    pub nonce: Option<String>,
}

impl Anchor {
    /// The fields of the entry.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
        put("method", METHOD.into());
        let checkpoint = String::from_utf8_lossy(&self.checkpoint);
        put("checkpoint", checkpoint.into_owned().into());
        put("token", text::to_base64(&self.token).into());
        put("nonce", self.nonce.clone().into());
        fields
    }

    /// Reads an entry of this type; `None` if it is not of the form.
    pub fn of(entry: &Entry) -> Option<Anchor> {
        let field = |name: &str| entry.object.get(name)?.as_str();
        if entry.common.kind != KIND || field("method") != Some(METHOD) {
            return None;
        }
        let checkpoint = field("checkpoint").filter(|it| it.len() <= NOTE_BYTES_MAX)?;
        Some(Anchor {
            checkpoint: checkpoint.as_bytes().to_vec(),
            token: text::base64(field("token")?, TOKEN_BYTES_MAX)?,
            nonce: field("nonce").map(str::to_owned),
        })
    }
}
