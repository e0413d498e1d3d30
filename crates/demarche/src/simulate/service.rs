//! What happens in a tenant without its people: background readers, robots, administration, noise.

use crate::simulate::act;
use crate::simulate::calendar::{DAY, MINUTE};
use crate::simulate::client::{Client, EXCHANGE, GRAPH, Named, PORTAL};
use crate::simulate::guid::Guid;
use crate::simulate::issue::SERVER;
use crate::simulate::journal;
use crate::simulate::network::provider;
use crate::simulate::people::{Device, Person, Role};
use crate::simulate::random::{Random, mix};
use crate::simulate::record::admin::{self, Command};
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::record::mail;
use crate::simulate::record::sign_in::{self, AppSignIn, SignIn};
use crate::simulate::tenant::{Reader, Tenant, path};
use crate::simulate::twins;
use crate::simulate::world::{Origin, World};

/// Everything of one day that no person's plan holds, except what concerns single mailboxes.
pub fn day(world: &mut World, day: i64) {
    let seed = world.tenant.options.seed;
    let mut random = Random::new(seed, &[path::TENANT_DAY, day as u64]);
    robots(world, day, &mut random);
    noise(world, day, &mut random);
    joiners(world, day, &mut random);
    rollout(world, day, &mut random);
    journal::day(world, day);
    twins::day(world, day);
}

/// What the provider does in one mailbox on one day.
pub fn mailbox_day(world: &mut World, mailbox: usize, day: i64) {
    journal::mailbox_day(world, mailbox, day);
    let World { tenant, sink, .. } = world;
    let seed = tenant.options.seed;
    let mut random = Random::new(seed, &[path::MAILBOX, mailbox as u64, 2, day as u64]);
    let start = tenant.moment(day);
    for reader in tenant
        .readers
        .iter()
        .filter(|reader| visits(tenant, reader, mailbox, day))
    {
        let n_thousandths = reader.visits * tenant.options.readers / 1000;
        let n_visits = n_thousandths / 1000 + u64::from(random.chance(n_thousandths % 1000));
        for _ in 0..n_visits {
            let mut access = act::background(tenant, mailbox, start + random.between(0, DAY - 1));
            access.address = provider(&mut random, reader.from_day < 0);
            access.pair = (Some(reader.pair.0), Some(reader.pair.1));
            let until = tenant.mailboxes[mailbox].messages_on(day + 1);
            let first = until.saturating_sub(1 + random.below(60));
            let messages: Vec<u64> = (first..(first + 1 + random.below(3)).min(until)).collect();
            let id = random.guid();
            mail::bind(sink, tenant, id, &access, &messages);
        }
    }
    // Mailboxes are touched by the provider's own upkeep about once a month.
    if random.chance(33 * tenant.options.activity / 1000) {
        let id = random.guid();
        let at = start + random.between(0, DAY - 1);
        admin::system(sink, tenant, id, at, &tenant.mailboxes[mailbox]);
    }
}

fn visits(tenant: &Tenant, reader: &Reader, mailbox: usize, day: i64) -> bool {
    let pair = u64::from(reader.pair.0.0[0]) << 8 | u64::from(reader.pair.0.0[1]);
    let draw = mix(tenant.options.seed ^ pair, mailbox as u64) % 1000;
    // A new reader reaches its mailboxes over some days, not in one night.
    let delay = if reader.from_day >= 0 {
        (draw % 4) as i64
    } else {
        0
    };
    draw < reader.share && day >= reader.from_day + delay
}

/// The provider registers its new reader in the directory in half of all tenants.
fn rollout(world: &mut World, day: i64, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    for reader in tenant
        .readers
        .iter()
        .filter(|reader| reader.from_day == day)
    {
        let id = random.guid();
        let principal = random.guid();
        if random.chance(500) {
            continue;
        }
        let app = reader.pair.1;
        let text = format!("[\r\n  \"{app}\"\r\n]");
        let properties = [
            ("AccountEnabled", "[\r\n  true\r\n]", "[]"),
            ("AppPrincipalId", text.as_str(), "[]"),
            (
                "Included Updated Properties",
                "AccountEnabled, AppPrincipalId",
                "",
            ),
        ];
        let change = Change {
            at: tenant.moment(day) + random.between(0, 3600),
            actor: None,
            address: None,
            operation: "Add service principal.",
            target: Target::Principal(principal, app, "Substrate Insights Service"),
            properties: &properties,
            agent: "",
        };
        directory::write(sink, tenant, id, &change);
    }
}

