//! Looks on while records are read: adds what lists know, notes what rules say.

use std::fmt::Debug;

use demarche_core::event::event::Event;
use demarche_core::record::delivered::Delivered;
use demarche_core::source::Form;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;

/// Looks on while records are read, on every reader's thread.
///
/// # Shape
/// `enrich` and `see` are asked of every record that was read, in no promised order and now and
/// then twice; what `see` returned is handed to `keep` once per record, in the order of records.
pub trait Watch: Debug + Send + Sync {
    /// Fills in what the event's record does not state and a list given to the run knows.
    fn enrich(&self, event: &mut Event<'_>);

    /// What is to be noted of a record, whose last event was at a moment.
    fn see(&self, form: &Form, record: &Delivered<'_>, at: Moment) -> Option<Sighting>;

    /// Takes what was noted of the next records.
    fn keep(&self, sightings: Vec<Sighting>);
}

/// What was noted of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The record.
    pub place: Place,
    /// When it was.
    pub at: Moment,
    /// What was noted, by numbers that the watcher gave.
    pub numbers: Vec<u32>,
    /// The record's text as it was seen, where it has to be seen again.
    pub text: Option<String>,
}
