//! What a finding is handed: one session, and all that was closed before judging.

use crate::coverage::ledger::Coverage;
use crate::finding::determination::Expected;
use crate::finding::finding::{Finding, Pattern, TestResult};
use crate::finding::pivot::Pivot;
use crate::session::session::{Act, Session};
use crate::tenant::facts::{Baseline, Facts};
use crate::tenant::origin::Origin;
use crate::vocab::address::{Address, Network};
use crate::vocab::moment::{DAY, Moment};

/// One session and what it is judged by. Closed facts only: nothing here is learned while judging.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The session.
    pub session: &'a Session,
    /// The closed facts of the tenant.
    pub facts: &'a Facts,
    /// Which source speaks for what.
    pub coverage: &'a Coverage,
    /// What the owner confirmed, standing in for a missing baseline.
    pub expected: &'a [Expected],
    /// What hostile sessions of the pass before used; empty in the first.
    pub pivot: &'a Pivot,
}

/// Something counts as new from a day before it is looked at: one intrusion begins once.
const NEW_MICROS: i64 = DAY;

impl Scene<'_> {
    /// A finding of a pattern about this session.
    pub fn finding(&self, pattern: &Pattern, at: Moment) -> Finding {
        Finding::of(pattern, &self.session.account, &self.session.id, at)
    }

    /// How long the account's baseline is before the moment.
    pub fn baseline(&self, at: Moment) -> Baseline {
        self.facts.baseline(
            &self.session.account,
            Moment::from_micros(at.micros - NEW_MICROS),
        )
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

    /// The network an act came from, unless a relay's.
    pub fn network_of(&self, act: &Act) -> Option<(Network, u32)> {
        if act.relayed {
            return None;
        }
        let address = Address::parse(&act.address).filter(Address::is_outside)?;
        Some((address.network(), act.network_number))
    }

    /// Whether a network is new to the account: neither it nor its operator was used more than a
    /// day before.
    pub fn is_network_new(&self, network: (Network, u32), at: Moment) -> bool {
        let seen = |origin| {
            self.facts
                .origin_of(&self.session.account, origin)
                .is_some_and(|span| span.first.micros < at.micros - NEW_MICROS)
        };
        !self.is_expected_network(network.0)
            && !seen(Origin::Network(network.0))
            && (network.1 == 0 || !seen(Origin::Number(network.1)))
    }

    /// Whether a network is new to the tenant at a moment, after a baseline that suffices.
    pub fn is_network_new_to_tenant(&self, network: (Network, u32), at: Moment) -> bool {
        let seen = |origin| {
            self.facts
                .origin(origin)
                .is_some_and(|usage| usage.span.first.micros < at.micros - NEW_MICROS)
        };
        let day_before = Moment::from_micros(at.micros - NEW_MICROS);
        self.facts.tenant_baseline(day_before).suffices()
            && !self.is_expected_network(network.0)
            && !seen(Origin::Network(network.0))
            && (network.1 == 0 || !seen(Origin::Number(network.1)))
    }

    /// Whether a device or client family is new to the account; nothing stated is not new.
    pub fn is_device_new(&self, device: &str, at: Moment) -> bool {
        !device.is_empty()
            && !self.expected.iter().any(|e| e.allows_program(device, at))
            && self
                .facts
                .device_of(&self.session.account, device)
                .is_none_or(|span| span.first.micros >= at.micros - NEW_MICROS)
    }

    fn is_expected_network(&self, network: Network) -> bool {
        let account = &self.session.account;
        self.expected
            .iter()
            .any(|expected| expected.allows_network(network.0, account))
    }
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
