//! Upper bounds of shares: exact binomial (Clopper-Pearson), one-sided.

/// The largest share under which seeing at most `n_seen` of `n_all` has a chance of 5 in 100.
pub fn upper95(n_seen: u64, n_all: u64) -> f64 {
    if n_seen >= n_all {
        return 1.0;
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if at_most(n_seen, n_all, middle) > 0.05 {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The chance of at most `n_seen` of `n_all` at a share.
fn at_most(n_seen: u64, n_all: u64, share: f64) -> f64 {
    if share <= 0.0 {
        return 1.0;
    }
    if share >= 1.0 {
        return 0.0;
    }
    let n = n_all as f64;
    let (of, not) = (share.ln(), (-share).ln_1p());
    // Logarithm of the chance of exactly k, from that of k - 1.
    let mut log = n * not;
    let mut sum = log.exp();
    for k in 1..=n_seen {
        log += ((n - k as f64 + 1.0) / k as f64).ln() + of - not;
        sum += log.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::upper95;

    #[test]
    fn bounds_are_those_of_the_tables() {
        // Nothing seen: 1 - 0.05^(1/n), the rule of three.
        assert!((upper95(0, 300) - 0.009_936).abs() < 1e-5);
        assert!((upper95(0, 1_000_000) - 2.9957e-6).abs() < 1e-9);
        // Clopper-Pearson, one-sided 95 %: 1 of 20, 3 of 10.
        assert!((upper95(1, 20) - 0.216_106).abs() < 1e-5);
        assert!((upper95(3, 10) - 0.606_624).abs() < 1e-5);
        assert!((upper95(10, 10) - 1.0).abs() < f64::EPSILON);
    }
}
