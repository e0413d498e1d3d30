//! The forms in which sign-ins are delivered, told apart by names of keys and columns.

use crate::record::delivered::Header;
use crate::source::envelope;
use crate::source::row::{is_object, names_of};
use crate::source::sign_in::card::CARD;
use crate::source::sign_in::{auth_steps, read, stream};
use crate::source::{Form, diagnostic};

/// Lines and records of diagnostic settings.
pub const DIAGNOSTIC: Form = Form {
    name: "entra-sign-in/diagnostic",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        envelope::category(text).is_some_and(|name| stream::of_category(&name).is_some())
    },
    read: diagnostic::read_sign_in,
};

/// Rows of a workspace: CSV, JSON, or a table with a header.
pub const LOG_ANALYTICS: Form = Form {
    name: "entra-sign-in/log-analytics",
    card: &CARD,
    lossy: false,
    fits: |text, header| is_sign_in(text, header, Dated::ByWorkspace),
    read: read::read,
};

/// Objects of the interface for programs and of the portal.
pub const GRAPH_JSON: Form = Form {
    name: "entra-sign-in/graph-json",
    card: &CARD,
    lossy: false,
    fits: |text, header| is_object(text) && is_sign_in(text, header, Dated::ByItself),
    read: read::read,
};

/// The second file of a portal export.
pub const AUTH_DETAILS_CSV: Form = Form {
    name: "entra-sign-in/auth-details-csv",
    card: &CARD,
    lossy: true,
    fits: is_auth_step,
    read: auth_steps::read,
};

/// Rows of a portal export.
pub const PORTAL_CSV: Form = Form {
    name: "entra-sign-in/portal-csv",
    card: &CARD,
    lossy: true,
    fits: |text, header| !is_object(text) && is_sign_in(text, header, Dated::ByItself),
    read: read::read,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dated {
    ByItself,
    ByWorkspace,
}

/// Whether the names are those of a sign-in: a time, who, and what only sign-ins have.
fn is_sign_in(text: &str, header: &Header, dated: Dated) -> bool {
    const NAMES: &[&str] = &[
        // Times: of the sign-in, of the workspace.
        "createddatetime",
        "createddatetimeutc",
        "dateutc",
        "timegenerated",
        "timegeneratedutc",
        // Who.
        "userprincipalname",
        "username",
        "userid",
        "serviceprincipalid",
        "appid",
        // What only sign-ins have.
        "clientappused",
        "conditionalaccessstatus",
        "conditionalaccess",
        "signineventtypes",
        "isinteractive",
        "uniquetokenidentifier",
        "signinerrorcode",
        "ipaddress",
        "resulttype",
        // What sign-ins never have.
        "requesturi",
        "auditlogrecordtype",
        "riskeventtype",
        "activitydisplayname",
        "accountenabled",
        "auditdata",
        "actiontype",
    ];
    let found = names_of(text, header, NAMES);
    let any = |from: u32, to: u32| found >> from & ((1 << (to - from)) - 1) != 0;
    let time = match dated {
        Dated::ByItself => any(0, 3) && !any(3, 5),
        Dated::ByWorkspace => any(3, 5),
    };
    let own = match dated {
        Dated::ByItself => any(10, 18),
        // Rows of many tables have an address; sign-ins have a result code and an application.
        Dated::ByWorkspace => any(10, 16) || (any(9, 10) && any(17, 18) && any(18, 19)),
    };
    time && any(5, 10) && own && !any(19, 26)
}

/// Whether the names are those of the file with one row per step of authentication.
fn is_auth_step(text: &str, header: &Header) -> bool {
    const NAMES: &[&str] = &[
        "requestid",
        "authenticationmethod",
        "succeeded",
        "resultdetail",
    ];
    let found = names_of(text, header, NAMES);
    !is_object(text) && found & 0b11 == 0b11 && found & 0b1100 != 0
}
