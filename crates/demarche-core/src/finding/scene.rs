//! What a finding is handed: one session, and all that was closed before judging.

use std::net::IpAddr;

use crate::coverage::gap::GapKind;
use crate::coverage::ledger::{Coverage, Question, stops_speech};
use crate::finding::determination::Expected;
use crate::finding::finding::{Finding, Pattern, TestResult};
use crate::finding::pivot::Pivot;
use crate::session::session::{Act, Session};
use crate::tenant::facts::{Baseline, Facts};
use crate::tenant::origin::{Origin, unrelated};
use crate::tenant::span::{Span, key_of};
use crate::vocab::address::{Address, Network};
use crate::vocab::card::Stream;
use crate::vocab::moment::{DAY, HOUR, Moment};

/// One session and what it is judged by. Closed facts only: nothing here is learned while judging.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The session.
    pub session: &'a Session,
    /// All sessions of its account, this one among them.
    pub account_sessions: &'a [Session],
    /// The closed facts of the tenant.
    pub facts: &'a Facts,
    /// Which source speaks for what.
    pub coverage: &'a Coverage,
    /// What the owner confirmed, standing in for a missing baseline.
    pub expected: &'a [Expected],
    /// What hostile sessions of the pass before used; empty in the first.
    pub pivot: &'a Pivot,
}

/// Days in all from which on a device of the first two weeks is the account's own by habit.
const DEVICE_DAYS_LEAST: usize = 10;

/// Something counts as new from a day before it is looked at: one intrusion begins once.
const NEW_MICROS: i64 = DAY;

/// Days on which something must have been used before to be a habit.
pub const HABIT_DAYS_LEAST: usize = 3;

