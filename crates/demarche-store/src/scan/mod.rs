//! Reading a stored case back: identities, streams in order, single places.

mod cursor;
mod glance;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use demarche_core::event::event::Event;
use demarche_core::vocab::place::Place;

use crate::error::Error;
use crate::layout;
use crate::scan::cursor::{Cursor, Partition};
use crate::table::read::{self, Extent, StoredFile, Stretch};

pub use glance::{Days, Glance, Seen};

/// Accounts whose events are read in one go; no account is in two shares.
#[derive(Debug)]
pub struct Share<'s> {
    store: &'s Store,
    what: What<'s>,
}

#[derive(Debug)]
enum What<'s> {
    /// Stretches of one file with the places of their accounts.
    OneFile(Vec<(&'s Stretch, usize)>),
    /// One account of several keys, by its place.
    Merged(usize, &'s [&'s str]),
}

impl Share<'_> {
    /// How many events it hands over.
    pub fn n_events(&self) -> u64 {
        match &self.what {
            What::OneFile(stretches) => stretches.iter().map(|(it, _)| it.events as u64).sum(),
            What::Merged(_, keys) => keys.iter().map(|key| self.store.events_of(key)).sum(),
        }
    }

    /// Hands over the events of its accounts as [`Store::accounts`] does.
    ///
    /// # Gaps
    /// What no session is folded from is left empty: the ids of the record and of its request, and
    /// of items everything but kind and rows. [`Store::replay`] gives all.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn read(&self, each: &mut dyn FnMut(usize, Option<&Event<'_>>)) -> Result<(), Error> {
        match &self.what {
            What::OneFile(stretches) => {
                let Some((first, _)) = stretches.first() else {
                    return Ok(());
                };
                let partition = &self.store.partitions[first.partition];
                one_after_the_other(partition, stretches, each)
            }
            What::Merged(place, keys) => {
                let mut one = |event: &Event<'_>| each(*place, Some(event));
                self.store.merged(keys, Extent::Folded, &mut one)?;
                each(*place, None);
                Ok(())
            }
        }
    }
}

/// The store of a case, open for reading.
#[derive(Debug)]
pub struct Store {
    partitions: Vec<Partition>,
    actors: Vec<Stretch>,
    keys: Vec<String>,
}

impl Store {
    /// Opens the store of a case folder.
    ///
    /// # Errors
    /// Where files are missing or were written by another version.
    pub fn open(case: &Path) -> Result<Store, Error> {
        let store = case.join(layout::STORE);
        let mut partitions = Vec::new();
        for n in 0..layout::PARTITIONS {
            partitions.push(Partition {
                events: StoredFile::open(store.join(layout::events(n)))?,
                items: StoredFile::open(store.join(layout::items(n)))?,
            });
        }
        let actors = read::actors(&store.join(layout::ACTORS))?;
        if actors
            .iter()
            .any(|stretch| stretch.partition >= partitions.len())
        {
            return Err(Error::format(&store, "an actor lies in no partition"));
        }
        let keys = actors.iter().map(|stretch| stretch.actor.clone()).collect();
        Ok(Store {
            partitions,
            actors,
            keys,
        })
    }

    /// Events stored.
    pub fn events(&self) -> u64 {
        self.partitions.iter().map(|p| p.events.n_rows).sum()
    }

    /// Items stored.
    pub fn items(&self) -> u64 {
        self.partitions.iter().map(|p| p.items.n_rows).sum()
    }

    /// Keys of actors as delivered (`Identity::key`), sorted; the empty key where nobody is named.
    pub fn identities(&self) -> &[String] {
        &self.keys
    }

    /// How many events a key has.
    pub fn events_of(&self, key: &str) -> u64 {
        self.stretch(key).map_or(0, |stretch| stretch.events as u64)
    }

    fn stretch(&self, key: &str) -> Option<&Stretch> {
        let at = self
            .actors
            .binary_search_by(|stretch| stretch.actor.as_str().cmp(key))
            .ok()?;
        self.actors.get(at)
    }

