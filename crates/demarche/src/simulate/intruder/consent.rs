//! A hostile application that some people consented to: it reads through the provider's interface.

use crate::simulate::calendar::{DAY, MINUTE};
use crate::simulate::client::{GRAPH, Named};
use crate::simulate::guid::Guid;
use crate::simulate::intruder::foothold::{Foothold, machine};
use crate::simulate::intruder::{Shape, batches, first_day, session, victims};
use crate::simulate::network::relay;
use crate::simulate::people::BROWSER;
use crate::simulate::random::Random;
use crate::simulate::record::directory;
use crate::simulate::record::sign_in;
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::HostileSession;
use crate::simulate::world::{Origin, World};

/// The intruder with an application.
pub struct Consent {
    random: Random,
    app: Guid,
    principal: Guid,
    name: &'static str,
    imitates: bool,
    origin: Origin,
    last: i64,
    consented: Vec<Consented>,
}

/// One person who consents.
struct Consented {
    day: i64,
    rest: (u64, u64),
    foothold: Foothold,
}

/// Names, and whether one is written to look like a publisher's without being it.
const NAMES: [(&str, bool); 6] = [
    ("Mail Quota Helper", false),
    ("Outlook Upgrade Assistant", false),
    ("Document Viewer", false),
    ("Micr0soft Mail Security", true),
    ("Rnicrosoft Office Add-in", true),
    ("0utlook Backup", true),
];
/// What the application asks for.
const SCOPES: &str =
    "openid profile offline_access User.Read Mail.Read Mail.ReadWrite Contacts.Read";

impl Consent {
    /// Chooses the application and who consents to it.
    #[must_use]
    pub fn new(tenant: &Tenant, mut random: Random) -> Self {
        let first = first_day(tenant, &mut random);
        let (app, principal) = (random.guid(), random.guid());
        let (name, imitates) = *random.pick(&NAMES);
        let n_people = 1 + random.below(3) as usize;
        let last = (first + random.between(4, 14)).min(i64::from(tenant.options.days) - 2);
        let people = victims(tenant, &mut random, n_people);
        let consented = people
            .iter()
            .enumerate()
            .map(|(number, &person)| {
                let day = (first + number as i64).min(last);
                let until = tenant.mailboxes[person].messages_on(day);
                let n = (random.between(80, 500).unsigned_abs() * tenant.options.activity / 1000)
                    .max(6);
                let foothold = Foothold {
                    person,
                    session: random.guid(),
                    app: Named { id: app, name },
                    pair: (Some(GRAPH.id), Some(app)),
                    client: "Client=REST;;".to_owned(),
                    device: machine(""),
                    truth: session(tenant, person, number),
                    token: None,
                    assertion: false,
                    grouped: Vec::new(),
                };
                Consented {
                    day,
                    rest: (until.saturating_sub(n), until),
                    foothold,
                }
            })
            .collect();
        let origin = Origin::new(tenant.unused[2], random.draw());
        Self {
            app,
            principal,
            name,
            imitates,
            origin,
            last,
            consented,
            random,
        }
    }
}

impl Consent {
    /// Whether the name is written to look like a publisher's.
    #[must_use]
    pub fn imitates(&self) -> bool {
        self.imitates
    }
}

impl Consented {
    /// The person's own act, at their office, in their own browser.
    fn consent(
        &mut self,
        world: &mut World,
        random: &mut Random,
        app: (Guid, Guid, &'static str),
        first: bool,
    ) {
        let session = world.states[self.foothold.person].signed_in[BROWSER].session;
        self.foothold.session = session;
        self.foothold.truth.shared_with_owner = true;
        self.foothold.truth.sessions.insert(session);
        let World { tenant, sink, .. } = world;
        let person = &tenant.people[self.foothold.person];
        let office = &tenant.offices[person.office];
        let origin = Origin::new(office.network, u64::from(person.index) % 2);
        let minute = random.between(person.hours.0, person.hours.1) - office.place.offset_minutes;
        let at = tenant.moment(self.day) + minute * MINUTE;
        let ids = [random.guid(), random.guid(), random.guid()];
        for (at, outcome) in [(at - 30, sign_in::NO_CONSENT), (at + 2, sign_in::SUCCESS)] {
            let id = random.guid();
            let mut row = self.foothold.step(tenant, (at, id, outcome), origin);
            row.device = &person.devices[BROWSER];
            sign_in::row(sink, tenant, &row);
            sign_in::audit(sink, tenant, &row);
        }
        let consent = directory::Consent {
            at,
            person,
            address: origin.address,
            app,
            scopes: SCOPES,
            first,
        };
        directory::consent(sink, tenant, ids, &consent);
        self.foothold
            .truth
            .actions
            .push(("Consent to application.", ids[2]));
        self.foothold.truth.at(at);
    }
}

impl Shape for Consent {
    fn day(&mut self, world: &mut World, day: i64) {
        let Self {
            random,
            app,
            principal,
            name,
            origin,
            last,
            consented,
            ..
        } = self;
        let start = world.tenant.moment(day);
        for (number, victim) in consented.iter_mut().enumerate() {
            if day == victim.day {
                victim.consent(world, random, (*app, *principal, *name), number == 0);
            }
            if day <= victim.day || day > *last {
                continue;
            }
            let n_days_left = (*last - day + 1).unsigned_abs();
            let n = (victim.rest.1 - victim.rest.0).div_ceil(n_days_left);
            let lists = batches(random, (victim.rest.0, victim.rest.0 + n));
            victim.rest.0 += n;
            let mut at = start + random.between(0, DAY * 3 / 4);
            for messages in lists {
                at += random.between(5, 120);
                let shown = relay(random);
                victim
                    .foothold
                    .reads(world, random, (at, *origin, shown), &messages);
            }
        }
    }

    fn truth(&mut self) -> Vec<HostileSession> {
        let all = self.consented.drain(..).map(|victim| victim.foothold.truth);
        all.filter(|truth| truth.span.is_some()).collect()
    }
}
