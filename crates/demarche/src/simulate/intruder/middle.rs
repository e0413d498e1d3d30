//! The owner signs in through the intruder's page, and the intruder keeps the session.

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, newest, victim};
use crate::simulate::random::Random;
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::record::sign_in;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with a page between the owner and the issuer.
pub struct Middle {
    random: Random,
    foothold: Foothold,
    origin: Origin,
    first: i64,
    last: i64,
    rest: (u64, u64),
    registers: bool,
}

/// The page passes on its own machine's agent, not the owner's.
const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0 Safari/537.36";

/// Hides what colleagues answer.
const RULE: [(&str, &str); 4] = [
    ("Name", ",,"),
    ("SubjectOrBodyContainsWords", "phish;hacked;strange"),
    ("DeleteMessage", "True"),
    ("StopProcessingRules", "True"),
];

impl Middle {
    /// Chooses the account and the days.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let person = victim(tenant, &mut random);
        let rest = newest(tenant, &mut random, (person, first), (40, 300));
        Self {
            foothold: Foothold::web(tenant, &mut random, (0, person), AGENT),
            origin: Origin::new(tenant.unused[6], random.draw()),
            last: (first + random.between(1, 6)).min(i64::from(tenant.options.days) - 2),
            first,
            rest,
            registers: random.chance(600),
            random,
        }
    }

    /// The owner types everything, second factor too, into the page.
    fn enter(&mut self, world: &mut World, at: i64) {
        let id = self.random.guid();
        let World { tenant, sink, .. } = &mut *world;
        let row = self
            .foothold
            .step(tenant, (at - 30, id, sign_in::SECOND_FACTOR), self.origin);
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
        self.foothold
            .begin(world, &mut self.random, at, self.origin);
    }

    /// A second factor of the intruder's own, so that the next entry needs nobody.
    fn registers(&mut self, world: &mut World, at: i64) {
        let World { tenant, sink, .. } = world;
        let person = &tenant.people[self.foothold.person];
        let id = self.random.guid();
        let change = Change {
            at,
            actor: Some(person),
            address: Some(self.origin.address),
            operation: "User registered security info",
            target: Target::Person(person),
            properties: &[("StrongAuthenticationMethod", "PhoneAppOTP", "")],
            agent: AGENT,
        };
        directory::write(sink, tenant, id, &change);
        self.foothold
            .truth
            .actions
            .push(("User registered security info", id));
        self.foothold.truth.at(at);
    }
}

impl Shape for Middle {
    fn day(&mut self, world: &mut World, day: i64) {
        if !(self.first..=self.last).contains(&day) {
            return;
        }
        let person = &world.tenant.people[self.foothold.person];
        let offset = world.tenant.offices[person.office].place.offset_minutes;
        // The owner clicks in their working hours; later days are the intruder's own.
        let minute = self.random.between(person.hours.0, person.hours.1) - offset;
        let mut at = world.tenant.moment(day) + minute * MINUTE;
        if day == self.first {
            self.enter(world, at);
            if self.registers {
                self.registers(world, at + 4 * MINUTE);
            }
            let when = (at + 6 * MINUTE, self.origin, self.random.guid());
            self.foothold.makes_rule(world, when, &RULE);
            at += 10 * MINUTE;
        } else {
            at += self.random.between(0, HOUR);
        }
        let n_days_left = (self.last - day + 1).unsigned_abs();
        let n = (self.rest.1 - self.rest.0).div_ceil(n_days_left);
        for messages in batches(&mut self.random, (self.rest.0, self.rest.0 + n)) {
            at += self.random.between(20, 180);
            let when = (at, self.origin, self.origin.address);
            self.foothold
                .reads(world, &mut self.random, when, &messages);
        }
        self.rest.0 += n;
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        vec![std::mem::take(&mut self.foothold.truth)]
    }
}