impl Scene<'_> {
    /// A finding of a pattern about this session.
    pub fn finding(&self, pattern: &Pattern, at: Moment) -> Finding {
        Finding::of(pattern, &self.session.account, &self.session.id, at)
    }

    /// How long the account's baseline is before the moment.
    pub fn baseline(&self, at: Moment) -> Baseline {
        self.facts.baseline(&self.session.account, at)
    }

    /// Adds the test every "new" needs; says whether the baseline suffices.
    pub fn test_baseline(&self, finding: &mut Finding, at: Moment) -> bool {
        let baseline = self.baseline(at);
        let enough = baseline.suffices();
        let result = if enough {
            TestResult::Excluded
        } else {
            TestResult::NotTested
        };
        finding.test("too short a baseline", result, baseline_text(baseline));
        enough
    }

    /// The same for places and clients, where what the owner confirmed of both stands in for a
    /// missing baseline, and is marked so (design.md, "Determinations").
    pub fn test_baseline_of_places(&self, finding: &mut Finding, at: Moment) {
        let baseline = self.baseline(at);
        let whole = |e: &&Expected| !e.networks.is_empty() && !e.programs.is_empty();
        let account = &self.session.account;
        let mut stated = self.expected.iter().filter(|e| e.concerns(account));
        match stated.find(whole) {
            Some(entry) if !baseline.suffices() => {
                let why = stands_in(baseline, entry);
                finding.test("too short a baseline", TestResult::Excluded, why);
            }
            _ => {
                self.test_baseline(finding, at);
            }
        }
    }

    /// What the owner confirmed of everybody's networks, or applications: it stands in for a
    /// missing baseline of the tenant.
    pub fn stated_for_all(&self, has: impl Fn(&Expected) -> bool) -> Option<&Expected> {
        let mut entries = self.expected.iter();
        entries.find(|entry| entry.account.is_empty() && has(entry))
    }

    /// The same of the networks of the session's account.
    pub fn states_networks(&self) -> bool {
        let account = &self.session.account;
        let mut entries = self.expected.iter();
        entries.any(|entry| entry.concerns(account) && !entry.networks.is_empty())
    }

    /// Whether the owner stated everybody's applications: then one can be new without a baseline.
    pub fn states_applications(&self) -> bool {
        let stated = self.stated_for_all(|entry| !entry.applications.is_empty());
        stated.is_some()
    }

    /// The network an act came from, unless a relay's.
    pub fn network_of(&self, act: &Act) -> Option<(Network, u32)> {
        if act.relayed {
            return None;
        }
        // An act keeps an address only where that can be an actor's.
        let address = Address::parse(&act.address)?;
        Some((address.network(), act.network_number))
    }

    /// Days before an act on which the account used the network it came from.
    pub fn days_on_network(&self, act: &Act) -> usize {
        let usage = self.network_of(act).and_then(|network| {
            let origin = Origin::Network(network.0);
            self.facts.origin_of(&self.session.account, origin)
        });
        usage.map_or(0, |span| span.days_before(act.at))
    }

    /// Whether a network is new to the account: neither it nor its operator was used more than a
    /// day before.
    pub fn is_network_new(&self, network: (Network, u32), at: Moment) -> bool {
        !self.is_expected_network(network.0)
            && self.network_began(network, at).micros >= at.micros - NEW_MICROS
    }

    /// Whether a network is new to the tenant at a moment, after a baseline that suffices.
    pub fn is_network_new_to_tenant(&self, network: (Network, u32), at: Moment) -> bool {
        let firsts = origins(network).filter_map(|one| Some(self.facts.origin(one)?.span.first));
        let began = firsts.fold(at, Moment::min);
        let stated = || self.stated_for_all(|entry| !entry.networks.is_empty());
        (self.facts.tenant_baseline(began).suffices() || stated().is_some())
            && !self.is_expected_network(network.0)
            && began.micros >= at.micros - NEW_MICROS
    }

    /// Whether no record states a network's operator, and the account used one beside it before
    /// that may be of the same: the halves of row 3 (`unrelated`).
    pub fn is_beside_known_network(&self, network: (Network, u32), at: Moment) -> bool {
        let Some(usage) = self.facts.usage(&self.session.account) else {
            return false;
        };
        let mut used = usage.origins.iter();
        network.1 == 0
            && used.any(|(origin, span)| match origin {
                Origin::Network(other) => {
                    span.first.micros < at.micros - NEW_MICROS
                        && !unrelated((*other, 0), network)
                        && other.0.is_ipv4() == network.0.0.is_ipv4()
                }
                Origin::Number(_) => false,
            })
    }

    /// When the account began to use a network or its operator: at the latest at the moment.
    pub fn network_began(&self, network: (Network, u32), at: Moment) -> Moment {
        let account = &self.session.account;
        let firsts =
            origins(network).filter_map(|one| Some(self.facts.origin_of(account, one)?.first));
        firsts.fold(at, Moment::min)
    }

    /// Whether a device or client family is new to the account; nothing stated is not new.
    pub fn is_device_new(&self, device: &str, at: Moment) -> bool {
        !device.is_empty()
            && !self.is_expected_client(device)
            && self
                .facts
                .device_of(&self.session.account, device)
                .is_none_or(|span| span.first.micros >= at.micros - NEW_MICROS)
    }

    /// Whether every network of the session is one that the account uses by habit.
    pub fn is_all_usual_network(&self, at: Moment) -> bool {
        self.is_every_network_usual(at, false)
    }

    /// The same; in the first two weeks of the logs, the tenant's own way out is one too.
    fn is_every_network_usual(&self, at: Moment, early: bool) -> bool {
        let session = self.session;
        let habit = |origin| {
            let span = self.facts.origin_of(&session.account, origin);
            span.is_some_and(|span| span.days_before(at) >= HABIT_DAYS_LEAST)
        };
        let all = session.networks.iter().all(|network| {
            let number = session.network_numbers.get(network).copied().unwrap_or(0);
            habit(Origin::Network(*network))
                || number != 0 && habit(Origin::Number(number))
                || early && self.facts.is_habitual_egress(*network)
                || self.is_expected_network(*network)
        });
        all && !session.networks.is_empty()
    }

    /// Whether a moment lies in the first two weeks of the logs: what was habit then can be told
    /// by what came after only.
    fn is_early(&self, at: Moment) -> bool {
        !self.facts.tenant_baseline(at).suffices()
    }

    /// Days on which the account administered others before a moment, in the first two weeks of
    /// the logs on all others; `None` where they are too few to call it an administrator.
    pub fn days_of_administration(&self, at: Moment) -> Option<usize> {
        let administration = &self.facts.usage(&self.session.account)?.administration;
        let n_days = match self.is_early(at) {
            // One of them is the day itself.
            true => administration.days.len().saturating_sub(1),
            false => administration.days_before(at),
        };
        (n_days >= HABIT_DAYS_LEAST).then_some(n_days)
    }

    /// Whether everything the session shows of its networks and devices is the account's own by
    /// habit: an act in it comes from where the owner is, as far as can be told.
    ///
    /// Administration states no device: then the network alone tells where it was done.
    pub fn is_all_usual(&self, at: Moment) -> bool {
        let session = self.session;
        let early = self.is_early(at);
        let habit = |device: &String| {
            let span = self.facts.device_of(&session.account, device);
            let before = |span: &Span| span.days_before(at) >= HABIT_DAYS_LEAST;
            let in_all = |span: &Span| early && span.days.len() >= DEVICE_DAYS_LEAST;
            span.is_some_and(|span| before(span) || in_all(span)) || self.is_expected_client(device)
        };
        self.is_every_network_usual(at, early) && session.devices.values.iter().all(habit)
    }

    /// The same, not counting what the session's own application did there, where it is itself
    /// new: an intruder's second session does not make his network known.
    pub fn is_network_new_to_others(&self, network: (Network, u32), at: Moment) -> bool {
        if self.is_network_new_to_tenant(network, at) {
            return true;
        }
        let Some(name) = self.new_pair() else {
            return false;
        };
        let seen = |origin| {
            self.facts
                .origin(origin)
                .and_then(|usage| usage.first_by_others(key_of(name)))
                .is_some_and(|first| first.micros < at.micros - NEW_MICROS)
        };
        !self.is_expected_network(network.0)
            && !seen(Origin::Network(network.0))
            && (network.1 == 0 || !seen(Origin::Number(network.1)))
    }

    /// The session's application pair, where it has but one and that is new to the tenant after
    /// a baseline that suffices.
    pub fn new_pair(&self) -> Option<&str> {
        let mut pairs = self.session.applications.values.iter();
        let (Some(name), None) = (pairs.next(), pairs.next()) else {
            return None;
        };
        let pair = self.facts.pair(name)?;
        self.facts
            .tenant_baseline(pair.span.first)
            .suffices()
            .then_some(name.as_str())
    }

    /// Whether the owner confirmed a network: wholly, or every address of it that was used.
    pub fn is_expected_network(&self, network: Network) -> bool {
        if self.expected.is_empty() {
            return false;
        }
        let account = &self.session.account;
        let allows = |host: IpAddr| {
            let mut entries = self.expected.iter();
            entries.any(|entry| entry.allows_network(host, account))
        };
        let inside = |session: &Session| -> Vec<IpAddr> {
            let hosts = session.addresses.values.iter();
            hosts
                .filter_map(|host| host.parse().ok())
                .filter(|host| Network::of(*host) == network)
                .collect()
        };
        let mut used = inside(self.session);
        if used.is_empty() {
            used = self.account_sessions.iter().flat_map(inside).collect();
        }
        match used.is_empty() {
            true => allows(network.0),
            false => used.into_iter().all(allows),
        }
    }

    /// Whether the owner confirmed an application for the session's account.
    pub fn is_expected_application(&self, id: &str) -> bool {
        let account = &self.session.account;
        let mut entries = self.expected.iter();
        entries.any(|entry| entry.allows_application(id, account))
    }

    /// Whether the owner confirmed a device or client, by what names it or by its agent.
    fn is_expected_client(&self, device: &str) -> bool {
        if self.expected.is_empty() || device.is_empty() {
            return false;
        }
        let session = self.session;
        let allows = |text: &str| {
            let mut entries = self.expected.iter();
            entries.any(|entry| entry.allows_program(text, &session.account))
        };
        let only = session.devices.values.len() == 1 && session.devices.values.contains(device);
        let names = session.agents.values.iter().chain(&session.programs.values);
        let mut acts = session.acts.iter().filter(|act| act.device == device);
        allows(device)
            || acts.any(|act| allows(&act.agent))
            || only && names.into_iter().any(|name| allows(name))
    }
}

