//! Independent pieces of work on every processor, their results in the order of the pieces.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does every piece of work; which processor does which makes no difference to the results.
pub fn each<W: Sync, R: Send>(pieces: &[W], work: impl Fn(&W) -> R + Sync) -> Vec<R> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(n) else {
                return done;
            };
            done.push((n, work(piece)));
        }
    };
    let mut results: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads.min(pieces.len()))
            .map(|_| scope.spawn(some))
            .collect();
        let mut results = some();
        for other in others {
            match other.join() {
                Ok(done) => results.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    });
    results.sort_unstable_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_pieces() {
        let pieces: Vec<u64> = (0..1_000).collect();
        let squares = super::each(&pieces, |n| n * n);
        assert!(squares.iter().copied().eq(pieces.iter().map(|n| n * n)));
        assert!(super::each(&[] as &[u64], |n| *n).is_empty());
    }
}
