//! How a long run tells its caller what is done, and learns that it should stop.

/// What a caller may watch of a run, and how it stops one.
pub trait Watch: Sync {
    /// `done` of `total` steps of `what` are finished.
    fn progress(&self, done: u64, total: u64, what: &str) {
        let _ = (done, total, what);
    }

    /// True once the caller wants the best answer so far and nothing more.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Watches nothing and never stops.
pub struct Silent;

impl Watch for Silent {}
