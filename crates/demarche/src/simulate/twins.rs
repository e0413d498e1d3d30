//! Innocent events of a whole tenant: merger, conference, agreed test, passwords set anew.

use crate::simulate::calendar::{DAY, HOUR, MINUTE};
use crate::simulate::client::{Client, EXCHANGE};
use crate::simulate::network::{Allocator, PLACES};
use crate::simulate::options::Twin;
use crate::simulate::people::{Device, Role};
use crate::simulate::random::Random;
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::record::sign_in::{self, SignIn};
use crate::simulate::tenant::{Office, Tenant, path};
use crate::simulate::world::{Origin, World};

/// Decides those of them that the options ask for.
pub fn decide(tenant: &mut Tenant, networks: &mut Allocator) {
    let mut random = Random::new(tenant.options.seed, &[path::TWIN, 7]);
    let days = i64::from(tenant.options.days);
    let mut day = || {
        let mut day = random.between(days / 2, days * 3 / 4);
        while tenant.rests(day) && day < days - 3 {
            day += 1;
        }
        day
    };
    let (merger, travel, test, resets) = (day(), day(), day(), day());
    let asked = |twin| tenant.options.twins.contains(&twin);
    let (merges, travels, tests, is_reset) = (
        asked(Twin::Merger),
        asked(Twin::Travel),
        asked(Twin::Test),
        asked(Twin::Resets),
    );
    if merges {
        merge(tenant, networks, merger);
    }
    if travels {
        let place = random.below(12) as usize;
        for person in tenant.people.iter_mut().filter(|p| p.index % 3 == 2) {
            person.away = Some((travel, travel + 3, Some(place)));
        }
    }
    if tests {
        tenant.test = Some((networks.network(random.pick(&PLACES), false), test));
    }
    if is_reset {
        tenant.resets = Some(resets);
    }
    tenant.throttled = throttled(tenant);
}

/// A third of the people come from another organisation, with offices and homes of their own.
fn merge(tenant: &mut Tenant, networks: &mut Allocator, day: i64) {
    let place = &PLACES[(tenant.options.seed % 5) as usize + 4];
    tenant.offices.push(Office {
        place,
        network: networks.network(place, false),
        homes: (0..4).map(|n| networks.network(place, n == 3)).collect(),
    });
    let office = tenant.offices.len() - 1;
    let theirs = |index: u32| index >= 8 && index % 3 == 1;
    for person in tenant.people.iter_mut().filter(|p| theirs(p.index)) {
        person.joined = day;
        person.office = office;
    }
    tenant.merger = Some(day);
}

/// Mailboxes whose reads stop being logged: busy ones, at an hour of work.
fn throttled(tenant: &Tenant) -> Vec<(usize, i64)> {
    if !tenant.options.damage.throttled {
        return Vec::new();
    }
    let mut random = Random::new(tenant.options.seed, &[path::THROTTLE]);
    let n = 1 + random.below(3);
    (0..n)
        .map(|_| {
            let person = random.below(tenant.people.len() as u64) as usize;
            let day = random.between(3, i64::from(tenant.options.days) - 2);
            (person, tenant.moment(day) + random.between(8, 15) * HOUR)
        })
        .collect()
}

/// What they do on a day.
pub fn day(world: &mut World, day: i64) {
    if world.tenant.resets == Some(day) {
        resets(world, day);
    }
    if world.tenant.test.is_some_and(|(_, on)| on == day) {
        test(world, day);
    }
}

/// The helpdesk sets everybody's password anew, and closes all sessions; next day all sign in.
fn resets(world: &mut World, day: i64) {
    let mut random = Random::new(world.tenant.options.seed, &[path::TWIN, 8]);
    let n_people = world.tenant.people.len();
    let helper = world
        .tenant
        .people
        .iter()
        .position(|p| p.role == Role::Helpdesk);
    let helper = helper.unwrap_or(0);
    let start = world.tenant.moment(day) + 19 * HOUR;
    for person in 0..n_people {
        let World {
            tenant,
            sink,
            states,
            ..
        } = &mut *world;
        if tenant.people[person].joined > day {
            continue;
        }
        let actor = &tenant.people[helper];
        let network = tenant.offices[actor.office].network;
        for (seconds, operation) in [
            (0, "Reset user password."),
            (3, "Update StsRefreshTokenValidFrom Timestamp."),
        ] {
            let change = Change {
                at: start + person as i64 * 20 + seconds,
                actor: Some(actor),
                address: Some(network.address(0)),
                operation,
                target: Target::Person(&tenant.people[person]),
                properties: &[],
                agent: &actor.devices[1].agent,
            };
            directory::write(sink, tenant, random.guid(), &change);
        }
        let state = &mut states[person];
        for signed_in in &mut state.signed_in {
            signed_in.renew_at = signed_in.renew_at.min(start + person as i64 * 20);
        }
        state.mistakes = random.between(0, 3);
    }
}

/// The testers' machine.
fn machine() -> Device {
    Device {
        id: None,
        name: String::new(),
        system: "Linux",
        browser: "Python Requests 2.32".to_owned(),
        agent: "python-requests/2.32.3".to_owned(),
    }
}

/// The agreed test: passwords tried on most accounts; the few that fit are stopped.
fn test(world: &mut World, day: i64) {
    let World { tenant, sink, .. } = world;
    let Some((network, _)) = tenant.test else {
        return;
    };
    let mut random = Random::new(tenant.options.seed, &[path::TWIN, 9]);
    let device = machine();
    let mut at = tenant.moment(day) + random.between(6 * HOUR, 16 * HOUR);
    for person in &tenant.people {
        at += random.between(2, 30);
        if person.joined > day || random.chance(100) {
            continue;
        }
        let row = SignIn {
            at: at.min(tenant.moment(day) + DAY - MINUTE),
            id: random.guid(),
            correlation: random.guid(),
            interactive: true,
            person,
            app: Client::Web.app(),
            resource: EXCHANGE,
            kind: "Browser",
            device: &device,
            origin: Origin::new(network, 1),
            session: None,
            outcome: if random.chance(930) {
                sign_in::WRONG_PASSWORD
            } else {
                sign_in::SECOND_FACTOR
            },
            assertion: false,
        };
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
    }
}
