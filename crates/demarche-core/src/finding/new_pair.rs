//! Row 10: an application pair new to a mailbox and to the tenant.
//!
//! # Assumptions
//! - A pair is front and calling application; new means new to the store and to the tenant.
//!
//! # Innocent explanations
//! - `too short a baseline of the tenant`: fewer than fourteen days before its first use.
//! - `too short a baseline of the store`: the same for the stores it then read.
//! - `the provider's background reader`: most stores at all hours, or marked and through the
//!   provider's relays.
//! - `a network the tenant uses`: something else in the tenant used the network.
//! - `an application the directory knows`: a directory event or sign-in of it is on record.
//! - `one person's new program`: one store only: suspect at most.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::scene::{Scene, baseline_text, spoken, stands_in};
use crate::tenant::facts::Baseline;
use crate::tenant::origin::Origin;
use crate::tenant::usage::PairUse;
use crate::vocab::address::Network;
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, Moment};
use crate::vocab::number::grouped;

/// An application pair never used in the tenant before reads content.
pub const PATTERN: Pattern = Pattern {
    kind: "new-application-pair",
    row: Row(10),
    techniques: &["T1114.002", "T1606"],
};

/// A reader of at least this share of the stores, in hundredths …
const READER_STORES_SHARE_LEAST: usize = 50;
/// … of at least so many stores …
const READER_STORES_LEAST: usize = 4;
/// … in at least so many hours of the day is the provider's, not a person.
const READER_HOURS_LEAST: u32 = 20;
/// Of a marked reader at least this share of the records, in hundredths, come through relays.
const READER_RELAYED_SHARE_LEAST: u64 = 10;
/// The quarters of the day, as hours in which a pair was seen: a marked reader fills all four.
const QUARTERS: [u32; 4] = [0x3f, 0xfc0, 0x3_f000, 0xfc_0000];

/// Finds pairs of the session that are new to store and tenant.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    if session.n_reads == 0 {
        return;
    }
    for name in &session.applications.values {
        let Some(pair) = scene.facts.pair(name) else {
            continue;
        };
        if pair.span.first.micros > session.last.micros || name.ends_with('|') && session.shared {
            continue;
        }
        let before = Moment::from_micros(pair.span.first.micros);
        // A pair as old as the logs is no news, and need not be written down.
        if scene.facts.tenant_baseline(before).days == 0 {
            continue;
        }
        let finding = finding_of(scene, pair);
        // Without either sign a new pair is ordinary, and every new program is one.
        if finding.has(Sign::NetworkNewToTenant) || finding.has(Sign::NoTrace) {
            findings.push(finding);
        }
    }
}

fn finding_of(scene: &Scene<'_>, pair: &PairUse) -> Finding {
    let session = scene.session;
    let actor = actor_of(&pair.name);
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.cause = format!("application {actor}");
    finding.sentence = format!(
        "application pair {} read content of {} store(s); it is first seen in the tenant on {}",
        pair.name,
        pair.stores.len(),
        pair.span.first
    );
    finding
        .records
        .extend([session.first_place, session.last_place]);
    test_history(scene, &mut finding, pair);
    test_reader(scene, &mut finding, pair);
    note_network(scene, &mut finding, pair);
    note_trace(scene, &mut finding, pair);
    let several = pair.stores.len() >= 2;
    if several {
        finding.signs.insert(Sign::SeveralStores);
    }
    let result = if several {
        TestResult::Excluded
    } else {
        TestResult::Possible
    };
    let why = format!("{} stores were read by this pair", pair.stores.len());
    finding.note("one person's new program", result, why);
    finding
}

/// Who acted in a pair: the caller, else the front.
fn actor_of(name: &str) -> &str {
    match name.split_once('|') {
        Some((front, "")) => front,
        Some((_, caller)) => caller,
        None => name,
    }
}

