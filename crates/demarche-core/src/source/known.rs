//! Versioned lists about this provider: publishers, scopes, toolkits, own applications.
//!
//! Handed to the judgement as values, because no room after `source` knows a vendor. A name here
//! makes nothing trustworthy (K18), and a name missing here makes nothing hostile.

/// The version printed beside whatever these lists decide.
pub const VERSION: &str = "2026-11-22";

/// Names that hostile applications imitate (compared by shape: `rn` for `m`, `0` for `o`).
pub const PUBLISHERS: &[&str] = &[
    "microsoft",
    "microsoft office",
    "office 365",
    "office365",
    "outlook",
    "onedrive",
    "sharepoint",
    "microsoft teams",
    "exchange",
    "azure",
    "windows",
    "google",
    "gmail",
    "adobe",
    "docusign",
    "dropbox",
    "zoom",
    "slack",
    "salesforce",
    "linkedin",
    "paypal",
    "okta",
];

/// Scopes that reach the content of mail, files, chats, calendars or contacts.
pub const CONTENT_SCOPES: &[&str] = &[
    "Mail.Read",
    "Mail.Read.Shared",
    "Mail.ReadWrite",
    "Mail.ReadWrite.Shared",
    "Mail.ReadBasic",
    "Mail.ReadBasic.All",
    "Mail.Send",
    "Mail.Send.Shared",
    "MailboxSettings.Read",
    "MailboxSettings.ReadWrite",
    "MailboxItem.Read.All",
    "MailboxItem.ImportExport.All",
    "MailboxItem.ImportExport",
    "full_access_as_user",
    "full_access_as_app",
    "EWS.AccessAsUser.All",
    "EAS.AccessAsUser.All",
    "IMAP.AccessAsUser.All",
    "IMAP.AccessAsApp",
    "POP.AccessAsUser.All",
    "POP.AccessAsApp",
    "SMTP.Send",
    "Files.Read",
    "Files.Read.All",
    "Files.ReadWrite",
    "Files.ReadWrite.All",
    "Files.Read.Selected",
    "Files.ReadWrite.AppFolder",
    "Sites.Read.All",
    "Sites.ReadWrite.All",
    "Sites.FullControl.All",
    "Sites.Selected",
    "Notes.Read",
    "Notes.Read.All",
    "Notes.ReadWrite",
    "Notes.ReadWrite.All",
    "Chat.Read",
    "Chat.Read.All",
    "Chat.ReadWrite",
    "Chat.ReadWrite.All",
    "ChannelMessage.Read.All",
    "Calendars.Read",
    "Calendars.ReadWrite",
    "Calendars.Read.Shared",
    "Contacts.Read",
    "Contacts.ReadWrite",
];

/// Scopes that nearly every application asks for: they tell no two applications apart.
pub const PLAIN_SCOPES: &[&str] = &["openid", "profile", "email", "offline_access", "User.Read"];

/// Scope sets that published attack toolkits ask for as they come, without [`PLAIN_SCOPES`].
///
/// The set of the first is the default of a published phishing toolkit for this provider, seen
/// unchanged in a public record of its use.
pub const TOOLKITS: &[(&str, &[&str])] = &[(
    "o365-attack-toolkit",
    &[
        "Contacts.Read",
        "Mail.Read",
        "Mail.Send",
        "Files.ReadWrite.All",
        "Files.Read",
        "Files.Read.All",
    ],
)];

