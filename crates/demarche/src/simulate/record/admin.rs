//! Records of mail administration: rules, permissions, settings (record type 1).

use std::net::IpAddr;

use crate::simulate::client::EXCHANGE;
use crate::simulate::guid::Guid;
use crate::simulate::mailbox::Mailbox;
use crate::simulate::record::{Head, begin, with_port};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;

/// One administrative command.
#[derive(Debug, Clone, Copy)]
pub struct Command<'a> {
    /// Moment.
    pub at: i64,
    /// Mailbox of the account that acts.
    pub actor: &'a Mailbox,
    /// The command.
    pub operation: &'static str,
    /// The object changed.
    pub object: &'a str,
    /// Its parameters.
    pub parameters: &'a [(&'a str, &'a str)],
    /// Address of the client.
    pub address: IpAddr,
    /// Session, where the record tells.
    pub session: Option<Guid>,
}

/// Writes a record of an administrative command.
pub fn command(sink: &mut Sink, tenant: &Tenant, id: Guid, command: &Command<'_>) {
    let port = 1024 + u16::from_be_bytes([id.0[1], id.0[2]]) % 60_000;
    let client = with_port(command.address, port);
    let head = Head {
        at: command.at,
        record_type: 1,
        operation: command.operation,
        result: "True",
        user_key: &command.actor.puid,
        user_type: 2,
        workload: "Exchange",
        client: &client,
        object: command.object,
        user: &command.actor.owner,
    };
    begin(sink, tenant, id, &head);
    let json = &mut sink.json;
    json.guid("AppId", EXCHANGE.id);
    json.text("ClientAppId", "");
    json.flag("ExternalAccess", false);
    json.text("OrganizationName", &tenant.organization);
    json.text(
        "OriginatingServer",
        &format!("{} (15.20.8890.019)", command.actor.server),
    );
    json.array("Parameters");
    for (name, value) in command.parameters {
        json.pair(name, value);
    }
    json.end_array();
    match command.session {
        Some(session) => json.guid("SessionId", session),
        None => json.text("SessionId", ""),
    }
    sink.end();
}

/// The provider's own nightly command on a mailbox, without a person.
pub fn system(sink: &mut Sink, tenant: &Tenant, id: Guid, at: i64, mailbox: &Mailbox) {
    let head = Head {
        at,
        record_type: 1,
        operation: "Set-Mailbox",
        result: "True",
        user_key: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
        user_type: 3,
        workload: "Exchange",
        client: "",
        object: &mailbox.alias,
        user: "NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)",
    };
    begin(sink, tenant, id, &head);
    let json = &mut sink.json;
    json.text("AppId", "");
    json.text("ClientAppId", "");
    json.flag("ExternalAccess", true);
    json.text("OrganizationName", &tenant.organization);
    json.text(
        "OriginatingServer",
        &format!("{} (15.20.8890.019)", mailbox.server),
    );
    json.array("Parameters");
    json.pair(
        "Identity",
        &format!("{}/{}", tenant.organization, mailbox.alias),
    );
    json.pair("DefaultAuditSet", "Admin, Delegate, Owner");
    json.end_array();
    sink.end();
}
