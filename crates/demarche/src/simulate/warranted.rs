//! What the delivered logs permit anyone to say: the verdict table applied to the truth.
//!
//! Derived from what the intruder did, what of it was delivered, and the binding table alone;
//! nothing here is taken from the program that judges, its thresholds or its readings.

use std::collections::{BTreeMap, BTreeSet};

use crate::simulate::calendar::{DAY, HOUR};
use crate::simulate::damage::{self, holds};
use crate::simulate::guid::Guid;
use crate::simulate::intruder::consent_imitates;
use crate::simulate::options::{Ids, ShapeName, SignInForm};
use crate::simulate::sink::{Entry, Sink, Stream};
use crate::simulate::tenant::Tenant;
use crate::simulate::truth::{HostileSession, Truth};
use crate::simulate::world::World;

/// The shortest history after which something may be called new (table, preface).
const BASELINE: i64 = 14 * DAY;

/// What was delivered of an intruder, and of a session that was stolen.
#[derive(Debug, Default)]
pub struct Record {
    /// Ids of all records the intruder caused.
    hostile: BTreeSet<Guid>,
    /// Those that arrived whole: when, and in which logs.
    whole: BTreeMap<Guid, Vec<(i64, Stream)>>,
    /// The stolen session, while there is one.
    pub stolen: Option<Guid>,
    /// When the owner used the stolen session, as far as delivered.
    owner_uses: Vec<i64>,
    /// The first record of each account that was delivered, by name.
    firsts: BTreeMap<String, i64>,
}

/// A verdict of the table, and the reason in a few words.
type Verdict = (&'static str, String);

impl Record {
    /// Lets the intruder act and remembers which records that made.
    pub fn watch(&mut self, world: &mut World, act: impl FnOnce(&mut World)) {
        let n_before = world.sink.entries().len();
        act(world);
        let new = &world.sink.entries()[n_before..];
        self.hostile.extend(new.iter().map(|entry| entry.id));
    }

    /// Notes a record that was delivered.
    pub fn delivered(&mut self, sink: &Sink, entry: &Entry, whole: bool) {
        let body = sink.body(entry);
        if !self.hostile.contains(&entry.id) && entry.stream == Stream::Audit {
            let user = String::from_utf8_lossy(sink.user(entry)).to_lowercase();
            let earlier = self.firsts.get(&user).is_none_or(|first| entry.at < *first);
            // The provider's own readers bear the owner's name and are no history of theirs.
            if earlier && !holds(body, b"RESTSystem") {
                self.firsts.insert(user, entry.at);
            }
        }
        if self.hostile.contains(&entry.id) {
            if whole {
                let places = self.whole.entry(entry.id).or_default();
                places.push((entry.at, entry.stream));
            }
        } else if let Some(session) = self.stolen
            && holds(body, &session.text())
        {
            self.owner_uses.push(entry.at);
        }
    }

    /// Completes the truth: records of nobody's list, and the warranted verdicts.
    pub fn tell(&self, tenant: &Tenant, damage: &damage::Plan, truth: &mut Truth) {
        let listed: BTreeSet<Guid> = truth.sessions.iter().flat_map(ids).collect();
        if let Some(first) = truth.sessions.first_mut() {
            first.records = self.hostile.difference(&listed).copied().collect();
        }
        let view = View {
            record: self,
            tenant,
            damage,
            sessions: &truth.sessions,
        };
        let verdicts: Vec<Verdict> = truth.sessions.iter().map(|one| view.verdict(one)).collect();
        for (session, verdict) in truth.sessions.iter_mut().zip(verdicts) {
            session.warranted = verdict;
        }
    }
}

/// Every id of a session's own records.
fn ids(session: &HostileSession) -> BTreeSet<Guid> {
    let items = session.items.iter().map(|(_, _, id)| *id);
    let actions = session.actions.iter().map(|(_, id)| *id);
    let attempts = session.attempts.iter().map(|(_, id, _)| *id);
    items
        .chain(actions)
        .chain(attempts)
        .chain(session.tokens.iter().copied())
        .collect()
}

/// What a reader of the delivered logs has before them.
struct View<'a> {
    record: &'a Record,
    tenant: &'a Tenant,
    damage: &'a damage::Plan,
    sessions: &'a [HostileSession],
}