    /// Hands over the events of these keys, merged in (time, source, leaf) order.
    ///
    /// Keys that are not stored, and keys given twice, do no harm.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn replay(&self, keys: &[&str], each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        self.merged(keys, Extent::Whole, each)
    }

    fn merged(
        &self,
        keys: &[&str],
        extent: Extent,
        each: &mut dyn FnMut(&Event<'_>),
    ) -> Result<(), Error> {
        let keys: BTreeSet<&str> = keys.iter().copied().collect();
        let mut cursors = Vec::new();
        for stretch in keys.into_iter().filter_map(|key| self.stretch(key)) {
            cursors.push(Cursor::open(
                &self.partitions[stretch.partition],
                stretch.rows(),
                extent,
            )?);
        }
        merge(cursors, each)
    }

    /// Hands over the events of many accounts, each account's merged as by [`Store::replay`] and
    /// with the gaps of [`Share::read`].
    ///
    /// # Shape
    /// Accounts are groups of keys. `each` gets an account's place with its events, one after
    /// the other, then `None` once there are no more. The order of accounts is not promised.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn accounts(
        &self,
        accounts: &[&[&str]],
        each: &mut dyn FnMut(usize, Option<&Event<'_>>),
    ) -> Result<(), Error> {
        let shares = self.shares(accounts);
        shares.iter().try_for_each(|share| share.read(each))
    }

    /// The same accounts in shares that can be read side by side, each in one go through a file.
    pub fn shares<'s>(&'s self, accounts: &'s [&'s [&'s str]]) -> Vec<Share<'s>> {
        let (alone, merged) = self.told_apart(accounts);
        let mut shares: Vec<Share<'s>> = alone
            .chunk_by(|(a, _), (b, _)| a.partition == b.partition)
            .map(|here| Share {
                store: self,
                what: What::OneFile(here.to_vec()),
            })
            .collect();
        shares.extend(merged.into_iter().map(|place| Share {
            store: self,
            what: What::Merged(place, accounts[place]),
        }));
        shares
    }

    /// Accounts of one stored key that is nobody else's, in the order of the files, and the
    /// places of all others, which have to be merged.
    fn told_apart(&self, accounts: &[&[&str]]) -> (Vec<(&Stretch, usize)>, Vec<usize>) {
        let mut n_owners: BTreeMap<&str, usize> = BTreeMap::new();
        for key in accounts.iter().flat_map(|keys| keys.iter()) {
            *n_owners.entry(key).or_default() += 1;
        }
        let (mut alone, mut merged) = (Vec::new(), Vec::new());
        for (place, keys) in accounts.iter().enumerate() {
            let mut stored = keys.iter().filter_map(|key| self.stretch(key));
            match (stored.next(), stored.next()) {
                (Some(stretch), None) if n_owners.get(stretch.actor.as_str()) == Some(&1) => {
                    alone.push((stretch, place));
                }
                _ => merged.push(place),
            }
        }
        alone.sort_by_key(|(stretch, _)| (stretch.partition, stretch.event_first));
        (alone, merged)
    }

    /// Hands over all events in the order of the files.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn all(&self, each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        for partition in &self.partitions {
            let events = 0..partition.events.n_rows as usize;
            let items = 0..partition.items.n_rows as usize;
            Cursor::open(partition, (events, items), Extent::Whole)?.pour(None, each)?;
        }
        Ok(())
    }

    /// Hands over the events at these places (by source and leaf), in the order of the files.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn at(&self, places: &[Place], each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let wanted: BTreeSet<(u32, u64)> = places
            .iter()
            .map(|place| (place.source.0, place.leaf))
            .collect();
        for (n, partition) in self.partitions.iter().enumerate() {
            let mut rows = BTreeSet::new();
            read::places(&partition.events, &mut |row, place| {
                if wanted.contains(&place) {
                    rows.insert(row);
                }
            })?;
            for stretch in self.actors.iter().filter(|stretch| stretch.partition == n) {
                let (events, items) = stretch.rows();
                if rows.range(events.clone()).next().is_none() {
                    continue;
                }
                let mut cursor = Cursor::open(partition, (events, items), Extent::Whole)?;
                cursor.pour(None, &mut |event| {
                    if wanted.contains(&(event.place.source.0, event.place.leaf)) {
                        each(event);
                    }
                })?;
            }
        }
        Ok(())
    }
}

/// Goes through stretches of one partition, each an account's, in the order of the file.
fn one_after_the_other(
    partition: &Partition,
    stretches: &[(&Stretch, usize)],
    each: &mut dyn FnMut(usize, Option<&Event<'_>>),
) -> Result<(), Error> {
    let events = stretches.iter().map(|(stretch, _)| stretch.rows().0);
    let items = stretches.iter().map(|(stretch, _)| stretch.rows().1);
    let mut cursor = Cursor::over(partition, (events, items), Extent::Folded)?;
    let mut rest = stretches.iter();
    let mut current = rest.next();
    let mut n_left = current.map_or(0, |(stretch, _)| stretch.events);
    cursor.pour(None, &mut |event| {
        let Some((_, place)) = current else { return };
        each(*place, Some(event));
        n_left -= 1;
        if n_left == 0 {
            each(*place, None);
            current = rest.next();
            n_left = current.map_or(0, |(stretch, _)| stretch.events);
        }
    })
}

/// Merges streams that are in order each.
fn merge(mut cursors: Vec<Cursor<'_>>, each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
    loop {
        let mut standings = Vec::with_capacity(cursors.len());
        for (n, cursor) in cursors.iter().enumerate() {
            if let Some(standing) = cursor.standing() {
                standings.push((standing, n));
            }
        }
        standings.sort_unstable();
        let Some((_, least)) = standings.first() else {
            return Ok(());
        };
        let limit = standings.get(1).map(|(standing, _)| *standing);
        cursors[*least].pour(limit, each)?;
    }
}
