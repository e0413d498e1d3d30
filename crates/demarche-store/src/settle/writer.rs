//! Writes the tables of a store; encoding runs on its own thread.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use arrow::array::RecordBatch;
use demarche_core::event::event::Event;

use crate::error::{Error, ErrorKind};
use crate::layout;
use crate::settle::actors::Actors;
use crate::table::columns::{EventColumns, ItemColumns};
use crate::table::schema;
use crate::table::write::TableFile;

/// Rows and bytes of one batch on its way to the file.
const BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 16 << 20;

/// What the writing thread is handed.
enum Order {
    Begin(usize),
    Events(RecordBatch),
    Items(RecordBatch),
}

/// The tables of a store being written.
pub(crate) struct Tables {
    store: PathBuf,
    orders: SyncSender<Order>,
    thread: JoinHandle<Result<(), Error>>,
    events: EventColumns,
    items: ItemColumns,
    actors: Actors,
    partition: u32,
    /// Rows of the current partition, and of all.
    at: (u64, u64),
    total: (u64, u64),
}

impl Tables {
    /// Begins the tables of a folder that exists.
    pub fn create(store: &Path) -> Result<Tables, Error> {
        let (orders, taken) = sync_channel(4);
        let folder = store.to_owned();
        let thread = std::thread::Builder::new()
            .name("tables".to_owned())
            .spawn(move || write(&folder, &taken))
            .map_err(|cause| Error::disk(store, &cause))?;
        Ok(Tables {
            store: store.to_owned(),
            orders,
            thread,
            events: EventColumns::new(),
            items: ItemColumns::default(),
            actors: Actors::default(),
            partition: 0,
            at: (0, 0),
            total: (0, 0),
        })
    }

    /// The next partition begins.
    pub fn begin(&mut self, partition: usize) -> Result<(), Error> {
        self.flush()?;
        self.partition = partition as u32;
        self.at = (0, 0);
        self.order(Order::Begin(partition))
    }

    /// Adds one event and its items, in order.
    pub fn push(&mut self, event: &Event<'_>, actor: &str, ordinal: u32) -> Result<(), Error> {
        let at = (self.partition, self.at.0, self.at.1);
        self.actors.push(event, actor, at);
        self.events.push(event, actor, ordinal);
        self.items.push(event, ordinal);
        let n_items = event.items.len() as u64;
        self.at = (self.at.0 + 1, self.at.1 + n_items);
        self.total = (self.total.0 + 1, self.total.1 + n_items);
        if self.events.n_rows >= BATCH_ROWS || self.events.n_bytes >= BATCH_BYTES {
            self.flush_events()?;
        }
        if self.items.n_rows >= BATCH_ROWS || self.items.n_bytes >= BATCH_BYTES {
            self.flush_items()?;
        }
        Ok(())
    }

    /// Writes everything; returns how many events and items there are.
    pub fn close(mut self) -> Result<(u64, u64), Error> {
        self.flush()?;
        let Tables {
            store,
            orders,
            thread,
            actors,
            total,
            ..
        } = self;
        drop(orders);
        thread.join().unwrap_or_else(|_| Err(gone()))?;
        let path = store.join(layout::ACTORS);
        let mut file = TableFile::create(path.clone(), schema::actors())?;
        let batch = actors
            .finish()
            .map_err(|cause| Error::format(&path, cause))?;
        file.write(&batch)?;
        file.close()?;
        Ok(total)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.flush_events()?;
        self.flush_items()
    }

    fn flush_events(&mut self) -> Result<(), Error> {
        if self.events.n_rows == 0 {
            return Ok(());
        }
        let batch = self.events.finish();
        let batch = batch.map_err(|cause| Error::format(&self.store, cause))?;
        self.order(Order::Events(batch))
    }

    fn flush_items(&mut self) -> Result<(), Error> {
        if self.items.n_rows == 0 {
            return Ok(());
        }
        let batch = self.items.finish();
        let batch = batch.map_err(|cause| Error::format(&self.store, cause))?;
        self.order(Order::Items(batch))
    }

    /// Hands over an order; where the thread has failed, its error says why.
    fn order(&mut self, order: Order) -> Result<(), Error> {
        if self.orders.send(order).is_ok() {
            return Ok(());
        }
        let (orders, _) = sync_channel(0);
        self.orders = orders;
        let thread = std::mem::replace(&mut self.thread, std::thread::spawn(|| Ok(())));
        match thread.join() {
            Ok(Err(error)) => Err(error),
            _ => Err(gone()),
        }
    }
}

fn gone() -> Error {
    Error::new(
        ErrorKind::Disk,
        "the thread that writes the store stopped",
        "run again; if it happens again, report it",
    )
}

/// Writes partition after partition until nobody hands over any more.
fn write(store: &Path, orders: &Receiver<Order>) -> Result<(), Error> {
    let mut files: Option<(TableFile, TableFile)> = None;
    for order in orders {
        match (order, &mut files) {
            (Order::Begin(partition), files) => {
                close(files.take())?;
                let events = store.join(layout::events(partition));
                let items = store.join(layout::items(partition));
                *files = Some((
                    TableFile::create(events, schema::events())?,
                    TableFile::create(items, schema::items())?,
                ));
            }
            (Order::Events(batch), Some((events, _))) => events.write(&batch)?,
            (Order::Items(batch), Some((_, items))) => items.write(&batch)?,
            (_, None) => return Err(gone()),
        }
    }
    close(files)
}

fn close(files: Option<(TableFile, TableFile)>) -> Result<(), Error> {
    match files {
        Some((events, items)) => events.close().and_then(|()| items.close()),
        None => Ok(()),
    }
}
