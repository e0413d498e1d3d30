//! The innocent application that an administrator lets read all mailboxes.

use crate::simulate::act;
use crate::simulate::calendar::{DAY, HOUR, MINUTE};
use crate::simulate::client::{GRAPH, Named};
use crate::simulate::guid::Guid;
use crate::simulate::network::relay;
use crate::simulate::people::{BROWSER, Person};
use crate::simulate::random::{Random, mix};
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::record::mail;
use crate::simulate::record::sign_in::{self, AppSignIn};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::{App, Tenant, path};
use crate::simulate::world::{Origin, Token, World};

/// Its day in the tenant: the consent on the first, its sign-ins on all.
pub fn day(world: &mut World, day: i64) {
    let World { tenant, sink, .. } = world;
    let Some((app, from)) = &tenant.new_app else {
        return;
    };
    if day < *from {
        return;
    }
    let mut random = Random::new(tenant.options.seed, &[path::TWIN, 1, day as u64]);
    if day == *from {
        let administrator = &tenant.people[0];
        let at = admitted(tenant, administrator, day);
        admit(sink, tenant, (administrator, at), &mut random);
        return;
    }
    for group in 0..24 / tenant.grouping_hours {
        let token = token(
            tenant,
            app,
            tenant.moment(day) + group * tenant.grouping_hours * HOUR,
        );
        let row = AppSignIn {
            at: token.issued,
            id: token.id,
            correlation: random.guid(),
            app: Named {
                id: app.id,
                name: app.name,
            },
            principal: app.principal,
            resource: GRAPH,
            origin: Some(Origin::new(app.network, 0)),
        };
        sign_in::app_row(sink, tenant, &row);
    }
}

/// Its token at a moment: a new one every hour, though the log shows one per group (semantics §4.5).
fn token(tenant: &Tenant, app: &App, at: i64) -> Token {
    let hour = at.div_euclid(HOUR);
    let key = mix(tenant.options.seed, u64::from(app.id.0[0]));
    let issued = hour * HOUR + 30;
    Token {
        id: Guid::from_numbers(mix(key, hour as u64), mix(key ^ 1, hour as u64)),
        issued,
        expires: issued + HOUR + MINUTE,
    }
}

fn admitted(tenant: &Tenant, administrator: &Person, day: i64) -> i64 {
    let offset = tenant.offices[administrator.office].place.offset_minutes;
    tenant.moment(day) + (administrator.hours.0 + 60 - offset) * MINUTE
}

/// Properties of a change: name, new value, old value.
type Properties<'a> = &'a [(&'a str, &'a str, &'a str)];

/// The administrator's act: a service principal, and the right to read all mailboxes.
fn admit(sink: &mut Sink, tenant: &Tenant, who: (&Person, i64), random: &mut Random) {
    let (administrator, at) = who;
    let Some((app, _)) = &tenant.new_app else {
        return;
    };
    let id = format!("[\r\n  \"{}\"\r\n]", app.id);
    let added = [
        ("AppPrincipalId", id.as_str(), "[]"),
        ("Included Updated Properties", "AppPrincipalId", ""),
    ];
    let (app_id, principal) = (app.id.to_string(), app.principal.to_string());
    let (graph, graph_principal) = (GRAPH.id, Guid::from_numbers(tenant.options.seed, 0x6a));
    let graph_names = format!("{graph};https://graph.microsoft.com");
    let role = [
        ("AppRole.Id", "810c84a8-4a9e-49e6-bf7d-12d183f40d01", ""),
        ("AppRole.Value", "Mail.Read", ""),
        ("AppRole.DisplayName", "Read mail in all mailboxes", ""),
        ("ServicePrincipal.ObjectID", &principal, ""),
        ("ServicePrincipal.DisplayName", app.name, ""),
        ("ServicePrincipal.AppId", &app_id, ""),
        ("ServicePrincipal.Name", &app_id, ""),
        ("TargetId.ServicePrincipalNames", &graph_names, ""),
    ];
    let permissions = format!(
        "[] => [[Id: {}, ClientId: {principal}, PrincipalId: , ResourceId: {graph_principal}, ConsentType: AllPrincipals, Scope: Mail.Read]]; ",
        Guid::from_numbers(tenant.options.seed, 0x6b)
    );
    let consent = [
        ("ConsentContext.IsAdminConsent", "True", ""),
        ("ConsentContext.IsAppOnly", "False", ""),
        ("ConsentContext.OnBehalfOfAll", "True", ""),
        ("ConsentContext.Tags", "", ""),
        ("ConsentAction.Permissions", &permissions, ""),
        ("TargetId.ServicePrincipalNames", &app_id, ""),
    ];
    let own = Target::Principal(app.principal, app.id, app.name);
    let resource = Target::Principal(graph_principal, graph, GRAPH.name);
    // As a real tenant's log has them: the role's target is the resource, and the agent is the
    // browser of who clicked in the portal.
    let changes: [(&'static str, Properties<'_>, Target<'_>); 3] = [
        ("Add service principal.", &added, own),
        (
            "Add app role assignment to service principal.",
            &role,
            resource,
        ),
        ("Consent to application.", &consent, own),
    ];
    let office = &tenant.offices[administrator.office];
    for (offset, (operation, properties, target)) in (0..).zip(changes) {
        let change = Change {
            at: at + offset,
            actor: Some(administrator),
            address: Some(office.network.address(0)),
            operation,
            target,
            properties,
            agent: &administrator.devices[BROWSER].agent,
        };
        directory::write(sink, tenant, random.guid(), &change);
    }
}

/// Its day in one mailbox: what arrived, in a few visits at any hour.
pub fn mailbox_day(world: &mut World, mailbox: usize, day: i64) {
    let World { tenant, sink, .. } = world;
    let Some((app, _)) = tenant.new_app.as_ref().filter(|(_, from)| day > *from) else {
        return;
    };
    let mut random = Random::new(
        tenant.options.seed,
        &[path::TWIN, 2, mailbox as u64, day as u64],
    );
    let n_visits = 1 + random.below(3);
    let first = tenant.mailboxes[mailbox].messages_on(day);
    let n_arrived = tenant.mailboxes[mailbox].messages_on(day + 1) - first;
    for visit in 0..n_visits {
        let mut access = act::background(
            tenant,
            mailbox,
            tenant.moment(day) + random.between(60, DAY - 1),
        );
        access.client = "Client=REST;;";
        access.address = relay(&mut random);
        access.pair = (Some(GRAPH.id), Some(app.id));
        access.token = tenant
            .linkable()
            .then(|| token(tenant, app, access.at - MINUTE));
        let from = first + visit * n_arrived / n_visits;
        let messages: Vec<u64> = (from..from + (n_arrived / n_visits).clamp(1, 9)).collect();
        let id = random.guid();
        mail::bind(sink, tenant, id, &access, &messages);
    }
}
