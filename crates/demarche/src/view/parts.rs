//! The parts of a view, field for field as `brief.json` and the tables name them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $kind:ty),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
            #[serde(default)]
            pub struct $name { $(pub $field: $kind),* }
        )*
    };
}

parts! {
    /// A part of page one.
    Answer { question: String, title: String, sentences: Vec<String> }
    /// A record's place.
    Place { source: u64, leaf: u64, offset: u64, length: u64 }
    /// One source as taken in.
    Accounting {
        source: u64, path: String, kind: String, bytes: u64, decoded_bytes: u64, sha256: String,
        spans: u64, records: u64, distinct: u64, duplicates: u64, rejected: u64,
        conflicting: u64, filler_bytes: u64, first: Option<String>, last: Option<String>,
        problem: String, upstream: String, acquisition: Option<Acquisition>,
    }
    /// How a source was acquired, as stated.
    Acquisition { by: String, stated: BTreeMap<String, String>, differences: Vec<String> }
    /// A listed session.
    Session {
        id: String, account: String, protected: bool, verdict: String, row: u64, basis: String,
        reason: String, tie: String, first: String, last: String, events: u64,
        kinds: BTreeMap<String, u64>, addresses: Vec<String>, relayed: bool,
        clients: Vec<String>, applications: Vec<String>, countries: Vec<String>,
        stores: Vec<String>, token_ids: Vec<String>, session_ids: Vec<String>, unlisted: u64,
        shared: bool, findings: Vec<String>, exposure: SessionExposure, record: Place,
    }
    /// What was reached in a session.
    SessionExposure { certain: Counts, presumed: Vec<Presumed>, unknowable: Vec<GapId> }
    /// A gap's id.
    GapId { gap: String }
    /// Items by what they are.
    Counts { messages: u64, attachments: u64, files: u64, rows: u64 }
    /// A container, store or set of items that is presumed.
    Presumed {
        store: String, container: String, from: String, to: String, items: Option<u64>,
        why: String,
    }
    /// Suspect sessions with one cause.
    SuspectGroup {
        cause: String, about: String, sessions: Vec<String>, accounts: Vec<String>,
        first: String, last: String, question: String,
    }
    /// An attempt.
    Attempt {
        kind: String, cause: String, accounts: Vec<String>, first: String, sentence: String,
        records: Vec<Place>,
    }
    /// A finding.
    Finding {
        id: String, kind: String, techniques: Vec<String>, row: u64, account: String,
        session: String, verdict: String, alone: String, sentence: String, cause: String,
        tests: Vec<Test>, records: Vec<Place>,
    }
    /// A test of a finding.
    Test { name: String, result: String, why: String }
    /// A gap.
    Gap {
        id: String, kind: String, source: Option<u64>, stream: Option<String>, account: String,
        store: String, operation: String, from: Option<String>, to: Option<String>,
        effect: String, sessions: Vec<String>,
    }
    /// A source that is missing.
    Missing {
        source: String, title: String, stream: String, why: String, export: String,
        licence: String, kept_days: Option<u64>, assumed: bool, expires: Option<String>,
        expired: bool,
    }
    /// Totals of a verdict.
    Totals {
        verdict: String, sessions: u64, accounts: u64, certain: Counts, presumed: Counts,
        presumed_containers: u64, presumed_stores: u64, copying_rules: u64,
        counted_unlisted: u64, sessions_unknowable: u64, stores: Vec<String>,
    }
    /// Something still in place.
    Open {
        id: String, session: String, verdict: String, need: String, kind: String,
        operation: String, account: String, store: String, object: String,
        facts: Vec<String>, since: String, record: Place, sentence: String,
    }
    /// A step that cuts off.
    Step {
        number: u64, need: String, about: String, sessions: Vec<String>, hostile: bool,
        action: String, command: String, note: String, on_record: String,
    }
    /// Who must be warned.
    Warn { recipients: Vec<Recipient>, unnamed: Unnamed }
    /// A recipient of mail sent in hostile sessions.
    Recipient {
        address: String, sessions: Vec<String>, senders: Vec<String>, messages: u64,
        first: String, last: String, records: Vec<Place>,
    }
    /// Sends without a recipient on record.
    Unnamed { messages: u64, senders: Vec<String>, records: Vec<Place> }
    /// Times on record.
    Clock {
        visible_from: Option<Mark>, first_attempt: Option<Mark>, first_entry: Option<Mark>,
        first_access: Option<Mark>, first_suspect: Option<Mark>,
        first_alert_on_record: Option<Mark>, last_hostile: Option<Mark>, noticed: Vec<Told>,
        contained: Option<String>, sentences: Vec<String>,
    }
    /// A time on record.
    Mark { at: String, what: String, session: String, record: Option<Place> }
    /// Somebody was told.
    Told { who: String, at: String }
    /// A claim.
    Claim {
        id: String, kind: String, session: Option<String>, sentence: String,
        records: Vec<Place>, caveats: Vec<String>, absence: serde_json::Value,
    }
    /// A caveat.
    Caveat { id: String, text: String }
    /// What moved.
    Changes { since_run: u64, sentences: Vec<String>, changes: Vec<Change> }
    /// One change.
    Change {
        movement: String, thing: String, id: String, before: String, after: String,
        by: Vec<String>,
    }
    /// How it was judged.
    Method {
        version: String, run: u64, options: Vec<Named>, limits: Vec<String>, lists: Vec<Named>,
        table: Vec<TableRow>, determinations: Vec<Determination>, notes: Vec<String>,
        other_operations: Vec<Operation>,
    }
    /// A name and its value.
    Named { name: String, value: String }
    /// A row of the verdict table.
    TableRow { row: u64, evidence: String, alone: String, hostile_with: String }
    /// A determination as applied.
    Determination { text: String, sessions: Vec<String>, conflicts: Vec<String> }
    /// An operation kept by name.
    Operation { operation: String, events: u64 }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.source, self.leaf)
    }
}

