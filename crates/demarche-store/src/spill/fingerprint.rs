//! What is compared of two copies of a record: keyed digests, field by field.
//!
//! Fields that belong to the export rather than the record (positions in a search) are left
//! out; fields that a lossy form flattens (details, items) are compared between whole forms only.

use std::net::IpAddr;

use demarche_core::event::event::Event;
use demarche_core::event::kind::{ActorKind, Capacity, Outcome, Told};
use demarche_core::event::words;
use demarche_core::vocab::address::Address;
use demarche_core::vocab::card::Stream;
use demarche_core::vocab::moment::{MINUTE, Precision, SECOND};
use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};

use crate::spill::texts::{self, N_TEXTS};

/// Details that say something of the export, not of the record.
const OF_THE_EXPORT: [&str; 2] = [words::RESULT_COUNT, words::RESULT_SESSION];

/// Names of the fields that are compared, in the order of their digests.
const AT_SECOND: usize = N_TEXTS;
const AT_MINUTE: usize = N_TEXTS + 1;
const OUTCOME: usize = N_TEXTS + 2;
const ACTOR_KIND: usize = N_TEXTS + 3;
const CAPACITY: usize = N_TEXTS + 4;
const THROTTLED: usize = N_TEXTS + 5;
const ITEMS_COUNTED: usize = N_TEXTS + 6;
const NETWORK_NUMBER: usize = N_TEXTS + 7;
const TOKEN_ISSUED: usize = N_TEXTS + 8;
const DETAILS: usize = N_TEXTS + 9;
const ITEMS: usize = N_TEXTS + 10;

/// How many fields are compared.
pub(crate) const N_FIELDS: usize = N_TEXTS + 11;

/// The key of a run's digests.
#[derive(Clone, Copy)]
pub(crate) struct CopyKey {
    low: RapidSecrets,
    high: RapidSecrets,
}

impl std::fmt::Debug for CopyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CopyKey")
    }
}

impl CopyKey {
    /// A key from its bytes.
    pub fn new(bytes: [u8; 16]) -> CopyKey {
        let [low, high] = [0, 8].map(|at| {
            let mut half = [0; 8];
            half.copy_from_slice(&bytes[at..at + 8]);
            RapidSecrets::seed(u64::from_le_bytes(half))
        });
        CopyKey { low, high }
    }

    fn digest(&self, bytes: &[u8]) -> u64 {
        rapidhash_v3_seeded(bytes, &self.low)
    }

    /// The digest of a search session of a source, as copies carry it; never 0.
    pub fn search(&self, source: u32, session: &str) -> u64 {
        let mut bytes = source.to_le_bytes().to_vec();
        bytes.extend_from_slice(session.as_bytes());
        self.digest(&bytes) | 1
    }
}

/// The fingerprint of one record.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint {
    /// Digest of the record's id; `None` for a record without one, which has no copies.
    pub id: Option<u128>,
    pub lossy: bool,
    /// Digest of the search session that delivered it, 0 where none is stated.
    pub search: u64,
    /// One digest per field, 0 where the record does not have it.
    pub fields: Vec<u32>,
    text: String,
}

impl Fingerprint {
    /// Begins another record.
    pub fn clear(&mut self, lossy: bool) {
        self.id = None;
        self.lossy = lossy;
        self.search = 0;
        self.fields.clear();
        self.fields.resize(N_FIELDS, 0);
    }

    /// How many fields the record has.
    pub fn n_present(&self) -> u8 {
        self.fields.iter().filter(|field| **field != 0).count() as u8
    }

    /// Adds one event of the record; the digests of several are joined.
    pub fn add(&mut self, event: &Event<'_>, key: &CopyKey) {
        let id = event.record_id.trim();
        if self.id.is_none() && !id.is_empty() {
            self.text.clear();
            self.text.push(family(event.stream));
            lower(id, &mut self.text);
            let low = key.digest(self.text.as_bytes());
            let high = rapidhash_v3_seeded(self.text.as_bytes(), &key.high);
            self.id = Some(u128::from(high) << 64 | u128::from(low));
        }
        self.lossy |= event.marks.lossy;
        if !event.detail(words::RESULT_COUNT).is_empty() {
            self.search = key.search(event.place.source.0, event.detail(words::RESULT_SESSION));
        }
        self.add_texts(event, key);
        self.add_values(event, key);
        self.add_lists(event, key);
    }

