//! Stands for the engine of rules where a build has none.

use demarche_core::record::delivered::Delivered;
use demarche_core::source::Form;
use demarche_core::vocab::moment::Moment;
use demarche_store::intake::watch::Sighting;

use crate::rules::RuleFile;
use crate::rules::run::{Ran, Seen};

/// No engine: rules are refused before any log is read.
#[derive(Debug, Default)]
pub struct Engine;

impl Engine {
    /// Nothing.
    pub fn new(_: &[RuleFile]) -> Engine {
        Engine
    }

    /// Nothing fires.
    pub fn see(&self, _: &Form, _: &Delivered<'_>, _: Moment) -> Option<Sighting> {
        None
    }

    /// Nothing ran.
    pub fn close(self, _: Seen, _: &dyn Fn(&[&str]) -> u64) -> Ran {
        Ran::default()
    }
}