/// Applications that act alone, and a managed identity: one row per group (semantics §4.5).
fn robots(world: &mut World, day: i64, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    let start = tenant.moment(day);
    let n_rows = 24 / tenant.grouping_hours;
    for app in tenant.apps.iter().filter(|app| app.alone) {
        for n in 0..n_rows {
            let row = AppSignIn {
                at: start + n * tenant.grouping_hours * 3600 + random.between(60, 3000),
                id: random.guid(),
                correlation: random.guid(),
                app: Named {
                    id: app.id,
                    name: app.name,
                },
                principal: app.principal,
                resource: GRAPH,
                origin: Some(Origin::new(app.network, 0)),
            };
            if random.chance(tenant.options.activity) {
                sign_in::app_row(sink, tenant, &row);
            }
        }
    }
    let mut fixed = Random::new(tenant.options.seed, &[path::TENANT, 5]);
    let (app, principal) = (fixed.guid(), fixed.guid());
    for n in 0..n_rows {
        let row = AppSignIn {
            at: start + n * tenant.grouping_hours * 3600 + random.between(60, 3000),
            id: random.guid(),
            correlation: random.guid(),
            app: Named {
                id: app,
                name: "backup-automation",
            },
            principal,
            resource: GRAPH,
            origin: None,
        };
        if random.chance(tenant.options.activity) {
            sign_in::app_row(sink, tenant, &row);
        }
    }
}

/// The internet tries passwords everywhere, a few a day, and fails.
fn noise(world: &mut World, day: i64, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    let n_tries =
        random.around(1 + tenant.people.len() as u64 / 12) * tenant.options.activity / 1000;
    for _ in 0..n_tries {
        let person = &tenant.people[random.below(tenant.people.len() as u64) as usize];
        let network = tenant.unused[(random.below(8) + 8) as usize % tenant.unused.len()];
        let row = SignIn {
            at: tenant.moment(day) + random.between(0, DAY - 1),
            id: random.guid(),
            correlation: random.guid(),
            interactive: true,
            person,
            app: Client::Desktop.app(),
            resource: EXCHANGE,
            kind: random.pick::<&str>(&["IMAP4", "Authenticated SMTP", "Browser"]),
            device: &SERVER,
            origin: Origin::new(network, random.draw()),
            session: None,
            outcome: if random.chance(800) {
                sign_in::WRONG_PASSWORD
            } else {
                sign_in::LOCKED
            },
            assertion: false,
        };
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
    }
}

/// The administrator whose hand does what nobody else may.
fn administrator(tenant: &Tenant) -> &Person {
    &tenant.people[0]
}

fn joiners(world: &mut World, day: i64, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    for person in tenant.people.iter().filter(|person| person.joined == day) {
        let name = format!("[\r\n  \"{}\"\r\n]", person.account);
        let properties = [
            ("AccountEnabled", "[\r\n  true\r\n]", "[]"),
            ("UserPrincipalName", name.as_str(), "[]"),
            (
                "Included Updated Properties",
                "AccountEnabled, UserPrincipalName",
                "",
            ),
        ];
        let actor = administrator(tenant);
        let change = Change {
            at: tenant.moment(day) - tenant.offices[actor.office].place.offset_minutes * MINUTE
                + 8 * 3600,
            actor: Some(actor),
            address: None,
            operation: "Add user.",
            target: Target::Person(person),
            properties: &properties,
            agent: &actor.devices[1].agent,
        };
        directory::write(sink, tenant, random.guid(), &change);
    }
}

