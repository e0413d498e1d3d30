//! How to cut the intruder off, in order; nothing is executed.

use std::collections::{BTreeMap, BTreeSet};

use crate::brief::attempts::{Attempt, AttemptKind};
use crate::brief::entered::is_protected;
use crate::brief::names::{Names, bare};
use crate::brief::write::Inputs;
use crate::exposure::action::Open;
use crate::exposure::measure::Listed;
use crate::exposure::removed::Removal;
use crate::finding::finding::{Finding, Row, Sign};
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;
use crate::vocab::remedy::Need;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in the order, from 1.
    pub number: u32,
    /// What it meets.
    pub need: Need,
    /// What it is about: account, application, rule.
    pub about: String,
    /// Sessions that make it needful.
    pub sessions: Vec<String>,
    /// Whether a hostile session makes it needful; a suspect one asks for a determination first.
    pub hostile: bool,
    /// What to do, in plain words.
    pub action: String,
    /// The exact command, or the way through the portal; empty where no source knows one.
    pub command: String,
    /// What to watch for.
    pub note: String,
    /// What is on record as done already, in words; empty where nothing is.
    pub on_record: String,
}

/// Something that must be met: the need, whom or what it is about, and why.
#[derive(Clone, Debug, Default)]
struct Reason {
    sessions: BTreeSet<String>,
    hostile: bool,
    protected: bool,
    since: Option<Moment>,
    account: String,
    store: String,
    object: String,
    application: String,
    key: String,
    trustee: String,
    right: String,
    id: String,
}

/// The steps, in order: what hostile sessions need first, in the order of needs; then what
/// suspect ones would need, should a determination call them hostile.
pub fn steps(inputs: &Inputs<'_>) -> Vec<Step> {
    let mut reasons: BTreeMap<(Need, String), Reason> = BTreeMap::new();
    for listed in inputs.listed {
        let by_application = is_by_application(listed, inputs);
        of_session(listed, by_application, inputs.protect, &mut reasons);
    }
    for open in &inputs.measured.open {
        of_open(open, &mut reasons);
    }
    for attempt in &inputs.attempts {
        of_attempt(attempt, inputs.protect, &mut reasons);
    }
    let mut ordered: Vec<((Need, String), Reason)> = reasons.into_iter().collect();
    ordered.sort_by(|(a, x), (b, y)| {
        let key = |need: &Need, reason: &Reason| {
            (
                !reason.hostile,
                need.rank(),
                !reason.protected,
                reason.since,
            )
        };
        key(&a.0, x).cmp(&key(&b.0, y)).then_with(|| a.1.cmp(&b.1))
    });
    let names = Names::of(&inputs.measured.actions, &inputs.measured.open);
    let mut steps = Vec::new();
    for ((need, about), reason) in ordered {
        add_steps(&mut steps, (need, names.labelled(&about)), &reason, inputs);
    }
    steps
}

/// Whether the records bear out that a session is its application's: row 7 or row 10 decided, or
/// would have, had no other row been stronger. What must be stopped does not depend on that.
fn is_by_application(listed: &Listed, inputs: &Inputs<'_>) -> bool {
    let raises = |finding: &Finding| match finding.row {
        Row(7) => finding.has(Sign::ApplicationUse),
        Row(10) => finding.has(Sign::NetworkNewToTenant) && finding.has(Sign::NoTrace),
        _ => false,
    };
    let mut findings = inputs.findings.iter();
    matches!(listed.judgement.row, Row(7 | 10))
        || findings.any(|f| f.session == listed.session.id && f.holds() && raises(f))
}

