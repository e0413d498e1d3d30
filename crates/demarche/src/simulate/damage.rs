//! What goes wrong with logs after they were written: hours that are missing, copies.

use crate::simulate::calendar::{DAY, HOUR};
use crate::simulate::random::{Random, mix};
use crate::simulate::sink::{Entry, Stream};
use crate::simulate::tenant::{Tenant, path};

/// The damage decided for one tenant.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Spans without a single record of the audit log.
    pub missing: Vec<(i64, i64)>,
    duplicates: bool,
    seed: u64,
}

impl Plan {
    /// Decides what goes wrong.
    #[must_use]
    pub fn new(tenant: &Tenant) -> Self {
        let options = &tenant.options;
        let mut random = Random::new(options.seed, &[path::DAMAGE]);
        let n_spans = if options.damage.hours {
            1 + random.below(3)
        } else {
            0
        };
        let mut missing: Vec<(i64, i64)> = (0..n_spans)
            .map(|_| {
                let day = random.between(1, i64::from(options.days).max(3) - 2);
                let from = options.from() + day * DAY + random.between(0, 20) * HOUR;
                (from, from + random.between(2, 14) * HOUR)
            })
            .collect();
        missing.sort_unstable();
        Self {
            missing,
            duplicates: options.damage.duplicates,
            seed: options.seed,
        }
    }

    /// The missing span that swallows a record, by its index.
    #[must_use]
    pub fn swallowed(&self, entry: &Entry) -> Option<usize> {
        let within = |(from, to): &(i64, i64)| (*from..*to).contains(&entry.at);
        (entry.stream == Stream::Audit)
            .then(|| self.missing.iter().position(within))
            .flatten()
    }

    /// How many copies of a record are delivered.
    #[must_use]
    pub fn copies(&self, entry: &Entry) -> usize {
        if !self.duplicates || entry.stream != Stream::Audit {
            return 1;
        }
        let key = u64::from_be_bytes(entry.id.0[..8].try_into().unwrap_or_default());
        match mix(self.seed ^ 0xd0b1, key) % 100 {
            0..=3 => 2,
            4 => 3 + (key % 4) as usize,
            _ => 1,
        }
    }
}
