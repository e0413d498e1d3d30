//! Row 5: travel between two countries that no person makes in the time.
//!
//! # Assumptions
//! - Countries are those that the records state; no list of places is part of this version, so
//!   distances are not measured: two countries within two hours.
//! - Each sign-in is held against the account's sign-in before, in whatever session.
//!
//! # Innocent explanations
//! - `a relay of the provider`: its address says nothing of where a person is.
//! - `two places at once by habit`: a tunnel or a telephone abroad: the account used both
//!   countries on other days too.
//! - `the tenant's own way out`: it went to a network that many accounts use, as a tunnel.
//! - `a wrong place on record`: registers of addresses err, most of all for mobile networks.

use crate::finding::finding::{Finding, Pattern, Row, Sign, TestResult};
use crate::finding::odd::tell;
use crate::finding::scene::{HABIT_DAYS_LEAST, Scene};
use crate::session::session::Stop;
use crate::vocab::moment::{HOUR, MINUTE};

/// Two countries in a time in which nobody gets from one to the other.
pub const PATTERN: Pattern = Pattern {
    kind: "impossible-travel",
    row: Row(5),
    techniques: &["T1078.004"],
};

/// Two countries within this time are travel no person makes.
const TRAVEL_MICROS_MOST: i64 = 2 * HOUR;
/// Finds the first sign-in that is too near in time and too far in place to the one before.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    // "A relay of the provider" has no place and is in no journey.
    let mut journeys = scene.session.journeys.iter();
    let far = journeys.find(|(from, to)| to.at.micros - from.at.micros <= TRAVEL_MICROS_MOST);
    let Some((from, to)) = far else {
        return;
    };
    let mut finding = scene.finding(&PATTERN, to.at);
    finding.cause = format!("travel of {}", scene.session.account);
    finding.signs.insert(Sign::NewPlace);
    finding.records.extend([from.place, to.place]);
    let why = format!(
        "{} at {} and {} at {}, {} minutes later",
        from.country,
        from.at,
        to.country,
        to.at,
        (to.at.micros - from.at.micros) / MINUTE
    );
    finding.note("a journey", TestResult::Excluded, why);
    test_habit(scene, &mut finding, (from, to));
    test_egress(scene, &mut finding, to);
    let why = "the countries are those the records state";
    finding.note(
        "a wrong place on record",
        TestResult::Possible,
        why.to_owned(),
    );
    tell(finding, "by travel that nobody makes", findings);
}

fn test_habit(scene: &Scene<'_>, finding: &mut Finding, (from, to): (&Stop, &Stop)) {
    let days = |stop: &Stop| {
        let account = &scene.session.account;
        let span = scene.facts.country_of(account, &stop.country);
        span.map_or(0, |span| span.days_before(from.at))
    };
    let (there, here) = (days(from), days(to));
    let habit = there.min(here) >= HABIT_DAYS_LEAST;
    let result = if habit {
        TestResult::Holds
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "the account used {} on {there} and {} on {here} days before",
        from.country, to.country
    );
    finding.test("two places at once by habit", result, why);
}

fn test_egress(scene: &Scene<'_>, finding: &mut Finding, to: &Stop) {
    let egress = to.network.filter(|network| {
        scene.facts.is_habitual_egress(network.0) || scene.is_expected_network(network.0)
    });
    let (result, why) = match egress {
        Some(network) => (
            TestResult::Holds,
            format!(
                "{} is used by many accounts on many days, or the owner confirmed it",
                network.0
            ),
        ),
        None => (
            TestResult::Excluded,
            "the second network is none that many accounts use".to_owned(),
        ),
    };
    finding.test("the tenant's own way out", result, why);
}
