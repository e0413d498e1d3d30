//! A gap: hours, operations or records for which nobody speaks.

use crate::vocab::card::Stream;
use crate::vocab::digest::content_id;
use crate::vocab::moment::Moment;
use crate::vocab::place::SourceNumber;

/// Why there is a gap. Ids of detectors are those of semantics §6.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// Hours without any event where neighbours have many (G1).
    SilentHours,
    /// An export's row count is a known cap (G2).
    RowCap,
    /// The collector says a window was skipped or cut (G3).
    CollectorWindow,
    /// A search states more rows than were delivered (G4).
    MissingRows,
    /// A kind of record is absent altogether (G5).
    AbsentStream,
    /// Item access is on record for some stores, and never for this one (G6).
    StoreNotAudited,
    /// Auditing was switched off (G7).
    AuditDisabled,
    /// Only one account or operation is in the file: a filtered export (G8).
    FilteredExport,
    /// The newest records may not have been delivered yet (G9).
    Tail,
    /// Copies of one record differ (G10).
    Conflict,
    /// Records lack token and session ids (G11).
    NoIds,
    /// Logging of a store was or may have been suspended (G12, K5).
    Throttled,
    /// Before this, records are past their retention or were never kept.
    Retention,
    /// Records that could not be read.
    Rejected,
    /// A form that loses fields (K17).
    Lossy,
    /// A container was synchronised: its items are not named (K4).
    Synchronised,
    /// A record counts more items than it lists (K9).
    ListedFewer,
    /// The service does not log this kind of use at all.
    NeverLogged,
    /// A file that no source knows.
    UnknownFile,
    /// Records without year or zone, and nothing told what to assume.
    NoTime,
    /// Tokens on record as issued nowhere, and a condition for saying so is unmet.
    IssuanceUnknown,
}

impl GapKind {
    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            GapKind::SilentHours => "silent-hours",
            GapKind::RowCap => "row-cap",
            GapKind::CollectorWindow => "collector-window",
            GapKind::MissingRows => "missing-rows",
            GapKind::AbsentStream => "absent-stream",
            GapKind::StoreNotAudited => "store-not-audited",
            GapKind::AuditDisabled => "audit-disabled",
            GapKind::FilteredExport => "filtered-export",
            GapKind::Tail => "tail",
            GapKind::Conflict => "conflict",
            GapKind::NoIds => "no-ids",
            GapKind::Throttled => "throttled",
            GapKind::Retention => "retention",
            GapKind::Rejected => "rejected",
            GapKind::Lossy => "lossy",
            GapKind::Synchronised => "synchronised",
            GapKind::ListedFewer => "listed-fewer",
            GapKind::NeverLogged => "never-logged",
            GapKind::UnknownFile => "unknown-file",
            GapKind::NoTime => "no-time",
            GapKind::IssuanceUnknown => "issuance-unknown",
        }
    }
}

/// One gap of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// `G-…`, from content.
    pub id: String,
    /// Why.
    pub kind: GapKind,
    /// The source it is about; `None` where it is about several or none.
    pub source: Option<SourceNumber>,
    /// Name of the card of the kind of source it is about; empty where it is about no one kind.
    pub card: &'static str,
    /// The stream it is about, where it is about one.
    pub stream: Option<Stream>,
    /// The account it is about; empty for all.
    pub account: String,
    /// The store it is about; empty for all.
    pub store: String,
    /// The operation it is about; empty for all.
    pub operation: String,
    /// From when; `None` for "as far back as can be".
    pub from: Option<Moment>,
    /// Until when; `None` for "until now".
    pub to: Option<Moment>,
    /// What it does to answers, in one sentence.
    pub effect: String,
}

impl Gap {
    /// A gap of a kind about everything and all time, still without an id.
    pub fn of(kind: GapKind) -> Gap {
        Gap {
            id: String::new(),
            kind,
            source: None,
            card: "",
            stream: None,
            account: String::new(),
            store: String::new(),
            operation: String::new(),
            from: None,
            to: None,
            effect: String::new(),
        }
    }

    /// The gap with its id, from what it is about; `about` names the source or its kind.
    ///
    /// The number of a source is no part of it: numbers move when a case grows.
    pub fn identified(mut self, about: &str) -> Gap {
        let text = |moment: Option<Moment>| moment.map(|m| m.to_string()).unwrap_or_default();
        let (from, to) = (text(self.from), text(self.to));
        let parts = [
            self.kind.word(),
            about,
            self.stream.map_or("", Stream::word),
            &self.account,
            &self.store,
            &self.operation,
            &from,
            &to,
        ];
        self.id = content_id('G', &parts);
        self
    }
}
