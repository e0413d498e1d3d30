//! The parts of a token (RFC 3161 §2.4.2, RFC 5652 §5) and of its certificates.

use der::Tag;
use der::asn1::ObjectIdentifier;

use crate::timestamp::TimestampError;
use crate::timestamp::der_reader::{Element, Elements, numbered};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNER_V2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const EXTENDED_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const ORGANISATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");

/// The usage that the certificate of an authority must have, and no other (RFC 3161 §2.3).
pub(crate) const TIME_STAMPING: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// The longest name printed.
const NAME_LETTERS_MAX: usize = 120;

/// What an authority signed.
#[derive(Clone, Debug)]
pub(crate) struct Stated<'a> {
    pub policy: ObjectIdentifier,
    pub imprint: Imprint<'a>,
    pub serial: &'a [u8],
    pub time: u64,
    pub nonce: Option<&'a [u8]>,
}

/// A hash with the algorithm that made it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Imprint<'a> {
    pub algorithm: ObjectIdentifier,
    pub digest: &'a [u8],
}

/// A token, taken apart and not yet checked.
#[derive(Clone, Debug)]
pub(crate) struct Token<'a> {
    pub info_bytes: &'a [u8],
    pub info: Stated<'a>,
    pub certificates: Vec<&'a [u8]>,
    /// Issuer and serial of the signer's certificate, where it is named so.
    pub signed_by: Option<(&'a [u8], &'a [u8])>,
    pub digest_algorithm: ObjectIdentifier,
    pub signature_algorithm: ObjectIdentifier,
    /// The signed attributes as they were signed: a SET, not the `[0]` they stand in.
    pub signed: Vec<u8>,
    pub message_digest: &'a [u8],
    /// Hash of the signer's certificate; no algorithm stands for SHA-1.
    pub signer: (Option<ObjectIdentifier>, &'a [u8]),
    pub signature: &'a [u8],
}

fn malformed(what: &'static str) -> TimestampError {
    TimestampError::Malformed(what)
}

fn only<'a>(elements: &mut Elements<'a>, what: &'static str) -> Result<(), TimestampError> {
    match elements.next()? {
        None => Ok(()),
        Some(_) => Err(malformed(what)),
    }
}

fn algorithm(element: Element<'_>) -> Result<ObjectIdentifier, TimestampError> {
    let oid = element.inside()?.take(Tag::ObjectIdentifier, "algorithm")?;
    oid.oid()
}

/// Reads a hash and its algorithm.
pub(crate) fn imprint<'a>(elements: &mut Elements<'a>) -> Result<Imprint<'a>, TimestampError> {
    let mut inside = elements.take(Tag::Sequence, "imprint")?.inside()?;
    Ok(Imprint {
        algorithm: algorithm(inside.take(Tag::Sequence, "imprint")?)?,
        digest: inside.take(Tag::OctetString, "imprint")?.value,
    })
}

