//! Times the oracle, warm from the base and from nothing: territories, operators and links of the built-in study closed in
//! turn, or with `growth` links of made-up studies of growing size.
use std::sync::Arc;
use std::time::Instant;

use thalweg_engine::gate_kinds::{ClosureKind, closable};
use thalweg_engine::oracle::Oracle;
use thalweg_engine::state::State;
use thalweg_engine::watch::Silent;
use thalweg_formats::builtin;
use thalweg_formats::read_study::read_study;
use thalweg_model::sketch::sketch;
use thalweg_network::instance::Instance;

fn main() {
    if std::env::args().nth(1).as_deref() == Some("growth") {
        let links = [150, 300, 600, 1200, 2400, 4800, 9600].map(|links| (links, 8));
        let classes = [1, 2, 4, 8, 16, 32, 64].map(|classes| (1200, classes));
        println!("links classes | arcs segments | warm us cold us ratio");
        links.into_iter().chain(classes).for_each(|(links, classes)| growth(links, classes));
        return;
    }
    let (model, _) = read_study(&builtin::caspian()).expect("the built-in study is sound");
    let as_of = model.head.as_of;
    let begun = Instant::now();
    let instance = Instance::base(Arc::new(model), as_of, &[]).expect("the base has classes");
    println!("compile and classes {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    let arcs = instance.network.arcs().len();
    println!("{arcs} arcs, {} segments, {} classes", instance.demand.segments.len(), instance.classes.classes.len());
    for kind in [ClosureKind::Territory, ClosureKind::Operator, ClosureKind::Link] {
        let subjects: Vec<String> = closable(&instance, kind).into_keys().collect();
        let (warm_us, cold_us) = closures_us(&instance, kind, &subjects);
        let ratio = warm_us / cold_us;
        println!(
            "{:9} | {:4} closures | warm {warm_us:7.1} us | cold {cold_us:7.1} us | {ratio:.3}",
            kind.name(),
            subjects.len()
        );
    }
}

/// Mean microseconds a closure from the base and from nothing; the base itself is solved before.
fn closures_us(instance: &Instance, kind: ClosureKind, subjects: &[String]) -> (f64, f64) {
    let oracle = Oracle::new(instance.clone(), Vec::new());
    oracle.value(&State::base().shutting(kind, ""), &Silent).expect("the base has a value");
    let states: Vec<State> = subjects.iter().map(|subject| State::base().shutting(kind, subject)).collect();
    let mean_us = |begun: Instant| begun.elapsed().as_secs_f64() * 1e6 / states.len() as f64;
    let begun = Instant::now();
    let warm: f64 = states.iter().map(|state| oracle.value(state, &Silent).expect("a closure has a value").value).sum();
    let warm_us = mean_us(begun);
    let begun = Instant::now();
    let from_nothing = |state| oracle.value_from_nothing(state, &Silent).expect("a closure has a value").value;
    let cold: f64 = states.iter().map(from_nothing).sum();
    assert!((warm - cold).abs() < 1e-9 * cold, "warm {warm} and cold {cold} disagree");
    (warm_us, mean_us(begun))
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % end
    }
}

/// A ring of places with chords, each shipper shut out of one territory, 25 demands a shipper; 40 links closed in turn.
fn growth(links: usize, classes: usize) {
    let mut dice = Dice(7);
    let places = links / 4;
    let mut text = String::from("commodity goods vot=0 unserved=2000\n");
    let states = classes.max(8);
    for party in 0..states {
        text += &format!("state S{party}\n");
    }
    for link in 0..links {
        let from = link % places;
        let to = (if link < places { from + 1 } else { from + 2 + dice.below(places / 3) }) % places;
        let (state, cost, room) = (dice.below(states), 5 + dice.below(40), 400 + dice.below(800));
        text += &format!("link N{from}-N{to} rail in=S{state} cost={cost} cap={room} key=L{link}\n");
    }
    for party in 0..classes {
        text += &format!("deny S{party} territory=S{party} shipper=S{party} key=R{party}\n");
        for demand in 0..25 {
            let (from, to) = (dice.below(places / 4), places / 2 + dice.below(places / 2));
            text +=
                &format!("demand N{from}>N{to} goods {} shipper=S{party} key=D{party}_{demand}\n", 10 + dice.below(90));
        }
    }
    let model = sketch(&text);
    let as_of = model.head.as_of;
    let instance = Instance::base(Arc::new(model), as_of, &[]).expect("the base has classes");
    let subjects: Vec<String> = closable(&instance, ClosureKind::Link).into_keys().take(40).collect();
    let (warm_us, cold_us) = closures_us(&instance, ClosureKind::Link, &subjects);
    println!(
        "{links} {} | {} {} | {warm_us:.1} {cold_us:.1} {:.3}",
        instance.classes.classes.len(),
        instance.network.arcs().len(),
        instance.demand.segments.len(),
        warm_us / cold_us
    );
}
