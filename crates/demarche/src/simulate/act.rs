//! Carries out what people planned: asks for tokens and writes the records.

use crate::simulate::client::{Client, GRAPH, WEB_SERVICES};
use crate::simulate::guid::Guid;
use crate::simulate::issue::{self, Use};
use crate::simulate::mailbox::SENT_FROM;
use crate::simulate::network::relay;
use crate::simulate::people::Device;
use crate::simulate::plan::{Action, Plan};
use crate::simulate::random::Random;
use crate::simulate::record::admin::{self, Command};
use crate::simulate::record::directory::{self, Consent};
use crate::simulate::record::file::{self, FileAccess};
use crate::simulate::record::mail::{self, Access};
use crate::simulate::record::sign_in::{self, SignIn};
use crate::simulate::service::{self, Task};
use crate::simulate::tenant::{Tenant, path};
use crate::simulate::world::{Origin, Token, World};

/// Lets one person live one day.
pub fn day(world: &mut World, person: usize, day: i64) {
    let seed = world.tenant.options.seed;
    let mut random = Random::new(seed, &[path::DAY, person as u64, day as u64]);
    let plan = Plan::new(
        &world.tenant,
        &world.tenant.people[person],
        day,
        &mut random,
    );
    for &(at, action) in &plan.actions {
        let mut scene = Scene {
            person,
            day,
            at,
            plan: &plan,
            random: &mut random,
        };
        match action {
            Action::App(app, n_messages) => app_reads(world, &mut scene, app, n_messages),
            Action::Consent(app) => consents(world, &mut scene, app),
            Action::File(kind) => opens_file(world, &mut scene, kind),
            Action::Chat => {
                scene.token(world, Client::Chat);
            }
            Action::Administer => {
                let (origin, session, _) = scene.token(world, Client::Files);
                let task = Task {
                    person,
                    at,
                    origin,
                    session,
                };
                service::administer(world, &task, scene.random);
            }
            _ => uses_mail(world, &mut scene, action),
        }
    }
}

struct Scene<'a> {
    person: usize,
    day: i64,
    at: i64,
    plan: &'a Plan,
    random: &'a mut Random,
}

impl Scene<'_> {
    fn token(&mut self, world: &mut World, client: Client) -> (Origin, Guid, Token) {
        let person = &world.tenant.people[self.person];
        let origin = self.plan.origin(&world.tenant, person, client, self.at);
        let usage = Use {
            person: self.person,
            client,
            at: self.at,
            origin,
        };
        let (session, token) = issue::token(world, self.random, &usage);
        (origin, session, token)
    }
}

/// `ClientInfoString` of a program (semantics §2.3).
#[must_use]
pub fn client_info(client: Client, device: &Device, proxied: bool) -> String {
    match client {
        Client::Desktop => "Client=MSExchangeRPC".to_owned(),
        Client::Mobile => format!("Client=OutlookService;{};", device.agent),
        Client::Next => "Client=OWA;Action=ViaProxy".to_owned(),
        _ if proxied => "Client=OWA;Action=ViaProxy".to_owned(),
        _ => format!("Client=OWA;{};", device.agent),
    }
}

/// Which messages somebody reads now: the next unread ones, else older ones.
fn choose(world: &mut World, scene: &mut Scene<'_>, mailbox: usize, n: u64) -> Vec<u64> {
    let until = world.tenant.mailboxes[mailbox].messages_on(scene.day + 1);
    if mailbox != scene.person {
        let recent = until.saturating_sub(300);
        return distinct(scene.random, (recent, until), n);
    }
    let state = &mut world.states[scene.person];
    let n_unread = until.saturating_sub(state.next_unread).min(n);
    if n_unread == 0 || scene.random.chance(150) {
        return distinct(scene.random, (0, until), n);
    }
    let first = state.next_unread;
    state.next_unread += n_unread;
    (first..first + n_unread).collect()
}

