//! Records of mailboxes: what was read, synchronised, sent, deleted, written.

use std::net::IpAddr;

use crate::simulate::client::{EXCHANGE, GRAPH};
use crate::simulate::damage::is_marked;
use crate::simulate::guid::Guid;
use crate::simulate::mailbox::{FOLDERS, Mailbox};
use crate::simulate::record::{Head, begin};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;
use crate::simulate::world::Token;

/// One request to a mailbox: who, whose, with what, from where.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Moment.
    pub at: i64,
    /// Mailbox of the account that acts; it holds the account's names.
    pub actor: &'a Mailbox,
    /// The mailbox.
    pub mailbox: &'a Mailbox,
    /// `ClientInfoString`.
    pub client: &'a str,
    /// Address of the client.
    pub address: IpAddr,
    /// `AppId` and `ClientAppId`.
    pub pair: (Option<Guid>, Option<Guid>),
    /// Session identifier, where the client's records have one.
    pub session: Option<Guid>,
    /// The token shown, where the record tells.
    pub token: Option<Token>,
    /// The device, where the record tells.
    pub device: Option<Guid>,
}

const DESKTOP_VERSION: &str = "16.0.17928.20114";

impl Access<'_> {
    fn delegated(&self) -> bool {
        self.actor.id != self.mailbox.id
    }

    fn desktop(&self) -> bool {
        self.client == "Client=MSExchangeRPC"
    }
}

/// Writes a record of messages read (`MailItemsAccessed`, Bind); `messages` lists their numbers.
pub fn bind(sink: &mut Sink, tenant: &Tenant, id: Guid, access: &Access<'_>, messages: &[u64]) {
    open(sink, tenant, id, access, (50, "MailItemsAccessed"));
    let throttled = is_marked(tenant, access.mailbox.id, access.at);
    access_type(sink, "Bind", throttled);
    origin(sink, tenant, access, id);
    let linkable = tenant.linkable();
    let seed = tenant.options.seed;
    let mailbox = access.mailbox;
    let mut text = String::with_capacity(96);
    sink.json.array("Folders");
    for (folder, path) in FOLDERS.iter().enumerate() {
        let mut open = false;
        for &number in messages
            .iter()
            .filter(|&&number| mailbox.folder(number) == folder)
        {
            let json = &mut sink.json;
            if !open {
                json.object_item();
                json.array("FolderItems");
                open = true;
            }
            json.object_item();
            if linkable {
                mailbox.write_item_id(number, &mut text);
                json.text("Id", &text);
            }
            mailbox.write_message_id(seed, number, &mut text);
            json.text("InternetMessageId", &text);
            if linkable {
                json.number("SizeInBytes", mailbox.size(number));
            }
            json.end_object();
        }
        if open {
            sink.json.end_array();
            sink.json.text("Id", &mailbox.folder_id(folder));
            sink.json.text("Path", path);
            sink.json.end_object();
        }
    }
    sink.json.end_array();
    sink.json.number("OperationCount", messages.len() as i64);
    sink.end();
}

/// Writes a record of a folder synchronised (`MailItemsAccessed`, Sync).
pub fn sync(sink: &mut Sink, tenant: &Tenant, id: Guid, access: &Access<'_>, folder: usize) {
    open(sink, tenant, id, access, (2, "MailItemsAccessed"));
    access_type(sink, "Sync", false);
    origin(sink, tenant, access, id);
    let folder_id = access.mailbox.folder_id(folder);
    let name = FOLDERS[folder].rsplit('\\').next().unwrap_or_default();
    let json = &mut sink.json;
    json.object("Item");
    json.text("Id", &folder_id);
    json.object("ParentFolder");
    json.text("Id", &folder_id);
    json.text("Name", name);
    json.text("Path", "Not Available");
    json.end_object();
    json.end_object();
    sink.end();
}

