//! Reading a stored case back: identities, streams in order, single places.

use std::path::Path;

use demarche_core::event::event::Event;
use demarche_core::vocab::place::Place;

use crate::error::{Error, ErrorKind};

/// The store of a case, open for reading.
#[derive(Debug)]
pub struct Store {
    events: u64,
    items: u64,
    keys: Vec<String>,
}

impl Store {
    /// Opens the store of a case folder.
    ///
    /// # Errors
    /// Where files are missing or were written by another version.
    pub fn open(case: &Path) -> Result<Store, Error> {
        Err(Error::new(
            ErrorKind::Format,
            format!("{}: the store is not built yet", case.display()),
            "signatures only; bodies follow",
        ))
    }

    /// Events stored.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Items stored.
    pub fn items(&self) -> u64 {
        self.items
    }

    /// Keys of actors as delivered (`Identity::key`), sorted; the empty key where nobody is named.
    pub fn identities(&self) -> &[String] {
        &self.keys
    }

    /// Hands over the events of these keys, merged in (time, source, leaf) order.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn replay(&self, keys: &[&str], each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let _ = (keys, each);
        Ok(())
    }

    /// Hands over all events in the order of the files.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn all(&self, each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let _ = each;
        Ok(())
    }

    /// Hands over the events at these places (by source and leaf), in the order of the files.
    ///
    /// # Errors
    /// Where a stored file cannot be read.
    pub fn at(&self, places: &[Place], each: &mut dyn FnMut(&Event<'_>)) -> Result<(), Error> {
        let _ = (places, each);
        Ok(())
    }
}
