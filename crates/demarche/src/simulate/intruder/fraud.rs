//! A stolen password, a rule that forwards outside, and mail in the owner's name.

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, newest, victim};
use crate::simulate::random::Random;
use crate::simulate::record::sign_in;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder who waits for an invoice.
pub struct Fraud {
    random: Random,
    foothold: Foothold,
    origin: Origin,
    first: i64,
    last: i64,
    rest: (u64, u64),
}

const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

/// Sends a copy of what matters outside, and keeps it from the owner.
const RULE: [(&str, &str); 4] = [
    ("Name", ".."),
    ("SubjectOrBodyContainsWords", "invoice;remittance;IBAN"),
    ("ForwardTo", "smtp:accounts.receivable@collector.example"),
    ("DeleteMessage", "True"),
];

impl Fraud {
    /// Chooses the account and the days.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let person = victim(tenant, &mut random);
        let rest = newest(tenant, &mut random, (person, first), (20, 120));
        Self {
            foothold: Foothold::web(tenant, &mut random, (0, person), AGENT),
            origin: Origin::new(tenant.unused[3], random.draw()),
            last: (first + random.between(2, 10)).min(i64::from(tenant.options.days) - 2),
            first,
            rest,
            random,
        }
    }

    /// The password is known; the second factor is given by a tired owner.
    fn enter(&mut self, world: &mut World, at: i64) {
        let id = self.random.guid();
        let World { tenant, sink, .. } = &mut *world;
        let row = self
            .foothold
            .step(tenant, (at - 45, id, sign_in::SECOND_FACTOR), self.origin);
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
        self.foothold
            .begin(world, &mut self.random, at, self.origin);
    }
}

impl Shape for Fraud {
    fn day(&mut self, world: &mut World, day: i64) {
        if !(self.first..=self.last).contains(&day) {
            return;
        }
        let mut at = world.tenant.moment(day) + self.random.between(HOUR, 18 * HOUR);
        if day == self.first {
            self.enter(world, at);
        }
        let n_days_left = (self.last - day + 1).unsigned_abs();
        let n = (self.rest.1 - self.rest.0).div_ceil(n_days_left);
        for messages in batches(&mut self.random, (self.rest.0, self.rest.0 + n)) {
            at += self.random.between(30, 240);
            let when = (at, self.origin, self.origin.address);
            self.foothold
                .reads(world, &mut self.random, when, &messages);
        }
        self.rest.0 += n;
        if day == self.first {
            let when = (at + 3 * MINUTE, self.origin, self.random.guid());
            self.foothold.makes_rule(world, when, &RULE);
        }
        if day == self.last {
            for n in 1..=1 + self.random.below(3) as i64 {
                let when = (at + n * 9 * MINUTE, self.origin);
                self.foothold.sends(world, &mut self.random, when);
            }
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        vec![std::mem::take(&mut self.foothold.truth)]
    }
}
