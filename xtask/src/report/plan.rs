//! What the tenant of a seed is: a fixed plan, to be made again.

/// What the tenant of a seed is asked to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The seed.
    pub seed: u64,
    /// What the intruder does; `none` in three tenants of five.
    pub shape: &'static str,
    /// Innocent events.
    pub twins: Vec<&'static str>,
    /// What goes wrong with the logs.
    pub damage: Vec<&'static str>,
    /// Whether records carry linkable ids.
    pub ids: &'static str,
    /// How sign-in logs are wrapped, or `none`.
    pub sign_in_form: &'static str,
    /// Accounts.
    pub people: u64,
    /// Days.
    pub days: u64,
    /// Hours after which everybody must sign in again; 0 for no such policy.
    pub sign_in_hours: u64,
}

/// Every shape that `simulate` knows.
pub const SHAPES: [&str; 10] = [
    "storm",
    "spray",
    "consent",
    "theft",
    "middle",
    "fraud",
    "saml",
    "insider",
    "slow",
    "contractor",
];
/// Every innocent twin.
pub const TWINS: [&str; 8] = [
    "rollout", "tunnel", "program", "app", "merger", "travel", "test", "resets",
];
/// Every damage.
pub const DAMAGE: [&str; 9] = [
    "hours",
    "kinds",
    "cap",
    "throttled",
    "duplicates",
    "reordered",
    "clock",
    "truncated",
    "filtered",
];

/// The last seed of a small tenant: those after it have a hundred people.
pub const SMALL_LAST: u64 = 520;

impl Plan {
    /// The plan of a seed.
    pub fn of(seed: u64) -> Plan {
        // Of five seeds three are clean; each kind goes through its own list.
        let (block, place) = (seed / 5, seed % 5);
        let clean = (1..=3).contains(&place);
        let turn = if clean {
            block * 3 + place - 1
        } else {
            block * 2 + place / 4
        };
        let round = turn / SHAPES.len() as u64;
        let shape = if clean {
            "none"
        } else {
            SHAPES[(turn % 10) as usize]
        };
        let draw = mixed(seed);
        let linkable = if clean {
            turn.is_multiple_of(2)
        } else {
            round.is_multiple_of(2)
        };
        Plan {
            seed,
            shape,
            twins: twins(clean, turn, draw),
            damage: damage(draw >> 8, if clean { turn } else { round }),
            ids: if linkable { "linkable" } else { "none" },
            sign_in_form: if (draw >> 24).is_multiple_of(10) {
                "none"
            } else {
                "auto"
            },
            people: if seed > SMALL_LAST {
                100
            } else {
                10 + (draw >> 32) % 4 * 4
            },
            days: 30 + (draw >> 40) % 9,
            sign_in_hours: [0, 24, 0, 168, 24][(draw >> 48) as usize % 5],
        }
    }

    /// The arguments of `demarche simulate`.
    pub fn arguments(&self) -> Vec<String> {
        let mut out: Vec<String> = vec!["simulate".to_owned()];
        let mut add = |name: &str, value: &str| {
            out.push(format!("--{name}"));
            out.push(value.to_owned());
        };
        add("seed", &self.seed.to_string());
        add("shape", self.shape);
        add("ids", self.ids);
        add("people", &self.people.to_string());
        add("days", &self.days.to_string());
        add("sign-in-form", self.sign_in_form);
        add("sign-in-hours", &self.sign_in_hours.to_string());
        self.twins.iter().for_each(|twin| add("twin", twin));
        self.damage.iter().for_each(|damage| add("damage", damage));
        out
    }
}

/// Clean tenants go through the twins one by one, then all at once; others have one now and then.
fn twins(clean: bool, turn: u64, draw: u64) -> Vec<&'static str> {
    let n = TWINS.len() as u64;
    if clean {
        return match turn % (n + 2) {
            at if at < n => vec![TWINS[at as usize]],
            at if at == n => TWINS.to_vec(),
            _ => Vec::new(),
        };
    }
    if draw.is_multiple_of(3) {
        vec![TWINS[(draw / 3 % n) as usize]]
    } else {
        Vec::new()
    }
}

/// Half of all tenants have their logs whole.
fn damage(draw: u64, turn: u64) -> Vec<&'static str> {
    let n = DAMAGE.len() as u64;
    match draw % 8 {
        0..=3 => Vec::new(),
        4..=6 => vec![DAMAGE[((turn + draw / 8) % n) as usize]],
        _ => vec![
            DAMAGE[(draw / 8 % n) as usize],
            DAMAGE[(draw / 8 / n % n) as usize],
        ],
    }
}

/// SplitMix64, so that what a seed is asked to be is not what its own generator draws.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x7265_706f_7274;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_seeds_of_a_full_report_have_everything() {
        let plans: Vec<Plan> = (1..=SMALL_LAST).map(Plan::of).collect();
        assert!(plans.iter().filter(|plan| plan.shape == "none").count() >= 300);
        let shapes: BTreeSet<(&str, &str)> =
            plans.iter().map(|plan| (plan.shape, plan.ids)).collect();
        assert_eq!(shapes.len(), 2 * (SHAPES.len() + 1));
        let twins: BTreeSet<&str> = plans.iter().flat_map(|plan| plan.twins.clone()).collect();
        let damage: BTreeSet<&str> = plans.iter().flat_map(|plan| plan.damage.clone()).collect();
        assert_eq!((twins.len(), damage.len()), (TWINS.len(), DAMAGE.len()));
    }
}
