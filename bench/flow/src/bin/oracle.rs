//! Times the oracle on a built-in study: every territory, operator and link closed in turn, warm from the base and cold.
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use thalweg_engine::gate_kinds::{ClosureKind, closable};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_network::instance::Instance;

fn main() {
    let (model, _) = read_study(&builtin::caspian()).expect("the built-in study is sound");
    let as_of = model.head.as_of;
    let begun = Instant::now();
    let instance = Instance::base(Arc::new(model), as_of, &[]).expect("the base has classes");
    println!("compile and classes {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let arcs = instance.network.arcs().len();
    let segments = instance.demand.segments.len();
    println!("{arcs} arcs, {segments} segments, {} classes", instance.classes.classes.len());
    for kind in [ClosureKind::Territory, ClosureKind::Operator, ClosureKind::Link] {
        let oracle = Oracle::new(instance.clone(), Vec::new());
        let begun = Instant::now();
        oracle.value(&State::base(), &Silent).expect("the base has a value");
        let base_us = begun.elapsed().as_secs_f64() * 1e6;
        let subjects: BTreeMap<_, _> = closable(&instance, kind);
        let states: Vec<State> = subjects.keys().map(|subject| State::base().shutting(kind, subject)).collect();
        let begun = Instant::now();
        let warm: f64 =
            states.iter().map(|state| oracle.value(state, &Silent).expect("a closure has a value").value).sum();
        let warm_us = begun.elapsed().as_secs_f64() * 1e6 / states.len() as f64;
        let begun = Instant::now();
        let cold: f64 = states
            .iter()
            .map(|state| oracle.value_from_nothing(state, &Silent).expect("a closure has a value").value)
            .sum();
        let cold_us = begun.elapsed().as_secs_f64() * 1e6 / states.len() as f64;
        assert!((warm - cold).abs() < 1e-9 * cold, "warm {warm} and cold {cold} disagree");
        println!(
            "{:9} | {:4} closures | base {base_us:6.0} us | warm {warm_us:6.1} us | cold {cold_us:6.1} us | {:.3} | {:?}",
            kind.name(),
            states.len(),
            warm_us / cold_us,
            oracle.counters()
        );
    }
}
