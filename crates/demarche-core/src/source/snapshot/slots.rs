//! The fields that snapshots deliver, under all their names.

use crate::source::row::Slot;

/// One field of a snapshot's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Whose mailbox or account.
    Mailbox,
    /// The cmdlet's name of the object.
    Identity,
    /// Name of the rule, application or person.
    Name,
    /// Whether it is switched on.
    Enabled,
    /// Forwarded to.
    ForwardTo,
    /// Forwarded as an attachment to.
    ForwardAsAttachment,
    /// Redirected to.
    RedirectTo,
    /// Copied blindly to.
    BlindCopyTo,
    /// Copied to.
    CopyTo,
    /// Folder moved to.
    MoveTo,
    /// Whether mail is deleted.
    Deletes,
    /// Whether mail is deleted for good or softly.
    SoftDeletes,
    /// Whether mail is marked read.
    MarksRead,
    /// Words looked for.
    Words,
    /// Words looked for in the subject.
    SubjectWords,
    /// Words looked for in the body.
    BodyWords,
    /// Senders it is for.
    From,
    /// What the provider says of it in words.
    Description,
    /// Directory object that all mail goes to.
    ForwardingAddress,
    /// Address that all mail goes to.
    ForwardingSmtp,
    /// Whether the mailbox is audited.
    AuditEnabled,
    /// Whether what the account does is left out of auditing.
    AuditBypass,
    /// What owners do that is audited.
    OwnerActions,
    /// Full access: who, with rights.
    FullAccess,
    /// Send as: who, with rights.
    SendAs,
    /// Send on behalf: who.
    SendOnBehalf,
    /// Who has a permission.
    Trustee,
    /// Rights.
    Rights,
    /// Whether the permission is inherited.
    Inherited,
    /// Whether it denies.
    Denied,
    /// Delegated or of the application.
    PermissionType,
    /// Application id.
    AppId,
    /// Object id of the service principal.
    Principal,
    /// A scope or role.
    Permission,
    /// For one account or all.
    ConsentType,
    /// Who consented, by name.
    Consenter,
    /// Who consented, by object id.
    ConsenterId,
    /// Publisher.
    Publisher,
    /// When it was made.
    Made,
    /// When it was last changed.
    Changed,
    /// Whether second factors are on.
    MfaStatus,
    /// Factor: e-mail.
    Email,
    /// Factor: security key.
    Fido,
    /// Factor: authenticator program.
    App,
    /// Factor: telephone.
    Phone,
    /// Factor: code generator.
    Oath,
    /// Factor: device sign-in.
    Hello,
    /// Factor: temporary pass.
    Pass,
    /// Factor: certificate.
    Certificate,
    /// Registered methods as a list.
    Methods,
    /// Role.
    Role,
    /// Account in a role.
    Account,
    /// Object id.
    AccountId,
    /// Licence.
    Licence,
    /// How a domain signs in.
    Authentication,
    /// Whether a domain is verified.
    Verified,
}

impl Slot for Field {
    const COUNT: usize = Field::Verified as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("accessrights", Field::Rights),
        ("accountenabled", Field::Enabled),
        ("app", Field::App),
        ("appdisplayname", Field::Name),
        ("appid", Field::AppId),
        ("auditbypassenabled", Field::AuditBypass),
        ("auditenabled", Field::AuditEnabled),
        ("auditowner", Field::OwnerActions),
        ("authenticationtype", Field::Authentication),
        ("blindcopyto", Field::BlindCopyTo),
        ("bodycontains", Field::BodyWords),
        ("bodycontainswords", Field::BodyWords),
        ("certificatebasedauthconfiguration", Field::Certificate),
        ("clientid", Field::Principal),
        ("clientobjectid", Field::Principal),
        ("consenttype", Field::ConsentType),
        ("copyto", Field::CopyTo),
        ("createddatetime", Field::Made),
        ("creationtimestamp", Field::Made),
        ("delete", Field::Deletes),
        ("deletemessage", Field::Deletes),
        ("deny", Field::Denied),
        ("description", Field::Description),
        ("displayname", Field::Name),
        ("email", Field::Email),
        ("enabled", Field::Enabled),
        ("fido2", Field::Fido),
        ("forwardasattachment", Field::ForwardAsAttachment),
        ("forwardasattachmentto", Field::ForwardAsAttachment),
        ("forwardingaddress", Field::ForwardingAddress),
        ("forwardingsmtpaddress", Field::ForwardingSmtp),
        ("forwardto", Field::ForwardTo),
        ("from", Field::From),
        ("fullaccesspermissions", Field::FullAccess),
        ("hellobusiness", Field::Hello),
        ("id", Field::AccountId),
        ("identity", Field::Identity),
        ("isenabled", Field::Enabled),
        ("isinherited", Field::Inherited),
        ("isverified", Field::Verified),
        ("mailboxownerid", Field::Mailbox),
        ("markasread", Field::MarksRead),
        ("memberprincipalname", Field::Account),
        ("methodsregistered", Field::Methods),
        ("mfastatus", Field::MfaStatus),
        ("movetofolder", Field::MoveTo),
        ("name", Field::Name),
        ("owneractions", Field::OwnerActions),
        ("ownerauditactions", Field::OwnerActions),
        ("permanentdelete", Field::SoftDeletes),
        ("permission", Field::Permission),
        ("permissiontype", Field::PermissionType),
        ("phone", Field::Phone),
        ("primarysmtpaddress", Field::Mailbox),
        ("principaldisplayname", Field::Consenter),
        ("principalid", Field::ConsenterId),
        ("principalobjectid", Field::ConsenterId),
        ("publishername", Field::Publisher),
        ("redirectmessageto", Field::RedirectTo),
        ("redirectto", Field::RedirectTo),
        ("role", Field::Role),
        ("rolename", Field::Role),
        ("rulename", Field::Name),
        ("scope", Field::Permission),
        ("sendaspermissions", Field::SendAs),
        ("sendonbehalfusers", Field::SendOnBehalf),
        ("serviceprincipalobjectid", Field::Principal),
        ("sku", Field::Licence),
        ("skupartnumber", Field::Licence),
        ("softdeletemessage", Field::SoftDeletes),
        ("softwareoath", Field::Oath),
        ("state", Field::Enabled),
        ("subjectcontains", Field::SubjectWords),
        ("subjectcontainswords", Field::SubjectWords),
        ("subjectorbodycontainswords", Field::Words),
        ("temporaryaccesspass", Field::Pass),
        ("trustee", Field::Trustee),
        ("user", Field::Mailbox),
        ("userid", Field::AccountId),
        ("username", Field::Mailbox),
        ("userprincipalname", Field::Mailbox),
        ("whenchanged", Field::Changed),
        ("whencreated", Field::Made),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_for_the_search() {
        assert!(Field::NAMES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
