//! Which accounts and stores were entered, by whom as far as records tie it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::brief::names::Names;
use crate::brief::phrase::{capital, count, list, verb, when};
use crate::exposure::measure::Listed;
use crate::finding::finding::Finding;
use crate::session::session::{Seen, who};
use crate::vocab::grade::{Tie, Verdict};
use crate::vocab::moment::Moment;
use crate::vocab::place::Place;

/// One listed session (design.md, contract, `sessions[]`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// `S-…`.
    pub id: String,
    /// Who acted.
    pub account: String,
    /// Whether `--protect` names the account.
    pub protected: bool,
    /// What the verdict table makes of it.
    pub verdict: Verdict,
    /// The row that decided.
    pub row: u8,
    /// `rule`, `analyst`, `pivot`.
    pub basis: String,
    /// In words: which findings, combined by which cell of the table.
    pub reason: String,
    /// What ties its events.
    pub tie: Tie,
    /// First event.
    pub first: Moment,
    /// Last event.
    pub last: Moment,
    /// Events in it.
    pub n_events: u64,
    /// Events by kind, in the order of kinds.
    pub kinds: Vec<(String, u64)>,
    /// Addresses.
    pub addresses: Vec<String>,
    /// Whether any address was a relay of the provider.
    pub relayed: bool,
    /// Programs and user agents.
    pub clients: Vec<String>,
    /// Application pairs.
    pub applications: Vec<String>,
    /// Countries.
    pub countries: Vec<String>,
    /// Stores entered.
    pub stores: Vec<String>,
    /// Token ids.
    pub token_ids: Vec<String>,
    /// Session ids.
    pub session_ids: Vec<String>,
    /// Values of these lists that did not fit.
    pub unlisted: u64,
    /// Whether another party used the same session id (K14).
    pub shared: bool,
    /// Ids of its findings.
    pub findings: Vec<String>,
    /// What was reached in it.
    pub exposure: SessionExposure,
    /// The first record.
    pub first_place: Place,
}

/// What was reached in one session (design.md, contract, `sessions[].exposure`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionExposure {
    /// What records name, distinct within the session.
    pub certain: Certain,
    /// What records cover without naming, or name under a tie that caps the grade.
    pub presumed: Vec<PresumedRow>,
    /// Ids of the gaps that lie over it.
    pub unknowable: Vec<String>,
}

/// Counts of what records name, each distinct; never added together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Certain {
    /// Messages.
    pub messages: u64,
    /// Attachments.
    pub attachments: u64,
    /// Files.
    pub files: u64,
    /// Rows returned, not distinct people.
    pub rows: u64,
}

/// One container, store or set of items that is presumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresumedRow {
    /// The store.
    pub store: String,
    /// The container; empty for a whole store.
    pub container: String,
    /// From when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// Items known to be meant, named or counted; `None` where nobody counted.
    pub items: Option<u64>,
    /// Why it is presumed.
    pub why: String,
}

/// Suspect sessions with one cause: one determination settles them (design.md).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectGroup {
    /// The cause: one application, one address.
    pub cause: String,
    /// The cause as people say it, an application by its name.
    pub about: String,
    /// The sessions.
    pub sessions: Vec<String>,
    /// The accounts.
    pub accounts: Vec<String>,
    /// First event of them.
    pub first: Moment,
    /// Last event of them.
    pub last: Moment,
    /// What to ask, and of whom, in one sentence.
    pub question: String,
}

/// A listed session as the brief shows it.
pub fn row(listed: &Listed, protect: &[String], findings: &[Finding]) -> SessionRow {
    let (session, judgement) = (&listed.session, &listed.judgement);
    let values = |seen: &Seen| seen.values.iter().cloned().collect::<Vec<String>>();
    let lists = [
        &session.addresses,
        &session.agents,
        &session.programs,
        &session.applications,
        &session.stores,
        &session.tokens,
        &session.session_ids,
        &session.countries,
    ];
    let mut clients = values(&session.programs);
    clients.extend(values(&session.agents));
    SessionRow {
        id: session.id.clone(),
        account: session.account.clone(),
        protected: is_protected(&session.account, protect),
        verdict: judgement.verdict,
        row: judgement.row.0,
        basis: judgement.basis.clone(),
        reason: judgement.reason.clone(),
        tie: session.key.tie,
        first: session.first,
        last: session.last,
        n_events: session.n_events,
        kinds: session
            .kinds
            .iter()
            .map(|(kind, n)| (kind.word().to_owned(), *n))
            .collect(),
        addresses: values(&session.addresses),
        relayed: session.relayed,
        clients,
        applications: values(&session.applications),
        countries: values(&session.countries),
        stores: values(&session.stores),
        token_ids: values(&session.tokens),
        session_ids: values(&session.session_ids),
        unlisted: lists.iter().map(|seen| seen.unlisted).sum(),
        shared: session.shared,
        findings: findings
            .iter()
            .filter(|finding| finding.session == session.id)
            .map(|finding| finding.id.clone())
            .collect(),
        exposure: SessionExposure::default(),
        first_place: session.first_place,
    }
}

