//! What intake says of its progress, to whoever shows it.

/// Told how far intake is; called about once per block read, from any thread.
pub trait Progress: Sync {
    /// The bytes on disk that will be read in all, known once paths are walked.
    fn total(&self, bytes: u64);
    /// A source begins.
    fn source(&self, name: &str);
    /// So many more bytes on disk and records were read.
    fn advance(&self, bytes: u64, n_records: u64);
}

/// Says nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn total(&self, _: u64) {}
    fn source(&self, _: &str) {}
    fn advance(&self, _: u64, _: u64) {}
}
