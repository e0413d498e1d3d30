//! Writes the tables of a store, partition by partition.

use std::path::{Path, PathBuf};

use demarche_core::event::event::Event;

use crate::error::Error;
use crate::layout;
use crate::settle::actors::Actors;
use crate::table::columns::{EventColumns, ItemColumns};
use crate::table::schema;
use crate::table::write::TableFile;

/// Rows and bytes of one batch on its way to the file.
const BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 16 << 20;

/// The tables of one partition being written.
pub(crate) struct Tables {
    store: PathBuf,
    partition: u32,
    event_file: TableFile,
    item_file: TableFile,
    events: EventColumns,
    items: ItemColumns,
    stored: Stored,
}

/// What was stored of some partitions.
#[derive(Default)]
pub(crate) struct Stored {
    actors: Actors,
    events: u64,
    items: u64,
}

impl Tables {
    /// Begins the tables of a partition in a folder that exists.
    pub fn create(store: &Path, partition: usize) -> Result<Tables, Error> {
        let events = store.join(layout::events(partition));
        let items = store.join(layout::items(partition));
        Ok(Tables {
            store: store.to_owned(),
            partition: partition as u32,
            event_file: TableFile::create(events, schema::events())?,
            item_file: TableFile::create(items, schema::items())?,
            events: EventColumns::new(),
            items: ItemColumns::default(),
            stored: Stored::default(),
        })
    }

    /// Adds one event and its items, in order.
    pub fn push(&mut self, event: &Event<'_>, actor: &str, ordinal: u32) -> Result<(), Error> {
        let at = (self.partition, self.stored.events, self.stored.items);
        self.stored.actors.push(event, actor, at);
        self.events.push(event, actor, ordinal);
        self.items.push(event, ordinal);
        self.stored.events += 1;
        self.stored.items += event.items.len() as u64;
        if self.events.n_rows >= BATCH_ROWS || self.events.n_bytes >= BATCH_BYTES {
            self.flush_events()?;
        }
        if self.items.n_rows >= BATCH_ROWS || self.items.n_bytes >= BATCH_BYTES {
            self.flush_items()?;
        }
        Ok(())
    }

    /// Writes everything; returns what is stored now.
    pub fn close(mut self) -> Result<Stored, Error> {
        self.flush_events()?;
        self.flush_items()?;
        self.event_file.close()?;
        self.item_file.close()?;
        Ok(self.stored)
    }

    fn flush_events(&mut self) -> Result<(), Error> {
        if self.events.n_rows == 0 {
            return Ok(());
        }
        let batch = self.events.finish();
        let batch = batch.map_err(|cause| Error::format(&self.store, cause))?;
        self.event_file.write(&batch)
    }

    fn flush_items(&mut self) -> Result<(), Error> {
        if self.items.n_rows == 0 {
            return Ok(());
        }
        let batch = self.items.finish();
        let batch = batch.map_err(|cause| Error::format(&self.store, cause))?;
        self.item_file.write(&batch)
    }
}

impl Stored {
    /// Takes in what is stored of a later partition.
    pub fn join(&mut self, later: Stored) {
        self.actors.join(later.actors);
        self.events += later.events;
        self.items += later.items;
    }

    /// Writes the list of actors; returns how many events and items there are.
    pub fn close(self, store: &Path) -> Result<(u64, u64), Error> {
        let path = store.join(layout::ACTORS);
        let mut file = TableFile::create(path.clone(), schema::actors())?;
        let batch = self
            .actors
            .finish()
            .map_err(|cause| Error::format(&path, cause))?;
        file.write(&batch)?;
        file.close()?;
        Ok((self.events, self.items))
    }
}
