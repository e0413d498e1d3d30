//! One password tried on many accounts from one machine, and one success.

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::guid::Guid;
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, newest, victim};
use crate::simulate::random::Random;
use crate::simulate::record::sign_in;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with a list of accounts and a short list of passwords.
pub struct Spray {
    random: Random,
    foothold: Foothold,
    origin: Origin,
    first: i64,
    last: i64,
    /// Accounts tried, in order.
    tried: Vec<usize>,
    rest: (u64, u64),
}

/// What its machine says it is.
pub const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";

impl Spray {
    /// Chooses the machine, the day, and the account whose password is weak.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let person = victim(tenant, &mut random);
        let mut tried: Vec<usize> = (0..tenant.people.len())
            .filter(|_| random.chance(900))
            .collect();
        random.shuffle(&mut tried);
        let rest = newest(tenant, &mut random, (person, first), (60, 400));
        Self {
            foothold: Foothold::web(tenant, &mut random, (0, person), AGENT),
            origin: Origin::new(tenant.unused[0], random.draw()),
            last: (first + random.between(2, 8)).min(i64::from(tenant.options.days) - 2),
            first,
            tried,
            rest,
            random,
        }
    }

    /// The attempts; each account gets every password once, and the weak one opens at the end.
    fn try_all(&mut self, world: &mut World, day: i64) -> i64 {
        let Self {
            random,
            foothold,
            origin,
            tried,
            ..
        } = self;
        let mut at = world.tenant.moment(day) + random.between(HOUR, 18 * HOUR);
        let n_rounds = 1 + random.below(3);
        let mut attempts = Vec::new();
        for round in 0..n_rounds {
            for &person in tried
                .iter()
                .filter(|&&person| round + 1 < n_rounds || person != foothold.person)
            {
                at += random.between(2, 40);
                let id = random.guid();
                let World { tenant, sink, .. } = &mut *world;
                let mut row = foothold.step(tenant, (at, id, sign_in::WRONG_PASSWORD), *origin);
                attempts.push((at, id, person));
                row.person = &tenant.people[person];
                row.correlation = Guid::from_numbers(at.unsigned_abs(), person as u64);
                sign_in::row(sink, tenant, &row);
                sign_in::audit(sink, tenant, &row);
            }
            at += random.between(1, 12) * MINUTE;
        }
        foothold.truth.attempts = attempts;
        foothold.begin(world, random, at, *origin);
        at
    }
}

impl Shape for Spray {
    fn day(&mut self, world: &mut World, day: i64) {
        if !(self.first..=self.last).contains(&day) {
            return;
        }
        let mut at = if day == self.first {
            self.try_all(world, day)
        } else {
            world.tenant.moment(day) + self.random.between(HOUR, 20 * HOUR)
        };
        let n_days_left = (self.last - day + 1).unsigned_abs();
        let n = (self.rest.1 - self.rest.0).div_ceil(n_days_left);
        let lists = batches(&mut self.random, (self.rest.0, self.rest.0 + n));
        self.rest.0 += n;
        for messages in lists {
            at += self.random.between(25, 150);
            let when = (at, self.origin, self.origin.address);
            self.foothold
                .reads(world, &mut self.random, when, &messages);
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        vec![std::mem::take(&mut self.foothold.truth)]
    }
}
