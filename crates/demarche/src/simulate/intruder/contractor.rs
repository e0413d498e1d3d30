//! Two intruders: the first is shut out, the second has a credential and stays.
//!
//! The shape of 2014-15 (semantics §5.2, scenario S-B), in a cloud tenant: the first works from a
//! proxy and is evicted by a password reset; the second signs in as a contractor through the
//! company's own tunnel where there is one, and is not looked for.

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, victims};
use crate::simulate::people::BROWSER;
use crate::simulate::random::Random;
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The two intruders.
pub struct Contractor {
    random: Random,
    hands: Vec<Hand>,
    /// Day on which the first one is shut out.
    eviction: i64,
}

/// One of them.
struct Hand {
    foothold: Foothold,
    origin: Origin,
    days: (i64, i64),
    rest: (u64, u64),
}

const AGENT: &str = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36";

impl Contractor {
    /// Chooses the accounts, the days and the eviction between them.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let last = i64::from(tenant.options.days) - 2;
        let eviction = (first + (last - first) / 2).max(first + 1).min(last);
        let mut people = victims(tenant, &mut random, 2);
        people.resize(2, 0);
        let second_from = (first + 2).min(eviction);
        let proxy = Origin::new(tenant.unused[4], random.draw());
        let tunnel = tenant.tunnel.unwrap_or(tenant.unused[5]);
        let hosts = [
            (people[0], proxy, (first, eviction)),
            (people[1], Origin::new(tunnel, 1), (second_from, last)),
        ];
        let hands = hosts
            .into_iter()
            .enumerate()
            .map(|(number, (person, origin, days))| {
                let agent = if number == 0 {
                    AGENT
                } else {
                    &tenant.people[person].devices[BROWSER].agent
                };
                let until = tenant.mailboxes[person].messages_on(days.0);
                let n = (random.between(60, 400).unsigned_abs() * tenant.options.activity / 1000)
                    .max(6);
                let foothold = Foothold::web(tenant, &mut random, (number, person), agent);
                Hand {
                    foothold,
                    origin,
                    days,
                    rest: (until.saturating_sub(n), until),
                }
            })
            .collect();
        Self {
            random,
            hands,
            eviction,
        }
    }

    /// The administrators find the first one: password reset, sessions revoked.
    fn evict(&mut self, world: &mut World, day: i64) {
        let World { tenant, sink, .. } = world;
        let person = &tenant.people[self.hands[0].foothold.person];
        let administrator = &tenant.people[0];
        let network = tenant.offices[administrator.office].network;
        let at = tenant.moment(day) + 20 * HOUR;
        for (offset, operation) in [
            (0, "Reset user password."),
            (40, "Update StsRefreshTokenValidFrom Timestamp."),
        ] {
            let change = Change {
                at: at + offset,
                actor: Some(administrator),
                address: Some(network.address(0)),
                operation,
                target: Target::Person(person),
                properties: &[],
                agent: &administrator.devices[BROWSER].agent,
            };
            directory::write(sink, tenant, self.random.guid(), &change);
        }
    }
}

impl Shape for Contractor {
    fn day(&mut self, world: &mut World, day: i64) {
        for hand in &mut self.hands {
            let (first, last) = hand.days;
            if !(first..=last).contains(&day) || world.tenant.rests(day) && day != first {
                continue;
            }
            let mut at = world.tenant.moment(day) + self.random.between(2 * HOUR, 14 * HOUR);
            if hand.foothold.token.is_none() {
                hand.foothold
                    .begin(world, &mut self.random, at - MINUTE, hand.origin);
            }
            let n_days_left = (last - day + 1).unsigned_abs();
            let n = (hand.rest.1 - hand.rest.0).div_ceil(n_days_left);
            for messages in batches(&mut self.random, (hand.rest.0, hand.rest.0 + n)) {
                at += self.random.between(20, 200);
                let when = (at, hand.origin, hand.origin.address);
                hand.foothold
                    .reads(world, &mut self.random, when, &messages);
            }
            hand.rest.0 += n;
        }
    }

    fn answer(&mut self, world: &mut World, day: i64) {
        if day == self.eviction {
            self.evict(world, day);
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        self.hands
            .drain(..)
            .map(|hand| hand.foothold.truth)
            .collect()
    }
}
