//! RFC 3161 time stamps: requests written, tokens checked down to an authority given.
//!
//! Invariants: nothing that was signed is written anew before it is checked; SHA-1 shows nothing
//! about what was stamped; an authority comes from outside, never from the token.
//! Not looked at: whether a certificate was revoked.

mod der_reader;
mod token;

use std::time::Duration;

use der::asn1::ObjectIdentifier;
use ring::digest;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use crate::hash;
use crate::timestamp::der_reader::Elements;
use crate::timestamp::token::{Certificate, Imprint, Token};

/// The longest token read.
pub use crate::anchor::TOKEN_BYTES_MAX;

pub(crate) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// Algorithms that a certificate may be signed with.
const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = webpki::ALL_VERIFICATION_ALGS;

/// Why a token shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimestampError {
    /// Not a response of the form.
    #[error("not a time stamp: {0}")]
    Malformed(&'static str),
    /// The authority refused.
    #[error("the authority granted no token")]
    NotGranted,
    /// A hash or signature algorithm that is weak or not known here.
    #[error("algorithm {0} is not accepted")]
    Algorithm(String),
    /// The token is about something else.
    #[error("the token is over other bytes")]
    OtherBytes,
    /// The token answers another request.
    #[error("the token does not carry the request's nonce")]
    Nonce,
    /// The signer's certificate is neither in the token nor among those given.
    #[error("the signer's certificate is not here")]
    NoCertificate,
    /// What was signed is not what stands there.
    #[error("the authority's signature does not verify")]
    Signature,
    /// A certificate made for something else.
    #[error("{0} has a certificate that is not for time stamps alone")]
    Usage(String),
    /// Signed before the certificate began or after it ended.
    #[error("the certificate of {0} was not valid at that time")]
    NotValid(String),
    /// Not a certificate file.
    #[error("no certificates in PEM or DER")]
    NoAuthority,
    /// No path to an authority given.
    #[error("signed by {0}, which no authority given vouches for: {1}")]
    Untraced(String, String),
}

impl TimestampError {
    /// Whether more certificates, or a newer program, could turn it into a token that holds.
    pub fn is_undecided(&self) -> bool {
        matches!(
            self,
            TimestampError::NoCertificate
                | TimestampError::Untraced(..)
                | TimestampError::Algorithm(_)
        )
    }
}

/// A token that holds: these bytes were there at that time, says its signer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When, in seconds since 1970.
    pub time: u64,
    /// Who signed.
    pub signer: String,
    /// Who certified the signer.
    pub issuer: String,
    /// When the signer's certificate ends: stamp anew before.
    pub ends: u64,
    /// The token's number at the authority, in hexadecimal.
    pub serial: String,
    /// The authority's policy.
    pub policy: String,
    /// The nonce of the request, in hexadecimal, if it had one.
    pub nonce: Option<String>,
    /// Whether the signer is vouched for by one of the authorities given.
    pub is_traced: bool,
}

/// Certificates of authorities that somebody trusts, and those between.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Reads certificates: one in DER, or any number in PEM.
    ///
    /// # Errors
    /// If there is none.
    pub fn parse(bytes: &[u8]) -> Result<Authorities, TimestampError> {
        let all = if bytes.starts_with(&[0x30]) {
            vec![CertificateDer::from(bytes.to_vec())]
        } else {
            let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
            read.map_err(|_| TimestampError::NoAuthority)?
        };
        let sound = !all.is_empty() && all.iter().all(|one| Certificate::parse(one).is_ok());
        sound
            .then_some(Authorities(all))
            .ok_or(TimestampError::NoAuthority)
    }

    /// Whether none was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes a request over some bytes (RFC 3161 §2.4.1): SHA-256, with a nonce, certificate wanted.
