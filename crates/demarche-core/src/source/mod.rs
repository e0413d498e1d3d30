//! The sources: one file each, with card, recognition and reader.
//!
//! Adding a source is adding a file and a line in [`LIST`].

pub mod alert;
pub mod api_activity;
pub mod cloud_audit;
pub mod cloudtrail;
pub mod collector_log;
pub mod dated;
pub mod diagnostic;
pub mod directory_audit;
pub mod directory_operations;
pub mod dovecot;
pub mod envelope;
pub mod error_codes;
pub mod keycloak;
pub mod known;
pub mod log_line;
pub mod mapped;
pub mod moments;
pub mod object;
pub mod okta;
pub mod postgresql;
pub mod reject;
pub mod remedies;
pub mod resource_activity;
pub mod row;
pub mod sign_in;
pub mod snapshot;
pub mod token_id;
pub mod unified_audit;
pub mod workspace;
pub mod workspace_kinds;

use crate::event::sink::Sink;
use crate::record::delivered::{Delivered, Header};
use crate::vocab::card::Card;

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was read; its events were handed to the sink.
    Read,
    /// It was not; a problem was handed to the sink (and what could be salvaged, as an event
    /// marked so).
    Rejected,
}

/// Reads one record into events.
pub type Read = fn(&Delivered<'_>, &mut dyn Sink) -> Fate;

/// One form in which a source delivers its records: the unit of recognition.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Name of the form in tables, as in `unified-audit/portal-csv`.
    pub name: &'static str,
    /// The source's card.
    pub card: &'static Card,
    /// Whether the form loses fields of the record (K17).
    pub lossy: bool,
    /// Whether a record with this text, under this header, is of this form.
    ///
    /// Asked of the first records of a file, and of any record that the form of its
    /// predecessor does not fit. Looks at names of columns or keys, never at file names.
    pub fits: fn(&str, &Header) -> bool,
    /// The reader.
    pub read: Read,
}

/// All forms, most telling first: the first that fits is taken.
pub const LIST: &[Form] = &[
    unified_audit::form::SPLUNK_CSV,
    unified_audit::form::GRAPH_CSV,
    unified_audit::form::SEARCH_CSV,
    unified_audit::form::PORTAL_CSV,
    unified_audit::form::ELASTIC_ORIGINAL,
    unified_audit::form::ELASTIC_DECODED,
    unified_audit::form::ELASTIC_FIELDS,
    unified_audit::form::WRAPPED_JSON,
    unified_audit::form::GRAPH_JSON,
    unified_audit::form::OFFICE_ROWS,
    unified_audit::form::OFFICE_JSON,
    unified_audit::form::BARE,
    sign_in::forms::DIAGNOSTIC,
    sign_in::forms::LOG_ANALYTICS,
    sign_in::forms::GRAPH_JSON,
    sign_in::forms::AUTH_DETAILS_CSV,
    sign_in::forms::PORTAL_CSV,
    directory_audit::forms::DIAGNOSTIC,
    directory_audit::forms::LOG_ANALYTICS,
    directory_audit::forms::GRAPH_JSON,
    directory_audit::forms::PORTAL_CSV,
    api_activity::forms::DIAGNOSTIC,
    api_activity::forms::LOG_ANALYTICS,
    alert::forms::DIAGNOSTIC,
    alert::forms::ROWS,
    alert::forms::SECURITY_JSON,
    resource_activity::forms::DIAGNOSTIC,
    resource_activity::forms::JSON,
    resource_activity::forms::LOG_ANALYTICS,
    cloudtrail::RECORDS,
    cloudtrail::LOOKUP,
    cloudtrail::ROWS,
    cloudtrail::DIGEST,
    okta::JSON,
    workspace::ACTIVITY,
    workspace::EXPORT,
    workspace::ALERT,
    cloud_audit::JSON,
    postgresql::forms::JSONLOG,
    postgresql::forms::WRAPPED,
    postgresql::forms::CSVLOG,
    snapshot::forms::INBOX_RULES,
    snapshot::forms::TRANSPORT_RULES,
    snapshot::forms::AUDITING,
    snapshot::forms::FORWARDING,
    snapshot::forms::PERMISSIONS,
    snapshot::forms::PERMISSION,
    snapshot::forms::GRANTS,
    snapshot::forms::FACTORS,
    snapshot::forms::ROLES,
    snapshot::forms::ASSIGNMENTS,
    snapshot::forms::LICENCES,
    snapshot::forms::DOMAINS,
    snapshot::forms::APPLICATIONS,
    snapshot::forms::REGISTRATIONS,
    postgresql::forms::COLLECTED,
    postgresql::forms::LINES,
    diagnostic::OTHER,
    unified_audit::form::PROJECTION,
    keycloak::forms::LINES,
    keycloak::forms::LOG_JSON,
    keycloak::forms::JSON,
    dovecot::forms::LINES,
    dovecot::forms::JSON,
    collector_log::LINES,
];

/// The form of a record; `None` where no source knows it: never forced into a kind.
pub fn recognise(text: &str, header: &Header) -> Option<&'static Form> {
    LIST.iter().find(|form| (form.fits)(text, header))
}

/// Whether a line that no source knows is another program's, in a log that several write: it is
/// read and says nothing, and is no fault of the log.
///
/// Asked only behind records of `form`; a half line is never passed over.
pub fn passes_over(form: &Form, text: &str) -> bool {
    match form.card.name {
        "dovecot" | "postgresql" => {
            log_line::system_line(text).is_some_and(|line| !form.card.name.contains(line.program))
        }
        "keycloak" => keycloak::forms::is_other_line(text),
        _ => false,
    }
}

/// Every card that is known, in order of name.
pub fn cards() -> Vec<&'static Card> {
    let mut cards: Vec<&'static Card> = LIST.iter().map(|form| form.card).collect();
    cards.sort_by_key(|card| card.name);
    cards.dedup_by_key(|card| card.name);
    cards
}
