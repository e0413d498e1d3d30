//! Rows on their way from intake to the sorted store.

use demarche_core::event::event::Event;
use demarche_core::source::Form;
use demarche_core::vocab::place::Place;

use crate::error::Error;

/// Takes the events of records, record by record.
#[derive(Default)]
pub(crate) struct Spill {
    n_events: u64,
}

impl Spill {
    /// A record begins.
    pub fn begin(&mut self, form: &'static Form) {
        let _ = form;
    }

    /// One of its events.
    pub fn event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        let _ = event;
        self.n_events += 1;
        Ok(())
    }

    /// The record ends.
    pub fn end(&mut self, place: Place, rejected: bool) -> Result<(), Error> {
        let _ = (place, rejected);
        Ok(())
    }
}
