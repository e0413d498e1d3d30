//! Reads and checks signed notes (C2SP signed-note v1.0.0).
//!
//! Only two kinds of keys are known: Ed25519 over the text (0x01) and the timestamped cosignature
//! of a checkpoint (0x04). A signature by any other key is passed over, as the format demands.

use std::fmt;

use ed25519_dalek::{Signature as Ed25519Signature, VerifyingKey};

use crate::hash;
use crate::text;

/// The longest note read.
pub const NOTE_BYTES_MAX: usize = 256 * 1024;

/// The most signatures a note may carry; the format demands at least 16.
pub const SIGNATURES_MAX: usize = 64;

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// Ed25519 over the note's text (signature type 0x01).
    Ed25519,
    /// Ed25519 over the time and the checkpoint (signature type 0x04, C2SP tlog-cosignature).
    Cosignature,
}

impl Algorithm {
    /// The byte that stands for it in a verifier key.
    pub fn byte(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 0x01,
            Algorithm::Cosignature => 0x04,
        }
    }

    /// Reads that byte.
    pub(crate) fn from_byte(byte: u8) -> Option<Algorithm> {
        match byte {
            0x01 => Some(Algorithm::Ed25519),
            0x04 => Some(Algorithm::Cosignature),
            _ => None,
        }
    }
}

/// Why a note or a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a signed note.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// Not a verifier key.
    #[error("not a verifier key: {0}")]
    Key(&'static str),
    /// Two keys given share a name and an id.
    #[error("two keys are named {0} with one id")]
    AmbiguousKey(String),
    /// No signature is by a key given.
    #[error("no signature is by a key that was given")]
    NoKnownKey,
    /// A signature by a key given does not verify.
    #[error("signature by {0} does not verify")]
    BadSignature(String),
}

/// A public key with its name, as `name+id+base64` (a "vkey").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    algorithm: Algorithm,
    public: VerifyingKey,
}

impl VerifierKey {
    /// Names a public key.
    ///
    /// # Errors
    /// If the name is empty or has a space, a plus or a control character, or the point is of small
    /// order or not in its one canonical encoding.
    pub fn new(
        name: &str,
        algorithm: Algorithm,
        public: &[u8; 32],
    ) -> Result<VerifierKey, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Key(
                "name is empty or has a space, a plus or a control",
            ));
        }
        let point = VerifyingKey::from_bytes(public);
        let public_key = point.map_err(|_| NoteError::Key("no point of the curve"))?;
        let canonical = public_key.to_edwards().compress().as_bytes() == public;
        if !canonical || public_key.is_weak() {
            return Err(NoteError::Key("point of small order or not canonical"));
        }
        Ok(VerifierKey {
            name: name.to_owned(),
            algorithm,
            public: public_key,
        })
    }

    /// Reads a key from its text.
    ///
    /// # Errors
    /// If it is not `name+id+key`, of a type not known here, or its id is not the key's.
    pub fn parse(vkey: &str) -> Result<VerifierKey, NoteError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key("expected name+id+key"));
        };
        let bytes = text::base64(key, 33).ok_or(NoteError::Key("key is not base64 of 33 bytes"))?;
        let (algorithm, public) = bytes.split_first().ok_or(NoteError::Key("key is empty"))?;
        let algorithm = Algorithm::from_byte(*algorithm).ok_or(NoteError::Key("unknown type"))?;
        let public = public
            .try_into()
            .map_err(|_| NoteError::Key("key is not 32 bytes"))?;
        let key = VerifierKey::new(name, algorithm, public)?;
        if format!("{:08x}", key.id()) == id {
            Ok(key)
        } else {
            Err(NoteError::Key("id is not the key's"))
        }
    }

    /// Who the key says it belongs to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The point's 32 bytes.
    pub fn public(&self) -> [u8; 32] {
        self.public.to_bytes()
    }

    /// The first four bytes of `SHA-256(name || "\n" || type || key)`.
    pub fn id(&self) -> u32 {
        let mut hasher = hash::Hasher::new();
        hasher.update(self.name.as_bytes());
        hasher.update(&[b'\n', self.algorithm.byte()]);
        hasher.update(self.public.as_bytes());
        let [a, b, c, d, ..] = hasher.finish().0;
        u32::from_be_bytes([a, b, c, d])
    }

    /// Whether this key made that signature on that text; gives the time a cosigner states.
    fn check(&self, text: &str, signature: &Signature) -> Option<Option<u64>> {
        match self.algorithm {
            Algorithm::Ed25519 => self
                .verifies(text.as_bytes(), &signature.payload)
                .then_some(None),
            Algorithm::Cosignature => {
                let (time, payload) = signature.payload.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                let message = cosigned_message(text, time)?;
                self.verifies(message.as_bytes(), payload)
                    .then_some(Some(time))
            }
        }
    }

    /// Ed25519 in its strict form: no small order, nothing malleable.
    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Ed25519Signature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.algorithm.byte()][..], self.public.as_bytes()].concat();
        write!(
            out,
            "{}+{:08x}+{}",
            self.name,
            self.id(),
            text::to_base64(&key)
        )
    }
}

