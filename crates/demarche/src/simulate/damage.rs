//! What goes wrong with logs afterwards: missing hours, copies, records cut short.

use crate::simulate::calendar::{DAY, HOUR};
use crate::simulate::options::Form;
use crate::simulate::random::{Random, mix};
use crate::simulate::sink::{Entry, Stream};
use crate::simulate::tenant::{Tenant, path};

/// The damage decided for one tenant.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Spans without a single record of the audit log.
    pub missing: Vec<(i64, i64)>,
    duplicates: bool,
    truncated: bool,
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
        // Where records share one document, a cut would end the document.
        let lines = matches!(
            options.form,
            Form::Portal | Form::Powershell | Form::Jsonl | Form::Collector
        );
        Self {
            missing,
            duplicates: options.damage.duplicates,
            truncated: options.damage.truncated && lines,
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
