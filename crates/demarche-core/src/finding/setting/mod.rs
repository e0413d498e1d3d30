//! Row 6: settings that hide, copy out, let in or blind.

use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::finding::finding::{Finding, Pattern, Sign, TestResult};
use crate::finding::scene::Scene;
use crate::session::session::Act;
use crate::vocab::grade::{Tie, Verdict};

pub mod audit;
pub mod factor;
pub mod federation;
pub mod grant;
pub mod rule;
pub mod secret;

/// Finds settings of one pattern: one finding per kind of act, with all its records.
fn of_kinds(scene: &Scene<'_>, pattern: &Pattern, kinds: &[Kind], findings: &mut Vec<Finding>) {
    for kind in kinds {
        let of_kind = scene.session.acts.iter().filter(|act| act.kind == *kind);
        let acts: Vec<(&Act, String)> = of_kind
            .filter(|act| act.outcome != Outcome::Failed)
            .filter_map(|act| Some((act, what_of(scene, act)?)))
            .collect();
        if let Some((first, _)) = acts.first() {
            findings.push(finding_of(scene, pattern, first, &acts));
        }
    }
}

fn finding_of(
    scene: &Scene<'_>,
    pattern: &Pattern,
    first: &Act,
    acts: &[(&Act, String)],
) -> Finding {
    let mut finding = scene.finding(pattern, first.at);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("{} by {}", first.kind.word(), scene.session.account);
    finding.records = acts.iter().map(|(act, _)| act.place).collect();
    let said: Vec<&str> = acts.iter().take(5).map(|(_, what)| what.as_str()).collect();
    let more = match acts.len().saturating_sub(said.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    finding.sentence = format!(
        "{} at {}: {}{more}",
        scene.session.who(),
        first.at,
        said.join("; ")
    );
    test_system(scene, &mut finding);
    test_owner(scene, &mut finding, first);
    test_routine(scene, &mut finding, acts);
    finding
}

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
        Kind::MailboxGranted => grant::administered(scene, act),
        Kind::RuleSet => rule::tidied(scene, act),
        Kind::FactorChanged => factor::own(scene, act),
        _ => None,
    }
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
        Kind::RuleSet => rule::told(scene, act),
        Kind::ForwardingSet => {
            let to = outside(scene, act);
            (!to.is_empty()).then(|| format!("forwards all mail to {}", to.join(", ")))
        }
        Kind::TransportRuleSet => {
            let to = outside(scene, act);
            let all = !to.is_empty();
            all.then(|| format!("rule over all mail {name:?} copies to {}", to.join(", ")))
        }
        Kind::MailboxGranted | Kind::RoleGranted => grant::told(act),
        Kind::FactorChanged => Some(format!("second factor changed for {}", target(act))),
        Kind::FactorRemoved => Some(format!("second factor removed from {}", target(act))),
        Kind::SecretAdded => Some(format!("secret added to application {}", target(act))),
        Kind::FederationChanged => Some(format!("federation changed: {}", target(act))),
        Kind::AuditDisabled => Some(format!("auditing switched off: {}", target(act))),
        _ => None,
    }
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

/// What an act was done to, by the most telling of its names.
pub fn target(act: &Act) -> &str {
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