/// A task of somebody who administers, done in a session of theirs.
pub fn administer(world: &mut World, task: &Task, random: &mut Random) {
    let administrator = world.tenant.people[task.person].role == Role::Administrator;
    if administrator && random.chance(400) {
        mail_task(world, task, random);
    } else {
        directory_task(world, task, random);
    }
}

/// Who administers, when, from where, in which session.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    /// Index of the person.
    pub person: usize,
    /// Moment.
    pub at: i64,
    /// From where.
    pub origin: Origin,
    /// Session.
    pub session: Guid,
}

fn mail_task(world: &mut World, task: &Task, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    let target = &tenant.mailboxes[random.below(tenant.mailboxes.len() as u64) as usize];
    let delegate = &tenant.mailboxes[random.below(tenant.people.len() as u64) as usize];
    let shared = tenant.mailboxes.last().unwrap_or(target);
    let (operation, object, parameters): (_, _, Vec<(&str, &str)>) = match random.below(4) {
        0 => (
            "Set-Mailbox",
            target,
            vec![
                ("Identity", target.alias.as_str()),
                ("MaxSendSize", "35 MB"),
            ],
        ),
        1 => (
            "Set-CASMailbox",
            target,
            vec![("Identity", target.alias.as_str()), ("PopEnabled", "False")],
        ),
        2 => (
            "Set-MailboxRegionalConfiguration",
            target,
            vec![("Identity", target.alias.as_str()), ("TimeZone", "UTC")],
        ),
        _ => (
            "Add-MailboxPermission",
            shared,
            vec![
                ("Identity", shared.alias.as_str()),
                ("User", delegate.alias.as_str()),
                ("AccessRights", "FullAccess"),
            ],
        ),
    };
    // Giving access to a shared mailbox is rarer than the rest.
    let operation = if operation == "Add-MailboxPermission" && random.chance(940) {
        "Set-User"
    } else {
        operation
    };
    let command = Command {
        at: task.at,
        actor: &tenant.mailboxes[task.person],
        operation,
        object: &object.alias,
        parameters: if operation == "Set-User" {
            &parameters[..1]
        } else {
            &parameters
        },
        address: task.origin.address,
        session: Some(task.session),
    };
    admin::command(sink, tenant, random.guid(), &command);
}

fn directory_task(world: &mut World, task: &Task, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    let actor = &tenant.people[task.person];
    let person = &tenant.people[random.below(tenant.people.len() as u64) as usize];
    let group = Target::Group(random.guid(), "Project readers");
    let (operation, target) = match random.below(6) {
        0 => ("Reset user password.", Target::Person(person)),
        1 => (
            "Update StsRefreshTokenValidFrom Timestamp.",
            Target::Person(person),
        ),
        2 => ("Update group.", group),
        3 => ("Add member to group.", group),
        _ => ("Update user.", Target::Person(person)),
    };
    let properties = [("TargetId.UserType", "Member", "")];
    let browser: &Device = &actor.devices[1];
    let change = Change {
        at: task.at,
        actor: Some(actor),
        address: Some(task.origin.address),
        operation,
        target,
        properties: if operation == "Update user." {
            &properties
        } else {
            &[]
        },
        agent: &browser.agent,
    };
    directory::write(sink, tenant, random.guid(), &change);
    if random.chance(60) {
        portal_sign_in(world, task, random);
    }
}

fn portal_sign_in(world: &mut World, task: &Task, random: &mut Random) {
    let World { tenant, sink, .. } = world;
    let person = &tenant.people[task.person];
    let row = SignIn {
        at: task.at - 60,
        id: random.guid(),
        correlation: random.guid(),
        interactive: true,
        person,
        app: PORTAL,
        resource: GRAPH,
        kind: "Browser",
        device: &person.devices[1],
        origin: task.origin,
        session: Some(task.session),
        outcome: sign_in::SUCCESS,
        assertion: false,
    };
    sign_in::row(sink, tenant, &row);
    sign_in::audit(sink, tenant, &row);
}
