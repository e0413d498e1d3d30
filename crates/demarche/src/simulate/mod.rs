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
pub mod twins;
pub mod volume;
pub mod warranted;
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
            kept.record
                .watch(&mut world, |world| intruder.day(world, day));
            intruder.answer(&mut world, day);
            kept.record.stolen = intruder.stolen();
        }
        let until = world.tenant.moment(day + 1) - EARLY_HOURS * HOUR;
        let until = if day == days { i64::MAX } else { until };
        let mut entries = world.sink.before(until);
        entries.retain(|entry| (options.from()..options.to()).contains(&entry.at));
        let (entries, n_cut) = kept.sift(&damage, &world.sink, entries);
        world.sink.n_cut = n_cut;
        each(&world.sink, &entries)?;
        world.sink.forget(until);
    }
    let mut truth = std::mem::take(&mut kept.truth);
    intruder::tell(intruder, &mut truth);
    kept.record.tell(&world.tenant, &damage, &mut truth);
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
    record: warranted::Record,
}

impl Kept {
    fn new(damage: &damage::Plan) -> Self {
        let removals = damage
            .removals
            .iter()
            .map(|removal| (removal.clone(), 0))
            .collect();
        Self {
            truth: Truth {
                removals,
                reordered: damage.reordered,
                clock_from: damage.clock_from,
                ..Truth::default()
            },
            record: warranted::Record::default(),
        }
    }

    /// The records that are delivered, copies included, and how many rows a call cut.
    fn sift(
        &mut self,
        damage: &damage::Plan,
        sink: &Sink,
        entries: Vec<Entry>,
    ) -> (Vec<Entry>, usize) {
        let mut out = Vec::with_capacity(entries.len());
        let mut n_cut = 0;
        for entry in entries {
            if let Some(place) = damage.swallowed(sink, &entry) {
                let (removal, n) = &mut self.truth.removals[place];
                *n += 1;
                n_cut += usize::from(removal.kind == "row cap");
                self.truth.removed.insert(entry.id);
                continue;
            }
            let body = sink.body(&entry);
            let whole = damage.remaining(&entry, body) == body.len();
            if !whole {
                self.truth.truncated.insert(entry.id);
            }
            self.record.delivered(sink, &entry, whole);
            let n_copies = damage.copies(&entry);
            self.truth.n_duplicates += n_copies as u64 - 1;
            *self.truth.n_records.entry(entry.stream.name()).or_default() += n_copies as u64;
            out.extend(std::iter::repeat_n(entry, n_copies));
        }
        damage.reorder(&mut out);
        (out, n_cut)
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
