//! A tenant and what is in it: people, mailboxes, networks, applications, background readers.

use crate::simulate::guid::Guid;
use crate::simulate::mailbox::Mailbox;
use crate::simulate::network::{Allocator, Network, PLACES, Place};
use crate::simulate::options::{Ids, Options, Twin};
use crate::simulate::people::{self, Person};
use crate::simulate::random::Random;
use crate::simulate::twins;

/// Paths of the generators of the tenant's parts.
pub mod path {
    /// The tenant itself.
    pub const TENANT: u64 = 10;
    /// One person.
    pub const PERSON: u64 = 11;
    /// One person's day.
    pub const DAY: u64 = 12;
    /// What the tenant as a whole does on a day.
    pub const TENANT_DAY: u64 = 13;
    /// The intruder.
    pub const INTRUDER: u64 = 14;
    /// What goes wrong with the logs.
    pub const DAMAGE: u64 = 15;
    /// A mailbox.
    pub const MAILBOX: u64 = 16;
    /// Innocent events that look like an intruder.
    pub const TWIN: u64 = 18;
    /// What the service stops logging by itself.
    pub const THROTTLE: u64 = 19;
}

/// The tenant, fixed before its first day.
#[derive(Debug)]
pub struct Tenant {
    /// What it was asked to be.
    pub options: Options,
    /// Its identifier.
    pub id: Guid,
    /// Its mail domain.
    pub domain: String,
    /// Its first name, which ends in `onmicrosoft.com`.
    pub organization: String,
    /// Base of security identifiers.
    pub security_base: String,
    /// Its people.
    pub people: Vec<Person>,
    /// Mailboxes: those of people come first and have the same index; then shared ones.
    pub mailboxes: Vec<Mailbox>,
    /// Its offices.
    pub offices: Vec<Office>,
    /// Networks of mobile carriers and hotels, by place.
    pub roaming: Vec<Roaming>,
    /// Egress of the company's tunnel, when there is one.
    pub tunnel: Option<Network>,
    /// Third-party applications.
    pub apps: Vec<App>,
    /// The provider's background readers.
    pub readers: Vec<Reader>,
    /// Days on which nobody works, counted from the first.
    pub holidays: Vec<i64>,
    /// Hours for which repeated renewals of a token are one row (semantics §4.5).
    pub grouping_hours: i64,
    /// The new tunnel and its first day.
    pub new_tunnel: Option<(Network, i64)>,
    /// First day of the new mail program.
    pub new_program: Option<i64>,
    /// The application that an administrator lets read all mailboxes, and the day.
    pub new_app: Option<(App, i64)>,
    /// The network of the agreed test, and its day.
    pub test: Option<(Network, i64)>,
    /// The day on which all passwords are set anew.
    pub resets: Option<i64>,
    /// The day on which another organisation's people join.
    pub merger: Option<i64>,
    /// Mailboxes whose reads the service stops logging, and from when.
    pub throttled: Vec<(usize, i64)>,
    /// Networks that nobody has used yet.
    pub unused: Vec<Network>,
}

/// An office and its addresses.
#[derive(Debug)]
pub struct Office {
    /// Where it is.
    pub place: &'static Place,
    /// Its way out to the internet.
    pub network: Network,
    /// Networks of households near it.
    pub homes: Vec<Network>,
}

/// What a traveller finds at a place.
#[derive(Debug)]
pub struct Roaming {
    /// Mobile carriers.
    pub carriers: Vec<Network>,
    /// Hotels and cafés.
    pub hotels: Vec<Network>,
}

/// A third-party application that some people use.
#[derive(Debug)]
pub struct App {
    /// Application id.
    pub id: Guid,
    /// Object id of its service principal.
    pub principal: Guid,
    /// Name.
    pub name: &'static str,
    /// Where it calls from.
    pub network: Network,
    /// Days after the first on which each user consented; negative when before the logs begin.
    pub users: Vec<(u32, i64)>,
    /// Whether it acts on its own, without a person.
    pub alone: bool,
}

/// A background reader of the provider: no session, no sign-in, the provider's addresses.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// The two application ids of its records.
    pub pair: (Guid, Guid),
    /// Mailboxes it visits, in thousandths.
    pub share: u64,
    /// Visits per mailbox and day, in thousandths.
    pub visits: u64,
    /// First day, counted from the first of the logs; negative when before them.
    pub from_day: i64,
}

const NAMES: [&str; 16] = [
    "harbourfield",
    "northgate",
    "larchmont",
    "bluepeak",
    "stonebridge",
    "meridian",
    "oakhaven",
    "fernhill",
    "silverlake",
    "westbrook",
    "kingsway",
    "redmoor",
    "ashdown",
    "greenwell",
    "tidewater",
    "highfell",
];

const APPS: [&str; 8] = [
    "Meeting Scheduler",
    "CRM Mail Sync",
    "Signature Desk",
    "Ticket Bridge",
    "Expense Reader",
    "Mail Archive Service",
    "Survey Robot",
    "Notes Clipper",
];

