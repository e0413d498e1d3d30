//! Row 9 with an issuer's own log: tokens that none shows as issued.

use std::collections::BTreeSet;

use crate::coverage::facts::Issuer;
use crate::coverage::gap::{Gap, GapKind};
use crate::coverage::ledger::{Coverage, Question, stops_speech};
use crate::finding::finding::{Finding, Row, Sign, Standing, TestResult};
use crate::finding::no_issuance::{self, PATTERN};
use crate::finding::scene::Scene;
use crate::tenant::facts::Facts;
use crate::tenant::span::key_of;
use crate::vocab::address::Network;
use crate::vocab::card::Stream;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{HOUR, Moment};

/// Other tokens that the positive control needs, all of them found (row 9).
const CONTROL_LEAST: u64 = 20;

/// The most accounts that get a gap of their own.
const GAPS_MOST: usize = 256;

/// Tokens of one account that no issuer's log shows as issued.
#[derive(Clone, Debug)]
struct Asked {
    account: u32,
    tokens: Vec<u64>,
    networks: BTreeSet<Network>,
    first: Moment,
}

/// One condition of saying so.
type Condition = (&'static str, TestResult, String);

/// Whether the session showed tokens to a server that saw its peer, and an issuer's log is here.
pub fn applies(scene: &Scene<'_>) -> bool {
    let session = scene.session;
    session.n_peer > 0 && !session.tokens.values.is_empty() && scene.coverage.has(Stream::Issuance)
}

/// Looks for the issuance of the session's tokens.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let (session, known) = (scene.session, scene.facts.tokens());
    if session
        .tokens
        .values
        .iter()
        .any(|token| known.is_issued(token))
    {
        return;
    }
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.cause = format!("issuance for {}", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    let asked = Asked {
        account: scene.facts.number_of(&session.account).unwrap_or(u32::MAX),
        tokens: session
            .tokens
            .values
            .iter()
            .map(|token| key_of(token))
            .collect(),
        networks: session.networks.clone(),
        first: session.first,
    };
    for (name, result, why) in conditions(&asked, scene.facts, scene.coverage) {
        finding.test(name, result, why);
    }
    no_issuance::test_home(scene, &mut finding);
    no_issuance::test_service(scene, &mut finding);
    if finding.standing == Standing::Supported {
        finding.alone = Verdict::Hostile;
        finding.signs.insert(Sign::UngroupedLedger);
        finding.sentence = format!(
            "content of {} was open from {} to {} to a token that no issuer's log shows as issued",
            session.who(),
            session.first,
            session.last
        );
    } else {
        finding.row = Row(8);
        finding.sentence = format!(
            "whether the token used between {} and {} was issued cannot be said",
            session.first, session.last
        );
    }
    findings.push(finding);
}

/// The conditions of row 9, in the order in which one that is unmet is told.
fn conditions(asked: &Asked, facts: &Facts, coverage: &Coverage) -> Vec<Condition> {
    let mut conditions = vec![whole(asked, coverage)];
    let life = coverage
        .issuers
        .iter()
        .map(|issuer| issuer.life_micros)
        .max();
    if conditions[0].1 != TestResult::Excluded {
        return conditions;
    }
    conditions.push(served(asked, facts));
    conditions.push(lost(asked, facts));
    conditions.push(control(asked, facts, life.unwrap_or(HOUR)));
    conditions
}

/// The operators' word that their logs are whole, over the life that the token may have had; and
/// no gap in them that shows itself.
fn whole(asked: &Asked, coverage: &Coverage) -> Condition {
    const NAME: &str = "a log that is not whole";
    let speakers = || {
        coverage
            .speakers
            .iter()
            .filter(|speaker| speaker.stream == Stream::Issuance)
    };
    let mut said = Vec::new();
    let cards: BTreeSet<&str> = speakers()
        .filter_map(|speaker| speaker.card.map(|card| card.name))
        .collect();
    for card in cards {
        let Some(issuer) = coverage.issuers.iter().find(|issuer| issuer.card == card) else {
            let why = format!(
                "nobody has stated that the log of {card} is complete ([issuer] in a mapping file)"
            );
            return (NAME, TestResult::NotTested, why);
        };
        let last = speakers()
            .filter(|speaker| speaker.card.is_some_and(|known| known.name == card))
            .map(|speaker| speaker.last)
            .max();
        if let Some(beyond) = beyond(issuer, asked.first, last.unwrap_or_default()) {
            let why = format!("{}; {beyond}", issuer.said);
            return (NAME, TestResult::NotTested, why);
        }
        if let Some(gap) = gap_over(issuer, asked.first, coverage) {
            let why = format!("{}; but {gap}", issuer.said);
            return (NAME, TestResult::NotTested, why);
        }
        said.push(issuer.said.as_str());
    }
    (NAME, TestResult::Excluded, said.join("; "))
}

/// What of a token's possible life lies beyond what the operator states.
fn beyond(issuer: &Issuer, first: Moment, last: Moment) -> Option<String> {
    let begin = first.micros.saturating_sub(issuer.life_micros);
    if let Some(from) = issuer.from
        && begin < from.micros
    {
        let begin = Moment {
            micros: begin,
            ..first
        };
        return Some(format!(
            "a token used at {first} may be of {begin} on, before the log is stated to be complete"
        ));
    }
    let to = issuer
        .to
        .map_or(last.micros.saturating_sub(issuer.delay_micros), |to| {
            to.micros
        });
    (to < first.micros).then(|| {
        format!("a token used at {first} may be of after the log is stated to be complete")
    })
}

/// A gap of the issuers' logs over the life that the token may have had. What lies before the
/// first and behind the last record is the statement's to say.
fn gap_over(issuer: &Issuer, first: Moment, coverage: &Coverage) -> Option<String> {
    let question = Question {
        stream: Stream::Issuance,
        from: Moment {
            micros: first.micros.saturating_sub(issuer.life_micros),
            ..first
        },
        to: first,
        ..Question::default()
    };
    let edge = |kind| {
        matches!(
            kind,
            GapKind::Tail | GapKind::Retention | GapKind::AbsentStream
        )
    };
    coverage
        .gaps_over(&question)
        .find(|gap| {
            let own = gap.card.is_empty() || gap.card == issuer.card;
            own && stops_speech(gap.kind) && !edge(gap.kind)
        })
        .map(|gap| gap.effect.clone())
}

/// The issuers whose logs are here serve the account at all.
fn served(asked: &Asked, facts: &Facts) -> Condition {
    let served = facts.tokens().is_served(asked.account, &asked.tokens);
    let (result, why) = if served {
        (
            TestResult::Excluded,
            "other tokens of the account are on record as issued",
        )
    } else {
        (
            TestResult::NotTested,
            "no token of the account is on record as issued at all: another issuer may serve it",
        )
    };
    ("an issuer whose log is not here", result, why.to_owned())
}

/// A token shown where the account's issued tokens are shown too may be its own, and its record
/// lost: one lost record looks like that.
fn lost(asked: &Asked, facts: &Facts) -> Condition {
    let known = facts.tokens();
    let home = asked
        .networks
        .iter()
        .find(|network| known.is_home(asked.account, **network, &asked.tokens));
    let (result, why) = match home {
        Some(network) => (
            TestResult::NotTested,
            format!(
                "it was shown from {network}, where issued tokens of the account are shown too: its record may be lost"
            ),
        ),
        None if asked.networks.is_empty() => (
            TestResult::NotTested,
            "no record tells from where it was shown".to_owned(),
        ),
        None => (
            TestResult::Excluded,
            "no issued token of the account was issued to, or shown from, a network of it"
                .to_owned(),
        ),
    };
    ("a lost record of the account's own token", result, why)
}

/// The positive control: the other tokens of those hours are all on record as issued.
fn control(asked: &Asked, facts: &Facts, life_micros: i64) -> Condition {
    let known = facts.tokens();
    let control = known.control(asked.first, life_micros, &asked.tokens, CONTROL_LEAST);
    let met = control.n_missing == 0 && control.n_found >= CONTROL_LEAST;
    let result = if met {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let mut why = format!(
        "of the other tokens used between {} and {}, {} are on record as issued ({CONTROL_LEAST} are needed)",
        control.from, control.to, control.n_found
    );
    if control.n_missing > 0 {
        why.push_str(&format!(
            "; {} tokens of {} accounts are not, though shown where these accounts are at home: the log has lost records of those hours",
            control.n_missing,
            control.accounts_missing.len()
        ));
    }
    if control.n_alike > 0 {
        why.push_str(&format!(
            "; {} are not, from networks where their accounts are not at home: asked about themselves",
            control.n_alike
        ));
    }
    ("a log that misses others too", result, why)
}

/// The ledger of coverage with the gaps that only the tokens themselves show.
pub fn charted(mut coverage: Coverage, facts: &Facts) -> Coverage {
    let unknown = gaps(facts, &coverage);
    coverage.gaps.extend(unknown);
    coverage
        .gaps
        .sort_by(|a, b| (a.kind, a.source, a.from, &a.id).cmp(&(b.kind, b.source, b.from, &b.id)));
    coverage
}

/// Gaps of tokens of which cannot be said whether they were issued: one for each account, with
/// the first condition that is unmet.
fn gaps(facts: &Facts, coverage: &Coverage) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    if !coverage.has(Stream::Issuance) {
        return gaps;
    }
    let mut counts: Vec<u64> = Vec::new();
    for show in facts.tokens().shown().iter().filter(|show| !show.issued) {
        let asked = Asked {
            account: show.account,
            tokens: vec![show.token],
            networks: show.networks.clone(),
            first: show.first,
        };
        let unmet = conditions(&asked, facts, coverage)
            .into_iter()
            .find(|(_, result, _)| *result == TestResult::NotTested);
        let Some((_, _, why)) = unmet else {
            continue;
        };
        let account = facts.account_numbered(show.account);
        match gaps.iter().position(|gap| gap.account == account) {
            Some(place) => {
                let gap = &mut gaps[place];
                gap.to = gap.to.max(Some(show.last));
                counts[place] += 1;
            }
            None if gaps.len() < GAPS_MOST => {
                counts.push(1);
                gaps.push(Gap {
                    account: account.to_owned(),
                    from: Some(show.first),
                    to: Some(show.last),
                    effect: why,
                    ..Gap::of(GapKind::IssuanceUnknown)
                });
            }
            None => {}
        }
    }
    let told = gaps.into_iter().zip(counts);
    told.map(|(gap, n)| {
        let effect = format!(
            "{n} tokens that {} showed are on record as issued nowhere, and whether they were issued cannot be said: {}.",
            gap.account, gap.effect
        );
        Gap { effect, ..gap }.identified("issuers")
    })
    .collect()
}

/// The session's network where it is the owner's own use: other tokens of the account were issued
/// to, or used from, it, and the session's own token was issued to it, or no record says where.
pub fn owners_network(scene: &Scene<'_>) -> Option<Network> {
    let (session, known) = (scene.session, scene.facts.tokens());
    if session.n_peer == 0 || session.networks.len() != 1 {
        return None;
    }
    let tokens: Vec<u64> = session
        .tokens
        .values
        .iter()
        .map(|token| key_of(token))
        .collect();
    let own = *session.networks.first()?;
    let account = scene.facts.number_of(&session.account)?;
    let mut issued_to = session
        .tokens
        .values
        .iter()
        .flat_map(|token| known.issued_to(token));
    let issued_here = issued_to.clone().next().is_none() || issued_to.any(|network| network == own);
    (issued_here && known.is_home(account, own, &tokens)).then_some(own)
}
