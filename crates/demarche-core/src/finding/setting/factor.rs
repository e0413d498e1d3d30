//! Row 6: a second factor was registered, changed or removed.
//!
//! # Assumptions
//! - Whoever holds a session can register a factor of their own, and keeps it after a password
//!   reset.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system acted.
//! - `the owner's own wish`: from the owner's device and network: confirm with the owner.
//! - `daily work`: the owner registered one of their own from networks and devices that are all
//!   the account's own, as with a new telephone.

use crate::event::kind::Kind;
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::{detail, of_kinds};
use crate::session::session::Act;

/// A second factor came or went.
pub const PATTERN: Pattern = Pattern {
    kind: "second-factor-changed",
    row: Row(6),
    techniques: &["T1098.005", "T1556.006"],
};

/// Finds second factors that came or went.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let kinds = [Kind::FactorChanged, Kind::FactorRemoved];
    of_kinds(scene, &PATTERN, &kinds, findings);
}

/// The owner's own factor, told where the session shows devices to go by.
pub fn own(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let target = detail(act, words::TARGET);
    let own = target.is_empty()
        || scene.facts.own_account(target) == Some(scene.session.account.as_str());
    let shows = !scene.session.devices.values.is_empty();
    (own && shows).then(|| "the owner registered a factor of their own".to_owned())
}
