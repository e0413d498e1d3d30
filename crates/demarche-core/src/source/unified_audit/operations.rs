//! The operations table: name to kind and family of reader. A listed catalogue.

use crate::event::kind::Kind;
use crate::source::directory_operations;
use crate::vocab::card::Stream;

/// Which reader knows the particulars of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Actions in mailboxes.
    Mail,
    /// Administration by commands with parameters.
    Admin,
    /// The directory.
    Directory,
    /// Sign-ins.
    SignIn,
    /// Files and sites.
    File,
    /// Chats, channels, assistants.
    Chat,
    /// Anything else.
    Other,
}

/// What the table says of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Our word for it.
    pub kind: Kind,
    /// Who reads its particulars.
    pub family: Family,
    /// The stream it counts for.
    pub stream: Stream,
}

/// The most bytes of a name that are compared; no operation is longer.
const NAME_BYTES_MAX: usize = 96;

/// What is known of an operation, by its name and the number of its record type.
///
/// # Shape
/// Names are compared as [`normalised`] writes them; those of the directory are in the catalogue
/// that its own exports share. The record type decides for names that are
/// not listed, and takes the mailbox words that other workloads use too (`Create`, `Update`,
/// `Move`) away from records of other workloads. A record type nobody listed passes through.
pub fn of(name: &str, record_type: Option<i64>) -> Known {
    let by_type = record_type.map(of_type);
    let mut buffer = [0; NAME_BYTES_MAX];
    let listed = normalised(name, &mut buffer).and_then(listed);
    let (kind, family) = match (listed, by_type) {
        (None, Some((_, Family::Directory)) | None) => of_directory(name, by_type),
        (Some((_, Family::Mail)), Some((_, other))) if other != Family::Mail => {
            (Kind::Other, other)
        }
        (Some(row), _) => row,
        (None, Some(row)) => row,
    };
    Known {
        kind,
        family,
        stream: stream_of(kind, family),
    }
}

/// The number of a record type, which tables and wrappers write as a name (semantics §1.11).
pub fn record_type(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let found = NUMBERED
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(text));
    found.map(|(_, number)| *number)
}

/// Names of the record types that decide something here.
const NUMBERED: &[(&str, i64)] = &[
    ("ExchangeAdmin", 1),
    ("ExchangeItem", 2),
    ("ExchangeItemGroup", 3),
    ("SharePoint", 4),
    ("SharePointFileOperation", 6),
    ("OneDrive", 7),
    ("AzureActiveDirectory", 8),
    ("AzureActiveDirectoryAccountLogon", 9),
    ("SharePointSharingOperation", 14),
    ("AzureActiveDirectoryStsLogon", 15),
    ("SecurityComplianceCenterEOPCmdlet", 18),
    ("ExchangeAggregatedOperation", 19),
    ("MicrosoftTeams", 25),
    ("SharePointListOperation", 36),
    ("SecurityComplianceAlerts", 40),
    ("ExchangeItemAggregated", 50),
    ("SharePointListItemOperation", 54),
    ("SharePointContentTypeOperation", 55),
    ("SharePointFieldOperation", 56),
    ("MicrosoftTeamsAdmin", 57),
    ("ExchangeSearch", 101),
    ("SharePointSearch", 102),
    ("CopilotInteraction", 261),
    ("OWAAuth", 275),
];

/// Kind and family of a name that only the directory may have.
fn of_directory(name: &str, by_type: Option<(Kind, Family)>) -> (Kind, Family) {
    match (directory_operations::kind(name), by_type) {
        (Kind::Other, None) => (Kind::Other, Family::Other),
        (kind, _) => (kind, Family::Directory),
    }
}

fn listed(name: &str) -> Option<(Kind, Family)> {
    let at = TABLE.binary_search_by(|row| row.0.cmp(name)).ok()?;
    TABLE.get(at).map(|row| (row.1, row.2))
}

/// Kind and family of a record type alone (semantics §1.11).
fn of_type(record_type: i64) -> (Kind, Family) {
    match record_type {
        1 => (Kind::Other, Family::Admin),
        2 | 3 | 19 | 29 | 50 | 101 => (Kind::Other, Family::Mail),
        4 | 6 | 7 | 14 | 36 | 54 | 55 | 56 | 102 => (Kind::Other, Family::File),
        8 => (Kind::Other, Family::Directory),
        9 | 15 => (Kind::SignIn, Family::SignIn),
        10 | 18 | 24 | 31 => (Kind::Other, Family::Admin),
        25 | 57 | 261 | 334 => (Kind::Other, Family::Chat),
        40 | 64 | 98 | 294 => (Kind::AlertRaised, Family::Other),
        275 => (Kind::TokenIssued, Family::Other),
        _ => (Kind::Other, Family::Other),
    }
}

