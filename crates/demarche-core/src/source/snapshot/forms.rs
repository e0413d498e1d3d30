//! The forms of snapshots: recognised by columns or keys, never by the file's name.

use crate::record::delivered::Header;
use crate::source::Form;
use crate::source::row::names_of;
use crate::source::snapshot::card::CARD;
use crate::source::snapshot::{directory, mail};

/// A form that has all of some names and at least one of others.
macro_rules! form {
    ($(#[$doc:meta])* $constant:ident, $name:literal, $all:expr, $any:expr, $read:expr) => {
        $(#[$doc])*
        pub const $constant: Form = Form {
            name: $name,
            card: &CARD,
            lossy: false,
            fits: |text, header| has(text, header, $all, $any),
            read: $read,
        };
    };
}

form!(
    /// Rules of mailboxes.
    INBOX_RULES, "state-snapshot/inbox-rules",
    &[], &["ruleidentity", "ruleid"], mail::inbox_rule
);
form!(
    /// Rules over all mail.
    TRANSPORT_RULES, "state-snapshot/transport-rules",
    &["name", "state", "priority", "mode"], &["description", "createdby", "whenchanged"], mail::transport_rule
);
form!(
    /// Auditing of mailboxes.
    AUDITING, "state-snapshot/mailbox-auditing",
    &["auditenabled"], &["auditbypassenabled", "defaultauditset", "auditowner", "ownerauditactions"], mail::auditing
);
form!(
    /// Forwarding of mailboxes.
    FORWARDING, "state-snapshot/mailbox-forwarding",
    &["forwardingsmtpaddress"], &["primarysmtpaddress", "userprincipalname", "identity"], mail::forwarding
);
form!(
    /// Permissions of mailboxes, one row for each mailbox.
    PERMISSIONS, "state-snapshot/mailbox-permissions",
    &["userprincipalname", "fullaccesspermissions"], &["sendaspermissions", "sendonbehalfusers"], mail::permissions
);
form!(
    /// Permissions of mailboxes, one row for each permission.
    PERMISSION, "state-snapshot/mailbox-permission",
    &["identity", "accessrights"], &["trustee", "isinherited"], mail::permission
);
form!(
    /// Permissions of applications.
    GRANTS, "state-snapshot/application-grants",
    &["consenttype"], &["appid", "clientid"], directory::grant
);
form!(
    /// Second factors.
    FACTORS, "state-snapshot/factors",
    &[], &["mfastatus", "methodsregistered"], directory::factors
);
form!(
    /// Holders of roles.
    ROLES, "state-snapshot/roles",
    &["accountenabled", "userid", "username"], &["role"], directory::role
);
form!(
    /// Assignments of roles.
    ASSIGNMENTS, "state-snapshot/role-assignments",
    &["rolename", "userprincipalname"], &["assignmentstatus", "startdatetime", "directoryscopeid"], directory::role
);
form!(
    /// Licences of accounts.
    LICENCES, "state-snapshot/licences",
    &["userprincipalname", "skupartnumber"], &["displayname"], directory::licence
);
form!(
    /// Domains.
    DOMAINS, "state-snapshot/domains",
    &["authenticationtype", "isverified"], &["id", "name"], directory::domain
);
form!(
    /// Applications let in.
    APPLICATIONS, "state-snapshot/applications",
    &["appid", "appdisplayname", "accountenabled"], &["appownerorganizationid", "serviceprincipaltype"], directory::application
);
form!(
    /// Applications of the tenant itself.
    REGISTRATIONS, "state-snapshot/registrations",
    &["appid", "displayname", "createddatetime"], &["id"], directory::application
);

/// Whether a record has all of some names, and one of others.
fn has(text: &str, header: &Header, all: &[&str], any: &[&str]) -> bool {
    let wanted = (1_u32 << all.len()) - 1;
    if names_of(text, header, all) & wanted != wanted {
        return false;
    }
    // An event of a log has an operation, and what it was done with; a state has neither.
    names_of(text, header, any) != 0
        && names_of(
            text,
            header,
            &[
                "operation",
                "operations",
                "creationtime",
                "activitydatetime",
            ],
        ) == 0
}
