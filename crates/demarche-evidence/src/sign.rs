//! Signs notes, checkpoints and cosignatures with an Ed25519 key.

use ed25519_dalek::{Signer as _, SigningKey};

use crate::note::{self, Algorithm, NoteError, Signature, VerifierKey};
use crate::text;

/// A named secret key.
pub struct Signer {
    secret: SigningKey,
    public: VerifierKey,
}

impl Signer {
    /// Names a secret of 32 random bytes.
    ///
    /// # Errors
    /// If the name cannot be a key's.
    pub fn new(name: &str, algorithm: Algorithm, seed: &[u8; 32]) -> Result<Signer, NoteError> {
        let secret = SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, algorithm, secret.verifying_key().as_bytes())?;
        Ok(Signer { secret, public })
    }

    /// Reads the text of a secret key, `PRIVATE+KEY+name+id+base64`, as other tools write it too.
    ///
    /// # Errors
    /// If it is none, or its id is not the key's.
    pub fn parse(secret: &str) -> Result<Signer, NoteError> {
        let wrong = NoteError::Key("expected PRIVATE+KEY+name+id+key");
        let rest = secret
            .trim_end()
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(wrong.clone())?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(wrong);
        };
        let bytes = text::base64(key, 33).ok_or(wrong.clone())?;
        let (algorithm, seed) = bytes.split_first().ok_or(wrong.clone())?;
        let algorithm = Algorithm::from_byte(*algorithm).ok_or(wrong.clone())?;
        let signer = Signer::new(name, algorithm, seed.try_into().map_err(|_| wrong)?)?;
        if format!("{:08x}", signer.public.id()) == id {
            Ok(signer)
        } else {
            Err(NoteError::Key("id is not the key's"))
        }
    }

    /// The text of the secret key, to be kept in a file only its owner can read.
    pub fn secret_text(&self) -> String {
        let key = [
            &[self.public.algorithm().byte()][..],
            self.secret.as_bytes(),
        ]
        .concat();
        let (name, id) = (self.public.name(), self.public.id());
        format!("PRIVATE+KEY+{name}+{id:08x}+{}", text::to_base64(&key))
    }

    /// The same secret under another name: a log's key carries the name of its log.
    ///
    /// # Errors
    /// If the name cannot be a key's.
    pub fn named(&self, name: &str) -> Result<Signer, NoteError> {
        Signer::new(name, self.public.algorithm(), self.secret.as_bytes())
    }

    /// The public half, to be handed out apart from any case or pack.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.public
    }

    /// Signs a text that ends with a newline (type 0x01).
    ///
    /// # Errors
    /// If the key is a cosigner's or the text cannot be a note's.
    pub fn sign(&self, text: &str) -> Result<Signature, NoteError> {
        if self.public.algorithm() != Algorithm::Ed25519 {
            return Err(NoteError::Key("a cosigner's key signs checkpoints only"));
        }
        let control = |byte: u8| byte < 0x20 && byte != b'\n';
        if !text.ends_with('\n') || text.bytes().any(control) {
            return Err(NoteError::Malformed(
                "text without last newline, or with a control",
            ));
        }
        Ok(self.signature(text.as_bytes(), &[]))
    }

    /// Cosigns a checkpoint's text at a time in seconds since 1970 (type 0x04).
    ///
    /// # Errors
    /// If the key is no cosigner's or the time is beyond 2^63 − 1.
    pub fn cosign(&self, checkpoint: &str, time: u64) -> Result<Signature, NoteError> {
        if self.public.algorithm() != Algorithm::Cosignature {
            return Err(NoteError::Key("not a cosigner's key"));
        }
        let message = note::cosigned_message(checkpoint, time)
            .ok_or(NoteError::Malformed("time beyond 2^63 - 1"))?;
        Ok(self.signature(message.as_bytes(), &time.to_be_bytes()))
    }

    /// A signature line over a message, with bytes before the signature itself.
    fn signature(&self, message: &[u8], before: &[u8]) -> Signature {
        let signature = self.secret.sign(message).to_bytes();
        let payload = [before, &signature].concat();
        Signature {
            name: self.public.name().to_owned(),
            id: self.public.id(),
            payload,
        }
    }
}