pub fn request(data: &[u8], nonce: &[u8; 8]) -> Vec<u8> {
    // SEQUENCE { OID sha256, NULL } and an OCTET STRING of 32 bytes: of one length always.
    const ALGORITHM: [u8; 15] = [
        0x30, 13, 0x06, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 0x05, 0,
    ];
    let digest = hash::sha256(data);
    let imprint = [&[0x30, 49][..], &ALGORITHM, &[0x04, 32], &digest.0].concat();
    // A positive number of nine bytes at most, in its shortest form: the first bit is set.
    let mut number = *nonce;
    number[0] |= 0x80;
    let nonce = [&[0x02, 9, 0][..], &number].concat();
    let body = [&[0x02, 1, 1][..], &imprint, &nonce, &[0x01, 1, 0xff]].concat();
    [&[0x30, body.len() as u8][..], &body].concat()
}

/// The nonce of a request, in hexadecimal; checks that the request is over these bytes.
///
/// # Errors
/// If it is no request, or one over other bytes.
pub fn nonce_of(request: &[u8], data: &[u8]) -> Result<Option<String>, TimestampError> {
    let mut outer = Elements::of(request)?;
    let mut inside = outer.take(der::Tag::Sequence, "request")?.inside()?;
    inside.take(der::Tag::Integer, "version")?;
    over(&token::imprint(&mut inside)?, data)?;
    inside.take_if(der::Tag::ObjectIdentifier)?;
    let nonce = inside.take_if(der::Tag::Integer)?;
    Ok(nonce.map(|nonce| hex(nonce.value)))
}

/// Checks a response over some bytes: imprint, signature, the certificate's usage and time, and,
/// where authorities are given, a path to one of them at the time of the stamp.
///
/// # Errors
/// Whatever keeps the token from showing that these bytes were there at its time.
pub fn check(
    response: &[u8],
    data: &[u8],
    authorities: &Authorities,
) -> Result<Stamp, TimestampError> {
    if response.len() > TOKEN_BYTES_MAX {
        return Err(TimestampError::Malformed("longer than 32 KiB"));
    }
    let token = Token::of_response(response)?;
    over(&token.info.imprint, data)?;
    let content = digest_of(token.digest_algorithm, token.info_bytes)?;
    if content.as_ref() != token.message_digest {
        return Err(TimestampError::Signature);
    }
    let bytes = signer_of(&token, authorities)?;
    let certificate = Certificate::parse(&bytes)?;
    let signer = token::name(certificate.subject);
    let named = |(issuer, serial): (&[u8], &[u8])| {
        issuer == certificate.issuer.whole && serial == certificate.serial
    };
    if !token.signed_by.is_none_or(named) {
        return Err(TimestampError::Signature);
    }
    if !certificate.is_for_time_stamps {
        return Err(TimestampError::Usage(signer));
    }
    if !(certificate.from..=certificate.to).contains(&token.info.time) {
        return Err(TimestampError::NotValid(signer));
    }
    let end = EndEntityCert::try_from(&bytes)
        .map_err(|_| TimestampError::Malformed("the signer's certificate"))?;
    verify(&end, &token)?;
    let is_traced = !authorities.is_empty();
    if is_traced {
        trace(&end, &bytes, &token, authorities)
            .map_err(|why| TimestampError::Untraced(signer.clone(), why))?;
    }
    Ok(Stamp {
        time: token.info.time,
        issuer: token::name(certificate.issuer),
        ends: certificate.to,
        serial: hex(token.info.serial),
        policy: token.info.policy.to_string(),
        nonce: token.info.nonce.map(hex),
        signer,
        is_traced,
    })
}

/// Whether an imprint is that of these bytes.
fn over(imprint: &Imprint<'_>, data: &[u8]) -> Result<(), TimestampError> {
    let found = digest_of(imprint.algorithm, data)?;
    if found.as_ref() == imprint.digest {
        Ok(())
    } else {
        Err(TimestampError::OtherBytes)
    }
}

fn digest_of(algorithm: ObjectIdentifier, data: &[u8]) -> Result<digest::Digest, TimestampError> {
    let algorithm = match algorithm {
        SHA_256 => &digest::SHA256,
        SHA_384 => &digest::SHA384,
        SHA_512 => &digest::SHA512,
        other => return Err(TimestampError::Algorithm(other.to_string())),
    };
    Ok(digest::digest(algorithm, data))
}