impl Clock {
    /// Times that somebody stated: what, when and who.
    pub fn stated(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        let told = self
            .noticed
            .iter()
            .map(|told| ("told", &*told.at, &*told.who));
        told.chain(self.contained.iter().map(|at| ("contained", &**at, "")))
    }
}

impl Counts {
    /// Whether there is nothing.
    #[cfg_attr(
        not(feature = "serve"),
        allow(dead_code, reason = "the local pages alone ask")
    )]
    pub fn is_empty(&self) -> bool {
        *self == Counts::default()
    }

    /// What there is, in words; `no items` where there is nothing.
    pub fn words(&self) -> String {
        demarche_core::brief::accessed::Counts {
            messages: self.messages,
            attachments: self.attachments,
            files: self.files,
            rows: self.rows,
        }
        .words()
    }
}

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, Default, PartialEq, Eq)]
            pub struct $name { $(pub $field: String),* }

            impl $name {
                /// Columns, in order.
                pub const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

                /// A row from the cells of these columns, in order; missing ones are empty.
                pub fn of(mut cells: impl Iterator<Item = String>) -> $name {
                    $name { $($field: cells.next().unwrap_or_default()),* }
                }

                /// The cells, in the order of the columns.
                pub fn cells(&self) -> Vec<&str> {
                    vec![$(self.$field.as_str()),*]
                }
            }
        )*
    };
}

/// A row that cites a record.
pub trait Placed {
    /// `source/leaf`.
    fn place(&self) -> String;
}

rows! {
    /// One item or container reached: a row of `exposure.csv`.
    Exposure {
        session, verdict, basis, tie, account, store, container, item, rows, grade, caveats,
        first, last, source, leaf, offset, length,
    }
    /// One act: a row of `actions.csv`.
    Action {
        session, verdict, tie, time, kind, outcome, operation, account, store, object, items,
        recipients, recipients_stated, facts, source, leaf, offset, length,
    }
    /// One event of a listed session: a row of `timeline.csv`.
    TimelineRow {
        datetime, timestamp_desc, message, timestamp, session, verdict, tie, account, store,
        address, client, operation, outcome, source, leaf, offset, length,
    }
    /// Something to look for elsewhere: a row of `indicators.csv`.
    Indicator { kind, value, verdict, first, last, sessions, note }
}

macro_rules! placed {
    ($($name:ident),*) => {
        $(impl Placed for $name {
            fn place(&self) -> String {
                format!("{}/{}", self.source, self.leaf)
            }
        })*
    };
}

placed!(Exposure, Action, TimelineRow);
