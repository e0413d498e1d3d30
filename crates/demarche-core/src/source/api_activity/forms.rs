//! The forms in which requests are delivered.

use crate::source::api_activity::card::CARD;
use crate::source::api_activity::read;
use crate::source::row::names_of;
use crate::source::{Form, diagnostic, envelope};

/// Lines and records of diagnostic settings.
pub const DIAGNOSTIC: Form = Form {
    name: "graph-activity/diagnostic",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        envelope::category(text).is_some_and(|name| {
            ["MicrosoftGraphActivityLogs", "AADGraphActivityLogs"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&name))
        })
    },
    read: diagnostic::read_api_activity,
};

/// Rows of a workspace: CSV, JSON, or a table with a header.
pub const LOG_ANALYTICS: Form = Form {
    name: "graph-activity/log-analytics",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &[
            "requesturi",
            "requestmethod",
            "responsestatuscode",
            "timegenerated",
            "timegeneratedutc",
        ];
        let found = names_of(text, header, NAMES);
        found & 0b111 == 0b111 && found >> 3 != 0
    },
    read: read::read,
};