/// The certificate whose hash the token signed; SHA-1 will do there (RFC 3161 §2.4.1), because
/// what it names must besides verify the signature.
fn signer_of(
    token: &Token<'_>,
    authorities: &Authorities,
) -> Result<CertificateDer<'static>, TimestampError> {
    let (algorithm, wanted) = token.signer;
    let own = token.certificates.iter().copied();
    let given = authorities.0.iter().map(|one| one.as_ref());
    for bytes in own.chain(given) {
        let found = match algorithm {
            Some(algorithm) => digest_of(algorithm, bytes)?,
            None => digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes),
        };
        if found.as_ref() == wanted {
            return Ok(CertificateDer::from(bytes.to_vec()));
        }
    }
    Err(TimestampError::NoCertificate)
}

/// Checks the signature over the signed attributes.
fn verify(end: &EndEntityCert<'_>, token: &Token<'_>) -> Result<(), TimestampError> {
    let signature = token.signature_algorithm.to_string();
    let digest = match token.digest_algorithm {
        SHA_256 => 256,
        SHA_384 => 384,
        _ => 512,
    };
    // RFC 5754 §3: the algorithm names the hash, or is that of the key alone.
    let wanted = match signature.as_str() {
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => 256,
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => 384,
        "1.2.840.113549.1.1.13" => 512,
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => digest,
        "1.3.101.112" => 0,
        _ => return Err(TimestampError::Algorithm(signature)),
    };
    use webpki::ring as known;
    let is_pss = signature == "1.2.840.113549.1.1.10";
    let is_curve = signature.starts_with("1.2.840.10045");
    let candidates: &[&dyn SignatureVerificationAlgorithm] = match (wanted, is_curve, is_pss) {
        (0, ..) => &[known::ED25519],
        (256, true, _) => &[known::ECDSA_P256_SHA256, known::ECDSA_P384_SHA256],
        (_, true, _) => &[known::ECDSA_P256_SHA384, known::ECDSA_P384_SHA384],
        (256, _, true) => &[known::RSA_PSS_2048_8192_SHA256_LEGACY_KEY],
        (384, _, true) => &[known::RSA_PSS_2048_8192_SHA384_LEGACY_KEY],
        (_, _, true) => &[known::RSA_PSS_2048_8192_SHA512_LEGACY_KEY],
        (256, ..) => &[known::RSA_PKCS1_2048_8192_SHA256],
        (384, ..) => &[known::RSA_PKCS1_2048_8192_SHA384],
        _ => &[known::RSA_PKCS1_2048_8192_SHA512],
    };
    let verifies = |algorithm: &&dyn SignatureVerificationAlgorithm| {
        let verified = end.verify_signature(*algorithm, &token.signed, token.signature);
        verified.is_ok()
    };
    if candidates.iter().any(verifies) {
        Ok(())
    } else {
        Err(TimestampError::Signature)
    }
}

/// Looks for a path from the signer to an authority given, as of the time of the stamp.
fn trace(
    end: &EndEntityCert<'_>,
    signer: &CertificateDer<'_>,
    token: &Token<'_>,
    authorities: &Authorities,
) -> Result<(), String> {
    if authorities.0.iter().any(|one| one == signer) {
        return Ok(());
    }
    let anchors = authorities.0.iter().map(webpki::anchor_from_trusted_cert);
    let anchors: Vec<TrustAnchor<'_>> = anchors.filter_map(Result::ok).collect();
    let between = token.certificates.iter();
    let between: Vec<CertificateDer<'_>> = between.map(|one| CertificateDer::from(*one)).collect();
    let time = UnixTime::since_unix_epoch(Duration::from_secs(token.info.time));
    // The signer must have it, as checked above; authorities between mostly name no usage.
    let usage = KeyUsage::required_if_present(token::TIME_STAMPING.as_bytes());
    end.verify_for_usage(ALGORITHMS, &anchors, &between, time, usage, None, None)
        .map(|_| ())
        .map_err(|cause| cause.to_string())
}

fn hex(bytes: &[u8]) -> String {
    // The sign byte of a positive number is no part of it.
    let number = bytes.strip_prefix(&[0]).filter(|it| !it.is_empty());
    let number = number.unwrap_or(bytes).iter();
    number.map(|byte| format!("{byte:02x}")).collect()
}