/// Whether the logs that carry some streams speak for a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Whether each stream is here and the logs that carry them reach over the span.
    pub reaches: bool,
    /// Whether a gap other than late delivery lies over the span.
    pub has_gaps: bool,
    /// Whether the newest records of the span may not have been delivered yet.
    pub late: bool,
    /// In words.
    pub why: String,
}

/// Whether the logs that carry the streams speak for a span.
pub fn spoken(coverage: &Coverage, streams: &[Stream], from: Moment, to: Moment) -> Spoken {
    let mut said = Spoken::default();
    let absent: Vec<&str> = streams
        .iter()
        .filter(|stream| !coverage.has(**stream))
        .map(|stream| stream.word())
        .collect();
    if !absent.is_empty() {
        said.why = format!("no source here carries {}", absent.join(", "));
        return said;
    }
    let Some((first, last)) = coverage.reach(streams) else {
        return said;
    };
    said.reaches = first.micros <= from.micros && to.micros <= last.micros + HOUR;
    for stream in streams {
        let question = Question {
            stream: *stream,
            from,
            to,
            ..Question::default()
        };
        let gaps = coverage
            .gaps_over(&question)
            .filter(|gap| stops_speech(gap.kind) && gap.account.is_empty() && gap.store.is_empty());
        for gap in gaps {
            said.late |= gap.kind == GapKind::Tail;
            said.has_gaps |= gap.kind != GapKind::Tail;
        }
    }
    said.why = match (said.reaches, said.has_gaps) {
        (true, false) => {
            format!("on record from {first} to {last}, without a gap from {from} to {to}")
        }
        (true, true) => {
            format!("on record from {first} to {last}, with gaps between {from} and {to}")
        }
        (false, _) => format!("on record only from {first} to {last}; asked about {from} to {to}"),
    };
    said
}

/// A network, and its operator where that is known.
fn origins(network: (Network, u32)) -> impl Iterator<Item = Origin> {
    let operator = (network.1 != 0).then_some(Origin::Number(network.1));
    [Origin::Network(network.0)].into_iter().chain(operator)
}

/// A baseline too short, and what stands in for it.
pub fn stands_in(baseline: Baseline, entry: &Expected) -> String {
    format!(
        "{baseline}; what the owner confirmed stands in for it ({}, by {})",
        entry.source, entry.by
    )
}

/// A baseline in words.
pub fn baseline_text(baseline: Baseline) -> String {
    if baseline.suffices() {
        baseline.to_string()
    } else {
        format!(
            "{baseline}; {} and {} are needed to call something new",
            Baseline::DAYS_LEAST,
            Baseline::DAYS_ACTIVE_LEAST
        )
    }
}
