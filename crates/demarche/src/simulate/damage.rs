//! What goes wrong with logs afterwards: removals, copies, records cut short.

use std::collections::BTreeSet;

use crate::simulate::calendar::{DAY, HOUR};
use crate::simulate::guid::Guid;
use crate::simulate::options::{Form, SignInForm};
use crate::simulate::random::{Random, mix};
use crate::simulate::sink::{Entry, Sink, Stream};
use crate::simulate::tenant::{Tenant, path};

/// Records that do not arrive, and why.
#[derive(Debug, Clone)]
pub struct Removal {
    /// What it is called in the truth.
    pub kind: &'static str,
    /// The log it is of.
    pub log: &'static str,
    /// What is lost, where not everything is.
    pub what: String,
    /// First second, and the first second after it.
    pub span: (i64, i64),
    rule: Rule,
}

/// Which records of a span are lost.
#[derive(Debug, Clone)]
enum Rule {
    /// All of the audit log.
    Hours,
    /// A whole log.
    Log(Stream),
    /// Record types of the audit log.
    Types(&'static [u16]),
    /// Reads of one mailbox, by the text of its identifier.
    Reads(String),
    /// Audit records of accounts that were not asked for.
    Accounts(BTreeSet<String>),
}

/// The damage decided for one tenant.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is lost.
    pub removals: Vec<Removal>,
    /// From when the exporter's own clock is an hour ahead.
    pub clock_from: Option<i64>,
    /// Whether records come in no order.
    pub reordered: bool,
    duplicates: bool,
    truncated: bool,
    seed: u64,
}

/// Hours after which the service stops logging reads of a mailbox that it marked.
const MARKED: i64 = HOUR;

impl Plan {
    /// Decides what goes wrong.
    #[must_use]
    pub fn new(tenant: &Tenant) -> Self {
        let options = &tenant.options;
        let mut random = Random::new(options.seed, &[path::DAMAGE]);
        let mut removals = missing_hours(tenant, &mut random);
        let mut more = Random::new(options.seed, &[path::DAMAGE, 2]);
        removals.extend(missing_kind(tenant, &mut more));
        removals.extend(capped(tenant, &mut more));
        removals.extend(throttled(tenant));
        removals.extend(filtered(tenant, &mut more));
        // Where records share one document, a cut would end the document.
        let lines = matches!(
            options.form,
            Form::Portal | Form::Powershell | Form::Jsonl | Form::Collector
        );
        let wrapped = matches!(
            options.form,
            Form::Portal | Form::Powershell | Form::Collector | Form::Graph
        );
        let middle = options.from() + i64::from(options.days) * DAY / 2;
        Self {
            removals,
            clock_from: (options.damage.clock && wrapped).then_some(middle),
            reordered: options.damage.reordered,
            duplicates: options.damage.duplicates,
            truncated: options.damage.truncated && lines,
            seed: options.seed,
        }
    }

    /// The removal that swallows a record, by its index.
    #[must_use]
    pub fn swallowed(&self, sink: &Sink, entry: &Entry) -> Option<usize> {
        self.removals.iter().position(|removal| {
            (removal.span.0..removal.span.1).contains(&entry.at) && removal.rule.takes(sink, entry)
        })
    }

    /// Seconds by which a wrapper's own time is ahead of the record's.
    #[must_use]
    pub fn ahead(&self, at: i64) -> i64 {
        match self.clock_from {
            Some(from) if at >= from => HOUR,
            _ => 0,
        }
    }

    /// Puts records in no order, where that is what goes wrong.
    pub fn reorder(&self, entries: &mut [Entry]) {
        if self.reordered {
            entries.sort_by_key(|entry| mix(self.seed, key(entry)));
        }
    }

    /// How many bytes of a record remain; all of them for most.
    #[must_use]
    pub fn remaining(&self, entry: &Entry, body: &[u8]) -> usize {
        if !self.truncated || entry.stream != Stream::Audit {
            return body.len();
        }
        let draw = mix(self.seed ^ 0x7_2c47, key(entry));
        if !draw.is_multiple_of(300) {
            return body.len();
        }
        let wanted = body.len() / 3 + (draw >> 32) as usize % (body.len() / 2).max(1);
        // Whole characters remain.
        let whole = |at: &usize| body.get(*at).is_none_or(|byte| byte & 0xc0 != 0x80);
        (0..=wanted).rev().find(whole).unwrap_or(0)
    }

    /// How many copies of a record are delivered.
    #[must_use]
    pub fn copies(&self, entry: &Entry) -> usize {
        if !self.duplicates || entry.stream != Stream::Audit {
            return 1;
        }
        let key = key(entry);
        match mix(self.seed ^ 0xd0b1, key) % 100 {
            0..=3 => 2,
            4 => 3 + (key % 4) as usize,
            _ => 1,
        }
    }
}

fn key(entry: &Entry) -> u64 {
    u64::from_be_bytes(entry.id.0[..8].try_into().unwrap_or_default())
}

