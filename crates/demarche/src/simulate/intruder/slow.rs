//! A few messages a day for weeks, from the owner's own provider and hours.

use crate::simulate::calendar::MINUTE;
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, first_day, victim};
use crate::simulate::people::BROWSER;
use crate::simulate::random::Random;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with time.
pub struct Slow {
    random: Random,
    foothold: Foothold,
    first: i64,
    /// Another household of the same provider.
    origin: Origin,
    begun: bool,
}

impl Slow {
    /// Chooses the account; the machine says what the owner's says.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let person = victim(tenant, &mut random);
        let owner = &tenant.people[person];
        let network = tenant.offices[owner.office].homes[owner.home];
        Self {
            foothold: Foothold::web(
                tenant,
                &mut random,
                (0, person),
                &owner.devices[BROWSER].agent,
            ),
            origin: Origin::new(network, random.draw()),
            first,
            begun: false,
            random,
        }
    }
}

impl Shape for Slow {
    fn day(&mut self, world: &mut World, day: i64) {
        let last = i64::from(world.tenant.options.days) - 2;
        let rests = world.tenant.rests(day) || !self.random.chance(600);
        if !(self.first..=last).contains(&day) || (rests && self.begun) {
            return;
        }
        let person = &world.tenant.people[self.foothold.person];
        let offset = world.tenant.offices[person.office].place.offset_minutes;
        let minute = self.random.between(person.hours.0, person.hours.1) - offset;
        let at = world.tenant.moment(day) + minute * MINUTE;
        if !self.begun {
            self.begun = true;
            self.foothold
                .begin(world, &mut self.random, at - MINUTE, self.origin);
        }
        let until = world.tenant.mailboxes[self.foothold.person].messages_on(day);
        let n = 1 + self.random.below(3);
        let messages: Vec<u64> = (until.saturating_sub(n)..until).collect();
        let when = (at, self.origin, self.origin.address);
        self.foothold
            .reads(world, &mut self.random, when, &messages);
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        vec![std::mem::take(&mut self.foothold.truth)]
    }
}
