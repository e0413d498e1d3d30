//! Row 1: what an analyst determined and an owner confirmed, and what it would change.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::finding::finding::{Finding, Judgement, Row};
use crate::session::session::Session;
use crate::vocab::address::Block;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::Moment;

/// One `[[determination]]`: all that is given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Determination {
    /// What it states.
    pub verdict: Verdict,
    /// An account, in lower case.
    pub account: Option<String>,
    /// Addresses.
    pub address: Option<Block>,
    /// An application id, in lower case.
    pub app: Option<String>,
    /// A session: its id in the brief, or a token or session id.
    pub session: Option<String>,
    /// From when.
    pub from: Option<Moment>,
    /// Until when.
    pub to: Option<Moment>,
    /// Who determined.
    pub by: String,
    /// When, as stated.
    pub when: String,
    /// Why.
    pub why: String,
    /// Where it is written: file and entry, or the option on the command line.
    pub source: String,
    /// Whether `--yes` was given.
    pub confirmed: bool,
}

/// One `[[expected]]`: what the owner confirmed, standing in for a missing baseline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Networks people come from.
    pub networks: Vec<Block>,
    /// Words of devices and programs, in lower case.
    pub programs: Vec<String>,
    /// Application ids, in lower case.
    pub applications: Vec<String>,
    /// Only for this account; empty for all.
    pub account: String,
    /// Who confirmed.
    pub by: String,
    /// Why.
    pub why: String,
    /// Where it is written.
    pub source: String,
}

impl Expected {
    /// Whether it is about an account: its own, or anybody's.
    pub fn concerns(&self, account: &str) -> bool {
        self.account.is_empty() || self.account.eq_ignore_ascii_case(account)
    }

    /// Whether the owner confirmed an address for an account.
    pub fn allows_network(&self, host: IpAddr, account: &str) -> bool {
        self.concerns(account) && self.networks.iter().any(|block| block.holds(host))
    }

    /// Whether the owner confirmed a device, client family or agent for an account.
    pub fn allows_program(&self, text: &str, account: &str) -> bool {
        let text = text.to_lowercase();
        let mut programs = self.programs.iter();
        self.concerns(account)
            && programs.any(|program| !program.is_empty() && text.contains(program.as_str()))
    }

    /// Whether the owner confirmed an application for an account.
    pub fn allows_application(&self, id: &str, account: &str) -> bool {
        let mut applications = self.applications.iter();
        self.concerns(account)
            && applications.any(|application| application.eq_ignore_ascii_case(id))
    }
}

/// A determination that contradicts what records bear out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where the determination is written.
    pub source: String,
    /// The session.
    pub session: String,
    /// What it states.
    pub stated: Verdict,
    /// Whether it was applied all the same: the records alone bear out no more than suspicion.
    pub applied: bool,
    /// The rows of the table that say otherwise.
    pub rows: BTreeSet<Row>,
    /// In words.
    pub why: String,
}

/// What one determination would change: printed before it is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Sessions it matches.
    pub sessions: BTreeSet<String>,
    /// Sessions whose verdict it changes.
    pub changed: BTreeSet<String>,
    /// Accounts it reaches.
    pub accounts: BTreeSet<String>,
    /// Items named in the matched sessions, not distinct.
    pub n_items: u64,
    /// Whether it is by an address alone and reaches more than one account, without `--yes`.
    pub needs_yes: bool,
}

impl Effect {
    /// Takes in what the same determination does to other accounts.
    pub fn join(&mut self, other: Effect, determination: &Determination) {
        self.sessions.extend(other.sessions);
        self.changed.extend(other.changed);
        self.accounts.extend(other.accounts);
        self.n_items += other.n_items;
        self.needs_yes = determination.reaches_too_far(&self.accounts);
    }
}

impl Determination {
    /// Whether it has to be confirmed before it applies to these accounts.
    fn reaches_too_far(&self, accounts: &BTreeSet<String>) -> bool {
        self.is_by_address_alone() && accounts.len() > 1 && !self.confirmed
    }

    /// Whether it gives an address and nothing else that scopes it.
    pub fn is_by_address_alone(&self) -> bool {
        self.address.is_some()
            && self.account.is_none()
            && self.app.is_none()
            && self.session.is_none()
    }

    /// Whether anything scopes it at all; without a scope it matches nothing.
    pub fn has_scope(&self) -> bool {
        self.address.is_some()
            || self.account.is_some()
            || self.app.is_some()
            || self.session.is_some()
    }

