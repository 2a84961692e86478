//! Solves the capacitated flow of a TNTP network and prints what it took.

use std::time::Instant;

use thalweg_engine::flow::graph::{Arc, GraphPricing, Trip};
use thalweg_engine::flow::solver::Solver;
use thalweg_engine::flow::{Group, Problem, Segment, Settings};
use thalweg_engine::watch::{Silent, Watch};

/// Dearer than any path over overfull links, so that all demand is shipped.
const UNSERVED_COST: f64 = 1e6;

struct Printed(Instant);

impl Watch for Printed {
    fn progress(&self, done: u64, _total: u64, what: &str) {
        eprintln!("{:8.3} s  {done} {what}", self.0.elapsed().as_secs_f64());
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, network, trips, scale, overflow_price, gap, watch] = arguments.as_slice() else {
        eprintln!("usage: NETWORK TRIPS CAPACITY_SCALE OVERFLOW_PRICE RELATIVE_GAP quiet|watch");
        std::process::exit(2);
    };
    let number = |text: &String| -> f64 { text.parse().expect("an argument is a number") };
    let start = Instant::now();
    let links = read_links(network, number(scale));
    let trips = read_trips(trips);
    let arcs: Vec<Arc> = links
        .iter()
        .enumerate()
        .map(|(index, link)| Arc { from: link.from, to: link.to, usage: vec![(index as u32, 1.0)] })
        .collect();
    let nodes = links.iter().map(|link| link.from.max(link.to) + 1).max().unwrap_or(0);
    let costs = vec![links.iter().map(|link| link.cost).collect()];
    let problem = Problem {
        segments: trips.iter().map(|&(_, _, demand)| Segment { demand, unserved_cost: UNSERVED_COST }).collect(),
        groups: links
            .iter()
            .map(|link| Group { capacity: link.capacity, overflow_price: Some(number(overflow_price)) })
            .collect(),
    };
    let to_trip = |&(from, to, _): &(u32, u32, f64)| Trip { class: 0, from, to };
    let pricing = GraphPricing::new(nodes as usize, &arcs, costs, trips.iter().map(to_trip).collect())
        .with_first_through(first_through(network));
    let read = start.elapsed().as_secs_f64();
    let settings = Settings { relative_gap: number(gap), rounds_max: 1000 };
    let printed = Printed(Instant::now());
    let watch: &dyn Watch = if watch == "watch" { &printed } else { &Silent };
    let start = Instant::now();
    let mut solver = Solver::new(&problem).expect("the network is sound");
    let flow = solver.solve(&pricing, &settings, watch).expect("the paths are sound");
    let solve = start.elapsed().as_secs_f64();
    let certificate = flow.certificate;
    println!(
        "{{\"objective\": {:.3}, \"bound\": {:.3}, \"gap\": {:.3e}, \"read_s\": {read:.3}, \"solve_s\": {solve:.3}, \"columns\": {}, \"rounds\": {}, \"pivots\": {}, \"solved\": \"{:?}\"}}",
        certificate.primal,
        certificate.dual_bound,
        certificate.relative_gap,
        certificate.columns,
        certificate.rounds,
        certificate.pivots,
        certificate.solved,
    );
}

struct Link {
    from: u32,
    to: u32,
    capacity: f64,
    cost: f64,
}

fn body(file: &str) -> String {
    let text = std::fs::read_to_string(file).expect("the file is there");
    text.split("<END OF METADATA>").nth(1).expect("a TNTP file has metadata").to_string()
}

fn first_through(file: &str) -> u32 {
    let text = std::fs::read_to_string(file).expect("the file is there");
    let line = text.lines().find_map(|line| line.trim().strip_prefix("<FIRST THRU NODE>"));
    let node: u32 = line.and_then(|node| node.trim().parse().ok()).expect("it has a first node");
    node - 1
}

fn read_links(file: &str, scale: f64) -> Vec<Link> {
    let body = body(file);
    let rows = body.lines().map(str::trim).filter(|row| row.starts_with(|c: char| c.is_ascii_digit()));
    rows.map(|row| {
        let fields: Vec<f64> = row
            .trim_end_matches(';')
            .split_whitespace()
            .map(|field| field.parse().expect("a link has numbers"))
            .collect();
        Link { from: fields[0] as u32 - 1, to: fields[1] as u32 - 1, capacity: fields[2] * scale, cost: fields[4] }
    })
    .collect()
}

fn read_trips(file: &str) -> Vec<(u32, u32, f64)> {
    let mut trips = Vec::new();
    for part in body(file).split("Origin").skip(1) {
        let Some((origin, entries)) = part.trim().split_once(char::is_whitespace) else {
            continue;
        };
        let origin: u32 = origin.parse().expect("an origin is a number");
        for entry in entries.split(';') {
            let Some((destination, volume)) = entry.split_once(':') else {
                continue;
            };
            let destination: u32 = destination.trim().parse().expect("a destination is a number");
            let volume: f64 = volume.trim().parse().expect("a volume is a number");
            if volume > 0.0 && destination != origin {
                trips.push((origin - 1, destination - 1, volume));
            }
        }
    }
    trips
}
