//! Row 6: a rule that hides, deletes or forwards outside, and forwarding.
//!
//! # Assumptions
//! - Outside is every domain that no account of the tenant has.
//! - That a rule stands is no proof that mail left: that needs a trace of messages.
//!
//! # Innocent explanations
//! - `the provider's own process`: the provider's system acted.
//! - `the owner's own wish`: from the owner's device and network: confirm with the owner.
//! - `daily work`: mail of named outside senders is cleared away, nothing else, from networks and
//!   devices that are all the account's own.

use crate::event::kind::Kind;
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row};
use crate::finding::scene::Scene;
use crate::finding::setting::{clean, detail, details, of_kinds, outside};
use crate::session::session::Act;

/// A rule or forwarding that hides, deletes or copies out.
pub const PATTERN: Pattern = Pattern {
    kind: "hiding-or-forwarding-rule",
    row: Row(6),
    techniques: &["T1564.008", "T1114.003"],
};

/// Folders where mail is not looked for, as words in a folder's name.
const HIDING_FOLDERS: [&str; 7] = [
    "rss",
    "junk",
    "deleted",
    "trash",
    "archive",
    "conversation history",
    "notes",
];

/// Finds rules, forwarding, and rules over all mail.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let kinds = [Kind::RuleSet, Kind::ForwardingSet, Kind::TransportRuleSet];
    of_kinds(scene, &PATTERN, &kinds, findings);
}

/// What a rule does that row 6 looks at, in words.
pub fn told(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let name = detail(act, words::NAME);
    let mut does = Vec::new();
    let to = outside(scene, act);
    if !to.is_empty() {
        does.push(format!("forwards outside to {}", to.join(", ")));
    }
    if detail(act, words::DELETES).eq_ignore_ascii_case("true") {
        does.push("deletes".to_owned());
    }
    let folder = detail(act, words::MOVES_TO);
    let folded = folder.to_lowercase();
    let hides = HIDING_FOLDERS.iter().any(|word| folded.contains(word));
    let marks = detail(act, words::MARKS_READ).eq_ignore_ascii_case("true");
    if !folder.is_empty() && (hides || marks) {
        does.push(format!("hides in {folder:?}"));
    }
    (!does.is_empty()).then(|| format!("rule {name:?} {}", does.join(" and ")))
}

/// A rule that names the outside senders whose mail it clears away, and nothing else.
pub fn tidied(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let own = scene.facts.own_domains();
    let mut senders = details(act, words::SENDER).peekable();
    let first = (*senders.peek()?).to_owned();
    let outside = senders.all(|sender| {
        let domain = sender.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| !own.contains(&clean(domain)))
    });
    let by_words = details(act, words::MATCHES).next().is_some();
    let copies = details(act, words::FORWARDS_TO).next().is_some();
    (outside && !by_words && !copies).then(|| format!("it clears away mail of {first} only"))
}