/// "New" needs a baseline: of the tenant before the pair, and of the stores it then read.
fn test_history(scene: &Scene<'_>, finding: &mut Finding, pair: &PairUse) {
    let baseline = scene.facts.tenant_baseline(pair.span.first);
    let stated = scene.stated_for_all(|entry| !entry.applications.is_empty());
    if let Some(entry) = stated.filter(|_| !baseline.suffices()) {
        let why = stands_in(baseline, entry);
        finding.test(
            "too short a baseline of the tenant",
            TestResult::Excluded,
            why,
        );
        return;
    }
    let result = if baseline.suffices() {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!("before {}: {}", pair.span.first, baseline_text(baseline));
    finding.test("too short a baseline of the tenant", result, why);
    let mut best = None;
    for store in &scene.session.stores.values {
        let first = scene.facts.pair_in_store(&pair.name, store);
        let first = first.map_or(scene.session.first, |span| span.first);
        let baseline = scene.facts.store_baseline(store, first);
        if best.is_none_or(|(_, known): (&str, Baseline)| baseline.days > known.days) {
            best = Some((store.as_str(), baseline));
        }
    }
    let (result, why) = match best {
        Some((store, baseline)) if baseline.suffices() => {
            (TestResult::Excluded, format!("{store}: {baseline}"))
        }
        Some((store, baseline)) => (
            TestResult::NotTested,
            format!("{store}: {}", baseline_text(baseline)),
        ),
        None => (TestResult::NotTested, "no store is named".to_owned()),
    };
    finding.test("too short a baseline of the store", result, why);
}

/// A provider's new background reader comes to most mailboxes at all hours.
fn test_reader(scene: &Scene<'_>, finding: &mut Finding, pair: &PairUse) {
    let (n_stores, n_all) = (pair.stores.len(), scene.facts.n_stores());
    let n_hours = pair.hours.count_ones();
    let all_day = n_hours >= READER_HOURS_LEAST
        || pair.background && QUARTERS.iter().all(|quarter| pair.hours & quarter != 0);
    let most = n_stores * 100 >= n_all * READER_STORES_SHARE_LEAST
        && n_stores >= READER_STORES_LEAST
        && all_day;
    // Marked throughout and coming through the provider's relays too: its other addresses are
    // the provider's as well, listed or not. An intruder's own machines are never relays.
    let relayed =
        pair.background && pair.n_relayed * 100 >= pair.span.n * READER_RELAYED_SHARE_LEAST;
    let result = if most || relayed || scene.session.is_background() {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "{n_stores} of {n_all} stores, in {n_hours} different hours of the day, {} of {} records through the provider's relays{}",
        grouped(pair.n_relayed),
        grouped(pair.span.n),
        if scene.session.is_background() {
            "; marked as the provider's reader, and from its own addresses only"
        } else {
            ""
        }
    );
    finding.test("the provider's background reader", result, why);
}

/// Whether a network of the session was never used by anything else in the tenant.
fn note_network(scene: &Scene<'_>, finding: &mut Finding, pair: &PairUse) {
    let session = scene.session;
    let new: Vec<&Network> = session
        .networks
        .iter()
        .filter(|network| is_its_own(scene, **network, pair))
        .collect();
    if !new.is_empty() && new.len() == session.networks.len() {
        finding.signs.insert(Sign::NetworkNewToTenant);
        let names: Vec<String> = new.iter().take(8).map(ToString::to_string).collect();
        let why = format!("nothing else in the tenant used {}", names.join(", "));
        finding.note("a network the tenant uses", TestResult::Excluded, why);
        return;
    }
    let why = if session.networks.is_empty() {
        "only addresses of the provider are on record".to_owned()
    } else {
        format!(
            "{} of {} networks were used by others as well",
            session.networks.len() - new.len(),
            session.networks.len()
        )
    };
    finding.note("a network the tenant uses", TestResult::Possible, why);
}

fn is_its_own(scene: &Scene<'_>, network: Network, pair: &PairUse) -> bool {
    let key = crate::tenant::span::key_of(&pair.name);
    let until = scene.session.last.micros + DAY;
    let free = |origin| {
        scene
            .facts
            .origin(origin)
            .and_then(|usage| usage.first_by_others(key))
            .is_none_or(|first| first.micros > until)
    };
    let number = scene.session.network_numbers.get(&network).copied();
    !scene.is_expected_network(network)
        && free(Origin::Network(network))
        && number.is_none_or(|number| free(Origin::Number(number)))
}

/// Whether a complete directory log and the sign-ins know nothing of the application.
fn note_trace(scene: &Scene<'_>, finding: &mut Finding, pair: &PairUse) {
    let actor = actor_of(&pair.name);
    let expected = scene.is_expected_application(actor);
    let known = scene
        .facts
        .application(actor)
        .filter(|application| application.has_trace());
    if expected || scene.facts.is_own_application(actor) {
        let why = "the provider's own, or confirmed by the owner".to_owned();
        finding.note("an application the directory knows", TestResult::Holds, why);
        return;
    }
    if let Some(application) = known {
        let why = format!(
            "{} directory events and {} sign-ins are on record for it",
            application.directory.n,
            application.sign_ins.n + application.own_sign_ins.n
        );
        finding.note("an application the directory knows", TestResult::Holds, why);
        return;
    }
    let (known, why) = directory_speaks(scene, pair);
    let result = if known {
        finding.signs.insert(Sign::NoTrace);
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    finding.note("an application the directory knows", result, why);
}

/// Whether the directory log speaks from a baseline before the pair's first use until then:
/// whatever lets an application in stands before its first use.
fn directory_speaks(scene: &Scene<'_>, pair: &PairUse) -> (bool, String) {
    let first = scene.facts.span().first;
    let wanted = pair.span.first.micros - Baseline::DAYS_LEAST * DAY;
    let from = Moment::from_micros(wanted.max(first.micros));
    let said = spoken(scene.coverage, &[Stream::Directory], from, pair.span.first);
    let why = format!(
        "no trace of it in directory or sign-ins; directory {}",
        said.why
    );
    (said.reaches && !said.has_gaps && !said.late, why)
}
