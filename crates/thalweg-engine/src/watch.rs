//! How long work tells that it goes on, and learns that it should stop.

/// Told of progress, asked whether to stop.
pub trait Watch: Sync {
    /// `done` of `total` parts of `what` are finished.
    fn progress(&self, _done: u64, _total: u64, _what: &str) {}
    /// Whether to stop at the next good moment.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Tells nobody and never stops.
pub struct Silent;

impl Watch for Silent {}