fn distinct(random: &mut Random, range: (u64, u64), n: u64) -> Vec<u64> {
    let width = range.1.saturating_sub(range.0).max(1);
    let mut out: Vec<u64> = (0..n).map(|_| range.0 + random.below(width)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn uses_mail(world: &mut World, scene: &mut Scene<'_>, action: Action) {
    let (client, mailbox, n) = match action {
        Action::Read(client, n) => (client, scene.person, n),
        Action::ReadShared(client, mailbox, n) => (client, mailbox, n),
        Action::Send(client) | Action::Delete(client, _) | Action::Write(client, _) => {
            (client, scene.person, 1)
        }
        Action::Rule(client) => (client, scene.person, 0),
        _ => (Client::Desktop, scene.person, 0),
    };
    let (origin, session, token) = scene.token(world, client);
    let messages = if n > 0 {
        choose(world, scene, mailbox, n)
    } else {
        Vec::new()
    };
    let id = scene.random.guid();
    let linkable = world.tenant.linkable();
    let World { tenant, sink, .. } = world;
    let device = &tenant.people[scene.person].devices[client.device()];
    let info = client_info(client, device, scene.random.chance(60));
    let access = Access {
        at: scene.at,
        actor: &tenant.mailboxes[scene.person],
        mailbox: &tenant.mailboxes[mailbox],
        client: &info,
        address: origin.address,
        pair: client.pair(linkable),
        // Older records of the telephone have no session (semantics §2.1).
        session: (linkable || client != Client::Mobile).then_some(session),
        token: linkable.then_some(token),
        device: device.id.filter(|_| linkable),
    };
    let number = messages.first().copied().unwrap_or(0);
    match action {
        Action::Sync(folder) => mail::sync(sink, tenant, id, &access, folder),
        Action::Send(_) => {
            let number = SENT_FROM + scene.random.below(1 << 28);
            mail::item(sink, tenant, id, &access, ("Send", number, 1));
        }
        Action::Write(_, operation) => {
            mail::item(sink, tenant, id, &access, (operation, number, 7))
        }
        Action::Delete(_, operation) => {
            mail::delete(sink, tenant, id, &access, (operation, &messages))
        }
        Action::Rule(Client::Desktop) => mail::rule(sink, tenant, id, &access, "Newsletters"),
        Action::Rule(_) => makes_rule(world, scene, session, origin),
        _ if client == Client::Desktop && scene.random.chance(40) => {
            let info = format!(
                "Client=WebServices;Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)[AppId={WEB_SERVICES}];"
            );
            let access = Access {
                client: &info,
                pair: (Some(WEB_SERVICES), None),
                session: access.session.filter(|_| linkable),
                ..access
            };
            mail::bind(sink, tenant, id, &access, &messages);
        }
        _ => mail::bind(sink, tenant, id, &access, &messages),
    }
}

/// A rule that its owner makes: mostly tidy ones, now and then one that deletes.
fn makes_rule(world: &mut World, scene: &mut Scene<'_>, session: Guid, origin: Origin) {
    let id = scene.random.guid();
    let deletes = scene.random.chance(80);
    let World { tenant, sink, .. } = world;
    let mailbox = &tenant.mailboxes[scene.person];
    let object = format!("{}\\Newsletters", mailbox.alias);
    let sender = "digest@news.vendor.example";
    let moves = [
        ("Name", "Newsletters"),
        ("From", sender),
        ("MoveToFolder", "Newsletters"),
        ("StopProcessingRules", "False"),
    ];
    let removes = [
        ("Name", "Newsletters"),
        ("From", sender),
        ("DeleteMessage", "True"),
    ];
    let command = Command {
        at: scene.at,
        actor: mailbox,
        operation: if scene.random.chance(700) {
            "New-InboxRule"
        } else {
            "Set-InboxRule"
        },
        object: &object,
        parameters: if deletes { &removes } else { &moves },
        address: origin.address,
        session: Some(session),
    };
    admin::command(sink, tenant, id, &command);
}

fn app_reads(world: &mut World, scene: &mut Scene<'_>, app: usize, n: u64) {
    let (session, token) = issue::app_token(world, scene.random, scene.person, (app, scene.at));
    let until = world.tenant.mailboxes[scene.person].messages_on(scene.day + 1);
    let messages = distinct(scene.random, (until.saturating_sub(120), until), n);
    let id = scene.random.guid();
    let linkable = world.tenant.linkable();
    let World { tenant, sink, .. } = world;
    let mailbox = &tenant.mailboxes[scene.person];
    let access = Access {
        at: scene.at,
        actor: mailbox,
        mailbox,
        client: "Client=REST;;",
        // Readers through Graph are seen with an address of the relay (semantics §1.13).
        address: relay(scene.random),
        pair: (Some(GRAPH.id), Some(tenant.apps[app].id)),
        session: linkable.then_some(session),
        token: linkable.then_some(token),
        device: None,
    };
    mail::bind(sink, tenant, id, &access, &messages);
}

fn consents(world: &mut World, scene: &mut Scene<'_>, app: usize) {
    let client = Client::Files;
    let person_index = scene.person;
    let (origin, session, _) = scene.token(world, client);
    let ids = [
        scene.random.guid(),
        scene.random.guid(),
        scene.random.guid(),
    ];
    let (asked, id) = (scene.random.guid(), scene.random.guid());
    let World {
        tenant,
        sink,
        states,
        ..
    } = world;
    states[person_index].app_session = session;
    let person = &tenant.people[person_index];
    let app = &tenant.apps[app];
    let device = &person.devices[client.device()];
    let mut row = SignIn {
        at: scene.at - 30,
        id: asked,
        correlation: id,
        interactive: true,
        person,
        app: crate::simulate::client::Named {
            id: app.id,
            name: app.name,
        },
        resource: GRAPH,
        kind: "Browser",
        device,
        origin,
        session: None,
        outcome: sign_in::NO_CONSENT,
        assertion: false,
    };
    sign_in::row(sink, tenant, &row);
    sign_in::audit(sink, tenant, &row);
    let consent = Consent {
        at: scene.at,
        person,
        address: origin.address,
        app: (app.id, app.principal, app.name),
        scopes: "User.Read Mail.Read offline_access",
        first: app.users.iter().all(|(_, since)| *since >= scene.day),
    };
    directory::consent(sink, tenant, ids, &consent);
    row = SignIn {
        at: scene.at + 1,
        id,
        session: Some(session),
        outcome: sign_in::SUCCESS,
        ..row
    };
    sign_in::row(sink, tenant, &row);
    sign_in::audit(sink, tenant, &row);
}

fn opens_file(world: &mut World, scene: &mut Scene<'_>, operation: &'static str) {
    let client = if operation == "FileSyncDownloadedFull" {
        Client::FileSync
    } else {
        Client::Files
    };
    let (origin, session, token) = scene.token(world, client);
    let id = scene.random.guid();
    let own = scene.random.chance(550);
    let file = scene.random.below(400);
    let World { tenant, sink, .. } = world;
    let person = &tenant.people[scene.person];
    let device = &person.devices[client.device()];
    let access = FileAccess {
        at: scene.at,
        person,
        operation,
        file,
        owner: own.then_some(person),
        address: origin.address,
        agent: if client == Client::FileSync {
            "Microsoft SkyDriveSync 26.012.0118.0002 ship; Windows NT 10.0 (19045)"
        } else {
            &device.agent
        },
        app: client.app().id,
        session: Some((session, token)),
    };
    file::write(sink, tenant, id, &access);
}

/// What reads of a mailbox by nobody in particular need: the mailbox and its tenant.
#[must_use]
pub fn background<'a>(tenant: &'a Tenant, mailbox: usize, at: i64) -> Access<'a> {
    let mailbox = &tenant.mailboxes[mailbox];
    Access {
        at,
        actor: mailbox,
        mailbox,
        client: "Client=REST;Client=RESTSystem;;",
        address: std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
        pair: (None, None),
        session: None,
        token: None,
        device: None,
    }
}
