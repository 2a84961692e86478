//! Times the built-in study stage by stage, and the command `thalweg` that stands beside this one: `cargo xtask bench`.
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use thalweg_engine::closures::closures;
use thalweg_engine::gate_kinds::ClosureKind;
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_model::model::Model;
use thalweg_network::class::build_classes;
use thalweg_network::compile::compile;
use thalweg_network::dijkstra::{DijkstraScratch, Search};
use thalweg_network::instance::Instance;

fn main() {
    let runs: usize = std::env::args().nth(1).map_or(7, |text| text.parse().expect("RUNS is a number"));
    let (model, _) = read_study(&builtin::caspian()).expect("the built-in study is sound");
    let model = Arc::new(model);
    println!("stage, median ms, least ms, of {runs} runs; what");
    stages(&model, runs);
    let own = std::env::current_exe().expect("a program knows its own file");
    whole_command(&own.with_file_name(format!("thalweg{}", std::env::consts::EXE_SUFFIX)), runs);
}

fn stages(model: &Arc<Model>, runs: usize) {
    let as_of = model.head.as_of;
    time("read", runs, || read_study(&builtin::caspian()).map_or(0, |(model, _)| model.links.len()), "links");
    time("compile", runs, || compile(model, as_of, &[]).arcs().len(), "arcs");
    let base = Instance::base(model.clone(), as_of, &[]).expect("the built-in study has few histories");
    let classes = || build_classes(base.class_inputs(), &base.demand).map_or(0, |classes| classes.classes.len());
    time("classes", runs, classes, "classes");
    let trees = || {
        let mut scratch = DijkstraScratch::default();
        let mut trees = std::collections::BTreeSet::new();
        for (row, classes) in base.demand.segments.iter().zip(&base.classes.of_variant) {
            trees.extend(row.variants.iter().zip(classes).map(|(variant, class)| (*class, variant.origin)));
        }
        for (class, origin) in &trees {
            Search::of(&base.network, base.classes.class(*class)).run(*origin, None, &mut scratch);
        }
        trees.len()
    };
    time("one-to-all paths", runs, trees, "trees, one for each class and origin");
    let closed = || {
        let oracle = Oracle::new(base.clone(), Vec::new());
        let found = closures(&oracle, &State::base(), ClosureKind::Link, &Silent).expect("the base can be solved");
        assert!(!found.is_empty());
        oracle.counters().solves as usize
    };
    time("close --each link", runs, closed, "solves, the base among them");
}

fn time(stage: &str, runs: usize, mut work: impl FnMut() -> usize, what: &str) {
    let mut count = 0;
    let spent: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            count = work();
            start.elapsed()
        })
        .collect();
    let (median, least) = summary(spent);
    println!("{stage}, {:.3}, {:.3}; {count} {what}", median * 1e3, least * 1e3);
}

fn summary(mut spent: Vec<Duration>) -> (f64, f64) {
    spent.sort();
    (spent[spent.len() / 2].as_secs_f64(), spent[0].as_secs_f64())
}

/// Wall time of `thalweg run` on the built-in study; peak memory where the system tells it of a running process.
fn whole_command(command: &Path, runs: usize) {
    let mut spent = Vec::new();
    let mut peak_kb = 0;
    for _ in 0..runs {
        let folder = std::env::temp_dir().join(format!("thalweg-bench-{}", std::process::id()));
        let start = Instant::now();
        let mut child = Command::new(command)
            .args(["run", "--out"])
            .arg(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command can be started");
        while child.try_wait().expect("the command can be waited for").is_none() {
            peak_kb = peak_kb.max(peak_memory_kb(child.id()).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(20));
        }
        spent.push(start.elapsed());
        std::fs::remove_dir_all(&folder).expect("the report was written");
    }
    let (median, least) = summary(spent);
    println!("thalweg run, {:.0}, {:.0}; peak memory {} MB", median * 1e3, least * 1e3, peak_kb / 1000);
}

fn peak_memory_kb(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