/// The stream an operation counts for.
///
/// A token that the mailbox service minted itself is no row of an issuer's log: it counts with
/// the summary of sign-ins, so that nobody takes the log for a complete ledger.
fn stream_of(kind: Kind, family: Family) -> Stream {
    match (kind, family) {
        (Kind::ItemsRead | Kind::FolderSynced | Kind::AttachmentRead, Family::Mail) => {
            Stream::ItemAccess
        }
        (Kind::TokenIssued, _) | (_, Family::SignIn) => Stream::SignInSummary,
        (Kind::AlertRaised, _) => Stream::Alert,
        (_, Family::Mail) => Stream::Mailbox,
        (_, Family::Admin) => Stream::MailAdmin,
        (_, Family::Directory) => Stream::Directory,
        (_, Family::File) => Stream::File,
        (_, Family::Chat) => Stream::Chat,
        (_, Family::Other) => Stream::Other,
    }
}

/// A name as compared: trimmed, no final dot, en dash as `-`, single spaces, lower case
/// (semantics §2.9). `None` for a name longer than any operation's.
fn normalised<'b>(name: &str, buffer: &'b mut [u8; NAME_BYTES_MAX]) -> Option<&'b str> {
    // Most names are one word.
    if name.bytes().all(|byte| byte.is_ascii_graphic()) && !name.ends_with('.') {
        let out = buffer.get_mut(..name.len())?;
        out.copy_from_slice(name.as_bytes());
        out.make_ascii_lowercase();
        return std::str::from_utf8(out).ok();
    }
    let mut length = 0;
    for word in name.trim().trim_end_matches('.').split_whitespace() {
        let separator = if length > 0 { " " } else { "" };
        for character in separator.chars().chain(word.chars()) {
            let byte = match character {
                '\u{2013}' => b'-',
                _ if character.is_ascii() => (character as u8).to_ascii_lowercase(),
                _ => return None,
            };
            *buffer.get_mut(length)? = byte;
            length += 1;
        }
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

/// Normalised name, kind, family; sorted by name.
#[rustfmt::skip]
const TABLE: &[(&str, Kind, Family)] = &[
    ("accessrequestapproved", Kind::Shared, Family::File),
    ("add-compliancecasemember", Kind::Searched, Family::Admin),
    ("add-mailboxfolderpermission", Kind::MailboxGranted, Family::Admin),
    ("add-mailboxpermission", Kind::MailboxGranted, Family::Admin),
    ("add-recipientpermission", Kind::MailboxGranted, Family::Admin),
    ("add-rolegroupmember", Kind::RoleGranted, Family::Admin),
    ("addedtogroup", Kind::Shared, Family::File),
    ("addedtosecurelink", Kind::Shared, Family::File),
    ("addedtosharinglink", Kind::Shared, Family::File),
    ("addfolderpermissions", Kind::MailboxGranted, Family::Mail),
    ("addmembertocase", Kind::Searched, Family::Admin),
    ("alertentitygenerated", Kind::AlertRaised, Family::Other),
    ("alertincident", Kind::AlertRaised, Family::Other),
    ("alerttriggered", Kind::AlertRaised, Family::Other),
    ("alertupdated", Kind::AlertRaised, Family::Other),
    ("anonymouslinkcreated", Kind::Shared, Family::File),
    ("anonymouslinkremoved", Kind::ShareRemoved, Family::File),
    ("anonymouslinkupdated", Kind::Shared, Family::File),
    ("anonymouslinkused", Kind::LinkUsed, Family::File),
    ("applyrecord", Kind::ItemUpdated, Family::Mail),
    ("applyrecordlabel", Kind::ItemUpdated, Family::Mail),
    ("attachmentaccess", Kind::AttachmentRead, Family::Mail),
    ("chatcreated", Kind::ChatChanged, Family::Chat),
    ("chatmessagesretrieved", Kind::ChatRead, Family::Chat),
    ("chatretrieved", Kind::ChatRead, Family::Chat),
    ("chatupdated", Kind::ChatChanged, Family::Chat),
    ("clientviewsignaled", Kind::Browsed, Family::File),
    ("companylinkcreated", Kind::Shared, Family::File),
    ("companylinkremoved", Kind::ShareRemoved, Family::File),
    ("companylinkupdated", Kind::Shared, Family::File),
    ("companylinkused", Kind::LinkUsed, Family::File),
    ("copilotinteraction", Kind::AssistantRead, Family::Chat),
    ("copy", Kind::ItemsMoved, Family::Mail),
    ("create", Kind::ItemCreated, Family::Mail),
    ("disable-inboxrule", Kind::RuleRemoved, Family::Admin),
    ("disable-journalrule", Kind::TransportRuleRemoved, Family::Admin),
    ("disable-mailbox", Kind::MailboxChanged, Family::Admin),
    ("disable-transportrule", Kind::TransportRuleRemoved, Family::Admin),
    ("enable-app", Kind::AccessPathChanged, Family::Admin),
    ("enable-inboxrule", Kind::RuleSet, Family::Admin),
    ("enable-journalrule", Kind::TransportRuleSet, Family::Admin),
    ("enable-mailbox", Kind::MailboxChanged, Family::Admin),
    ("enable-transportrule", Kind::TransportRuleSet, Family::Admin),
    ("fileaccessed", Kind::FileRead, Family::File),
    ("fileaccessedextended", Kind::FileRead, Family::File),
    ("filecheckedin", Kind::FileChanged, Family::File),
    ("filecheckedout", Kind::FileChanged, Family::File),
    ("filecheckoutdiscarded", Kind::FileChanged, Family::File),
    ("filecopied", Kind::FileMoved, Family::File),
    ("filedeleted", Kind::FileDeleted, Family::File),
    ("filedeletedfirststagerecyclebin", Kind::FileDeleted, Family::File),
    ("filedeletedsecondstagerecyclebin", Kind::FileDeleted, Family::File),
    ("filedownloaded", Kind::FileDownloaded, Family::File),
    ("filemalwaredetected", Kind::FileChanged, Family::File),
    ("filemodified", Kind::FileChanged, Family::File),
    ("filemodifiedextended", Kind::FileChanged, Family::File),
    ("filemoved", Kind::FileMoved, Family::File),
    ("filepreviewed", Kind::FilePreviewed, Family::File),
    ("filerecycled", Kind::FileDeleted, Family::File),
    ("filerenamed", Kind::FileChanged, Family::File),
    ("filerestored", Kind::FileChanged, Family::File),
    ("filesensitivitylabelapplied", Kind::FileChanged, Family::File),
    ("filesensitivitylabelchanged", Kind::FileChanged, Family::File),
    ("filesensitivitylabelremoved", Kind::FileChanged, Family::File),
    ("filesyncdownloadedfull", Kind::FileSynced, Family::File),
    ("filesyncdownloadedpartial", Kind::FileSynced, Family::File),
    ("filesyncuploadedfull", Kind::FileChanged, Family::File),
    ("filesyncuploadedpartial", Kind::FileChanged, Family::File),
    ("filetranscriptcontentaccessed", Kind::FileRead, Family::File),
    ("fileuploaded", Kind::FileChanged, Family::File),
    ("fileuploadedpartial", Kind::FileChanged, Family::File),
    ("fileversionrecycled", Kind::FileDeleted, Family::File),
    ("fileversionsalldeleted", Kind::FileDeleted, Family::File),
    ("fileversionsallminorsrecycled", Kind::FileDeleted, Family::File),
    ("fileversionsallrecycled", Kind::FileDeleted, Family::File),
    ("folderaccessed", Kind::Browsed, Family::File),
    ("folderbind", Kind::Browsed, Family::Mail),
    ("foldercopied", Kind::FileMoved, Family::File),
    ("foldercreated", Kind::FileChanged, Family::File),
    ("folderdeleted", Kind::FileDeleted, Family::File),
    ("folderdeletedfirststagerecyclebin", Kind::FileDeleted, Family::File),
    ("folderdeletedsecondstagerecyclebin", Kind::FileDeleted, Family::File),
    ("foldermodified", Kind::FileChanged, Family::File),
    ("foldermoved", Kind::FileMoved, Family::File),
    ("folderrecycled", Kind::FileDeleted, Family::File),
    ("folderrenamed", Kind::FileChanged, Family::File),
    ("folderrestored", Kind::FileChanged, Family::File),
    ("get-compliancesearchaction", Kind::Searched, Family::Admin),
    ("graphmeetingrecordingread", Kind::ChatRead, Family::Chat),
    ("graphmeetingtranscriptread", Kind::ChatRead, Family::Chat),
    ("groupadded", Kind::SiteGranted, Family::File),
    ("groupupdated", Kind::SiteGranted, Family::File),
    ("harddelete", Kind::ItemsDeleted, Family::Mail),
    ("listaccessed", Kind::Browsed, Family::File),
    ("listviewed", Kind::Browsed, Family::File),
    ("mailboxlogin", Kind::SignIn, Family::Mail),
    ("mailitemsaccessed", Kind::ItemsRead, Family::Mail),
    ("mediaviewed", Kind::FileRead, Family::File),
    ("meetingtranscriptread", Kind::ChatRead, Family::Chat),
    ("messagebind", Kind::ItemsRead, Family::Mail),
    ("messagecreatedhaslink", Kind::ChatChanged, Family::Chat),
    ("messagecreatednotification", Kind::ChatChanged, Family::Chat),
    ("messagecreation", Kind::ChatChanged, Family::Chat),
    ("messagedeleted", Kind::ChatChanged, Family::Chat),
    ("messagedeletednotification", Kind::ChatChanged, Family::Chat),
    ("messageedited", Kind::ChatChanged, Family::Chat),
    ("messageeditedhaslink", Kind::ChatChanged, Family::Chat),
    ("messagehostedcontentread", Kind::ChatRead, Family::Chat),
    ("messagehostedcontentslisted", Kind::ChatRead, Family::Chat),
    ("messageread", Kind::ChatRead, Family::Chat),
    ("messagesent", Kind::ChatChanged, Family::Chat),
    ("messagesexported", Kind::ContentExported, Family::Chat),
    ("messageslisted", Kind::ChatRead, Family::Chat),
    ("messageupdated", Kind::ChatChanged, Family::Chat),
    ("messageupdatednotification", Kind::ChatChanged, Family::Chat),
    ("modifyfolderpermissions", Kind::MailboxGranted, Family::Mail),
    ("move", Kind::ItemsMoved, Family::Mail),
    ("movetodeleteditems", Kind::ItemsDeleted, Family::Mail),
    ("new-app", Kind::AccessPathChanged, Family::Admin),
    ("new-applicationaccesspolicy", Kind::AccessPathChanged, Family::Admin),
    ("new-authenticationpolicy", Kind::AccessPathChanged, Family::Admin),
    ("new-compliancecase", Kind::Searched, Family::Admin),
    ("new-compliancesearch", Kind::Searched, Family::Admin),
    ("new-compliancesearchaction", Kind::ContentExported, Family::Admin),
    ("new-hostedoutboundspamfilterpolicy", Kind::AccessPathChanged, Family::Admin),
    ("new-inboundconnector", Kind::AccessPathChanged, Family::Admin),
    ("new-inboxrule", Kind::RuleSet, Family::Admin),
    ("new-journalrule", Kind::TransportRuleSet, Family::Admin),
    ("new-mailbox", Kind::MailboxChanged, Family::Admin),
    ("new-mailboxexportrequest", Kind::ContentExported, Family::Admin),
    ("new-mailboxsearch", Kind::Searched, Family::Admin),
    ("new-managementroleassignment", Kind::RoleGranted, Family::Admin),
    ("new-outboundconnector", Kind::AccessPathChanged, Family::Admin),
    ("new-remotedomain", Kind::AccessPathChanged, Family::Admin),
    ("new-rolegroup", Kind::RoleGranted, Family::Admin),
    ("new-transportrule", Kind::TransportRuleSet, Family::Admin),
    ("pageprefetched", Kind::Browsed, Family::File),
    ("pageviewed", Kind::Browsed, Family::File),
    ("pageviewedextended", Kind::Browsed, Family::File),
    ("permissionleveladded", Kind::SiteGranted, Family::File),
    ("permissionlevelmodified", Kind::SiteGranted, Family::File),
    ("permissionlevelremoved", Kind::SiteGranted, Family::File),
    ("recorddelete", Kind::ItemsDeleted, Family::Mail),
    ("recordingexported", Kind::ContentExported, Family::Chat),
    ("remove-applicationaccesspolicy", Kind::AccessPathChanged, Family::Admin),
    ("remove-inboxrule", Kind::RuleRemoved, Family::Admin),
    ("remove-journalrule", Kind::TransportRuleRemoved, Family::Admin),
    ("remove-mailbox", Kind::MailboxChanged, Family::Admin),
    ("remove-mailboxfolderpermission", Kind::MailboxGrantRemoved, Family::Admin),
    ("remove-mailboxpermission", Kind::MailboxGrantRemoved, Family::Admin),
    ("remove-managementroleassignment", Kind::RoleRemoved, Family::Admin),
    ("remove-recipientpermission", Kind::MailboxGrantRemoved, Family::Admin),
    ("remove-rolegroup", Kind::RoleRemoved, Family::Admin),
    ("remove-rolegroupmember", Kind::RoleRemoved, Family::Admin),
    ("remove-transportrule", Kind::TransportRuleRemoved, Family::Admin),
    ("removedfromgroup", Kind::ShareRemoved, Family::File),
    ("removedfromsecurelink", Kind::ShareRemoved, Family::File),
    ("removedfromsharinglink", Kind::ShareRemoved, Family::File),
    ("removefolderpermissions", Kind::MailboxGrantRemoved, Family::Mail),
    ("restore-mailbox", Kind::MailboxChanged, Family::Admin),
    ("search-mailbox", Kind::Searched, Family::Admin),
    ("search-unifiedauditlog", Kind::Searched, Family::Admin),
    ("searchcreated", Kind::Searched, Family::Admin),
    ("searchexportdownloaded", Kind::ContentExported, Family::Admin),
    ("searchexported", Kind::ContentExported, Family::Admin),
    ("searchpreviewdownloaded", Kind::ContentExported, Family::Admin),
    ("searchpreviewed", Kind::ContentExported, Family::Admin),
    ("searchqueryinitiated", Kind::Searched, Family::Mail),
    ("searchqueryinitiatedexchange", Kind::Searched, Family::Mail),
    ("searchqueryinitiatedsharepoint", Kind::Searched, Family::File),
    ("searchqueryperformed", Kind::Searched, Family::File),
    ("searchreport", Kind::Searched, Family::Admin),
    ("searchresultssenttoreviewset", Kind::ContentExported, Family::Admin),
    ("searchstarted", Kind::Searched, Family::Admin),
    ("searchupdated", Kind::Searched, Family::Admin),
    ("searchviewed", Kind::Searched, Family::Admin),
    ("securelinkcreated", Kind::Shared, Family::File),
    ("securelinkdeleted", Kind::ShareRemoved, Family::File),
    ("securelinkremoved", Kind::ShareRemoved, Family::File),
    ("securelinkupdated", Kind::Shared, Family::File),
    ("securelinkused", Kind::LinkUsed, Family::File),
    ("send", Kind::MessageSent, Family::Mail),
    ("sendas", Kind::MessageSent, Family::Mail),
    ("sendonbehalf", Kind::MessageSent, Family::Mail),
    ("set-adminauditlogconfig", Kind::Other, Family::Admin),
    ("set-app", Kind::AccessPathChanged, Family::Admin),
    ("set-authenticationpolicy", Kind::AccessPathChanged, Family::Admin),
    ("set-casmailbox", Kind::AccessPathChanged, Family::Admin),
    ("set-compliancesearch", Kind::Searched, Family::Admin),
    ("set-hostedoutboundspamfilterpolicy", Kind::AccessPathChanged, Family::Admin),
    ("set-inboundconnector", Kind::AccessPathChanged, Family::Admin),
    ("set-inboxrule", Kind::RuleSet, Family::Admin),
    ("set-journalrule", Kind::TransportRuleSet, Family::Admin),
    ("set-mailbox", Kind::MailboxChanged, Family::Admin),
    ("set-mailboxauditbypassassociation", Kind::AuditDisabled, Family::Admin),
    ("set-mailboxautoreplyconfiguration", Kind::MailboxChanged, Family::Admin),
    ("set-mailboxcalendarconfiguration", Kind::MailboxChanged, Family::Admin),
    ("set-mailboxfolderpermission", Kind::MailboxGranted, Family::Admin),
    ("set-mailboxjunkemailconfiguration", Kind::MailboxChanged, Family::Admin),
    ("set-mailboxplan", Kind::MailboxChanged, Family::Admin),
    ("set-mailboxregionalconfiguration", Kind::MailboxChanged, Family::Admin),
    ("set-mailuser", Kind::MailboxChanged, Family::Admin),
    ("set-managementroleassignment", Kind::RoleGranted, Family::Admin),
    ("set-organizationconfig", Kind::Other, Family::Admin),
    ("set-outboundconnector", Kind::AccessPathChanged, Family::Admin),
    ("set-remotedomain", Kind::AccessPathChanged, Family::Admin),
    ("set-transportrule", Kind::TransportRuleSet, Family::Admin),
    ("set-user", Kind::MailboxChanged, Family::Admin),
    ("sharepointsearchqueryinitiated", Kind::Searched, Family::File),
    ("sharinginheritancebroken", Kind::SiteGranted, Family::File),
    ("sharinginheritancereset", Kind::SiteGranted, Family::File),
    ("sharinginvitationaccepted", Kind::Shared, Family::File),
    ("sharinginvitationblocked", Kind::ShareRemoved, Family::File),
    ("sharinginvitationcreated", Kind::Shared, Family::File),
    ("sharinginvitationrevoked", Kind::ShareRemoved, Family::File),
    ("sharinginvitationupdated", Kind::Shared, Family::File),
    ("sharinglinkcreated", Kind::Shared, Family::File),
    ("sharinglinkdeleted", Kind::ShareRemoved, Family::File),
    ("sharinglinkupdated", Kind::Shared, Family::File),
    ("sharinglinkused", Kind::LinkUsed, Family::File),
    ("sharingpolicychanged", Kind::SiteGranted, Family::File),
    ("sharingrevoked", Kind::ShareRemoved, Family::File),
    ("sharingset", Kind::Shared, Family::File),
    ("siteadminchangerequest", Kind::SiteGranted, Family::File),
    ("sitecollectionadminadded", Kind::SiteGranted, Family::File),
    ("sitecollectionadminremoved", Kind::SiteGranted, Family::File),
    ("softdelete", Kind::ItemsDeleted, Family::Mail),
    ("start-compliancesearch", Kind::Searched, Family::Admin),
    ("subscribedtomessages", Kind::ChatRead, Family::Chat),
    ("transcriptexported", Kind::ContentExported, Family::Chat),
    ("transcriptsexported", Kind::ContentExported, Family::Chat),
    ("undo-softdeletedmailbox", Kind::MailboxChanged, Family::Admin),
    ("update", Kind::ItemUpdated, Family::Mail),
    ("update-rolegroupmember", Kind::RoleGranted, Family::Admin),
    ("updatecalendardelegation", Kind::MailboxGranted, Family::Mail),
    ("updatecompliancetag", Kind::ItemUpdated, Family::Mail),
    ("updatefolderpermissions", Kind::MailboxGranted, Family::Mail),
    ("updateinboxrules", Kind::RuleSet, Family::Mail),
    ("userloggedin", Kind::SignIn, Family::SignIn),
    ("userloginfailed", Kind::SignIn, Family::SignIn),
    ("viewedsearchexported", Kind::ContentExported, Family::Admin),
    ("viewedsearchpreviewed", Kind::ContentExported, Family::Admin),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_normalised() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} after {}", pair[1].0, pair[0].0);
        }
        for row in TABLE {
            assert_eq!(normalised(row.0, &mut [0; NAME_BYTES_MAX]), Some(row.0));
        }
    }

    /// Vector 12 of semantics §8.
    #[test]
    fn names_are_compared_without_dots_dashes_and_case() {
        let kinds = [
            "Update application \u{2013} Certificates and secrets management ",
            "Update application - Certificates and secrets management.",
            "update  application - certificates and secrets management",
        ]
        .map(|name| of(name, Some(8)).kind);
        assert_eq!(kinds, [Kind::SecretAdded; 3]);
    }

    #[test]
    fn mailbox_words_of_other_workloads_are_not_mail() {
        assert_eq!(of("Create", Some(2)).kind, Kind::ItemCreated);
        assert_eq!(of("Create", None).kind, Kind::ItemCreated);
        assert_eq!(of("Create", Some(28)).kind, Kind::Other);
        assert_eq!(of("Nonsense", Some(6)).stream, Stream::File);
        assert_eq!(of(&"x".repeat(500), Some(8)).stream, Stream::Directory);
    }
}
