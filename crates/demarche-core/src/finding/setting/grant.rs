//! Row 6: somebody was given access to a folder, a mailbox, or all of them.
//!
//! # Assumptions
//! - A grant is a capability; its use is looked for among reads as a delegate.
//! - A role that lets its holder act as any owner of a mailbox is a grant on every mailbox.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system set the mailbox up.
//! - `the owner's own wish`: from the owner's device and network: confirm with the owner.
//! - `daily work`: a colleague was given access by an account that administered others on three
//!   days before, from networks and devices that are all its own.

use crate::event::kind::Kind;
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::{detail, details, of_kinds, target};
use crate::session::session::Act;

/// Access to a mailbox or folder was given.
pub const PATTERN: Pattern = Pattern {
    kind: "mailbox-grant",
    row: Row(6),
    techniques: &["T1098.002"],
};

/// Finds grants to somebody else.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let kinds = [Kind::MailboxGranted, Kind::RoleGranted];
    of_kinds(scene, &PATTERN, &kinds, findings);
}

/// Whether a grant reaches every mailbox.
fn is_wide(act: &Act) -> bool {
    detail(act, words::REACH) == "tenant"
}

/// A grant to somebody else; the owner's own entry in a new mailbox is none.
pub fn told(act: &Act) -> Option<String> {
    if act.kind == Kind::RoleGranted && !is_wide(act) {
        return None;
    }
    let rights: Vec<&str> = details(act, words::RIGHT)
        .filter(|right| !right.trim().eq_ignore_ascii_case("none"))
        .collect();
    // A grant of no right takes away what another had.
    if rights.is_empty() && details(act, words::RIGHT).next().is_some() {
        return None;
    }
    let trustee = detail(act, words::TRUSTEE);
    let who = if trustee.is_empty() {
        "somebody"
    } else {
        trustee
    };
    Some(format!(
        "{who} was given {} on {}",
        if rights.is_empty() {
            "rights".to_owned()
        } else {
            rights.join(", ")
        },
        if is_wide(act) {
            "every mailbox"
        } else {
            target(act)
        }
    ))
}

/// A grant to a colleague by somebody who administers others' mailboxes and accounts; one on
/// every mailbox is nobody's daily work.
pub fn administered(scene: &Scene<'_>, act: &Act) -> Option<String> {
    if is_wide(act) {
        return None;
    }
    let n_days = scene.days_of_administration(act.at)?;
    let mut trustees = details(act, words::TRUSTEE).peekable();
    trustees.peek()?;
    let colleagues = trustees.all(|trustee| {
        let account = scene.facts.own_account(trustee);
        account.is_some_and(|account| account != scene.session.account)
    });
    colleagues.then(|| {
        format!(
            "a colleague was given access by an account that administered others on {n_days} days"
        )
    })
}
