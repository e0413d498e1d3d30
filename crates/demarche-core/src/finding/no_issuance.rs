//! Rows 8 and 9: access with no issuance on record, and its conditions.
//!
//! # Assumptions
//! - Absence is never a sign: every condition for saying "not on record" must be met, else it has
//!   no effect (row 8).
//! - It is called "no issuance on record", never "forged".
//!
//! # Innocent explanations
//! - `records without ids`: no token id, nothing to look for.
//! - `a sign-in log with holes`: the logs of the right kinds speak over the token's life without
//!   a gap.
//! - `late delivery`: the newest rows may be on their way; the other sessions of those days tell.
//! - `a guest, signed in elsewhere`: the issuer's log is another tenant's.
//! - `the provider's services among themselves`: no address of an actor is on record.
//! - `a token folded into another's row`: grouped logs show one token of many: the session id
//!   must be missed too, and the log must reach back by the span of a group.
//! - `a log without token ids`: no issuing row carries one.
//! - `a log that misses others too`: the positive control: other tokens of those days are all
//!   there.
//! - `a network the tenant uses`: then it is suspect, not hostile.

use crate::event::kind::Kind;
use crate::finding::finding::{Finding, Pattern, Row, Sign, Standing, TestResult};
use crate::finding::issuer_log;
use crate::finding::scene::{Scene, spoken};
use crate::tenant::issuance::LeftOut;
use crate::tenant::span::key_of;
use crate::vocab::card::Stream;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, HOUR, MINUTE, Moment};
use crate::vocab::number::grouped;

/// Access with no issuance on record: what forged tokens leave behind. Never "forged".
pub const PATTERN: Pattern = Pattern {
    kind: "no-issuance",
    row: Row(9),
    techniques: &["T1606", "T1528"],
};

/// Tokens are looked for from this long before their stated issue …
const BEFORE_MICROS: i64 = 10 * MINUTE;
/// … before their first use, where no record states the issue: the longest life of an access
/// token (semantics §3.3) …
const LIFE_MICROS: i64 = 28 * HOUR;
/// … and so much earlier where one row stands for all renewals of up to a day (semantics §4.5) …
const GROUP_MICROS: i64 = DAY;
/// … until this long after, for late delivery (semantics §3.4).
const AFTER_MICROS: i64 = 3 * DAY;
/// Other session ids of those days that the log must have, and the share of them in hundredths.
const CONTROL_LEAST: u64 = 5;
const CONTROL_SHARE_LEAST: u64 = 90;
/// The positive control of an ungrouped ledger (row 9).
const CONTROL_UNGROUPED_LEAST: u64 = 20;

/// Looks for the issuance of the session's tokens, where it reached content.
pub fn find(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let session = scene.session;
    let reached = session.n_reads > 0
        || session.kinds.contains_key(&Kind::MessageSent)
        || session.kinds.contains_key(&Kind::FileDownloaded)
        || session.kinds.contains_key(&Kind::ApiRequest);
    if !reached || session.is_background() {
        return;
    }
    if issuer_log::applies(scene) {
        issuer_log::find(scene, findings);
        return;
    }
    let issued = scene.facts.issued();
    let token_hit = session.tokens.values.iter().any(|t| issued.has_token(t));
    let session_hit = session
        .session_ids
        .values
        .iter()
        .any(|s| issued.has_session(s));
    if token_hit || session_hit {
        return;
    }
    let mut finding = scene.finding(&PATTERN, session.first);
    finding.alone = Verdict::Suspect;
    finding.cause = format!("issuance for {}", session.account);
    finding
        .records
        .extend([session.first_place, session.last_place]);
    test_ids(scene, &mut finding);
    test_streams(scene, &mut finding);
    test_home(scene, &mut finding);
    test_service(scene, &mut finding);
    test_grouping(scene, &mut finding);
    test_control(scene, &mut finding);
    // Unmet conditions have no effect (row 8); met ones are row 9.
    if finding.standing == Standing::Supported {
        note_network(scene, &mut finding);
    } else {
        finding.row = Row(8);
        finding.alone = Verdict::Ordinary;
    }
    finding.sentence = sentence(scene, &finding);
    findings.push(finding);
}

fn sentence(scene: &Scene<'_>, finding: &Finding) -> String {
    let session = scene.session;
    if finding.standing == Standing::Supported {
        return format!(
            "content of {} was reached between {} and {} with a token and session that no sign-in log shows being issued",
            session.who(),
            session.first,
            session.last
        );
    }
    format!(
        "whether the token used between {} and {} was issued cannot be said",
        session.first, session.last
    )
}

/// Condition 5: the event carries ids.
fn test_ids(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    let (n_tokens, n_ids) = (
        session.tokens.values.len(),
        session.session_ids.values.len(),
    );
    // A session id of a web client alone is often in no sign-in log (semantics §2.10).
    let result = if n_tokens == 0 {
        TestResult::NotTested
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "{n_tokens} token ids and {n_ids} session ids in its records, none of them on record as issued"
    );
    finding.test("records without ids", result, why);
}

