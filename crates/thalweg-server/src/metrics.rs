//! Counts of requests and runs in the text form that Prometheus reads.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the classes of time, s.
const BOUNDS_S: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 5.0, 30.0];

#[derive(Default, Clone)]
struct Times {
    classes: [u64; BOUNDS_S.len()],
    count: u64,
    sum_s: f64,
}

/// What was done so far.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<(String, u16), Times>>,
    runs: Mutex<BTreeMap<&'static str, u64>>,
}

impl Metrics {
    /// Counts a request of a route with its status.
    pub fn request(&self, route: &str, status: u16, took: Duration) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry((route.to_owned(), status)).or_default();
        let took_s = took.as_secs_f64();
        for (class, bound) in times.classes.iter_mut().zip(BOUNDS_S) {
            *class += u64::from(took_s <= bound);
        }
        times.count += 1;
        times.sum_s += took_s;
    }

    /// Counts a run that ended in a state.
    pub fn run(&self, state: &'static str) {
        *self.runs.lock().unwrap_or_else(PoisonError::into_inner).entry(state).or_default() += 1;
    }

    /// The text; `waiting` runs wait.
    pub fn text(&self, waiting: usize) -> String {
        let mut text = String::from("# TYPE thalweg_request_seconds histogram\n");
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for ((route, status), times) in &requests {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            let mut line = |name: &str, labels: &str, value: f64| {
                writeln!(text, "thalweg_request_seconds_{name}{{{labels}}} {value}").expect("strings take text");
            };
            for (class, bound) in times.classes.iter().zip(BOUNDS_S) {
                line("bucket", &format!("{labels},le=\"{bound}\""), *class as f64);
            }
            line("bucket", &format!("{labels},le=\"+Inf\""), times.count as f64);
            line("sum", &labels, times.sum_s);
            line("count", &labels, times.count as f64);
        }
        text.push_str("# TYPE thalweg_runs_total counter\n");
        for (state, count) in self.runs.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            writeln!(text, "thalweg_runs_total{{state=\"{state}\"}} {count}").expect("strings take text");
        }
        writeln!(text, "# TYPE thalweg_runs_waiting gauge\nthalweg_runs_waiting {waiting}").expect("strings take text");
        text
    }
}
