//! Elements of DER one by one, with their bytes as they stand.

use der::asn1::ObjectIdentifier;
use der::{AnyRef, DateTime, Decode, Reader, SliceReader, Tag};

use crate::timestamp::TimestampError;

/// One element: its tag, its value, and both as they stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Tag.
    pub tag: Tag,
    /// Value, without tag and length.
    pub value: &'a [u8],
    /// Tag, length and value.
    pub whole: &'a [u8],
}

/// Elements that follow each other.
pub(crate) struct Elements<'a>(SliceReader<'a>);

const MALFORMED: TimestampError = TimestampError::Malformed("DER");

impl<'a> Elements<'a> {
    /// Those in some bytes.
    pub fn of(bytes: &'a [u8]) -> Result<Elements<'a>, TimestampError> {
        SliceReader::new(bytes).map(Elements).map_err(|_| MALFORMED)
    }

    /// The next one; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Element<'a>>, TimestampError> {
        if self.0.is_finished() {
            return Ok(None);
        }
        let whole = self.0.tlv_bytes().map_err(|_| MALFORMED)?;
        let any = AnyRef::from_der(whole).map_err(|_| MALFORMED)?;
        Ok(Some(Element {
            tag: der::Tagged::tag(&any),
            value: any.value(),
            whole,
        }))
    }

    /// The next one, which must be there and have that tag.
    pub fn take(&mut self, tag: Tag, what: &'static str) -> Result<Element<'a>, TimestampError> {
        let next = self.next()?;
        next.filter(|element| element.tag == tag)
            .ok_or(TimestampError::Malformed(what))
    }

    /// The next one if it has that tag; else it stays.
    pub fn take_if(&mut self, tag: Tag) -> Result<Option<Element<'a>>, TimestampError> {
        if self.0.is_finished() || Tag::peek(&self.0).ok() != Some(tag) {
            return Ok(None);
        }
        self.next()
    }
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub fn inside(&self) -> Result<Elements<'a>, TimestampError> {
        Elements::of(self.value)
    }

    /// As an object identifier.
    pub fn oid(&self) -> Result<ObjectIdentifier, TimestampError> {
        ObjectIdentifier::from_der(self.whole).map_err(|_| MALFORMED)
    }

    /// As a time, in seconds since 1970: GeneralizedTime, its fraction cut off, or UTCTime.
    pub fn seconds(&self) -> Result<u64, TimestampError> {
        let wrong = TimestampError::Malformed("time");
        let text = std::str::from_utf8(self.value).map_err(|_| wrong.clone())?;
        let text = text.strip_suffix('Z').ok_or(wrong.clone())?;
        let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
        if !plain(digits) || !plain(fraction) {
            return Err(wrong);
        }
        // RFC 5280 §4.1.2.5.1: two digits of a year, 50 and above in the last century.
        let digits = match (self.tag, digits.len()) {
            (Tag::GeneralizedTime, 14) => digits.to_owned(),
            (Tag::UtcTime, 12) if digits < "50" => format!("20{digits}"),
            (Tag::UtcTime, 12) => format!("19{digits}"),
            _ => return Err(wrong),
        };
        let part = |from: usize, to: usize| digits.get(from..to).and_then(|it| it.parse().ok());
        let year = digits.get(..4).and_then(|year| year.parse().ok());
        let [month, day, hour, minute, second] =
            [(4, 6), (6, 8), (8, 10), (10, 12), (12, 14)].map(|(from, to)| part(from, to));
        let time = || DateTime::new(year?, month?, day?, hour?, minute?, second?).ok();
        Ok(time().ok_or(wrong)?.unix_duration().as_secs())
    }
}

/// Context-specific tags, written `[number]` in the standards.
pub(crate) fn numbered(number: u32, constructed: bool) -> Tag {
    Tag::ContextSpecific {
        constructed,
        number: der::TagNumber(number),
    }
}