/// Conditions 1 to 3: sign-in logs of the right kinds, complete over the life of the token.
fn test_streams(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    let issued = session.issued_first.unwrap_or(session.first);
    let from = Moment::from_micros(issued.micros - looked_back(scene));
    let last = scene.coverage.last.unwrap_or(session.last);
    let to = Moment::from_micros((issued.micros + AFTER_MICROS).min(last.micros - HOUR));
    let to = to.max(from);
    let unattended = session.n_unattended == session.n_events;
    let needed: &[Stream] = match (scene.coverage.has(Stream::Issuance), unattended) {
        (true, _) => &[Stream::Issuance],
        (_, true) => &[Stream::SignInService],
        _ => &[
            Stream::SignInInteractive,
            Stream::SignInNonInteractive,
            Stream::SignInService,
        ],
    };
    let said = spoken(scene.coverage, needed, from, to);
    let kinds: Vec<&str> = needed.iter().map(|stream| stream.word()).collect();
    let result = if said.reaches && !said.has_gaps {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!("{}: {}", kinds.join(", "), said.why);
    finding.test("a sign-in log with holes", result, why);
    if said.late {
        let why = "the newest rows may come late; the other sessions of those days, below, tell whether they did";
        finding.note("late delivery", TestResult::Possible, why.to_owned());
    }
}

/// Condition 4: the account is at home here.
pub fn test_home(scene: &Scene<'_>, finding: &mut Finding) {
    let n_external = scene.session.n_external;
    let result = if n_external > 0 {
        TestResult::NotTested
    } else {
        TestResult::Excluded
    };
    let why = format!("{n_external} of its records name an actor of another tenant");
    finding.test("a guest, signed in elsewhere", result, why);
}

/// Condition 6: not the provider's services among themselves.
pub fn test_service(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    let result = if session.n_direct == 0 {
        TestResult::NotTested
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "{} of {} records show an address that is not the provider's own",
        grouped(session.n_direct),
        grouped(session.n_events)
    );
    finding.test("the provider's services among themselves", result, why);
}

/// How long before its issue the row may stand that shows a token, or its session, being issued.
fn looked_back(scene: &Scene<'_>) -> i64 {
    let stated = scene.session.issued_first.is_some();
    let life = if stated { BEFORE_MICROS } else { LIFE_MICROS };
    let groups = scene.facts.issued().n_grouped > 0;
    life + if groups { GROUP_MICROS } else { 0 }
}

/// A grouped row shows one token of many: then only the session id can be missed (semantics §3.4).
fn test_grouping(scene: &Scene<'_>, finding: &mut Finding) {
    let issued = scene.facts.issued();
    let has_id = !scene.session.session_ids.values.is_empty();
    let ledger_has_ids = issued.n_sessions > 0;
    let grouped = issued.n_grouped > 0 && !scene.coverage.has(Stream::Issuance);
    let result = if grouped && !(has_id && ledger_has_ids) {
        TestResult::NotTested
    } else {
        TestResult::Excluded
    };
    let why = format!(
        "{} issuing rows stand for several tokens; {} rows have a token id, {} a session id",
        issued.n_grouped, issued.n_tokens, issued.n_sessions
    );
    finding.test("a token folded into another's row", result, why);
    if issued.n_tokens == 0 {
        let why = "no issuing row carries a token id".to_owned();
        finding.test("a log without token ids", TestResult::NotTested, why);
    }
}

/// The log must have other sessions of those days: else it misses everybody's.
fn test_control(scene: &Scene<'_>, finding: &mut Finding) {
    if finding.standing != Standing::Supported {
        // Counting goes through every id of those days: not for what cannot be said anyway.
        let why = "not counted: another condition is unmet already".to_owned();
        finding.test("a log that misses others too", TestResult::NotTested, why);
        return;
    }
    let (first, last) = (scene.session.first, scene.session.last);
    let ids = &scene.session.session_ids.values;
    // What this session and its own new application used is what is asked about, no control.
    let but = LeftOut {
        ids: ids.iter().map(|id| key_of(id)).collect(),
        pair: scene.new_pair().map(key_of),
    };
    let (n_found, n_all) = scene.facts.control(first, last, &but);
    let enough = n_all >= CONTROL_LEAST && n_found * 100 >= n_all * CONTROL_SHARE_LEAST;
    let result = if enough {
        TestResult::Excluded
    } else {
        TestResult::NotTested
    };
    let why = format!(
        "of {n_all} other tokens and sessions used on those days and the days beside them {n_found} are on record as issued; {CONTROL_LEAST} and {CONTROL_SHARE_LEAST} in a hundred are needed"
    );
    finding.test("a log that misses others too", result, why);
    let ungrouped = scene.facts.issued().n_grouped == 0 && scene.coverage.has(Stream::Issuance);
    if ungrouped && n_all >= CONTROL_UNGROUPED_LEAST && n_found == n_all {
        finding.signs.insert(Sign::UngroupedLedger);
    }
}

fn note_network(scene: &Scene<'_>, finding: &mut Finding) {
    let session = scene.session;
    let new = session.networks.iter().find(|network| {
        let number = session.network_numbers.get(network).copied().unwrap_or(0);
        scene.is_network_new_to_others((**network, number), session.first)
    });
    match new {
        Some(network) => {
            finding.signs.insert(Sign::NetworkNewToTenant);
            let why = format!("{network} was never used in the tenant before");
            finding.note("a network the tenant uses", TestResult::Excluded, why);
        }
        None => {
            let why =
                "every network of it was used in the tenant before, or the baseline is too short";
            finding.note(
                "a network the tenant uses",
                TestResult::Possible,
                why.to_owned(),
            );
        }
    }
}