impl<'a> Token<'a> {
    /// Reads a response (RFC 3161 §2.4.2) that grants a token.
    pub fn of_response(bytes: &'a [u8]) -> Result<Token<'a>, TimestampError> {
        let mut outer = Elements::of(bytes)?;
        let mut response = outer.take(Tag::Sequence, "response")?.inside()?;
        only(&mut outer, "bytes after the response")?;
        let status = response.take(Tag::Sequence, "status")?.inside()?;
        let status = { status }.take(Tag::Integer, "status")?.value;
        // 0 granted, 1 granted with changes; everything else grants nothing.
        if !matches!(status, [0 | 1]) {
            return Err(TimestampError::NotGranted);
        }
        let mut content = response.take(Tag::Sequence, "token")?.inside()?;
        only(&mut response, "bytes after the token")?;
        if content.take(Tag::ObjectIdentifier, "token")?.oid()? != SIGNED_DATA {
            return Err(malformed("token is not signed data"));
        }
        let wrapped = content.take(numbered(0, true), "token")?.inside()?;
        let signed = { wrapped }.take(Tag::Sequence, "signed data")?;
        Token::of_signed_data(signed.inside()?)
    }

    fn of_signed_data(mut data: Elements<'a>) -> Result<Token<'a>, TimestampError> {
        data.take(Tag::Integer, "version")?;
        data.take(Tag::Set, "digest algorithms")?;
        let mut content = data.take(Tag::Sequence, "content")?.inside()?;
        if content.take(Tag::ObjectIdentifier, "content")?.oid()? != TST_INFO {
            return Err(malformed("content is no time stamp"));
        }
        let mut wrapped = content.take(numbered(0, true), "content")?.inside()?;
        let info_bytes = wrapped.take(Tag::OctetString, "content")?.value;
        let mut certificates = Vec::new();
        if let Some(all) = data.take_if(numbered(0, true))? {
            let mut all = all.inside()?;
            while let Some(one) = all.next()? {
                // Certificates of other kinds stand in context-specific tags.
                if one.tag == Tag::Sequence {
                    certificates.push(one.whole);
                }
            }
        }
        data.take_if(numbered(1, true))?;
        let mut signers = data.take(Tag::Set, "signers")?.inside()?;
        let signer = signers.take(Tag::Sequence, "signer")?;
        only(&mut signers, "more than one signer")?;
        Token::of_signer(signer.inside()?, info_bytes, certificates)
    }

    fn of_signer(
        mut signer: Elements<'a>,
        info_bytes: &'a [u8],
        certificates: Vec<&'a [u8]>,
    ) -> Result<Token<'a>, TimestampError> {
        signer.take(Tag::Integer, "version")?;
        let signed_by = match signer.take_if(Tag::Sequence)? {
            Some(name) => {
                let mut name = name.inside()?;
                let issuer = name.take(Tag::Sequence, "issuer")?.whole;
                Some((issuer, name.take(Tag::Integer, "serial")?.value))
            }
            None => {
                signer.take(numbered(0, false), "signer's name")?;
                None
            }
        };
        let digest_algorithm = algorithm(signer.take(Tag::Sequence, "digest algorithm")?)?;
        let attributes = signer.take(numbered(0, true), "signed attributes")?;
        let signature_algorithm = algorithm(signer.take(Tag::Sequence, "signature algorithm")?)?;
        let signature = signer.take(Tag::OctetString, "signature")?.value;
        // RFC 5652 §5.4: what is hashed has the tag of a SET.
        let mut signed = attributes.whole.to_vec();
        if let Some(tag) = signed.first_mut() {
            *tag = 0x31;
        }
        let (message_digest, certificate) = read_attributes(attributes)?;
        Ok(Token {
            info_bytes,
            info: Stated::parse(info_bytes)?,
            certificates,
            signed_by,
            digest_algorithm,
            signature_algorithm,
            signed,
            message_digest,
            signer: certificate,
            signature,
        })
    }
}

type NamedCertificate<'a> = (Option<ObjectIdentifier>, &'a [u8]);

/// Digest of the content, and hash of the signer's certificate (RFC 5035): both must be signed.
fn read_attributes<'a>(
    attributes: Element<'a>,
) -> Result<(&'a [u8], NamedCertificate<'a>), TimestampError> {
    let (mut digest, mut kind, mut certificate) = (None, None, None);
    let mut all = attributes.inside()?;
    while let Some(attribute) = all.next()? {
        let mut inside = attribute.inside()?;
        let oid = inside.take(Tag::ObjectIdentifier, "attribute")?.oid()?;
        let mut values = inside.take(Tag::Set, "attribute")?.inside()?;
        let known = [CONTENT_TYPE, MESSAGE_DIGEST, SIGNER, SIGNER_V2];
        if !known.contains(&oid) {
            continue;
        }
        let value = values.next()?.ok_or(malformed("attribute"))?;
        only(&mut values, "attribute with two values")?;
        let is_first = match oid {
            CONTENT_TYPE => kind.replace(value.oid()?).is_none(),
            MESSAGE_DIGEST => digest.replace(value.value).is_none(),
            _ => {
                let named = named_certificate(value, oid == SIGNER_V2)?;
                // Both versions may stand there; the newer one counts.
                if certificate.is_none() || oid == SIGNER_V2 {
                    certificate = Some(named);
                }
                true
            }
        };
        if !is_first {
            return Err(malformed("attribute twice"));
        }
    }
    if kind != Some(TST_INFO) {
        return Err(malformed("signed content is no time stamp"));
    }
    let digest = digest.ok_or(malformed("no digest is signed"))?;
    let certificate = certificate.ok_or(malformed("the signer's certificate is not signed"))?;
    Ok((digest, certificate))
}

/// The first certificate that `SigningCertificate` or its second version names.
fn named_certificate(
    value: Element<'_>,
    is_v2: bool,
) -> Result<NamedCertificate<'_>, TimestampError> {
    let mut ids = value
        .inside()?
        .take(Tag::Sequence, "certificates")?
        .inside()?;
    let mut id = ids.take(Tag::Sequence, "certificate")?.inside()?;
    let own = if is_v2 {
        id.take_if(Tag::Sequence)?
    } else {
        None
    };
    let own = own.map(algorithm).transpose()?;
    let default = is_v2.then_some(crate::timestamp::SHA_256);
    Ok((
        own.or(default),
        id.take(Tag::OctetString, "certificate")?.value,
    ))
}

