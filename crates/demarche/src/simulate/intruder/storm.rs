//! Forged tokens over weeks, in the office hours of another zone: the shape of 2023.
//!
//! Semantics §5.1, scenario S-A: one pair of application ids nobody has seen, several mailboxes,
//! weekdays 00-09 UTC, proxies whose networks drift, no issuance, no rule, no send, no delete.

use crate::simulate::calendar::{HOUR, MINUTE, weekday};
use crate::simulate::guid::Guid;
use crate::simulate::intruder::{Shape, batches, first_day, read, session, victims};
use crate::simulate::random::Random;
use crate::simulate::record::mail::Access;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Token, World};

/// The intruder with the stolen key.
pub struct Storm {
    random: Random,
    pair: (Guid, Guid),
    client: &'static str,
    victims: Vec<Victim>,
}

struct Victim {
    person: usize,
    session: Guid,
    /// Days on which the mailbox is visited.
    days: Vec<i64>,
    /// Messages still to read: from, up to.
    rest: (u64, u64),
    truth: HostileSession,
}

const CLIENTS: [&str; 3] = [
    "Client=REST;Client=RESTSystem;;",
    "Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/92.0.4515.159 Safari/537.36;",
    "Client=OWA;Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/106.0.0.0 Safari/537.36 Edg/106.0.1370.52;",
];

impl Storm {
    /// Chooses mailboxes, days and messages.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let last = (first + 41).min(i64::from(tenant.options.days) - 2);
        let n_people = tenant.people.len();
        let n_most = if n_people > 100 { 10 } else { 5 };
        let n_victims = (2 + random.below(n_most - 1) as usize)
            .min(n_people.saturating_sub(1))
            .max(1);
        let people = victims(tenant, &mut random, n_victims);
        let victims = people
            .iter()
            .enumerate()
            .map(|(number, &person)| victim(tenant, &mut random, (number, person), (first, last)))
            .collect();
        Self {
            pair: (random.guid(), random.guid()),
            client: *random.pick(&CLIENTS),
            victims,
            random,
        }
    }
}

fn victim(tenant: &Tenant, random: &mut Random, who: (usize, usize), span: (i64, i64)) -> Victim {
    let (number, person) = who;
    let works = |day: &i64| weekday(tenant.moment(*day)) < 5;
    let mut days: Vec<i64> = (span.0..=span.1)
        .filter(works)
        .filter(|_| random.chance(450))
        .collect();
    if days.is_empty() {
        days.push((span.0..=span.1).find(works).unwrap_or(span.0));
    }
    let mailbox = &tenant.mailboxes[person];
    let until = mailbox.messages_on(days[0]);
    // Small tenants lose hundreds of messages, large ones thousands (semantics §5.1).
    let most = if tenant.people.len() <= 50 { 600 } else { 6000 };
    let n_wanted = random.between(100, most).unsigned_abs() * tenant.options.activity / 1000;
    let n_messages = n_wanted.max(6).min(until * 6 / 10);
    Victim {
        person,
        session: random.guid(),
        days,
        rest: (until - n_messages, until),
        truth: session(tenant, person, number),
    }
}

impl Shape for Storm {
    fn day(&mut self, world: &mut World, day: i64) {
        let Self {
            random,
            pair,
            client,
            victims,
        } = self;
        for victim in victims.iter_mut() {
            let Some(place) = victim.days.iter().position(|&visited| visited == day) else {
                continue;
            };
            let n_visits_left = (victim.days.len() - place) as u64;
            let n = (victim.rest.1 - victim.rest.0).div_ceil(n_visits_left);
            let range = (victim.rest.0, victim.rest.0 + n);
            victim.rest.0 += n;
            let evening = Evening {
                day,
                range,
                pair: *pair,
                client,
            };
            evening.run(world, victim, random);
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        self.victims.drain(..).map(|victim| victim.truth).collect()
    }
}

struct Evening {
    day: i64,
    range: (u64, u64),
    pair: (Guid, Guid),
    client: &'static str,
}

impl Evening {
    /// One evening's work at the other end of the world.
    fn run(&self, world: &mut World, victim: &mut Victim, random: &mut Random) {
        let linkable = world.tenant.linkable();
        let mut at = world.tenant.moment(self.day) + random.between(0, 6 * HOUR);
        let end = world.tenant.moment(self.day) + 9 * HOUR - MINUTE;
        let mut token = Token {
            id: random.guid(),
            issued: at - 40,
            expires: 0,
        };
        let network = proxy(&world.tenant, self.day, random);
        let address = network.address(self.day.unsigned_abs() / 3);
        let mut lists = batches(random, self.range);
        // Some messages are fetched again on a later visit.
        if random.chance(200) && !victim.truth.items.is_empty() {
            lists.push(vec![self.range.0 - 1]);
        }
        for messages in lists {
            if at - token.issued > 70 * MINUTE {
                token = Token {
                    id: random.guid(),
                    issued: at - random.between(1, 30),
                    expires: 0,
                };
            }
            let World { tenant, sink, .. } = world;
            let mailbox = &tenant.mailboxes[victim.person];
            let access = Access {
                at: at.min(end),
                actor: mailbox,
                mailbox,
                client: self.client,
                address,
                pair: (Some(self.pair.0), Some(self.pair.1)),
                session: linkable.then_some(victim.session),
                token: linkable.then_some(token),
                device: None,
            };
            let id = random.guid();
            let read = read(sink, tenant, (id, &access), &messages);
            victim.truth.add(read);
            at += random.between(20, 140);
        }
    }
}

/// A proxy of these days: some stay, some are replaced every week.
fn proxy(tenant: &Tenant, day: i64, random: &mut Random) -> crate::simulate::network::Network {
    let week = (day / 7).unsigned_abs();
    let first = week * 2;
    tenant.unused[((first + random.below(4)) % 8) as usize]
}
