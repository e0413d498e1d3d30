//! Row 6: settings that hide, copy out, let in or blind.

use std::collections::BTreeMap;

use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::grade::{Tie, Verdict};

/// A setting that hides, copies out, lets in or blinds.
pub const PATTERN: Pattern = Pattern {
    kind: "sensitive-setting",
    row: Row(6),
    techniques: &["T1564.008", "T1114.003", "T1098", "T1562.008"],
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

/// Finds settings of row 6: one finding per kind of setting, with all its records.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let mut by_kind: BTreeMap<Kind, Vec<(&Act, String)>> = BTreeMap::new();
    for act in &scene.session.acts {
        if act.outcome == Outcome::Failed {
            continue;
        }
        if let Some(what) = what_of(scene, act) {
            by_kind.entry(act.kind).or_default().push((act, what));
        }
    }
    for (kind, acts) in by_kind {
        let Some((first, _)) = acts.first() else {
            continue;
        };
        findings.push(finding_of(scene, kind, first, &acts));
    }
}

fn finding_of(scene: &Scene<'_>, kind: Kind, first: &Act, acts: &[(&Act, String)]) -> Finding {
    let mut finding = scene.finding(&PATTERN, first.at);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("{} by {}", kind.word(), scene.session.account);
    finding.records = acts.iter().map(|(act, _)| act.place).collect();
    let said: Vec<&str> = acts.iter().take(5).map(|(_, what)| what.as_str()).collect();
    let more = match acts.len().saturating_sub(said.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    finding.sentence = format!(
        "{} at {}: {}{more}",
        scene.session.account,
        first.at,
        said.join("; ")
    );
    test_system(scene, &mut finding);
    test_owner(scene, &mut finding, first);
    test_routine(scene, &mut finding, acts);
    finding
}

/// Days with administration before, from which on a grant is an administrator's work.
const ADMINISTRATION_DAYS_LEAST: usize = 3;

/// An administrator's daily work, or an owner who tidies away one sender's mail: only where the
/// whole session is from networks and devices that are the account's own.
fn test_routine(scene: &Scene<'_>, finding: &mut Finding, acts: &[(&Act, String)]) {
    let said: Option<Vec<String>> = acts.iter().map(|(act, _)| routine(scene, act)).collect();
    let Some(said) = said.filter(|_| scene.is_all_usual(finding.at)) else {
        let why = "not a kind of setting that is daily work, or not all networks and devices of the session are the account's own";
        finding.note("daily work", TestResult::Possible, why.to_owned());
        return;
    };
    finding.signs.insert(Sign::Routine);
    let why = format!(
        "{}, from networks and devices that the account used before",
        said.first().map_or("", String::as_str)
    );
    finding.note("daily work", TestResult::Holds, why);
}

/// Why an act is daily work, where it is.
fn routine(scene: &Scene<'_>, act: &Act) -> Option<String> {
    match act.kind {
        Kind::MailboxGranted => administered(scene, act),
        Kind::RuleSet => tidied(scene, act),
        _ => None,
    }
}

/// A grant to a colleague by somebody who administers others' mailboxes and accounts.
fn administered(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let usage = scene.facts.usage(&scene.session.account)?;
    let n_days = usage.administration.days_before(act.at);
    let mut trustees = details(act, words::TRUSTEE).peekable();
    trustees.peek()?;
    let colleagues = trustees.all(|trustee| {
        let account = scene.facts.own_account(trustee);
        account.is_some_and(|account| account != scene.session.account)
    });
    (n_days >= ADMINISTRATION_DAYS_LEAST && colleagues).then(|| {
        format!("a colleague was given access by an account that administered others on {n_days} days before")
    })
}

/// A rule that names the outside senders whose mail it clears away, and nothing else.
fn tidied(scene: &Scene<'_>, act: &Act) -> Option<String> {
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

/// The provider's own processes set up mailboxes.
fn test_system(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    let own = session.n_system == session.n_events;
    let (result, why) = if own {
        (TestResult::Holds, "the provider's own system acted")
    } else {
        (
            TestResult::Excluded,
            "a person's or application's account acted",
        )
    };
    finding.test("the provider's own process", result, why.to_owned());
}

/// From the owner's usual device and network the owner is to be asked; it stays suspect.
fn test_owner(scene: &Scene<'_>, finding: &mut Finding, act: &Act) {
    let session = scene.session;
    let device = session
        .devices
        .values
        .iter()
        .find(|device| !scene.is_device_new(device, act.at));
    let network = session
        .networks
        .iter()
        .map(|network| {
            let number = session.network_numbers.get(network).copied().unwrap_or(0);
            (*network, number)
        })
        .find(|network| !scene.is_network_new(*network, act.at));
    match (device, network) {
        (Some(device), Some(network)) => {
            finding.signs.insert(Sign::UsualDevice);
            let why = format!(
                "{device} and {} were used by the account before: confirm with the owner",
                network.0
            );
            finding.note("the owner's own wish", TestResult::Possible, why);
        }
        _ => {
            let why =
                "device and network are not both known for the account: confirm with the owner";
            finding.note("the owner's own wish", TestResult::Possible, why.to_owned());
        }
    }
}

/// What a sensitive act did, in words; `None` where row 6 does not look at it.
fn what_of(scene: &Scene<'_>, act: &Act) -> Option<String> {
    let name = detail(act, words::NAME);
    match act.kind {
        Kind::RuleSet => rule(scene, act),
        Kind::ForwardingSet => {
            let to = outside(scene, act);
            (!to.is_empty()).then(|| format!("forwards all mail to {}", to.join(", ")))
        }
        Kind::TransportRuleSet => {
            let to = outside(scene, act);
            let all = !to.is_empty();
            all.then(|| format!("rule over all mail {name:?} copies to {}", to.join(", ")))
        }
        Kind::MailboxGranted => granted(act),
        Kind::FactorChanged => Some(format!("second factor changed for {}", target(act))),
        Kind::FactorRemoved => Some(format!("second factor removed from {}", target(act))),
        Kind::SecretAdded => Some(format!("secret added to application {}", target(act))),
        Kind::FederationChanged => Some(format!("federation changed: {}", target(act))),
        Kind::AuditDisabled => Some(format!("auditing switched off: {}", target(act))),
        _ => None,
    }
}

/// A grant to somebody else; the owner's own entry in a new mailbox is none.
fn granted(act: &Act) -> Option<String> {
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
        target(act)
    ))
}

