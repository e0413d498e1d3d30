//! Patterns in events that mean hostile use: one file each, and the verdict table.
//!
//! # Call order
//! ```text
//! let facts = learner.close();                       // closed before judging
//! let mut pivot = Pivot::default();
//! for (account, keys) in facts.accounts() {          // first pass
//!     let mut fold = Fold::new(account, &facts);
//!     store.replay(&keys, |event| { fold.event(event); });
//!     let sessions = fold.finish();
//!     let judged = account::judge(&sessions, &Means { facts, coverage, expected, determinations, pivot: &Pivot::default() });
//!     pivot.note(&sessions, &judged, &facts);        // what hostile sessions used
//! }
//! for (account, keys) in facts.accounts() {          // second pass, one hop
//!     … fold again …
//!     let judged = account::judge(&sessions, &Means { pivot: &pivot, .. });
//!     // keep what is listed; pivot.also_seen(&session) for the others
//! }
//! ```
//! `judged[i]` belongs to `sessions[i]`. A third replay of listed accounts folds once more and
//! hands each event with its session's id and tie to exposure.

pub mod account;
pub mod application;
pub mod consent;
pub mod determination;
#[expect(
    clippy::module_inception,
    reason = "the room is named for its main value"
)]
pub mod finding;
pub mod issuer_log;
pub mod lead;
pub mod new_pair;
pub mod new_place;
pub mod no_issuance;
pub mod odd;
pub mod outside;
pub mod password_known;
pub mod password_spray;
pub mod pivot;
pub mod scene;
pub mod setting;
pub mod shared_address;
pub mod skeleton;
pub mod table;
pub mod token_replay;
pub mod two_networks;
pub mod verdict;
pub mod volume;

use crate::finding::finding::Finding;
use crate::finding::scene::Scene;

/// All findings about one session, in order of row, time and id.
pub fn find(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let finders: [fn(&Scene<'_>, &mut Vec<Finding>); 33] = [
        password_spray::find,
        two_networks::find,
        new_place::find,
        odd::first_seen::find,
        odd::travel::find,
        odd::grant::find,
        odd::hosting::find,
        odd::dormant::find,
        setting::rule::find,
        setting::grant::find,
        setting::factor::find,
        setting::secret::find,
        setting::federation::find,
        setting::audit::find,
        consent::find,
        application::find,
        no_issuance::find,
        new_pair::find,
        shared_address::find,
        volume::read::find,
        volume::rows::find,
        volume::tables::find,
        volume::download::find,
        volume::search::find,
        volume::foreign::find,
        password_known::find,
        token_replay::find,
        outside::rule::find,
        outside::alert::find,
        outside::threat::find,
        lead::traces::find,
        lead::device::find,
        lead::client::find,
    ];
    for find in finders {
        find(scene, &mut findings);
    }
    let mut findings: Vec<Finding> = findings.into_iter().map(Finding::seal).collect();
    findings.sort_by(|a, b| (a.row, a.at, &a.id).cmp(&(b.row, b.at, &b.id)));
    findings
}

#[cfg(test)]
mod cases;
#[cfg(test)]
pub(crate) mod story;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_networks;