/// Whether an account is one of those that matter most.
pub fn is_protected(account: &str, protect: &[String]) -> bool {
    protect
        .iter()
        .any(|name| name.eq_ignore_ascii_case(account))
}

/// Puts listed sessions in order: hostile first, protected first within, then by time.
pub fn sort(rows: &mut [SessionRow]) {
    rows.sort_by(|a, b| {
        let key = |row: &SessionRow| (Reverse(row.verdict), !row.protected, row.first);
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
}

/// Suspect sessions by cause, the largest group first.
pub fn suspects(rows: &[SessionRow], findings: &[Finding], names: &Names) -> Vec<SuspectGroup> {
    let mut groups: BTreeMap<String, Vec<&SessionRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.verdict == Verdict::Suspect) {
        groups.entry(cause(row, findings)).or_default().push(row);
    }
    let mut groups: Vec<SuspectGroup> = groups
        .into_iter()
        .filter_map(|(cause, rows)| group(cause, &rows, names))
        .collect();
    groups.sort_by(|a, b| {
        (b.sessions.len(), a.first, &a.cause).cmp(&(a.sessions.len(), b.first, &b.cause))
    });
    groups
}

/// What groups a suspect: the cause of the finding whose row decided, else of any, else itself.
fn cause(row: &SessionRow, findings: &[Finding]) -> String {
    let of_session = || {
        findings
            .iter()
            .filter(|finding| finding.session == row.id && !finding.cause.is_empty())
    };
    let deciding = of_session().find(|finding| finding.row.0 == row.row);
    let any = || of_session().find(|finding| finding.alone >= Verdict::Suspect);
    match deciding.or_else(any) {
        Some(finding) => finding.cause.clone(),
        None => format!("account {}", row.account),
    }
}

/// A cause as people say it: `secret added by ana@example.org`, an application by its name.
fn about(cause: &str, names: &Names) -> String {
    let (kind, whose) = match cause.split_once(' ') {
        Some(parts) => parts,
        None => return cause.to_owned(),
    };
    let kind = kind.replace('-', " ");
    match (kind.as_str(), whose) {
        ("application", id) => format!("application {}", names.labelled(id)),
        (_, "by " | "of ") => format!("{kind} {whose}{}", who("")),
        ("account", "") => who("").to_owned(),
        _ => format!("{kind} {whose}"),
    }
}

/// What to ask, of whom, and what the answer settles.
fn question(about: &str, names: &[&str], (first, last): (Moment, Moment), n: u64) -> String {
    let (from, to) = (when(first), when(last));
    let span = match from == to {
        true => format!("of {from}"),
        false => format!("from {from}, to {to}"),
    };
    let sessions = count(n, "session", "sessions");
    let named: Vec<&str> = names.iter().copied().filter(|n| !n.is_empty()).collect();
    let asks = match named.is_empty() {
        true => format!(
            "Find out who acted in {sessions} {span}: no record names the account. {}",
            capital(about)
        ),
        false => format!(
            "Ask {} whether {sessions} {span} {} theirs: {about}",
            list(&named),
            verb(n, "was", "were"),
        ),
    };
    format!(
        "{asks}. The answer settles {}.",
        verb(n, "it", "all of them")
    )
}

fn group(cause: String, rows: &[&SessionRow], names: &Names) -> Option<SuspectGroup> {
    let accounts: BTreeSet<&str> = rows.iter().map(|row| row.account.as_str()).collect();
    let first = rows.iter().map(|row| row.first).min()?;
    let last = rows.iter().map(|row| row.last).max()?;
    let whom: Vec<&str> = accounts.iter().copied().collect();
    let about = about(&cause, names);
    let question = question(&about, &whom, (first, last), rows.len() as u64);
    Some(SuspectGroup {
        cause,
        about,
        sessions: rows.iter().map(|row| row.id.clone()).collect(),
        accounts: accounts.into_iter().map(str::to_owned).collect(),
        first,
        last,
        question,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_read_as_people_say_them() {
        let names = Names::default();
        let told = |cause: &str| about(cause, &names);
        assert_eq!(told("secret-added by ana"), "secret added by ana");
        assert_eq!(
            told("mailbox-granted by "),
            "mailbox granted by an account that no record names"
        );
        assert_eq!(told("address 203.0.113.9"), "address 203.0.113.9");
        assert_eq!(told("account "), "an account that no record names");
    }

    #[test]
    fn a_question_names_whom_to_ask_or_says_that_nobody_is_named() {
        let at = |text| Moment::parse_iso(text).unwrap();
        let span = (at("2026-03-01T09:00:02Z"), at("2026-03-01T09:00:31Z"));
        assert_eq!(
            question("rule set by ana", &["ana"], span, 1),
            "Ask ana whether 1 session of 1 March 2026, 09:00 UTC was theirs: rule set by ana. The answer settles it."
        );
        assert_eq!(
            question("address 203.0.113.9", &[""], span, 2),
            "Find out who acted in 2 sessions of 1 March 2026, 09:00 UTC: no record names the account. Address 203.0.113.9. The answer settles all of them."
        );
    }
}
