//! Records of the directory: accounts, consents, roles, applications (record type 8).

use std::net::IpAddr;

use crate::simulate::guid::Guid;
use crate::simulate::people::Person;
use crate::simulate::record::{Head, begin};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;

/// What a directory change is about.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A person's account.
    Person(&'a Person),
    /// A service principal: object id, application id, name.
    Principal(Guid, Guid, &'a str),
    /// A group or role, by name.
    Group(Guid, &'a str),
    /// A domain.
    Domain(&'a str),
}

/// One change of the directory.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Moment.
    pub at: i64,
    /// Who; none for the provider's own service.
    pub actor: Option<&'a Person>,
    /// Address, where the record tells.
    pub address: Option<IpAddr>,
    /// Operation, as the audit log spells it.
    pub operation: &'static str,
    /// What was changed.
    pub target: Target<'a>,
    /// Properties: name, new value, old value.
    pub properties: &'a [(&'a str, &'a str, &'a str)],
    /// User agent in the additional details; empty when not told.
    pub agent: &'a str,
}

/// Writes a record of a directory change.
pub fn write(sink: &mut Sink, tenant: &Tenant, id: Guid, change: &Change<'_>) {
    let user_key = change
        .actor
        .map(|person| format!("{}@{}", person.puid, tenant.organization));
    let address = change
        .address
        .map(|address| address.to_string())
        .unwrap_or_default();
    let object = match change.target {
        Target::Person(person) => person.account_mail.clone(),
        Target::Principal(_, app, _) => app.to_string(),
        Target::Group(object, _) => object.to_string(),
        Target::Domain(name) => name.to_owned(),
    };
    let head = Head {
        at: change.at,
        record_type: 8,
        operation: change.operation,
        result: "Success",
        user_key: user_key.as_deref().unwrap_or("Not Available"),
        user_type: if change.actor.is_some() { 0 } else { 4 },
        workload: "AzureActiveDirectory",
        client: &address,
        object: &object,
        user: change
            .actor
            .map_or("Certificate", |person| &person.account_mail),
    };
    begin(sink, tenant, id, &head);
    let json = &mut sink.json;
    json.number("AzureActiveDirectoryEventType", 1);
    json.array("ExtendedProperties");
    let details = if change.agent.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{\"User-Agent\":\"{}\"}}", change.agent)
    };
    json.pair("additionalDetails", &details);
    json.pair("extendedAuditEventCategory", category(change.target));
    json.end_array();
    json.array("ModifiedProperties");
    for (name, new, old) in change.properties {
        json.change(name, new, old);
    }
    json.end_array();
    actors(sink, tenant, change);
    let json = &mut sink.json;
    json.guid("ActorContextId", tenant.id);
    json.text("ActorIpAddress", &address);
    json.guid(
        "InterSystemsId",
        Guid::from_numbers(u64::from(id.0[3]) << 40 | 77, change.at.unsigned_abs()),
    );
    json.guid(
        "IntraSystemId",
        Guid::from_numbers(change.at.unsigned_abs(), u64::from(id.0[4])),
    );
    json.text("SupportTicketId", "");
    targets(sink, change);
    sink.json.guid("TargetContextId", tenant.id);
    sink.end();
}