/// What a cosigner signs (C2SP tlog-cosignature); `None` for a time beyond 2^63 − 1.
pub fn cosigned_message(checkpoint: &str, time: u64) -> Option<String> {
    i64::try_from(time).ok()?;
    Some(format!("cosignature/v1\ntime {time}\n{checkpoint}"))
}

/// One signature line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Name of the key.
    pub name: String,
    /// Id of the key.
    pub id: u32,
    /// What follows the id.
    pub payload: Vec<u8>,
}

impl Signature {
    /// Reads one line, without its newline.
    ///
    /// # Errors
    /// If it is not `— name base64`.
    pub fn parse(line: &str) -> Result<Signature, NoteError> {
        let malformed = NoteError::Malformed("expected a signature line");
        let rest = line.strip_prefix("— ").ok_or(malformed.clone())?;
        let (name, payload) = rest.split_once(' ').ok_or(malformed.clone())?;
        let bytes = text::base64(payload, NOTE_BYTES_MAX).ok_or(malformed.clone())?;
        match bytes.split_first_chunk::<4>() {
            Some((id, payload)) if is_name(name) && !payload.is_empty() => Ok(Signature {
                name: name.to_owned(),
                id: u32::from_be_bytes(*id),
                payload: payload.to_vec(),
            }),
            _ => Err(malformed),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.id.to_be_bytes()[..], &self.payload].concat();
        writeln!(out, "— {} {}", self.name, text::to_base64(&bytes))
    }
}

/// A text and the signatures under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text, its last newline included.
    pub text: String,
    /// The signatures, in order.
    pub signatures: Vec<Signature>,
}

/// A signature that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified<'a> {
    /// By which of the keys given.
    pub key: &'a VerifierKey,
    /// When a cosigner says it signed, in seconds since 1970 (a cosignature only).
    pub time: Option<u64>,
}

impl Note {
    /// Reads a note. Nothing is verified yet.
    ///
    /// # Errors
    /// If it is not one, or longer than [`NOTE_BYTES_MAX`], or has too many signatures.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        if bytes.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed("longer than 256 KiB"));
        }
        let whole = std::str::from_utf8(bytes).map_err(|_| NoteError::Malformed("not UTF-8"))?;
        if whole.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Malformed("control character"));
        }
        let blank = whole
            .rfind("\n\n")
            .ok_or(NoteError::Malformed("no blank line"))?;
        let (text, rest) = whole.split_at(blank + 1);
        let lines = rest[1..].strip_suffix('\n');
        let lines = lines.ok_or(NoteError::Malformed("last line has no end"))?;
        if lines.split('\n').count() > SIGNATURES_MAX {
            return Err(NoteError::Malformed("more than 64 signatures"));
        }
        let signatures = lines
            .split('\n')
            .map(Signature::parse)
            .collect::<Result<_, _>>()?;
        Ok(Note {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Finds the signatures made by the keys given.
    ///
    /// # Errors
    /// If one of those keys' signatures does not verify, if none is there, or if two keys cannot be
    /// told apart.
    pub fn verify<'a>(&self, keys: &'a [VerifierKey]) -> Result<Vec<Verified<'a>>, NoteError> {
        let mut verified = Vec::new();
        for signature in &self.signatures {
            let mut same = keys
                .iter()
                .filter(|key| key.name == signature.name && key.id() == signature.id);
            let Some(key) = same.next() else { continue };
            if same.any(|other| other != key) {
                return Err(NoteError::AmbiguousKey(key.name.clone()));
            }
            match key.check(&self.text, signature) {
                Some(time) => verified.push(Verified { key, time }),
                None => return Err(NoteError::BadSignature(key.name.clone())),
            }
        }
        if verified.is_empty() {
            Err(NoteError::NoKnownKey)
        } else {
            Ok(verified)
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.text)?;
        self.signatures
            .iter()
            .try_for_each(|signature| write!(out, "{signature}"))
    }
}

/// Whether a text may be a key's name.
fn is_name(text: &str) -> bool {
    let wrong = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
    !text.is_empty() && !text.contains(wrong)
}