fn of_session(
    listed: &Listed,
    by_application: bool,
    protect: &[String],
    reasons: &mut BTreeMap<(Need, String), Reason>,
) {
    let (session, judgement) = (&listed.session, &listed.judgement);
    let mut add = |need: Need, about: &str, application: &str| {
        let reason = reasons.entry((need, about.to_owned())).or_default();
        reason.sessions.insert(session.id.clone());
        reason.hostile |= judgement.verdict == Verdict::Hostile;
        reason.protected |= is_protected(&session.account, protect);
        reason.since = Some(
            reason
                .since
                .map_or(session.first, |at| at.min(session.first)),
        );
        reason.account = session.account.clone();
        reason.application = application.to_owned();
    };
    if by_application {
        for application in listed.applications() {
            add(Need::ApplicationHostile, &application, &application);
        }
    }
    // A service has no password and no person to reset it for.
    let is_service = session.n_events > 0
        && !session.account.is_empty()
        && session.n_unattended == session.n_events
        && !session.account.contains('@');
    if is_service {
        let id = session.account.rsplit('_').next().unwrap_or_default();
        add(Need::ServiceEntered, &session.account, id);
    } else if session.account.contains('@') || !(by_application || session.account.is_empty()) {
        add(Need::AccountEntered, &session.account, "");
    }
}

/// Accounts whose password somebody knows and that no listed session entered.
fn of_attempt(
    attempt: &Attempt,
    protect: &[String],
    reasons: &mut BTreeMap<(Need, String), Reason>,
) {
    if attempt.kind != AttemptKind::PasswordKnown {
        return;
    }
    for account in &attempt.accounts {
        if reasons.contains_key(&(Need::AccountEntered, account.clone())) {
            continue;
        }
        let reason = reasons
            .entry((Need::PasswordKnown, account.clone()))
            .or_default();
        reason.protected = is_protected(account, protect);
        reason.since = Some(
            reason
                .since
                .map_or(attempt.first, |at| at.min(attempt.first)),
        );
        reason.account.clone_from(account);
    }
}

fn of_open(open: &Open, reasons: &mut BTreeMap<(Need, String), Reason>) {
    let label = open.label();
    let about = match (label.is_empty(), open.store.is_empty()) {
        (true, true) => open.account.clone(),
        (true, false) => open.store.clone(),
        (false, true) => label,
        (false, false) => format!("{label} in {}", open.store),
    };
    let reason = reasons.entry((open.need, about)).or_default();
    reason.sessions.insert(open.session.clone());
    reason.hostile |= open.verdict == Verdict::Hostile;
    reason.since = Some(reason.since.map_or(open.since, |at| at.min(open.since)));
    let fact = |name: &str| open.fact(name).map(str::to_owned);
    reason.account = fact("trustee")
        .or_else(|| fact("target"))
        .unwrap_or_else(|| open.account.clone());
    reason.store = match open.store.is_empty() {
        true => open.account.clone(),
        false => open.store.clone(),
    };
    let named = match open.need {
        Need::Account => fact("target"),
        _ => fact("name"),
    };
    reason.object = named.unwrap_or_else(|| open.object.clone());
    reason.application = fact("app_id").unwrap_or_else(|| bare(&open.object).to_owned());
    reason.key = fact("key_id").unwrap_or_default();
    reason.trustee = fact("trustee").unwrap_or_default();
    reason.right = fact("right").unwrap_or_default();
    reason.id.clone_from(&open.object);
}

/// The remedies that meet a need, each a step; a need that no source has a remedy for is a step
/// without a command.
fn add_steps(
    steps: &mut Vec<Step>,
    (need, about): (Need, String),
    reason: &Reason,
    inputs: &Inputs<'_>,
) {
    let on_record = on_record(need, reason, inputs);
    let mut step = |action: &str, command: String, note: &str| {
        steps.push(Step {
            number: steps.len() as u32 + 1,
            need,
            about: about.clone(),
            sessions: reason.sessions.iter().cloned().collect(),
            hostile: reason.hostile,
            action: action.to_owned(),
            command,
            note: note.to_owned(),
            on_record: on_record.clone(),
        });
    };
    let remedies = inputs.remedies.iter().filter(|remedy| remedy.need == need);
    let mut any = false;
    for remedy in remedies {
        any = true;
        step(remedy.action, filled(remedy.command, reason), remedy.note);
    }
    if !any {
        step("Undo what was put in place", String::new(), "");
    }
}

