//! The forms in which alerts and risk are delivered.

use crate::source::alert::card::CARD;
use crate::source::alert::read;
use crate::source::row::{is_object, names_of};
use crate::source::{Form, diagnostic, envelope};

/// Lines and records of diagnostic settings, advanced hunting among them.
pub const DIAGNOSTIC: Form = Form {
    name: "entra-risk/diagnostic",
    card: &CARD,
    lossy: false,
    fits: |text, _| envelope::category(text).is_some_and(|name| is_category(&name)),
    read: diagnostic::read_alert,
};

/// Objects of the interface, and rows of a workspace or portal.
pub const ROWS: Form = Form {
    name: "entra-risk/rows",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &[
            // Detections.
            "riskeventtype",
            "detecteddatetime",
            // Risky accounts.
            "risklastupdateddatetime",
            "risklevel",
            // Alerts of a workspace.
            "alertname",
            "alertseverity",
            "timegenerated",
            "timegeneratedutc",
        ];
        let found = names_of(text, header, NAMES);
        found & 0b11 == 0b11
            || found & 0b1100 == 0b1100
            || (found & 0b11_0000 == 0b11_0000 && found >> 6 != 0)
    },
    read: read::read,
};

/// Alerts of the security interface.
pub const SECURITY_JSON: Form = Form {
    name: "entra-risk/security-alert",
    card: &CARD,
    lossy: false,
    fits: |text, header| {
        const NAMES: &[&str] = &[
            "severity",
            "title",
            "createddatetime",
            "servicesource",
            "vendorinformation",
        ];
        let found = names_of(text, header, NAMES);
        is_object(text) && found & 0b111 == 0b111 && found >> 3 != 0
    },
    read: read::read,
};

fn is_category(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "RiskyServicePrincipals",
        "RiskyUsers",
        "ServicePrincipalRiskEvents",
        "UserRiskEvents",
    ];
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(name))
        || name
            .get(..HUNTING.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(HUNTING))
}

/// How categories of advanced hunting begin.
pub const HUNTING: &str = "AdvancedHunting-";
