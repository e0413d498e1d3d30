//! Which accounts and stores were entered, by whom as far as records tie it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::brief::phrase::{count, list, verb};
use crate::exposure::measure::Listed;
use crate::finding::finding::Finding;
use crate::session::session::Seen;
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
pub fn suspects(rows: &[SessionRow], findings: &[Finding]) -> Vec<SuspectGroup> {
    let mut groups: BTreeMap<String, Vec<&SessionRow>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.verdict == Verdict::Suspect) {
        groups.entry(cause(row, findings)).or_default().push(row);
    }
    let mut groups: Vec<SuspectGroup> = groups
        .into_iter()
        .filter_map(|(cause, rows)| group(cause, &rows))
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

fn group(cause: String, rows: &[&SessionRow]) -> Option<SuspectGroup> {
    let accounts: BTreeSet<&str> = rows.iter().map(|row| row.account.as_str()).collect();
    let first = rows.iter().map(|row| row.first).min()?;
    let last = rows.iter().map(|row| row.last).max()?;
    let names: Vec<&str> = accounts.iter().copied().collect();
    let question = format!(
        "Ask {} whether {} from {first} to {last} ({cause}) {} theirs: the answer settles {}.",
        list(&names),
        count(rows.len() as u64, "session", "sessions"),
        verb(rows.len() as u64, "was", "were"),
        verb(rows.len() as u64, "it", "all of them"),
    );
    Some(SuspectGroup {
        cause,
        sessions: rows.iter().map(|row| row.id.clone()).collect(),
        accounts: accounts.into_iter().map(str::to_owned).collect(),
        first,
        last,
        question,
    })
}