/// What is on record as done already about an account that was entered.
fn on_record(need: Need, reason: &Reason, inputs: &Inputs<'_>) -> String {
    let (Need::AccountEntered, Some(since)) = (need, reason.since) else {
        return String::new();
    };
    let last = inputs
        .listed
        .iter()
        .filter(|listed| reason.sessions.contains(&listed.session.id))
        .map(|listed| listed.session.last)
        .max()
        .unwrap_or(since);
    let done: Vec<&Removal> = inputs.removed.contained(&reason.account, since).collect();
    let after = done.iter().find(|removal| removal.at >= last);
    match (after, done.last()) {
        (Some(removal), _) => format!("{} at {}", removal.word(), removal.at),
        (None, Some(removal)) => format!(
            "{} at {}, before the last event of these sessions",
            removal.word(),
            removal.at
        ),
        (None, None) => String::new(),
    }
}

/// A command with its values in place; statements whose value is on no record are left out.
fn filled(command: &str, reason: &Reason) -> String {
    let values = [
        ("{account}", &reason.account),
        ("{store}", &reason.store),
        ("{object}", &reason.object),
        ("{application}", &reason.application),
        ("{key}", &reason.key),
        ("{trustee}", &reason.trustee),
        ("{right}", &reason.right),
        ("{id}", &reason.id),
    ];
    let lacks = |statement: &str| {
        let mut absent = values.iter().filter(|(_, value)| value.is_empty());
        absent.any(|(mark, _)| statement.contains(mark))
    };
    let statements = statements(command);
    let mut told: Vec<&str> = statements.iter().copied().filter(|s| !lacks(s)).collect();
    if told.is_empty() {
        told = statements;
    }
    put_values(&told.join("; "), &values)
}

/// The statements of a command: a block in braces is one with what it belongs to.
fn statements(command: &str) -> Vec<&str> {
    let (mut found, mut from, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in command.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ';' if depth == 0 && command[at..].starts_with("; ") => {
                found.push(&command[from..at]);
                from = at + 2;
            }
            _ => {}
        }
    }
    found.push(&command[from..]);
    found
}

fn put_values(command: &str, values: &[(&str, &String)]) -> String {
    let mut out = String::with_capacity(command.len());
    let mut rest = command;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = values.iter().find(|(mark, _)| rest.starts_with(mark));
        match known {
            Some((mark, value)) => {
                out.push_str(&quoted(mark, value));
                rest = &rest[mark.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The longest value that is put into a command.
const VALUE_MOST: usize = 512;

/// A value in single quotes, its own doubled; a value that may not be safe in a shell stays a
/// mark for a person to fill in from the record.
fn quoted(mark: &str, value: &str) -> String {
    let unsafe_letter = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{2018}'..='\u{201f}' | '\u{2028}' | '\u{2029}' | '`' | '$'
            )
    };
    let ordinary =
        !value.is_empty() && value.chars().count() <= VALUE_MOST && !value.contains(unsafe_letter);
    if ordinary {
        format!("'{}'", value.replace('\'', "''"))
    } else {
        mark.replace('{', "<").replace('}', ">")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_quotes() {
        let reason = Reason {
            account: "ana@example.org".to_owned(),
            object: "x'; Remove-Everything '".to_owned(),
            store: "a\u{2019}; b".to_owned(),
            ..Reason::default()
        };
        let command = "Do {account} -Rule {object} -In {store} -App {application} {other}";
        assert_eq!(
            filled(command, &reason),
            "Do 'ana@example.org' -Rule 'x''; Remove-Everything ''' -In <store> -App <application> {other}"
        );
    }

    #[test]
    fn a_statement_without_its_value_is_left_out() {
        let mut reason = Reason {
            application: "app-1".to_owned(),
            ..Reason::default()
        };
        let command = "Find {application}; Remove {application} -Key {key}";
        assert_eq!(filled(command, &reason), "Find 'app-1'");
        reason.key = "k-1".to_owned();
        assert_eq!(
            filled(command, &reason),
            "Find 'app-1'; Remove 'app-1' -Key 'k-1'"
        );
    }

    #[test]
    fn a_block_is_never_cut() {
        let command =
            "Stop {application}; Get {application} | ForEach-Object { $_.A; $_.B } | Show";
        let told = filled(command, &Reason::default());
        assert_eq!(
            told,
            "Stop <application>; Get <application> | ForEach-Object { $_.A; $_.B } | Show"
        );
    }
}
