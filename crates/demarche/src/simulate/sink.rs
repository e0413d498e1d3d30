//! Records of the last days as bytes, until they are sorted and exported.

use crate::simulate::guid::Guid;
use crate::simulate::json::{Json, quote};

/// A log that is exported on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    /// The audit log of all workloads.
    Audit,
    /// Sign-ins of people with a prompt.
    Interactive,
    /// Tokens renewed without a prompt.
    NonInteractive,
    /// Sign-ins of applications.
    ServicePrincipal,
    /// Sign-ins of managed identities.
    ManagedIdentity,
}

/// All streams, in the order in which they are exported.
pub const STREAMS: [Stream; 5] = [
    Stream::Audit,
    Stream::Interactive,
    Stream::NonInteractive,
    Stream::ServicePrincipal,
    Stream::ManagedIdentity,
];

impl Stream {
    /// Short name, as it is used in file names and in the truth.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stream::Audit => "audit",
            Stream::Interactive => "interactive",
            Stream::NonInteractive => "non-interactive",
            Stream::ServicePrincipal => "service-principal",
            Stream::ManagedIdentity => "managed-identity",
        }
    }
}

/// One record, and what wrappers repeat of it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Its moment.
    pub at: i64,
    /// Its identifier.
    pub id: Guid,
    /// The log it belongs to.
    pub stream: Stream,
    /// Record type number; 0 outside the audit log.
    pub record_type: u16,
    /// Operation; empty outside the audit log.
    pub operation: &'static str,
    user: (usize, usize),
    body: (usize, usize),
}

/// Where writers put their records.
#[derive(Debug, Default)]
pub struct Sink {
    /// The bytes of all records held.
    pub json: Json,
    /// Rows of the current call that were counted and not returned.
    pub n_cut: usize,
    entries: Vec<Entry>,
    open: Option<Entry>,
}

impl Sink {
    /// Begins a record.
    pub fn begin(&mut self, stream: Stream, at: i64, id: Guid) {
        let start = self.json.bytes.len();
        self.open = Some(Entry {
            at,
            id,
            stream,
            record_type: 0,
            operation: "",
            user: (start, start),
            body: (start, start),
        });
        self.json.start();
    }

    /// Says what wrappers of an audit record repeat, and writes its user.
    pub fn name(&mut self, record_type: u16, operation: &'static str, user: &str) {
        self.json.key("UserId");
        let start = self.json.bytes.len() + 1;
        quote(&mut self.json.bytes, user.as_bytes());
        let end = self.json.bytes.len() - 1;
        if let Some(entry) = &mut self.open {
            entry.record_type = record_type;
            entry.operation = operation;
            entry.user = (start, end);
        }
    }

    /// Ends a record.
    pub fn end(&mut self) {
        self.json.end_object();
        if let Some(mut entry) = self.open.take() {
            entry.body.1 = self.json.bytes.len();
            self.entries.push(entry);
        }
    }

    /// Bytes held.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        self.json.bytes.len()
    }

    /// The records held, in the order in which they were written.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The bytes of a record.
    #[must_use]
    pub fn body(&self, entry: &Entry) -> &[u8] {
        &self.json.bytes[entry.body.0..entry.body.1]
    }

    /// The user of a record, as it is written in it: escaped.
    #[must_use]
    pub fn user(&self, entry: &Entry) -> &[u8] {
        &self.json.bytes[entry.user.0..entry.user.1]
    }

    /// The records before `until`, in order of time, then identifier.
    #[must_use]
    pub fn before(&self, until: i64) -> Vec<Entry> {
        let mut out: Vec<Entry> = self
            .entries
            .iter()
            .filter(|e| e.at < until)
            .copied()
            .collect();
        out.sort_by_key(|entry| (entry.at, entry.id));
        out
    }

    /// Forgets the records before `until`.
    pub fn forget(&mut self, until: i64) {
        let mut bytes = Vec::new();
        self.entries.retain_mut(|entry| {
            if entry.at < until {
                return false;
            }
            let shift = entry.body.0;
            let start = bytes.len();
            bytes.extend_from_slice(&self.json.bytes[entry.body.0..entry.body.1]);
            entry.user = (entry.user.0 - shift + start, entry.user.1 - shift + start);
            entry.body = (start, bytes.len());
            true
        });
        self.json.bytes = bytes;
    }

    /// Forgets everything and keeps the memory for the next records.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.json.bytes.clear();
    }
}
