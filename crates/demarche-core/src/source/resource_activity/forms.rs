//! The forms in which the activity log is delivered.

use crate::source::resource_activity::card::CARD;
use crate::source::resource_activity::read;
use crate::source::row::{is_object, names_of};
use crate::source::{Form, diagnostic, envelope};

/// Lines and records of diagnostic settings.
pub const DIAGNOSTIC: Form = Form {
    name: "azure-activity/diagnostic",
    card: &CARD,
    lossy: false,
    fits: |text, _| envelope::category(text).is_some_and(|name| is_category(&name)),
    read: diagnostic::read_resource_activity,
};

/// Objects of the interface, in the spelling of any client.
pub const JSON: Form = Form {
    name: "azure-activity/json",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &["eventtimestamp", "operationname", "eventdataid", "caller"];
        let found = names_of(text, header, NAMES);
        is_object(text) && found & 0b11 == 0b11 && found >> 2 != 0
    },
    read: read::read,
};

/// Rows of a workspace: CSV, JSON, or a table with a header.
pub const LOG_ANALYTICS: Form = Form {
    name: "azure-activity/log-analytics",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &[
            "operationnamevalue",
            "caller",
            "activitystatusvalue",
            "timegenerated",
            "timegeneratedutc",
        ];
        let found = names_of(text, header, NAMES);
        found & 0b111 == 0b111 && found >> 3 != 0
    },
    read: read::read,
};

fn is_category(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "Administrative",
        "Alert",
        "Autoscale",
        "Policy",
        "Recommendation",
        "ResourceHealth",
        "Security",
        "ServiceHealth",
    ];
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
}
