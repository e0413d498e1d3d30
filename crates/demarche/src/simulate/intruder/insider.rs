//! Somebody inside who carries off, from their own devices, what they may read.

use crate::simulate::act::client_info;
use crate::simulate::calendar::MINUTE;
use crate::simulate::client::Client;
use crate::simulate::intruder::{Shape, batches, first_day, read, session, victims};
use crate::simulate::issue::{self, Use};
use crate::simulate::people::BROWSER;
use crate::simulate::random::Random;
use crate::simulate::record::file::{self, FileAccess};
use crate::simulate::record::mail::Access;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The person, and the evening.
pub struct Insider {
    random: Random,
    person: usize,
    evening: i64,
    n_files: u64,
    n_messages: u64,
    truth: HostileSession,
}

impl Insider {
    /// Chooses who, when and how much.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let evening = first_day(tenant, &mut random);
        let person = victims(tenant, &mut random, 1)
            .first()
            .copied()
            .unwrap_or_default();
        let share = tenant.options.activity;
        let mut truth = session(tenant, person, 0);
        truth.verdict = "insider";
        truth.shared_with_owner = true;
        Self {
            person,
            evening,
            n_files: (random.between(80, 500).unsigned_abs() * share / 1000).max(4),
            n_messages: (random.between(50, 300).unsigned_abs() * share / 1000).max(6),
            truth,
            random,
        }
    }

    fn downloads(&mut self, world: &mut World, usage: &mut Use) {
        for file in 0..self.n_files {
            usage.at += self.random.between(1, 8);
            let (session, token) = issue::token(world, &mut self.random, usage);
            let id = self.random.guid();
            let World { tenant, sink, .. } = world;
            let person = &tenant.people[self.person];
            let access = FileAccess {
                at: usage.at,
                person,
                operation: "FileDownloaded",
                file,
                owner: None,
                address: usage.origin.address,
                agent: &person.devices[BROWSER].agent,
                app: Client::Files.app().id,
                session: Some((session, token)),
            };
            file::write(sink, tenant, id, &access);
            self.truth.actions.push(("FileDownloaded", id));
            self.truth.at(usage.at);
        }
    }

    fn reads(&mut self, world: &mut World, usage: &mut Use) {
        usage.client = Client::Web;
        let until = world.tenant.mailboxes[self.person].messages_on(self.evening);
        for messages in batches(
            &mut self.random,
            (until.saturating_sub(self.n_messages), until),
        ) {
            usage.at += self.random.between(10, 90);
            let (session, token) = issue::token(world, &mut self.random, usage);
            let id = self.random.guid();
            let World { tenant, sink, .. } = world;
            let linkable = tenant.linkable();
            let device = &tenant.people[self.person].devices[BROWSER];
            let mailbox = &tenant.mailboxes[self.person];
            let access = Access {
                at: usage.at,
                actor: mailbox,
                mailbox,
                client: &client_info(Client::Web, device, false),
                address: usage.origin.address,
                pair: Client::Web.pair(linkable),
                session: Some(session),
                token: linkable.then_some(token),
                device: device.id.filter(|_| linkable),
            };
            let done = read(sink, tenant, (id, &access), &messages);
            self.truth.add(done);
        }
    }
}

impl Shape for Insider {
    fn day(&mut self, world: &mut World, day: i64) {
        if day != self.evening {
            return;
        }
        let person = &world.tenant.people[self.person];
        let office = &world.tenant.offices[person.office];
        // After everybody left, at the office: the day's own requests are over.
        let minute = (person.hours.1 + 240).min(23 * 60) - office.place.offset_minutes;
        let at = world.tenant.moment(day) + minute * MINUTE;
        let origin = Origin::new(office.network, u64::from(person.index) % 2);
        let mut usage = Use {
            person: self.person,
            client: Client::Files,
            at,
            origin,
        };
        // What the evening does to tokens stays out of the next day, which is lived as without it.
        let before = (world.states[self.person].clone(), world.n_sessions);
        self.downloads(world, &mut usage);
        self.reads(world, &mut usage);
        (world.states[self.person], world.n_sessions) = before;
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        vec![std::mem::take(&mut self.truth)]
    }
}