fn category(target: Target<'_>) -> &'static str {
    match target {
        Target::Person(_) => "User",
        Target::Principal(..) => "ServicePrincipal",
        Target::Group(..) => "Group",
        Target::Domain(_) => "Domain",
    }
}

fn entry(sink: &mut Sink, id: &str, kind: i64) {
    sink.json.object_item();
    sink.json.text("ID", id);
    sink.json.number("Type", kind);
    sink.json.end_object();
}

fn actors(sink: &mut Sink, tenant: &Tenant, change: &Change<'_>) {
    sink.json.array("Actor");
    match change.actor {
        Some(person) => {
            entry(sink, &person.account_mail, 5);
            entry(sink, &person.puid, 3);
            entry(sink, &format!("User_{}", person.object_id), 2);
            entry(sink, &person.object_id.to_string(), 2);
            entry(sink, "User", 2);
        }
        None => {
            entry(sink, "Microsoft Online Services", 1);
            entry(sink, "Certificate", 2);
            entry(sink, &tenant.id.to_string(), 2);
        }
    }
    sink.json.end_array();
}

fn targets(sink: &mut Sink, change: &Change<'_>) {
    sink.json.array("Target");
    match change.target {
        Target::Person(person) => {
            entry(sink, &format!("User_{}", person.object_id), 2);
            entry(sink, &person.object_id.to_string(), 2);
            entry(sink, "User", 2);
            entry(sink, &person.account_mail, 5);
            entry(sink, &person.puid, 3);
        }
        Target::Principal(object, app, name) => {
            entry(sink, &format!("ServicePrincipal_{object}"), 2);
            entry(sink, &object.to_string(), 2);
            entry(sink, "ServicePrincipal", 2);
            entry(sink, name, 1);
            entry(sink, &app.to_string(), 2);
            entry(sink, &app.to_string(), 4);
        }
        Target::Group(object, name) => {
            entry(sink, &format!("Group_{object}"), 2);
            entry(sink, &object.to_string(), 2);
            entry(sink, "Group", 2);
            entry(sink, name, 1);
        }
        Target::Domain(name) => {
            entry(sink, "Domain", 2);
            entry(sink, name, 1);
        }
    }
    sink.json.end_array();
}

/// A consent of one person to an application: principal, grant, consent.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// Moment.
    pub at: i64,
    /// Who consents.
    pub person: &'a Person,
    /// From where.
    pub address: IpAddr,
    /// Application id, object id of the principal, name.
    pub app: (Guid, Guid, &'a str),
    /// Scopes, with spaces between.
    pub scopes: &'a str,
    /// Whether the application is new to the tenant.
    pub first: bool,
}

/// Writes the records of a consent; `ids` are the identifiers of its three records.
pub fn consent(sink: &mut Sink, tenant: &Tenant, ids: [Guid; 3], consent: &Consent<'_>) {
    let (app, principal, name) = consent.app;
    let common = Change {
        at: consent.at - 2,
        actor: Some(consent.person),
        address: Some(consent.address),
        operation: "Add service principal.",
        target: Target::Principal(principal, app, name),
        properties: &[],
        agent: "EvoSTS",
    };
    if consent.first {
        principal_added(sink, tenant, ids[0], &common);
    }
    let principal = principal.to_string();
    let graph = "00000003-0000-0000-c000-000000000000;https://graph.microsoft.com";
    let properties = [
        ("DelegatedPermissionGrant.Scope", consent.scopes, ""),
        ("DelegatedPermissionGrant.ConsentType", "Principal", ""),
        ("ServicePrincipal.ObjectID", principal.as_str(), ""),
        ("TargetId.ServicePrincipalNames", graph, ""),
    ];
    let operation = "Add delegated permission grant.";
    let at = consent.at - 1;
    let grant = Change {
        at,
        operation,
        properties: &properties,
        ..common
    };
    write(sink, tenant, ids[1], &grant);
    consented(sink, tenant, ids[2], (consent, &common));
}

/// A new service principal, as somebody's consent or the provider brings it.
fn principal_added(sink: &mut Sink, tenant: &Tenant, id: Guid, common: &Change<'_>) {
    let Target::Principal(_, app, name) = common.target else {
        return;
    };
    let name = format!("[\r\n  \"{name}\"\r\n]");
    let app = format!("[\r\n  \"{app}\"\r\n]");
    let properties = [
        ("AccountEnabled", "[\r\n  true\r\n]", "[]"),
        ("AppPrincipalId", app.as_str(), "[]"),
        ("DisplayName", name.as_str(), "[]"),
        (
            "Included Updated Properties",
            "AccountEnabled, AppPrincipalId, DisplayName",
            "",
        ),
    ];
    write(
        sink,
        tenant,
        id,
        &Change {
            properties: &properties,
            ..*common
        },
    );
}

fn consented(sink: &mut Sink, tenant: &Tenant, id: Guid, what: (&Consent<'_>, &Change<'_>)) {
    let (consent, common) = what;
    let (app, principal, _) = consent.app;
    let permissions = format!(
        "[] => [[Id: {id}, ClientId: {principal}, PrincipalId: {}, ResourceId: {}, ConsentType: Principal, Scope: {}]]; ",
        consent.person.object_id, tenant.id, consent.scopes
    );
    let app = app.to_string();
    let properties = [
        ("ConsentContext.IsAdminConsent", "False", ""),
        ("ConsentContext.IsAppOnly", "False", ""),
        ("ConsentContext.OnBehalfOfAll", "False", ""),
        (
            "ConsentContext.Tags",
            "WindowsAzureActiveDirectoryIntegratedApp",
            "",
        ),
        ("ConsentAction.Permissions", permissions.as_str(), ""),
        ("TargetId.ServicePrincipalNames", app.as_str(), ""),
    ];
    let operation = "Consent to application.";
    let change = Change {
        at: consent.at,
        operation,
        properties: &properties,
        ..*common
    };
    write(sink, tenant, id, &change);
}
