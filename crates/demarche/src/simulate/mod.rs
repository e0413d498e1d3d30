//! A simulated tenant that writes audit logs as exporters do, beside the truth.
//!
//! Everything is a pure function of [`options::Options`]: the same options give the same bytes.

pub mod act;
pub mod calendar;
pub mod client;
pub mod damage;
pub mod export;
pub mod guid;
pub mod intruder;
pub mod issue;
pub mod journal;
pub mod json;
pub mod mailbox;
pub mod network;
pub mod options;
pub mod people;
pub mod plan;
pub mod random;
pub mod record;
pub mod service;
pub mod sink;
pub mod tenant;
pub mod truth;
pub mod volume;
pub mod world;

#[cfg(test)]
mod tests;

use std::io;
use std::path::Path;

use crate::simulate::calendar::HOUR;
use crate::simulate::export::Export;
use crate::simulate::options::Options;
use crate::simulate::sink::{Entry, Sink};
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::Truth;
use crate::simulate::world::World;

/// Hours by which a record of the next day may come before its midnight in UTC.
const EARLY_HOURS: i64 = 12;

/// Lets a tenant live all its days and hands its records to `each`, in order of time.
///
/// # Errors
/// Whatever `each` returns.
pub fn run(
    options: &Options,
    mut each: impl FnMut(&Sink, &[Entry]) -> io::Result<()>,
) -> io::Result<(Tenant, Truth)> {
    let mut world = World::new(Tenant::new(options));
    let mut intruder = intruder::new(&world.tenant);
    let damage = damage::Plan::new(&world.tenant);
    let mut kept = Kept::new(&damage);
    let days = i64::from(options.days);
    // The day before begins elsewhere in the world when the first one ends there.
    for day in -1..=days {
        live(&mut world, day);
        if let Some(intruder) = &mut intruder {
            intruder.day(&mut world, day);
        }
        let until = world.tenant.moment(day + 1) - EARLY_HOURS * HOUR;
        let until = if day == days { i64::MAX } else { until };
        let mut entries = world.sink.before(until);
        entries.retain(|entry| (options.from()..options.to()).contains(&entry.at));
        let entries = kept.sift(&damage, &world.sink, entries);
        each(&world.sink, &entries)?;
        world.sink.forget(until);
    }
    let mut truth = kept.truth;
    intruder::tell(intruder, &mut truth);
    truth.forget_ordinary_removals();
    truth.n_ordinary_sessions = world.n_sessions;
    Ok((world.tenant, truth))
}

/// One day of everybody, and of everything that needs nobody.
pub fn live(world: &mut World, day: i64) {
    for person in 0..world.tenant.people.len() {
        act::day(world, person, day);
    }
    for mailbox in 0..world.tenant.mailboxes.len() {
        service::mailbox_day(world, mailbox, day);
    }
    service::day(world, day);
}

/// What remains after the damage, and the account of it.
struct Kept {
    truth: Truth,
}

impl Kept {
    fn new(damage: &damage::Plan) -> Self {
        let missing = damage.missing.iter();
        let missing = missing.map(|&(from, to)| ("audit", from, to, 0)).collect();
        Self {
            truth: Truth {
                missing,
                ..Truth::default()
            },
        }
    }

    fn sift(&mut self, damage: &damage::Plan, sink: &Sink, entries: Vec<Entry>) -> Vec<Entry> {
        let mut out = Vec::with_capacity(entries.len());
        for entry in entries {
            if let Some(span) = damage.swallowed(&entry) {
                self.truth.missing[span].3 += 1;
                self.truth.removed.insert(entry.id);
                continue;
            }
            let body = sink.body(&entry);
            if damage.remaining(&entry, body) < body.len() {
                self.truth.truncated.insert(entry.id);
            }
            let n_copies = damage.copies(&entry);
            self.truth.n_duplicates += n_copies as u64 - 1;
            *self.truth.n_records.entry(entry.stream.name()).or_default() += n_copies as u64;
            out.extend(std::iter::repeat_n(entry, n_copies));
        }
        out
    }
}

/// Writes a tenant's logs and its truth into a directory.
///
/// # Errors
/// When the directory or a file in it cannot be written.
pub fn write(options: &Options, directory: &Path) -> io::Result<Truth> {
    std::fs::create_dir_all(directory)?;
    let tenant = Tenant::new(options);
    let mut export = Export::create(directory, &tenant)?;
    let (tenant, truth) = run(options, |sink, entries| export.write(sink, entries))?;
    export.finish()?;
    std::fs::write(directory.join("truth.json"), truth.write(&tenant))?;
    Ok(truth)
}
