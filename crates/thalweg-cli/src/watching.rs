//! Progress on a terminal and a stop on Ctrl-C.
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::watch::Watch;

static STOPPED: AtomicBool = AtomicBool::new(false);

/// A progress bar on standard error where that is a terminal; asks for a stop after Ctrl-C.
pub struct Terminal {
    bar: ProgressBar,
}

impl Terminal {
    /// Starts to listen for Ctrl-C; a second one ends the process at once.
    pub fn new() -> Self {
        let listening = ctrlc::set_handler(|| {
            if STOPPED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if listening.is_err() || !stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len}");
        Self { bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())) }
    }
}

impl Watch for Terminal {
    fn progress(&self, done: u64, total: u64, what: &str) {
        if self.bar.message() != what {
            self.bar.set_message(what.to_owned());
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    fn cancelled(&self) -> bool {
        STOPPED.load(Ordering::SeqCst)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Measures what an answer took, for people; machines get the counts alone, which are the same each time.
pub struct Work {
    started: Instant,
}

impl Work {
    /// Starts the clock.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// Values asked for, programs solved, and the time of each.
    pub fn done(&self, oracle: &Oracle) -> String {
        let counters = oracle.counters();
        let seconds = self.started.elapsed().as_secs_f64();
        let each = seconds * 1e3 / counters.solves.max(1) as f64;
        format!(
            "{} values asked for, {} programs solved, {} remembered; {seconds:.1} s, {each:.1} ms a program.",
            counters.asked,
            counters.solves,
            counters.asked.saturating_sub(counters.solves)
        )
    }
}