impl Rule {
    fn takes(&self, sink: &Sink, entry: &Entry) -> bool {
        let audit = entry.stream == Stream::Audit;
        match self {
            Rule::Hours => audit,
            Rule::Log(stream) => entry.stream == *stream,
            Rule::Types(types) => audit && types.contains(&entry.record_type),
            Rule::Reads(mailbox) => {
                let read = audit && entry.record_type == 50;
                read && holds(sink.body(entry), mailbox.as_bytes())
            }
            Rule::Accounts(wanted) => {
                let user = String::from_utf8_lossy(sink.user(entry)).to_lowercase();
                audit && !wanted.contains(&user)
            }
        }
    }
}

/// Whether a text occurs in a record.
#[must_use]
pub fn holds(body: &[u8], text: &[u8]) -> bool {
    body.windows(text.len().max(1)).any(|window| window == text)
}

fn missing_hours(tenant: &Tenant, random: &mut Random) -> Vec<Removal> {
    let options = &tenant.options;
    if !options.damage.hours {
        return Vec::new();
    }
    let n_spans = 1 + random.below(3);
    let mut spans: Vec<(i64, i64)> = (0..n_spans)
        .map(|_| {
            let day = random.between(1, i64::from(options.days).max(3) - 2);
            let from = options.from() + day * DAY + random.between(0, 20) * HOUR;
            (from, from + random.between(2, 14) * HOUR)
        })
        .collect();
    spans.sort_unstable();
    let removal = |span| Removal {
        kind: "missing hours",
        log: "audit",
        what: String::new(),
        span,
        rule: Rule::Hours,
    };
    spans.into_iter().map(removal).collect()
}

fn always(tenant: &Tenant) -> (i64, i64) {
    (tenant.options.from(), tenant.options.to())
}

/// One kind of record that nobody collected.
fn missing_kind(tenant: &Tenant, random: &mut Random) -> Option<Removal> {
    let options = &tenant.options;
    let kinds: [(&'static str, &'static str, Rule); 4] = [
        (
            "non-interactive",
            "non-interactive",
            Rule::Log(Stream::NonInteractive),
        ),
        ("audit", "directory", Rule::Types(&[8])),
        ("audit", "files", Rule::Types(&[4, 6, 14])),
        ("audit", "sign-ins", Rule::Types(&[15])),
    ];
    let first = usize::from(options.sign_in_form == SignInForm::None);
    let chosen = first + random.below((kinds.len() - first) as u64) as usize;
    let (log, what, rule) = kinds[chosen].clone();
    options.damage.kinds.then(|| Removal {
        kind: "missing kind",
        log,
        what: what.to_owned(),
        span: always(tenant),
        rule,
    })
}

/// Days on which a call returned fewer rows than it says there are.
fn capped(tenant: &Tenant, random: &mut Random) -> Vec<Removal> {
    let options = &tenant.options;
    let counts = matches!(options.form, Form::Powershell | Form::Collector);
    let n = 1 + random.below(2);
    let days: BTreeSet<i64> = (0..n)
        .map(|_| random.between(2, i64::from(options.days) - 2))
        .collect();
    if !options.damage.cap || !counts {
        return Vec::new();
    }
    // A call ends at noon; what is cut is its end.
    let removal = |day: i64| Removal {
        kind: "row cap",
        log: "audit",
        what: String::new(),
        span: (
            tenant.moment(day) + 4 * HOUR,
            tenant.moment(day) + 12 * HOUR,
        ),
        rule: Rule::Hours,
    };
    days.into_iter().map(removal).collect()
}

fn throttled(tenant: &Tenant) -> Vec<Removal> {
    let removal = |(mailbox, from): &(usize, i64)| {
        let mailbox = &tenant.mailboxes[*mailbox];
        Removal {
            kind: "throttled",
            log: "audit",
            what: mailbox.owner.to_lowercase(),
            span: (from + MARKED, from + MARKED + DAY),
            rule: Rule::Reads(mailbox.id.to_string()),
        }
    };
    tenant.throttled.iter().map(removal).collect()
}

/// Whether a read of a mailbox is one that the service marks before it stops logging.
#[must_use]
pub fn is_marked(tenant: &Tenant, mailbox: Guid, at: i64) -> bool {
    let marks = |(place, from): &(usize, i64)| {
        tenant.mailboxes[*place].id == mailbox && (*from..from + MARKED).contains(&at)
    };
    tenant.throttled.iter().any(marks)
}

/// Only half of all accounts were asked for.
fn filtered(tenant: &Tenant, random: &mut Random) -> Option<Removal> {
    let wanted: BTreeSet<String> = tenant
        .people
        .iter()
        .filter(|_| random.chance(500))
        .map(|person| person.account.clone())
        .collect();
    tenant.options.damage.filtered.then(|| Removal {
        kind: "filtered",
        log: "audit",
        what: format!("{} accounts", wanted.len()),
        span: always(tenant),
        rule: Rule::Accounts(wanted),
    })
}
