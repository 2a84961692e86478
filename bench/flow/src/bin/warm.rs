//! Times one closure after another on made-up studies, from the base's basis and from nothing.

use std::time::Instant;

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Group, Problem, Segment, Settings};
use thalweg_engine::watch::Silent;

const EXACT: Settings = Settings { relative_gap: 0.0, rounds_max: u32::MAX };

struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % end
    }
}

fn main() {
    println!("nodes arcs segments classes | full groups columns | warm us cold us ratio");
    for (nodes, arcs, segments, classes) in [(14, 24, 6, 6), (80, 300, 200, 8), (300, 1200, 600, 12)] {
        measure(nodes, arcs, segments, classes);
    }
}

fn measure(nodes: u64, arc_count: u64, segments: u64, classes: u64) {
    let mut dice = Dice(7);
    let arcs: Vec<Arc> = (0..arc_count)
        .map(|index| {
            // A ring keeps everything reachable; the rest are chords of moderate length.
            let from = index % nodes;
            let to = if index < nodes { from + 1 } else { from + 2 + dice.below(nodes / 3) };
            Arc { from: from as u32, to: (to % nodes) as u32, usage: vec![(index as u32, 1.0)] }
        })
        .collect();
    let base: Vec<f64> = (0..arc_count).map(|_| (5 + dice.below(40)) as f64).collect();
    let costs: Vec<Vec<f64>> = (0..classes)
        .map(|_| base.iter().map(|cost| if dice.below(8) == 0 { f64::INFINITY } else { *cost }).collect())
        .collect();
    let trips: Vec<Trip> = (0..segments)
        .map(|index| Trip {
            class: (index % classes) as u32,
            from: dice.below(nodes / 4 + 1) as u32,
            to: (nodes / 2 + dice.below(nodes / 2)) as u32,
        })
        .collect();
    let problem = Problem {
        segments: (0..segments)
            .map(|_| Segment { demand: (10 + dice.below(90)) as f64, unserved_cost: 1000.0 })
            .collect(),
        groups: (0..arc_count)
            .map(|_| Group { capacity: (30 + dice.below(60)) as f64 * segments as f64 / 12.0, overflow_price: None })
            .collect(),
    };
    let pricing = GraphPricing::new(nodes as usize, &arcs, costs, trips);
    let mut start = Solver::new(&problem).expect("the study is sound");
    let flow = start.solve(&pricing, &EXACT, &Silent).expect("the paths are sound");
    let closed = |arc: usize| {
        let mut closed = pricing.clone();
        for class in 0..classes as usize {
            closed.set_cost(class, arc, f64::INFINITY);
        }
        closed
    };
    let closures: Vec<GraphPricing> = (0..arcs.len().min(200)).map(closed).collect();
    let (mut warm, mut cold) = (0.0, 0.0);
    let begun = Instant::now();
    for pricing in &closures {
        let mut solver = start.clone();
        solver.refresh(pricing).expect("the paths are sound");
        warm += solver.solve(pricing, &EXACT, &Silent).expect("the paths are sound").value;
    }
    let warm_us = begun.elapsed().as_secs_f64() * 1e6 / closures.len() as f64;
    let begun = Instant::now();
    for pricing in &closures {
        let mut solver = Solver::new(&problem).expect("the study is sound");
        cold += solver.solve(pricing, &EXACT, &Silent).expect("the paths are sound").value;
    }
    let cold_us = begun.elapsed().as_secs_f64() * 1e6 / closures.len() as f64;
    assert!((warm - cold).abs() < 1e-9 * cold, "warm {warm} and cold {cold} disagree");
    let full = flow.group_price.iter().filter(|price| **price > 0.0).count();
    println!(
        "{nodes} {arc_count} {segments} {classes} | {full} {} | {warm_us:.1} {cold_us:.1} {:.3}",
        flow.certificate.columns,
        warm_us / cold_us
    );
}
