//! A browser session stolen and used beside its owner; a rule hides the answers.

use crate::simulate::calendar::MINUTE;
use crate::simulate::guid::Guid;
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, newest, victims};
use crate::simulate::people::BROWSER;
use crate::simulate::random::Random;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with somebody's session cookie.
pub struct Theft {
    random: Random,
    foothold: Foothold,
    origin: Origin,
    first: i64,
    last: i64,
    rest: (u64, u64),
    stolen: bool,
}

impl Theft {
    /// Chooses the account, among those who read mail in the browser if there are any, and the days.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let everybody = victims(tenant, &mut random, usize::MAX);
        let in_browser = everybody
            .iter()
            .find(|&&person| tenant.people[person].habit.web >= 900);
        let person = in_browser
            .or(everybody.first())
            .copied()
            .unwrap_or_default();
        let agent = &tenant.people[person].devices[BROWSER].agent;
        let rest = newest(tenant, &mut random, (person, first), (30, 250));
        Self {
            foothold: Foothold::web(tenant, &mut random, (0, person), agent),
            origin: Origin::new(tenant.unused[1], random.draw()),
            last: (first + random.between(1, 5)).min(i64::from(tenant.options.days) - 2),
            first,
            rest,
            stolen: false,
            random,
        }
    }

    /// Takes over the owner's session once they have used it.
    fn steal(&mut self, world: &World) -> bool {
        let theirs = &world.states[self.foothold.person].signed_in[BROWSER];
        if !self.stolen && theirs.used {
            self.stolen = true;
            self.foothold.session = theirs.session;
            self.foothold.truth.sessions.insert(theirs.session);
            self.foothold.truth.shared_with_owner = true;
        }
        self.stolen
    }
}

/// Keeps the owner from seeing the answers.
const RULE: [(&str, &str); 5] = [
    ("Name", "."),
    ("SubjectOrBodyContainsWords", "invoice;payment;bank"),
    ("MoveToFolder", "RSS Feeds"),
    ("MarkAsRead", "True"),
    ("StopProcessingRules", "True"),
];

impl Shape for Theft {
    fn day(&mut self, world: &mut World, day: i64) {
        if !(self.first..=self.last).contains(&day) || !self.steal(world) {
            return;
        }
        let person = &world.tenant.people[self.foothold.person];
        let offset = world.tenant.offices[person.office].place.offset_minutes;
        // In the owner's working hours, so that the two interleave.
        let minute = self
            .random
            .between(person.hours.0 + 30, person.hours.1 - 120);
        let mut at = world.tenant.moment(day) + (minute - offset) * MINUTE;
        let n_days_left = (self.last - day + 1).unsigned_abs();
        let n = (self.rest.1 - self.rest.0).div_ceil(n_days_left);
        let lists = batches(&mut self.random, (self.rest.0, self.rest.0 + n));
        self.rest.0 += n;
        let first_time = self.foothold.truth.items.is_empty();
        for (i, messages) in lists.iter().enumerate() {
            at += self.random.between(25, 200);
            let when = (at, self.origin, self.origin.address);
            self.foothold.reads(world, &mut self.random, when, messages);
            if first_time && i == 0 {
                let when = (at + 15, self.origin, self.random.guid());
                self.foothold.makes_rule(world, when, &RULE);
            }
        }
        for _ in 0..self.random.below(3) {
            at += self.random.between(60, 600);
            self.foothold
                .sends(world, &mut self.random, (at, self.origin));
        }
    }

    fn stolen(&self) -> Option<Guid> {
        self.stolen.then_some(self.foothold.session)
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        let truth = std::mem::take(&mut self.foothold.truth);
        if truth.span.is_some() {
            vec![truth]
        } else {
            Vec::new()
        }
    }
}
