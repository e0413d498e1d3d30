//! Intruders: one file per shape, and the truth they leave.

mod consent;
mod contractor;
mod foothold;
mod fraud;
mod insider;
mod middle;
mod saml;
mod slow;
pub mod spray;
mod storm;
mod theft;

use crate::simulate::guid::Guid;
use crate::simulate::options::ShapeName;
use crate::simulate::random::Random;
use crate::simulate::record::mail::{self, Access};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::{Tenant, path};
use crate::simulate::truth::{HostileSession, Truth};
use crate::simulate::world::{Token, World};

/// What an intruder does, day by day. Adding a shape is adding a file and a line in [`new`].
pub trait Shape {
    /// Does what the intruder does on a day, after the people have lived it.
    fn day(&mut self, world: &mut World, day: i64);
    /// What others do about it on a day.
    fn answer(&mut self, _world: &mut World, _day: i64) {}
    /// The owner's session that the intruder uses too, once it was taken.
    fn stolen(&self) -> Option<Guid> {
        None
    }
    /// What was done, once all days are over.
    fn truth(&mut self) -> Vec<HostileSession>;
}

/// The intruder that the options ask for.
#[must_use]
pub fn new(tenant: &Tenant) -> Option<Box<dyn Shape>> {
    let random = Random::new(tenant.options.seed, &[path::INTRUDER]);
    match tenant.options.shape {
        ShapeName::None => None,
        ShapeName::Storm => Some(Box::new(storm::Storm::new(tenant, random))),
        ShapeName::Spray => Some(Box::new(spray::Spray::new(tenant, random))),
        ShapeName::Consent => Some(Box::new(consent::Consent::new(tenant, random))),
        ShapeName::Fraud => Some(Box::new(fraud::Fraud::new(tenant, random))),
        ShapeName::Insider => Some(Box::new(insider::Insider::new(tenant, random))),
        ShapeName::Slow => Some(Box::new(slow::Slow::new(tenant, random))),
        ShapeName::Contractor => Some(Box::new(contractor::Contractor::new(tenant, random))),
        ShapeName::Middle => Some(Box::new(middle::Middle::new(tenant, random))),
        ShapeName::Saml => Some(Box::new(saml::Saml::new(tenant, random))),
        ShapeName::Theft => Some(Box::new(theft::Theft::new(tenant, random))),
    }
}

/// Whether the hostile application's name is written to look like a publisher's.
#[must_use]
pub fn consent_imitates(tenant: &Tenant) -> bool {
    let random = Random::new(tenant.options.seed, &[path::INTRUDER]);
    consent::Consent::new(tenant, random).imitates()
}

/// Gives the truth of an intruder to the tenant's.
pub fn tell(shape: Option<Box<dyn Shape>>, truth: &mut Truth) {
    if let Some(mut shape) = shape {
        truth.sessions = shape.truth();
    }
}

/// A hostile session of one account in its own mailbox, empty.
fn session(tenant: &Tenant, person: usize, number: usize) -> HostileSession {
    HostileSession {
        id: format!("h{}", number + 1),
        verdict: "hostile",
        account: tenant.people[person].account.clone(),
        ..HostileSession::default()
    }
}

/// Writes a hostile read and remembers it in the truth.
fn read(sink: &mut Sink, tenant: &Tenant, what: (Guid, &Access<'_>), messages: &[u64]) -> Read {
    let (id, access) = what;
    mail::bind(sink, tenant, id, access, messages);
    let seed = tenant.options.seed;
    let mailbox = access.mailbox.owner.to_lowercase();
    Read {
        at: access.at,
        address: access.address.to_string(),
        pair: access.pair,
        token: access.token,
        session: access.session,
        items: messages
            .iter()
            .map(|&number| (mailbox.clone(), access.mailbox.message_id(seed, number), id))
            .collect(),
        mailbox,
    }
}

/// What one hostile read adds to the truth.
struct Read {
    at: i64,
    mailbox: String,
    address: String,
    pair: (Option<Guid>, Option<Guid>),
    token: Option<Token>,
    session: Option<Guid>,
    items: Vec<(String, String, Guid)>,
}

impl HostileSession {
    fn add(&mut self, read: Read) {
        self.at(read.at);
        self.mailboxes.insert(read.mailbox);
        self.addresses.insert(read.address);
        self.pairs.insert(read.pair);
        self.tokens.extend(read.token.map(|token| token.id));
        self.sessions.extend(read.session);
        self.items.extend(read.items);
    }
}

/// The day on which an intruder begins: late enough for a history of habits, if there is room.
fn first_day(tenant: &Tenant, random: &mut Random) -> i64 {
    let days = i64::from(tenant.options.days);
    let middle = (days * 46 / 100).clamp(15, 30).min(days - 3).max(0);
    let mut day = (middle + random.between(0, 3)).min(days - 2).max(0);
    while tenant.rests(day) && day < days - 2 {
        day += 1;
    }
    day
}

/// People whose mailboxes are worth it: not administrators, and there from the start.
fn victims(tenant: &Tenant, random: &mut Random, n: usize) -> Vec<usize> {
    use crate::simulate::people::Role;
    let mut people: Vec<usize> = tenant
        .people
        .iter()
        .filter(|person| person.role == Role::Staff && person.joined < 0)
        .map(|person| person.index as usize)
        .collect();
    random.shuffle(&mut people);
    people.truncate(n);
    people
}

/// One of those people.
fn victim(tenant: &Tenant, random: &mut Random) -> usize {
    victims(tenant, random, 1)
        .first()
        .copied()
        .unwrap_or_default()
}

/// The newest messages of a mailbox on a day: between so many, as busy as the tenant is.
fn newest(
    tenant: &Tenant,
    random: &mut Random,
    (person, day): (usize, i64),
    (least, most): (i64, i64),
) -> (u64, u64) {
    let until = tenant.mailboxes[person].messages_on(day);
    let n_wanted = random.between(least, most).unsigned_abs() * tenant.options.activity / 1000;
    (until.saturating_sub(n_wanted.max(6)), until)
}

/// Splits a mailbox's messages into records of one to eight, as reads within two minutes come.
fn batches(random: &mut Random, range: (u64, u64)) -> Vec<Vec<u64>> {
    let mut out = Vec::new();
    let mut next = range.0;
    while next < range.1 {
        let n = (1 + random.below(8)).min(range.1 - next);
        out.push((next..next + n).collect());
        next += n;
    }
    out
}
