//! The forms in which the directory's audit log is delivered.

use crate::record::delivered::Header;
use crate::source::directory_audit::card::CARD;
use crate::source::directory_audit::read;
use crate::source::row::{is_object, names_of};
use crate::source::{Form, diagnostic, envelope};

/// Lines and records of diagnostic settings.
pub const DIAGNOSTIC: Form = Form {
    name: "entra-audit/diagnostic",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        envelope::category(text).is_some_and(|name| {
            // Some forwarders put the record's own category in the place of the log's.
            is_category(&name) || envelope::holds(text, &["activityDisplayName", "initiatedBy"])
        })
    },
    read: diagnostic::read_directory_audit,
};

/// Rows of a workspace: CSV, JSON, or a table with a header.
pub const LOG_ANALYTICS: Form = Form {
    name: "entra-audit/log-analytics",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        let found = found(text, header);
        found & WORKSPACE_TIMES != 0 && found & LISTS == LISTS
    },
    read: read::read,
};

/// Objects of the interface for programs and of the portal.
pub const GRAPH_JSON: Form = Form {
    name: "entra-audit/graph-json",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        let found = found(text, header);
        let own = ACTIVITY_TIME | ACTIVITY;
        is_object(text) && found & own == own && found & (LISTS | RESULT) != 0
    },
    read: read::read,
};

/// Rows of a portal export.
pub const PORTAL_CSV: Form = Form {
    name: "entra-audit/portal-csv",
    card: &CARD,
    lossy: true,
    fits: |text, header| {
        let found = found(text, header);
        !is_object(text) && found & PORTAL == PORTAL
    },
    read: read::read,
};

const NAMES: &[&str] = &[
    "timegenerated",
    "timegeneratedutc",
    "initiatedby",
    "targetresources",
    "activitydatetime",
    "activitydisplayname",
    "result",
    "dateutc",
    "activity",
    "actortype",
    // Risk detections have an activity time of their own.
    "riskeventtype",
];
const WORKSPACE_TIMES: u32 = 0b11;
const LISTS: u32 = 0b1100;
const ACTIVITY_TIME: u32 = 1 << 4;
const ACTIVITY: u32 = 1 << 5;
const RESULT: u32 = 1 << 6;
const PORTAL: u32 = 0b111 << 7;
const RISK: u32 = 1 << 10;

fn found(text: &str, header: &Header) -> u32 {
    let found = names_of(text, header, NAMES);
    if found & RISK == 0 { found } else { 0 }
}

fn is_category(name: &str) -> bool {
    ["AuditLogs", "CustomSecurityAttributeAuditLogs"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}