impl View<'_> {
    fn verdict(&self, session: &HostileSession) -> Verdict {
        let Some(first) = self.uses(session).first().copied() else {
            return ("ordinary", "no record of it was delivered".to_owned());
        };
        // The account's own history: it may begin later than the logs.
        let begun = self.record.firsts.get(&session.account).copied();
        let known = (first - begun.unwrap_or(first)).max(0);
        // Without a baseline nothing is new; row 2 and row 1 alone need none.
        if known < BASELINE && self.tenant.options.shape != ShapeName::Spray {
            return (
                "ordinary",
                format!("{} days of history: nothing can be called new", known / DAY),
            );
        }
        match self.tenant.options.shape {
            ShapeName::None => ("ordinary", String::new()),
            ShapeName::Storm => self.forged(session),
            ShapeName::Spray => self.sprayed(session),
            ShapeName::Consent => self.consented(session),
            ShapeName::Theft => self.interleaved(session),
            ShapeName::Middle | ShapeName::Fraud => self.entered(session),
            ShapeName::Saml => self.asserted(session),
            ShapeName::Insider => self.carried_off(session),
            ShapeName::Slow | ShapeName::Contractor => (
                "ordinary",
                "a valid password, and at most a lead (row 4 or 5)".to_owned(),
            ),
        }
    }

    /// When the session was used on record.
    fn uses(&self, session: &HostileSession) -> Vec<i64> {
        let all = ids(session);
        let attempts: BTreeSet<Guid> = session.attempts.iter().map(|(_, id, _)| *id).collect();
        let mut uses: Vec<i64> = all
            .difference(&attempts)
            .filter_map(|id| self.record.whole.get(id))
            .flatten()
            .map(|(at, _)| *at)
            .collect();
        uses.sort_unstable();
        uses
    }

    fn has_items(&self, session: &HostileSession) -> bool {
        let mut items = session.items.iter();
        items.any(|(_, _, id)| self.record.whole.contains_key(id))
    }

    /// When an operation was done on record, earliest first.
    fn did(&self, session: &HostileSession, operation: &str) -> Option<i64> {
        let done = session
            .actions
            .iter()
            .filter(|(name, _)| *name == operation);
        let places = done
            .filter_map(|(_, id)| self.record.whole.get(id))
            .flatten();
        places.map(|(at, _)| *at).min()
    }

    fn lost(&self, what: &str) -> bool {
        let mut removals = self.damage.removals.iter();
        removals.any(|removal| removal.kind == "missing kind" && removal.what == what)
    }

    /// Whether nothing of the directory's records before a moment is missing.
    fn directory_is_complete(&self, until: i64) -> bool {
        let mut removals = self.damage.removals.iter();
        !removals.any(|removal| match removal.kind {
            "missing hours" | "row cap" => removal.span.0 < until,
            "missing kind" => removal.what == "directory",
            kind => kind == "filtered",
        })
    }

    /// Rows 9 and 10: forged tokens.
    fn forged(&self, session: &HostileSession) -> Verdict {
        if !self.has_items(session) {
            return ("ordinary", "no read of it was delivered".to_owned());
        }
        let ids = self.tenant.options.ids == Ids::Linkable;
        let logs = self.tenant.options.sign_in_form != SignInForm::None;
        if ids && logs && !self.lost("non-interactive") {
            return (
                "hostile",
                "row 9: no issuance, complete sign-in logs, network new to the tenant".to_owned(),
            );
        }
        let last = self.uses(session).last().copied().unwrap_or(0);
        if !self.directory_is_complete(last) {
            return (
                "ordinary",
                "row 10 needs a complete directory log, row 9 ids and sign-in logs".to_owned(),
            );
        }
        let n = self
            .sessions
            .iter()
            .filter(|one| self.has_items(one))
            .count();
        if n >= 2 {
            ("hostile", format!("row 10: a new pair in {n} mailboxes"))
        } else {
            ("suspect", "row 10: a new pair in one mailbox".to_owned())
        }
    }

    /// Row 2: passwords tried, then success from the same machine.
    fn sprayed(&self, session: &HostileSession) -> Verdict {
        let Some(entry) = self.did(session, "UserLoggedIn") else {
            return ("ordinary", "its sign-in was not delivered".to_owned());
        };
        let tried: Vec<(i64, usize)> = session
            .attempts
            .iter()
            .filter(|(at, id, _)| *at <= entry && self.record.whole.contains_key(id))
            .map(|(at, _, person)| (*at, *person))
            .collect();
        let enough = tried.iter().any(|(from, _)| {
            let within = |at: i64| (*from..=from + HOUR).contains(&at);
            let hour: Vec<usize> = tried
                .iter()
                .filter(|(at, _)| within(*at))
                .map(|(_, person)| *person)
                .collect();
            let accounts: BTreeSet<&usize> = hour.iter().collect();
            hour.len() >= 10 && accounts.len() >= 3
        });
        if enough {
            ("hostile", "row 2: passwords tried, then success".to_owned())
        } else {
            (
                "ordinary",
                format!("row 4 alone: {} attempts on record", tried.len()),
            )
        }
    }

    /// Row 7: a consent to content scopes.
    fn consented(&self, session: &HostileSession) -> Verdict {
        let any = self
            .sessions
            .iter()
            .any(|one| self.did(one, "Consent to application.").is_some());
        if !any {
            return ("ordinary", "no consent was delivered".to_owned());
        }
        if self.did(session, "Consent to application.").is_none() {
            return (
                "suspect",
                "row 7: the application is; this account's consent was not delivered".to_owned(),
            );
        }
        if consent_imitates(self.tenant) {
            (
                "hostile",
                "row 7: a consent, and an imitated publisher".to_owned(),
            )
        } else {
            (
                "suspect",
                "row 7: a first consent to content scopes".to_owned(),
            )
        }
    }

    /// Row 3: one session on two networks, interleaved; else row 6 alone.
    fn interleaved(&self, session: &HostileSession) -> Verdict {
        let theirs = self.uses(session).into_iter().map(|at| (at, true));
        let owners = self.record.owner_uses.iter().map(|at| (*at, false));
        let mut all: Vec<(i64, bool)> = theirs.chain(owners).collect();
        all.sort_unstable();
        if in_turns(&all) {
            return (
                "hostile",
                "row 3: one session on two networks, interleaved".to_owned(),
            );
        }
        self.rule_alone(session)
    }

    fn rule_alone(&self, session: &HostileSession) -> Verdict {
        if self.did(session, "New-InboxRule").is_some() {
            ("suspect", "row 6: a rule that hides or forwards".to_owned())
        } else {
            ("ordinary", "at most a lead".to_owned())
        }
    }

    /// Rows 4 and 6: network and device both new, and a rule in the same session.
    fn entered(&self, session: &HostileSession) -> Verdict {
        let entry = self.did(session, "UserLoggedIn");
        let rule = self.did(session, "New-InboxRule");
        match (entry, rule) {
            (Some(_), Some(_)) if !self.is_new_machine(session) => (
                "suspect",
                "row 6: a rule that hides or forwards; the machine may be the owner's".to_owned(),
            ),
            (Some(entry), Some(rule)) if (entry..=entry + DAY).contains(&rule) => (
                "hostile",
                "rows 4 and 6: network and device new, a rule in the session".to_owned(),
            ),
            _ => self.rule_alone(session),
        }
    }

    /// Whether no machine of the owner's has this system and browser.
    fn is_new_machine(&self, session: &HostileSession) -> bool {
        let mut people = self.tenant.people.iter();
        let owner = people.find(|person| person.account == session.account);
        let theirs = owner.map(|person| &person.devices).into_iter().flatten();
        let mut families = theirs.map(|device| family(&device.agent));
        !families.any(|known| known == family(&session.agent))
    }

    /// Forged assertions: rows 4 and 6 for the administrator, row 11 for the others.
    fn asserted(&self, session: &HostileSession) -> Verdict {
        let change = |one| self.did(one, "Set federation settings on domain.");
        let is_administrator = session.account == self.tenant.people[0].account;
        if is_administrator {
            return match (self.did(session, "UserLoggedIn"), change(session)) {
                (Some(_), Some(_)) => (
                    "hostile",
                    "rows 4 and 6: network and device new, federation changed".to_owned(),
                ),
                (None, Some(_)) => ("suspect", "row 6: federation changed".to_owned()),
                _ => ("ordinary", "row 4 alone".to_owned()),
            };
        }
        let used = self
            .sessions
            .iter()
            .filter(|one| !self.uses(one).is_empty());
        let n = used.count();
        if n >= 3 {
            (
                "suspect",
                format!("row 11: one new address on {n} accounts"),
            )
        } else {
            ("ordinary", "row 4 alone".to_owned())
        }
    }

    /// Row 12: what an owner carries off is never above suspect.
    fn carried_off(&self, session: &HostileSession) -> Verdict {
        let all = session.items.len() + session.actions.len();
        let n = ids(session)
            .iter()
            .filter(|id| self.record.whole.contains_key(id))
            .count();
        if n * 2 > all.min(40) {
            ("suspect", "row 12: far beyond the account's own".to_owned())
        } else {
            ("ordinary", "too little of it was delivered".to_owned())
        }
    }
}

/// Whether either party's use lies between two of the other's that are an hour apart at most.
///
/// Longer apart it may be one person on the way there and back ("one after the other"): the table
/// sets no time, and no record tells. An hour is what it means by "together" in row 2.
fn in_turns(uses: &[(i64, bool)]) -> bool {
    let mut runs: Vec<(i64, i64, bool)> = Vec::new();
    for (at, whose) in uses {
        match runs.last_mut() {
            Some((_, last, party)) if party == whose => *last = *at,
            _ => runs.push((*at, *at, *whose)),
        }
    }
    runs.windows(3).any(|three| three[2].0 - three[0].1 <= HOUR)
}

/// System and browser that a user agent names: versions change from day to day, these do not.
fn family(agent: &str) -> (&'static str, &'static str) {
    let first = |names: &[&'static str]| {
        let mut names = names.iter();
        names.find(|name| agent.contains(**name)).copied()
    };
    let system = first(&["Windows", "Mac", "Android", "iOS", "Linux"]);
    // Later names stand in the agents of earlier browsers too.
    let browser = first(&["Edg/", "Firefox", "Outlook", "Chrome", "Safari"]);
    (system.unwrap_or(""), browser.unwrap_or(""))
}