impl Tenant {
    /// Builds a tenant from its options.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let mut random = Random::new(options.seed, &[path::TENANT]);
        let name = *random.pick(&NAMES);
        let mut networks = Allocator::new(options.seed, options.documented);
        let offices = offices(&mut random, &mut networks, options.people);
        let mut tenant = Self {
            id: random.guid(),
            domain: format!("{name}.example"),
            organization: format!("{name}.onmicrosoft.com"),
            security_base: format!(
                "S-1-5-21-{}-{}-{}",
                random.between(1_000_000_000, 2_000_000_000),
                random.between(3_000_000_000, 4_000_000_000),
                random.between(1_000_000_000, 1_900_000_000)
            ),
            people: Vec::new(),
            mailboxes: Vec::new(),
            offices,
            roaming: roaming(&mut networks),
            tunnel: random
                .chance(500)
                .then(|| networks.network(&PLACES[0], false)),
            apps: Vec::new(),
            readers: readers(&mut random, options),
            holidays: (0..random.below(3))
                .map(|_| random.between(0, i64::from(options.days)))
                .collect(),
            grouping_hours: *random.pick(&[1, 6, 24]),
            new_tunnel: None,
            new_program: None,
            new_app: None,
            test: None,
            resets: None,
            merger: None,
            throttled: Vec::new(),
            unused: Vec::new(),
            options: Options {
                form: options.decided_form(),
                sign_in_form: options.decided_sign_in_form(),
                ..options.clone()
            },
        };
        people::populate(&mut tenant);
        tenant.apps = apps(&mut random, &mut networks, &tenant);
        tenant.unused = PLACES
            .iter()
            .cycle()
            .skip(7)
            .take(16)
            .map(|place| networks.network(place, false))
            .collect();
        tenant.twins(&mut networks);
        tenant
    }

    /// Decides the innocent events that are asked for.
    fn twins(&mut self, networks: &mut Allocator) {
        let options = &self.options;
        let mut random = Random::new(options.seed, &[path::TWIN]);
        let days = i64::from(options.days);
        let mut day = || random.between(days / 2, days * 3 / 4);
        let (tunnel, program, app) = (day(), day(), day());
        if options.twins.contains(&Twin::Tunnel) {
            let place = random.pick(&PLACES);
            self.new_tunnel = Some((networks.network(place, false), tunnel));
        }
        if options.twins.contains(&Twin::Program) {
            self.new_program = Some(program);
        }
        if options.twins.contains(&Twin::App) {
            let reader = App {
                id: random.guid(),
                principal: random.guid(),
                name: "Mail Journal Cloud",
                network: networks.network(random.pick(&PLACES), false),
                users: Vec::new(),
                alone: true,
            };
            self.new_app = Some((reader, app));
        }
        twins::decide(self, networks);
    }

    /// Whether records carry linkable identifiers.
    #[must_use]
    pub fn linkable(&self) -> bool {
        self.options.ids == Ids::Linkable
    }

    /// Whether nobody works on this day, counted from the first.
    #[must_use]
    pub fn rests(&self, day: i64) -> bool {
        let weekday = crate::simulate::calendar::weekday(self.moment(day));
        weekday >= 5 || self.holidays.contains(&day)
    }

    /// Midnight UTC of a day counted from the first.
    #[must_use]
    pub fn moment(&self, day: i64) -> i64 {
        self.options.from() + day * crate::simulate::calendar::DAY
    }
}

fn offices(random: &mut Random, networks: &mut Allocator, people: u32) -> Vec<Office> {
    let count = if people < 8 { 2 } else { 1 + random.below(3) };
    let start = random.below(6) as usize;
    (0..count as usize)
        .map(|i| {
            let place = &PLACES[(start + i * 3) % PLACES.len()];
            Office {
                place,
                network: networks.network(place, false),
                homes: (0..4).map(|n| networks.network(place, n == 3)).collect(),
            }
        })
        .collect()
}

fn roaming(networks: &mut Allocator) -> Vec<Roaming> {
    PLACES
        .iter()
        .map(|place| Roaming {
            carriers: (0..3).map(|n| networks.network(place, n == 2)).collect(),
            hotels: (0..3).map(|_| networks.network(place, false)).collect(),
        })
        .collect()
}

fn readers(random: &mut Random, options: &Options) -> Vec<Reader> {
    // Pairs are random: those of the real provider change, and no rule may lean on a list of ours.
    let shared = random.guid();
    let mut out: Vec<Reader> = [(900, 600), (700, 250), (250, 300), (80, 500)]
        .iter()
        .map(|&(share, visits)| Reader {
            pair: (
                random.guid(),
                if random.chance(600) {
                    shared
                } else {
                    random.guid()
                },
            ),
            share,
            visits,
            from_day: -1,
        })
        .collect();
    let rollout = Reader {
        pair: (random.guid(), random.guid()),
        share: random.between(800, 950).unsigned_abs(),
        visits: random.between(900, 1800).unsigned_abs(),
        from_day: random.between(i64::from(options.days) / 2, i64::from(options.days) * 3 / 5),
    };
    if options.twins.contains(&Twin::Rollout) {
        out.push(rollout);
    }
    out
}

fn apps(random: &mut Random, networks: &mut Allocator, tenant: &Tenant) -> Vec<App> {
    let days = i64::from(tenant.options.days);
    let people = u64::from(tenant.options.people);
    let count = 2 + random.below(4) as usize;
    let first = random.below(8) as usize;
    (0..count)
        .map(|i| {
            let share = random.between(60, 350).unsigned_abs();
            let users = (0..people)
                .filter_map(|person| {
                    let joins = random.chance(share);
                    let day = random.between(-300, days);
                    joins.then_some((person as u32, day))
                })
                .collect();
            App {
                id: random.guid(),
                principal: random.guid(),
                name: APPS[(first + i) % APPS.len()],
                network: networks.network(random.pick(&PLACES), false),
                users,
                alone: i == 0,
            }
        })
        .collect()
}