/// The provider's own applications worth naming (semantics §7), by id.
pub const OWN_APPLICATIONS: &[(&str, &str)] = &[
    (
        "00000002-0000-0ff1-ce00-000000000000",
        "Office 365 Exchange Online",
    ),
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    (
        "00000002-0000-0000-c000-000000000000",
        "Windows Azure Active Directory",
    ),
    ("00000003-0000-0ff1-ce00-000000000000", "SharePoint Online"),
    (
        "00000004-0000-0ff1-ce00-000000000000",
        "Skype for Business Online",
    ),
    ("00000006-0000-0ff1-ce00-000000000000", "Office 365 Portal"),
    (
        "00000007-0000-0ff1-ce00-000000000000",
        "Exchange Online Protection",
    ),
    ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"),
    ("27922004-5251-4030-b22d-91ecd9a37ea4", "Outlook Mobile"),
    ("9199bf20-a13f-4107-85dc-02114787ef48", "Outlook Web App"),
    ("5d661950-3475-41cd-a2c3-d671a3162bc1", "Microsoft Outlook"),
    (
        "bc59ab01-8403-45c6-8796-ac3ef710b3e3",
        "Outlook Online Add-in App",
    ),
    (
        "fb78d390-0c51-40cd-8e17-fdbfab77341b",
        "Exchange REST API PowerShell",
    ),
    (
        "a0c73c16-a7e3-4564-9a95-2bdf47383716",
        "Legacy Exchange Online PowerShell",
    ),
    (
        "497effe9-df71-4043-a8bb-14cf78c4b63b",
        "Exchange Admin Center",
    ),
    (
        "47629505-c2b6-4a80-adb1-9b3a3d233b7b",
        "Exchange Web Services",
    ),
    (
        "51be292c-a17e-4f17-9a7e-4b661fb16dd2",
        "Exchange ProtectedServiceHost",
    ),
    (
        "13937bba-652e-4c46-b222-3003f4d1ff97",
        "Substrate Context Service",
    ),
    (
        "98db8bd6-0cc0-4e67-9de5-f187f1cd1b41",
        "Microsoft Substrate Management",
    ),
    (
        "66a88757-258c-4c72-893c-3e8bed4d6899",
        "Office 365 Search Service",
    ),
    ("26a7ee05-5602-4d76-a7ba-eae8b7b67941", "Windows Search"),
    ("d9b8ec3a-1e4e-4e08-b3c2-5baf00c0fcb0", "HxService"),
    (
        "394866fc-eedb-4f01-8536-3ff84b16be2a",
        "People Cards Service",
    ),
    ("35d54a08-36c9-4847-9018-93934c62740c", "PeoplePredictions"),
    ("48af08dc-f6d2-435f-b2a7-069abd99c086", "Connectors"),
    ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"),
    ("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Teams Web Client"),
    ("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe", "Teams Services"),
    ("51133ff5-8e0d-4078-bcca-84fb7f905b64", "Teams Mailhook"),
    ("89bee1f7-5e6e-4d8a-9f3d-ecd601259da7", "Office365 Shell"),
    ("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"),
    (
        "243c63a3-247d-41c5-9d83-7788c43f1c43",
        "Office Online Core SSO",
    ),
    (
        "ab9b8c07-8f02-4f72-87fa-80105867a763",
        "OneDrive SyncEngine",
    ),
    ("33be1cef-03fb-444b-8fd3-08ca1b4d803f", "OneDrive Web"),
    (
        "29d9ed98-a469-4536-ade2-f981bc1d605e",
        "Microsoft Authentication Broker",
    ),
    (
        "1b730954-1685-4b74-9bfd-dac224a7b894",
        "Azure AD PowerShell",
    ),
    ("1950a258-227b-4e31-a9cf-717495945fc2", "Azure PowerShell"),
    ("04b07795-8ddb-461a-bbee-02f9e1bf7b46", "Azure CLI"),
    (
        "14d82eec-204b-4c2f-b7e8-296a70dab67e",
        "Graph Command Line Tools",
    ),
    ("de8bc8b5-d9f9-48b1-a8ad-b748da725064", "Graph Explorer"),
    ("c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "Azure Portal"),
    (
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "Azure Resource Manager",
    ),
    (
        "80ccca67-54bd-44ab-8625-4b79c4dc7775",
        "Security & Compliance Center",
    ),
    (
        "00b41c95-dab0-4487-9791-b9d2c32c80f2",
        "Office 365 Management",
    ),
];
