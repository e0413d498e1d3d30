//! Points between two writes, where tests end the process.

/// Names the environment variable that says after how many steps a test ends the process.
#[cfg(test)]
pub const KILL_AFTER: &str = "DEMARCHE_TEST_KILL_AFTER";

/// A point between two writes; does nothing but in this crate's own tests.
#[cfg(not(test))]
#[inline(always)]
pub fn passed() {}

/// Ends the process, without unwinding, at the step that the environment names.
#[cfg(test)]
pub fn passed() {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let n_passed = PASSED.fetch_add(1, Ordering::SeqCst);
    let limit = std::env::var(KILL_AFTER).ok();
    if limit.and_then(|limit| limit.parse().ok()) == Some(n_passed) {
        std::process::exit(KILLED);
    }
}

/// The exit code of a process ended so.
#[cfg(test)]
pub const KILLED: i32 = 86;
