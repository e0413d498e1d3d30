//! How much was reached a day, by what is counted.

use std::collections::BTreeMap;

use crate::event::event::Event;
use crate::event::kind::Kind;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volume {
    /// Items reached: named in reads, downloaded, and a hundred per container synchronised.
    Items,
    /// Files that left the service: downloaded, synchronised, exported.
    Downloads,
    /// Searches made.
    Searches,
}

/// What a container synchronised counts for, whose items are not named.
pub const ITEMS_PER_SYNC: u64 = 100;

impl Volume {
    /// All of them.
    pub const ALL: [Volume; 3] = [Volume::Items, Volume::Downloads, Volume::Searches];

    /// How much of it an event is.
    pub fn of(self, event: &Event<'_>) -> u64 {
        match self {
            Volume::Items => items_of(event),
            Volume::Downloads => u64::from(matches!(
                event.kind,
                Kind::FileDownloaded | Kind::FileSynced | Kind::ContentExported
            )),
            Volume::Searches => u64::from(event.kind == Kind::Searched),
        }
    }
}

/// How many items an event reaches, as tables of size count.
fn items_of(event: &Event<'_>) -> u64 {
    match event.kind {
        Kind::FolderSynced => ITEMS_PER_SYNC,
        // Rows are compared session by session: see `tenant::row_use`.
        Kind::ItemsRead | Kind::AttachmentRead => (event.items.len() as u64).max(1),
        Kind::FileDownloaded | Kind::FileSynced | Kind::FileRead | Kind::ContentExported => 1,
        _ => 0,
    }
}

/// How much was reached, by what is counted and day since the epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Volumes([BTreeMap<i32, u64>; 3]);

impl Volumes {
    /// Takes in an event.
    pub fn add(&mut self, event: &Event<'_>) {
        let day = i32::try_from(event.at.day()).unwrap_or(i32::MAX);
        for volume in Volume::ALL {
            let n = volume.of(event);
            if n > 0 {
                *self.0[volume as usize].entry(day).or_default() += n;
            }
        }
    }

    /// Takes in another's.
    pub fn merge(&mut self, other: Volumes) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            for (day, n) in theirs {
                *mine.entry(day).or_default() += n;
            }
        }
    }

    /// Days and how much of something was reached on each.
    pub fn of(&self, volume: Volume) -> &BTreeMap<i32, u64> {
        &self.0[volume as usize]
    }

    /// The most of any day before one, and of that day and later ones without what one session
    /// reached on them.
    pub fn own_most(&self, volume: Volume, session: &BTreeMap<i32, u64>, before: i32) -> u64 {
        let days = self.of(volume).iter();
        days.map(|(day, n)| match *day < before {
            true => *n,
            false => n.saturating_sub(session.get(day).copied().unwrap_or(0)),
        })
        .max()
        .unwrap_or(0)
    }
}
