//! Writers of audit records, one file per family.

pub mod admin;
pub mod directory;
pub mod file;
pub mod mail;
pub mod sign_in;

use std::net::IpAddr;

use crate::simulate::guid::Guid;
use crate::simulate::sink::{Sink, Stream};
use crate::simulate::tenant::Tenant;

/// The fields that all audit records share (semantics §1.7).
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Moment.
    pub at: i64,
    /// Record type number.
    pub record_type: u16,
    /// Operation.
    pub operation: &'static str,
    /// Result; empty when the record has none.
    pub result: &'static str,
    /// The user's key.
    pub user_key: &'a str,
    /// Kind of user.
    pub user_type: u8,
    /// Workload.
    pub workload: &'static str,
    /// Address of the client, as its family writes it; absent when empty.
    pub client: &'a str,
    /// The object concerned; absent when empty.
    pub object: &'a str,
    /// The user.
    pub user: &'a str,
}

/// Begins an audit record; the caller adds the rest and ends it.
pub fn begin(sink: &mut Sink, tenant: &Tenant, id: Guid, head: &Head<'_>) {
    sink.begin(Stream::Audit, head.at, id);
    let json = &mut sink.json;
    json.time("CreationTime", head.at);
    json.guid("Id", id);
    json.text("Operation", head.operation);
    json.guid("OrganizationId", tenant.id);
    json.number("RecordType", i64::from(head.record_type));
    if !head.result.is_empty() {
        json.text("ResultStatus", head.result);
    }
    json.text("UserKey", head.user_key);
    json.number("UserType", i64::from(head.user_type));
    json.number("Version", 1);
    json.text("Workload", head.workload);
    if !head.client.is_empty() {
        json.text("ClientIP", head.client);
    }
    if !head.object.is_empty() {
        json.text("ObjectId", head.object);
    }
    sink.name(head.record_type, head.operation, head.user);
}

/// An address with a port, as administrative records write it (semantics §1.13).
#[must_use]
pub fn with_port(address: IpAddr, port: u16) -> String {
    match address {
        IpAddr::V4(four) => format!("{four}:{port}"),
        IpAddr::V6(six) => format!("[{six}]:{port}"),
    }
}