impl<'a> Stated<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Stated<'a>, TimestampError> {
        let mut outer = Elements::of(bytes)?;
        let mut info = outer.take(Tag::Sequence, "time stamp")?.inside()?;
        only(&mut outer, "bytes after the time stamp")?;
        if info.take(Tag::Integer, "version")?.value != [1] {
            return Err(malformed("version"));
        }
        let policy = info.take(Tag::ObjectIdentifier, "policy")?.oid()?;
        let imprint = imprint(&mut info)?;
        let serial = info.take(Tag::Integer, "serial")?.value;
        let time = info.take(Tag::GeneralizedTime, "time")?.seconds()?;
        info.take_if(Tag::Sequence)?;
        info.take_if(Tag::Boolean)?;
        let nonce = info.take_if(Tag::Integer)?.map(|nonce| nonce.value);
        Ok(Stated {
            policy,
            imprint,
            serial,
            time,
            nonce,
        })
    }
}

/// What is needed of a certificate besides what the path checker reads.
#[derive(Clone, Debug)]
pub(crate) struct Certificate<'a> {
    pub serial: &'a [u8],
    pub issuer: Element<'a>,
    pub subject: Element<'a>,
    pub from: u64,
    pub to: u64,
    /// Whether it is for time stamps and nothing else, and says so as critical.
    pub is_for_time_stamps: bool,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate (RFC 5280 §4.1).
    pub fn parse(bytes: &'a [u8]) -> Result<Certificate<'a>, TimestampError> {
        let outer = Elements::of(bytes)?.take(Tag::Sequence, "certificate")?;
        let mut own = outer
            .inside()?
            .take(Tag::Sequence, "certificate")?
            .inside()?;
        own.take_if(numbered(0, true))?;
        let serial = own.take(Tag::Integer, "serial")?.value;
        own.take(Tag::Sequence, "algorithm")?;
        let issuer = own.take(Tag::Sequence, "issuer")?;
        let mut valid = own.take(Tag::Sequence, "validity")?.inside()?;
        let mut time = || valid.next()?.ok_or(malformed("validity"))?.seconds();
        let (from, to) = (time()?, time()?);
        let subject = own.take(Tag::Sequence, "subject")?;
        own.take(Tag::Sequence, "key")?;
        let mut is_for_time_stamps = false;
        while let Some(element) = own.next()? {
            if element.tag == numbered(3, true) {
                is_for_time_stamps = is_only_for_time_stamps(element)?;
            }
        }
        Ok(Certificate {
            serial,
            issuer,
            subject,
            from,
            to,
            is_for_time_stamps,
        })
    }
}

fn is_only_for_time_stamps(extensions: Element<'_>) -> Result<bool, TimestampError> {
    let mut all = extensions
        .inside()?
        .take(Tag::Sequence, "extensions")?
        .inside()?;
    let mut found = false;
    while let Some(extension) = all.next()? {
        let mut inside = extension.inside()?;
        if inside.take(Tag::ObjectIdentifier, "extension")?.oid()? != EXTENDED_USAGE {
            continue;
        }
        let is_critical = inside
            .take_if(Tag::Boolean)?
            .is_some_and(|it| it.value == [0xff]);
        let usages = inside.take(Tag::OctetString, "usage")?.inside()?;
        let mut usages = { usages }.take(Tag::Sequence, "usage")?.inside()?;
        let usage = usages.take(Tag::ObjectIdentifier, "usage")?.oid()?;
        found = is_critical && usage == TIME_STAMPING && usages.next()?.is_none();
    }
    Ok(found)
}

/// A name for people: common name and organisation, as far as they are there.
pub(crate) fn name(name: Element<'_>) -> String {
    let read = || -> Result<Vec<String>, TimestampError> {
        let mut found = [None, None];
        let mut parts = name.inside()?;
        while let Some(part) = parts.next()? {
            let mut pair = part.inside()?.take(Tag::Sequence, "name")?.inside()?;
            let oid = pair.take(Tag::ObjectIdentifier, "name")?.oid()?;
            let text = pair.next()?.ok_or(malformed("name"))?.value;
            let text = String::from_utf8_lossy(text).into_owned();
            match oid {
                COMMON_NAME => found[0] = Some(text),
                ORGANISATION => found[1] = Some(text),
                _ => {}
            }
        }
        Ok(found.into_iter().flatten().collect())
    };
    let parts = read().unwrap_or_default();
    let joined: String = parts.join(", ").chars().take(NAME_LETTERS_MAX).collect();
    if joined.is_empty() {
        "a certificate without a name".to_owned()
    } else {
        joined
    }
}
