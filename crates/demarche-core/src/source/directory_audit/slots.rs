//! Fields of a directory audit record and the names they are delivered by. A listed catalogue.

use crate::source::row::Slot;

/// One field of a directory audit record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its id.
    Id,
    /// When it happened.
    Time,
    /// When the workspace dates it.
    Generated,
    /// Name of the operation.
    Activity,
    /// Name of the operation by the workspace.
    Operation,
    /// Correlation id.
    Correlation,
    /// What came of it.
    Result,
    /// Why.
    Reason,
    /// Who did it, as an object.
    InitiatedBy,
    /// What it was done to, as a list.
    Targets,
    /// Further facts, as a list.
    Additional,
    /// The tenant.
    Tenant,
    /// User agent.
    Agent,
    /// Kind of actor.
    ActorType,
    /// Display name of the actor.
    ActorName,
    /// Object id of the actor.
    ActorId,
    /// Name of the actor's account.
    ActorAccount,
    /// Address of the actor.
    Address,
    /// Object id of the acting service principal.
    ActorPrincipalId,
    /// Name of the acting service principal.
    ActorPrincipalName,
}

impl Slot for Field {
    const COUNT: usize = Field::ActorPrincipalName as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("aadtenantid", Field::Tenant),
        ("activity", Field::Activity),
        ("activitydatetime", Field::Time),
        ("activitydatetimeutc", Field::Time),
        ("activitydisplayname", Field::Activity),
        ("actordisplayname", Field::ActorName),
        ("actorobjectid", Field::ActorId),
        ("actorserviceprincipalid", Field::ActorPrincipalId),
        ("actorserviceprincipalname", Field::ActorPrincipalName),
        ("actortype", Field::ActorType),
        ("actoruserprincipalname", Field::ActorAccount),
        ("additionaldetails", Field::Additional),
        ("correlationid", Field::Correlation),
        ("dateutc", Field::Time),
        ("id", Field::Id),
        ("initiatedby", Field::InitiatedBy),
        ("ipaddress", Field::Address),
        ("operationname", Field::Operation),
        ("result", Field::Result),
        ("resultreason", Field::Reason),
        ("targetresources", Field::Targets),
        ("timegenerated", Field::Generated),
        ("timegeneratedutc", Field::Generated),
        ("useragent", Field::Agent),
    ];
}
