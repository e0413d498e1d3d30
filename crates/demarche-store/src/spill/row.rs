//! One spilled event as bytes, and back.
//!
//! A row is its sort key, how long its texts are together, the length of each text and of the details
//! behind them, the plain values, and the texts one behind the other, so that all are checked to be
//! text at once. Rows live for one run only; the stored form is Parquet.

use std::borrow::Cow;

use demarche_core::event::event::{Event, Marks};
use demarche_core::event::item::{Item, ItemKind};
use demarche_core::event::kind::{ActorKind, Capacity, Kind, Outcome, Told};
use demarche_core::vocab::card::Stream;
use demarche_core::vocab::moment::{Moment, Precision};
use demarche_core::vocab::place::{Place, SourceNumber};

use crate::spill::texts::{self, N_TEXTS};

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortKey<'r> {
    pub key: &'r str,
    pub micros: i64,
    pub source: u32,
    pub leaf: u64,
    /// Which event of its record.
    pub ordinal: u32,
}

/// Appends a row; `texts` is room for its texts.
pub(crate) fn encode(
    event: &Event<'_>,
    (key, ordinal): (&str, u32),
    texts: &mut String,
    out: &mut Vec<u8>,
) {
    texts.clear();
    number(key.len() as u64, out);
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(&event.at.micros.to_le_bytes());
    number(u64::from(event.place.source.0), out);
    number(event.place.leaf, out);
    number(u64::from(ordinal), out);
    let texts_length = out.len();
    out.extend_from_slice(&[0; 4]);
    encode_values(event, texts, out);
    let length = (texts.len() as u32).to_le_bytes();
    out[texts_length..texts_length + 4].copy_from_slice(&length);
    out.extend_from_slice(texts.as_bytes());
}

fn encode_values(event: &Event<'_>, texts: &mut String, out: &mut Vec<u8>) {
    for value in texts::texts(event) {
        text(value, texts, out);
    }
    number(event.details.len() as u64, out);
    for (name, value) in &event.details {
        text(name, texts, out);
        text(value, texts, out);
    }
    number(event.place.offset, out);
    number(event.place.length, out);
    let marks = event.marks;
    let bits = u8::from(marks.background)
        | u8::from(marks.relay) << 1
        | u8::from(marks.lossy) << 2
        | u8::from(marks.grouped) << 3
        | u8::from(marks.salvaged) << 4
        | u8::from(marks.external) << 5
        | u8::from(marks.peer) << 6;
    out.extend_from_slice(&[
        event.at.precision as u8,
        event.stream as u8,
        event.kind as u8,
        event.outcome as u8,
        event.actor_kind as u8,
        event.capacity as u8,
        event.throttled as u8,
        bits,
    ]);
    number(u64::from(event.network_number), out);
    optional(event.items_counted, out);
    optional(event.ties.token_issued.map(|at| at.micros as u64), out);
    out.push(event.ties.token_issued.unwrap_or_default().precision as u8);
    number(event.items.len() as u64, out);
    for item in &event.items {
        encode_item(item, texts, out);
    }
}

fn encode_item(item: &Item<'_>, texts: &mut String, out: &mut Vec<u8>) {
    out.push(item.kind as u8);
    for value in [
        &item.container,
        &item.id,
        &item.immutable_id,
        &item.native_id,
        &item.title,
    ] {
        text(value, texts, out);
    }
    optional(item.size_bytes, out);
    number(item.rows, out);
}

/// The sort key of a row, or `None` where it is cut short.
pub(crate) fn sort_key(row: &[u8]) -> Option<SortKey<'_>> {
    Bytes::of(row).sort_key()
}

/// Reads a row into an event that borrows from it.
pub(crate) fn decode(row: &[u8]) -> Option<Event<'_>> {
    let mut bytes = Bytes::of(row);
    let key = bytes.sort_key()?;
    bytes.part_texts()?;
    let mut values = [""; N_TEXTS];
    for value in &mut values {
        *value = bytes.text()?;
    }
    let n_details = bytes.number()?;
    let mut details = Vec::with_capacity(bytes.at_most(n_details));
    for _ in 0..n_details {
        let (name, value) = (bytes.text()?, bytes.text()?);
        details.push((Cow::Borrowed(name), Cow::Borrowed(value)));
    }
    let place = Place {
        source: SourceNumber(key.source),
        leaf: key.leaf,
        offset: bytes.number()?,
        length: bytes.number()?,
    };
    let plain = bytes.take(8)?;
    let mut event = Event {
        place,
        at: Moment {
            micros: key.micros,
            precision: precision(plain[0]),
        },
        stream: one_of(&Stream::ALL, plain[1]),
        kind: one_of(&Kind::ALL, plain[2]),
        outcome: one_of(&Outcome::ALL, plain[3]),
        actor_kind: one_of(&ActorKind::ALL, plain[4]),
        capacity: one_of(&Capacity::ALL, plain[5]),
        throttled: one_of(&Told::ALL, plain[6]),
        marks: marks(plain[7]),
        network_number: bytes.number()? as u32,
        items_counted: bytes.optional()?,
        details,
        ..Event::default()
    };
    texts::assign(&mut event, values);
    let issued = bytes.optional()?;
    let issued_precision = precision(bytes.take(1)?[0]);
    event.ties.token_issued = issued.map(|micros| Moment {
        micros: micros as i64,
        precision: issued_precision,
    });
    let n_items = bytes.number()?;
    event.items.reserve_exact(bytes.at_most(n_items));
    for _ in 0..n_items {
        event.items.push(bytes.item()?);
    }
    Some(event)
}