    /// Whether all that is given matches a session. Times must overlap.
    pub fn matches(&self, session: &Session) -> bool {
        self.has_scope()
            && self
                .account
                .as_deref()
                .is_none_or(|account| account.eq_ignore_ascii_case(&session.account))
            && self.address.is_none_or(|block| comes_from(session, block))
            && self
                .app
                .as_deref()
                .is_none_or(|app| acts_through(session, app))
            && self
                .session
                .as_deref()
                .is_none_or(|id| is_called(session, id))
            && self.from.is_none_or(|from| session.last >= from)
            && self.to.is_none_or(|to| session.first <= to)
    }
}

fn comes_from(session: &Session, block: Block) -> bool {
    session
        .addresses
        .values
        .iter()
        .filter_map(|address| address.parse::<IpAddr>().ok())
        .any(|host| block.holds(host))
}

fn acts_through(session: &Session, app: &str) -> bool {
    session.applications.values.iter().any(|pair| {
        pair.split('|')
            .any(|id| !id.is_empty() && id.eq_ignore_ascii_case(app))
    })
}

fn is_called(session: &Session, id: &str) -> bool {
    session.id.eq_ignore_ascii_case(id)
        || session.session_ids.values.contains(id)
        || session.tokens.values.contains(id)
}

/// Applies what was determined to one session: the strongest that matches wins.
///
/// A suspect session becomes what is stated: its owner was asked and answered. A hostile one stays
/// hostile. Either way what rows 2 to 10 bear out is returned, to be printed beside the
/// determination: it never hides them (decision 0019).
pub fn apply(
    session: &Session,
    by_rule: &Judgement,
    findings: &[Finding],
    determinations: &[Determination],
) -> (Judgement, Vec<Conflict>) {
    let matching: Vec<&Determination> = determinations
        .iter()
        .filter(|determination| determination.matches(session))
        .collect();
    let rows = rows_against(by_rule, findings);
    let mut conflicts = Vec::new();
    let mut judgement = by_rule.clone();
    let Some(strongest) = matching.iter().map(|d| d.verdict).max() else {
        return (judgement, conflicts);
    };
    for determination in matching {
        let against = determination.verdict < by_rule.verdict && !rows.is_empty();
        let stays = against && by_rule.verdict == Verdict::Hostile;
        if against {
            let applied = !stays && determination.verdict == strongest;
            conflicts.push(conflict(determination, session, (by_rule, &rows), applied));
        }
        if stays {
            continue;
        }
        if determination.verdict == strongest {
            judgement = Judgement {
                verdict: strongest,
                row: Row(1),
                basis: "analyst".to_owned(),
                reason: format!(
                    "determined by {} ({}): {}",
                    determination.by, determination.source, determination.why
                ),
            };
        }
    }
    (judgement, conflicts)
}

/// Rows 2 to 10 that bear out a verdict, which "ordinary" cannot hide.
fn rows_against(by_rule: &Judgement, findings: &[Finding]) -> BTreeSet<Row> {
    let mut rows: BTreeSet<Row> = findings
        .iter()
        .filter(|finding| finding.holds() && finding.alone > Verdict::Ordinary)
        .map(|finding| finding.row)
        .collect();
    if by_rule.verdict > Verdict::Ordinary {
        rows.insert(by_rule.row);
    }
    rows.retain(|row| (2..=10).contains(&row.0));
    rows
}

fn conflict(
    determination: &Determination,
    session: &Session,
    (by_rule, rows): (&Judgement, &BTreeSet<Row>),
    applied: bool,
) -> Conflict {
    let ends = match applied {
        true => "as stated, on the analyst's word",
        false => "as the records bear out",
    };
    Conflict {
        applied,
        source: determination.source.clone(),
        session: session.id.clone(),
        stated: determination.verdict,
        rows: rows.clone(),
        why: format!(
            "{} states {}, the records bear out {} by row {}: {}; it is judged {ends}",
            determination.by,
            determination.verdict.word(),
            by_rule.verdict.word(),
            by_rule.row.0,
            by_rule.reason
        ),
    }
}

/// Adds to an effect what a determination would do to one session.
pub fn preview(
    effect: &mut Effect,
    determination: &Determination,
    session: &Session,
    by_rule: &Judgement,
    findings: &[Finding],
) {
    if !determination.matches(session) {
        return;
    }
    let one = std::slice::from_ref(determination);
    let (judgement, _) = apply(session, by_rule, findings, one);
    effect.sessions.insert(session.id.clone());
    effect.accounts.insert(session.account.clone());
    effect.n_items += session.n_items_named;
    if judgement.verdict != by_rule.verdict {
        effect.changed.insert(session.id.clone());
    }
    effect.needs_yes = determination.reaches_too_far(&effect.accounts);
}
