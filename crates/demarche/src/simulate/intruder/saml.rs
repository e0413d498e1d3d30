//! Forged assertions: an administrator's account adds an issuer, then anybody can be signed in.

use crate::simulate::calendar::{HOUR, MINUTE};
use crate::simulate::intruder::foothold::Foothold;
use crate::simulate::intruder::{Shape, batches, first_day, victims};
use crate::simulate::random::Random;
use crate::simulate::record::directory::{self, Change, Target};
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with a signing certificate.
pub struct Saml {
    random: Random,
    administrator: Foothold,
    victims: Vec<Victim>,
    origin: Origin,
    first: i64,
    last: i64,
}

/// One account that never typed anything.
struct Victim {
    foothold: Foothold,
    day: i64,
    rest: (u64, u64),
}

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

impl Saml {
    /// Chooses the accounts and the days.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let last = (first + random.between(5, 14)).min(i64::from(tenant.options.days) - 2);
        let n = 2 + random.below(4) as usize;
        let people = victims(tenant, &mut random, n);
        let victims = people
            .iter()
            .enumerate()
            .map(|(number, &person)| {
                let day = (first + 1 + random.between(0, 2)).min(last);
                let until = tenant.mailboxes[person].messages_on(day);
                let n = (random.between(30, 250).unsigned_abs() * tenant.options.activity / 1000)
                    .max(6);
                let mut foothold = Foothold::web(tenant, &mut random, (number + 1, person), AGENT);
                foothold.assertion = true;
                Victim {
                    foothold,
                    day,
                    rest: (until.saturating_sub(n), until),
                }
            })
            .collect();
        Self {
            administrator: Foothold::web(tenant, &mut random, (0, 0), AGENT),
            victims,
            origin: Origin::new(tenant.unused[7], random.draw()),
            first,
            last,
            random,
        }
    }

    /// The administrator's password is known; the domain gets another issuer.
    fn federates(&mut self, world: &mut World, day: i64) {
        let at = world.tenant.moment(day) + self.random.between(HOUR, 20 * HOUR);
        self.administrator
            .begin(world, &mut self.random, at, self.origin);
        let World { tenant, sink, .. } = world;
        let domain = tenant.domain.clone();
        let properties = [
            (
                "IssuerUri",
                "http://sts.signin-service.example/adfs/services/trust",
                "",
            ),
            ("SigningCertificate", "MIICzDCCAbSgAwIBAgIQ", ""),
            ("LiveType", "Federated", "Managed"),
        ];
        for (minutes, operation) in [
            (4, "Set domain authentication."),
            (5, "Set federation settings on domain."),
        ] {
            let id = self.random.guid();
            let at = at + minutes * MINUTE;
            let change = Change {
                at,
                actor: Some(&tenant.people[0]),
                address: Some(self.origin.address),
                operation,
                target: Target::Domain(&domain),
                properties: &properties,
                agent: AGENT,
            };
            directory::write(sink, tenant, id, &change);
            self.administrator.truth.actions.push((operation, id));
            self.administrator.truth.at(at);
        }
    }
}

impl Shape for Saml {
    fn day(&mut self, world: &mut World, day: i64) {
        if day == self.first {
            self.federates(world, day);
        }
        for victim in &mut self.victims {
            if day < victim.day || day > self.last {
                continue;
            }
            let mut at = world.tenant.moment(day) + self.random.between(HOUR, 20 * HOUR);
            if victim.foothold.token.is_none() {
                victim
                    .foothold
                    .begin(world, &mut self.random, at - MINUTE, self.origin);
            }
            let n_days_left = (self.last - day + 1).unsigned_abs();
            let n = (victim.rest.1 - victim.rest.0).div_ceil(n_days_left);
            for messages in batches(&mut self.random, (victim.rest.0, victim.rest.0 + n)) {
                at += self.random.between(20, 200);
                let when = (at, self.origin, self.origin.address);
                victim
                    .foothold
                    .reads(world, &mut self.random, when, &messages);
            }
            victim.rest.0 += n;
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        let administrator = std::mem::take(&mut self.administrator.truth);
        let victims = self.victims.drain(..).map(|victim| victim.foothold.truth);
        std::iter::once(administrator).chain(victims).collect()
    }
}
