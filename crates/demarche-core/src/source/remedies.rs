//! What cuts an intruder off in this provider's tenants: exact commands, never executed.
//!
//! Commands are of the Exchange Online and Microsoft Graph PowerShell modules. `{…}` stands for a
//! value quoted by the brief; what is on no record is looked up by the statements before it.

use crate::vocab::remedy::{Need, Remedy};

const fn remedy(
    need: Need,
    action: &'static str,
    command: &'static str,
    note: &'static str,
) -> Remedy {
    Remedy {
        need,
        action,
        command,
        note,
    }
}

/// All steps; the brief orders them by need.
pub const ALL: &[Remedy] = &[
    remedy(
        Need::ApplicationHostile,
        "Stop the application's sign-ins",
        "Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipal -Filter ('appId eq ''{0}''' -f {application})).Id -AccountEnabled:$false",
        "Tokens already issued stay valid until they expire, usually within 60 to 90 minutes; keep the object, it is evidence.",
    ),
    remedy(
        Need::Account,
        "Disable the account that was added",
        "Update-MgUser -UserId {object} -AccountEnabled:$false; Revoke-MgUserSignInSession -UserId {object}",
        "Disable rather than delete: its records and mailbox are evidence.",
    ),
    remedy(
        Need::Federation,
        "Take the domain's federation back",
        "Get-MgDomainFederationConfiguration -DomainId {object}; Update-MgDomain -DomainId {object} -AuthenticationType Managed",
        "Compare issuer and signing certificates with those you know first; every account of the domain signs in anew.",
    ),
    remedy(
        Need::Secret,
        "Remove the secret or certificate that was added",
        "$app = Get-MgApplication -Filter ('appId eq ''{0}'' or id eq ''{0}''' -f {application}); $app.PasswordCredentials, $app.KeyCredentials | Format-List KeyId, DisplayName, StartDateTime; Remove-MgApplicationPassword -ApplicationId $app.Id -KeyId {key}",
        "For a certificate use Update-MgApplication with the key credentials that remain; a secret of the service principal itself goes with Remove-MgServicePrincipalPassword. Note the key id: it joins to sign-ins of the service principal.",
    ),
    remedy(
        Need::Consent,
        "Take the consent back",
        "$principal = (Get-MgServicePrincipal -Filter ('appId eq ''{0}''' -f {application})).Id; Get-MgOauth2PermissionGrant -All -Filter ('clientId eq ''{0}''' -f $principal) | ForEach-Object { Remove-MgOauth2PermissionGrant -OAuth2PermissionGrantId $_.Id }; Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal | ForEach-Object { Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal -AppRoleAssignmentId $_.Id }",
        "Takes back every consent and permission of the application, not only the one on record.",
    ),
    remedy(
        Need::Application,
        "Stop the application that was added",
        "Update-MgServicePrincipal -ServicePrincipalId (Get-MgServicePrincipal -Filter ('appId eq ''{0}''' -f {application})).Id -AccountEnabled:$false",
        "Disable rather than delete; deleting removes the traces of its permissions.",
    ),
    remedy(
        Need::AccountEntered,
        "Reset the password and revoke every session of the account",
        "$bytes = [byte[]]::new(18); [Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes); $new = [Convert]::ToBase64String($bytes); Update-MgUser -UserId {account} -PasswordProfile @{ Password = $new; ForceChangePasswordNextSignIn = $true }; Revoke-MgUserSignInSession -UserId {account}",
        "Revoking ends refresh tokens, not access tokens already issued; forged tokens are not ended by it at all: that needs the provider.",
    ),
    remedy(
        Need::ServiceEntered,
        "Disable the service principal and replace its secrets",
        "Update-MgServicePrincipal -ServicePrincipalId {application} -AccountEnabled:$false; Get-MgServicePrincipal -ServicePrincipalId {application} | ForEach-Object { $_.PasswordCredentials; $_.KeyCredentials; (Get-MgApplication -Filter ('appId eq ''{0}''' -f $_.AppId)).PasswordCredentials } | Format-List KeyId, DisplayName, StartDateTime",
        "Switch it on again only with new secrets; where the id on record is that of the application, find its principal with Get-MgServicePrincipal -Filter. Tokens already issued stay valid until they expire.",
    ),
    remedy(
        Need::PasswordKnown,
        "Reset the password: somebody else knows it",
        "$bytes = [byte[]]::new(18); [Security.Cryptography.RandomNumberGenerator]::Create().GetBytes($bytes); $new = [Convert]::ToBase64String($bytes); Update-MgUser -UserId {account} -PasswordProfile @{ Password = $new; ForceChangePasswordNextSignIn = $true }",
        "The sign-in was stopped by another rule; no token was issued by it.",
    ),
    remedy(
        Need::Factor,
        "Remove second factors that the owner does not know",
        "Get-MgUserAuthenticationMethod -UserId {account} | Format-List Id, AdditionalProperties",
        "Remove with the cmdlet of the method's kind, as in Remove-MgUserAuthenticationPhoneMethod; confirm each with the owner on another channel.",
    ),
    remedy(
        Need::Device,
        "Disable the device that was registered",
        "Get-MgDevice -Filter ('displayName eq ''{0}''' -f {object}) | Format-List Id, DisplayName, RegistrationDateTime; Update-MgDevice -DeviceId {id} -AccountEnabled:$false",
        "A registered device can hold a primary refresh token of its own.",
    ),
    remedy(
        Need::Role,
        "Take the role back",
        "Get-MgUserMemberOf -UserId {account} | Format-List Id, AdditionalProperties; Remove-MgDirectoryRoleMemberByRef -DirectoryRoleId (Get-MgDirectoryRole -Filter ('displayName eq ''{0}''' -f {right})).Id -DirectoryObjectId (Get-MgUser -UserId {account}).Id",
        "Check eligible assignments too.",
    ),
    remedy(
        Need::Audit,
        "Switch auditing on again",
        "Set-Mailbox -Identity {store} -AuditEnabled $true; Set-MailboxAuditBypassAssociation -Identity {store} -AuditBypassEnabled $false; Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled $true",
        "Nothing is written for the time it was off.",
    ),
    remedy(
        Need::TransportRule,
        "Disable the rule over all mail",
        "Disable-TransportRule -Identity {object} -Confirm:$false",
        "Export it first: Get-TransportRule -Identity NAME | Format-List. A message trace shows what it copied.",
    ),
    remedy(
        Need::Forwarding,
        "Take the mailbox's forwarding away",
        "Set-Mailbox -Identity {store} -ForwardingSmtpAddress $null -ForwardingAddress $null -DeliverToMailboxAndForward $false",
        "A message trace shows what was forwarded.",
    ),
    remedy(
        Need::Rule,
        "Disable the mailbox rule",
        "Disable-InboxRule -Mailbox {store} -Identity {object} -Confirm:$false",
        "Export it first: Get-InboxRule -Mailbox OWNER -IncludeHidden | Format-List.",
    ),
    remedy(
        Need::MailboxGrant,
        "Take the access to the mailbox back",
        "Get-MailboxPermission -Identity {store}; Get-MailboxFolderPermission -Identity {store}; Remove-MailboxPermission -Identity {store} -User {trustee} -AccessRights FullAccess -Confirm:$false",
        "Send-as is apart: Remove-RecipientPermission.",
    ),
    remedy(
        Need::SiteGrant,
        "Take the site permission back",
        "Get-SPOUser -Site {id}; Remove-SPOUser -Site {id} -LoginName {trustee}",
        "Site collection administrators are apart: Set-SPOUser -IsSiteCollectionAdmin $false.",
    ),
    remedy(
        Need::AccessPath,
        "Close the way in that was opened",
        "Get-CASMailbox -Identity {store} | Format-List; Get-ManagementRoleAssignment -Role ApplicationImpersonation",
        "What to set back depends on what was changed: see the record.",
    ),
    remedy(
        Need::Share,
        "Remove the link or share",
        "In the site: Manage access of the file or folder, remove the link   # {object}",
        "Use of an anonymous link names nobody.",
    ),
    remedy(
        Need::Policy,
        "Set the policy back",
        "Get-MgIdentityConditionalAccessPolicy | Format-List DisplayName, State, ModifiedDateTime   # {object}",
        "Compare with the last version you trust.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_command_leaves_a_value_to_be_guessed() {
        for remedy in ALL {
            assert!(!remedy.command.contains('<'), "{}", remedy.command);
        }
    }

    #[test]
    fn every_need_has_a_step() {
        for need in Need::ALL {
            assert!(
                ALL.iter().any(|remedy| remedy.need == need),
                "{}",
                need.word()
            );
        }
    }
}