fn rule(scene: &Scene<'_>, act: &Act) -> Option<String> {
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

/// Addresses outside the tenant that an act sends mail to.
fn outside(scene: &Scene<'_>, act: &Act) -> Vec<String> {
    let own = scene.facts.own_domains();
    let named = details(act, words::FORWARDS_TO).chain(details(act, words::BLIND_COPIES_TO));
    named
        .filter(|address| {
            let domain = address.rsplit_once('@').map(|(_, domain)| domain);
            domain.is_some_and(|domain| !own.contains(&clean(domain)))
        })
        .map(str::to_owned)
        .collect()
}

fn clean(domain: &str) -> String {
    domain
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}

fn target(act: &Act) -> &str {
    [
        detail(act, words::TARGET),
        detail(act, words::APP_ID),
        act.object.as_str(),
        act.store.as_str(),
    ]
    .into_iter()
    .find(|text| !text.is_empty())
    .unwrap_or("(not stated)")
}

/// The first detail of a name, or the empty text.
pub fn detail<'a>(act: &'a Act, name: &'a str) -> &'a str {
    details(act, name).next().unwrap_or_default()
}

/// All details of a name.
pub fn details<'a>(act: &'a Act, name: &'a str) -> impl Iterator<Item = &'a str> {
    act.details
        .iter()
        .filter(move |(known, _)| known == name)
        .map(|(_, value)| value.as_str())
}

/// Whether an act is tied well enough to bear on a verdict: nearness in time is not.
pub fn bears(act: &Act) -> bool {
    act.tie != Tie::Time
}