    fn add_texts(&mut self, event: &Event<'_>, key: &CopyKey) {
        for (field, text) in texts::texts(event).into_iter().enumerate() {
            let text = trimmed(text);
            if text.is_empty() || field == texts::RECORD_ID {
                continue;
            }
            if field == texts::ADDRESS {
                // Some forms strip the port (semantics §1.10).
                if let Some(address) = Address::parse(text) {
                    self.put(field, key.digest(&of_host(address.host)));
                    continue;
                }
            }
            self.text.clear();
            // Names differ by case between workloads (semantics §1.7), tokens do not.
            if field == texts::TOKEN {
                self.text.push_str(text);
            } else {
                let mut text = text;
                while let Some(shorter) = text.strip_suffix('.') {
                    text = shorter;
                }
                lower(text, &mut self.text);
            }
            self.put(field, key.digest(self.text.as_bytes()));
        }
    }

    fn add_values(&mut self, event: &Event<'_>, key: &CopyKey) {
        let micros = event.at.micros;
        if event.at.precision >= Precision::Second {
            self.number(AT_SECOND, micros.div_euclid(SECOND) as u64, key);
        }
        self.number(AT_MINUTE, micros.div_euclid(MINUTE) as u64, key);
        if event.outcome != Outcome::Unknown {
            self.number(OUTCOME, event.outcome as u64, key);
        }
        if event.actor_kind != ActorKind::Unknown {
            self.number(ACTOR_KIND, event.actor_kind as u64, key);
        }
        if event.capacity != Capacity::Unknown {
            self.number(CAPACITY, event.capacity as u64, key);
        }
        if event.throttled != Told::Unsaid {
            self.number(THROTTLED, event.throttled as u64, key);
        }
        if let Some(n) = event.items_counted {
            self.number(ITEMS_COUNTED, n, key);
        }
        if event.network_number != 0 {
            self.number(NETWORK_NUMBER, u64::from(event.network_number), key);
        }
        if let Some(at) = event.ties.token_issued {
            self.number(TOKEN_ISSUED, at.micros.div_euclid(SECOND) as u64, key);
        }
    }

    /// Lists are compared as sets: copies come with their members in another order.
    fn add_lists(&mut self, event: &Event<'_>, key: &CopyKey) {
        if self.lossy {
            self.fields[DETAILS] = 0;
            self.fields[ITEMS] = 0;
            return;
        }
        let mut details = 0_u64;
        for (name, value) in &event.details {
            if OF_THE_EXPORT.contains(&name.as_ref()) || trimmed(value).is_empty() {
                continue;
            }
            details = details.wrapping_add(self.joined(&[name, trimmed(value)], key));
        }
        if details != 0 {
            self.put(DETAILS, details);
        }
        let mut items = 0_u64;
        for item in &event.items {
            let id = self.joined(
                &[&item.id, &item.immutable_id, trimmed(&item.container)],
                key,
            );
            items = items.wrapping_add(id);
        }
        if items != 0 {
            self.put(ITEMS, items);
        }
    }

    fn joined(&mut self, parts: &[&str], key: &CopyKey) -> u64 {
        self.text.clear();
        for part in parts {
            self.text.push_str(part);
            self.text.push('\0');
        }
        key.digest(self.text.as_bytes())
    }

    fn number(&mut self, field: usize, value: u64, key: &CopyKey) {
        self.put(field, key.digest(&value.to_le_bytes()));
    }

    /// Joins a digest to a field; never 0, which means absent.
    fn put(&mut self, field: usize, digest: u64) {
        let folded = (digest ^ (digest >> 32)) as u32;
        let joined = self.fields[field].rotate_left(1) ^ folded;
        self.fields[field] = joined.max(1);
    }
}

/// A host as bytes that no text is: the first of them stands in none.
fn of_host(host: IpAddr) -> [u8; 17] {
    let mut bytes = [0xFF; 17];
    match host {
        IpAddr::V4(v4) => bytes[1..5].copy_from_slice(&v4.octets()),
        IpAddr::V6(v6) => {
            bytes[0] = 0xFE;
            bytes[1..].copy_from_slice(&v6.octets());
        }
    }
    bytes
}

/// A text without white space around it; nearly every text begins and ends with a letter or sign.
fn trimmed(text: &str) -> &str {
    let printed = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if printed(text.as_bytes().first()) && printed(text.as_bytes().last()) {
        text
    } else {
        text.trim()
    }
}

/// Appends a text in lower case.
fn lower(text: &str, out: &mut String) {
    let from = out.len();
    if text.is_ascii() {
        out.push_str(text);
        out[from..].make_ascii_lowercase();
    } else {
        out.extend(text.chars().flat_map(char::to_lowercase));
    }
}

/// Sign-ins have a summary and a full record under one id: different records, not copies.
fn family(stream: Stream) -> char {
    match stream {
        Stream::SignInInteractive
        | Stream::SignInNonInteractive
        | Stream::SignInService
        | Stream::SignInManaged
        | Stream::SignInProvider => 's',
        Stream::Api => 'a',
        _ => 'r',
    }
}