fn marks(bits: u8) -> Marks {
    Marks {
        background: bits & 1 != 0,
        relay: bits & 2 != 0,
        lossy: bits & 4 != 0,
        grouped: bits & 8 != 0,
        salvaged: bits & 16 != 0,
        external: bits & 32 != 0,
        peer: bits & 64 != 0,
        conflicting: false,
    }
}

fn precision(byte: u8) -> Precision {
    match byte {
        0 => Precision::Day,
        1 => Precision::Minute,
        2 => Precision::Second,
        _ => Precision::Fraction,
    }
}

/// A value of an enumeration by its place in it.
fn one_of<T: Copy + Default>(all: &[T], byte: u8) -> T {
    all.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Appends a number, seven bits a byte, the least first.
pub(crate) fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn optional(value: Option<u64>, out: &mut Vec<u8>) {
    out.push(u8::from(value.is_some()));
    number(value.unwrap_or(0), out);
}

fn text(value: &str, texts: &mut String, out: &mut Vec<u8>) {
    number(value.len() as u64, out);
    texts.push_str(value);
}

/// The rest of a row: values, and texts.
pub(crate) struct Bytes<'r> {
    values: &'r [u8],
    texts: &'r str,
}

impl<'r> Bytes<'r> {
    /// A row of which nothing was taken yet.
    pub fn of(row: &'r [u8]) -> Bytes<'r> {
        Bytes {
            values: row,
            texts: "",
        }
    }

    /// Parts the texts from the values.
    fn part_texts(&mut self) -> Option<()> {
        let length = u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize;
        let values = self.values.len().checked_sub(length)?;
        let (values, texts) = self.values.split_at_checked(values)?;
        self.values = values;
        self.texts = simdutf8::basic::from_utf8(texts).ok()?;
        Some(())
    }

    fn sort_key(&mut self) -> Option<SortKey<'r>> {
        Some(SortKey {
            key: simdutf8::basic::from_utf8(self.counted()?).ok()?,
            micros: self.micros()?,
            source: self.number()? as u32,
            leaf: self.number()?,
            ordinal: self.number()? as u32,
        })
    }

    /// A stated number of things, bounded by what is there: each takes a byte at the least.
    fn at_most(&self, stated: u64) -> usize {
        stated.min(self.values.len() as u64) as usize
    }

    /// The next bytes.
    pub fn take(&mut self, n: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.values.split_at_checked(n)?;
        self.values = rest;
        Some(taken)
    }

    fn micros(&mut self) -> Option<i64> {
        self.take(8)?.try_into().ok().map(i64::from_le_bytes)
    }

    /// How many bytes of values are left.
    pub fn left(&self) -> usize {
        self.values.len()
    }

    /// The next number.
    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// The next number as a length.
    pub fn length(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// The next bytes, with their number before them.
    pub fn counted(&mut self) -> Option<&'r [u8]> {
        let length = self.length()?;
        self.take(length)
    }

    fn optional(&mut self) -> Option<Option<u64>> {
        let is_some = self.take(1)?[0] == 1;
        let value = self.number()?;
        Some(is_some.then_some(value))
    }

    fn text(&mut self) -> Option<&'r str> {
        let length = self.length()?;
        let (text, rest) = self.texts.split_at_checked(length)?;
        self.texts = rest;
        Some(text)
    }

    fn item(&mut self) -> Option<Item<'r>> {
        let kind = one_of(&ItemKind::ALL, self.take(1)?[0]);
        let mut texts = [""; 5];
        for value in &mut texts {
            *value = self.text()?;
        }
        let [container, id, immutable_id, native_id, title] = texts.map(Cow::Borrowed);
        Some(Item {
            kind,
            container,
            id,
            immutable_id,
            native_id,
            title,
            size_bytes: self.optional()?,
            rows: self.number()?,
        })
    }
}
