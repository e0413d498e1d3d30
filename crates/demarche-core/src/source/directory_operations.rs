//! The catalogue of directory operations: one name in every export, one kind.

use crate::event::kind::Kind;

/// An operation's name as compared: trimmed, no final dot, en dash as hyphen, single spaces,
/// lower case (semantics §2.9).
pub fn normalised(operation: &str) -> String {
    let mut out = String::with_capacity(operation.len());
    for word in operation.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        for letter in word.chars() {
            match letter {
                '\u{2013}' | '\u{2014}' => out.push('-'),
                _ => out.extend(letter.to_lowercase()),
            }
        }
    }
    while out.ends_with(['.', ' ']) {
        out.pop();
    }
    out
}

/// What a directory operation does; [`Kind::Other`] for a name that is not in the catalogue.
pub fn kind(operation: &str) -> Kind {
    let name = normalised(operation);
    CATALOGUE
        .binary_search_by(|(known, _)| (*known).cmp(&name))
        .map_or(Kind::Other, |at| CATALOGUE[at].1)
}

/// Normalised name and kind, by name.
///
/// # Spec
/// semantics §2.9; "Microsoft Entra audit log categories and activities"
const CATALOGUE: &[(&str, Kind)] = &[
    (
        "add a deletion-marked app role assignment grant to service principal as part of link removal",
        Kind::PermissionRemoved,
    ),
    (
        "add a partner to cross-tenant access setting",
        Kind::PolicyChanged,
    ),
    (
        "add app role assignment grant to user",
        Kind::PermissionGranted,
    ),
    ("add app role assignment to group", Kind::PermissionGranted),
    (
        "add app role assignment to service principal",
        Kind::PermissionGranted,
    ),
    ("add application", Kind::ApplicationAdded),
    ("add conditional access policy", Kind::PolicyChanged),
    ("add delegated permission grant", Kind::PermissionGranted),
    ("add device", Kind::DeviceAdded),
    ("add eligible member to role", Kind::RoleGranted),
    (
        "add eligible member to role in pim completed (permanent)",
        Kind::RoleGranted,
    ),
    (
        "add eligible member to role in pim completed (timebound)",
        Kind::RoleGranted,
    ),
    ("add external user", Kind::AccountAdded),
    ("add federated identity credential", Kind::SecretAdded),
    ("add group", Kind::AccountChanged),
    ("add identity provider", Kind::FederationChanged),
    ("add member to group", Kind::AccountChanged),
    ("add member to role", Kind::RoleGranted),
    (
        "add member to role completed (pim activation)",
        Kind::RoleGranted,
    ),
    (
        "add member to role in pim completed (permanent)",
        Kind::RoleGranted,
    ),
    (
        "add member to role in pim completed (timebound)",
        Kind::RoleGranted,
    ),
    (
        "add member to role outside of pim (permanent)",
        Kind::RoleGranted,
    ),
    ("add named location", Kind::PolicyChanged),
    ("add oauth2permissiongrant", Kind::PermissionGranted),
    ("add owner to application", Kind::ApplicationChanged),
    ("add owner to group", Kind::AccountChanged),
    ("add owner to service principal", Kind::ApplicationChanged),
    ("add partner to company", Kind::FederationChanged),
    (
        "add passwordless phone sign-in credential",
        Kind::FactorChanged,
    ),
    ("add policy", Kind::PolicyChanged),
    ("add registered owner to device", Kind::DeviceAdded),
    ("add registered users to device", Kind::DeviceAdded),
    ("add role definition", Kind::PolicyChanged),
    ("add scoped member to role", Kind::RoleGranted),
    ("add service principal", Kind::ApplicationAdded),
    ("add service principal credentials", Kind::SecretAdded),
    ("add unverified domain", Kind::FederationChanged),
    ("add user", Kind::AccountAdded),
    ("add verified domain", Kind::FederationChanged),
    (
        "add windows hello for business credential",
        Kind::FactorChanged,
    ),
    ("admin deleted security info", Kind::FactorRemoved),
    ("admin registered security info", Kind::FactorChanged),
    ("admin updated security info", Kind::FactorChanged),
    ("authentication methods policy reset", Kind::PolicyChanged),
    ("authentication methods policy update", Kind::PolicyChanged),
    ("authentication strength policy create", Kind::PolicyChanged),
    ("authentication strength policy delete", Kind::PolicyChanged),
    ("authentication strength policy update", Kind::PolicyChanged),
    (
        "bulk import group members - finished (bulk)",
        Kind::AccountChanged,
    ),
    ("change password (self-service)", Kind::PasswordChanged),
    ("change user license", Kind::AccountChanged),
    ("change user password", Kind::PasswordChanged),
    ("consent to application", Kind::Consented),
    (
        "delete a partner cross-tenant access setting",
        Kind::PolicyChanged,
    ),
    ("delete application", Kind::ApplicationRemoved),
    ("delete conditional access policy", Kind::PolicyChanged),
    ("delete device", Kind::Other),
    ("delete federated identity credential", Kind::SecretRemoved),
    ("delete group", Kind::AccountChanged),
    ("delete identity provider", Kind::FederationChanged),
    ("delete named location", Kind::PolicyChanged),
    (
        "delete passwordless phone sign-in credential",
        Kind::FactorRemoved,
    ),
    ("delete per-user mfa", Kind::FactorRemoved),
    ("delete policy", Kind::PolicyChanged),
    ("delete user", Kind::AccountRemoved),
    (
        "delete windows hello for business credential",
        Kind::FactorRemoved,
    ),
    ("disable account", Kind::AccountRemoved),
    ("disable per-user mfa", Kind::FactorRemoved),
    ("disable security defaults", Kind::PolicyChanged),
    ("disable strong authentication", Kind::FactorRemoved),
    ("enable account", Kind::AccountAdded),
    ("enable per-user mfa", Kind::FactorChanged),
    ("enable security defaults", Kind::PolicyChanged),
    ("enable strong authentication", Kind::FactorChanged),
    ("federate domain", Kind::FederationChanged),
    ("hard delete application", Kind::ApplicationRemoved),
    ("hard delete service principal", Kind::ApplicationRemoved),
    ("hard delete user", Kind::AccountRemoved),
    (
        "invalidate all refresh tokens for a user",
        Kind::SessionsRevoked,
    ),
    ("invite external user", Kind::AccountAdded),
    ("promote sub domain to root domain", Kind::FederationChanged),
    ("register device", Kind::DeviceAdded),
    (
        "remove app role assignment from group",
        Kind::PermissionRemoved,
    ),
    (
        "remove app role assignment from service principal",
        Kind::PermissionRemoved,
    ),
    (
        "remove app role assignment from user",
        Kind::PermissionRemoved,
    ),
    ("remove delegated permission grant", Kind::PermissionRemoved),
    ("remove eligible member from role", Kind::RoleRemoved),
    ("remove member from group", Kind::AccountChanged),
    ("remove member from role", Kind::RoleRemoved),
    (
        "remove member from role completed (pim deactivate)",
        Kind::RoleRemoved,
    ),
    ("remove oauth2permissiongrant", Kind::PermissionRemoved),
    ("remove owner from application", Kind::ApplicationChanged),
    ("remove owner from group", Kind::AccountChanged),
    (
        "remove owner from service principal",
        Kind::ApplicationChanged,
    ),
    ("remove scoped member from role", Kind::RoleRemoved),
    ("remove service principal", Kind::ApplicationRemoved),
    ("remove service principal credentials", Kind::SecretRemoved),
    ("remove unverified domain", Kind::FederationChanged),
    ("remove verified domain", Kind::FederationChanged),
    ("reset password (by admin)", Kind::PasswordChanged),
    ("reset password (self-service)", Kind::PasswordChanged),
    ("reset user mfa", Kind::FactorChanged),
    ("reset user password", Kind::PasswordChanged),
    ("reset user's mfa", Kind::FactorChanged),
    ("restore application", Kind::ApplicationAdded),
    ("restore user", Kind::AccountAdded),
    ("revoke consent", Kind::PermissionRemoved),
    ("revoke sign in sessions", Kind::SessionsRevoked),
    ("revoke user sign-in sessions", Kind::SessionsRevoked),
    ("set company information", Kind::PolicyChanged),
    ("set dirsyncenabled flag", Kind::FederationChanged),
    (
        "set dirsyncenabled flag on company",
        Kind::FederationChanged,
    ),
    ("set domain authentication", Kind::FederationChanged),
    ("set federation settings on domain", Kind::FederationChanged),
    ("set force change user password", Kind::PasswordChanged),
    ("set license properties", Kind::AccountChanged),
    ("set user manager", Kind::AccountChanged),
    (
        "update a partner cross-tenant access setting",
        Kind::PolicyChanged,
    ),
    ("update application", Kind::ApplicationChanged),
    (
        "update application - certificates and secrets management",
        Kind::SecretAdded,
    ),
    ("update authorization policy", Kind::PolicyChanged),
    ("update conditional access policy", Kind::PolicyChanged),
    ("update cross-tenant access setting", Kind::PolicyChanged),
    ("update device", Kind::Other),
    ("update domain", Kind::FederationChanged),
    ("update external secrets", Kind::SecretAdded),
    ("update federated identity credential", Kind::SecretAdded),
    (
        "update federation settings on domain",
        Kind::FederationChanged,
    ),
    ("update group", Kind::AccountChanged),
    ("update identity provider", Kind::FederationChanged),
    ("update named location", Kind::PolicyChanged),
    ("update oauth2permissiongrant", Kind::PermissionGranted),
    (
        "update passwordless phone sign-in credential",
        Kind::FactorChanged,
    ),
    ("update policy", Kind::PolicyChanged),
    ("update role setting in pim", Kind::PolicyChanged),
    ("update security defaults", Kind::PolicyChanged),
    ("update service principal", Kind::ApplicationChanged),
    (
        "update stsrefreshtokenvalidfrom timestamp",
        Kind::SessionsRevoked,
    ),
    ("update sub domain", Kind::FederationChanged),
    (
        "update the company default cross-tenant access setting",
        Kind::PolicyChanged,
    ),
    ("update user", Kind::AccountChanged),
    ("user changed default security info", Kind::FactorChanged),
    ("user deleted security info", Kind::FactorRemoved),
    (
        "user registered all required security info",
        Kind::FactorChanged,
    ),
    ("user registered security info", Kind::FactorChanged),
    ("user reviewed security info", Kind::Other),
    ("user started password reset", Kind::Other),
    (
        "user started security info registration",
        Kind::FactorChanged,
    ),
    ("user updated security info", Kind::FactorChanged),
    ("verify domain", Kind::FederationChanged),
    ("verify email verified domain", Kind::FederationChanged),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_exports_meet() {
        // Vector 12 of semantics §8.
        assert_eq!(
            normalised("Update application \u{2013} Certificates and secrets management "),
            normalised("Update application - Certificates and secrets management.")
        );
        for name in [
            "Add service principal credentials.",
            "Add service principal credentials",
            " add  service principal credentials .",
        ] {
            assert_eq!(kind(name), Kind::SecretAdded, "{name}");
        }
        assert_eq!(kind("Consent to application."), Kind::Consented);
        assert_eq!(kind("Something new"), Kind::Other);
    }

    #[test]
    fn the_catalogue_is_sorted_and_normalised() {
        for pair in CATALOGUE.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{}", pair[1].0);
        }
        for (name, _) in CATALOGUE {
            assert_eq!(normalised(name), *name);
        }
    }
}
