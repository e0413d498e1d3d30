//! Event names of Google Workspace audit in our words (Reports API, "event names").

use crate::event::kind::Kind;

/// Events of the admin console, sorted.
pub const ADMIN: &[(&str, Kind)] = &[
    ("ADD_GROUP_MEMBER", Kind::AccountChanged),
    ("ADD_PRIVILEGE", Kind::RoleGranted),
    ("ASSIGN_ROLE", Kind::RoleGranted),
    ("AUTHORIZE_API_CLIENT_ACCESS", Kind::Consented),
    ("CHANGE_APPLICATION_SETTING", Kind::PolicyChanged),
    ("CHANGE_GMAIL_SETTING", Kind::PolicyChanged),
    ("CHANGE_PASSWORD", Kind::PasswordChanged),
    ("CHANGE_SSO_SETTINGS", Kind::FederationChanged),
    (
        "CHANGE_TWO_STEP_VERIFICATION_ENROLLMENT_PERIOD_DURATION",
        Kind::PolicyChanged,
    ),
    ("CREATE_DATA_TRANSFER_REQUEST", Kind::ContentExported),
    ("CREATE_EMAIL_MONITOR", Kind::TransportRuleSet),
    ("CREATE_GMAIL_SETTING", Kind::PolicyChanged),
    ("CREATE_ROLE", Kind::RoleGranted),
    ("CREATE_USER", Kind::AccountAdded),
    ("CUSTOMER_TAKEOUT_CREATED", Kind::ContentExported),
    ("DELETE_2SV_SCRATCH_CODES", Kind::FactorChanged),
    ("DELETE_EMAIL_MONITOR", Kind::TransportRuleRemoved),
    ("DELETE_USER", Kind::AccountRemoved),
    ("EMAIL_LOG_SEARCH", Kind::Searched),
    ("ENFORCE_STRONG_AUTHENTICATION", Kind::PolicyChanged),
    ("GENERATE_2SV_SCRATCH_CODES", Kind::FactorChanged),
    ("GRANT_ADMIN_PRIVILEGE", Kind::RoleGranted),
    ("REMOVE_API_CLIENT_ACCESS", Kind::PermissionRemoved),
    ("REVOKE_3LO_TOKEN", Kind::PermissionRemoved),
    ("REVOKE_ADMIN_PRIVILEGE", Kind::RoleRemoved),
    ("SUSPEND_USER", Kind::AccountRemoved),
    ("TOGGLE_SSO_ENABLED", Kind::FederationChanged),
    ("TRANSFER_DOCUMENT_OWNERSHIP", Kind::SiteGranted),
    ("TURN_OFF_2_STEP_VERIFICATION", Kind::FactorRemoved),
    ("UNASSIGN_ROLE", Kind::RoleRemoved),
    ("UNENROLL_USER_FROM_STRONG_AUTH", Kind::FactorRemoved),
];

/// Events of files, sorted.
pub const DRIVE: &[(&str, Kind)] = &[
    ("add_to_folder", Kind::FileMoved),
    ("change_acl_editors", Kind::Shared),
    ("change_document_access_scope", Kind::Shared),
    ("change_document_visibility", Kind::Shared),
    ("change_owner", Kind::SiteGranted),
    ("change_user_access", Kind::Shared),
    ("copy", Kind::FileMoved),
    ("create", Kind::FileChanged),
    ("delete", Kind::FileDeleted),
    ("download", Kind::FileDownloaded),
    ("edit", Kind::FileChanged),
    ("email_as_attachment", Kind::Shared),
    ("move", Kind::FileMoved),
    ("preview", Kind::FilePreviewed),
    ("print", Kind::FileDownloaded),
    ("remove_from_folder", Kind::FileMoved),
    ("rename", Kind::FileMoved),
    ("source_copy", Kind::FileMoved),
    ("sync_item_content", Kind::FileSynced),
    ("team_drive_membership_change", Kind::SiteGranted),
    ("trash", Kind::FileDeleted),
    ("untrash", Kind::FileChanged),
    ("upload", Kind::FileChanged),
    ("view", Kind::FileRead),
];

/// Events of login, token, saml, user accounts, takeout and groups, sorted.
pub const OTHERS: &[(&str, Kind)] = &[
    ("2sv_disable", Kind::FactorRemoved),
    ("2sv_enroll", Kind::FactorChanged),
    ("account_disabled_generic", Kind::AlertRaised),
    ("account_disabled_hijacked", Kind::AlertRaised),
    ("account_disabled_password_leak", Kind::AlertRaised),
    ("account_disabled_spamming", Kind::AlertRaised),
    ("activity", Kind::ApiRequest),
    ("authorize", Kind::Consented),
    ("email_forwarding_out_of_domain", Kind::ForwardingSet),
    ("gov_attack_warning", Kind::AlertRaised),
    ("login_challenge", Kind::SignIn),
    ("login_failure", Kind::SignIn),
    ("login_success", Kind::SignIn),
    ("login_verification", Kind::SignIn),
    ("password_edit", Kind::PasswordChanged),
    ("recovery_email_edit", Kind::FactorChanged),
    ("recovery_phone_edit", Kind::FactorChanged),
    ("revoke", Kind::PermissionRemoved),
    ("risky_sensitive_action_allowed", Kind::AlertRaised),
    ("suspicious_login", Kind::AlertRaised),
    ("suspicious_login_less_secure_app", Kind::AlertRaised),
    ("suspicious_programmatic_login", Kind::AlertRaised),
    ("user_takeout_download", Kind::ContentExported),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted() {
        for table in [ADMIN, DRIVE, OTHERS] {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
