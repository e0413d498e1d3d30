//! Independent pieces of work on every processor, their results in the order of the pieces.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Does every piece of work; which processor does which makes no difference to the results.
///
/// The largest pieces by `size` are begun first, so that no processor is left with a large one at
/// the end while the others have nothing to do.
pub fn each<W: Sync, R: Send>(
    pieces: &[W],
    size: impl Fn(&W) -> u64,
    work: impl Fn(&W) -> R + Sync,
) -> Vec<R> {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_cached_key(|n| std::cmp::Reverse(size(&pieces[*n])));
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let n = order.get(next.fetch_add(1, Ordering::Relaxed));
            let Some(n) = n.copied() else {
                return done;
            };
            done.push((n, work(&pieces[n])));
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

/// Does every piece of work and hands over each result as soon as those of all pieces before it were
/// handed over, so that few of them are held.
pub fn in_turn<W: Sync, R: Send>(
    pieces: &[W],
    work: impl Fn(&W) -> R + Sync,
    take: impl FnMut(R) + Send,
) {
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let turns = Mutex::new(Turns {
        waiting: BTreeMap::new(),
        next: 0,
        take,
    });
    let some = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(n) else { return };
            let result = work(piece);
            // Another thread that panicked here ends the scope, and its panic goes on.
            let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.done(n, result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..n_threads.min(pieces.len()) {
            scope.spawn(some);
        }
        some();
    });
}

/// Results that wait for those before them.
struct Turns<R, T> {
    waiting: BTreeMap<usize, R>,
    next: usize,
    take: T,
}

impl<R, T: FnMut(R)> Turns<R, T> {
    fn done(&mut self, n: usize, result: R) {
        self.waiting.insert(n, result);
        while let Some(result) = self.waiting.remove(&self.next) {
            self.next += 1;
            (self.take)(result);
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn results_stand_in_the_order_of_the_pieces() {
        let pieces: Vec<u64> = (0..1_000).collect();
        for size in [|n: &u64| *n, |n: &u64| n % 7, |_: &u64| 0] {
            let squares = super::each(&pieces, size, |n| n * n);
            assert!(squares.iter().copied().eq(pieces.iter().map(|n| n * n)));
        }
        assert!(super::each(&[] as &[u64], |_| 0, |n| *n).is_empty());
    }

    #[test]
    fn results_are_handed_over_in_the_order_of_the_pieces() {
        let pieces: Vec<u64> = (0..1_000).collect();
        let mut taken = Vec::new();
        super::in_turn(&pieces, |n| n * n, |square| taken.push(square));
        assert!(taken.iter().copied().eq(pieces.iter().map(|n| n * n)));
        super::in_turn(&[] as &[u64], |n| *n, |_| panic!("nothing was done"));
    }
}