/// Writes a record of one item sent, created or changed (`Send`, `Create`, `Update`).
pub fn item(
    sink: &mut Sink,
    tenant: &Tenant,
    id: Guid,
    access: &Access<'_>,
    what: (&'static str, u64, usize),
) {
    let (operation, number, folder) = what;
    open(sink, tenant, id, access, (2, operation));
    origin(sink, tenant, access, id);
    let mailbox = access.mailbox;
    let mut text = String::new();
    let json = &mut sink.json;
    json.object("Item");
    if operation == "Send" {
        json.text("Id", "Unknown");
    } else {
        if mailbox.size(number) > 80_000 {
            json.text("Attachments", "figures.xlsx (48213b); logo.png (2013b)");
        }
        mailbox.write_item_id(number, &mut text);
        json.text("Id", &text);
    }
    mailbox.write_message_id(tenant.options.seed, number, &mut text);
    json.text("InternetMessageId", &text);
    json.flag("IsRecord", false);
    if operation != "Send" {
        json.object("ParentFolder");
        json.text("Id", &mailbox.folder_id(folder));
        json.text("Path", FOLDERS[folder]);
        json.end_object();
    }
    json.number("SizeInBytes", mailbox.size(number));
    json.text("Subject", mailbox.subject(number));
    json.end_object();
    if operation == "Update" {
        json.array("ModifiedProperties");
        json.text_item("RecipientCollection");
        json.end_array();
    }
    if operation == "Send" && tenant.linkable() {
        recipients(sink, tenant, number);
    }
    sink.end();
}

fn recipients(sink: &mut Sink, tenant: &Tenant, number: u64) {
    let outside = number.is_multiple_of(3);
    let index = (number as usize).wrapping_mul(7) % tenant.mailboxes.len();
    let json = &mut sink.json;
    json.number("recipientCount", 1 + i64::from(outside));
    json.array("recipientList");
    json.object_item();
    json.text("Address", &tenant.mailboxes[index].owner);
    json.text("Name", &tenant.mailboxes[index].alias);
    json.end_object();
    if outside {
        json.object_item();
        json.text(
            "Address",
            &format!("contact{}@partner.example", number % 90),
        );
        json.text("Name", "Contact");
        json.end_object();
    }
    json.end_array();
}

/// Writes a record of messages moved to the waste, or deleted for good.
pub fn delete(
    sink: &mut Sink,
    tenant: &Tenant,
    id: Guid,
    access: &Access<'_>,
    what: (&'static str, &[u64]),
) {
    let (operation, messages) = what;
    open(sink, tenant, id, access, (3, operation));
    origin(sink, tenant, access, id);
    let mailbox = access.mailbox;
    let source = if operation == "HardDelete" { 6 } else { 0 };
    let mut text = String::new();
    let json = &mut sink.json;
    json.array("AffectedItems");
    for &number in messages {
        json.object_item();
        mailbox.write_item_id(number, &mut text);
        json.text("Id", &text);
        mailbox.write_message_id(tenant.options.seed, number, &mut text);
        json.text("InternetMessageId", &text);
        json.object("ParentFolder");
        json.text("Id", &mailbox.folder_id(source));
        json.text("Path", FOLDERS[source]);
        json.end_object();
        json.text("Subject", mailbox.subject(number));
        json.end_object();
    }
    json.end_array();
    json.flag("CrossMailboxOperation", false);
    if operation == "MoveToDeletedItems" {
        folder(sink, mailbox, "DestFolder", 6);
    }
    folder(sink, mailbox, "Folder", source);
    sink.end();
}

fn folder(sink: &mut Sink, mailbox: &Mailbox, key: &str, folder: usize) {
    sink.json.object(key);
    sink.json.text("Id", &mailbox.folder_id(folder));
    sink.json.text("Path", FOLDERS[folder]);
    sink.json.end_object();
}

/// Writes a record of a rule changed from the desktop program (`UpdateInboxRules`).
pub fn rule(sink: &mut Sink, tenant: &Tenant, id: Guid, access: &Access<'_>, name: &str) {
    open(sink, tenant, id, access, (2, "UpdateInboxRules"));
    let json = &mut sink.json;
    json.array("OperationProperties");
    json.pair("RuleOperation", "AddMailboxRule");
    json.pair("RuleId", "-1");
    json.pair("RuleName", name);
    json.pair("RuleState", "Enabled");
    json.pair("RuleCondition", "{(SubjectOrBodyContains newsletter)}");
    json.pair(
        "RuleActions",
        "[{\"ActionType\":\"Move\",\"FolderName\":\"Newsletters\"}]",
    );
    json.end_array();
    origin(sink, tenant, access, id);
    let id = access.mailbox.folder_id(0);
    let json = &mut sink.json;
    json.object("Item");
    json.text("Id", &id);
    json.object("ParentFolder");
    json.text("Id", &id);
    json.text("Name", "Inbox");
    json.text("Path", FOLDERS[0]);
    json.end_object();
    json.end_object();
    sink.end();
}

fn access_type(sink: &mut Sink, name: &str, throttled: bool) {
    sink.json.array("OperationProperties");
    sink.json.pair("MailAccessType", name);
    sink.json
        .pair("IsThrottled", if throttled { "True" } else { "False" });
    sink.json.end_array();
}

/// The common part before what differs: who, which client, whose mailbox.
fn open(
    sink: &mut Sink,
    tenant: &Tenant,
    id: Guid,
    access: &Access<'_>,
    kind: (u16, &'static str),
) {
    let (record_type, operation) = kind;
    let address = access.address.to_string();
    let head = Head {
        at: access.at,
        record_type,
        operation,
        result: "Succeeded",
        user_key: &access.actor.puid,
        user_type: 0,
        workload: "Exchange",
        // Record type 50 has `ClientIPAddress` only (semantics §1.13).
        client: if record_type == 50 { "" } else { &address },
        object: "",
        user: &access.actor.owner,
    };
    begin(sink, tenant, id, &head);
    let json = &mut sink.json;
    if let Some(app) = access.pair.0 {
        json.guid("AppId", app);
    }
    if let Some(app) = access.pair.1 {
        json.guid("ClientAppId", app);
    }
    json.text("ClientIPAddress", &address);
    json.text("ClientInfoString", access.client);
    if access.desktop() {
        json.text("ClientProcessName", "OUTLOOK.EXE");
        json.text("ClientVersion", DESKTOP_VERSION);
    }
    json.flag("ExternalAccess", false);
    let logon = if access.delegated() { 2 } else { 0 };
    json.number("InternalLogonType", 0);
    json.number("LogonType", logon);
    json.text("LogonUserSid", &access.actor.security);
    json.guid("MailboxGuid", access.mailbox.id);
    json.text("MailboxOwnerSid", &access.mailbox.security);
    json.text("MailboxOwnerUPN", &access.mailbox.owner);
}

/// The common part after: the server, the session, the token.
fn origin(sink: &mut Sink, tenant: &Tenant, access: &Access<'_>, id: Guid) {
    let json = &mut sink.json;
    json.text("OrganizationName", &tenant.organization);
    // Some servers end their name with a line break, in real exports too (semantics §1.9).
    let end = if id.0[15] < 20 { "\r\n" } else { "" };
    let server = &access.mailbox.server;
    json.text(
        "OriginatingServer",
        &format!("{server} (15.20.8890.019){end}"),
    );
    if let Some(session) = access.session {
        json.guid("SessionId", session);
    }
    if !tenant.linkable() {
        return;
    }
    json.object("AppAccessContext");
    if let Some(session) = access.session {
        json.guid("AADSessionId", session);
    }
    let graph = access.pair.0 == Some(GRAPH.id);
    json.guid("APIId", if graph { GRAPH.id } else { EXCHANGE.id });
    if let Some(app) = access.pair.1.or(access.pair.0) {
        json.guid("ClientAppId", app);
    }
    if let Some(token) = access.token {
        json.time("IssuedAtTime", token.issued);
        json.token("UniqueTokenId", token.id);
    }
    json.end_object();
    if access.token.is_some() {
        json.guid("TokenObjectId", access.actor.object_id);
        json.guid("TokenTenantId", tenant.id);
    }
    if let Some(device) = access.device {
        json.guid("DeviceId", device);
    }
}
